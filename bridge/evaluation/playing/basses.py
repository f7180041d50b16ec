"""Accompaniment in numbers: the bass under the chords that the human plays, and everyone's tones."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from bridge.evaluation.playing.chords import Chord, chord_at, chord_tones
from bridge.evaluation.playing.excerpts import Excerpt, joined
from bridge.performer.phrase_measures import Bars, Notes

LOWEST: Final = 28  # E1
HIGHEST: Final = 55  # G3
# What sounds so long after a strong beat is the beat's note; so long after a change the bass has followed.
_AFTER_BEAT: Final = 0.06  # seconds
_AFTER_CHANGE: Final = 0.3

MEASURES: Final = {
    "root_on_strong": "strong beats on which the bass plays the root (60 ms after the beat, from its first note on)",
    "root_after_change": "changes of the root after which the bass plays it within 300 ms",
    "chord_tones": "notes of all voices but the drums that are in the chord",
    "below_e1": "bass notes below E1",
    "above_g3": "bass notes above G3",
    "notes_a_beat": "bass notes for each beat",
    "leap": "mean step of the bass, semitones",
}


def measure(excerpt: Excerpt, voices: Mapping[str, Notes], chords: Sequence[Chord]) -> dict[str, float]:
    """MEASURES of what accompanied the excerpt; nan where there is too little."""
    bass = voices.get("bass")
    pitched = [notes for name, notes in voices.items() if name != "drums"]
    beats = excerpt.end - float(excerpt.phrase.onset[0])
    found = dict.fromkeys(MEASURES, math.nan)
    if chords and chords[0].root is not None:
        found |= {"root_on_strong": 0.0, "root_after_change": 0.0} if bass is None else {}
    if pitched:
        found["chord_tones"] = chord_tones(joined(pitched), chords)
    if bass is not None and len(bass.onset):
        found |= {
            "root_on_strong": root_on_strong(bass, chords, excerpt.bars or Bars(), excerpt),
            "root_after_change": root_after_change(bass, chords, excerpt.seconds_a_beat),
            "below_e1": float((bass.pitch < LOWEST).mean()),
            "above_g3": float((bass.pitch > HIGHEST).mean()),
            "notes_a_beat": len(bass.onset) / max(beats, 1.0),
            "leap": float(np.abs(np.diff(bass.pitch)).mean()) if len(bass.pitch) > 1 else math.nan,
        }
    return found


def root_on_strong(bass: Notes, chords: Sequence[Chord], bars: Bars, excerpt: Excerpt) -> float:
    """Of the strong beats (bar lines and the middles of even bars) that have a root, those where the bass sounds it."""
    step = bars.length / 2 if bars.length % 2 == 0 and bars.length > 2 else bars.length
    first = math.ceil((float(bass.onset[0]) - 1 / 8) / step) * step
    later = _AFTER_BEAT / excerpt.seconds_a_beat
    said = []
    for beat in np.arange(first, excerpt.end, step).tolist():
        chord = chord_at(chords, beat)
        if chord is not None and chord.root is not None:
            said.append(_sounding(bass, beat + later) == chord.root)
    return float(np.mean(said)) if said else math.nan


def root_after_change(bass: Notes, chords: Sequence[Chord], seconds_a_beat: float) -> float:
    """Of the changes of the root after the bass's first note, those where it sounds the new one 300 ms later."""
    said = []
    for before, after in itertools.pairwise(chords):
        if after.root is None or after.root == before.root or after.begin < bass.onset[0]:
            continue
        at = after.begin + _AFTER_CHANGE / seconds_a_beat
        if at < after.end:
            said.append(_sounding(bass, at) == after.root)
    return float(np.mean(said)) if said else math.nan


def _sounding(bass: Notes, beat: float) -> int | None:
    """The pitch class of what was begun last and sounds at a beat; a note that has just ended counts."""
    there = np.flatnonzero((bass.onset <= beat) & (bass.offset > beat - 1 / 4))
    return int(bass.pitch[there[-1]]) % 12 if len(there) else None
