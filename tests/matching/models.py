"""Sentence models of a few bytes: every word is a row of a table, and a token's hidden state is its row."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from bot.matching.corpus import FloatArray
from bot.matching.minilm import LAYERS

WORDS = ("[PAD]", "[UNK]", "boat", "ship", "dog", "hound", "the")
ROWS = np.array([[9, 9, 9], [0, 0, 1], [1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1]], dtype=np.float32)
"""That of the padding is far off, so that it shows if it counts."""


def write_model(
    folder: Path,
    rows: FloatArray = ROWS,
    inputs: Sequence[str] = ("input_ids", "attention_mask", "token_type_ids"),
    operator: str = "Gather",
) -> Path:
    """Write `model.onnx` and `tokenizer.json` into `folder`, which is made; return it."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer(WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]"))  # noqa: S106
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    first = ["table", "input_ids"] if operator == "Gather" else ["input_ids"]
    graph = helper.make_graph(
        [helper.make_node(operator, first, ["last_hidden_state"])],
        "sentence",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"]) for name in inputs],
        [helper.make_empty_tensor_value_info("last_hidden_state")],
        [numpy_helper.from_array(rows, "table")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, str(folder / "model.onnx"))
    return folder


def minilm_tensors(*, dimensions: int, inner: int, words: int, positions: int) -> dict[str, FloatArray]:
    """Return tensors named as those of all-MiniLM-L6-v2, drawn at random."""
    draw = np.random.default_rng(1)
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (words, dimensions),
        "embeddings.position_embeddings.weight": (positions, dimensions),
        "embeddings.token_type_embeddings.weight": (2, dimensions),
    }
    norms = ["embeddings.LayerNorm"]
    for layer in (f"encoder.layer.{number}" for number in range(LAYERS)):
        matrices = {
            **dict.fromkeys(
                ("attention.self.query", "attention.self.key", "attention.self.value"), (dimensions, dimensions)
            ),
            "attention.output.dense": (dimensions, dimensions),
            "intermediate.dense": (inner, dimensions),
            "output.dense": (dimensions, inner),
        }
        for name, shape in matrices.items():
            shapes |= {f"{layer}.{name}.weight": shape, f"{layer}.{name}.bias": shape[:1]}
        norms += [f"{layer}.attention.output.LayerNorm", f"{layer}.output.LayerNorm"]
    made = {name: draw.normal(0, 0.1, shape).astype(np.float32) for name, shape in shapes.items()}
    for norm in norms:
        made |= {f"{norm}.weight": np.ones(dimensions, np.float32), f"{norm}.bias": np.zeros(dimensions, np.float32)}
    return made
