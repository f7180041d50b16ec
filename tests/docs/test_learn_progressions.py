"""What is counted on a lead sheet, from a sheet of four bars."""

from __future__ import annotations

import json

import numpy as np
from learn_progressions import count, key_of, sheet_chords, written

from bridge.data.notes import NOTE, NoteArray

LEAD, KEYS, BASS = 4, 0, 2
# G, C, D7, G: in G major.
CHANGES = ((43, (55, 59, 62)), (48, (60, 64, 67)), (50, (54, 57, 60, 62)), (43, (55, 59, 62)))
TUNE = (67, 71, 74, 71, 72, 76, 72, 67, 66, 69, 74, 72, 71, 67, 67, 67)


def sheet() -> NoteArray:
    rows = [(4.0 * bar, 4.0 * bar + 4.0, BASS, bass) for bar, (bass, _) in enumerate(CHANGES)]
    rows += [(4.0 * bar, 4.0 * bar + 4.0, KEYS, pitch) for bar, (_, hand) in enumerate(CHANGES) for pitch in hand]
    rows += [(float(beat), beat + 1.0, LEAD, pitch) for beat, pitch in enumerate(TUNE)]
    notes = np.zeros(len(rows), dtype=NOTE)
    for index, (onset, offset, voice, pitch) in enumerate(sorted(rows)):
        notes[index] = (onset, offset, onset / 2, offset / 2, onset % 4, 4.0, voice, pitch, 0)
    return notes


def test_chords_and_key_of_a_sheet() -> None:
    chords = sheet_chords(sheet())
    assert [(chord.start, chord.root, chord.family) for chord in chords] == [
        (0.0, 7, 0),
        (4.0, 0, 0),
        (8.0, 2, 2),
        (12.0, 7, 0),
    ]
    assert str(key_of(sheet(), chords)) == "G major"


def test_everything_is_counted_as_if_in_c() -> None:
    table = count([sheet(), sheet()])
    assert table["first"] == {"major": {"C": 2}, "minor": {}}
    assert table["follows"]["major"] == {"C": {"F": 2}, "F": {"G7": 2}, "G7": {"C": 2}}
    assert table["changes"] == {"4": [[6, 8], [0, 8], [0, 8], [0, 8]]}
    assert sum(table["scale"]["major"]) == 2 * len(TUNE)
    assert table["tones"]["on_beat"][""][0] == 2 * 6, "the tune's notes on the roots of plain chords"
    assert json.loads(written(table)) == table
