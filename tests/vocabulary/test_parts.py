"""Parts are read as they are written."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.vocabulary.parts import Part, read_parts


@pytest.mark.parametrize(
    ("given", "parts"),
    [
        ({"bass": "0-47"}, (Part("bass", 0, 47, 0),)),
        ({"lead": "@2"}, (Part("lead", 0, 127, 2),)),
        ({"off": ["84-108@1", "0-20"], "keys": "60-60@16"}, (
            Part("off", 84, 108, 1), Part("off", 0, 20, 0), Part("keys", 60, 60, 16)
        )),
    ],
)  # fmt: skip
def test_parts_are_read(given: dict[str, object], parts: tuple[Part, ...]) -> None:
    assert read_parts(given) == parts


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"kazoo": "0-47"}, "no part 'kazoo'"),
        ({"drums": "@9"}, "--drum-channel"),
        ({"bass": "47-0"}, "the lower one first"),
        ({"bass": "0-128"}, "from 0 to 127"),
        ({"bass": "@17"}, "on channel 17"),
        ({"bass": "@0"}, "from 1 to 16"),
        ({"bass": ""}, "cannot be ''"),
        ({"bass": "low"}, "cannot be 'low'"),
        ({"bass": 3}, "cannot be 3"),
        ({"bass": []}, "cannot be"),
    ],
)
def test_parts_that_cannot_be_are_refused(given: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_parts(given)
