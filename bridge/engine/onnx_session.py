"""ONNX Runtime at arm's length: sessions, tensors where they run, and calls that allocate nothing of ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt
import onnxruntime

from bridge.engine.errors import ModelError
from bridge.engine.manifest import Graph, read_graph
from bridge.engine.providers import Provider

# Type and shape of a graph's input or output; None stands for T, the number of events, ANY for whatever a graph says.
ANY: Final = -1
Slot = tuple[str, tuple[int | None, ...]]
Signature = Mapping[str, Slot]
FLOAT: Final = "tensor(float)"
HALF: Final = "tensor(float16)"
INTEGER: Final = "tensor(int64)"
BOOLEAN: Final = "tensor(bool)"

# What goes wrong comes as an exception too: nothing of a stranger's graph is written to the terminal by the runtime.
_FATAL_ONLY: Final = 4
_TYPE_OF: Final = {np.dtype(kind): kind for kind in (np.float32, np.float16, np.int64, np.bool_)}

Array = npt.NDArray[Any]


class OnnxSession:
    """One graph, loaded from the very bytes the manifest vouches for.

    One thread by default: at this size a second one costs more than it brings (0.34 ms a step instead of 0.25)
    unless it spins, and a spinning thread takes a core from the audio engine next door.
    """

    def __init__(self, graph: Graph, provider: Provider, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = _FATAL_ONLY
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # Rounding as on the CPU: TF32 alone would cost the streaming equality.
        settings: list[dict[str, str]] = [{"use_tf32": "0"}, {}] if provider.cuda else [{}]
        data = read_graph(graph)
        try:
            self._session = onnxruntime.InferenceSession(data, options, provider.order, settings)
        except Exception as error:  # noqa: BLE001 - the runtime's exceptions share no base class
            raise ModelError(
                f"{graph.path}: ONNX Runtime {onnxruntime.__version__} refuses it ({_short(error)}): "
                "a transformer needs 1.25 or later; upgrade, or export the model again"
            ) from None
        self.path = graph.path
        self.cuda = "CUDAExecutionProvider" in self._session.get_providers()
        if provider.cuda and not self.cuda:
            raise ModelError(f"{graph.path}: CUDA was asked for and did not start; use provider cpu")

    def check(self, inputs: Signature, outputs: Signature) -> None:
        """Raises ModelError unless inputs and outputs are exactly these."""
        self._check("input", self._session.get_inputs(), inputs)
        self._check("output", self._session.get_outputs(), outputs)

    def _check(self, what: str, found: Iterable[Any], wanted: Signature) -> None:
        by_name = {argument.name: argument for argument in found}
        for name in by_name.keys() - wanted.keys():
            raise ModelError(f"{self.path}: {what} {name!r} is not in the contract: {what}s are {', '.join(wanted)}")
        for name, (kind, shape) in wanted.items():
            if name not in by_name:
                raise ModelError(f"{self.path}: {what} {name!r} is missing: there are {', '.join(sorted(by_name))}")
            argument = by_name[name]
            if argument.type != kind or not _same_shape(argument.shape, shape):
                needed = ["T" if size is None else size for size in shape]
                given = f"{argument.type} {argument.shape}"
                raise ModelError(f"{self.path}: {what} {name!r} is {given}, the contract says {kind} {needed}")

    def run(self, inputs: Mapping[str, Array], output: str) -> npt.NDArray[np.float32]:
        """One call with buffers of the runtime's own: for what is asked for seldom, and in any shape."""
        found: npt.NDArray[np.float32] = self._session.run([output], dict(inputs))[0]
        return found

    def tensor(self, shape: tuple[int, ...], dtype: npt.DTypeLike) -> SessionTensor:
        """Zeros, float32 or float16, where this session runs."""
        kind = np.dtype(dtype)
        return DeviceTensor(shape, kind, "cuda") if self.cuda else HostTensor(shape, kind)

    def bind(
        self,
        inputs: Mapping[str, Array],
        outputs: Mapping[str, Array],
        in_place: Mapping[str, SessionTensor],
        shapes: Mapping[str, tuple[int, ...]] | None = None,
        first: int = 0,
    ) -> BoundCall:
        """A call with these buffers; each tensor of `in_place` is also the output `<name>_out`.

        On the CPU only a part of them may take part: of the `shapes` that are given, from slot `first` on.
        """
        return BoundCall(self._session, self.cuda, inputs, outputs, in_place, shapes or {}, first)


