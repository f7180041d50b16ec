"""What the next event may be: one boolean mask over classes for each field.

A `Constraints` allows everything until it is narrowed by its methods, each of which intersects with what is still
allowed; one that is reused begins with `allow_all()`, one that is handed on is `sealed()`. At every moment each field
(and for pitch, each voice) has at least one allowed class; a call that would leave none raises ValueError, names the
field, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from bridge.vocabulary.codec import DRUMS, DT_TICKS, DURATION_TICKS, SIZES, VOICES, velocity_class

Mask = npt.NDArray[np.bool_]

_TUNED_VOICES: Final = tuple(voice for voice in range(len(VOICES)) if voice != DRUMS)


class Constraints:
    """Allowed classes, preallocated.

    dt        bool [SIZES[0]]
    voice     bool [SIZES[1]]
    pitch     bool [SIZES[1], 128], a row for each voice
    velocity  bool [SIZES[3]]
    duration  bool [SIZES[4]]
    """

    __slots__ = ("dt", "duration", "pitch", "velocity", "voice")

    def __init__(self) -> None:
        self.dt: Final[Mask] = np.ones(SIZES[0], dtype=np.bool_)
        self.voice: Final[Mask] = np.ones(SIZES[1], dtype=np.bool_)
        self.pitch: Final[Mask] = np.ones((SIZES[1], SIZES[2]), dtype=np.bool_)
        self.velocity: Final[Mask] = np.ones(SIZES[3], dtype=np.bool_)
        self.duration: Final[Mask] = np.ones(SIZES[4], dtype=np.bool_)

    def allow_all(self) -> None:
        """Forget every constraint."""
        for mask in self._masks:
            mask.fill(True)

    def sealed(self) -> Self:
        """These, not to be narrowed any more: who tries gets a ValueError."""
        for mask in self._masks:
            mask.setflags(write=False)
        return self

    def copy(self) -> Constraints:
        """The same, to be narrowed further."""
        other = Constraints()
        for mask, own in zip(other._masks, self._masks, strict=True):
            mask[...] = own
        return other

    def dt_between(self, low_ticks: float, high_ticks: float | None = None) -> None:
        """Time since the previous event: at least `low_ticks`, at most `high_ticks` (None: no upper bound).

        The grid ends at DT_TICKS[-1] ticks: a lower bound beyond it allows that last class, the longest wait
        that can be said. Raises ValueError where no class lies between the bounds.
        """
        low = min(low_ticks, float(DT_TICKS[-1]))
        _narrow(
            "dt", self.dt, _grid_span(DT_TICKS, low, high_ticks), f"from {low_ticks:g} to {_bound(high_ticks)} ticks"
        )

    def dt_among(self, allowed: Mask) -> None:
        """Only these waits, bool [SIZES[0]]. Raises ValueError where none is left."""
        _narrow("dt", self.dt, allowed, "only the waits asked for")

    def only_voices(self, voices: Iterable[int]) -> None:
        """Only these voices (indices into VOICES). Raises ValueError for an unknown one or when none is left."""
        wanted = np.zeros(SIZES[1], dtype=np.bool_)
        chosen = _checked_voices(voices)
        wanted[list(chosen)] = True
        _narrow("voice", self.voice, wanted, f"only {[VOICES[voice] for voice in chosen]}")

    def pitch_range(self, low: int, high: int, voices: Iterable[int] | None = None) -> None:
        """Pitches from `low` to `high`, both included, for these voices (None: all but the drums).

        Raises ValueError where a voice would have no pitch left.
        """
        wanted = np.zeros(SIZES[2], dtype=np.bool_)
        wanted[max(low, 0) : max(high + 1, 0)] = True
        self._narrow_pitch(wanted, voices, f"from {low} to {high}")

    def only_pitches(self, allowed: Mask) -> None:
        """Only these pitches, voice by voice, bool [SIZES[1], 128]. Raises ValueError where a voice would have none."""
        left = self.pitch & allowed
        empty = np.flatnonzero(~left.any(axis=1))
        if len(empty):
            raise ValueError(f"pitch: nothing is left for {VOICES[empty[0]]}; widen it or allow_all() first")
        self.pitch[:] = left

    def allow_pitches(self, pitches: Iterable[int], voices: Iterable[int] | None = None) -> None:
        """Only these pitches, for these voices (None: all but the drums). Raises ValueError as `pitch_range`."""
        chosen = _checked_pitches(pitches)
        wanted = np.zeros(SIZES[2], dtype=np.bool_)
        wanted[chosen] = True
        self._narrow_pitch(wanted, voices, f"only {chosen}")

    def forbid_pitches(self, pitches: Iterable[int], voices: Iterable[int] | None = None) -> None:
        """None of these pitches, for these voices (None: all but the drums). Raises ValueError as `pitch_range`."""
        chosen = _checked_pitches(pitches)
        wanted = np.ones(SIZES[2], dtype=np.bool_)
        wanted[chosen] = False
        self._narrow_pitch(wanted, voices, f"none of {chosen}")

    def velocity_between(self, low: int, high: int) -> None:
        """MIDI velocities from `low` to `high` (to the step of the classes). Raises ValueError when none is left."""
        wanted = np.zeros(SIZES[3], dtype=np.bool_)
        wanted[velocity_class(low) : velocity_class(high) + 1] = True
        _narrow("velocity", self.velocity, wanted, f"from {low} to {high}")

    def duration_between(self, low_ticks: float, high_ticks: float | None = None) -> None:
        """Duration: at least `low_ticks`, at most `high_ticks` (None: no upper bound).

        A lower bound beyond the grid's end allows the longest class. Raises ValueError where no class lies between.
        """
        low = min(low_ticks, float(DURATION_TICKS[-1]))
        wanted = _grid_span(DURATION_TICKS, low, high_ticks)
        _narrow("duration", self.duration, wanted, f"from {low_ticks:g} to {_bound(high_ticks)} ticks")

    def duration_among(self, allowed: Mask) -> None:
        """Only these durations, bool [SIZES[4]]. Raises ValueError where none is left."""
        _narrow("duration", self.duration, allowed, "only the durations asked for")

    @property
    def _masks(self) -> tuple[Mask, ...]:
        return self.dt, self.voice, self.pitch, self.velocity, self.duration

    def _narrow_pitch(self, wanted: Mask, voices: Iterable[int] | None, what: str) -> None:
        chosen = _TUNED_VOICES if voices is None else _checked_voices(voices)
        rows = list(chosen)
        left = self.pitch[rows] & wanted
        empty = np.flatnonzero(~left.any(axis=1))
        if len(empty):
            raise ValueError(
                f"pitch: nothing is left for {VOICES[rows[empty[0]]]} by {what}; widen it or allow_all() first"
            )
        self.pitch[rows] = left


def _narrow(field: str, mask: Mask, wanted: Mask, what: str) -> None:
    if not (mask & wanted).any():
        raise ValueError(f"{field}: nothing is left by {what}; widen it or allow_all() first")
    mask &= wanted


def _bound(ticks: float | None) -> str:
    return "any" if ticks is None else f"{ticks:g}"


def _grid_span(grid: npt.NDArray[np.int64], low: float, high: float | None) -> Mask:
    wanted = np.zeros(len(grid), dtype=np.bool_)
    first = int(np.searchsorted(grid, low))
    stop = len(grid) if high is None else int(np.searchsorted(grid, high, side="right"))
    wanted[first:stop] = True
    return wanted


def _checked_voices(voices: Iterable[int]) -> tuple[int, ...]:
    chosen = tuple(voices)
    for voice in chosen:
        if not 0 <= voice < SIZES[1]:
            raise ValueError(f"voice {voice} does not exist: voices are 0 to {SIZES[1] - 1} ({', '.join(VOICES)})")
    return chosen


def _checked_pitches(pitches: Iterable[int]) -> list[int]:
    chosen = list(pitches)
    for pitch in chosen:
        if not 0 <= pitch < SIZES[2]:
            raise ValueError(f"pitch {pitch} does not exist: pitches are 0 to {SIZES[2] - 1}")
    return chosen
