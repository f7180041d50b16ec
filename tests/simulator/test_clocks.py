"""Those who beat time in a simulated set."""

from __future__ import annotations

from itertools import islice

import numpy as np

from bridge.simulator.clocks import link_session, midi_clock
from bridge.simulator.happenings import Random, Room
from bridge.vocabulary.events import ClockTick, LinkState


def dice(seed: int) -> Random:
    return np.random.default_rng(seed)


def test_a_clock_is_a_clock_with_mishaps() -> None:
    ticks = [
        happening.time
        for happening in islice(midi_clock(dice(5), Room(), 0.0), 20_000)
        if isinstance(happening, ClockTick)
    ]
    gaps = np.diff(ticks)
    assert 60 / (180 * 2 * 24) < np.median(gaps) < 60 / (55 * 24)
    assert gaps.max() > 10 * np.median(gaps), "it drops out"


def test_a_link_session_obeys() -> None:
    room = Room(link_bpm=77.0)
    states = [
        happening for happening in islice(link_session(dice(2), room, 0.0), 4) if isinstance(happening, LinkState)
    ]
    assert states[0].bpm != 77.0 and states[1].bpm == 77.0
    assert room.link_bpm is None
