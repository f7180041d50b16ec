"""Likes and skips."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from library_songs import WIDTH, Ear, make_library, update

from bridge.library.preferences import LIKE, SKIP, Preferences
from bridge.library.recommend import recommend
from bridge.library.store import Index


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return make_library(tmp_path)


def test_taste_moves_what_is_alike(library: Path, tmp_path: Path) -> None:
    update(library)
    index = Index(library / ".antiphon", Ear.identity, WIDTH)
    entries = {entry.path: entry for entry in index.entries(list(range(len(index))))}
    taste = Preferences(tmp_path / "taste.json", Ear.identity, WIDTH)
    heard = entries["c.mid"].phrase
    vector = np.array(index.vectors[entries["c.mid"].row])
    assert recommend(index, vector, heard, 1, taste)[0].entry.path == "c.mid"
    for _ in range(8):
        taste.say(index.vectors[entries["g.mid"].row], entries["g.mid"].phrase, LIKE)
        taste.say(index.vectors[entries["c.mid"].row], entries["c.mid"].phrase, SKIP)
    again = Preferences(tmp_path / "taste.json", Ear.identity, WIDTH)
    first = recommend(index, vector, heard, 1, again)[0]
    assert first.entry.path == "g.mid" and first.reason.endswith("liked")
    assert "fast" in again.in_words()
    other = Preferences(tmp_path / "taste.json", "another ear", WIDTH)
    assert len(other) == 16 and "fast" in other.in_words()
    again.forget()
    assert not (tmp_path / "taste.json").exists() and len(again) == 0
    assert recommend(index, vector, heard, 1, again)[0].entry.path == "c.mid"
    (tmp_path / "taste.json").write_text("[]")
    with pytest.raises(ValueError, match="holds no likes"):
        Preferences(tmp_path / "taste.json", Ear.identity, WIDTH)


def test_one_like_moves_little_and_many_move_much(library: Path, tmp_path: Path) -> None:
    update(library)
    index = Index(library / ".antiphon", Ear.identity, WIDTH)
    entry = index.entries([0])[0]
    taste = Preferences(tmp_path / "taste.json", Ear.identity, WIDTH)
    moved = []
    for _ in range(12):
        taste.say(index.vectors[:1][0], entry.phrase, LIKE)
        moved.append(float(taste.taste(index.vectors[:1], [entry.phrase])[0]))
    assert moved == sorted(moved) and 0 < moved[0] < 0.25 and moved[-1] > 4 * moved[0]
