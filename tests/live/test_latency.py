"""Medians and 99th percentiles of the last measurements."""

from __future__ import annotations

import pytest

from bridge.live.latency import RECENT, Reaction, Recent
from bridge.vocabulary.events import PlayNote, Silence

NOTE = PlayNote(1, onset=2.0, release=2.5, pitch=60, velocity=80, channel=1)


def test_only_the_last_ones_count() -> None:
    recent = Recent()
    assert recent.quantiles() == (0.0, 0.0)
    for _ in range(RECENT):
        recent.add(9.0)
    for number in range(RECENT):
        recent.add(number / RECENT)
    median, p99 = recent.quantiles()
    assert median == pytest.approx(0.5, abs=0.01) and p99 == pytest.approx(0.99, abs=0.01)


def test_a_reaction_is_from_what_was_played_to_the_next_note() -> None:
    reaction = Reaction()
    reaction.answered([NOTE], 1.0)
    assert reaction.measured.count == 0, "nobody had played"
    reaction.began(1.0)
    reaction.answered([Silence()], 1.5)
    reaction.answered([NOTE], 1.75)
    reaction.answered([NOTE], 3.0)
    assert reaction.measured.count == 1 and reaction.measured.quantiles()[0] == pytest.approx(0.75)
