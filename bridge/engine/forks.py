"""Several continuations of one past in one call a note: `StreamingModel.fork` for folders of contract 3.

What a ring holds of the past is copied once, whatever the number of candidates; behind it lie the candidates' own
events, in the order in which they were fed, and a mask says whose they are. For eight candidates of `duo` that is 1 MB
and 2 KB an event, where a copy of the ring for each would be 8 MB to read at every note, half of all weights. A
snapshot state is small, and each candidate has one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from bridge.engine.manifest import Manifest
from bridge.engine.model import Contexts, Events
from bridge.engine.onnx_session import BoundCall, OnnxSession, SessionTensor
from bridge.engine.state import RotaryInputs, SnapshotState, event_buffers
from bridge.engine.tape import STEP, TapeState

Array = npt.NDArray[Any]

# The slot of an arena that is never written: a convolution reads it where nothing was heard.
_NOTHING: Final = 0
_FIRST_CAPACITY: Final = 512  # slots for the candidates' own events


class CandidateBatch(Protocol):
    """The memory of several candidates."""

    def hear(self, rows: Sequence[int], events: Events, context: Contexts, echo: Events) -> npt.NDArray[np.float32]:
        """Have each of `rows` hear one event; a view of hidden, float32 [len(rows), H]."""

    def commit(self, row: int) -> None:
        """Have the model's own state go on from `row`."""


class _Buffers(NamedTuple):
    """One bound call for so many candidates."""

    events: Events
    context: Contexts
    echo: Events
    hidden: npt.NDArray[np.float32]
    call: BoundCall
    before: Mapping[str, Array] = {}
    after: Mapping[str, Array] = {}
    write_index: Array = np.zeros(0)
    mask: Array = np.zeros(0)
    back: Array = np.zeros(0)
    rotary: RotaryInputs | None = None


