"""A library, opened: by its folder or its index's, for the model that made it; what it answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx")
pytest.importorskip("torch")

from library_ear import indexed_library, model_with_ear

from bridge.engine.manifest import load_manifest
from bridge.library.heard import Heard
from bridge.library.preferences import LIKE, SKIP, Preferences
from bridge.library.shelf import TASTE_NAME, Shelf, as_report, made_by, place_of_index
from bridge.library.store import IndexRefused


def some_heard(shelf: Shelf, hidden: int = 128) -> Heard:
    states = np.random.default_rng(0).random((8, hidden), dtype=np.float32)
    return Heard("ear", states.tobytes(), tuple(range(8)), (0.5,) * 8, (0,) * 8, (60,) * 8, 2, False, 100.0)  # type: ignore[arg-type]


def test_it_offers_and_remembers(tmp_path: Path) -> None:
    model, library = indexed_library(tmp_path)
    shelf = Shelf.open(library, model)
    shelf.warm_up()
    heard = some_heard(shelf)
    found = shelf.recommend(heard, 3)
    assert len(found) == 3 and len({one.entry.path for one in found}) == 3
    report = as_report(1, 3, found[0])
    assert (report.rank, report.of, report.clip) == (1, 3, found[0].entry.row)
    assert ".mid" not in report.title and "/" not in report.title
    first, last = found[0].entry.row, found[-1].entry.row
    for _ in range(6):
        shelf.rate(last, LIKE)
        shelf.rate(first, SKIP)
    again = {one.entry.row: one.score for one in shelf.recommend(heard, 3)}
    assert again.get(last, 9.0) - again.get(first, 0.0) > found[-1].score - found[0].score, "what is liked comes sooner"
    entry, clip, moved = shelf.clip(last, heard)
    assert entry.row == last and clip.notes and -6 <= moved <= 5
    with pytest.raises(LookupError, match="no clip 9999"):
        shelf.entry(9999)
    # A command changes the taste beside the set, and the set goes by it.
    Preferences(shelf._taste, "ear", 64).forget()
    assert len(shelf._current_taste()) == 0
    shelf.rate(last, SKIP)
    shelf.forget()
    assert not (library / ".antiphon" / TASTE_NAME).exists()
    shelf.close()


def test_a_library_is_given_by_its_folder_or_its_indexs(tmp_path: Path) -> None:
    model, library = indexed_library(tmp_path)
    assert place_of_index(library) == place_of_index(library / ".antiphon") == (library, library / ".antiphon")
    manifest = load_manifest(model)
    assert made_by(library, [manifest]) is manifest
    (tmp_path / "other").mkdir()
    other = load_manifest(model_with_ear(tmp_path / "other"))
    if other.ear != manifest.ear:
        with pytest.raises(IndexRefused, match="another model; antiphon index FOLDER --anew"):
            made_by(library, [other])
    with pytest.raises(IndexRefused, match="make one with antiphon index"):
        place_of_index(tmp_path)
