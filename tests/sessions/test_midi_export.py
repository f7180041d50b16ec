"""A session's MIDI file has its times, its bars and its voices."""

from __future__ import annotations

from pathlib import Path

import pytest
from performing import phrase

from bridge.engine.fake import FakeModel
from bridge.midi.files import read
from bridge.performer.performer import Performer
from bridge.performer.settings import Settings
from bridge.sessions.log import Entry, Session, SessionLog, played_notes
from bridge.sessions.midi_export import timeline_of, write_midi
from bridge.sessions.simulation import Simulation
from bridge.sessions.view import Beat
from bridge.timing.timeline import Metre
from bridge.vocabulary.events import (
    Input,
    NoteOff,
    NoteOn,
    PlayNote,
    Recall,
    SetParameter,
    SetTempo,
    SetVoice,
    Sounded,
)
from bridge.vocabulary.voices import VOICE_PROGRAMS


def session(settings: Settings, script: list[Input], until: float, start: float = 100.0) -> SessionLog:
    """A set that began at second `start`: a machine that was switched on long before."""
    entries: list = []
    session = Session(Performer(FakeModel(), settings))
    session.journal = entries.append
    simulation = Simulation(session, start=start)
    simulation.play(sorted(script, key=lambda item: item.time), until=until)
    return SessionLog(settings, "fake", "", tuple(entries))


