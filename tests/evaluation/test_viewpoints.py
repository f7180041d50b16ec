"""Pitches counted as distances from a reference, the same in every key."""

from __future__ import annotations

import numpy as np

from bridge.evaluation.viewpoints import PITCHES, Viewpoint, trained


def test_a_viewpoint_with_a_reference_is_the_same_in_every_key() -> None:
    pitches, reference = np.array([60, 64, 67, 2]), np.array([60, 60, 60, 4])
    interval = trained("interval", reference=reference)
    assert interval.symbols(pitches).tolist() == [0, 4, 7, PITCHES - 2]
    up = Viewpoint("interval", (), reference + 5)
    assert up.symbols(pitches + 5).tolist() == interval.symbols(pitches).tolist()
    assert trained("pitch").symbols(pitches) is pitches
