"""Where the human's phrases end."""

from __future__ import annotations

import math

import pytest
from performing import PHRASE, phrase, simulation, turns

from bridge.performer.held_notes import Hands, HeldNote
from bridge.performer.phrase_end import NEVER, PAUSE, PEDAL, STEPS, Listener
from bridge.timing.clock import SessionClock
from bridge.vocabulary.events import Input, NoteOff, NoteOn

SILENCE = 0.6


def play(listener: Listener, *onsets: float, length: float = 0.1) -> None:
    for onset in onsets:
        listener.heard(onset, silence=SILENCE)
        listener.moved(onset + length)


def after_a_stray_note() -> Listener:
    """A phrase was answered, and 1.1 s after its last note one more ran into the answer."""
    listener = Listener()
    play(listener, 1.0, 1.25, 1.5)
    listener.take()
    listener.heard(2.6, collided=True)
    listener.moved(2.7)
    return listener


def end(listener: Listener) -> float:
    return listener.end(SILENCE, Hands(), SessionClock())


def test_a_silence_after_the_last_key_ends_it_but_for_whose_steps_are_as_long() -> None:
    listener = Listener()
    play(listener, 1.0, 1.25, 1.5)
    assert end(listener) == pytest.approx(1.6 + SILENCE)
    slow = Listener()
    play(slow, 1.0, 1.8, 2.6)
    assert end(slow) == pytest.approx(2.6 + PAUSE * 0.8)


def test_a_rest_that_a_step_into_an_answer_alone_allowed_is_no_step() -> None:
    listener = after_a_stray_note()
    play(listener, 2.85, 3.1, 3.35)
    assert end(listener) == pytest.approx(3.35 + PAUSE * 1.1)
    play(listener, 4.85, 5.1, 5.35, 5.6)  # 1.5 s later, which that allows
    assert listener.longest_step == pytest.approx(0.25)
    assert end(listener) == pytest.approx(5.7 + SILENCE)


def test_rests_that_are_half_of_the_last_steps_are_the_pace() -> None:
    listener = after_a_stray_note()
    for number in range(STEPS):
        play(listener, 4.1 + 1.5 * number)
    assert listener.longest_step == pytest.approx(1.5)


def test_what_is_held_is_no_rest() -> None:
    listener = Listener()
    play(listener, 1.0, 1.25)
    listener.heard(2.5, silence=math.inf)
    assert listener.longest_step == pytest.approx(1.25)


def test_a_note_into_an_answer_costs_one_answer_and_not_all_that_follow() -> None:
    """Phrases of four notes, 1.5 s apart, the first of which runs into the answer to a stray note."""
    sim = simulation()
    script: list[Input] = [*phrase(pitches=PHRASE[:4]), NoteOn(2.6, 70, 80), NoteOff(2.7, 70)]
    for number in range(6):
        script += phrase(start=4.1 + 2.25 * number, pitches=PHRASE[:4])
    sim.play(script, until=20.0)
    answered = [time for time, turn in turns(sim) if turn == "machine" and time > 4.1]
    assert len(answered) >= 5


# --- keys, pedals, bar lines ---------------------------------------------------------------------


def heard(*onsets: float, lifted: float | None = None) -> Listener:
    listener = Listener()
    for onset in onsets:
        listener.heard(onset)
    if lifted is not None:
        listener.moved(lifted)
    return listener


def clock(bpm: float = 120.0) -> SessionClock:
    """Bars of 4/4 from second 0 on."""
    return SessionClock().with_tempo(bpm, 0.0).with_transport(True, 0.0, 0.0)


def test_nothing_that_was_not_begun_ends() -> None:
    assert Listener().end(SILENCE, Hands(), SessionClock()) == NEVER
    assert heard(1.0, lifted=0.5).end(SILENCE, Hands(), SessionClock()) == pytest.approx(1.0 + SILENCE), (
        "no time runs back"
    )


def test_a_chord_is_one_stroke_and_old_steps_are_forgotten() -> None:
    assert heard(1.0, 1.01, 1.02).longest_step == 0.0
    quick = [3.0 + 0.1 * step for step in range(STEPS + 1)]  # the rest before them, then as many steps as count
    assert heard(1.0, 2.5, *quick[:-2]).longest_step == 1.5
    assert heard(1.0, 2.5, *quick).longest_step == pytest.approx(0.1)


def test_a_key_that_is_meant_holds_the_phrase_up() -> None:
    listener, hands = heard(1.0), Hands()
    hands.press(HeldNote(1.0, 60, 80, 1))
    assert listener.end(SILENCE, hands, SessionClock()) >= hands.stuck_from
    # As it would be, should they come up at 2.
    assert listener.end(SILENCE, hands, SessionClock(), lifted=2.0) == pytest.approx(2.0 + SILENCE)


def test_a_chord_left_under_the_pedal_takes_longer() -> None:
    listener, hands = heard(1.0, lifted=1.2), Hands()
    hands.press(HeldNote(1.0, 60, 80, 1))
    hands.pedal(127, 1)
    hands.lift(60, 1, 1.2)
    assert listener.end(SILENCE, hands, SessionClock()) == pytest.approx(1.2 + PEDAL * SILENCE)


