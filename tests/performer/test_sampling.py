"""What a model learnt by heart is not recited for ever: one note in so many is not the likeliest."""

from __future__ import annotations

import numpy as np
from performing import ons, phrase, settle, simulation

from bridge.engine.fake import FakeModel
from bridge.engine.model import Sample
from bridge.performer.modes.answer import RECITED
from bridge.vocabulary.codec import DRUMS

TUNE = (60, 62, 64, 65, 67, 69, 71, 72) * 6


class Reciting(FakeModel):
    """Is sure of every note: a rising line in steps of a tone, over and over. Notes each that it was asked for."""

    def sample(self, constraints, uniform, *given, **named):  # type: ignore[no-untyped-def]
        allowed = constraints.pitch[constraints.voice.argmax()]
        wanted = 60 + 2 * (self.position % 7)
        sure = wanted if allowed[wanted] else int(np.abs(np.flatnonzero(allowed) - wanted).argmin())
        drawn = super().sample(constraints, uniform, *given, **named)
        event = drawn.event._replace(pitch=wanted if allowed[wanted] else int(np.flatnonzero(allowed)[sure]))
        likeliest = list(drawn.alternatives)
        likeliest[2] = (event.pitch, 0, 1, 2)
        return Sample(event, drawn.log_prob, tuple(likeliest), drawn.alternative_probs)


def test_one_note_in_so_many_is_another() -> None:
    sim = simulation(model=Reciting(), voices={"bass": (False, 2)}, values={"choose": 1.0, "pull": 0.0, "length": 1.5})
    sim.play(phrase(pitches=TUNE), until=60.0)
    pitches = [pitch for _, _, pitch in ons(sim)]
    assert len(pitches) > 2 * RECITED
    steps = np.diff(pitches)
    recited = np.isin(steps, (2, -12))
    assert recited[: RECITED - 2].all(), "up to there it recites"
    for begin in range(len(recited) - RECITED):
        assert not recited[begin : begin + RECITED].all()


def test_likelihoods_are_the_models_and_take_no_chance() -> None:
    sim = simulation(ranges={"drums": (30, 60)})
    sim.play(phrase(), until=1.5)
    settle(sim)
    drawing = sim.session.performer.stage.drawing
    before = drawing._random.bit_generator.state
    likely = drawing.likelihoods(DRUMS, [36, 42, 62], 2.0)
    assert likely == drawing.likelihoods(DRUMS, [36, 42, 62], 2.0)
    assert 0.0 < likely[0] < 1.0 and likely[2] == 0.0, "the last may not be played"
    assert drawing._random.bit_generator.state == before
