from __future__ import annotations

import json

import pytest

from bridge.engine.fake import FakeModel
from bridge.performer.settings import Settings
from bridge.sessions.perform import HumanNote, perform
from bridge.sessions.selection import LONGEST, MOST_NOTES, play_to, read_selection
from bridge.timing.timeline import Timeline

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


def test_the_outermost_that_can_be_asked_for_is_taken() -> None:
    edge = {**PHRASE[0], "start_time": 9.0 + LONGEST, "pitch": 127, "velocity": 127}
    asked = read_selection(ask(notes=[{**PHRASE[0], "pitch": 0, "velocity": 1}, edge], seed=2**32 - 1, tempo=999))
    assert len(asked.notes) == 2
    assert len(read_selection(ask(notes=[PHRASE[0]] * MOST_NOTES)).notes) == MOST_NOTES
    with pytest.raises(ValueError, match="no notes are selected"):
        read_selection(ask(notes=[{**PHRASE[0], "velocity": 0.9}]))  # Live's note of no loudness


@pytest.mark.parametrize(("velocity", "heard"), [(1.0, 1), (1.4, 1), (63.6, 64), (127.0, 127)])
def test_a_note_is_heard_as_loud_as_the_clip_has_it(
    monkeypatch: pytest.MonkeyPatch, velocity: float, heard: int
) -> None:
    told: list[HumanNote] = []

    def perform_nothing(
        model: object, settings: object, human: list[HumanNote], *rest: object, **more: object
    ) -> object:
        told.extend(human)
        return perform(FakeModel(), Settings(mode="off"), human, Timeline.steady(120.0, 4, 4), tail_beats=0.0)

    monkeypatch.setattr("bridge.sessions.selection.perform", perform_nothing)
    loud = {**PHRASE[0], "velocity": velocity}
    silent = {**PHRASE[0], "start_time": 1.0, "velocity": 0.5}
    assert play_to(FakeModel(), read_selection(ask(notes=[loud, silent]))) == []
    assert [(note.onset, note.velocity) for note in told] == [(1.0, heard)], "beats from its bar on, the silent one out"


@pytest.mark.parametrize(("signature", "start"), [("3/4", 10.0), ("6/8", 10.0), ("4/4", -7.5), ("2/4", 0.0)])
def test_an_answer_begins_on_a_bar_line_of_the_clips_own_metre_wherever_the_clip_begins(
    signature: str, start: float
) -> None:
    phrase = [{"pitch": 60 + 2 * n, "start_time": start + n / 2, "duration": 0.45} for n in range(5)]
    first = play_to(FakeModel(), read_selection(ask(notes=phrase, signature=signature)))[0].start_time
    bar = 4 * int(signature[0]) / int(signature[2])
    assert first == pytest.approx(bar * round(first / bar), abs=0.05)
    assert start + 2.0 < first < start + 2.5 + 2 * bar


def test_what_is_played_is_told_to_a_ten_thousandth_of_a_beat() -> None:
    for note in play_to(FakeModel(), read_selection(ask(tempo=97.3))):
        assert (note.start_time, note.duration) == (round(note.start_time, 4), round(note.duration, 4))
        assert note.duration >= 0.01
