"""Spoiled copies keep what counting sees, and lose the order."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from evaluation_music import DRUMS, line, stretch

from bridge.evaluation.reviewing.spoiling import WAYS, shuffle_notes, shuffle_pitches, shuffle_times, transpose_bars

PITCHES = [60, 62, 64, 65, 67, 69, 71, 72] * 4
MUSIC = stretch([(beat, 0.25 + beat % 1.5, pitch) for (beat, _, pitch) in line(PITCHES, 0.75)])


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(3)


@pytest.mark.parametrize("way", WAYS)
def test_a_copy_is_in_order_and_begins_alike(way: str, rng: np.random.Generator) -> None:
    copy = WAYS[way](MUSIC, rng)
    assert copy is not None
    assert (np.diff(copy.onset) >= 0).all()
    assert (copy.onset[0], copy.pitch[0]) == (MUSIC.onset[0], MUSIC.pitch[0])
    assert len(copy.onset) == len(MUSIC.onset)
    same = [np.array_equal(getattr(copy, name), getattr(MUSIC, name)) for name in ("onset", "offset", "pitch")]
    assert not all(same)


def test_what_is_kept(rng: np.random.Generator) -> None:
    for copy in (shuffle_notes(MUSIC, rng), shuffle_pitches(MUSIC, rng)):
        assert copy is not None
        assert sorted(copy.pitch.tolist()) == sorted(MUSIC.pitch.tolist())
        np.testing.assert_array_equal(copy.onset, MUSIC.onset)
    copy = shuffle_times(MUSIC, rng)
    assert copy is not None
    np.testing.assert_array_equal(copy.pitch, MUSIC.pitch)
    np.testing.assert_allclose(np.sort(copy.offset - copy.onset), np.sort(MUSIC.offset - MUSIC.onset))


def test_bars_are_moved_as_a_whole_and_no_two_neighbours_alike(rng: np.random.Generator) -> None:
    copy = transpose_bars(MUSIC, rng)
    assert copy is not None
    bar = (MUSIC.onset // (4 * 48)).astype(int)
    moved = copy.pitch - MUSIC.pitch
    steps = [set(moved[bar == number].tolist()) for number in range(bar.max() + 1)]
    assert all(len(step) == 1 for step in steps) and steps[0] == {0}
    assert all(one != other for one, other in itertools.pairwise(steps))


def test_what_cannot_be_spoiled_is_none(rng: np.random.Generator) -> None:
    drums = stretch(line([36, 38, 36, 38] * 8), voice=DRUMS)
    assert transpose_bars(drums, rng) is None
    assert shuffle_pitches(stretch(line([60] * 9)), rng) is None
    assert shuffle_notes(stretch(line([60, 61])), rng) is None
    even = stretch(line([60, 62, 64]))
    assert shuffle_times(even, rng) is None
