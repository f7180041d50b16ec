"""What the library's process says to each question."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx")
pytest.importorskip("torch")

from library_ear import indexed_library

from bridge.library.heard import Heard
from bridge.library.library_process import answer
from bridge.library.preferences import LIKE, SKIP, USED
from bridge.library.shelf import Shelf


def test_each_question_has_its_answer(tmp_path: Path) -> None:
    model, library = indexed_library(tmp_path)
    shelf = Shelf.open(library, model)
    states = np.random.default_rng(0).random((8, 128), dtype=np.float32).tobytes()
    onset = tuple(float(n) for n in range(8))
    heard = Heard("ear", states, onset, (0.5,) * 8, (0,) * 8, (60,) * 8, 2, False, 100.0)
    what, found = answer(shelf, "recommend", [2, heard])
    assert what == "recommended" and [one.rank for one in found] == [1, 2]
    for value, word in ((LIKE, "liked"), (SKIP, "skipped"), (USED, "used")):
        what, text = answer(shelf, "rate", [found[0].clip, value])
        assert what == "said" and text.startswith(f"{found[0].title}: {word}; your taste: ")
    what, name, bpm, place, notes, _ = answer(shelf, "clip", [found[0].clip, heard])
    assert what == "clip" and name == found[0].title and bpm > 0 and place >= -1 and notes
    assert answer(shelf, "forget", []) == ["said", "every like, skip and use is forgotten"]
    with pytest.raises(ValueError, match="no question"):
        answer(shelf, "dance", [])
