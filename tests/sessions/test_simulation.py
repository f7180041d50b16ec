"""A performance without a clock."""

from __future__ import annotations

from recorded_sets import SETTINGS

from bridge.engine.fake import FakeModel
from bridge.performer.performer import Performer
from bridge.sessions.log import (
    Session,
)
from bridge.sessions.simulation import Simulation
from bridge.vocabulary.events import (
    NoteOff,
    NoteOn,
)


def test_asking_for_work_when_there_is_none_changes_nothing() -> None:
    """Such calls are not noted: were anything to depend on them, a replay would differ."""
    performers = [Performer(FakeModel(), SETTINGS) for _ in range(2)]
    for performer, asks in zip(performers, (1, 50), strict=True):
        session = Session(performer)
        simulation = Simulation(session)
        for start in (1.0, 40.0, 80.0):
            simulation.play([NoteOn(start, 60, 80), NoteOff(start + 0.2, 60)], until=start + 35.0)
            for i in range(asks):
                while session.advance(simulation.now + 0.01 * i):
                    pass
    first, second = ([note.note_id for note in performer.stage.ledger] for performer in performers)
    assert first == second
