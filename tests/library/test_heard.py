"""What was played last, as copies of what the model that plays has at hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx")
pytest.importorskip("torch")

from library_ear import model_with_ear
from performing import phrase, settle, simulation

from bridge.engine.embedding import identity_of
from bridge.engine.streaming import StreamingModel
from bridge.library.heard import Heard, heard_lately, of_heard

PITCHES = (60, 62, 64, 65, 67, 69, 71, 72)


def set_with(tmp_path: Path, *starts: float) -> tuple[StreamingModel, Heard]:
    model = StreamingModel.load(model_with_ear(tmp_path))
    sim = simulation("off", model=model, tempo=120.0)
    for start in starts:
        sim.play(phrase(start, pitches=PITCHES), until=start + 2.5)
    settle(sim)
    return model, heard_lately(sim.session.performer)


def test_hidden_states_are_those_that_the_model_made(tmp_path: Path) -> None:
    model, heard = set_with(tmp_path, 1.0)
    assert heard.ear == identity_of(model.manifest) and heard.pitch == PITCHES and heard.bpm == 120.0
    hidden = np.frombuffer(heard.hidden, np.float32).reshape(len(PITCHES), -1)
    np.testing.assert_array_equal(hidden[-1], model.hidden)
    assert (heard.tonic, heard.minor) == (0, False)


def test_no_more_is_told_than_the_model_keeps(tmp_path: Path) -> None:
    model, heard = set_with(tmp_path, 1.0, 4.0)
    assert len(heard.pitch) == model.manifest.rewind + 1 < 2 * len(PITCHES)
    model.rewind(3)
    assert len(model.recent(64)) == model.rewindable + 1
    assert len(model.recent(2)) == 2 and len(model.recent(0)) == 0


def test_the_last_phrase_is_what_came_after_the_last_breath() -> None:
    count = 24
    onset = tuple(0.5 * n + (6.0 if n >= 12 else 0.0) for n in range(count))
    hidden = np.arange(count * 4, dtype=np.float32).reshape(count, 4)
    one = Heard("ear", hidden.tobytes(), onset, (0.0,) * count, (0,) * count, (60,) * count, 2, True, 90.0)
    question = of_heard(one)
    np.testing.assert_array_equal(question.hidden, hidden[12:])
    phrase_ = question.phrase
    assert (phrase_.notes, phrase_.tonic, phrase_.minor, phrase_.bpm) == (12, 2, True, 90.0)
    assert phrase_.density == pytest.approx(12 / 5.5) and phrase_.height == 60.0


def test_one_note_is_a_phrase_and_none_is_refused() -> None:
    hidden = np.ones((1, 4), np.float32)
    one = Heard("ear", hidden.tobytes(), (3.0,), (0.0,), (3,), (36,), -1, False, 0.0)
    assert of_heard(one).phrase.notes == 1 and of_heard(one).phrase.height == 0.0, "drums have no height"
    with pytest.raises(ValueError, match="play something first"):
        of_heard(Heard("ear", b"", (), (), (), (), -1, False, 0.0))


def test_a_model_that_tells_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no ear for likeness"):
        heard_lately(simulation("off").session.performer)
