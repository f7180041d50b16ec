"""What narrows an answer's draws, and what is mended of it as a whole."""

from __future__ import annotations

from bridge.performer.sampling import Draft
from bridge.performer.shaping import let_go
from bridge.vocabulary.codec import DRUMS, VOICES

KEYS = VOICES.index("keys")
HOME = frozenset({0, 4, 7})


def note(beat: float, duration: float, pitch: int, voice: int = KEYS) -> Draft:
    return Draft(beat / 2, beat, duration, voice, pitch, 80)


def durations(drafts: list[Draft]) -> list[float]:
    return [draft.duration for draft in let_go(drafts, HOME)]


def test_a_tone_outside_home_is_released_as_the_last_chord_begins() -> None:
    assert durations([note(0, 4, 65), note(2, 2, 60), note(2, 2, 67)]) == [2, 2, 2]


def test_a_tone_of_home_rings_on_below_the_last_top_note_and_not_above_it() -> None:
    assert durations([note(0, 4, 48), note(0, 4, 72), note(2, 2, 64)]) == [4, 2, 2]


def test_the_last_chord_itself_and_what_ended_before_it_stay_as_they_are() -> None:
    assert durations([note(0, 1, 65), note(2, 2, 62), note(2.05, 2, 67)]) == [1, 2, 2]
    assert durations([]) == []


def test_drums_ring_on() -> None:
    assert durations([note(0, 4, 49, DRUMS), note(2, 2, 64)]) == [4, 2]
