"""Prepared notes to the events that a model reads: classes, contexts, and what its predictions are compared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.data.notes import NoteArray
from bridge.vocabulary import codec

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

IGNORE: Final = -1
"""A target that does not count: past the end of a piece, or a velocity that the file does not know."""

FREE_BEATS_PER_SECOND: Final = 2.0  # Where no tempo is known a beat is half a second.
_DT_LIST: Final[list[int]] = codec.DT_TICKS.tolist()
_DT_CLASS: Final[list[int]] = codec.nearest_class(codec.DT_TICKS, np.arange(_DT_LIST[-1] + 1)).tolist()


@dataclass(slots=True)
class Stretch:
    """Consecutive notes on one time line, in the order in which the model hears them; every array is [N]."""

    onset: Floats  # ticks of 1/48 beat
    offset: Floats
    voice: Ints
    pitch: Ints
    velocity: Ints  # 0: unknown
    bar_beat: Floats  # nan: unknown
    beats_per_bar: Floats

    def reordered(self, order: Ints) -> Stretch:
        """The same notes in another order."""
        return Stretch(*(getattr(self, name)[order] for name in self.__slots__))


def stretch_of(notes: NoteArray, *, free: bool, tempo: float = 1.0) -> Stretch:
    """Notes on the clock of their beats, or `free`: seconds as at 120 BPM, the bar unknown, `tempo` times as fast."""
    base, ticks = ("seconds", FREE_BEATS_PER_SECOND / tempo) if free else ("beats", 1.0)
    ticks *= codec.TICKS_PER_BEAT
    unknown = np.full(len(notes), np.nan)
    return Stretch(
        notes[f"onset_{base}"] * ticks,
        notes[f"offset_{base}"] * ticks,
        notes["voice"].astype(np.int64),
        notes["pitch"].astype(np.int64),
        notes["velocity"].astype(np.int64),
        unknown if free else notes["bar_beat"].astype(np.float64),
        unknown if free else notes["beats_per_bar"].astype(np.float64),
    )


def dt_classes(onset: Ints) -> Ints:
    """Classes [N] of the time since the event before, for onsets in ticks; the first is 0.

    Each is counted from where the classes so far put the previous event, so that rounding does not pile up.
    After a rest longer than the longest class the count starts anew: a rest that long is only "long".
    """
    out = np.zeros(len(onset), np.int64)
    times: list[int] = onset.tolist()
    believed = times[0] if times else 0
    for i, time in enumerate(times):
        passed = time - believed
        if passed > _DT_LIST[-1]:
            out[i], believed = len(_DT_LIST) - 1, time
        elif passed > 0:
            out[i] = _DT_CLASS[passed]
            believed += _DT_LIST[out[i]]
    return out


def contexts(stretch: Stretch, onset: Ints, offset: Ints) -> npt.NDArray[np.float32]:
    """`codec.context` for every event at once, [N, 29]: of the events up to it, those that still sound at its onset."""
    count = len(onset)
    out = np.zeros((count, codec.CONTEXT_SIZE), np.float32)
    pitched = stretch.voice != codec.DRUMS
    # [event, earlier note]; a note sounds at its own onset, however short.
    held = np.tril(offset[None, :] > onset[:, None]) & pitched[None, :]
    held |= np.diag(pitched)
    classes = np.eye(12, dtype=np.float32)[stretch.pitch % 12]
    out[:, :12] = held.astype(np.float32) @ classes > 0
    lowest = np.where(held, stretch.pitch[None, :].astype(np.uint8), np.uint8(255)).min(axis=1, initial=255)
    something = np.flatnonzero(lowest < 255)
    out[something, 12 + lowest[something] % 12] = 1.0
    known = ~np.isnan(stretch.bar_beat)
    bar = 2 * np.pi * (stretch.bar_beat[known] / stretch.beats_per_bar[known] % 1.0)
    pulse = 2 * np.pi * (stretch.bar_beat[known] % 1.0)
    out[known, 24:29] = np.stack([np.ones_like(bar), np.sin(bar), np.cos(bar), np.sin(pulse), np.cos(pulse)], axis=1)
    return out


def event_classes(stretch: Stretch) -> Ints:
    """Events int64 [N, 5], every known field known."""
    velocity = np.where(stretch.velocity > 0, stretch.velocity // codec.VELOCITY_STEP, codec.UNKNOWN_VELOCITY)
    duration = codec.nearest_class(codec.DURATION_TICKS, stretch.offset - stretch.onset)
    return np.stack([dt_classes(ticks_of(stretch.onset)), stretch.voice, stretch.pitch, velocity, duration], axis=1)


def encode(stretch: Stretch) -> tuple[Ints, npt.NDArray[np.float32]]:
    """Events int64 [N, 5] and their contexts float32 [N, 29]; takes memory and time as N squared."""
    return event_classes(stretch), contexts(stretch, ticks_of(stretch.onset), ticks_of(stretch.offset))


def ticks_of(time: Floats) -> Ints:
    """Times in ticks, rounded."""
    return np.rint(time).astype(np.int64)


def in_playing_order(stretch: Stretch, rng: np.random.Generator | None = None) -> Stretch:
    """By onset tick, and within a chord by voice and pitch; with `rng`, in three stretches of ten at random.

    Hands play chords in any order, but a stretch keeps to one way: a model then knows what to expect.
    """
    tick = ticks_of(stretch.onset)
    within = stretch.voice * 128 + stretch.pitch
    if rng is not None and rng.random() < 0.3:
        within = rng.integers(0, 1024, len(tick))
    return stretch.reordered(np.lexsort((within, tick)))


def targets_of(events: Ints) -> Ints:
    """What the losses compare with, [N, 5]: the events, with IGNORE for a velocity that nobody knows."""
    targets = events.copy()
    targets[targets[:, 3] == codec.UNKNOWN_VELOCITY, 3] = IGNORE
    return targets
