"""What may be played as things stand: rules, and the key and chord of the hands."""

from __future__ import annotations

import numpy as np

from bridge.performer.held_notes import Hands, HeldNote
from bridge.performer.pitch_rules import Tuning, bars_of
from bridge.timing.clock import SessionClock
from bridge.vocabulary.codec import DRUMS, VOICES
from bridge.vocabulary.parameters import Values

KEYS = VOICES.index("keys")


def holding(*pitches: int, channel: int = 1) -> Hands:
    hands = Hands()
    for pitch in pitches:
        hands.press(HeldNote(1.0, pitch, 80, channel))
    return hands


def heard(tuning: Tuning, *pitches: int, channel: int = 1) -> Hands:
    hands = holding(*pitches, channel=channel)
    for pitch in pitches:
        tuning.follow(hands, SessionClock(), 1.0, HeldNote(1.0, pitch, 80, channel))
    return hands


def test_the_chord_that_is_held_is_the_one_that_is_kept_to() -> None:
    tuning = Tuning(Values(chord="on"), drum_channel=10)
    hands = heard(tuning, 60, 64, 67)
    allowed = tuning.allowed(hands)[KEYS]
    assert set((np.flatnonzero(allowed) % 12).tolist()) == {0, 4, 7}
    assert tuning.chord_tones is not None and tuning.chord_tones[60] and not tuning.chord_tones[61]
    assert tuning.allowed(hands)[DRUMS].sum() > 3, "drums have no pitch"
    tuning.clear()
    assert tuning.chord_tones is None and tuning.allowed(Hands())[KEYS].all()


def test_drums_and_what_lies_above_the_split_make_no_chord() -> None:
    tuning = Tuning(Values(split=62), drum_channel=10)
    heard(tuning, 72, 76, 79)
    heard(tuning, 36, 40, 43, channel=10)
    assert tuning.chord_tones is None
    heard(tuning, 48, 52, 55)
    assert tuning.chord_tones is not None


def test_bars_are_known_only_where_a_clock_has_them() -> None:
    assert bars_of(SessionClock()) is None
    clock = SessionClock().with_tempo(120.0, 0.0).with_bars(3.0).with_transport(True, 0.0, 0.0)
    bars = bars_of(clock)
    assert bars is not None and bars == type(bars)(clock.song_offset, 3.0)


def beats_of(tuning: Tuning, clock: SessionClock, *times: float) -> list[int | None]:
    """In which beat of the progression each of these strokes, at times in seconds, lies."""
    found = []
    for time in times:
        note = HeldNote(time, 60, 80, 1)
        hands = Hands()
        hands.press(note)
        tuning.follow(hands, clock, time, note)
        found.append(tuning.harmony._progression.beat)
    return found


def test_in_free_time_chords_are_followed_on_the_beats_of_who_plays() -> None:
    tuning = Tuning(Values(), drum_channel=10)
    beats = beats_of(tuning, SessionClock(), *(1.0 + 0.625 * number for number in range(16)))
    late = [beat for beat in beats[8:] if beat is not None]
    assert np.diff(late).tolist() == [1] * 7, "96 BPM, whatever beats the session counts"


def test_who_pauses_for_long_is_listened_to_anew_and_a_clock_has_beats_of_its_own() -> None:
    tuning = Tuning(Values(), drum_channel=10)
    beats_of(tuning, SessionClock(), *(1.0 + 0.625 * number for number in range(8)))
    beats_of(tuning, SessionClock(), 30.0)
    assert tuning._pulse is None
    metered = SessionClock().with_tempo(120.0, 0.0).with_bars(4.0).with_transport(True, 0.0, 0.0)
    beats_of(tuning, SessionClock(), *(40.0 + 0.625 * number for number in range(8)))
    assert tuning._pulse is not None
    assert beats_of(tuning, metered, 50.0) == [int(metered.beat_at(50.0) + metered.song_offset)]
    assert tuning._pulse is None
