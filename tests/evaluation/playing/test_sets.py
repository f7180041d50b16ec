"""What a report says of controls, of fresh sets and of copies, made with the stand-in for a model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from evaluation_music import line, prepared

from bridge.data.corpus import Corpus
from bridge.engine.fake import FakeModel
from bridge.evaluation.playing import sets
from bridge.evaluation.playing.evaluate import evaluate
from bridge.evaluation.playing.excerpts import phrases
from bridge.evaluation.playing.parts import HUMAN, MACHINE, STYLES, Part, Question
from bridge.performer.phrase_measures import Notes

SCALE = (60, 62, 64, 65, 67, 69, 71, 72, 67, 64, 60)
QUICK = {"choose": 1.0}


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sets, "SETS", 2)
    monkeypatch.setattr(sets, "SWEPT", 1)
    monkeypatch.setattr(sets, "ASKED", {"energy": (30.0, 70.0, 110.0), "register": (50.0, 75.0)})


def corpus(folder: Path, split: str = "valid") -> Corpus:
    rows = [row for part in range(5) for row in line([p + part for p in SCALE], start=8.0 * part)]
    return Corpus(prepared(folder, {"pop909": [(split, rows)] * 2}))


def test_sets_are_made_by_name_and_measured(few: None, tmp_path: Path) -> None:
    names = ("controls", "first answer of a set", "whole-note triads")
    question = Question(count=1, modes=("respond", "accompany"), styles=names, values=QUICK)
    found = {part.style: part for part in evaluate(corpus(tmp_path), FakeModel(), question, lambda done: None).parts}
    assert set(found) == set(names)
    energy = found["controls"].figure(MACHINE, "energy")
    assert energy is not None and energy.value > 0.9
    in_key = found["first answer of a set"].figure(MACHINE, "scale")
    assert in_key is not None and 0.0 <= in_key.value <= 1.0
    silent = found["whole-note triads"].figure(MACHINE, "silent")
    assert silent is not None and silent.value == 0.0 and found["whole-note triads"].missed() == []


def test_a_copy_is_found_whoever_plays_it_and_drums_are_none(tmp_path: Path) -> None:
    music = corpus(tmp_path, "train")
    (style,) = [one for one in STYLES["respond"] if one.name == "two hands"]
    (excerpt, *_) = phrases(music, style, "train", 1)
    rng = np.random.default_rng(0)
    other = Notes.of([(0.5 * i, 0.5 * i + 0.4, int(pitch), 80) for i, pitch in enumerate(rng.integers(40, 90, 30))])
    part = Part("respond", "two hands", {}, excerpts=[excerpt])
    part.played = {HUMAN: [excerpt.human], MACHINE: [other]}
    found = sets.copies(music, [part])
    human, machine = (found.figure(who, "longest") for who in (HUMAN, MACHINE))
    assert human is not None and machine is not None
    assert human.value == len(excerpt.human.onset) > machine.value


def test_a_chord_is_held_until_another_is_struck() -> None:
    notes = [(0.0, 60), (0.0, 64), (4.0, 60), (4.0, 64), (8.0, 62), (12.0, 60)]
    assert sets._longest_chord(notes) == 1.0
    assert sets._longest_chord([]) == 0.0
