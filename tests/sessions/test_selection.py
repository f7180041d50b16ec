from __future__ import annotations

import json

import pytest

from bridge.engine.fake import FakeModel
from bridge.sessions.selection import MOST_NOTES, play_to, read_selection

PHRASE = [{"pitch": pitch, "start_time": 9.0 + n, "duration": 0.9} for n, pitch in enumerate((60, 62, 64, 67))]


def ask(**more: object) -> str:
    return json.dumps({"notes": PHRASE, "tempo": 96, **more})


def test_the_same_selection_brings_the_same_notes_and_another_seed_others() -> None:
    model = FakeModel()
    first, again, other = (play_to(model, read_selection(ask(seed=seed))) for seed in (1, 1, 2))
    assert first == again and first
    assert first != other


def test_an_answer_comes_after_the_phrase_on_a_bar_line_of_the_clip() -> None:
    notes = play_to(FakeModel(), read_selection(ask()))
    assert notes[0].start_time == pytest.approx(16.0, abs=0.05)  # the bar after beat 13
    assert all(note.duration > 0 and 1 <= note.velocity <= 127 and note.voice == "keys" for note in notes)


def test_harmonies_stand_beside_the_notes_by_the_voice_that_is_asked_for() -> None:
    live = [{**note, "velocity": 90.5, "note_id": n, "probability": 1.0} for n, note in enumerate(PHRASE)]
    muted = {**PHRASE[0], "start_time": 0.0, "mute": True}
    notes = play_to(FakeModel(), read_selection(ask(notes=[*live, muted], mode="harmonize", voice="strings")))
    assert notes and {note.voice for note in notes} == {"strings"}
    onsets = {round(note.start_time) for note in notes}
    assert onsets <= {9, 10, 11, 12}
    assert max(note.start_time + note.duration for note in notes) <= 13.1


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("", "not a selection"),
        ("[" * 100_000, "not a selection"),
        ('{"notes": [], "file": "/etc/passwd"}', "unknown field"),
        (ask(notes=[]), "no notes are selected"),
        (ask(notes=[{**PHRASE[0], "mute": True}]), "no notes are selected"),
        (ask(notes=[{**PHRASE[0], "pitch": 128}]), "<= 127"),
        (ask(notes=[{**PHRASE[0], "duration": 0}]), "> 0"),
        (ask(notes=[PHRASE[0]] * (MOST_NOTES + 1)), f"{MOST_NOTES} are the most"),
        (ask(notes=[PHRASE[0], {**PHRASE[0], "start_time": 1000.0}]), "longer than 512 beats"),
        (ask(mode="off"), "respond, duet"),
        (ask(voice="kazoo"), "keys, guitar"),
        (ask(signature="4/0"), "4/4"),
        (ask(tempo=0), ">= 20"),
        (ask(parameters={"warmth": 1}), "no parameter 'warmth'"),
        (ask(parameters={"temperature": 99}), "0 to 3"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_way_out(body: str, why: str) -> None:
    with pytest.raises(ValueError, match=why.replace("(", r"\(")):
        read_selection(body)
