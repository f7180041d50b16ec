"""Where the human's phrases end."""

from __future__ import annotations

import math

import pytest
from performing import PHRASE, phrase, simulation, turns

from bridge.performer.held_notes import Hands
from bridge.performer.modes.phrase import PAUSE, STEPS, Listener
from bridge.timing.clock import SessionClock
from bridge.vocabulary.events import Input, NoteOff, NoteOn

SILENCE = 0.6


def play(listener: Listener, *onsets: float, length: float = 0.1) -> None:
    for onset in onsets:
        listener.heard(onset, silence=SILENCE)
        listener.moved(onset + length)


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
    listener = Listener()
    play(listener, 1.0, 1.25, 1.5)
    listener.take()
    listener.heard(2.6, collided=True)
    listener.moved(2.7)
    play(listener, 2.85, 3.1, 3.35)
    assert end(listener) == pytest.approx(3.35 + PAUSE * 1.1)
    play(listener, 4.85, 5.1, 5.35, 5.6)  # 1.5 s later, which that allows
    assert listener.longest_step == pytest.approx(0.25)
    assert end(listener) == pytest.approx(5.7 + SILENCE)


def test_rests_that_are_half_of_the_last_steps_are_the_pace() -> None:
    listener = Listener()
    play(listener, 1.0, 1.25, 1.5)
    listener.take()
    listener.heard(2.6, collided=True)
    listener.moved(2.7)
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
