"""Constraints narrow, never widen, and never leave nothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.engine import Constraints
from bridge.vocabulary.codec import DRUMS, DT_TICKS, DURATION_TICKS, VOICES, velocity_of

BASS = VOICES.index("bass")


def allowed(mask: np.ndarray) -> list[int]:
    return [int(i) for i in np.flatnonzero(mask)]


def test_all_is_allowed_at_first_and_again() -> None:
    constraints = Constraints()
    constraints.only_voices([BASS])
    constraints.dt_between(3, 5)
    constraints.pitch_range(40, 50)
    constraints.velocity_between(60, 70)
    constraints.duration_between(24, 48)
    constraints.allow_all()
    for mask in (constraints.dt, constraints.voice, constraints.pitch, constraints.velocity, constraints.duration):
        assert mask.all()


def test_waits_lie_between_the_bounds() -> None:
    constraints = Constraints()
    constraints.dt_between(3.5, 6)
    assert DT_TICKS[constraints.dt].tolist() == [4, 5, 6]
    constraints.dt_between(5)
    assert DT_TICKS[constraints.dt].tolist() == [5, 6]


@given(st.floats(0, 5000))
def test_a_lower_bound_always_leaves_the_longest_wait(low: float) -> None:
    constraints = Constraints()
    constraints.dt_between(low)
    assert constraints.dt[-1]
    assert (DT_TICKS[constraints.dt] >= min(low, DT_TICKS[-1])).all()


def test_only_these_voices() -> None:
    constraints = Constraints()
    constraints.only_voices([BASS, DRUMS])
    assert allowed(constraints.voice) == [BASS, DRUMS]


def test_pitch_ranges_leave_drums_alone_unless_named() -> None:
    constraints = Constraints()
    constraints.pitch_range(60, 62)
    assert allowed(constraints.pitch[BASS]) == [60, 61, 62]
    assert constraints.pitch[DRUMS].all()
    constraints.pitch_range(35, 36, voices=[DRUMS])
    assert allowed(constraints.pitch[DRUMS]) == [35, 36]


def test_pitches_are_allowed_and_forbidden_by_voice() -> None:
    constraints = Constraints()
    constraints.allow_pitches([40, 43, 47], voices=[BASS])
    constraints.forbid_pitches([43])
    assert allowed(constraints.pitch[BASS]) == [40, 47]
    assert not constraints.pitch[0, 43]
    assert constraints.pitch[DRUMS, 43]


def test_pitches_are_allowed_voice_by_voice() -> None:
    constraints, mask = Constraints(), np.ones((len(VOICES), 128), dtype=np.bool_)
    mask[BASS, :40] = mask[BASS, 43:] = False
    constraints.forbid_pitches([41])
    constraints.only_pitches(mask)
    assert allowed(constraints.pitch[BASS]) == [40, 42]
    mask[BASS] = False
    with pytest.raises(ValueError, match="nothing is left for bass"):
        constraints.only_pitches(mask)
    assert allowed(constraints.pitch[BASS]) == [40, 42]


def test_velocity_and_duration() -> None:
    constraints = Constraints()
    constraints.velocity_between(60, 67)
    constraints.duration_between(30, 61)
    assert [velocity_of(value) for value in allowed(constraints.velocity)] == [62, 66]
    assert DURATION_TICKS[constraints.duration].tolist() == [30, 32, 34, 36, 38, 40, 42, 44, 46, 48, 52, 56, 60]


@pytest.mark.parametrize(
    ("narrow", "message"),
    [
        (lambda c: c.dt_between(390, 400), "dt: nothing is left by from 390 to 400 ticks"),
        (lambda c: c.dt_between(10, 5), "dt: nothing is left"),
        (lambda c: c.only_voices([]), "voice: nothing is left"),
        (lambda c: c.only_voices([7]), "voice 7 does not exist: voices are 0 to 6"),
        (lambda c: c.pitch_range(72, 60), "pitch: nothing is left for keys by from 72 to 60"),
        (lambda c: c.allow_pitches([]), "pitch: nothing is left for keys"),
        (lambda c: c.forbid_pitches(range(128), voices=[BASS]), "pitch: nothing is left for bass"),
        (lambda c: c.forbid_pitches([128]), "pitch 128 does not exist"),
        (lambda c: c.pitch_range(1, 2, voices=[-1]), "voice -1 does not exist"),
        (lambda c: c.velocity_between(90, 20), "velocity: nothing is left"),
        (lambda c: c.duration_between(9.2, 9.8), "duration: nothing is left"),
    ],
)
def test_what_leaves_nothing_is_refused_and_changes_nothing(
    narrow: Callable[[Constraints], None], message: str
) -> None:
    constraints = Constraints()
    with pytest.raises(ValueError, match=message):
        narrow(constraints)
    test_masks = (constraints.dt, constraints.voice, constraints.pitch, constraints.velocity, constraints.duration)
    assert all(mask.all() for mask in test_masks)