class Arena:
    """Room for the candidates of one model, kept from batch to batch, and the calls that are bound to it."""

    def __init__(self, session: OnnxSession, manifest: Manifest) -> None:
        self.manifest = manifest
        self._session = session
        self._capacity = 0
        self.tensors: dict[str, SessionTensor] = {}
        self._calls: dict[tuple[int, int], _Buffers] = {}

    def reserve(self, slots: int) -> None:
        """Have at least so many slots; what is there stays."""
        if slots <= self._capacity:
            return
        capacity = max(2 * self._capacity, self.manifest.window + _FIRST_CAPACITY, slots)
        capacity = -(-capacity // STEP) * STEP
        for tensor in self.manifest.state:
            larger = self._session.tensor((1, capacity, *tensor.shape[2:]), tensor.dtype)
            if tensor.name in self.tensors:
                old = np.arange(self._capacity)
                larger.put(old, self.tensors[tensor.name].rows(old))
            self.tensors[tensor.name] = larger
        self._capacity = capacity
        self._calls.clear()

    def call(self, count: int, slots: int) -> _Buffers:
        """The call for `count` candidates that looks at the first `slots` slots, or at more."""
        slots = self._capacity if self._session.cuda else min(-(-slots // STEP) * STEP, self._capacity)
        found = self._calls.get((count, slots))
        if found is None:
            found = self._calls[count, slots] = self._bind(count, slots)
        return found

    def _bind(self, count: int, slots: int) -> _Buffers:
        manifest = self.manifest
        events, context, echo = event_buffers(count, manifest)
        hidden = np.zeros((count, manifest.hidden), dtype=np.float32)
        write_index, rotary = np.zeros(1, dtype=np.int64), None
        mask = np.zeros((count, slots), dtype=np.bool_)
        back = np.zeros((len(manifest.reaches), count), dtype=np.int64)
        inputs: dict[str, Array] = {"events": events, "context": context, "write_index": write_index}
        inputs |= {"back": back} if manifest.reaches else {"mask": mask}
        if manifest.echo:
            inputs["echo"] = echo
        if manifest.rotary is not None:
            rotary = RotaryInputs(count, manifest.rotary.head_dim, manifest.rotary.base)
            inputs |= {"cos": rotary.cos, "sin": rotary.sin}
        shapes = {tensor.name: (1, slots, *tensor.shape[2:]) for tensor in manifest.state}
        call = self._session.bind(inputs, {"hidden": hidden}, self.tensors, shapes)
        return _Buffers(
            events, context, echo, hidden, call, write_index=write_index, mask=mask, back=back, rotary=rotary
        )


class RingCandidates:
    """Candidates of a model with a ring: a copy of its past, and the candidates' own events behind it."""

    def __init__(self, arena: Arena, tape: TapeState, position: int, count: int) -> None:
        manifest = arena.manifest
        self._arena = arena
        self._tape = tape
        self._window = manifest.window
        self._reaches = manifest.reaches
        self._position = position
        self._past = min(position, manifest.window - 1)  # events that one still to come looks at
        self._slots: list[list[int]] = [[] for _ in range(count)]
        self._next = _NOTHING + 1 + self._past
        arena.reserve(self._next + count)
        self._mask = np.zeros((count, 0 if self._reaches else self._next), dtype=np.bool_)
        self._mask[:, _NOTHING + 1 :] = True
        here = np.arange(_NOTHING + 1, self._next)
        for name, rows in tape.rows(position - self._past, self._past).items():
            arena.tensors[name].put(here, rows)

    def hear(self, rows: Sequence[int], events: Events, context: Contexts, echo: Events) -> npt.NDArray[np.float32]:
        """See `CandidateBatch`."""
        first, self._next = self._next, self._next + len(rows)
        self._arena.reserve(self._next)
        buffers = self._arena.call(len(rows), self._next)
        buffers.events[:] = events
        buffers.context[:] = context
        buffers.echo[:] = echo
        buffers.write_index[0] = first
        positions = [self._position + len(self._slots[row]) for row in rows]
        if buffers.rotary is not None:
            buffers.rotary.place_each(positions)
        for i, row in enumerate(rows):
            self._slots[row].append(first + i)
        if self._reaches:
            for i, row in enumerate(rows):
                newest = len(self._slots[row]) - 1
                buffers.back[:, i] = [self._slot_of(row, newest - reach) for reach in self._reaches]
        else:
            self._look(rows, buffers.mask)
        buffers.call.run()
        return buffers.hidden

    def commit(self, row: int) -> None:
        """See `CandidateBatch`."""
        own = np.array(self._slots[row], dtype=np.int64)
        rows = {name: tensor.rows(own) for name, tensor in self._arena.tensors.items()}
        self._tape.put(self._position, rows, len(own))

    def _slot_of(self, row: int, place: int) -> int:
        """The slot of a candidate's event, counted from the fork; those before it have negative places."""
        if place >= 0:
            return self._slots[row][place]
        return max(_NOTHING + 1 + self._past + place, _NOTHING)

    def _look(self, rows: Sequence[int], mask: Array) -> None:
        """Let the newest event of each of `rows` look at itself and the `window - 1` before it."""
        known = self._mask.shape[1]
        if self._next > known:
            more = np.zeros((len(self._mask), self._next - known + STEP), dtype=np.bool_)
            self._mask = np.concatenate([self._mask, more], axis=1)
        for row in rows:
            own = self._slots[row]
            self._mask[row, own[-1]] = True
            gone = len(own) - 1 - self._window
            if gone + self._past >= 0:
                self._mask[row, self._slot_of(row, gone)] = False
        looked = min(mask.shape[1], self._mask.shape[1])
        mask[:, :looked] = self._mask[rows, :looked]
        mask[:, looked:] = False


class SnapshotCalls:
    """The calls of a model with a small state, by the number of candidates."""

    def __init__(self, session: OnnxSession, manifest: Manifest) -> None:
        self._session = session
        self._manifest = manifest
        self._calls: dict[int, _Buffers] = {}

    def call(self, count: int) -> _Buffers:
        """The call for `count` candidates."""
        if count not in self._calls:
            events, context, echo = event_buffers(count, self._manifest)
            hidden = np.zeros((count, self._manifest.hidden), dtype=np.float32)
            before, after = (
                {tensor.name: np.zeros((count, *tensor.shape[1:]), tensor.dtype) for tensor in self._manifest.state}
                for _ in range(2)
            )
            inputs: dict[str, Array] = {"events": events, "context": context, **before}
            if self._manifest.echo:
                inputs["echo"] = echo
            outputs = {"hidden": hidden, **{f"{name}_out": array for name, array in after.items()}}
            call = self._session.bind(inputs, outputs, {})
            self._calls[count] = _Buffers(events, context, echo, hidden, call, before, after)
        return self._calls[count]


class SnapshotCandidates:
    """Candidates of a model with a small state: one for each."""

    def __init__(self, calls: SnapshotCalls, state: SnapshotState, position: int, count: int) -> None:
        self._calls = calls
        self._state = state
        self._position = position
        self._now = {name: np.repeat(before, count, axis=0) for name, before in state.before.items()}
        self._heard: list[list[dict[str, Array]]] = [[] for _ in range(count)]

    def hear(self, rows: Sequence[int], events: Events, context: Contexts, echo: Events) -> npt.NDArray[np.float32]:
        """See `CandidateBatch`."""
        buffers = self._calls.call(len(rows))
        buffers.events[:] = events
        buffers.context[:] = context
        buffers.echo[:] = echo
        for name, before in buffers.before.items():
            before[:] = self._now[name][rows]
        buffers.call.run()
        for name, after in buffers.after.items():
            self._now[name][rows] = after
        for i, row in enumerate(rows):
            self._heard[row].append({name: after[i : i + 1].copy() for name, after in buffers.after.items()})
        return buffers.hidden

    def commit(self, row: int) -> None:
        """See `CandidateBatch`."""
        for i, tensors in enumerate(self._heard[row]):
            self._state.take(tensors, self._position + i + 1)
