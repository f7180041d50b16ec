"""Building ONNX graphs by hand: nodes and constants by name, and the layers that every graph of a network has.

Written by hand and not traced, so that the state is a plain input and output of the graph, the names are ours, and
a person can read the graph as the network it is. `docs/model-contract.md` says what goes in and out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from bridge.engine.manifest import Weights
from bridge.training.graphs.parameters import TRANSPOSED, Parameters, joined

# Neighbouring weights of a row that share a scale: longer ones are faster, and no worse to hear.
BLOCK: Final = 128
_ZERO: Final = 128  # MatMulNBits takes bytes as numbers around this.
_LARGEST: Final = 127


def quantized(matrix: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32]]:
    """Of `matrix` [outputs, inputs]: bytes [outputs, inputs / BLOCK, BLOCK] and scales [outputs, inputs / BLOCK].

    A weight is (byte - 128) * scale, off by half a scale at most; the largest of a block is met exactly.
    """
    blocks = matrix.reshape(len(matrix), -1, BLOCK)
    scales = (np.abs(blocks).max(axis=-1) / _LARGEST).astype(np.float32)
    steps = np.where(scales > 0, scales, np.float32(1.0))[..., None]
    return (np.rint(blocks / steps) + _ZERO).astype(np.uint8), scales


OPSET: Final = 24
_IR_VERSION: Final = 11  # The oldest that may hold opset 24's operators: older runtimes refuse newer ones unread.
_CONTRIB: Final = "com.microsoft"
# MatMulNBits may round what it is given to 8 bits too: on the CPU that is what makes it fast.
_INTEGER_PRODUCTS: Final = 4


class GraphBuilder:
    """Collects nodes and constants; `op` returns the name of a node's (first) output."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []

    def input(self, name: str, dtype: int, shape: list[int | str]) -> str:
        """Declare a graph input."""
        self._inputs.append(helper.make_tensor_value_info(name, dtype, shape))
        return name

    def output(self, value: str, name: str, dtype: int, shape: list[int | str]) -> None:
        """Declare a graph output: the node that makes `value` makes it under `name` instead."""
        self._outputs.append(helper.make_tensor_value_info(name, dtype, shape))
        for node in self._nodes:
            for names in (node.input, node.output):
                for i, old in enumerate(names):
                    if old == value:
                        names[i] = name

    def constant(self, name: str, value: npt.ArrayLike, dtype: npt.DTypeLike) -> str:
        """Add a constant tensor (once for each name)."""
        if name not in self._constants:
            array = np.array(value, dtype=dtype, order="C")
            self._constants[name] = numpy_helper.from_array(array, name)
        return name

    def integers(self, *values: int) -> str:
        """A constant int64 vector, named after its values."""
        return self.constant("int_" + "_".join(str(v) for v in values), list(values), np.int64)

    def op(self, kind: str, *inputs: str, **attributes: object) -> str:
        """Add a node with one output."""
        return self.ops(kind, 1, *inputs, **attributes)[0]

    def ops(self, kind: str, count: int, *inputs: str, **attributes: object) -> list[str]:
        """Add a node with `count` outputs."""
        name = f"{kind}_{len(self._nodes)}"
        outputs = [name] if count == 1 else [f"{name}_{i}" for i in range(count)]
        self._nodes.append(helper.make_node(kind, list(inputs), outputs, name=name, **attributes))
        return outputs

    def model(self, name: str) -> onnx.ModelProto:
        """The finished, checked model."""
        graph = helper.make_graph(
            self._nodes, name, self._inputs, self._outputs, initializer=list(self._constants.values())
        )
        opsets = [helper.make_opsetid("", OPSET)]
        if any(node.domain == _CONTRIB for node in self._nodes):
            opsets.append(helper.make_opsetid(_CONTRIB, 1))
        model = helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION, producer_name="antiphon")
        onnx.checker.check_model(model, full_check=True)
        return model


class LayerBuilder(GraphBuilder):
    """A graph of a trained network: layers by the names of their parameters, weights held as `weights` says.

    float32 and int8 compute in float32, int8 with matrices in 8 bits; float16 computes in float16.
    """

    def __init__(self, parameters: Parameters, weights: Weights = "float32") -> None:
        super().__init__()
        self.parameters = parameters
        self.weights: Weights = weights
        half = weights == "float16"
        self.dtype: npt.DTypeLike = np.float16 if half else np.float32
        self.number: int = TensorProto.FLOAT16 if half else TensorProto.FLOAT

    def numbers(self, name: str, value: npt.ArrayLike) -> str:
        """A constant of the type that this graph computes in."""
        return self.constant(name, value, self.dtype)

    def inward(self, value: str) -> str:
        """A float32 value as the type that this graph computes in."""
        return self.op("Cast", value, to=self.number) if self.number != TensorProto.FLOAT else value

    def outward(self, value: str) -> str:
        """A value of this graph's type as float32."""
        return self.op("Cast", value, to=TensorProto.FLOAT) if self.number != TensorProto.FLOAT else value

    def norm(self, x: str, name: str, epsilon: float) -> str:
        """`torch.nn.RMSNorm`, over the last axis."""
        scale = self.numbers(f"{name}.weight", self.parameters[f"{name}.weight"])
        return self.op("RMSNormalization", x, scale, axis=-1, epsilon=epsilon)

    def linear(self, x: str, *names: str) -> str:
        """`x` [..., inputs] times the weights of one or more `torch.nn.Linear` [outputs, inputs], end to end.

        With their biases, if the first has one (then all of them must).
        """
        biased = f"{names[0]}.bias" in self.parameters
        bias = self.table(*(f"{name}.bias" for name in names)) if biased else ""
        return self.product(x, names, np.concatenate([self.parameters[f"{name}.weight"] for name in names]), bias)

    def table(self, *names: str) -> str:
        """A constant of the rows of these parameters, end to end."""
        return self.numbers(joined(*names), np.concatenate([self.parameters[name] for name in names]))

    def product(self, x: str, names: Sequence[str], matrix: npt.NDArray[np.float32], bias: str = "") -> str:
        """`x` [..., inputs] times `matrix` [outputs, inputs], transposed, and `bias` [outputs] if there is one.

        In 8 bits where the matrix's rows are whole blocks.
        """
        outputs, inputs = matrix.shape
        name = joined(*names)
        if self.weights != "int8" or inputs % BLOCK:
            out = self.op("MatMul", x, self.numbers(name + TRANSPOSED, matrix.T))
            return self.op("Add", out, bias) if bias else out
        packed, scales = quantized(matrix)
        return self.op(
            "MatMulNBits",
            x,
            self.constant(f"{name}.int8", packed, np.uint8),
            self.constant(f"{name}.scales", scales, np.float32),
            *(("", "", bias) if bias else ()),
            domain=_CONTRIB,
            K=inputs,
            N=outputs,
            bits=8,
            block_size=BLOCK,
            accuracy_level=_INTEGER_PRODUCTS,
        )
