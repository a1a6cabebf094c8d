"""all-MiniLM-L6-v2 (Wang et al. 2020; Reimers and Gurevych 2019) made ready for ONNX Runtime, in 23 MB instead of 90.

The graph, without weights, is part of this package (`data/minilm.onnx`). The weights are read from the model's
safetensors file, rounded to eight bits and laid out as the graph expects them. `scripts/build_minilm.py`, which makes
the graph, uses the same code, so that the two cannot disagree.
"""

import json
import struct
from collections.abc import Iterator, Mapping, Sequence
from math import sqrt
from typing import IO, Final

import numpy as np
import numpy.typing as npt

from bot.matching.corpus import FloatArray

LAYERS: Final = 6
HEADS: Final = 12
DIMENSIONS: Final = 384
MOST_TOKENS: Final = 128
"""Tokens of a text that count: the model was trained on texts of 128."""
ALIGNMENT: Final = 64
"""Bytes: each tensor begins at a multiple of this."""
_MATRIX_STEPS: Final = 63
"""Largest whole number of a matrix's weights. With 127, pairs of products overflow 16 bits on processors with AVX2 that
lack VNNI, which would give other vectors there; seven bits cost .0014 of the cosine."""
_TABLE_STEPS: Final = 127
"""The same for the table of words, which is only looked up."""

Tensor = npt.NDArray[np.float32] | npt.NDArray[np.int8]


def read_safetensors(file: IO[bytes]) -> Mapping[str, FloatArray]:
    """Return the 32-bit tensors of a file, by name; see https://huggingface.co/docs/safetensors.

    The file must be one whose checksum was compared.
    """
    (length,) = struct.unpack("<Q", file.read(8))
    header = json.loads(file.read(length))
    content = memoryview(file.read())
    return {
        name: np.frombuffer(content[slice(*entry["data_offsets"])], dtype="<f4").reshape(entry["shape"])
        for name, entry in header.items()
        if entry.get("dtype") == "F32"
    }


def tensors(model: Mapping[str, FloatArray]) -> Iterator[tuple[str, Tensor]]:
    """Yield the graph's tensors by name, in the order in which they lie in the file of weights.

    A matrix `x` is whole numbers `x.weight`, shape (inputs, outputs), to be multiplied by `x.scale`, shape (outputs,).

    Args:
        model: the model's own tensors.
    """
    table, scale = _rounded(model["embeddings.word_embeddings.weight"], _TABLE_STEPS)
    yield "words.weight", table
    yield "words.scale", scale[:, None]
    # A text is one segment, of kind 0.
    positions = model["embeddings.position_embeddings.weight"][:MOST_TOKENS]
    yield "positions", positions + model["embeddings.token_type_embeddings.weight"][0]
    yield from _norm(model, "embeddings.LayerNorm", "norm")
    for layer in range(LAYERS):
        theirs, ours = f"encoder.layer.{layer}", f"layer{layer}"
        query, key, value = (f"{theirs}.attention.self.{name}" for name in ("query", "key", "value"))
        # Attention divides the products of queries and keys by this.
        root = np.float32(sqrt(DIMENSIONS / HEADS))
        weight = np.vstack([model[f"{query}.weight"] / root, model[f"{key}.weight"], model[f"{value}.weight"]])
        bias = np.concatenate([model[f"{query}.bias"] / root, model[f"{key}.bias"], model[f"{value}.bias"]])
        yield from _matrix(weight, bias, f"{ours}.attention")
        for name, part in (
            ("attention.output", "joined"),
            ("intermediate", "inner"),
            ("output", "outer"),
        ):
            dense = f"{theirs}.{name}.dense"
            yield from _matrix(model[f"{dense}.weight"], model[f"{dense}.bias"], f"{ours}.{part}")
        yield from _norm(model, f"{theirs}.attention.output.LayerNorm", f"{ours}.joined.norm")
        yield from _norm(model, f"{theirs}.output.LayerNorm", f"{ours}.outer.norm")


def write_weights(file: IO[bytes], laid_out: Sequence[tuple[str, Tensor]]) -> None:
    """Write the graph's tensors, each from the next multiple of `ALIGNMENT` on."""
    for _, tensor in laid_out:
        content = np.ascontiguousarray(tensor, dtype=tensor.dtype.newbyteorder("<")).tobytes()
        file.write(content + b"\0" * (-len(content) % ALIGNMENT))


def _rounded(rows: FloatArray, steps: int) -> tuple[npt.NDArray[np.int8], FloatArray]:
    """Return whole numbers from -steps to steps, and what to multiply each row of them by."""
    scale = np.abs(rows).max(axis=1) / np.float32(steps)
    return np.rint(rows / scale[:, None]).astype(np.int8), scale


def _matrix(weight: FloatArray, bias: FloatArray, name: str) -> Iterator[tuple[str, Tensor]]:
    rounded, scale = _rounded(weight, _MATRIX_STEPS)
    yield f"{name}.weight", rounded.T
    yield f"{name}.scale", scale
    yield f"{name}.bias", bias


def _norm(model: Mapping[str, FloatArray], theirs: str, ours: str) -> Iterator[tuple[str, Tensor]]:
    yield f"{ours}.weight", model[f"{theirs}.weight"]
    yield f"{ours}.bias", model[f"{theirs}.bias"]