def test_on_a_clock_it_is_over_on_the_bar_line_at_which_half_the_silence_has_passed() -> None:
    # Bars begin at 2, 4, ...: at 4 just more than half of the silence has passed since 3.7.
    assert heard(3.6, lifted=3.7).end(SILENCE, Hands(), clock()) == pytest.approx(4.0)
    assert heard(3.8, lifted=3.9).end(SILENCE, Hands(), clock()) == pytest.approx(6.0)


def test_nobody_waits_for_a_bar_line_that_is_far_away() -> None:
    # At 30 BPM bars are 8 seconds long, beats 2: the first beat after the whole silence.
    assert heard(0.5, lifted=0.6).end(SILENCE, Hands(), clock(30.0)) == pytest.approx(2.0)


def test_a_phrase_that_is_taken_is_over_and_its_pace_stays() -> None:
    listener = heard(1.0, 1.4, 1.8)
    phrase = listener.take()
    assert phrase is not None and (phrase.start, phrase.last_onset, phrase.notes) == (1.0, 1.8, 3)
    assert listener.take() is None and listener.longest_step == pytest.approx(0.4)
    # The gap to the next phrase is no step, but where it ran into the answer's beginning.
    listener.heard(2.8)
    assert listener.longest_step == pytest.approx(0.4)
    listener.take()
    listener.heard(3.7, collided=True)
    assert listener.longest_step == pytest.approx(0.9)


def test_a_rest_is_no_step_until_half_of_the_last_are_rests() -> None:
    listener = Listener()
    assert listener.longest_step == 0.0
    play(listener, 1.0, 1.5, 2.0, 2.5, 4.0, 5.5)
    assert listener.longest_step == 0.5
    play(listener, 7.0)
    assert listener.longest_step == 1.5, "three of six"


def test_running_into_an_answer_speaks_for_rests_as_a_rest_does() -> None:
    listener = Listener()
    play(listener, 1.0, 1.5, 2.0, 2.5)
    for onset in (3.3, 4.1):
        listener.take()
        listener.heard(onset, collided=True, silence=SILENCE)
        listener.moved(onset + 0.1)
    assert listener.longest_step == pytest.approx(0.8), "a step all the same"
    play(listener, 6.1)
    assert listener.longest_step == pytest.approx(2.0)


def test_a_rest_is_longer_than_the_slowest_steps_make_it() -> None:
    listener = Listener()
    play(listener, 1.0, 1.25)
    listener.heard(2.25)  # the key before it was held until then
    listener.moved(2.35)
    play(listener, 3.45)
    assert listener.longest_step == pytest.approx(1.2), "hardly more than the second before it"
    listener = Listener()
    play(listener, 1.0, 1.5, 2.0, 3.5, 5.1)
    assert listener.longest_step == 0.5, "two rests, and the first is no measure for the second"


def test_no_step_is_longer_than_two_seconds_and_a_chord_is_none() -> None:
    listener = Listener()
    for onset in (1.0, 1.02, 1.03):
        listener.heard(onset)
    assert listener.longest_step == 0.0
    listener.heard(9.0)
    assert listener.longest_step == 2.0


def ends(*onsets: float, silence: float = SILENCE, clock: SessionClock | None = None, **how: float) -> float:
    """When a phrase of keys of a tenth of a second is over."""
    listener = Listener()
    play(listener, *onsets)
    return listener.end(silence, Hands(), clock or SessionClock(), **how)


def test_silence_counts_from_the_last_key_and_a_pause_from_the_last_onset() -> None:
    assert ends(1.0, 1.2) == pytest.approx(1.9)
    assert ends(1.0, 2.0) == pytest.approx(3.5), "half as long again as the last step"
    assert ends(1.0, 2.0, lifted=3.0) == pytest.approx(3.6), "held until then"
    assert ends() == NEVER


def test_a_pedal_alone_takes_four_times_as_long_and_a_key_for_ever() -> None:
    listener, hands = Listener(), Hands()
    play(listener, 1.0, 2.0)
    hands.press(HeldNote(2.0, 60, 80, 1))
    assert listener.end(SILENCE, hands, SessionClock()) == NEVER
    hands.pedal(127, 1)
    hands.lift(60, 1, 2.1)
    assert listener.end(SILENCE, hands, SessionClock()) == pytest.approx(2.1 + 4 * 1.4)


def test_a_clock_puts_the_end_on_the_bar_line_or_on_a_beat_where_that_is_far() -> None:
    clock = SessionClock().with_tempo(120.0, 0.0)  # bars every two seconds
    assert ends(1.35, 1.55, clock=clock) == 2.0, "half of the silence is enough"
    assert ends(1.55, 1.75, clock=clock) == 4.0
    assert ends(1.55, 1.75, clock=clock.with_bars(16.0)) == 2.5, "the beat after the whole of it"
    assert ends(3.55, 3.75, clock=clock.with_bars(12.0)) == 6.0, "two seconds are waited for a bar line"
