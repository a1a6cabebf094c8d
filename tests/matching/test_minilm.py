"""The graph that the package carries computes what the model would, with weights of eight bits."""

import runpy
from collections.abc import Mapping
from importlib.resources import files
from math import erf, sqrt
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from bot.matching.corpus import FloatArray
from bot.matching.minilm import DIMENSIONS, HEADS, LAYERS, tensors, write_weights
from bot.matching.model_package import GRAPH, WEIGHTS
from tests.matching.models import minilm_tensors

ROOT = Path(__file__).parents[2]
TEXT = [101, 2129, 2146, 2003, 2002, 1999, 3827, 102]
gelu = np.vectorize(lambda value: value * (1 + erf(value / sqrt(2))) / 2)


@pytest.fixture(scope="module")
def model() -> Mapping[str, FloatArray]:
    return minilm_tensors(dimensions=DIMENSIONS, inner=4 * DIMENSIONS, words=30_522, positions=512)


def hidden(model: Mapping[str, FloatArray], tokens: list[int]) -> FloatArray:
    """Return the last hidden states of a text by the formulas of BERT (Devlin et al. 2019), shape (tokens, 384)."""

    def linear(value: FloatArray, name: str) -> FloatArray:
        return np.asarray(value @ model[f"{name}.weight"].T + model[f"{name}.bias"])

    def norm(value: FloatArray, name: str) -> FloatArray:
        apart = value - value.mean(axis=1, keepdims=True)
        spread = np.sqrt((apart**2).mean(axis=1, keepdims=True) + 1e-12)
        return np.asarray(apart / spread * model[f"{name}.weight"] + model[f"{name}.bias"])

    names = [f"embeddings.{name}_embeddings.weight" for name in ("word", "position", "token_type")]
    words, positions, kinds = (model[name] for name in names)
    state = norm(words[tokens] + positions[: len(tokens)] + kinds[0], "embeddings.LayerNorm")
    for layer in (f"encoder.layer.{number}" for number in range(LAYERS)):
        query, key, value = (
            linear(state, f"{layer}.attention.self.{name}").reshape(len(tokens), HEADS, -1).transpose(1, 0, 2)
            for name in ("query", "key", "value")
        )
        odds = np.exp(query @ key.transpose(0, 2, 1) / sqrt(DIMENSIONS / HEADS))
        seen = (odds / odds.sum(axis=2, keepdims=True)) @ value
        seen = linear(seen.transpose(1, 0, 2).reshape(len(tokens), -1), f"{layer}.attention.output.dense")
        state = norm(state + seen, f"{layer}.attention.output.LayerNorm")
        inner = gelu(linear(state, f"{layer}.intermediate.dense"))
        state = norm(state + linear(inner, f"{layer}.output.dense"), f"{layer}.output.LayerNorm")
    return state


def test_the_graph_computes_the_hidden_states_of_bert(model: Mapping[str, FloatArray], tmp_path: Path) -> None:
    (tmp_path / GRAPH).write_bytes(files("bot.matching").joinpath("data/minilm.onnx").read_bytes())
    with (tmp_path / WEIGHTS).open("wb") as file:
        write_weights(file, list(tensors(model)))
    session = onnxruntime.InferenceSession(str(tmp_path / GRAPH), providers=["CPUExecutionProvider"])
    two = np.array([TEXT, TEXT[::-1]])
    (computed,) = session.run(None, {"input_ids": two})
    for of_graph, tokens in zip(computed, two.tolist(), strict=True):
        exact = hidden(model, tokens)
        cosines = (of_graph * exact).sum(axis=1) / np.linalg.norm(of_graph, axis=1) / np.linalg.norm(exact, axis=1)
        assert cosines.min() > 0.99
    (alone,) = session.run(None, {"input_ids": two[1:]})
    assert alone[0] == pytest.approx(computed[1], abs=1e-6), "what stands beside a text does not matter"


def test_the_graph_is_the_one_that_the_script_builds(model: Mapping[str, FloatArray]) -> None:
    build = runpy.run_path(str(ROOT / "scripts/build_minilm.py"))["build"]
    built = build(list(tensors(model))).SerializeToString(deterministic=True)
    assert built == files("bot.matching").joinpath("data/minilm.onnx").read_bytes()
