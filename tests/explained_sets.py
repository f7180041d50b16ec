"""A simulated set whose notes can be explained, for the tests of explanations while it goes on."""

from __future__ import annotations

from pathlib import Path

from performing import phrase, simulation
from small_networks import export_small

from bridge.engine.streaming import StreamingModel
from bridge.explanation.live import Told, told_of
from bridge.performer.performer import Performer
from bridge.sessions.log import Session
from bridge.sessions.simulation import Simulation
from bridge.vocabulary.events import Chosen, PlayNote


def answered(tmp_path: Path) -> tuple[Simulation[Session], dict[int, Told]]:
    """A set in which a phrase was answered, and what was kept of each note, as a surface keeps it."""
    sim = simulation("respond", model=StreamingModel.load(export_small(tmp_path)), seed=4)
    kept: dict[int, Told] = {}

    def note(entry: list[object]) -> None:
        if entry[0] == "out" and isinstance(entry[2], PlayNote):
            kept[entry[2].note_id] = told_of(sim.session.performer, entry[2], Chosen(3, "shape", 0.5, {"motif": 1.0}))

    sim.session.journal = note
    sim.play(phrase(), until=9.0)
    return sim, kept


def drawn(performer: Performer, kept: dict[int, Told]) -> int:
    """The last note that was drawn and that the model remembers."""
    known = {note.note_id for note in performer.stage.memory.notes}
    return max(number for number, told in kept.items() if told.logits is not None and number in known)
