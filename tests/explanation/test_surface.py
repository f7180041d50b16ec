"""Explanations beside a set: any note of late by its number, or counted back from the last that sounded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("onnx")
pytest.importorskip("torch")

from engine_of_surfaces import AskedEngine
from performing import phrase, simulation
from small_networks import export_small

from bridge.engine.streaming import StreamingModel
from bridge.explanation.surface import ExplanationSurface
from bridge.vocabulary.events import ErrorReport, NoteOn, Sounded
from bridge.vocabulary.requests import Explain, Explained, Report

WAIT = 60.0


class Set(AskedEngine[ExplanationSurface]):
    """Explanations beside a simulated set."""

    def __init__(self, tmp_path: Path) -> None:
        super().__init__()
        self.sounded: list[int] = []
        self.sim = simulation("respond", model=StreamingModel.load(export_small(tmp_path)), seed=4)
        self.surface = ExplanationSurface(self, lambda: self.sim.session.performer)
        self.sim.session.journal = self.note

    def note(self, entry: list[object]) -> None:
        self.surface.accept(entry)
        if isinstance(entry[-1], Sounded):
            self.sounded.append(entry[-1].note_id)

    def explain(self, note_id: int) -> Report:
        return self.ask(Explain(note_id))


@pytest.fixture
def set_(tmp_path: Path) -> Iterator[Set]:
    one = Set(tmp_path)
    yield one
    assert one.handed_in.empty(), "nothing comes of an explanation for the musician"
    one.surface.close()
    one.surface.close()


def test_a_note_is_explained_and_its_causes_follow(set_: Set) -> None:
    refused = set_.explain(0)
    assert isinstance(refused, ErrorReport) and "nothing to explain" in refused.text
    set_.sim.play(phrase(), until=9.0)
    assert len(set_.sounded) > 2
    told = set_.explain(0)
    assert isinstance(told, Explained), told
    assert (told.note_id, told.part) == (set_.sounded[-1], "told") and len(told.fields) == 5 and len(told.words) > 1
    causes = set_.said.get(timeout=WAIT)
    assert isinstance(causes, Explained) and (causes.note_id, causes.part) == (told.note_id, "causes")
    assert set_.surface.status()["explained_ms"] > 0
    before = set_.explain(-1)
    assert isinstance(before, Explained) and before.note_id == set_.sounded[-2]


def test_what_cannot_be_explained_is_said_to_who_asked(set_: Set) -> None:
    set_.sim.play(phrase(), until=9.0)
    refused = set_.explain(9999)
    assert isinstance(refused, ErrorReport) and "too long ago" in refused.text
    assert not set_.surface.take(NoteOn(0.0, 60, 80), set_)
    assert set_.surface.status() == {} and set_.surface._helper.pid is None, "nothing runs before it is of use"


def test_notes_that_the_model_does_not_remember_are_not_counted_back(set_: Set) -> None:
    set_.sim.play(phrase(), until=9.0)
    set_.sim.session.performer.stage.memory.forget(set_.sounded[-1:])
    told = set_.explain(0)
    assert isinstance(told, Explained) and told.note_id == set_.sounded[-2]
