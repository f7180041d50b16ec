"""Where a bar leans, by its time signature."""

from __future__ import annotations

import pytest

from bridge.timing.accents import Accents


@pytest.mark.parametrize(
    ("signature", "strong", "backbeats"),
    [
        ("4/4", (0.0, 2.0), (1.0, 3.0)),
        ("3/4", (0.0,), (1.0, 2.0)),
        ("2/2", (0.0, 2.0), (1.0, 3.0)),
        ("6/8", (0.0, 1.5), (1.5,)),
        ("12/8", (0.0, 3.0), (1.5, 4.5)),
        ("9/8", (0.0,), (1.5, 3.0)),
        ("5/4", (0.0, 3.0), (1.0, 2.0, 4.0)),
        ("7/8", (0.0, 2.0), (1.0,)),
        ("3/8", (0.0,), (0.5, 1.0)),
        ("6/4", (0.0, 3.0), (1.0, 2.0, 4.0, 5.0)),
        ("9/4", (0.0,), (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0)),
        ("5/8", (0.0, 1.5), (1.5,)),
        ("4/8", (0.0, 1.0), (0.5, 1.5)),
        ("8/8", (0.0, 1.0, 2.0, 3.0), (0.5, 1.5, 2.5, 3.5)),
        ("6/16", (0.0, 0.75), (0.75,)),
        ("1/4", (0.0,), ()),
    ],
)
def test_what_is_strong_and_what_answers(
    signature: str, strong: tuple[float, ...], backbeats: tuple[float, ...]
) -> None:
    metre = Accents.of(signature)
    assert metre.strong == strong
    assert metre.backbeats == backbeats
    assert all(metre.is_pulse(place) for place in strong + backbeats)


def test_a_signature_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="time signature cannot be '4-4'"):
        Accents.of("4-4")


@pytest.mark.parametrize("lower", [1, 2, 4, 8, 16, 32])
def test_any_bar_leans_on_its_line_and_only_where_people_tap(lower: int) -> None:
    for upper in range(1, 33):
        metre = Accents.of(f"{upper}/{lower}")
        assert metre.bar == upper * 4 / lower
        assert metre.strong[0] == metre.pulses[0] == 0.0
        assert metre.pulses == tuple(sorted(set(metre.pulses))) and metre.pulses[-1] < metre.bar
        assert set(metre.strong) | set(metre.backbeats) == set(metre.pulses)


def test_a_place_a_hair_beside_a_pulse_is_that_pulse_and_one_between_two_is_none() -> None:
    metre = Accents.of("4/4")
    for near in (-0.0005, 0.0, 0.0005):
        assert metre.is_strong(2.0 + near) and metre.is_pulse(3.0 + near) and not metre.is_strong(3.0 + near)
    for between in (0.5, 1.99, 2.01):
        assert not metre.is_pulse(between)
