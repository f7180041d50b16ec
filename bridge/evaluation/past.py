"""What is known before an event, for many events at once: the raw material of the Markov model's viewpoints.

Chunks lie end to end in one long line of N events; nothing looks across the border of a chunk. Every column is int32
[N], -1 where there is nothing to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.signal import lfilter

from bridge.evaluation.chunks import Chunk
from bridge.performer.keys import key_scores
from bridge.vocabulary import codec

Column = npt.NDArray[np.int32]

NOTHING: Final = -1
_FAR: Final = 1 << 30
_LOOK_BACK: Final = 24  # events that may still sound
_FORGET: Final = 0.985  # weight of an event for the running key, against that of the next
_WAITS: Final = codec.DT_TICKS.astype(np.int32)
_LENGTHS: Final = np.append(codec.DURATION_TICKS, codec.DURATION_TICKS[0]).astype(np.int32)


def coarse(ticks: Column) -> Column:
    """Times in ticks, exact to 3, then three steps to a doubling."""
    near = np.maximum(ticks, 0)
    return np.where(near <= 3, near, np.rint(3 * np.log2(np.maximum(near, 1, dtype=np.float32)))).astype(np.int32)


class Past:
    """Columns for every event of some chunks; those of an event say nothing of that event but what is asked for."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        lengths = np.array([len(chunk.events) for chunk in chunks])
        self.events: Column = np.concatenate([chunk.events.astype(np.int32) for chunk in chunks])
        self.here: Column = np.arange(len(self.events), dtype=np.int32)
        self.chunk: Column = np.repeat(np.arange(len(chunks), dtype=np.int32), lengths)
        self.begin: Column = np.repeat((np.cumsum(lengths) - lengths).astype(np.int32), lengths)
        self.dt, self.voice, self.pitch, self.velocity, self.duration = (
            np.ascontiguousarray(column) for column in self.events.T
        )
        self.wait: Column = _WAITS[self.dt]
        total = np.cumsum(self.wait, dtype=np.int64)
        self.onset: Column = (total - total[self.begin]).astype(np.int32)
        self.length: Column = _LENGTHS[self.duration]
        self.offset: Column = self.onset + self.length
        self.drums = self.voice == codec.DRUMS
        self._bar_ticks, self._bar_length = _bars(chunks)

    @property
    def count(self) -> int:
        """Events in all."""
        return len(self.dt)

    def _fill(self, value: int) -> Column:
        return np.full(self.count, value, np.int32)

    def back(self, column: Column, steps: int = 1) -> Column:
        """The column `steps` events earlier."""
        out = np.full(len(column), NOTHING, np.int32)
        out[steps:] = column[:-steps]
        out[self.here - steps < self.begin] = NOTHING
        return out

    def at(self, column: Column, places: Column) -> Column:
        """The column at `places`; nothing where a place is NOTHING."""
        return np.where(places >= 0, column[places], NOTHING)

    @cached_property
    def last_step(self) -> Column:
        """The last event before this one that did not begin together with its own predecessor."""
        places = np.where((self.dt > 0) | (self.here == self.begin), self.here, 0)
        return self.back(np.maximum.accumulate(places))

    @cached_property
    def chord_place(self) -> Column:
        """How many notes there are so far in the chord that the previous event belongs to."""
        return self.back(self.here) - self.last_step

    def before_in(self, *columns: Column) -> Column:
        """The place of the previous event of the chunk that has the same `columns`."""
        key = self.chunk.astype(np.int64)
        for column in columns:
            key = key * (int(column.max(initial=0)) + 2) + column + 1
        order = np.argsort(key, kind="stable")
        same = key[order[1:]] == key[order[:-1]]
        out = self._fill(NOTHING)
        out[order[1:][same]] = order[:-1][same]
        return out

    @cached_property
    def in_voice(self) -> Column:
        """The previous event of the same voice."""
        return self.before_in(self.voice)

    @cached_property
    def part_place(self) -> Column:
        """Which note of its voice's chord this is, counted from 0 (its onset and voice given)."""
        together = np.where(self.dt > 0, self.here, 0)
        chord = np.maximum.accumulate(np.maximum(together, self.begin))
        key = chord.astype(np.int64) * len(codec.VOICES) + self.voice
        order = np.argsort(key, kind="stable")
        starts = np.concatenate([[True], key[order[1:]] != key[order[:-1]]])
        first = np.maximum.accumulate(np.where(starts, self.here, 0))
        out = self._fill(0)
        out[order] = self.here - first
        return out

    @cached_property
    def in_part(self) -> Column:
        """The previous event of the same voice and the same place in its chord: the same player of a section."""
        return self.before_in(self.voice, np.minimum(self.part_place, 15))

    @cached_property
    def until_release(self) -> Column:
        """From the previous event's onset to the next release of what sounds then, in ticks; 0 when nothing does."""
        now = self.back(self.onset)
        best = self._fill(_FAR)
        for steps in range(1, _LOOK_BACK + 1):
            left = self.back(self.offset, steps) - now
            best = np.where(left > 0, np.minimum(best, left), best)
        return np.where(best < _FAR, best, 0)

    @cached_property
    def sounding(self) -> Column:
        """Bits of the pitch classes that sound as this event begins (those before it in its chord included)."""
        out = self._fill(0)
        for steps in range(1, _LOOK_BACK + 1):
            held = (self.back(self.offset, steps) > self.onset) & (self.back(self.voice, steps) != codec.DRUMS)
            out |= np.where(held, 1 << (self.back(self.pitch, steps) % 12), 0).astype(np.int32)
        return out

    @cached_property
    def released(self) -> Column:
        """The lowest note of this event's voice, above those already in its chord, that ends where this one begins."""
        floor = np.where(self.part_place > 0, self.at(self.pitch, self.in_voice), NOTHING)
        best, place = self._fill(_FAR), self._fill(NOTHING)
        slack = 1 + self.wait // 8
        for steps in range(1, _LOOK_BACK + 1):
            pitch = self.back(self.pitch, steps)
            ends = np.abs(self.back(self.offset, steps) - self.onset) <= slack
            ends &= (self.back(self.voice, steps) == self.voice) & (self.back(self.onset, steps) < self.onset)
            better = ends & (pitch > floor) & (pitch < best)
            best, place = np.where(better, pitch, best), np.where(better, self.here - steps, place)
        return place

    @cached_property
    def recent_voices(self) -> Column:
        """Bits of the voices among the last 64 events."""
        out = self._fill(0)
        here = self.here
        for voice in range(len(codec.VOICES)):
            last = self.back(np.maximum.accumulate(np.where(self.voice == voice, here, NOTHING)))
            out |= np.where((last >= self.begin) & (here - last <= 64), 1 << voice, 0)
        return out

    @cached_property
    def key(self) -> Column:
        """The running key of what came before: a number in `keys.MAJOR_AND_MINOR`, of a fading histogram."""
        struck = np.zeros((self.count, 12))
        pitched = np.flatnonzero(~self.drums)
        struck[pitched, self.pitch[pitched] % 12] = np.sqrt(self.length[pitched])
        bounds = np.append(np.unique(self.begin), self.count)
        out = self._fill(0)
        for begin, stop in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
            faded = lfilter([1.0], [1.0, -_FORGET], struck[begin : stop - 1], axis=0)
            out[begin + 1 : stop] = np.argmax(key_scores(np.asarray(faded)), axis=1)
        return out

    @cached_property
    def bar_before(self) -> Column:
        """Where in its bar the previous event was, in ticks."""
        return self.back(self._bar_ticks)

    @cached_property
    def bar_here(self) -> Column:
        """Where in its bar this event is, in ticks, its onset given, by the bar of the previous event."""
        before = self.bar_before
        return np.where(before >= 0, (before + self.wait) % np.maximum(self.bar_length, 1), NOTHING)

    @cached_property
    def pulse(self) -> Column:
        """Where in its beat this event is, in ticks, its onset given."""
        return np.asarray(np.where(self.bar_here >= 0, self.bar_here % codec.TICKS_PER_BEAT, NOTHING))

    @cached_property
    def together(self) -> Column:
        """1 where this event begins with the one before it."""
        return np.asarray(self.dt == 0, dtype=np.int32)

    @cached_property
    def in_chord(self) -> Column:
        """1 where this event begins with one before it of the same voice."""
        return np.asarray(self.together & (self.back(self.voice) == self.voice), dtype=np.int32)

    @cached_property
    def bar_length(self) -> Column:
        """Ticks in the bar of the previous event."""
        return self.back(self._bar_length)


def _bars(chunks: Sequence[Chunk]) -> tuple[Column, Column]:
    beat = np.concatenate([chunk.stretch.bar_beat for chunk in chunks])
    length = np.concatenate([chunk.stretch.beats_per_bar for chunk in chunks])
    known = ~np.isnan(beat)
    ticks = np.where(known, np.rint(np.nan_to_num(length) * codec.TICKS_PER_BEAT), NOTHING).astype(np.int32)
    place = np.rint(np.nan_to_num(beat) * codec.TICKS_PER_BEAT).astype(np.int32) % np.maximum(ticks, 1)
    return np.where(known, place, NOTHING), ticks
