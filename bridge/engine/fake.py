"""A model that needs no weights: for tests of the core and for `--dry`.

Its memory is real: the hidden state is a rolling hash of exactly the last `window` events and their contexts, kept
over the same ring arithmetic as a transformer's. A forgotten, doubled or badly rewound event changes what it plays.
What it plays is plain: short waits, pitches around middle C, all equally likely, rotated by the hash.
"""

from __future__ import annotations

import math
import zlib
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.codec import DRUMS, DT_TICKS, DURATION_TICKS, FIELDS, SIZES, Event
from bridge.engine.checks import check_events, check_sampling
from bridge.engine.constraints import Constraints, Mask
from bridge.engine.model import Contexts, Events, PerField, Sample, Snapshot
from bridge.engine.state import RingPosition

_PRIME: Final = (1 << 61) - 1
_BASE: Final = 0x1F3D5B79A5A5A5A5 % _PRIME
_ALTERNATIVES: Final = 4


def _classes(size: int, low: int, stop: int) -> Mask:
    mask = np.zeros(size, dtype=np.bool_)
    mask[low:stop] = True
    return mask


_USUAL_DT: Final = _classes(SIZES[0], 0, int(np.searchsorted(DT_TICKS, 24)) + 1)
_USUAL_PITCH: Final = _classes(SIZES[2], 48, 85)
_USUAL_DRUM: Final = _classes(SIZES[2], 35, 58)
_USUAL_VELOCITY: Final = _classes(SIZES[3], 12, 26)
_USUAL_DURATION: Final = _classes(SIZES[4], 5, int(np.searchsorted(DURATION_TICKS, 48)) + 1)


class FakeModel:
    """A deterministic stand-in that satisfies `bridge.engine.model.Model`."""

    def __init__(self, name: str = "fake", window: int = 512, rewind: int = 256) -> None:
        self._name = name
        self._ring = RingPosition(window, rewind)
        self._codes = np.zeros(self._ring.slots, dtype=np.uint32)
        self._hidden = np.zeros(rewind + 1, dtype=np.uint64)
        self._falls_out = pow(_BASE, window, _PRIME)

    @property
    def name(self) -> str:
        """The model's name."""
        return self._name

    @property
    def provider(self) -> str:
        """Where it runs."""
        return "numpy"

    @property
    def position(self) -> int:
        """Events heard since the last reset."""
        return self._ring.position

    @property
    def rewindable(self) -> int:
        """Events that can be taken back now."""
        return self._ring.rewindable

    def feed(self, events: Events, context: Contexts) -> None:
        """Hear T events: int64 [T, 5], float32 [T, CONTEXT_SIZE]. Raises ValueError as the protocol says."""
        check_events(events, context)
        for event, around in zip(events, context, strict=True):
            self._hear(zlib.crc32(around.tobytes(), zlib.crc32(event.tobytes())))

    def _hear(self, code: int) -> None:
        ring = self._ring
        place = ring.position
        hidden = self._hidden_at(place) * _BASE + code + 1
        if place >= ring.window:
            hidden -= (int(self._codes[(place - ring.window) % ring.slots]) + 1) * self._falls_out
        self._codes[place % ring.slots] = code
        ring.advance(1)
        self._hidden[ring.position % len(self._hidden)] = hidden % _PRIME

    def _hidden_at(self, position: int) -> int:
        return int(self._hidden[position % len(self._hidden)]) if position else 0

    def sample(
        self, constraints: Constraints, uniform: npt.NDArray[np.float32], temperature: PerField, top_p: PerField
    ) -> Sample:
        """Draw the next event. Raises RuntimeError before any feed, ValueError for a bad temperature or top_p."""
        if not self.position:
            raise RuntimeError(f"model {self._name} has heard nothing: feed it an event before sample()")
        _, shares = check_sampling(uniform, temperature, top_p)
        hidden = self._hidden_at(self.position)
        drawn: list[int] = []
        log_prob: list[float] = []
        alternatives: list[tuple[int, ...]] = []
        probabilities: list[tuple[float, ...]] = []
        for field in range(len(FIELDS)):
            allowed, usual = _field_masks(constraints, field, drawn)
            candidates = np.flatnonzero(allowed & usual)
            if not len(candidates):
                candidates = np.flatnonzero(allowed)
            count = len(candidates)
            hidden = (hidden * _BASE + field + 1) % _PRIME
            first = hidden % count
            kept = max(1, math.ceil(shares[field] * count))
            draw = min(int(float(uniform[field]) * kept), kept - 1)
            drawn.append(int(candidates[(first + draw) % count]))
            log_prob.append(-math.log(count))
            alternatives.append(tuple(int(candidates[(first + i) % count]) for i in range(_ALTERNATIVES)))
            probabilities.append(tuple(1.0 / count if i < count else 0.0 for i in range(_ALTERNATIVES)))
        return Sample(Event(*drawn), tuple(log_prob), tuple(alternatives), tuple(probabilities))

    def rewind(self, count: int) -> None:
        """Take back the last `count` events. Raises ValueError for more than `rewindable`."""
        self._ring.rewind(count)

    def reset(self) -> None:
        """Forget everything."""
        self._ring.reset()

    def snapshot(self) -> Snapshot:
        """A copy of the state."""
        arrays: dict[str, npt.NDArray[np.generic]] = {"codes": self._codes.copy(), "hidden": self._hidden.copy()}
        return Snapshot(self._name, self._ring.position, self._ring.high_water, arrays)

    def restore(self, snapshot: Snapshot) -> None:
        """Go on from a snapshot of this model. Raises ValueError for any other."""
        shapes = {name: array.shape for name, array in snapshot.arrays.items()}
        ours = {"codes": self._codes.shape, "hidden": self._hidden.shape}
        if snapshot.model != self._name or shapes != ours:
            raise ValueError(f"model {self._name} cannot take a snapshot of {snapshot.model} {shapes}: it holds {ours}")
        self._ring.move_to(snapshot.position, snapshot.high_water)
        np.copyto(self._codes, snapshot.arrays["codes"], casting="no")
        np.copyto(self._hidden, snapshot.arrays["hidden"], casting="no")

    def warm_up(self) -> None:
        """Nothing to warm."""


def _field_masks(constraints: Constraints, field: int, drawn: list[int]) -> tuple[Mask, Mask]:
    """(allowed, usual) classes of a field, given the fields drawn before it."""
    match FIELDS[field]:
        case "dt":
            return constraints.dt, _USUAL_DT
        case "voice":
            return constraints.voice, constraints.voice
        case "pitch":
            return constraints.pitch[drawn[1]], _USUAL_DRUM if drawn[1] == DRUMS else _USUAL_PITCH
        case "velocity":
            return constraints.velocity, _USUAL_VELOCITY
        case _:
            return constraints.duration, _USUAL_DURATION
