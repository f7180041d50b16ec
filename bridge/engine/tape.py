"""The ring state (keys and values) of contract 3: events lie in a row, and a call looks at just the stretch it needs.

What is masked out costs as much as what is looked at, so a call is bound to the slots from the first that is looked at
to the last that is written, in steps of `STEP`. At the end of the tape the last `window + rewind` events move to its
front, once in as many events as that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from bridge.engine.manifest import Manifest
from bridge.engine.model import Contexts, Events
from bridge.engine.onnx_session import BoundCall, OnnxSession, SessionTensor
from bridge.engine.state import RotaryInputs, event_buffers, restore_arrays

Array = npt.NDArray[Any]

STEP: Final = 64


class _Inputs(NamedTuple):
    """What the calls for T events share."""

    events: Events
    context: Contexts
    echo: Events
    hidden: npt.NDArray[np.float32]
    write_index: npt.NDArray[np.int64]
    back: npt.NDArray[np.int64]
    rotary: RotaryInputs | None
    named: dict[str, Array]


class _View(NamedTuple):
    """A call that looks at the slots from `first` on, as many as `mask` bool [T, slots] is long."""

    first: int
    mask: npt.NDArray[np.bool_]
    call: BoundCall


class TapeState:
    """Satisfies `bridge.engine.state.State`; going back is the caller's counter alone."""

    def __init__(self, session: OnnxSession, manifest: Manifest) -> None:
        self._session = session
        self._manifest = manifest
        self._kept = manifest.slots
        self._capacity = -(-2 * self._kept // STEP) * STEP
        self._base = 0  # the position of the event in slot 0
        # A convolution looks at single slots, and finds nothing in the one behind all others.
        self._whole = session.cuda or bool(manifest.reaches)
        slots = self._capacity + bool(manifest.reaches)
        self._tensors: dict[str, SessionTensor] = {
            tensor.name: session.tensor((1, slots, *tensor.shape[2:]), tensor.dtype) for tensor in manifest.state
        }
        self._reaches = np.array(manifest.reaches, dtype=np.int64)[:, None]
        # Powers of two: any number of events is few calls.
        self.steps = tuple(1 << i for i in reversed(range(manifest.max_chunk.bit_length())))
        self._inputs = {count: self._prepare(count) for count in self.steps}
        self._views: dict[tuple[int, int, int], _View] = {}

    def room(self, position: int) -> int:
        """See `State`: always a chunk."""
        return self.steps[0]

    def hear(self, events: Events, context: Contexts, echo: Events | None, position: int) -> npt.NDArray[np.float32]:
        """See `State`."""
        count = len(events)
        if position + count - self._base > self._capacity:
            self._move(position - self._kept)
        inputs = self._inputs[count]
        inputs.events[:] = events
        inputs.context[:] = context
        if echo is not None:
            inputs.echo[:] = echo
        if inputs.rotary is not None:
            inputs.rotary.place(position)
        view = self._view(position, count)
        inputs.write_index[0] = position - self._base - view.first
        if self._manifest.reaches:
            places = position - self._base + np.arange(count) - self._reaches
            inputs.back[:] = np.where(places + self._base >= 0, places, self._capacity)
        else:
            view.mask.fill(False)
            for row in range(count):
                newest = position + row
                oldest = max(newest - self._manifest.window + 1, 0)
                view.mask[row, oldest - self._base - view.first : newest + 1 - self._base - view.first] = True
        view.call.run()
        return inputs.hidden

    def rehearse(self, position: int) -> None:
        """See `State`: the slot that is written is not yet, or no longer, anybody's."""
        inputs = self._inputs[1]
        self.hear(inputs.events, inputs.context, inputs.echo, position)

    def rows(self, first: int, count: int) -> dict[str, Array]:
        """A copy of what `count` events from position `first` on left, by tensor."""
        slots = np.arange(first, first + count) - self._base
        return {name: tensor.rows(slots) for name, tensor in self._tensors.items()}

    def put(self, position: int, rows: Mapping[str, Array], count: int) -> None:
        """Have heard `count` events from `position` on that left `rows`."""
        if position + count - self._base > self._capacity:
            self._move(position - self._kept)
        slots = np.arange(position, position + count) - self._base
        for name, tensor in self._tensors.items():
            tensor.put(slots, rows[name])

    def go_to(self, position: int) -> None:
        """See `State`: nothing to do. Who goes back moves the position, and `hear` masks the slots beyond it."""

    def clear(self) -> None:
        """See `State`."""
        self._base = 0
        for tensor in self._tensors.values():
            tensor.clear()

    def arrays(self) -> dict[str, Array]:
        """See `State`."""
        return {"tape.base": np.array([self._base]), **{name: t.read() for name, t in self._tensors.items()}}

    def restore(self, arrays: Mapping[str, Array]) -> None:
        """See `State`."""
        checked: dict[str, Array] = {name: np.empty(t.shape, dtype=t.dtype) for name, t in self._tensors.items()}
        checked["tape.base"] = np.empty(1, dtype=np.int64)
        restore_arrays(checked, arrays)
        self._base = int(checked["tape.base"][0])
        for name, tensor in self._tensors.items():
            tensor.write(checked[name])

    def _prepare(self, count: int) -> _Inputs:
        manifest = self._manifest
        events, context, echo = event_buffers(count, manifest)
        hidden = np.zeros((count, manifest.hidden), dtype=np.float32)
        write_index, rotary = np.zeros(1, dtype=np.int64), None
        back = np.zeros((len(manifest.reaches), count), dtype=np.int64)
        named: dict[str, Array] = {"events": events, "context": context, "write_index": write_index}
        if manifest.reaches:
            named["back"] = back
        if manifest.echo:
            named["echo"] = echo
        if manifest.rotary is not None:
            rotary = RotaryInputs(count, manifest.rotary.head_dim, manifest.rotary.base)
            named |= {"cos": rotary.cos, "sin": rotary.sin}
        return _Inputs(events, context, echo, hidden, write_index, back, rotary, named)

    def _view(self, position: int, count: int) -> _View:
        """The call for `count` events from `position` on."""
        if self._whole:
            first, stop = 0, self._capacity
        else:
            first = max(position - self._manifest.window + 1 - self._base, 0) // STEP * STEP
            stop = -(-(position + count - self._base) // STEP) * STEP
        found = self._views.get((count, first, stop))
        if found is None:
            found = self._views[count, first, stop] = self._bind(count, first, stop)
        return found

    def _bind(self, count: int, first: int, stop: int) -> _View:
        inputs, reaches = self._inputs[count], bool(self._manifest.reaches)
        mask = np.zeros((count, stop - first), dtype=np.bool_)
        named = inputs.named if reaches else {**inputs.named, "mask": mask}
        slots = stop - first + reaches
        shapes = {tensor.name: (1, slots, *tensor.shape[2:]) for tensor in self._manifest.state}
        call = self._session.bind(named, {"hidden": inputs.hidden}, self._tensors, shapes, first)
        return _View(first, mask, call)

    def _move(self, base: int) -> None:
        """Have the event at position `base` in slot 0; what lies before it is lost."""
        gone = base - self._base
        from_, to = np.arange(gone, min(gone + self._kept, self._capacity)), np.arange(self._kept)
        for tensor in self._tensors.values():
            tensor.put(to[: len(from_)], tensor.rows(from_))
        self._base = base
