"""What is heard of the humans, by literal notes."""

from __future__ import annotations

from bridge.performer.held_notes import HeldNote
from bridge.performer.human import Human
from bridge.performer.mpe_zones import Zones
from bridge.performer.role import AUTO
from bridge.vocabulary.codec import DRUMS, VOICES
from bridge.vocabulary.parameters import Values
from bridge.vocabulary.parts import NOT_HEARD, Part

KEYS, BASS, LEAD = (VOICES.index(voice) for voice in ("keys", "bass", "lead"))


def human(voice: str = "keys", *parts: Part, drum_channel: int = 10) -> Human:
    return Human(voice, Values(), drum_channel, parts, Zones())


def press(made: Human, pitch: int, onset: float = 0.0, channel: int = 1) -> HeldNote:
    note = HeldNote(onset, pitch, 80, channel)
    made.hands.press(note)
    return note


def test_notes_on_the_drum_channel_are_drums_and_most_of_them_make_a_drummer() -> None:
    made = human()
    for pitch, channel in ((36, 10), (38, 10), (60, 1)):
        assert made.make_out(press(made, pitch, channel=channel)) is None
    assert made.voice_of(10) == DRUMS and made.voice_of(1) == KEYS
    assert made.role == DRUMS and made.plays(made.role) == [DRUMS]
    made.forget()
    assert made.role == KEYS


def test_a_member_channel_of_an_mpe_zone_has_no_drums() -> None:
    made = Human("keys", Values(), 10, (), Zones(15))
    assert made.drum_channel == 0 and made.voice_of(10) == KEYS


def test_a_part_is_heard_as_its_voice_whatever_the_human_is() -> None:
    made = human("lead", Part("bass", 0, 47))
    assert made.voice_of_note(press(made, 40)) == BASS and made.voice_of_note(press(made, 60)) == LEAD
    assert made.plays(made.role) == sorted([BASS, LEAD])


def test_what_was_said_is_not_made_out() -> None:
    made = human("keys")
    assert not made.is_made_out
    assert not any(made.make_out(press(made, 30 + place, 0.4 * place)) for place in range(12))
    assert made.voice == KEYS


def test_a_single_low_line_is_made_out_as_a_bass_and_says_of_how_many_notes() -> None:
    made, recast = human(AUTO), None
    for place in range(24):
        note = press(made, 33 + place % 5, 0.4 * place)
        recast = made.make_out(note) or recast
        made.hands.lift(note.pitch, 1, note.onset + 0.3)
    assert recast is not None and (recast.before, recast.voice) == (KEYS, BASS) and recast.notes > 0
    assert made.voice == BASS


def test_where_half_of_the_notes_are_drums_it_is_no_drummer_yet() -> None:
    made = human()
    for pitch, channel in ((36, 10), (60, 1)):
        made.make_out(press(made, pitch, channel=channel))
    assert made.role == KEYS
    made.make_out(press(made, 38, channel=10))
    assert made.role == DRUMS
    for pitch in range(60, 72):
        made.make_out(press(made, pitch))
    assert made.role == KEYS, "the last notes count"


def test_a_part_that_is_not_heard_is_nobody_s_voice() -> None:
    made = human("keys", Part(NOT_HEARD, 0, 47))
    assert made.plays(made.role) == [KEYS] and made.part_of(40, 1) == NOT_HEARD and made.part_of(60, 1) == ""


def bass_line(made: Human) -> int:
    for place in range(24):
        note = press(made, 33 + place % 5, 0.4 * place)
        made.make_out(note)
        made.hands.lift(note.pitch, 1, note.onset + 0.3)
    return made.voice


def test_what_is_made_out_of_a_line_is_so_whatever_a_part_or_the_drums_play_beside_it() -> None:
    beside = human(AUTO, Part("keys", 60, 127))
    for pitch in (60, 64, 67, 72):
        assert beside.make_out(press(beside, pitch)) is None
    for pitch in (36, 38, 42, 49):
        assert beside.make_out(press(beside, pitch, channel=10)) is None
    assert bass_line(beside) == bass_line(human(AUTO)) == BASS


def test_what_was_played_is_forgotten_with_its_harmony() -> None:
    made = human()
    made.tuning.harmony.hear(0.0, (48, 52, 55), 48, None)
    assert made.tuning.harmony.chord is not None
    made.forget()
    assert made.tuning.harmony.chord is None


def test_drums_come_and_go_with_the_zones_for_harmony_too() -> None:
    zones = Zones()
    made = Human("keys", Values(), 10, (), zones)
    assert made.tuning.drum_channel == made.drum_channel == 10
    made.zones = Zones(15)
    made.zones_changed()
    assert made.tuning.drum_channel == made.drum_channel == 0
