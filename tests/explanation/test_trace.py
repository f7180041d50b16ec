"""Every note of the machine's is brought together with the draw that it came of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from recorded_sets import SCRIPT, SETTINGS, record, write

from bridge.engine.fake import FakeModel
from bridge.explanation.session import notes_of
from bridge.explanation.trace import trace
from bridge.sessions.log import SessionLog, played_notes
from bridge.vocabulary.codec import velocity_of
from bridge.vocabulary.events import NoteOff, NoteOn

PHRASE = [
    item
    for number, pitch in enumerate([60, 62, 64, 65, 67, 64, 60])
    for item in (NoteOn(1.0 + 0.3 * number, pitch, 80), NoteOff(1.25 + 0.3 * number, pitch))
]


@pytest.mark.parametrize("mode", ["respond", "duet", "harmonize"])
def test_each_note_has_its_draw(mode: str) -> None:
    settings = replace(SETTINGS, mode=mode)
    entries, _ = record(PHRASE, 9.0, settings)
    log = SessionLog(settings, "fake", "", tuple(entries))
    cases = trace(log, lambda name, digest: FakeModel(name))
    played = {note.note_id: note for note in played_notes(log) if note.machine and not note.cancelled}
    assert len(played) > 3
    told = {number: case for number, case in cases.items() if number in played}
    assert len(told) >= len(played) - 1  # the last may not have been told yet
    for number, case in told.items():
        note = played[number]
        assert case.event.pitch == note.pitch
        if case.draw is None:  # chosen by rules
            assert mode == "harmonize"
            continue
        assert abs(velocity_of(case.event.velocity) - note.velocity) <= 4
        assert len(case.mine) == len(case.events) == len(case.context)
        assert not case.mine[0] and case.facts.mode == mode
        assert case.draw.constraints.pitch[case.event.voice, case.event.pitch]


def test_notes_of_a_session_go_by_number(tmp_path: Path) -> None:
    entries, _ = record(SCRIPT, 12.0)
    notes = notes_of(write(tmp_path / "take", entries).parent, lambda name, digest: FakeModel(name))
    for place, mine in enumerate(notes.music.machine.tolist()):
        case = notes.case(place + 1)
        assert case.event.pitch == notes.music.stretch.pitch[place]
        assert mine or case.draw is None
    assert notes.traced
    with pytest.raises(ValueError, match="has no note 0: there are 1 to"):
        notes.case(0)
