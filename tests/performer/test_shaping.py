"""What narrows an answer's draws, and what is mended of it as a whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bridge.performer.heard_phrase import HeardPhrase
from bridge.performer.phrase_measures import Notes
from bridge.performer.sampling import Draft
from bridge.performer.shaping import as_full, as_lively, let_go
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


def phrase(held: float, *velocities: int) -> HeardPhrase:
    """Two notes on each beat, so long and so loud."""
    rows = [(float(i), i + held, pitch, loud) for i, loud in enumerate(velocities) for pitch in (48, 60)]
    return HeardPhrase(Notes.of(rows), None, float(len(velocities)), len(rows))


def test_chords_are_held_until_as_many_notes_sound_as_in_the_phrase() -> None:
    answer = [note(i, 0.5, pitch) for i in range(4) for pitch in (52 + i, 60 + i)]
    thin = [draft for i, draft in enumerate(answer) if i % 2]
    fuller = as_full(phrase(1.0, 80, 80, 80), thin, last=4.0, most=16)
    assert [draft.duration for draft in fuller] == [1.0] * 4
    assert as_full(phrase(1.0, 80, 80, 80), answer, last=4.0, most=16) == answer  # two at once, as in the phrase


def test_no_chord_is_held_into_its_own_pitch_beyond_the_end_or_above_what_may_sound() -> None:
    answer = [note(0, 0.9, 60), note(1, 0.9, 60), note(2, 0.9, 64)]
    fuller = as_full(phrase(1.0, 80, 80), answer, last=3.0, most=16)
    assert [draft.duration for draft in fuller] == pytest.approx([1.0, 1.8, 1.0])
    assert as_full(phrase(1.0, 80, 80), answer, last=3.0, most=1) == answer


def test_an_answer_is_as_loud_and_soft_as_the_phrase() -> None:
    even = [replace(note(i, 1, 60), velocity=velocity) for i, velocity in enumerate((78, 82, 78, 82))]
    lively = as_lively(phrase(1.0, 77, 83), even)
    assert [draft.velocity for draft in lively] == [77, 83, 77, 83]
    far = [draft.velocity for draft in as_lively(phrase(1.0, 20, 120), even)]
    assert np.std(far) == pytest.approx(3.5, abs=0.6)  # no further than it may be made
    assert as_lively(phrase(1.0, 80, 80), even) == even
