"""What a model remembers of the events it heard: the two kinds of streaming state a graph can carry, one protocol.

A ring holds what each event left, as the keys and values that a transformer caches (`RingState` of contract 2; that of
contract 3 is in `tape`); a snapshot is small, and replaced at every event. A state hears a few events at a time
(`steps` says how many at once) at a position that the caller keeps (`rewind.RingPosition`), and can be put back to any
of the last `rewind` positions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from bridge.engine.manifest import Manifest
from bridge.engine.model import Contexts, Events
from bridge.engine.onnx_session import BOOLEAN, FLOAT, HALF, INTEGER, BoundCall, OnnxSession, Signature, Slot
from bridge.engine.repetition import ECHO_SIZE, STREAM_SIZE
from bridge.engine.rewind import History
from bridge.vocabulary.codec import CONTEXT_SIZE, FIELDS

Array = npt.NDArray[Any]

_TENSOR_TYPES = {"float32": FLOAT, "float16": HALF}


class State(Protocol):
    """A model's memory of what it heard."""

    @property
    def steps(self) -> tuple[int, ...]:
        """How many events can be heard at once, most first; 1 is the last."""

    def room(self, position: int) -> int:
        """The most events that can be heard in one call from `position` on."""

    def hear(self, events: Events, context: Contexts, echo: Events | None, position: int) -> npt.NDArray[np.float32]:
        """Hear as many events as one of `steps`, the first at `position`. A view of hidden, float32 [T, H].

        `echo` int64 [T, echo_size(manifest)] for a model that listens to it, else None.
        """

    def rehearse(self, position: int) -> None:
        """Hear as the last time at `position`, the next to be heard, and forget it."""

    def go_to(self, position: int) -> None:
        """Be as after `position` events: one of the last `rewind`."""

    def clear(self) -> None:
        """Forget everything."""

    def arrays(self) -> dict[str, Array]:
        """A copy of all of it."""

    def restore(self, arrays: Mapping[str, Array]) -> None:
        """Take a copy back. Raises ValueError, having changed nothing, for one that does not fit."""


class RingInputs:
    """What the host tells a ring's graph for T events at some position: preallocated, rewritten in place.

    write_index  int64 [1], slot of the first event
    mask         bool [T, slots], the slots each event may attend to: itself and the `window - 1` before it
    """

    __slots__ = ("_window", "mask", "write_index")

    def __init__(self, count: int, window: int, slots: int) -> None:
        self._window = window
        self.write_index = np.zeros(1, dtype=np.int64)
        self.mask = np.zeros((count, slots), dtype=np.bool_)

    @property
    def named(self) -> dict[str, Array]:
        """Both by the names of the graph's inputs."""
        return {"write_index": self.write_index, "mask": self.mask}

    def place(self, position: int) -> None:
        """Rewrite both for events at `position`, `position + 1`, ..."""
        count, slots = self.mask.shape
        self.write_index[0] = position % slots
        self.mask.fill(False)
        for row in range(count):
            newest = position + row
            first, last = max(0, newest - self._window + 1) % slots, newest % slots
            if first <= last:
                self.mask[row, first : last + 1] = True
            else:
                self.mask[row, first:] = True
                self.mask[row, : last + 1] = True


