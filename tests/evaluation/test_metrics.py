"""Each metric on music whose figure is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from evaluation_music import DRUMS, line, stretch

from bridge.evaluation import metrics
from bridge.evaluation.metrics import METRICS

EMPTY = stretch([])
C_MAJOR = [60, 62, 64, 65, 67, 69, 71]


def test_entropy_of_one_pitch_class_and_of_all() -> None:
    assert metrics.pitch_class_entropy(stretch(line([60, 72, 48]))) == 0.0
    assert metrics.pitch_class_entropy(stretch(line(range(60, 72)))) == pytest.approx(math.log2(12))
    assert metrics.pitch_class_entropy(stretch(line([60, 67]))) == 1.0


def test_scale_consistency_finds_the_best_scale() -> None:
    assert metrics.scale_consistency(stretch(line([p + 3 for p in C_MAJOR]))) == pytest.approx(1.0)
    assert metrics.scale_consistency(stretch(line([*C_MAJOR, 61]))) == pytest.approx(7 / 8)
    assert metrics.scale_consistency(stretch(line(range(60, 72)))) == pytest.approx(7 / 12)


def test_drums_have_no_pitch() -> None:
    kit = stretch(line([36, 38, 36, 38]), voice=DRUMS)
    for name in ("pitch_class_entropy", "scale_consistency", "polyphony", "duration", "pitch"):
        assert np.isnan(METRICS[name](kit)), name
    assert METRICS["density"](kit) == 2.0


def test_grooves_that_are_the_same_and_that_share_nothing() -> None:
    bar = [(beat, 0.25, 60) for beat in (0.0, 1.0, 2.0, 3.0)]
    later = [(onset + 4.0, length, pitch) for onset, length, pitch in bar]
    off = [(onset + 4.5, length, pitch) for onset, length, pitch in bar]
    assert metrics.groove_similarity(stretch(bar + later)) == 1.0
    assert metrics.groove_similarity(stretch(bar + off)) == pytest.approx(1 - 8 / 48)
    assert np.isnan(metrics.groove_similarity(stretch(bar)))


def test_polyphony_counts_only_the_time_in_which_something_sounds() -> None:
    assert metrics.polyphony(stretch([(0.0, 1.0, 60), (3.0, 1.0, 62)])) == 1.0
    assert metrics.polyphony(stretch([(0.0, 2.0, 60), (0.0, 1.0, 64)])) == 1.5


def test_density_is_of_onsets_to_the_last_one() -> None:
    assert metrics.density(stretch([(0.0, 1.0, 60), (0.5, 1.0, 62), (2.0, 1.0, 64)])) == 1.0
    assert np.isnan(metrics.density(stretch([(1.0, 1.0, 60), (1.0, 1.0, 64)])))


def test_means() -> None:
    music = stretch([(0.0, 0.5, 60), (1.0, 2.0, 64)], velocity=70)
    assert metrics.mean_duration(music) == pytest.approx(1.0)
    assert metrics.mean_pitch(music) == 62.0
    assert metrics.mean_velocity(music) == 70.0
    music.velocity[0] = 0
    assert metrics.mean_velocity(music) == 70.0


def test_beats_are_alike_by_what_begins_in_them() -> None:
    alike = metrics.self_similarity(stretch([(0.0, 0.5, 60), (1.0, 0.5, 72), (2.0, 0.5, 61), (3.0, 0.5, 60)]))
    np.testing.assert_allclose(alike[0], [1.0, 1.0, 0.0, 1.0])
    assert metrics.repetition(stretch(line([60] * 8))) == pytest.approx(1.0)
    assert metrics.repetition(stretch([(0.0, 0.5, 60), (7.0, 0.5, 60), (9.0, 0.5, 61)])) == pytest.approx(0.5)
    assert metrics.repetition(stretch(line(range(60, 68), step=1.0))) == pytest.approx(0.0)


def test_a_transposed_sequence_is_a_repeated_figure() -> None:
    figure = [60, 64, 62, 65, 61]
    again = [pitch + 5 for pitch in figure]
    assert metrics.repeated_figures(stretch(line(figure))) == 0.0
    # Six runs of four steps: the figure's, four across the seam, the figure's again.
    assert metrics.repeated_figures(stretch(line(figure + again))) == pytest.approx(1 / 6)


@pytest.mark.parametrize("name", METRICS)
def test_nothing_is_no_number(name: str) -> None:
    assert np.isnan(METRICS[name](EMPTY))
