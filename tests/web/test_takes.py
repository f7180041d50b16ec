"""The last answers and minutes as MIDI files."""

from __future__ import annotations

from pathlib import Path

import mido
import pytest
from performing import phrase, simulation

from bridge.vocabulary.events import Kept, Sounded, Turn, TurnChanged
from bridge.web.takes import KEPT, BeatTime, Takes, beat_of


def notes_of(data: bytes | None, folder: Path) -> list[tuple[str, list[int]]]:
    """(track, pitches) of a MIDI file."""
    assert data is not None
    (folder / "take.mid").write_bytes(data)
    file = mido.MidiFile(folder / "take.mid")
    tracks = [(track.name, [m.note for m in track if m.type == "note_on" and m.velocity]) for track in file.tracks]
    return [(name, pitches) for name, pitches in tracks if pitches]


@pytest.fixture
def takes() -> Takes:
    """Two phrases with their answers."""
    takes = Takes()
    sim = simulation("respond")
    sim.session.journal = lambda entry: takes.accept(entry) if entry[0] in ("in", "out") else None
    takes.publish(sim.session.performer.status(), 0.0)
    sim.play([*phrase(start=1.0), *phrase(start=12.0)], until=24.0)
    return takes


def test_each_answer_is_a_file_and_so_are_the_last_minutes(takes: Takes, tmp_path: Path) -> None:
    last, first = takes.answers()
    assert (first["number"], last["number"]) == (1, 2)
    assert first["began"] < 12.0 < last["began"]
    answer = notes_of(takes.answer_file(1), tmp_path)
    assert all(name.startswith("Antiphon") for name, _ in answer)
    assert sum(len(pitches) for _, pitches in answer) == first["notes"] > 0
    recent = notes_of(takes.recent_file(), tmp_path)
    assert len(dict(recent)["Human 1"]) == 10
    assert sum(len(pitches) for _, pitches in recent) == 10 + first["notes"] + last["notes"]


def test_the_answer_that_was_liked_is_marked(takes: Takes) -> None:
    ids = {item.note_id for _, _, item in takes._entries if isinstance(item, Sounded)}
    assert takes.accept(["out", 20.0, Kept((max(ids),))])
    assert [answer["kept"] for answer in takes.answers()] == [True, False]


def test_what_is_not_there_is_none(takes: Takes) -> None:
    assert takes.answer_file(3) is None
    assert Takes().recent_file() is None and Takes().answers() == []


def test_a_file_begins_on_its_bar_line(tmp_path: Path) -> None:
    takes = Takes()
    sim = simulation("respond", tempo=120.0)
    sim.session.journal = lambda entry: takes.accept(entry) if entry[0] in ("in", "out") else None
    sim.play(phrase(start=1.0), until=2.4)
    takes.publish(sim.session.performer.status(2.4), 2.4)
    sim.play([], until=10.0)
    data = takes.answer_file(1)
    assert data is not None
    (tmp_path / "take.mid").write_bytes(data)
    file = mido.MidiFile(tmp_path / "take.mid")
    assert any(message.type == "set_tempo" and message.tempo == 500_000 for message in file.tracks[0])
    onset = next(
        sum(m.time for m in track[: n + 1])
        for track in file.tracks
        for n, message in enumerate(track)
        if message.type == "note_on"
    )
    assert onset < 4 * file.ticks_per_beat


def test_beats_are_told_by_the_status() -> None:
    status = {"tempo": 90.0, "bar": 3, "beat": 2.5, "beats_per_bar": 3.0}
    beat = beat_of(status, 10.0)
    assert beat == BeatTime(10.0, 90.0, 7.5, 3.0)
    assert beat.bar_line_before(10.0) == pytest.approx(9.0)
    assert beat_of({"tempo": 0.0, "bar": None}, 1.0).bar_line_before(5.0) == 5.0


def test_it_forgets(takes: Takes) -> None:
    takes.accept(["in", 24.0 + 2 * KEPT, phrase(start=24.0 + 2 * KEPT)[0]])
    assert takes.answer_file(1) is None


@pytest.mark.parametrize(
    ("time", "line"), [(10.0, 8.5), (10.5, 10.5), (11.0, 10.5), (12.4, 10.5), (9.0, 8.5), (8.4, 6.5)]
)
def test_the_bar_line_before_a_moment_lies_at_most_a_bar_back(time: float, line: float) -> None:
    assert BeatTime(10.0, 120.0, 7.0, 4.0).bar_line_before(time) == pytest.approx(line)


@pytest.mark.parametrize("beat", [BeatTime(10.0, 0.0, 7.0), BeatTime(10.0, 120.0, None), BeatTime()])
def test_where_no_bar_is_known_a_file_begins_with_its_first_note(beat: BeatTime) -> None:
    assert beat.bar_line_before(5.25) == 5.25


def test_a_tempo_is_known_also_where_no_bar_is() -> None:
    assert beat_of({"tempo": 90.0, "bar": None}, 3.0) == BeatTime(3.0, 90.0)
    assert beat_of({"tempo": None, "bar": 2}, 3.0) == beat_of({}, 3.0) == BeatTime(3.0, 0.0)


def test_the_list_of_answers_is_another_with_its_first_note_at_its_end_and_where_one_is_liked() -> None:
    takes = Takes()
    steps = (
        (TurnChanged(Turn.MACHINE), False),
        (Sounded(1.0, 7), True),
        (Sounded(1.0, 8), False),
        (TurnChanged(Turn.HUMAN), True),
        (Sounded(1.0, 9), False),
        (TurnChanged(Turn.MACHINE), False),
        (TurnChanged(Turn.HUMAN), False),
        (Kept((9,)), False),
        (Kept((8,)), True),
        (TurnChanged(Turn.MACHINE), False),
        (Sounded(1.0, 10), True),
        (TurnChanged(Turn.MACHINE), True),
        (Sounded(1.0, 11), True),
    )
    for number, (item, changed) in enumerate(steps):
        assert takes.accept(["out", float(number), item]) is changed, f"step {number}"
    told = [(answer["number"], answer["notes"], answer["kept"]) for answer in takes.answers()]
    assert told == [(4, 1, False), (3, 1, False), (1, 2, True)], "an answer without a note is none"


def test_a_track_is_named_by_the_voice_that_plays_on_its_channel(takes: Takes, tmp_path: Path) -> None:
    off, on = ("keys", (False, 1)), ("strings", (True, 1))
    for voices in ((off, on), (on, off)):
        takes.publish({"voices": dict(voices)}, 24.0)
        names = {name for name, _ in notes_of(takes.answer_file(1), tmp_path)}
        assert "Antiphon strings" in names and "Antiphon keys" not in names


def test_what_was_played_before_the_last_minutes_is_in_no_file(takes: Takes, tmp_path: Path) -> None:
    begun = takes._entries[0][1]
    later = phrase(start=begun + KEPT + 11.0)[0]
    takes.accept(["in", later.time, later])
    recent = dict(notes_of(takes.recent_file(), tmp_path))
    assert len(recent["Human 1"]) < 10 and later.pitch in recent["Human 1"]
    assert all(entry[1] >= later.time - KEPT for entry in takes._entries)
