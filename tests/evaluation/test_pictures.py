"""What the pictures of a report show."""

from __future__ import annotations

from typing import Any

import numpy as np
from evaluation_music import HUMAN, PHRASE, chunk_of, random_events

from bridge.evaluation.bits import Unigram, measure
from bridge.evaluation.pictures import bits_bars, distributions, roll, similarity
from bridge.vocabulary.codec import TICKS_PER_BEAT


def heights_of(axes: Any) -> list[float]:
    """Of its bars, in the axis's unit."""
    return [patch.get_height() for patch in axes.patches]


def test_a_bar_with_its_interval_for_each_predictor_and_group() -> None:
    chunks = [chunk_of(random_events(30, seed), f"piece{seed}") for seed in range(3)]
    found = {name: measure(Unigram(chunks), chunks, lambda done: None) for name in ("one", "other")}
    voices, sources = bits_bars(found).axes
    groups = [group for group in found["one"].groups if group == "all" or group.startswith("voice:")]
    assert len(voices.get_xticklabels()) == len(groups)
    heights = heights_of(voices)
    assert len(heights) == 2 * len(groups) and heights[: len(groups)] == heights[len(groups) :]
    assert len(sources.patches) == 2 and "notes" in voices.get_xticklabels()[0].get_text()


def test_histograms_are_shares_of_what_is_known_and_what_nobody_has_is_left_out() -> None:
    human = {"density": np.array([1.0, 2.0, np.nan, 3.0]), "nothing": np.array([np.nan])}
    machine = {"density": np.array([1.0, 1.0]), "nothing": np.array([1.0])}
    shown = [axes for axes in distributions(human, machine).axes if axes.get_visible()]
    assert [axes.get_title(loc="left") for axes in shown] == ["density"]
    whole = sum(heights_of(shown[0]))
    assert round(whole, 6) == 200.0, "a hundred per cent of each"


def test_both_continuations_stand_beside_each_other_with_the_turn_marked() -> None:
    left, right = similarity(PHRASE, HUMAN).axes
    assert [axes.get_title(loc="left") for axes in (left, right)] == ["human", "machine"]
    np.testing.assert_array_equal(left.images[0].get_array(), right.images[0].get_array())
    assert left.lines[0].get_xdata()[0] == (PHRASE.start - PHRASE.prompt.onset.min()) / TICKS_PER_BEAT


def test_a_roll_has_every_note_drawn() -> None:
    figure = roll(PHRASE, HUMAN, "a title")
    drawn = sum(len(collection.get_paths()) for axes in figure.axes for collection in axes.collections)
    drawn += sum(len(axes.patches) for axes in figure.axes)
    assert drawn >= len(PHRASE.prompt.onset) + len(HUMAN.onset)
