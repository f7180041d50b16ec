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
