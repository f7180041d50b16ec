"""A model that needs no weights: for tests of the core and for `--dry`.

Its memory is real: the hidden state is a rolling hash of exactly the last `window` events and their contexts, kept
over the same ring arithmetic as a transformer's. A forgotten, doubled or badly rewound event changes what it plays.
What it plays is plain: short waits, pitches around middle C, all equally likely, rotated by the hash. A guide moves
what is usual: each control to about its level, and never to a silent voice while there is another.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from copy import copy
from functools import lru_cache
from typing import Final, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from bridge.engine.batch_checks import BatchGuard, check_rows
from bridge.engine.checks import check_events, check_given, check_sampling, check_scored
from bridge.engine.constraints import Constraints, Mask
from bridge.engine.model import DRAW, MOST_CANDIDATES, Contexts, Critic, Draw, Events, Given, PerField, Sample, Snapshot
from bridge.engine.rewind import RingPosition
from bridge.vocabulary.codec import (
    DRUMS,
    DT_TICKS,
    DURATION_TICKS,
    FIELDS,
    SIZES,
    TICKS_PER_BEAT,
    VOICES,
    Event,
    velocity_class,
)
from bridge.vocabulary.guide import CONTROLS, ENDING_ENTRY, FREE, SILENT, Guide, check_guide, free_guide

_PRIME: Final = (1 << 61) - 1
_BASE: Final = 0x1F3D5B79A5A5A5A5 % _PRIME
_ALTERNATIVES: Final = 4
_ALL_DRAWN: Final = (DRAW,) * len(FIELDS)
# The middle of the usual waits, in ticks, and how far around its level a guided velocity class or pitch may lie.
_USUAL_WAIT: Final = 12
_VELOCITY_REACH: Final = 3
_PITCH_REACH: Final = 6


def _classes(size: int, low: int, stop: int) -> Mask:
    mask = np.zeros(size, dtype=np.bool_)
    mask[low:stop] = True
    return mask


def _span(grid: npt.NDArray[np.int64], low: float, high: float) -> Mask:
    return (grid >= low) & (grid <= high)


class _Usual(NamedTuple):
    """The usual classes of each field, in the order of codec.FIELDS, and those of a drum's pitch."""

    dt: Mask
    voice: Mask
    pitch: Mask
    velocity: Mask
    duration: Mask
    drum: Mask


@lru_cache(maxsize=64)
def _usual(*guide: int) -> _Usual:
    """What `guide` makes usual.

    Notes are as long as they must be for so many to sound at once: how many do is their rate times their length
    (Little's law).
    """
    asked = [
        None if level == FREE else float(control.levels[level - 1])
        for control, level in zip(CONTROLS, guide[len(VOICES) : ENDING_ENTRY], strict=True)
    ]
    density, energy, register, texture = asked
    wait = _USUAL_WAIT if density is None else TICKS_PER_BEAT / density
    velocity, pitch, duration = (12, 26), (48, 85), (6.0, 48.0)
    if energy is not None:
        middle = velocity_class(round(energy))
        velocity = (max(middle - _VELOCITY_REACH, 0), middle + _VELOCITY_REACH + 1)
    if register is not None:
        pitch = (round(register) - _PITCH_REACH, round(register) + _PITCH_REACH + 1)
    if texture is not None:
        duration = (min(texture * wait / 2, DURATION_TICKS[-1]), texture * wait * 3 / 2)
    return _Usual(
        dt=_span(DT_TICKS, 0, 2 * wait),
        voice=np.array(guide[: len(VOICES)]) != SILENT,
        pitch=_classes(SIZES[2], *pitch),
        velocity=_classes(SIZES[3], *velocity),
        duration=_span(DURATION_TICKS, *duration),
        drum=_classes(SIZES[2], 35, 58),
    )


@lru_cache(maxsize=256)
def _likely(count: int) -> tuple[float, ...]:
    """Probabilities of the first alternatives of so many, all equally likely."""
    return tuple(1.0 / count if i < count else 0.0 for i in range(_ALTERNATIVES))


