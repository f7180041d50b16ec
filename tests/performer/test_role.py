"""What the human is, from literal notes; and what follows from it in a set."""

from __future__ import annotations

import pytest
from performing import ons, phrase, settle, simulation

from bridge.performer.role import BASS, KEYS, LEAD, Role
from bridge.vocabulary.codec import DRUMS, VOICES
from bridge.vocabulary.events import NoteOff, NoteOn, SetVoice

SCALE = (72, 74, 76, 77, 79, 81, 83, 84)
ALBERTI = (60, 67, 64, 67, 60, 67, 64, 67, 59, 67, 62, 67)
WALKING = (36, 40, 43, 45, 46, 45, 43, 40, 41, 45, 48, 50)
# Both hands in two streams that cross: the left goes above the right.
CROSSING = tuple((48 + 2 * step, 72 - 2 * step) for step in range(12))


def of_line(pitches: tuple[int, ...], length: float = 0.2, step: float = 0.25, role: Role | None = None) -> Role:
    """One after the other; a `length` above `step` is legato."""
    role = role or Role()
    start = 100.0 * len(role._strokes)
    for index, pitch in enumerate(pitches):
        down = {pitch, pitches[index - 1]} if index and length > step else {pitch}
        role.hear(start + index * step, pitch, down)
    return role


@pytest.mark.parametrize(
    ("pitches", "voice"),
    [(SCALE, LEAD), (tuple(pitch - 12 for pitch in SCALE), LEAD), (ALBERTI, KEYS), (WALKING, BASS), ((69,) * 8, LEAD)],
)
def test_a_line_by_its_manner_and_place(pitches: tuple[int, ...], voice: int) -> None:
    assert of_line(pitches).voice == voice
    assert of_line(pitches, length=0.3).voice == voice, "legato is a line as well"


def test_hands_that_cross_are_keys() -> None:
    role = Role()
    for step, (left, right) in enumerate(CROSSING):
        role.hear(0.5 * step, left, {left})
        role.hear(0.5 * step + 0.01, right, {left, right})
    assert role.voice == KEYS


def test_a_tune_over_a_held_chord_is_keys() -> None:
    role = Role()
    for index, pitch in enumerate((48, 52, 55)):
        role.hear(0.0, pitch, {48, 52, 55}.intersection((48, 52, 55)[: index + 1]))
    for index, pitch in enumerate(SCALE):
        role.hear(0.5 + 0.25 * index, pitch, {48, 52, 55, pitch})
    assert role.voice == KEYS


def test_a_groove_is_drums_whatever_its_channel() -> None:
    role = Role()
    for bar in range(2):
        for eighth in range(8):
            time = 2.0 * bar + 0.25 * eighth
            role.hear(time, 42, {42})
            if eighth in (0, 4, 2, 6):
                drum = 36 if eighth in (0, 4) else 38
                role.hear(time + 0.004, drum, {42, drum})
    assert role.voice == DRUMS


def test_a_role_once_made_out_changes_slowly() -> None:
    role = of_line(SCALE * 4)
    role = of_line(WALKING[:8], role=role)
    assert role.voice == LEAD, "an excursion"
    role = of_line(WALKING * 3, role=role)
    assert role.voice == BASS


def test_nothing_is_said_of_three_notes() -> None:
    assert of_line(SCALE[:3]).voice is None


def test_a_line_is_retold_and_answered_as_a_lead_on_channel_one() -> None:
    sim = simulation(human_voice="auto")
    sim.play(phrase(pitches=SCALE), 3.0)
    stage = sim.session.performer.stage
    settle(sim)
    assert VOICES[stage.human.role] == "lead"
    heard = [note for note in stage.memory.notes if note.note_id is None]
    assert [note.pitch for note in heard] == list(SCALE) and {note.voice for note in heard} == {LEAD}
    sim.run_to(12.0)
    assert ons(sim) and {channel for _, channel, _ in ons(sim)} == {1}
    own = [note for note in stage.memory.notes if note.note_id is not None]
    assert {note.voice for note in own} == {LEAD}


def test_drums_are_answered_by_drums() -> None:
    sim = simulation(human_voice="auto")
    script = []
    for index in range(12):
        time = 1.0 + 0.25 * index
        pitch = (36, 42, 38, 42)[index % 4]
        script += [NoteOn(time, pitch, 90, 10), NoteOff(time + 0.1, pitch, 10)]
    sim.play(script, 15.0)
    assert ons(sim) and {channel for _, channel, _ in ons(sim)} == {10}


def test_voices_that_are_chosen_answer() -> None:
    sim = simulation(human_voice="auto")
    sim.play([SetVoice(0.5, "strings", True, 5), SetVoice(0.5, "keys", False, 1), SetVoice(0.5, "bass", False, 2)], 0.6)
    sim.play(phrase(pitches=SCALE), 12.0)
    assert ons(sim) and {channel for _, channel, _ in ons(sim)} == {5}


def test_what_was_said_is_kept() -> None:
    sim = simulation(human_voice="keys")
    sim.play(phrase(pitches=SCALE), 3.0)
    assert VOICES[sim.session.performer.stage.human.role] == "keys"
    assert sim.session.performer.status(3.0)["human"] == "keys"
