"""The two kinds of streaming state a graph can carry, behind one protocol.

A state hears a few events at a time (`steps` says how many at once) at a position the caller keeps, and can be put
back to any of the last `rewind` positions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from bridge.engine.manifest import Manifest
from bridge.engine.model import Contexts, Events
from bridge.engine.onnx_session import BOOLEAN, FLOAT, HALF, INTEGER, BoundCall, Session, Signature, Slot
from bridge.engine.repetition import ECHO_SIZE
from bridge.engine.state import History, RingInputs, RotaryInputs, restore_arrays
from bridge.vocabulary.codec import CONTEXT_SIZE, FIELDS

Array = npt.NDArray[Any]

_TENSOR_TYPES = {"float32": FLOAT, "float16": HALF}


class State(Protocol):
    """A model's memory of what it heard."""

    @property
    def steps(self) -> tuple[int, ...]:
        """How many events can be heard at once, most first; 1 is the last."""

    def hear(self, events: Events, context: Contexts, echo: Events | None, position: int) -> npt.NDArray[np.float32]:
        """Hear as many events as one of `steps`, the first at `position`. A view of hidden, float32 [T, H].

        `echo` int64 [T, ECHO_SIZE] for a model that listens to it, else None.
        """

    def go_to(self, position: int) -> None:
        """Be as after `position` events: one of the last `rewind`."""

    def clear(self) -> None:
        """Forget everything."""

    def arrays(self) -> dict[str, Array]:
        """A copy of all of it."""

    def restore(self, arrays: Mapping[str, Array]) -> None:
        """Take a copy back. Raises ValueError, having changed nothing, for one that does not fit."""


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
    """What each event left, in a ring that the graph writes in place; going back is the caller's counter alone."""

    def __init__(self, session: Session, manifest: Manifest) -> None:
        self._tensors = {tensor.name: session.tensor(tensor.shape, tensor.dtype) for tensor in manifest.state}
        # Powers of two: any number of events is few calls, all of them bound beforehand.
        self.steps = tuple(1 << i for i in reversed(range(manifest.max_chunk.bit_length())))
        self._buffers = {count: self._bind(session, manifest, count) for count in self.steps}

    def _bind(self, session: Session, manifest: Manifest, count: int) -> _Buffers:
        events, context, echo = _event_buffers(count)
        ring, rotary = RingInputs(count, manifest.window, manifest.window + manifest.rewind), None
        hidden = np.zeros((count, manifest.hidden), dtype=np.float32)
        inputs: dict[str, Array] = {
            "events": events,
            "context": context,
            "write_index": ring.write_index,
            "mask": ring.mask,
        }
        if manifest.echo:
            inputs["echo"] = echo
        if manifest.rotary is not None:
            rotary = RotaryInputs(count, manifest.rotary.head_dim, manifest.rotary.base)
            inputs |= {"cos": rotary.cos, "sin": rotary.sin}
        call = session.bind(inputs, {"hidden": hidden}, self._tensors)
        return _Buffers(events, context, echo, ring, rotary, hidden, call)

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

    def go_to(self, position: int) -> None:
        """See `State`: slots beyond the position are masked out, so there is nothing to do."""

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

    def __init__(self, session: Session, manifest: Manifest) -> None:
        self._events, self._context, self._echo = _event_buffers(1)
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

    def hear(self, events: Events, context: Contexts, echo: Events | None, position: int) -> npt.NDArray[np.float32]:
        """See `State`."""
        self._events[:] = events
        self._context[:] = context
        if echo is not None:
            self._echo[:] = echo
        self._call.run()
        for name, after in self._after.items():
            self._before[name][:] = after
            self._history[name].put(position + 1, after)
        return self._hidden

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


def feed_signature(manifest: Manifest) -> tuple[Signature, Signature]:
    """Inputs and outputs of `feed.onnx`, as the contract and this manifest's state say."""
    inputs: dict[str, Slot] = {
        "events": (INTEGER, (None, len(FIELDS))),
        "context": (FLOAT, (None, CONTEXT_SIZE)),
    }
    outputs: dict[str, Slot] = {"hidden": (FLOAT, (None, manifest.hidden))}
    if manifest.echo:
        inputs["echo"] = (INTEGER, (None, ECHO_SIZE))
    if manifest.kind == "ring":
        inputs |= {"write_index": (INTEGER, (1,)), "mask": (BOOLEAN, (None, manifest.window + manifest.rewind))}
    if manifest.rotary is not None:
        inputs["cos"] = inputs["sin"] = (FLOAT, (None, manifest.rotary.head_dim // 2))
    for tensor in manifest.state:
        inputs[tensor.name] = outputs[f"{tensor.name}_out"] = (_TENSOR_TYPES[tensor.dtype], tensor.shape)
    return inputs, outputs


def _event_buffers(count: int) -> tuple[Events, Contexts, Events]:
    """For events, contexts and echoes."""
    return (
        np.zeros((count, len(FIELDS)), dtype=np.int64),
        np.zeros((count, CONTEXT_SIZE), dtype=np.float32),
        np.zeros((count, ECHO_SIZE), dtype=np.int64),
    )