class FakeModel:
    """A deterministic stand-in that satisfies `bridge.engine.model.Model`."""

    def __init__(self, name: str = "fake", window: int = 512, rewind: int = 256, critic: Critic | None = None) -> None:
        self._name = name
        self._ring = RingPosition(window, rewind)
        self._codes = np.zeros(self._ring.slots, dtype=np.uint32)
        self._hidden = np.zeros(rewind + 1, dtype=np.uint64)
        self._critic = critic
        self._changes = 0
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

    @property
    def critic(self) -> Critic | None:
        """The one it was made with, if any."""
        return self._critic

    def feed(self, events: Events, context: Contexts) -> None:
        """Hear T events: int64 [T, 5], float32 [T, CONTEXT_SIZE]. Raises ValueError as the protocol says."""
        check_events(events, context)
        self._changes += 1
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
        self,
        constraints: Constraints,
        uniform: npt.NDArray[np.float32],
        temperature: PerField,
        top_p: PerField,
        guide: Guide | None = None,
        given: Given | None = None,
    ) -> Sample:
        """Draw the next event. Raises RuntimeError before any feed, ValueError as the protocol says."""
        if not self.position:
            raise RuntimeError(f"model {self._name} has heard nothing: feed it an event before sample()")
        _, shares = check_sampling(uniform, temperature, top_p)
        guide = free_guide() if guide is None else guide
        check_guide(guide)
        known = _ALL_DRAWN if given is None else check_given(given)
        usual = _usual(*guide.tolist())
        hidden = self._hidden_at(self.position)
        draws = uniform.tolist()
        drawn: list[int] = []
        log_prob: list[float] = []
        alternatives: list[tuple[int, ...]] = []
        probabilities: list[tuple[float, ...]] = []
        masks = [constraints.dt, constraints.voice, constraints.pitch, constraints.velocity, constraints.duration]
        for field, (allowed, likely) in enumerate(zip(masks, usual, strict=False)):
            if field == 2:
                allowed, likely = allowed[drawn[1]], usual.drum if drawn[1] == DRUMS else likely
            candidates = (allowed & likely).nonzero()[0].tolist() or allowed.nonzero()[0].tolist()
            count = len(candidates)
            hidden = (hidden * _BASE + field + 1) % _PRIME
            first = hidden % count
            kept = max(1, math.ceil(shares[field] * count))
            taken = known[field]
            likelihood = -math.log(count)
            if taken == DRAW:
                taken = candidates[(first + min(int(draws[field] * kept), kept - 1)) % count]
            elif taken not in candidates:
                likelihood = -math.inf
            drawn.append(taken)
            log_prob.append(likelihood)
            alternatives.append(tuple([candidates[(first + i) % count] for i in range(_ALTERNATIVES)]))
            probabilities.append(_likely(count))
        return Sample(Event(*drawn), tuple(log_prob), tuple(alternatives), tuple(probabilities))

    def score(self, event: Sequence[int], guide: Guide | None = None) -> tuple[float, ...]:
        """Log-probabilities of `event` as the next one, field by field. Raises as `sample`."""
        check_scored(event)
        return self.sample(Constraints(), np.zeros(len(FIELDS), dtype=np.float32), 1.0, 1.0, guide, event).log_prob

    @property
    def most_candidates(self) -> int:
        """As many as any."""
        return MOST_CANDIDATES

    def fork(self, count: int) -> FakeBatch:
        """Candidates that go on from here. Raises ValueError and RuntimeError as the protocol says."""
        if not 1 <= count <= self.most_candidates:
            raise ValueError(f"{count} candidates: model {self._name} makes 1 to {self.most_candidates} at once")
        if not self.position:
            raise RuntimeError(f"model {self._name} has heard nothing: feed it an event before fork()")
        self._changes += 1  # as with a real one, a batch before this one is of no more use
        return FakeBatch(self, count)

    def copy(self) -> Self:
        """One of the same kind in the same state, that goes on on its own."""
        other = copy(self)
        other._ring, other._codes, other._hidden = copy(self._ring), self._codes.copy(), self._hidden.copy()
        return other

    def become(self, other: FakeModel) -> None:
        """Be in the state of `other`, a copy that went on."""
        self._changes += 1
        self._ring, self._codes, self._hidden = other._ring, other._codes, other._hidden

    def rewind(self, count: int) -> None:
        """Take back the last `count` events. Raises ValueError for more than `rewindable`."""
        self._changes += 1
        self._ring.rewind(count)

    def reset(self) -> None:
        """Forget everything."""
        self._changes += 1
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
        self._changes += 1
        self._ring.move_to(snapshot.position, snapshot.high_water)
        np.copyto(self._codes, snapshot.arrays["codes"], casting="no")
        np.copyto(self._hidden, snapshot.arrays["hidden"], casting="no")

    def keep_near(self) -> None:
        """Nothing to keep near."""

    def warm_up(self) -> None:
        """Nothing to warm."""


class FakeBatch:
    """Candidates of a FakeModel, each a copy of it: satisfies `bridge.engine.model.Batch`."""

    def __init__(self, model: FakeModel, count: int) -> None:
        self._model = model
        self._copies = [model.copy() for _ in range(count)]
        self._fed = [0] * count
        self._guard = BatchGuard(lambda: model._changes)

    @property
    def count(self) -> int:
        """How many candidates there are."""
        return len(self._copies)

    @property
    def room(self) -> int:
        """How many more events the longest candidate can take."""
        return self._model._ring.rewind_limit - max(self._fed)

    def feed(self, rows: Sequence[int], events: Events, context: Contexts) -> None:
        """Have each of `rows` hear one event. Raises ValueError and RuntimeError as the protocol says."""
        self._guard.check()
        check_rows(rows, self.count, len(events))
        check_events(events, context)
        if any(self._fed[row] >= self._model._ring.rewind_limit for row in rows):
            raise ValueError(
                f"a candidate of {max(self._fed)} events has no room for one more: end it, or commit it first"
            )
        for i, row in enumerate(rows):
            self._copies[row].feed(events[i : i + 1], context[i : i + 1])
            self._fed[row] += 1

    def sample(self, rows: Sequence[int], draws: Sequence[Draw]) -> list[Sample]:
        """Draw the next event of each of `rows`. Raises ValueError and RuntimeError as the protocol says."""
        self._guard.check()
        check_rows(rows, self.count, len(draws))
        return [draw.of(self._copies[row]) for row, draw in zip(rows, draws, strict=True)]

    def commit(self, row: int) -> None:
        """Have the model go on from candidate `row`. Ends the batch. Raises as the protocol says."""
        check_rows([row], self.count, 1)
        self._guard.end()
        self._model.become(self._copies[row])

    def drop(self) -> None:
        """Give the candidates up. Ends the batch."""
        self._guard.end()
