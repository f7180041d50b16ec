"""Phrases of a piece."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from library_songs import C_MAJOR, WIDTH, Ear, make_library, song
from training_corpus import note_array

from bridge.data.encode import Stretch, contexts, stretch_of, ticks_of
from bridge.evaluation.reviewing.music import read
from bridge.library.phrases import LONGEST, SHORTEST, Span, hear, phrases_of, pooled


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


def line(rests: list[int], count: int, step: float = 0.5) -> Stretch:
    """`count` notes, one each `step` beats, with two beats of rest after each of these."""
    onset = np.arange(count) * step + np.array([2.0 * sum(rest < i for rest in rests) for i in range(count)])
    notes = [(float(beat), step, 4, 60 + i % 5, 70) for i, beat in enumerate(onset)]
    return stretch_of(note_array(notes, bars=True), free=False)


@pytest.mark.parametrize(
    ("rests", "count", "spans"),
    [
        ([], 1, [(0, 1)]),
        ([], 20, [(0, 20)]),
        ([9], 20, [(0, 10), (10, 20)]),
        ([6], 20, [(0, 20)]),  # seven notes are no phrase: they go with what follows
        ([7], 20, [(0, 8), (8, 20)]),
        ([3, 5, 11], 30, [(0, 12), (12, 30)]),
        ([11], 19, [(0, 19)]),  # nor are seven at the end: they go with what was before
        ([11], 20, [(0, 12), (12, 20)]),
        ([4], 9, [(0, 9)]),
    ],
)
def test_a_piece_is_cut_where_it_breathes_into_phrases_long_enough(
    rests: list[int], count: int, spans: list[tuple[int, int]]
) -> None:
    assert [tuple(span) for span in phrases_of(line(rests, count))] == spans


@pytest.mark.parametrize(
    ("rest", "count", "spans"),
    [
        (63, 71, [(0, 36), (36, 71)]),  # with a last breath of seven more than the most
        (56, 64, [(0, 64)]),
        (57, 65, [(0, 32), (32, 65)]),
        (99, 105, [(0, 50), (50, 105)]),
    ],
)
def test_a_last_breath_makes_no_phrase_longer_than_the_most(
    rest: int, count: int, spans: list[tuple[int, int]]
) -> None:
    found = [tuple(span) for span in phrases_of(line([rest], count, 0.125))]
    assert found == spans and max(stop - start for start, stop in found) <= LONGEST


def test_a_piece_heard_in_blocks_is_told_the_same_as_one_heard_at_once() -> None:
    told: list[np.ndarray] = []

    class Told(Ear):
        def read_whole(self, events: np.ndarray, context: np.ndarray) -> np.ndarray:
            told.append(context)
            return super().read_whole(events, context)

    # Notes that sound for longer than a block lasts from its begin: 1,100 eighths of eight beats each.
    notes = [(i / 2, 8.0, 4, 40 + i % 40, 70) for i in range(1100)]
    stretch = stretch_of(note_array(notes, bars=True), free=False)
    assert hear(Told(), stretch).shape == (1100, WIDTH)
    wanted = contexts(stretch, ticks_of(stretch.onset), ticks_of(stretch.offset))
    np.testing.assert_allclose(told[0], wanted, atol=1e-6)


def test_a_phrase_s_vector_is_of_its_own_notes_alone() -> None:
    hidden = np.arange(12, dtype=np.float32).reshape(6, 2)
    rows = pooled(hidden, [Span(0, 2), Span(2, 6)])
    np.testing.assert_allclose(rows, [[1, 2, 1, 1], [7, 8, 5**0.5, 5**0.5]], rtol=1e-6)
    assert pooled(hidden, []).shape == (0, 4)
