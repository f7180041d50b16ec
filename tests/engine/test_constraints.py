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


@pytest.mark.parametrize(
    ("low", "high", "left"), [(-5, 2, [0, 1, 2]), (125, 300, [125, 126, 127]), (-9, 900, list(range(128))), (0, 0, [0])]
)
def test_a_pitch_range_that_reaches_beyond_the_keyboard_ends_with_it(low: int, high: int, left: list[int]) -> None:
    constraints = Constraints()
    constraints.pitch_range(low, high)
    assert allowed(constraints.pitch[BASS]) == left


@pytest.mark.parametrize(("low", "high"), [(-9, -1), (128, 140)])
def test_a_pitch_range_beside_the_keyboard_leaves_nothing_and_is_refused(low: int, high: int) -> None:
    constraints = Constraints()
    with pytest.raises(ValueError, match=f"pitch: nothing is left for keys by from {low} to {high}; widen it"):
        constraints.pitch_range(low, high)
    assert constraints.pitch.all()


def test_what_is_handed_on_sealed_cannot_be_changed_and_a_copy_of_it_can() -> None:
    constraints = Constraints()
    constraints.pitch_range(40, 50)
    constraints.only_voices([BASS])
    sealed = constraints.sealed()
    assert sealed is constraints
    for narrow in (
        lambda: sealed.dt_between(1),
        lambda: sealed.only_voices([BASS]),
        lambda: sealed.pitch_range(41, 42),
        lambda: sealed.velocity_between(1, 90),
        lambda: sealed.duration_between(1),
        sealed.allow_all,
    ):
        with pytest.raises(ValueError, match="read-only"):
            narrow()
    other = sealed.copy()
    assert allowed(other.voice) == [BASS] and allowed(other.pitch[BASS]) == list(range(40, 51))
    other.pitch_range(44, 60)
    other.allow_all()
    other.dt_between(3, 5)
    assert allowed(sealed.pitch[BASS]) == list(range(40, 51)) and sealed.dt.all()


def test_waits_and_durations_can_be_chosen_one_by_one_and_never_all_taken_away() -> None:
    constraints = Constraints()
    waits, durations = np.zeros(len(DT_TICKS), np.bool_), np.zeros(len(DURATION_TICKS), np.bool_)
    waits[[0, 3, 7]] = durations[[2, 5]] = True
    constraints.dt_among(waits)
    constraints.duration_among(durations)
    constraints.dt_between(DT_TICKS[3])
    assert allowed(constraints.dt) == [3, 7] and allowed(constraints.duration) == [2, 5]
    for narrow, mask, field in (
        (constraints.dt_among, ~waits, "dt: nothing is left by only the waits asked for"),
        (constraints.duration_among, ~durations, "duration: nothing is left by only the durations asked for"),
    ):
        with pytest.raises(ValueError, match=field):
            narrow(mask)
    assert allowed(constraints.dt) == [3, 7] and allowed(constraints.duration) == [2, 5]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(-3, 130), st.integers(-3, 130)), max_size=8))
def test_whatever_is_asked_each_field_keeps_a_class_and_only_ever_loses_some(
    asked: list[tuple[int, int, int]],
) -> None:
    constraints = Constraints()
    for what, low, high in asked:
        before = constraints.copy()
        narrow = (
            constraints.dt_between, constraints.duration_between, constraints.pitch_range,
            lambda low, high: constraints.only_voices(range(max(low, 0), min(high, 7))),
            lambda low, high: constraints.forbid_pitches(range(max(low, 0), min(high, 128))),
            lambda low, high: constraints.velocity_between(min(max(low, 1), 127), min(max(high, 1), 127)),
        )[what]  # fmt: skip
        try:
            narrow(low, high)
            refused = False
        except ValueError:
            refused = True
        for name in ("dt", "voice", "pitch", "velocity", "duration"):
            mask, was = getattr(constraints, name), getattr(before, name)
            assert mask.any(axis=-1).all() and not (mask & ~was).any()
            assert not refused or (mask == was).all()
