"""What brings the human's keys and pedals up, and what the mode hears of it."""

from __future__ import annotations

from typing import cast

import pytest

from bridge.engine.fake import FakeModel
from bridge.performer.held_notes import HeldNote
from bridge.performer.key_releases import KeyReleases
from bridge.performer.modes.base import Mode
from bridge.performer.stage import Stage
from bridge.performer.thru import Thru
from bridge.performer.triggers import Triggers
from bridge.vocabulary.events import Control, NoteOn, PassThrough
from bridge.vocabulary.parameters import Values

SUSTAIN, SOUND_OFF, RESET, NOTES_OFF, OMNI_OFF = 64, 120, 121, 123, 124


class Told:
    """A mode that writes down what it is told."""

    def __init__(self) -> None:
        self.said: list[tuple[str, float, int | None]] = []

    def lifted(self, time: float) -> None:
        self.said.append(("lifted", time, None))

    def ended(self, note: HeldNote, now: float) -> None:
        assert note.released == now
        self.said.append(("ended", now, note.pitch))


class Keys:
    """Held keys on a stage; `thru` passes notes on."""

    def __init__(self, binds: dict[str, tuple[str, ...]] | None = None) -> None:
        self.stage = Stage(FakeModel(), 0, "keys")
        self.values = Values().changed({"thru": "notes"})
        self.thru = Thru(lambda: self.values, self.stage.emit, self.stage.human.zones.master_of)
        self.mode = Told()
        self.releases = KeyReleases(self.stage, self.thru, Triggers(binds or {}), lambda: cast(Mode, self.mode))

    def press(self, *pitches: int, channel: int = 1) -> None:
        for pitch in pitches:
            self.thru.press(NoteOn(1.0, pitch, 80, channel))
            self.stage.hands.press(HeldNote(1.0, pitch, 80, channel))
        self.stage.take_outputs()

    def control(self, controller: int, value: int = 0, channel: int = 1) -> list[tuple[str, float, int | None]]:
        self.releases.control(Control(2.0, controller, value, channel), 2.5)
        return self.mode.said

    def down(self) -> list[int]:
        return sorted(self.stage.hands.pitches())

    def passed_on(self) -> set[bytes]:
        return {output.data for output in self.stage.take_outputs() if isinstance(output, PassThrough)}


BOTH = [("lifted", 2.0, None), ("ended", 2.5, 60), ("ended", 2.5, 64)]


@pytest.fixture
def keys() -> Keys:
    return Keys()


def test_a_pedal_that_lets_nothing_go_is_no_event(keys: Keys) -> None:
    keys.press(60)
    assert keys.control(SUSTAIN, 127) == keys.control(SUSTAIN, 30) == []
    keys.control(SUSTAIN, 64)
    keys.stage.hands.lift(60, 1, 1.5)
    assert keys.down() == [60]
    assert keys.control(SUSTAIN, 63) == BOTH[:2]
    assert keys.down() == []


def test_controllers_reset_lift_the_pedal_and_no_key(keys: Keys) -> None:
    keys.press(60, 64)
    keys.control(SUSTAIN, 127)
    keys.stage.hands.lift(60, 1, 1.5)
    assert keys.control(RESET) == BOTH[:2]
    assert keys.down() == [64] and not keys.stage.hands.pedal_is_down(1)


def test_all_sound_off_lets_go_of_keys_and_pedals_of_its_channel(keys: Keys) -> None:
    keys.press(60, 64)
    keys.press(67, channel=2)
    keys.control(SUSTAIN, 127)
    keys.stage.hands.lift(60, 1, 1.5)
    assert keys.control(SOUND_OFF) == BOTH
    assert keys.down() == [67] and not keys.stage.hands.pedal_is_down(1)


