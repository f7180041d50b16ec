"""Keys that nobody lifts, pedals that tremble, and what hosts and keyboards send beside notes."""

from __future__ import annotations

import pytest
from performing import codes, offs, ons, phrase, simulation

from bridge.vocabulary.events import (
    Control,
    Input,
    InputLost,
    NoteOff,
    NoteOn,
    Panic,
    PassThrough,
    Raw,
    Reset,
    SetMode,
    Stop,
)

LOST = 36  # the pitch whose note-off is lost


def stuck_then(*items: Input) -> list[Input]:
    """A key whose note-off is lost, then `items`, then a phrase from second 3 on."""
    return [NoteOn(0.5, LOST, 80), NoteOff(0.6, 40), *items, *phrase(start=3.0)]


def answered(script: list[Input], until: float = 7.0) -> bool:
    sim = simulation("respond")
    sim.play(script, until=until)
    return bool(ons(sim))


def test_a_lost_note_off_holds_up_the_phrase_until_it_is_forgotten() -> None:
    assert not answered(stuck_then())


@pytest.mark.parametrize(
    "forget",
    [
        Panic(2.0),
        Stop(2.0),
        Reset(2.0),
        SetMode(2.0, "respond"),
        InputLost(2.0),
        Control(2.0, 120, 0),
        Control(2.0, 123, 0),
        Control(2.0, 124, 0),
        Control(2.0, 127, 0),
        Raw(2.0, b"\xff"),
    ],
    ids=str,
)
def test_panic_and_its_kind_forget_keys(forget):
    assert answered(stuck_then(forget))


def test_reset_all_controllers_lifts_the_pedal_and_no_key() -> None:
    script = [Control(0.5, 64, 127), NoteOn(1.0, 60, 80), NoteOff(1.1, 60), NoteOn(1.2, 62, 80)]
    sim = simulation("harmonize")
    sim.play(script, until=2.0)
    added = len(ons(sim))
    sim.play([Control(2.0, 121, 0)], until=2.5)
    assert 0 < len(offs(sim)) < added  # the pedal's note is over, the key's is not
    sim.play([NoteOff(2.6, 62)], until=3.0)
    assert len(offs(sim)) == added


def test_all_notes_off_respects_a_pedal_that_is_down() -> None:
    sim = simulation("harmonize")
    sim.play([Control(0.5, 64, 127), NoteOn(1.0, 60, 80), Control(1.5, 123, 0)], until=2.0)
    assert ons(sim) and not offs(sim)
    sim.play([Control(2.0, 64, 0)], until=2.5)
    assert len(offs(sim)) == len(ons(sim))


def test_what_hosts_send_at_stop_changes_nothing_for_a_phrase_that_is_over() -> None:
    plain, stopped = simulation("respond"), simulation("respond")
    plain.play(phrase(), until=6.0)
    host = [Control(2.35, 123, 0, channel) for channel in range(1, 17)]
    stopped.play([*phrase(), *host], until=6.0)
    assert ons(plain) == ons(stopped)


def test_a_key_that_is_down_much_longer_than_any_ends_no_phrase_for_ever() -> None:
    sim = simulation("respond")
    script = [NoteOn(0.5, LOST, 80), *phrase(start=1.0), *phrase(start=4.0), *phrase(start=12.0)]
    sim.play(script, until=11.0)
    assert ons(sim)  # the second phrase is over and the key has been down ten seconds by then
    assert codes(sim).count("stuck-key") == 1
    sim.play([], until=20.0)
    assert codes(sim).count("stuck-key") == 1


def test_a_drone_under_long_notes_is_meant() -> None:
    sim = simulation("respond")
    script = [NoteOn(0.5, LOST, 80)]
    for index in range(5):
        script += [NoteOn(1.0 + 3.0 * index, 60 + index, 80), NoteOff(3.5 + 3.0 * index, 60 + index)]
    sim.play(script, until=18.0)
    assert not ons(sim)


def test_a_key_beside_which_nothing_is_played_is_held_on_purpose() -> None:
    sim = simulation("respond")
    sim.play([*phrase(start=1.0)[:-1]], until=60.0)  # its last key stays down
    assert not ons(sim)


@pytest.mark.parametrize("values", [(0, 1, 0, 2, 0), (0, 0, 0, 0, 0), (10, 20, 10, 30, 63), (63, 64), (0, 127)])
def test_a_pedal_that_trembles_is_no_event(values):
    """It would put the end of the phrase off for ever. So would a foot that goes on where no note is held."""
    trembling = [Control(2.3 + 0.1 * index, 64, values[index % len(values)]) for index in range(40)]
    assert answered([*phrase(), *trembling], until=4.0)


@pytest.mark.parametrize("controller", [66, 67, 69, 1, 11])
def test_other_pedals_and_controllers_end_no_phrase_and_hold_up_none(controller):
    moved = [Control(2.3 + 0.1 * index, controller, 127 * (index % 2)) for index in range(40)]
    plain = simulation("respond")
    plain.play(phrase(), until=6.0)
    sim = simulation("respond")
    sim.play([*phrase(), *moved], until=6.0)
    assert ons(sim) == ons(plain)


def test_a_pedal_passed_on_is_lifted_when_the_keyboard_goes() -> None:
    sim = simulation("off", values={"thru": "on"})
    sim.play([Control(1.0, 64, 127, 3), InputLost(2.0)], until=3.0)
    passed = [output.data for _, output in sim.outputs if isinstance(output, PassThrough)]
    assert passed == [b"\xb2\x40\x7f", b"\xb2\x40\x00"]
