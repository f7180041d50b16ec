"""Every note of the machine's is brought together with the draw that it came of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from recorded_sets import SETTINGS, record

from bridge.engine.constraints import Constraints
from bridge.engine.fake import FakeModel
from bridge.engine.model import Draw
from bridge.explanation.trace import Book, Link, trace
from bridge.sessions.log import SessionLog, played_notes
from bridge.vocabulary.codec import CONTEXT_SIZE, Event, velocity_of
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


def test_of_candidates_on_the_same_pitches_the_one_is_meant_that_was_as_loud_and_as_long() -> None:
    book, any_context = Book(), np.zeros(CONTEXT_SIZE, np.float32)
    heard = Link(None, (0, 0, 60, 20, 12), any_context, (60,))
    draws = [Draw(Constraints(), np.full(5, share, np.float32), 1.0, 1.0) for share in (0.1, 0.2, 0.3)]
    for draw, velocity in zip(draws, (16, 20, 24), strict=True):
        first = Event(24, 0, 62, velocity, 12)
        book.add(heard, draw, first)
        book.add(Link(heard, first, any_context, (60, 62)), draw, Event(24, 0, 64, 20, 12))

    def told(velocity: int) -> tuple[float, float]:
        """The chance by which two notes were drawn that are told as so loud, the second as 20."""
        first = Link(heard, (24, 0, 62, velocity, 14), any_context, (60, 62))
        second = Link(first, (24, 0, 64, 20, 14), any_context, (60, 62, 64))
        found = [book.of(note) for note in (first, second)]
        assert found[0] is not None and found[1] is not None
        return found[0].draw.uniform[0], found[1].draw.uniform[0]

    for share, velocity in ((0.1, 15), (0.2, 20), (0.3, 25)):
        assert told(velocity) == (pytest.approx(share), pytest.approx(share)), "the notes before say which it was"
    assert book.of(Link(heard, (24, 0, 65, 20, 12), any_context, (60, 65))) is None
