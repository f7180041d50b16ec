"""The guide of every draw: roles from who plays, controls from what is set or aimed at."""

from __future__ import annotations

from bridge.performer.sampling import Steering
from bridge.vocabulary.codec import VOICES
from bridge.vocabulary.guide import HUMAN, MACHINE, SILENT, guide_of
from bridge.vocabulary.parameters import Values

KEYS, BASS, LEAD = (VOICES.index(name) for name in ("keys", "bass", "lead"))


def roles(steering: Steering) -> dict[str, int]:
    return {name: int(role) for name, role in zip(VOICES, steering.guide, strict=False)}


def test_who_plays_has_a_role_and_the_rest_is_silent() -> None:
    steering = Steering(Values())
    steering.assign([BASS])
    steering.heard(KEYS)
    assert roles(steering) == dict.fromkeys(VOICES, SILENT) | {"keys": HUMAN, "bass": MACHINE}
    steering.is_now(KEYS, LEAD)
    assert roles(steering)["keys"] == SILENT and roles(steering)["lead"] == HUMAN
    steering.clear()
    assert HUMAN not in roles(steering).values()


def test_what_is_set_goes_before_what_is_aimed_at() -> None:
    steering = Steering(Values(density=4.0))
    steering.aim({"density": 1.0, "energy": 90.0}, ending=2.0)
    silent = dict.fromkeys(VOICES, SILENT)
    assert steering.guide.tolist() == guide_of(silent, {"density": 4.0, "energy": 90.0}, 2.0).tolist()
    steering.settle(Values(energy=30.0))
    assert steering.guide.tolist() == guide_of(silent, {"density": 1.0, "energy": 30.0}, 2.0).tolist()
    steering.assign([KEYS])
    assert steering.guide.tolist() == guide_of({**silent, "keys": MACHINE}, {"energy": 30.0}).tolist()


def test_a_branch_is_aimed_elsewhere() -> None:
    steering = Steering(Values())
    before = steering.guide.tolist()
    branch = steering.branch()
    branch.aim({"density": 8.0})
    branch.heard(KEYS)
    assert steering.guide.tolist() == before != branch.guide.tolist()
