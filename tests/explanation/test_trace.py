"""Every note of the machine's is brought together with the draw that it came of."""

from __future__ import annotations

from dataclasses import replace

import pytest
from recorded_sets import SETTINGS, record

from bridge.engine.fake import FakeModel
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
