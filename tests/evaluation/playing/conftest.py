"""One small evaluation of playing, for the tests of what becomes of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from evaluation_music import line, prepared

from bridge.data.corpus import Corpus
from bridge.engine.fake import FakeModel
from bridge.evaluation.playing import listener
from bridge.evaluation.playing.evaluate import evaluate
from bridge.evaluation.playing.parts import Findings, Question

SCALE = (60, 62, 64, 65, 67, 69, 71, 72, 67, 64, 60)


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    rows = [row for part in range(5) for row in line([p + part for p in SCALE], start=8.0 * part)]
    folder: Path = tmp_path_factory.mktemp("data")
    corpus = Corpus(prepared(folder, {"pop909": [("valid", rows)] * 3}))
    told: list[float] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listener, "_TREES", 20)
        question = Question(count=22, modes=("respond",), styles=("two hands",), values={"choose": 1.0})
        found = evaluate(corpus, FakeModel(), question, told.append)
    assert told == sorted(told) and told[-1] == 1.0
    return found
