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
