"""Distributions over many pieces, counted piece by piece."""

from __future__ import annotations

import numpy as np
import pytest

from bridge.data.notes import NOTE
from bridge.data.tally import MEASURES, Tally


def test_a_tally_counts_what_is_there() -> None:
    notes = np.zeros(4, NOTE)
    notes["onset_seconds"] = [0.0, 0.0, 1.0, 2.0]
    notes["offset_seconds"] = [2.0, 0.5, 1.5, 4.0]
    notes["onset_beats"], notes["offset_beats"] = notes["onset_seconds"] * 1.5, notes["offset_seconds"] * 1.5
    notes["pitch"], notes["velocity"], notes["voice"] = [60, 64, 64, 36], [0, 1, 127, 80], [0, 0, 0, 3]
    tally = Tally()
    tally.add("mine", notes, has_beats=True)
    counts = {name: tally.counts[name]["mine"] for name in MEASURES}
    assert {pitch: int(n) for pitch, n in enumerate(counts["pitch"]) if n} == {60: 1, 64: 2}
    assert {velocity: int(n) for velocity, n in enumerate(counts["velocity"], 1) if n} == {1: 1, 80: 1, 127: 1}
    assert counts["polyphony"][:4].tolist() == [1, 3, 0, 0]  # The two that begin together hear each other.
    assert counts["duration"].sum() == 4 and counts["inter-onset"].sum() == 2 and counts["length"].sum() == 1
    assert counts["tempo"].nonzero()[0].tolist() == [(90 - 20) // 5]
    assert tally.unknown_velocities == 1
    assert tally.voice_notes[[0, 3]].tolist() == [3, 1]
    assert tally.voice_hours[[0, 3]] * 3600 == pytest.approx([2.0, 2.0])


def test_pieces_of_one_source_add_up_and_sources_are_kept_apart() -> None:
    notes = np.zeros(2, NOTE)
    notes["onset_seconds"], notes["offset_seconds"] = [3.0, 4.0], [3.5, 63.0]
    notes["onset_beats"], notes["offset_beats"] = [6.0, 8.0], [7.0, 126.0]
    notes["pitch"], notes["velocity"], notes["voice"] = [60, 61], [0, 0], [1, 1]
    tally = Tally()
    for source in ("mine", "mine", "yours"):
        tally.add(source, notes, has_beats=False)
    assert {source: int(counts.sum()) for source, counts in tally.counts["pitch"].items()} == {"mine": 4, "yours": 2}
    assert "mine" not in tally.counts["tempo"], "it has no beats"
    assert tally.unknown_velocities == 6 and tally.voice_notes[1] == 6
    assert tally.voice_hours[1] * 3600 == pytest.approx(3 * 59.5)
    # From the first onset to the last offset: a minute, whenever the piece begins.
    (minute,) = tally.counts["length"]["yours"].nonzero()[0]
    edges = MEASURES["length"].edges
    assert edges[minute] <= 1.0 < edges[minute + 1]


def test_what_lies_beyond_the_bins_counts_in_the_outermost() -> None:
    notes = np.zeros(3, NOTE)
    notes["onset_seconds"], notes["offset_seconds"] = [0.0, 0.0, 500.0], [0.001, 100.0, 500.5]
    notes["onset_beats"], notes["offset_beats"] = notes["onset_seconds"] * 9, notes["offset_seconds"] * 9
    notes["pitch"], notes["velocity"] = [0, 127, 127], [1, 127, 127]
    tally = Tally()
    tally.add("mine", notes, has_beats=True)
    counts = {name: tally.counts[name]["mine"] for name in MEASURES}
    assert (counts["duration"][0], counts["duration"][-1]) == (1, 1)
    assert counts["inter-onset"].nonzero()[0].tolist() == [len(counts["inter-onset"]) - 1]
    assert counts["tempo"].nonzero()[0].tolist() == [len(counts["tempo"]) - 1], "540 a minute"
    assert (counts["pitch"][0], counts["pitch"][-1], counts["velocity"][0], counts["velocity"][-1]) == (1, 2, 1, 2)


def test_a_voice_sounds_while_any_of_its_notes_does() -> None:
    notes = np.zeros(4, NOTE)
    notes["onset_seconds"], notes["offset_seconds"] = [0.0, 1.0, 2.0, 20.0], [10.0, 2.0, 12.0, 21.0]
    notes["velocity"] = 64
    tally = Tally()
    tally.add("mine", notes, has_beats=False)
    assert tally.voice_hours[0] * 3600 == pytest.approx(13.0)