class SessionTensor(Protocol):
    """A tensor that stays where the session runs, bound as input and as output of the same call."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    def clear(self) -> None:
        """All zeros."""

    def read(self) -> Array:
        """A copy."""

    def write(self, array: Array) -> None:
        """Replace the contents; `array` has the tensor's shape."""

    def rows(self, slots: Array) -> Array:
        """A copy of these slots, which lie along axis 1."""

    def put(self, slots: Array, rows: Array) -> None:
        """Write these slots; the others stay."""

    def bind(self, binding: Any, name: str, shape: tuple[int, ...], first: int) -> None:
        """Be the input `name` and the output `<name>_out`: as many slots as `shape` says, from `first` on."""


class HostTensor:
    """Numbers in main memory. Calls may be bound to a part of its slots alone."""

    def __init__(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
        self.values: Array = np.zeros(shape, dtype=dtype)
        self.shape = shape
        self.dtype = dtype

    def clear(self) -> None:
        """All zeros."""
        self.values.fill(0)

    def read(self) -> Array:
        """A copy."""
        return self.values.copy()

    def write(self, array: Array) -> None:
        """Replace the contents; `array` has the tensor's shape."""
        self.values[:] = array

    def rows(self, slots: Array) -> Array:
        """See `SessionTensor`."""
        taken: Array = self.values[:, slots]
        return taken

    def put(self, slots: Array, rows: Array) -> None:
        """See `SessionTensor`."""
        self.values[:, slots] = rows

    def bind(self, binding: Any, name: str, shape: tuple[int, ...], first: int) -> None:
        """See `SessionTensor`."""
        address = self.values[:, first:].ctypes.data
        binding.bind_input(name, "cpu", 0, _TYPE_OF[self.dtype], shape, address)
        binding.bind_output(f"{name}_out", "cpu", 0, _TYPE_OF[self.dtype], shape, address)


class DeviceTensor:
    """Numbers on a GPU. Calls are bound to all of it."""

    def __init__(self, shape: tuple[int, ...], dtype: np.dtype[Any], device: str) -> None:
        self.value = onnxruntime.OrtValue.ortvalue_from_shape_and_type(shape, _TYPE_OF[dtype], device, 0)
        self.shape = shape
        self.dtype = dtype
        self.clear()

    def clear(self) -> None:
        """All zeros."""
        self.write(np.zeros(self.shape, dtype=self.dtype))

    def read(self) -> Array:
        """A copy."""
        return np.array(self.value.numpy(), dtype=self.dtype)

    def write(self, array: Array) -> None:
        """Replace the contents; `array` has the tensor's shape."""
        self.value.update_inplace(np.ascontiguousarray(array, dtype=self.dtype))

    def rows(self, slots: Array) -> Array:
        """See `SessionTensor`."""
        taken: Array = self.read()[:, slots]
        return taken

    def put(self, slots: Array, rows: Array) -> None:
        """See `SessionTensor`."""
        values = self.read()
        values[:, slots] = rows
        self.write(values)

    def bind(self, binding: Any, name: str, shape: tuple[int, ...], first: int) -> None:
        """See `SessionTensor`; all of it."""
        binding.bind_ortvalue_input(name, self.value)
        binding.bind_ortvalue_output(f"{name}_out", self.value)


class BoundCall:
    """A session with its buffers: write the inputs in place, `run()`, read the outputs in place."""

    def __init__(
        self,
        session: Any,
        cuda: bool,
        inputs: Mapping[str, Array],
        outputs: Mapping[str, Array],
        in_place: Mapping[str, SessionTensor],
        shapes: Mapping[str, tuple[int, ...]],
        first: int,
    ) -> None:
        self._session = session
        self._binding = session.io_binding()
        self._buffers = (
            dict(inputs),
            dict(outputs),
            dict(in_place),
        )  # Bound by address: they must outlive the binding.
        # On the CPU a bound address is read at every run; for CUDA the runtime copies when it is bound.
        self._copied = tuple(inputs.items()) if cuda else ()
        for name, array in inputs.items():
            if not cuda:
                kind = _TYPE_OF[array.dtype]
                self._binding.bind_input(name, "cpu", 0, kind, array.shape, array.ctypes.data)
        for name, array in outputs.items():
            self._binding.bind_output(name, "cpu", 0, _TYPE_OF[array.dtype], array.shape, array.ctypes.data)
        for name, tensor in in_place.items():
            tensor.bind(self._binding, name, shapes.get(name, tensor.shape), first)

    def run(self) -> None:
        """One call of the graph."""
        for name, array in self._copied:
            self._binding.bind_cpu_input(name, array)
        self._session.run_with_iobinding(self._binding)


def _same_shape(found: list[int | str | None], wanted: tuple[int | None, ...]) -> bool:
    """A wanted number must be there as that number, T must be free."""
    if len(found) != len(wanted):
        return False
    return all(not isinstance(f, int) if w is None else w == ANY or f == w for f, w in zip(found, wanted, strict=True))


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
