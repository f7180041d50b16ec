"""Sketches: the same in another key, tempo or resolution, another for another piece."""

from pathlib import Path

import numpy as np
import pytest
from songs import Note, tune, varied, write_song

from bridge.data import fingerprint
from bridge.data.reading import read_notes
from bridge.data.sources import Source


def figures(path: Path, notes: list[Note], **how: int) -> fingerprint.Hashes:
    write_song(path, notes, **how)
    return fingerprint.figures(read_notes(Source(path, "mine"))[0])


def jaccard(one: fingerprint.Hashes, other: fingerprint.Hashes) -> float:
    common = len(np.intersect1d(one, other))
    return common / (len(one) + len(other) - common)


@pytest.mark.parametrize(
    ("shift", "stretch", "ticks_per_beat"),
    [(5, 1.0, 480), (0, 1.3, 480), (0, 0.25, 120), (5, 1.3, 480), (-7, 0.2, 96), (0, 0.77, 480)],
)
def test_key_tempo_and_resolution_change_nothing(
    tmp_path: Path, shift: int, stretch: float, ticks_per_beat: int
) -> None:
    one = figures(tmp_path / "a.mid", tune(3))
    changed = varied(tune(3), shift=shift, stretch=stretch)
    other = figures(tmp_path / "b.mid", changed, ticks_per_beat=ticks_per_beat)
    assert len(one) > 150 and jaccard(one, other) == 1.0


def test_a_human_performance_rounded_to_a_coarse_grid_is_mostly_known_again(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    played = [(t + int(rng.integers(0, 25)), d, p, v) for t, d, p, v in tune(4, 300)]
    one = figures(tmp_path / "a.mid", played)
    other = figures(tmp_path / "b.mid", varied(played, shift=2, stretch=0.26), ticks_per_beat=120)
    assert jaccard(one, other) > 0.7


def test_other_tunes_of_the_same_maker_are_others(tmp_path: Path) -> None:
    of = [figures(tmp_path / f"{seed}.mid", tune(seed)) for seed in range(8)]
    assert max(jaccard(of[i], of[j]) for i in range(8) for j in range(i)) < 0.05


def test_drums_are_known_by_what_is_struck_and_when(tmp_path: Path) -> None:
    groove = [(t, 60, 36 + p % 9, v) for t, _, p, v in tune(6)]
    one = figures(tmp_path / "a.mid", groove, channel=9)
    slower = figures(tmp_path / "b.mid", varied(groove, stretch=1.5), channel=9)
    shifted = figures(tmp_path / "c.mid", varied(groove, shift=1), channel=9)
    assert jaccard(one, slower) == 1.0 and jaccard(one, shifted) == 0.0


def test_the_sketch_estimates_the_similarity_of_the_sets() -> None:
    rng = np.random.default_rng(0)
    values = rng.integers(0, 2**63, 3000, dtype=np.uint64)
    for overlap in (0, 500, 1000, 2000):
        one, other = values[:2000], values[2000 - overlap : 4000 - overlap]
        estimate = fingerprint.similarity(fingerprint.sketch(one), fingerprint.sketch(other))
        assert estimate == pytest.approx(overlap / len(set(one.tolist()) | set(other.tolist())), abs=0.13)


def test_figures_of_equal_steps_do_not_make_all_sketches_alike(tmp_path: Path) -> None:
    # Hash functions that agree on one value (0, say) made any two pieces that share it look the same.
    even = [(i * 240, 240, 40 + 31 * (i % 3), 60 + i % 20) for i in range(200)]
    one, other = figures(tmp_path / "a.mid", even), figures(tmp_path / "b.mid", even[:40] + tune(9))
    estimate = fingerprint.similarity(fingerprint.sketch(one), fingerprint.sketch(other))
    assert estimate == pytest.approx(jaccard(one, other), abs=0.15)


def test_no_figures_no_sketch() -> None:
    assert (fingerprint.sketch(np.zeros(0, np.uint64)) == 2**32 - 1).all()
