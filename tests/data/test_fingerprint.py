"""Sketches: the same in another key, tempo or resolution, another for another piece."""

from pathlib import Path

import numpy as np
import pytest
from songs import Note, tune, varied, write_song

from bridge.data import fingerprint
from bridge.data.notes import NOTE
from bridge.data.reading import read_notes
from bridge.data.sources import Source
from bridge.vocabulary import codec


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


def test_a_digest_is_of_the_notes_alone() -> None:
    notes = np.zeros(3, NOTE)
    notes["onset_beats"], notes["pitch"], notes["voice"], notes["velocity"] = [0, 1, 1.5], [60, 62, 64], [0, 1, 0], 64
    whole = fingerprint.digest(notes)
    assert len(whole) == 16
    for name, other in (("velocity", 0), ("offset_beats", 9.0), ("onset_seconds", 7.0), ("voice", [1, 0, 2])):
        changed = notes.copy()
        changed[name] = other
        assert fingerprint.digest(changed) == whole
    for name, other in (("onset_beats", [0, 1, 1.51]), ("pitch", [60, 62, 65]), ("voice", [codec.DRUMS, 1, 0])):
        changed = notes.copy()
        changed[name] = other
        assert fingerprint.digest(changed) != whole
    changed = notes.copy()
    changed["onset_beats"] += 1e-4  # what rounding to another resolution leaves
    assert fingerprint.digest(changed) == whole


def test_a_chord_is_one_step_however_it_is_rolled_and_an_arpeggio_is_not(tmp_path: Path) -> None:
    def chords(apart: int) -> list[Note]:
        return [(t + apart * i, d, p + 4 * i, v) for t, d, p, v in tune(7, 80) for i in range(3)]

    struck, rolled, broken = (figures(tmp_path / f"{apart}.mid", chords(apart)) for apart in (0, 12, 80))
    assert jaccard(struck, rolled) > 0.9 and jaccard(struck, broken) < 0.2


@pytest.mark.parametrize("count", [1, 2, 4, 5])
def test_a_piece_of_too_few_steps_has_no_figures_and_one_more_makes_the_first(tmp_path: Path, count: int) -> None:
    found = figures_of(count)
    assert len(found) == 0 if count < 5 else len(found) > 0


def figures_of(count: int) -> fingerprint.Hashes:
    notes = np.zeros(count, NOTE)
    notes["onset_beats"], notes["pitch"] = np.arange(count), 60 + np.arange(count)
    return fingerprint.figures(notes)


def test_a_sketch_of_many_figures_is_of_all_of_them() -> None:
    values = np.random.default_rng(3).integers(0, 2**63, 9000, dtype=np.uint64)
    whole = fingerprint.sketch(values)
    parts = [fingerprint.sketch(values[begin : begin + 3000]) for begin in range(0, 9000, 3000)]
    np.testing.assert_array_equal(whole, np.minimum.reduce(parts))
    np.testing.assert_array_equal(whole, fingerprint.sketch(values[::-1]))
