"""What the machine plays to an excerpt, and what of it is an answer."""

from __future__ import annotations

import numpy as np
from lead_sheet import TUNE, excerpt

from bridge.engine.fake import FakeModel
from bridge.evaluation.playing.machine import (
    NOTATED,
    answer,
    human_notes,
    notes_of_machine,
    play,
    users_settings,
    voices_of_machine,
)
from bridge.performer.phrase_measures import Notes
from bridge.performer.role import AUTO
from bridge.sessions.perform import MachineNote


def machine(onset: float, pitch: int, voice: str = "keys") -> MachineNote:
    given = {"onset": onset, "length": 0.5, "pitch": pitch, "velocity": 70, "voice": voice, "channel": 1}
    return MachineNote(**{name: given.get(name, 0) for name in MachineNote.__dataclass_fields__})


def test_a_user_sets_nothing_and_is_made_out() -> None:
    settings = users_settings("duet", 3, {"density": 2.0})
    assert (settings.mode, settings.seed, settings.human_voice, dict(settings.values)) == (
        "duet", 3, AUTO, {"density": 2.0},
    )  # fmt: skip


def test_the_phrase_is_played_as_it_is_and_notation_in_between() -> None:
    phrase = Notes.of([(0, 1, 60, 90), (1, 3, 64, 0)])
    first, second = human_notes(excerpt(phrase))
    assert (first.onset, first.length, first.pitch, first.velocity) == (0.0, 1.0, 60, 90)
    assert (second.length, second.velocity, second.channel) == (2.0, NOTATED, 1)


def test_what_it_played_is_in_order_and_by_voice() -> None:
    played = [machine(2.0, 36, "drums"), machine(1.0, 64), machine(1.0, 60)]
    notes = notes_of_machine(played)
    assert notes.pitch.tolist() == [60, 64, 36] and notes.drum.tolist() == [False, False, True]
    np.testing.assert_allclose(notes.offset - notes.onset, 0.5)
    voices = voices_of_machine(played)
    assert list(voices) == ["drums", "keys"] and voices["keys"].pitch.tolist() == [60, 64]
    assert len(notes_of_machine([]).pitch) == 0


def test_an_answer_begins_after_the_humans_last_onset() -> None:
    performance = play(FakeModel(), excerpt(), users_settings("respond", 1))
    played = answer(performance)
    assert len(performance.human) == len(TUNE.onset)
    assert len(played.onset) and played.onset[0] > max(note.onset for note in performance.human)


def test_the_other_modes_play_until_the_human_ends() -> None:
    performance = play(FakeModel(), excerpt(), users_settings("harmonize", 1))
    assert performance.machine and max(note.onset for note in performance.machine) <= 8.0
