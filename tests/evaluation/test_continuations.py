"""What a model plays on after a prompt."""

from __future__ import annotations

import numpy as np
from evaluation_music import KEYS, PROMPT

from bridge.data.encode import contexts, ticks_of
from bridge.engine.fake import FakeModel
from bridge.engine.model import Contexts, Events
from bridge.evaluation.continuations import draw, feed_prompt
from bridge.evaluation.phrases import join


class Listener(FakeModel):
    """Keeps what it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[Events, Contexts]] = []

    def feed(self, events: Events, context: Contexts) -> None:
        super().feed(events, context)
        self.told.append((events, context))


def test_a_continuation_follows_the_prompt_in_its_voices_for_as_long_as_asked() -> None:
    model = FakeModel()
    feed_prompt(model, PROMPT)
    played = draw(model, PROMPT, 8.0, seed=1)
    assert len(played.onset) > 16
    assert set(played.voice.tolist()) == {KEYS}
    assert (np.diff(played.onset) >= 0).all()
    assert PROMPT.onset[-1] <= played.onset[0] and played.onset[-1] <= PROMPT.onset[-1] + 8 * 48


def test_the_same_seed_draws_the_same() -> None:
    pitches = []
    for seed in (1, 1, 2):
        model = FakeModel()
        feed_prompt(model, PROMPT)
        pitches.append(draw(model, PROMPT, 8.0, seed).pitch.tolist())
    assert pitches[0] == pitches[1] != pitches[2]


def test_the_model_hears_itself_as_it_would_have_heard_a_piece() -> None:
    model = Listener()
    feed_prompt(model, PROMPT)
    played = draw(model, PROMPT, 8.0, seed=3)
    music = join(PROMPT, played)
    expected = contexts(music, ticks_of(music.onset), ticks_of(music.offset))
    np.testing.assert_allclose(np.concatenate([context for _, context in model.told]), expected, atol=1e-5)
    events = np.concatenate([events for events, _ in model.told])
    assert events[:, 2].tolist() == music.pitch.tolist()


def test_no_note_doubles_another() -> None:
    model = FakeModel()
    feed_prompt(model, PROMPT)
    played = draw(model, PROMPT, 16.0, seed=5)
    struck = list(zip(played.onset.tolist(), played.pitch.tolist(), strict=True))
    assert len(set(struck)) == len(struck)
