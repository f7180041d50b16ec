"""A note of a set as a question: what was kept as it was planned, what came before it, and how that is sent."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

pytest.importorskip("onnx")
pytest.importorskip("torch")

from explained_sets import answered, drawn
from performing import plans, simulation

from bridge.engine.model import Sample
from bridge.explanation.causes import asked_of
from bridge.explanation.live import Asked, allowed_by, asked_about, case_of
from bridge.vocabulary.codec import FIELDS, SIZES


def test_a_note_is_asked_about_with_what_its_draw_was_told(tmp_path: Path) -> None:
    sim, kept = answered(tmp_path)
    performer = sim.session.performer
    assert len(kept) == len(plans(sim)) > 3
    number = drawn(performer, kept)
    asked = asked_about(performer, number, kept[number])()
    assert msgspec.convert(msgspec.msgpack.decode(msgspec.msgpack.encode(asked)), Asked) == asked
    case = case_of(asked)
    notes = performer.stage.memory.notes
    place = next(place for place, note in enumerate(notes) if note.note_id == number)
    assert [event[2] for event in case.events.tolist()] == [note.pitch for note in notes[:place]]
    assert [one.note_id for one in asked.where] == [note.note_id or 0 for note in notes[:place]]
    assert case.mine == tuple(note.note_id is not None for note in notes[:place])
    assert case.facts.mode == "respond" and case.facts.answer["candidates"] == 3
    told = kept[number]
    assert told.logits is not None and case.draw is not None and case.event == told.event
    odds = Sample.of_logits(told.event, told.logits).all_log_probs()
    for name, part in zip(FIELDS, odds, strict=True):
        allowed = getattr(asked_of(case).constraints, name)
        mask = allowed[case.event.voice] if name == "pitch" else allowed
        assert (mask == np.isfinite(part)).all() and np.exp(part).sum() == pytest.approx(1.0)


def test_logits_say_what_was_allowed() -> None:
    logits = np.zeros(sum(SIZES), np.float32)
    logits[: SIZES[0] - 1] = -np.inf
    constraints = allowed_by(logits, 2)
    assert constraints.dt.sum() == 1 and constraints.pitch[2].all() and constraints.voice.all()


def test_what_the_model_does_not_remember_is_refused(tmp_path: Path) -> None:
    sim, _ = answered(tmp_path)
    with pytest.raises(ValueError, match="note 999 is not among the last"):
        asked_about(sim.session.performer, 999, None)
    with pytest.raises(ValueError, match="keeps nothing"):
        asked_about(simulation("respond").session.performer, 1, None)


def test_a_note_that_no_draw_brought_is_asked_about_all_the_same(tmp_path: Path) -> None:
    sim, kept = answered(tmp_path)
    number = drawn(sim.session.performer, kept)
    asked = asked_about(sim.session.performer, number, None)()
    assert asked.logits is None and case_of(asked).draw is None and asked.mode == ""
