"""What a draw is told, in numbers."""

from __future__ import annotations

import numpy as np
import pytest

from bridge.vocabulary.codec import VOICES
from bridge.vocabulary.guide import (
    CONTROLS,
    ENDING_ENTRY,
    FREE,
    HUMAN,
    LEVELS,
    MACHINE,
    SILENT,
    check_guide,
    free_guide,
    guide_of,
    manner_of,
    roles_of,
)


def test_levels_stand_for_themselves() -> None:
    for control in CONTROLS:
        assert control.classes(control.levels).tolist() == list(range(1, LEVELS + 1))
        assert control.classes([control.low / 2, control.high * 2, np.nan]).tolist() == [1, LEVELS, FREE]


def test_what_is_not_named_or_0_stays_unsaid() -> None:
    assert (guide_of() == free_guide()).all()
    assert (guide_of(controls={"density": 0.0, "texture": 0.0}) == free_guide()).all()
    said = guide_of({"bass": HUMAN}, {"density": 0.25, "texture": 8.0})
    assert said.tolist() == [0, 0, HUMAN, 0, 0, 0, 0, 1, 0, 0, LEVELS, FREE]


def test_the_end_of_a_phrase_is_counted_down_in_levels() -> None:
    told = [int(guide_of(ending=beats)[ENDING_ENTRY]) for beats in (-1.0, 0.0, 0.25, 1.0, 4.0, 32.0, 100.0)]
    assert told == [1, 1, 1, 5, 10, LEVELS, LEVELS]
    assert guide_of(ending=None)[ENDING_ENTRY] == FREE


def test_a_voice_that_both_play_is_the_machines() -> None:
    keys, bass, lead = (VOICES.index(voice) for voice in ("keys", "bass", "lead"))
    roles = roles_of([keys, lead], {keys, bass})
    assert roles == {**dict.fromkeys(VOICES, SILENT), "keys": MACHINE, "bass": HUMAN, "lead": MACHINE}


@pytest.mark.parametrize(
    ("roles", "controls", "message"),
    [
        ({"kazoo": 1}, {}, "voice 'kazoo' in role 1"),
        ({"keys": 4}, {}, "voice 'keys' in role 4"),
        ({}, {"warmth": 1.0}, "no control 'warmth': there are density, energy, register, texture"),
    ],
)
def test_what_does_not_exist_is_named(roles: dict[str, int], controls: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        guide_of(roles, controls)


def test_a_guide_is_checked() -> None:
    check_guide(free_guide())
    with pytest.raises(ValueError, match=r"guide is float64\[12\]: int64 \[12\] is needed"):
        check_guide(np.zeros(12))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="guide entry 11 is 17: classes are 0 to 16"):
        check_guide(np.array([0] * 11 + [LEVELS + 1]))


def test_the_manner_of_a_phrase_asks_for_the_like() -> None:
    manner = manner_of([0.0, 0.5, 1.0, 2.0], [60, 64, 67, 72], [70, 80, 90])
    assert manner == {"density": 1.5, "energy": 80.0, "register": 65.75}
    assert guide_of(controls=manner)[7:].tolist() == guide_of(controls=dict(manner, texture=0)).tolist()[7:]
    assert manner_of([1.0, 1.0, 1.2], [], []) == {}
    assert manner_of([], [], []) == {}