@pytest.mark.parametrize("controller", [NOTES_OFF, OMNI_OFF, 127])
def test_all_notes_off_lifts_keys_and_not_what_the_pedal_holds(keys: Keys, controller: int) -> None:
    keys.press(60, 64)
    keys.press(67, channel=2)
    assert keys.control(controller) == BOTH
    assert keys.down() == [67]
    keys.press(60)
    keys.control(SUSTAIN, 127)
    keys.mode.said.clear()
    assert keys.control(controller) == [("lifted", 2.0, None)]
    assert keys.down() == [60, 67] and not keys.stage.hands.down_on(1)
    keys.mode.said.clear()
    assert keys.control(controller) == [], "no key of it is down any more"


@pytest.mark.parametrize("controller", [1, 7, 119, 122])
def test_other_controllers_let_nothing_go(keys: Keys, controller: int) -> None:
    keys.press(60)
    assert keys.control(controller) == [] and keys.down() == [60]


def test_all_that_is_held_is_let_go_of_once_and_was_passed_on_comes_up(keys: Keys) -> None:
    keys.press(60, 64)
    keys.thru.control(Control(1.0, SUSTAIN, 127, 1))
    keys.stage.take_outputs()
    keys.releases.all_go(2.0, 2.5)
    assert keys.mode.said == BOTH and keys.down() == []
    assert {data[:2] for data in keys.passed_on()} == {b"\x80\x3c", b"\x80\x40", b"\xb0\x40"}
    keys.mode.said.clear()
    keys.releases.all_go(3.0, 3.5)
    assert keys.mode.said == [] and keys.passed_on() == set()


def test_keys_of_one_channel_are_let_go_of_alone_and_stay_down_where_they_were_passed_on(keys: Keys) -> None:
    keys.press(60, 64)
    keys.press(67, channel=2)
    keys.releases.let_go(2.0, 2.5, 1)
    assert keys.mode.said == BOTH and keys.down() == [67]
    assert keys.passed_on() == set()


def test_key_and_chord_are_looked_at_anew_where_keys_came_up_and_not_for_a_pedal(
    keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[float] = []
    monkeypatch.setattr(keys.stage, "follow_hands", looked.append)
    keys.press(60)
    keys.control(SUSTAIN, 127)
    keys.stage.hands.lift(60, 1, 1.5)
    keys.control(SUSTAIN, 0)
    assert keys.mode.said and looked == []
    keys.press(60)
    keys.control(NOTES_OFF)
    keys.releases.let_go(3.0, 3.5)
    assert looked == [2.0]
    keys.press(60)
    keys.releases.let_go(3.0, 3.5)
    assert looked == [2.0, 3.0]


def test_keys_and_pedals_that_fire_something_now_are_given_up_and_others_stay() -> None:
    keys = Keys({"stop": ("note:60",), "tap": ("cc:64@2",)})
    keys.press(60, 64)
    keys.press(67, channel=2)
    keys.control(SUSTAIN, 127, channel=2)
    keys.stage.hands.lift(67, 2, 1.5)
    keys.releases.give_up_bound(2.0, 2.5)
    assert keys.mode.said == [("lifted", 2.0, None), ("ended", 2.5, 60), ("ended", 2.5, 67)]
    assert keys.down() == [64] and not keys.stage.hands.pedal_is_down(2)
    assert {data[:2] for data in keys.passed_on()} == {b"\x80\x3c"}
    keys.mode.said.clear()
    keys.releases.give_up_bound(3.0, 3.5)
    assert keys.mode.said == []


def test_the_pedal_of_a_channel_that_fires_nothing_stays_down() -> None:
    keys = Keys({"tap": ("cc:64@2",)})
    for channel in (1, 16):
        keys.control(SUSTAIN, 127, channel=channel)
    keys.releases.give_up_bound(2.0, 2.5)
    assert keys.stage.hands.pedal_is_down(1) and keys.stage.hands.pedal_is_down(16)
    bound = Keys({"tap": ("cc:64@16",)})
    bound.press(60, channel=16)
    bound.control(SUSTAIN, 127, channel=16)
    bound.stage.hands.lift(60, 16, 1.5)
    bound.releases.give_up_bound(2.0, 2.5)
    assert not bound.stage.hands.pedal_is_down(16)
    assert bound.mode.said == BOTH[:2]
