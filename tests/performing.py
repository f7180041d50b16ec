"""Sets on the simulated clock: what the tests of modes play, and what they look at."""

from __future__ import annotations

from bridge.engine.fake import FakeModel
from bridge.engine.model import Model
from bridge.performer.model_memory import Memory
from bridge.performer.performer import Performer
from bridge.performer.settings import Settings
from bridge.sessions.log import Session
from bridge.sessions.simulation import Simulation
from bridge.vocabulary.events import ErrorReport, Input, NoteOff, NoteOn, PlayNote, TurnChanged

PHRASE = (60, 62, 64, 65, 67)


def simulation(
    mode: str = "respond", model: Model | None = None, step: float = 0.002, **options: object
) -> Simulation[Session]:
    performer = Performer(model or FakeModel(), Settings(mode=mode, **options))  # type: ignore[arg-type]
    return Simulation(Session(performer), step=step)


def phrase(
    start: float = 1.0, step: float = 0.25, length: float = 0.2, pitches: tuple[int, ...] = PHRASE
) -> list[Input]:
    script: list[Input] = []
    for index, pitch in enumerate(pitches):
        onset = start + index * step
        script += [NoteOn(onset, pitch, 80), NoteOff(onset + length, pitch)]
    return sorted(script, key=lambda item: item.time)


def ons(sim: Simulation) -> list[tuple[float, int, int]]:
    """(time, channel, pitch) of every note-on that left."""
    return [(time, (data[0] & 0x0F) + 1, data[1]) for time, data in sim.sent if data[0] & 0xF0 == 0x90 and data[2]]


def offs(sim: Simulation) -> list[tuple[float, int, int]]:
    """(time, channel, pitch) of every note-off that left."""
    return [(time, (data[0] & 0x0F) + 1, data[1]) for time, data in sim.sent if data[0] & 0xF0 == 0x80]


def plans(sim: Simulation) -> list[tuple[float, PlayNote]]:
    """When each note was given out, and the note."""
    return [(time, output) for time, output in sim.outputs if isinstance(output, PlayNote)]


def turns(sim: Simulation) -> list[tuple[float, str]]:
    return [(time, str(output.turn)) for time, output in sim.outputs if isinstance(output, TurnChanged)]


def codes(sim: Simulation) -> list[str]:
    return [output.code for _, output in sim.outputs if isinstance(output, ErrorReport)]


def settle(sim: Simulation) -> None:
    """Let the model take in what it was told, without a moment passing."""
    while sim.session.performer.stage.behind or sim.session.performer.stage.catch_up(sim.now):
        sim.session.performer.stage.catch_up(sim.now)


def retold(sim: Simulation, twin: Model) -> Model:
    """`twin` told just what sounded, so far, in its order."""
    memory = Memory(twin)
    for note in sim.session.performer.stage.memory.notes:
        known = sim.session.performer.stage.ledger.get(note.note_id or 0)
        assert known is None or known.state == "sounded", "the model knows a note that nobody heard"
        memory.hear([note])
    return twin