def grid(bpm: float, count: int, start: float = 100.0, bar: int = 4) -> list[Beat]:
    return [Beat(start + 60.0 / bpm * i, i // bar + 1 if i % bar == 0 else None) for i in range(count)]


def test_one_tempo_is_said_once_and_bar_1_is_where_the_set_began() -> None:
    timeline, origin = timeline_of(grid(90.0, 16), 100.0, "4/4")
    assert origin == pytest.approx(100.0)
    assert [(tempo.beat, round(tempo.bpm, 6)) for tempo in timeline.tempos] == [(0.0, 90.0)]
    assert timeline.metres == (Metre(0.0, 4, 4),)


def test_before_the_first_beat_there_are_whole_bars() -> None:
    timeline, origin = timeline_of(grid(120.0, 16, start=103.0), 100.5, "4/4")
    assert origin == pytest.approx(103.0 - 2 * 2.0)  # two bars of two seconds: the last line not after the beginning
    assert timeline.bar_at(timeline.beat_at(103.0 - origin)) == (2, pytest.approx(0.0))


def test_a_stop_lasts_whole_bars_and_time_goes_on_after_it() -> None:
    beats = [*grid(120.0, 8), *grid(120.0, 8, start=111.3)]
    timeline, origin = timeline_of(beats, 100.0, "4/4")
    bar, beat = timeline.bar_at(timeline.beat_at(111.3 - origin))
    assert beat == pytest.approx(0.0, abs=1e-6) and bar >= 4
    assert timeline.seconds_at(timeline.beat_at(112.3 - origin)) == pytest.approx(112.3 - origin)


@pytest.mark.parametrize(("signature", "bar"), [("3/4", 3), ("6/8", 3), ("5/4", 5)])
def test_the_metre_is_written_as_it_was_set(signature: str, bar: int) -> None:
    timeline, _ = timeline_of(grid(100.0, 4 * bar, bar=bar), 100.0, signature)
    assert [str(metre) for metre in timeline.metres] == [signature]


def test_bars_that_no_whole_number_of_beats_makes() -> None:
    beats = [Beat(100.0 + i / 2, {0: 1, 7: 3, 14: 5}.get(i)) for i in range(15)]
    timeline, _ = timeline_of(beats, 100.0, "7/8")
    assert [str(metre) for metre in timeline.metres] == ["7/8"]


def test_free_time_has_no_bars_and_begins_where_the_set_did() -> None:
    timeline, origin = timeline_of([], 100.0, "4/4")
    assert timeline.free and origin == 100.0


@pytest.mark.parametrize("tempo", [0.0, 104.0])
def test_every_note_stands_where_it_was_heard(tmp_path: Path, tempo: float) -> None:
    script: list[Input] = [*phrase(start=101.0), *phrase(start=109.0), *phrase(start=118.0)]
    if tempo:
        script += [SetTempo(106.0, 87.0), SetTempo(112.0, 131.0), SetParameter(115.0, "signature", "3/4")]
    log = session(Settings(mode="respond", seed=1, tempo=tempo), script, until=126.0)
    write_midi(log, tmp_path / "set.mid")
    file = read(tmp_path / "set.mid")
    assert not file.mended
    onsets = sorted(file.timeline.seconds_at(tick / file.ticks_per_beat) for tick in file.notes["onset"])
    heard = sorted(note.onset for note in played_notes(log) if not note.cancelled)
    shift = heard[0] - onsets[0]
    assert len(onsets) == len(heard) > 15
    assert [onset + shift for onset in onsets] == pytest.approx(heard, abs=2e-3)
    assert file.names[1] == "Human"
    assert all(name.startswith("Antiphon ") for name in file.names[2:]) and len(file.names) > 2
    if tempo:
        assert len(file.tempos) >= 3


def test_a_band_has_a_track_for_each_voice(tmp_path: Path) -> None:
    settings = Settings(mode="accompany", seed=2, tempo=120.0, voices={"drums": (True, 10), "bass": (True, 2)})
    log = session(settings, [SetVoice(100.1, "keys", False, 1), *phrase(start=100.5)], until=112.0)
    write_midi(log, tmp_path / "set.mid")
    file = read(tmp_path / "set.mid")
    assert set(file.names[2:]) <= {"Antiphon bass", "Antiphon drums"} and file.names[2:]
    assert {round(60e6 / micro) for _, micro in file.tempos} == {120}


def tracks(folder: Path, log: SessionLog) -> dict[str, list[tuple[int, int]]]:
    """The tracks of a log's file by name: channel and program of each note."""
    write_midi(log, folder / "set.mid")
    file = read(folder / "set.mid")
    found: dict[str, list[tuple[int, int]]] = {name: [] for name in file.names}
    for note in file.notes:
        found[file.names[int(note["track"])]].append((int(note["channel"]), int(note["program"])))
    return found


PLAYED: list[Entry] = [
    ["in", 20.0, NoteOn(20.0, 60, 80)],
    ["in", 20.5, NoteOff(20.5, 60)],
    ["out", 20.6, PlayNote(1, 21.0, 22.0, 40, 80, 12)],
    ["in", 21.0, Sounded(21.0, 1)],
    ["go", 23.0],
]


@pytest.mark.parametrize(
    "setting",
    [
        SetVoice(11.0, "bass", True, 12),
        Recall(11.0, "club", {}, {"bass": (True, 12)}, {}),
    ],
)
@pytest.mark.parametrize("before_the_take", [True, False])
def test_a_machines_track_is_named_for_the_voice_that_was_put_on_its_channel_however_and_whenever(
    tmp_path: Path, setting: Input, before_the_take: bool
) -> None:
    entries: list[Entry] = [["begin", 10.0], ["in", 11.0, setting]]
    log = (
        SessionLog(Settings(), "fake", "", tuple(PLAYED), whole=False, earlier=tuple(entries))
        if before_the_take
        else SessionLog(Settings(), "fake", "", (*entries, *PLAYED))
    )
    found = tracks(tmp_path, log)
    assert set(found) == {"Tempo", "Human", "Antiphon bass"}
    assert found["Antiphon bass"] == [(12, VOICE_PROGRAMS["bass"])]


def test_a_preset_that_lets_a_voice_be_as_usual_takes_it_off_its_channel(tmp_path: Path) -> None:
    entries: list[Entry] = [
        ["in", 11.0, SetVoice(11.0, "bass", True, 12)],
        ["in", 12.0, Recall(12.0, "plain", {}, {}, {}, usual=("bass",))],
    ]
    found = tracks(tmp_path, SessionLog(Settings(), "fake", "", (*entries, *PLAYED)))
    assert found["Antiphon 12"] == [(12, 0)], "nobody's channel: a number, and no program"


def test_of_voices_on_one_channel_the_one_that_plays_names_it_and_drums_have_no_program(tmp_path: Path) -> None:
    settings = Settings(voices={"keys": (False, 12), "strings": (True, 12), "drums": (True, 10)})
    drum: list[Entry] = [["out", 20.6, PlayNote(2, 21.0, 22.0, 36, 80, 10)], ["in", 21.0, Sounded(21.0, 2)]]
    found = tracks(tmp_path, SessionLog(settings, "fake", "", (*PLAYED[:-1], *drum, PLAYED[-1])))
    assert found["Antiphon strings"] == [(12, VOICE_PROGRAMS["strings"])]
    assert found["Antiphon drums"] == [(10, 0)]


def test_a_human_on_several_channels_has_a_track_for_each_and_cancelled_notes_are_left_out(tmp_path: Path) -> None:
    entries: list[Entry] = [
        *PLAYED[:2],
        ["in", 20.0, NoteOn(20.0, 64, 80, 3)],
        ["in", 20.5, NoteOff(20.5, 64, 3)],
        ["out", 20.6, PlayNote(1, 21.0, 22.0, 40, 80, 12)],
        ["go", 23.0],
    ]
    found = tracks(tmp_path, SessionLog(Settings(), "fake", "", tuple(entries)))
    assert {name: [channel for channel, _ in notes] for name, notes in found.items()} == {
        "Tempo": [], "Human 1": [1], "Human 3": [3],
    }  # fmt: skip


def test_a_tempo_that_was_kept_is_said_once_and_each_change_where_it_was() -> None:
    beats = [*grid(120.0, 8), *(Beat(104.0 + i * 0.75, i // 4 + 3 if i % 4 == 0 else None) for i in range(8))]
    timeline, origin = timeline_of(beats, 100.0, "4/4")
    assert [(tempo.beat, round(tempo.bpm, 6)) for tempo in timeline.tempos] == [(0.0, 120.0), (8.0, 80.0)]
    assert origin == pytest.approx(100.0)
    hair = [Beat(beat.time + (0.0002 if i > 1 and i % 2 else 0.0), beat.bar) for i, beat in enumerate(grid(120.0, 16))]
    assert len(timeline_of(hair, 100.0, "4/4")[0].tempos) == 1, "a hair's breadth is no other tempo"


def test_bars_that_become_longer_are_a_metre_where_they_do() -> None:
    beats = [Beat(100.0 + i / 2, bar) for i, bar in enumerate([1, None, None, 2, None, None, 3, None, None, None, 4])]
    timeline, _ = timeline_of(beats, 100.0, "3/4")
    assert [(metre.beat, str(metre)) for metre in timeline.metres] == [(0.0, "3/4"), (6.0, "4/4")]
