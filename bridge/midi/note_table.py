"""The notes that a file's tracks make: which note-off ends which note, and with which program it is played.

A key belongs to the newest note that began on it: one that is struck again ends there. A note's program is that of its
channel at its onset, whatever track it was set in; a track that sets a program on the channel itself keeps to its own.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from bridge.midi.smf import Track

NOTE: Final = np.dtype(
    [
        ("onset", np.int64), ("offset", np.int64), ("track", np.int32), ("channel", np.uint8), ("pitch", np.uint8),
        ("velocity", np.uint8), ("program", np.uint8),
    ]
)  # fmt: skip
"""A note of a file: onset and offset (later than it) in ticks, its track from 0, its channel from 1, its program from
0."""
NoteTable = npt.NDArray[np.void]


def notes_of(tracks: Sequence[Track]) -> tuple[NoteTable, int]:
    """All notes, NOTE [N] by onset, and how many of them nothing ended: they end with their track, or the next note."""
    pairs = pairs_of(tracks)
    return _table(tracks, pairs), int((pairs.off < 0).sum())


# --- their ends ----------------------------------------------------------------------------------


class Pairs(NamedTuple):
    """Notes of several tracks, [N] each: their track, their on and off among its events (off -1: none), their end.

    Where `is_guess` an off is missing on the key, and which off ends which note had to be guessed.
    """

    track: npt.NDArray[np.int64]
    on: npt.NDArray[np.int64]
    off: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]  # ticks
    is_guess: npt.NDArray[np.int64]


def pairs_of(tracks: Sequence[Track]) -> Pairs:
    """Which note-off ends which note. Keys all of whose notes get their offs are paired at once, others one by one."""
    counts = [len(track.tick) for track in tracks]
    number = np.repeat(np.arange(len(tracks)), counts)
    place = np.arange(len(number)) - np.repeat(np.cumsum([0, *counts[:-1]]), counts)
    status, first, second = (_joined(tracks, name) for name in ("status", "first", "second"))
    events = np.flatnonzero((status & 0xE0) == 0x80)
    status, first, second = status[events], first[events], second[events]
    is_on = (status >= 0x90) & (second > 0)
    key = number[events] << 11 | (status & 0x0F).astype(np.int64) << 7 | first
    # Sixteen bits sort faster, and hold the keys of 32 tracks.
    order = np.argsort(key.astype(np.uint16) if len(tracks) <= 32 else key, kind="stable")
    events, is_on, key = events[order], is_on[order], key[order]
    tick, number, place = _joined(tracks, "tick")[events], number[events], place[events]
    begins = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])) if len(key) else np.zeros(0, np.int64)
    sizes = np.diff(np.append(begins, len(key)))
    tidy = _get_their_offs(is_on, begins, sizes)
    chosen = np.repeat(tidy, sizes)
    ons, offs = np.flatnonzero(chosen & is_on), np.flatnonzero(chosen & ~is_on)
    end = tick[offs]
    if len(ons):
        # Struck again while it sounds, a note ends there.
        begun, own = tick[ons], key[ons]
        differs = np.flatnonzero((own[1:] != own[:-1]) | (begun[1:] != begun[:-1])) + 1
        after = np.append(differs, len(ons))[np.searchsorted(differs, np.arange(len(ons)), side="right")]
        again = np.flatnonzero(after < len(ons))
        again = again[own[after[again]] == own[again]]
        end[again] = np.minimum(end[again], begun[after[again]])
    end = np.maximum(end, tick[ons] + 1)
    rows = [
        (track, place[begin + on], -1 if off < 0 else place[begin + off], until, is_guess)
        for begin, size in zip(begins[~tidy].tolist(), sizes[~tidy].tolist(), strict=True)
        for track in (int(number[begin]),)
        for on, off, until, is_guess in _pair_one_by_one(
            tick[begin : begin + size].tolist(), is_on[begin : begin + size].tolist(), tracks[track].end_tick
        )
    ]
    paired = number[ons], place[ons], place[offs], end, np.zeros_like(ons)
    if not rows:
        return Pairs(*paired)
    return Pairs(*(np.concatenate(both) for both in zip(paired, np.array(rows, dtype=np.int64).T, strict=True)))


def _joined(tracks: Sequence[Track], name: str) -> npt.NDArray[Any]:
    return np.concatenate([getattr(track, name) for track in tracks])


def _get_their_offs(
    is_on: npt.NDArray[np.bool_], begins: npt.NDArray[np.int64], sizes: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """For each key, whose events begin at `begins`: whether all its notes get their offs, and there are no others."""
    if not len(is_on):
        return np.zeros(0, dtype=np.bool_)
    step = np.where(is_on, 1, -1)
    depth = np.cumsum(step)
    depth -= np.repeat(depth[begins] - step[begins], sizes)
    answer: npt.NDArray[np.bool_] = (np.minimum.reduceat(depth, begins) >= 0) & (depth[begins + sizes - 1] == 0)
    return answer


def _pair_one_by_one(ticks: list[int], is_on: list[bool], end_tick: int) -> Iterator[tuple[int, int, int, bool]]:
    """Notes of one key whose ons and offs do not go together, in a track that ends at `end_tick`.

    For each its on, its off (-1: none), both among the key's events, its end in ticks, and whether that was guessed. As
    long as every note gets its off in the end, the first off ends the first note, which was cut short by the next one.
    From where on an off is missing, each note is ended by the next off or the next note.
    """
    depth, settled = 0, 0
    for place, down in enumerate(is_on):
        depth = depth + 1 if down else max(depth - 1, 0)
        if depth == 0:
            settled = place + 1
    ended = dict(_first_by_first(is_on[:settled]))
    ended |= {
        on + settled: off if off < 0 else off + settled for on, off in _by_the_next(is_on[settled:], ticks[settled:])
    }
    onsets = sorted({ticks[on] for on in ended})
    for _, struck in itertools.groupby(sorted(ended), key=ticks.__getitem__):
        ons = list(struck)
        later = bisect.bisect_right(onsets, ticks[ons[0]])
        until = onsets[later] if later < len(onsets) else end_tick
        offs = [ended[on] for on in ons]
        ends = sorted(max(until if off < 0 else min(until, ticks[off]), ticks[ons[0]] + 1) for off in offs)
        for on, off, end in zip(ons, offs, ends, strict=True):
            yield on, off, end, on >= settled


def _first_by_first(is_on: Sequence[bool]) -> Iterator[tuple[int, int]]:
    waiting: list[int] = []
    for place, on in enumerate(is_on):
        if on:
            waiting.append(place)
        elif waiting:
            yield waiting.pop(0), place


def _by_the_next(is_on: Sequence[bool], ticks: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Each note ended by the next off, but for an off at the very tick of a new note, which is an old one's."""
    old: list[int] = []  # ended by a new note
    sounding: list[int] = []
    tick = -1  # of the sounding ones
    for place, down in enumerate(is_on):
        if down and ticks[place] == tick:
            sounding.append(place)
        elif down:
            yield from ((on, -1) for on in old)
            old, sounding, tick = sounding, [place], ticks[place]
        elif old and ticks[place] == tick:
            yield old.pop(0), place
        elif sounding:
            yield sounding.pop(0), place
    yield from ((on, -1) for on in (*old, *sounding))


