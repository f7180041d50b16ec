"""What fits, with the way to it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from library_songs import WIDTH, Ear, make_library, song, update

from bridge.evaluation.reviewing.music import read
from bridge.library.listening import describe
from bridge.library.phrases import hear, phrases_of
from bridge.library.recommend import recommend, way_in_key
from bridge.library.store import Index, IndexedPhrase


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return make_library(tmp_path)


def test_the_most_alike_comes_first_with_the_way_to_it(library: Path, tmp_path: Path) -> None:
    update(library)
    index = Index(library / ".antiphon", Ear.identity, WIDTH)
    music = read(song(tmp_path / "played.mid", [72, 71, 69, 67, 65, 64, 62, 60, 60, 62, 64, 65], 100.0))
    span = phrases_of(music.stretch)[-1]
    vector = Ear().of(hear(Ear(), music.stretch)[span.start : span.stop])
    heard = describe(music.stretch, span)._replace(bpm=100.0)
    found = recommend(index, vector, heard, 3)
    assert [one.entry.path for one in found] == ["c.mid", "g.mid", "chromatic.mid"]
    assert found[0].transpose == 0 and found[0].title == "c.mid, bars 1 to 2"
    assert found[1].transpose == 5 and found[1].tempo == pytest.approx(1.2)
    assert "5 semitones up it is in yours" in found[1].reason and "1.20 times your tempo" in found[1].reason
    assert recommend(index, vector, heard, 3, leave_out=["c.mid"])[0].entry.path == "g.mid"


def test_an_empty_library_offers_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    update(tmp_path / "empty")
    index = Index(tmp_path / "empty" / ".antiphon", Ear.identity, WIDTH)
    heard = IndexedPhrase(0, 0, 0.0, 4.0, 0, False, 0.0, 2.0, 60.0, 8)
    assert recommend(index, np.ones(WIDTH, np.float32), heard, 3) == []


def test_relative_keys_share_their_tones() -> None:
    major = IndexedPhrase(0, 0, 0.0, 4.0, 0, False, 0.0, 2.0, 60.0, 8)
    assert way_in_key(major, major._replace(tonic=9, minor=True)) == 0
    assert way_in_key(major, major._replace(tonic=2)) == -2
    assert way_in_key(major, major._replace(tonic=-1)) == 0