class RotaryInputs:
    """The rotary angles of T positions, cos and sin float32 [T, head_dim / 2]: preallocated, rewritten in place."""

    __slots__ = ("_frequencies", "_offsets", "cos", "sin")

    def __init__(self, count: int, head_dim: int, base: float) -> None:
        self._offsets = np.arange(count, dtype=np.float64)[:, None]
        self._frequencies = base ** (-np.arange(0, head_dim, 2, dtype=np.float64) / head_dim)
        self.cos = np.zeros((count, head_dim // 2), dtype=np.float32)
        self.sin = np.zeros((count, head_dim // 2), dtype=np.float32)

    def place(self, position: int) -> None:
        """Rewrite both for events at `position`, `position + 1`, ...

        Angles are float64 until the last: float32 would be off by a quarter turn after ten million events.
        """
        self._turn((self._offsets + position) * self._frequencies)

    def place_each(self, positions: Sequence[int]) -> None:
        """Rewrite both for events at these positions."""
        self._turn(np.array(positions, dtype=np.float64)[:, None] * self._frequencies)

    def _turn(self, angles: Array) -> None:
        np.cos(angles, out=self.cos, casting="same_kind")
        np.sin(angles, out=self.sin, casting="same_kind")


class _Buffers(NamedTuple):
    """One prebound call for T events."""

    events: Events
    context: Contexts
    echo: Events
    ring: RingInputs
    rotary: RotaryInputs | None
    hidden: npt.NDArray[np.float32]
    call: BoundCall


class RingState:
    """The ring of contract 2: the graph writes in place what each event left; going back is the caller's counter."""

    def __init__(self, session: OnnxSession, manifest: Manifest) -> None:
        self._slots = manifest.slots
        self._tensors = {tensor.name: session.tensor(tensor.shape, tensor.dtype) for tensor in manifest.state}
        # Powers of two: any number of events is few calls, all of them bound beforehand.
        self.steps = tuple(1 << i for i in reversed(range(manifest.max_chunk.bit_length())))
        self._buffers = {count: self._bind(session, manifest, count) for count in self.steps}

    def _bind(self, session: OnnxSession, manifest: Manifest, count: int) -> _Buffers:
        events, context, echo = event_buffers(count, manifest)
        ring, rotary = RingInputs(count, manifest.window, manifest.slots), None
        hidden = np.zeros((count, manifest.hidden), dtype=np.float32)
        inputs: dict[str, Array] = {"events": events, "context": context, **ring.named}
        if manifest.echo:
            inputs["echo"] = echo
        if manifest.rotary is not None:
            rotary = RotaryInputs(count, manifest.rotary.head_dim, manifest.rotary.base)
            inputs |= {"cos": rotary.cos, "sin": rotary.sin}
        call = session.bind(inputs, {"hidden": hidden}, self._tensors)
        return _Buffers(events, context, echo, ring, rotary, hidden, call)

    def room(self, position: int) -> int:
        """See `State`: always a chunk."""
        return self._slots

    def hear(self, events: Events, context: Contexts, echo: Events | None, position: int) -> npt.NDArray[np.float32]:
        """See `State`."""
        buffers = self._buffers[len(events)]
        buffers.events[:] = events
        buffers.context[:] = context
        if echo is not None:
            buffers.echo[:] = echo
        buffers.ring.place(position)
        if buffers.rotary is not None:
            buffers.rotary.place(position)
        buffers.call.run()
        return buffers.hidden

    def rehearse(self, position: int) -> None:
        """See `State`: the slot that is written holds nothing that can still be asked for."""
        buffers = self._buffers[1]
        self.hear(buffers.events, buffers.context, buffers.echo, position)

    def go_to(self, position: int) -> None:
        """See `State`: nothing to do. Who goes back moves the position; slots beyond it are masked (`RingInputs`)."""

    def clear(self) -> None:
        """See `State`."""
        for tensor in self._tensors.values():
            tensor.clear()

    def arrays(self) -> dict[str, Array]:
        """See `State`."""
        return {name: tensor.read() for name, tensor in self._tensors.items()}

    def restore(self, arrays: Mapping[str, Array]) -> None:
        """See `State`."""
        checked = {name: np.empty(tensor.shape, dtype=tensor.dtype) for name, tensor in self._tensors.items()}
        restore_arrays(checked, arrays)
        for name, tensor in self._tensors.items():
            tensor.write(checked[name])


class SnapshotState:
    """Small tensors, replaced at every event; the last `rewind + 1` copies are kept on the host."""

    steps = (1,)

    def __init__(self, session: OnnxSession, manifest: Manifest) -> None:
        self._events, self._context, self._echo = event_buffers(1, manifest)
        self._hidden = np.zeros((1, manifest.hidden), dtype=np.float32)
        self._before = {tensor.name: np.zeros(tensor.shape, tensor.dtype) for tensor in manifest.state}
        self._after = {tensor.name: np.zeros(tensor.shape, tensor.dtype) for tensor in manifest.state}
        depth = manifest.rewind + 1
        self._history = {tensor.name: History(depth, tensor.shape, tensor.dtype) for tensor in manifest.state}
        inputs: dict[str, Array] = {"events": self._events, "context": self._context, **self._before}
        if manifest.echo:
            inputs["echo"] = self._echo
        outputs = {"hidden": self._hidden, **{f"{name}_out": array for name, array in self._after.items()}}
        self._call = session.bind(inputs, outputs, {})

    @property
    def before(self) -> Mapping[str, Array]:
        """The tensors as they are now, by name."""
        return self._before

    def room(self, position: int) -> int:
        """See `State`."""
        return 1

    def hear(self, events: Events, context: Contexts, echo: Events | None, position: int) -> npt.NDArray[np.float32]:
        """See `State`."""
        self._events[:] = events
        self._context[:] = context
        if echo is not None:
            self._echo[:] = echo
        self._call.run()
        self.take(self._after, position + 1)
        return self._hidden

    def take(self, tensors: Mapping[str, Array], position: int) -> None:
        """Be as `tensors`, those after `position` events."""
        for name, after in tensors.items():
            self._before[name][:] = after
            self._history[name].put(position, after)

    def rehearse(self, position: int) -> None:
        """See `State`."""
        self._call.run()

    def go_to(self, position: int) -> None:
        """See `State`."""
        for name, before in self._before.items():
            before[:] = self._history[name].at(position) if position else 0.0

    def clear(self) -> None:
        """See `State`."""
        for array in self._targets().values():
            array.fill(0.0)

    def arrays(self) -> dict[str, Array]:
        """See `State`."""
        return {name: array.copy() for name, array in self._targets().items()}

    def restore(self, arrays: Mapping[str, Array]) -> None:
        """See `State`."""
        restore_arrays(self._targets(), arrays)

    def _targets(self) -> dict[str, Array]:
        histories = {f"{name}.history": history.values for name, history in self._history.items()}
        return {**self._before, **histories}


def restore_arrays(targets: Mapping[str, Array], arrays: Mapping[str, Array]) -> None:
    """Copy `arrays` into `targets`. Raises ValueError, having changed nothing, unless names, shapes and types match."""
    if arrays.keys() != targets.keys():
        raise ValueError(f"a snapshot of {sorted(arrays)} does not fit a state of {sorted(targets)}")
    for name, target in targets.items():
        if arrays[name].shape != target.shape or arrays[name].dtype != target.dtype:
            given = f"{arrays[name].dtype}{list(arrays[name].shape)}"
            raise ValueError(f"snapshot of {name} is {given}, the state is {target.dtype}{list(target.shape)}")
    for name, target in targets.items():
        np.copyto(target, arrays[name])


def echo_size(manifest: Manifest) -> int:
    """How many numbers of the echo `feed.onnx` is told of each event."""
    return STREAM_SIZE if manifest.contract >= 3 else ECHO_SIZE


def feed_signature(manifest: Manifest) -> tuple[Signature, Signature]:
    """Inputs and outputs of `feed.onnx`, as the contract and this manifest's state say."""
    inputs: dict[str, Slot] = {
        "events": (INTEGER, (None, len(FIELDS))),
        "context": (FLOAT, (None, CONTEXT_SIZE)),
    }
    outputs: dict[str, Slot] = {"hidden": (FLOAT, (None, manifest.hidden))}
    free = manifest.contract >= 3
    if manifest.echo:
        inputs["echo"] = (INTEGER, (None, echo_size(manifest)))
    if manifest.kind == "ring":
        inputs["write_index"] = (INTEGER, (1,))
        if manifest.reaches:
            inputs["back"] = (INTEGER, (len(manifest.reaches), None))
        else:
            inputs["mask"] = (BOOLEAN, (None, None if free else manifest.slots))
    if manifest.rotary is not None:
        inputs["cos"] = inputs["sin"] = (FLOAT, (None, manifest.rotary.head_dim // 2))
    for tensor in manifest.state:
        shape: tuple[int | None, ...] = tensor.shape
        if free:
            shape = (1, None, *tensor.shape[2:]) if manifest.kind == "ring" else (None, *tensor.shape[1:])
        inputs[tensor.name] = outputs[f"{tensor.name}_out"] = (_TENSOR_TYPES[tensor.dtype], shape)
    return inputs, outputs


def event_buffers(count: int, manifest: Manifest) -> tuple[Events, Contexts, Events]:
    """For events, contexts and echoes."""
    return (
        np.zeros((count, len(FIELDS)), dtype=np.int64),
        np.zeros((count, CONTEXT_SIZE), dtype=np.float32),
        np.zeros((count, echo_size(manifest)), dtype=np.int64),
    )