# --- the table -----------------------------------------------------------------------------------


def _table(tracks: Sequence[Track], pairs: Pairs) -> NoteTable:
    sizes = np.array([len(track.tick) for track in tracks], dtype=np.int64)
    on = (np.cumsum(sizes) - sizes)[pairs.track] + pairs.on
    order = np.argsort(on)
    on = on[order]
    onset = _joined(tracks, "tick")[on]
    order, on = order[by := np.argsort(onset, kind="stable")], on[by]
    notes = np.zeros(len(on), NOTE)
    notes["onset"], notes["offset"], notes["track"] = onset[by], pairs.end[order], pairs.track[order]
    notes["channel"] = (_joined(tracks, "status")[on] & 0x0F) + 1
    notes["pitch"], notes["velocity"] = _joined(tracks, "first")[on], _joined(tracks, "second")[on]
    programs = _Programs(tracks)
    parts = notes["track"].astype(np.int64) * 17 + notes["channel"]
    for part in np.flatnonzero(np.bincount(parts)).tolist():
        if programs.any(part % 17):
            chosen = parts == part
            notes["program"][chosen] = programs.at(part // 17, part % 17, notes["onset"][chosen])
    return notes


class _Programs:
    """The program of each channel at each tick, a track's own before anyone else's."""

    def __init__(self, tracks: Sequence[Track]) -> None:
        self._changes: dict[tuple[int, int], list[tuple[int, int]]] = {}  # by track (-1: all) and channel
        for number, track in enumerate(tracks):
            for place in np.flatnonzero((track.status & 0xF0) == 0xC0).tolist():
                channel = (int(track.status[place]) & 0x0F) + 1
                change = int(track.tick[place]), int(track.first[place])
                for whose in (number, -1):
                    self._changes.setdefault((whose, channel), []).append(change)
        for changes in self._changes.values():
            changes.sort(key=lambda change: change[0])

    def any(self, channel: int) -> bool:
        """Whether anyone sets a program on the channel."""
        return (-1, channel) in self._changes

    def at(self, track: int, channel: int, ticks: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The program at each of `ticks` [N]; 0 before the first."""
        found = np.full(len(ticks), -1, dtype=np.int64)
        for whose in (track, -1):
            changes = self._changes.get((whose, channel), [])
            if changes:
                place = np.searchsorted([tick for tick, _ in changes], ticks, side="right") - 1
                said = np.where(place < 0, -1, np.array([program for _, program in changes])[place])
                found = np.where(found < 0, said, found)
        return np.maximum(found, 0)
