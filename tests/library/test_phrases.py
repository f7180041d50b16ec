"""Phrases of a piece."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from library_songs import C_MAJOR, WIDTH, Ear, make_library, song

from bridge.evaluation.reviewing.music import read
from bridge.library.phrases import LONGEST, SHORTEST, hear, phrases_of, pooled


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return make_library(tmp_path)


def test_phrases_cover_a_piece(tmp_path: Path) -> None:
    music = read(song(tmp_path / "long.mid", C_MAJOR * 20))
    spans = phrases_of(music.stretch)
    assert spans[0].start == 0 and spans[-1].stop == len(music)
    assert all(a.stop == b.start for a, b in itertools.pairwise(spans))
    assert all(SHORTEST <= span.stop - span.start <= LONGEST for span in spans)
    rows = pooled(hear(Ear(), music.stretch), spans)
    assert rows.shape == (len(spans), 2 * WIDTH) and np.isfinite(rows).all()
