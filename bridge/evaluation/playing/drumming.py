"""Drumming in numbers: does it hold a beat, and does the beat have what beats have?"""

from __future__ import annotations

import itertools
import math
from typing import Final

import numpy as np

from bridge.performer.phrase_measures import Bars, Notes

_CELLS: Final = 4  # sixteenths of a beat
_NEAR: Final = 1 / 8  # beats: a stroke as near to a beat is on it
_ON_GRID: Final = 0.06  # beats from a sixteenth or a triplet

# General MIDI keys, and those of the Roland TD-11 that are none.
KICK: Final = (35, 36)
SNARE: Final = (37, 38, 39, 40)
HATS: Final = (22, 26, 42, 44, 46)
TOMS: Final = (41, 43, 45, 47, 48, 50, 58)
_KIND: Final = {key: kind for kind, keys in enumerate((KICK, SNARE, HATS, TOMS)) for key in keys}
_CYMBAL: Final = 4

MEASURES: Final = {
    "bar_similarity": "how alike each bar is to the one before: strokes in both of those in either (Jaccard)",
    "snare_on_2_and_4": "second and fourth beats of bars in 4/4 with a snare",
    "kick_on_1": "bars with a kick on their first beat",
    "on_grid": "strokes within 0.06 beats of a sixteenth or a triplet",
    "strokes_a_beat": "strokes for each beat",
}


def measure(drums: Notes | None, bars: Bars | None, end: float) -> dict[str, float]:
    """MEASURES of drumming from its first stroke to beat `end`; nan where there is none or no bar is known."""
    found = dict.fromkeys(MEASURES, math.nan)
    if drums is None or not len(drums.onset) or bars is None:
        return found
    strokes = _by_bar(drums, bars, end)
    first = math.floor(float(drums.onset[0]) / bars.length)
    whole = [strokes.get(bar, set()) for bar in range(first, max(math.floor(end / bars.length), first + 1))]
    pairs = [(before, after) for before, after in itertools.pairwise(whole) if before or after]
    alike = [len(before & after) / len(before | after) for before, after in pairs]
    place = drums.onset - bars.line
    off = np.minimum(*(np.abs(place * parts - np.rint(place * parts)) / parts for parts in (4, 3)))
    lines = [bar * bars.length + bars.line for bar in range(first, first + len(whole))]
    backbeats = [_has(drums, line + beat, SNARE) for line in lines for beat in (1, 3)]
    return {
        "bar_similarity": float(np.mean(alike)) if alike else math.nan,
        "snare_on_2_and_4": float(np.mean(backbeats)) if bars.length == 4 else math.nan,
        "kick_on_1": float(np.mean([_has(drums, line, KICK) for line in lines])),
        "on_grid": float((off <= _ON_GRID).mean()),
        "strokes_a_beat": len(drums.onset) / max(end - float(drums.onset[0]), 1.0),
    }


def _by_bar(drums: Notes, bars: Bars, end: float) -> dict[int, set[tuple[int, int]]]:
    """Strokes as (cell, kind) for each bar."""
    found: dict[int, set[tuple[int, int]]] = {}
    for onset, key in zip(drums.onset.tolist(), drums.pitch.tolist(), strict=True):
        if onset < end:
            cell = round((onset - bars.line) * _CELLS)
            bar, place = divmod(cell, round(bars.length * _CELLS))
            found.setdefault(bar, set()).add((place, _KIND.get(key, _CYMBAL)))
    return found


def _has(drums: Notes, beat: float, keys: tuple[int, ...]) -> bool:
    return bool((np.isin(drums.pitch, keys) & (np.abs(drums.onset - beat) <= _NEAR)).any())
