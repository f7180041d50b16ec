"""The chords that the piece itself has under an excerpt: what the machine's tones are compared with.

A lead sheet has block chords and their roots in its file. Of other pieces the tones that sound beneath the tune within
a beat are its chord, and the bass's tone is its root.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bridge.data.sources import styles_of
from bridge.evaluation.playing.excerpts import LEAD_SHEET, Excerpt
from bridge.performer.phrase_measures import CHORD, Notes

_FEWEST: Final = 3  # tones of a chord
_BENEATH: Final = ("keys", "guitar", "strings", "other", "bass")
# A note just before a chord belongs to it.
_EARLY: Final = 1 / 8  # beats


@dataclass(frozen=True, slots=True)
class Chord:
    """Pitch classes from beat `begin` to `end`; `root` None where nobody plays one."""

    begin: float
    end: float
    root: int | None
    tones: frozenset[int]


def chords_of(excerpt: Excerpt) -> tuple[Chord, ...]:
    """The chords of an excerpt in order; stretches without one are left out."""
    sheet = LEAD_SHEET.name in styles_of(excerpt.piece.plays)
    beneath = [excerpt.voices[name] for name in _BENEATH if name in excerpt.voices]
    if not beneath:
        return ()
    if sheet and "keys" in excerpt.voices:
        begins = excerpt.voices["keys"].onset
        begins = begins[np.concatenate([[True], np.diff(begins) >= CHORD])]
    else:
        begins = np.arange(np.floor(min(notes.onset.min() for notes in beneath)), np.ceil(excerpt.end))
    edges = [*begins.tolist(), excerpt.end]
    found = [
        Chord(begin, end, _root(excerpt, begin, end), _tones(beneath, begin, end))
        for begin, end in itertools.pairwise(edges)
        if end > begin
    ]
    return _merged([chord for chord in found if len(chord.tones) >= _FEWEST])


def chord_at(chords: Sequence[Chord], beat: float) -> Chord | None:
    """The chord at a beat, None where there is none."""
    return next((chord for chord in chords if chord.begin - 1e-6 <= beat < chord.end - 1e-6), None)


def chord_tones(notes: Notes, chords: Sequence[Chord]) -> float:
    """Share of the notes (drums aside) that belong to the chord at their onset, or to one an eighth of a beat later.

    Notes where there is no chord do not count; nan without any.
    """
    said = []
    for onset, pitch, drum in zip(notes.onset.tolist(), notes.pitch.tolist(), notes.drum.tolist(), strict=True):
        there = [chord for chord in (chord_at(chords, onset), chord_at(chords, onset + _EARLY)) if chord is not None]
        if there and not drum:
            said.append(any(pitch % 12 in chord.tones for chord in there))
    return float(np.mean(said)) if said else np.nan


def _tones(parts: Sequence[Notes], begin: float, end: float) -> frozenset[int]:
    """Pitch classes that sound for a fair part of that time."""
    least = min(1 / 4, (end - begin) / 2)
    return frozenset(
        int(pitch) % 12
        for notes in parts
        for pitch in notes.pitch[np.minimum(notes.offset, end) - np.maximum(notes.onset, begin) >= least - 1e-6]
    )


def _root(excerpt: Excerpt, begin: float, end: float) -> int | None:
    """The bass's tone that sounds first."""
    bass = excerpt.voices.get("bass")
    if bass is None:
        return None
    sounding = np.flatnonzero((bass.onset < min(begin + 0.5, end)) & (bass.offset > begin + CHORD))
    return int(bass.pitch[sounding[-1]]) % 12 if len(sounding) else None


def _merged(chords: Sequence[Chord]) -> tuple[Chord, ...]:
    """Neighbours that are the same as one."""
    out: list[Chord] = []
    for chord in chords:
        if out and (out[-1].root, out[-1].tones) == (chord.root, chord.tones) and chord.begin - out[-1].end < CHORD:
            out[-1] = Chord(out[-1].begin, chord.end, chord.root, chord.tones)
        else:
            out.append(chord)
    return tuple(out)
