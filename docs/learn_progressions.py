"""What chords follow each other under tunes, counted on lead sheets for `bridge.performer.progression`.

    python docs/learn_progressions.py PREPARED [OUT.json]

PREPARED is a folder that `antiphon prepare` wrote. Of its `train` split, the sheets are the pieces that are played as a
lead sheet (`Piece.plays`): a tune
(lead), block chords (keys) and their lowest tone (bass). Everything is counted as if the key were C major or C minor.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from bridge.data.corpus import Corpus
from bridge.data.notes import NoteArray
from bridge.data.sources import styles_of
from bridge.performer.chords import chord_of
from bridge.performer.keys import MAJOR_AND_MINOR, Key, key_scores
from bridge.performer.progression import FAMILIES, TABLE, family_of
from bridge.vocabulary.codec import VOICES
from bridge.vocabulary.scales import PITCH_CLASSES

LEAD_SHEET: Final = "lead sheet"
MODES: Final = ("major", "minor")
# A note belongs to what begins within so many beats of it.
NEAR: Final = 0.02
# A piece is in the key that its tones speak for, the more so if it ends or begins on its tonic (in correlation).
ENDS_ON_TONIC: Final = 0.15
BEGINS_ON_TONIC: Final = 0.05
LONGEST_NOTE: Final = 4.0
_LEAD, _KEYBOARD, _BASS = (VOICES.index(voice) for voice in ("lead", "keys", "bass"))


@dataclass(frozen=True, slots=True)
class SheetChord:
    """A chord of a lead sheet, from `start` to `end` in beats; `family` is one of FAMILIES."""

    start: float
    end: float
    root: int
    family: int


def sheet_chords(notes: NoteArray) -> list[SheetChord]:
    """The block chords over each note of the bass."""
    keyboard = notes[notes["voice"] == _KEYBOARD]
    found = []
    for bass in notes[notes["voice"] == _BASS]:
        together = np.abs(keyboard["onset_beats"] - bass["onset_beats"]) < NEAR
        tones = [*keyboard["pitch"][together].tolist(), int(bass["pitch"])]
        chord = chord_of(tones)
        if chord is not None:
            start, end = float(bass["onset_beats"]), float(bass["offset_beats"])
            found.append(SheetChord(start, end, chord.root, family_of(chord.kind)))
    return found


def key_of(notes: NoteArray, chords: list[SheetChord]) -> Key:
    """The key of a whole sheet."""
    weights = np.zeros(12)
    for note in notes[notes["voice"] != _BASS]:
        lasts = min(float(note["offset_beats"] - note["onset_beats"]), LONGEST_NOTE)
        weights[int(note["pitch"]) % 12] += lasts if note["voice"] == _LEAD else lasts / 2
    scores = key_scores(weights)
    for index, key in enumerate(MAJOR_AND_MINOR):
        scores[index] += ENDS_ON_TONIC * (chords[-1].root == key.root) + BEGINS_ON_TONIC * (chords[0].root == key.root)
    return MAJOR_AND_MINOR[int(np.argmax(scores))]


class ChordCounts:
    """What is counted, piece by piece; `table` is what the file holds."""

    def __init__(self) -> None:
        self._changes: defaultdict[int, Counter[int]] = defaultdict(Counter)
        self._beats: defaultdict[int, Counter[int]] = defaultdict(Counter)
        self._follows: dict[str, defaultdict[str, Counter[str]]] = {mode: defaultdict(Counter) for mode in MODES}
        self._first: dict[str, Counter[str]] = {mode: Counter() for mode in MODES}
        self._tones = {place: np.zeros((len(FAMILIES), 12), dtype=int) for place in ("on_beat", "off_beat", "inner")}
        self._scale = {mode: np.zeros(12, dtype=int) for mode in MODES}

    def add(self, notes: NoteArray) -> None:
        """Count one sheet."""
        chords = sheet_chords(notes)
        if not chords:
            return
        key = key_of(notes, chords)
        names = [PITCH_CLASSES[(chord.root - key.root) % 12] + FAMILIES[chord.family] for chord in chords]
        self._first[key.scale][names[0]] += 1
        changed = []
        for before, after, chord in zip(names, names[1:], chords[1:], strict=False):
            if before != after:
                self._follows[key.scale][before][after] += 1
                changed.append(chord.start)
        self._count_beats(notes, changed)
        self._count_tones(notes, chords, key)

    def _count_beats(self, notes: NoteArray, changed: list[float]) -> None:
        known = notes[np.isfinite(notes["bar_beat"])]
        if not len(known):
            return
        bar = float(known["beats_per_bar"][0])
        line = float(known["onset_beats"][0] - known["bar_beat"][0])
        if bar != int(bar):
            return
        at = {round(beat - line) for beat in changed if abs(beat - line - round(beat - line)) < NEAR}
        for beat in range(int(float(notes["offset_beats"].max()) - line)):
            self._beats[int(bar)][beat % int(bar)] += 1
            self._changes[int(bar)][beat % int(bar)] += beat in at

    def _count_tones(self, notes: NoteArray, chords: list[SheetChord], key: Key) -> None:
        starts = np.array([chord.start for chord in chords])
        for note in notes[notes["voice"] != _BASS]:
            onset, pitch = float(note["onset_beats"]), int(note["pitch"])
            index = int(np.searchsorted(starts, onset + NEAR)) - 1
            if index < 0 or onset > chords[index].end:
                continue
            chord = chords[index]
            place = "inner"
            if note["voice"] == _LEAD:
                place = "on_beat" if abs(onset - round(onset)) < NEAR else "off_beat"
                self._scale[key.scale][(pitch - key.root) % 12] += 1
            self._tones[place][chord.family, (pitch - chord.root) % 12] += 1

    @property
    def table(self) -> dict[str, Any]:
        """The counts, as the file has them."""
        return {
            "about": "Counted on the lead sheets of the training pieces by python docs/learn_progressions.py",
            "changes": {
                str(bar): [[self._changes[bar][beat], self._beats[bar][beat]] for beat in range(bar)]
                for bar in sorted(self._beats)
            },
            "first": {mode: dict(self._first[mode].most_common()) for mode in MODES},
            "follows": {
                mode: {name: dict(after.most_common()) for name, after in sorted(self._follows[mode].items())}
                for mode in MODES
            },
            "scale": {mode: self._scale[mode].tolist() for mode in MODES},
            "tones": {
                place: {name: counts[index].tolist() for index, name in enumerate(FAMILIES)}
                for place, counts in self._tones.items()
            },
        }


def count(pieces: Iterable[NoteArray]) -> dict[str, Any]:
    """The table for these lead sheets."""
    counts = ChordCounts()
    for notes in pieces:
        counts.add(notes)
    return counts.table


def written(table: dict[str, Any], depth: int = 0) -> str:
    """JSON with one line for each thing counted."""
    if depth == 3 or not isinstance(table, dict):
        return json.dumps(table)
    pad = " " * depth
    lines = ",\n".join(f"{pad} {json.dumps(name)}: {written(value, depth + 1)}" for name, value in table.items())
    return f"{{\n{lines}\n{pad}}}"


def main(arguments: list[str]) -> None:
    """Count, and write the file."""
    if not 1 <= len(arguments) <= 2:
        raise SystemExit(__doc__)
    corpus = Corpus(Path(arguments[0]))
    sheets = [piece for piece in corpus.split("train") if LEAD_SHEET in styles_of(piece.plays)]
    path = Path(arguments[1]) if len(arguments) > 1 else TABLE
    path.write_text(written(count(corpus.notes(piece) for piece in sheets)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
