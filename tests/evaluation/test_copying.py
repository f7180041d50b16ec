"""Copies that were planted are found, others are not."""

from __future__ import annotations

import numpy as np
from evaluation_music import DRUMS, line, stretch

from bridge.evaluation import copying
from bridge.evaluation.copying import Library, Match


def tune(count: int, seed: int) -> list[int]:
    return np.random.default_rng(seed).integers(40, 90, count).tolist()


LIBRARY = Library([stretch(line(tune(200, seed))) for seed in range(5)])
INTERVALS = Library([stretch(line(tune(200, seed))) for seed in range(5)], rhythm=False)


def test_a_transposed_copy_is_found_where_it_is() -> None:
    planted = [pitch + 7 for pitch in tune(200, 3)[50:80]]
    music = stretch(line([41, 90, 42, *planted, 90, 41]))
    assert LIBRARY.longest_matches([music]) == [Match(30, 3, 3)]


def test_another_rhythm_is_a_copy_of_intervals_alone() -> None:
    slower = stretch(line(tune(200, 2)[10:40], step=0.75))
    assert LIBRARY.longest_matches([slower])[0].notes < 5
    assert INTERVALS.longest_matches([slower])[0].notes == 30


def test_every_stretch_has_its_own_match_and_none_crosses_a_border() -> None:
    across = tune(200, 0)[-10:] + tune(200, 1)[:12]
    found = LIBRARY.longest_matches([stretch(line(tune(50, 99))), stretch(line(across)), stretch([])])
    assert found[0].notes < 5
    assert (found[1].notes, found[1].start, found[1].piece) == (12, 10, 1)
    assert found[2] == Match(0, 0, -1)


def test_a_whole_piece_is_a_copy_of_itself() -> None:
    assert LIBRARY.longest_matches([stretch(line(tune(200, 4)))])[0].notes == 200


def test_drums_are_not_copied() -> None:
    kit = stretch(line([36, 38] * 50), voice=DRUMS)
    assert Library([kit]).longest_matches([kit]) == [Match(0, 0, -1)]


def test_equal_hashes_are_no_copy(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """With a hash that calls everything the same, only what is the same is found."""
    monkeypatch.setattr(copying, "_scrambled", lambda steps: np.zeros(len(steps), np.uint64))
    assert LIBRARY.longest_matches([stretch(line(tune(40, 77)))])[0].notes < 5
