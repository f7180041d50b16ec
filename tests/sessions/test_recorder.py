"""What is written while a set is played."""

from __future__ import annotations

import os
from pathlib import Path

import mido
import pytest
from recorded_sets import SCRIPT, SETTINGS

from bridge.engine.fake import FakeModel
from bridge.performer.performer import Performer
from bridge.sessions.log import (
    Session,
    header,
    played_notes,
    read_log,
)
from bridge.sessions.recorder import LOG_NAME, MIDI_NAME, Recorder, find_log, finish_midi_aside, start_midi_aside
from bridge.sessions.simulation import Simulation


def test_the_newest_take_of_a_folder_is_found(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no take"):
        find_log(tmp_path)
    for number, name in enumerate(("b", "a")):
        (tmp_path / name).mkdir()
        (tmp_path / name / LOG_NAME).write_text("")
        os.utime(tmp_path / name / LOG_NAME, (number, number))
    assert find_log(tmp_path) == tmp_path / "a" / LOG_NAME
    assert find_log(tmp_path / "b") == find_log(tmp_path / "b" / LOG_NAME) == tmp_path / "b" / LOG_NAME


def test_recorder_writes_log_and_midi(tmp_path: Path) -> None:
    session = Session(Performer(FakeModel(), SETTINGS))
    recorder = Recorder(tmp_path / "set", header(SETTINGS, FakeModel(), ""))
    session.journal = recorder
    sim = Simulation(session)
    sim.play(SCRIPT, until=12.0)
    recorder.close()
    recorder.close()
    log = read_log(tmp_path / "set" / LOG_NAME)
    assert log.outputs() == sim.outputs
    midi = mido.MidiFile(tmp_path / "set" / MIDI_NAME)
    _, human, *machine = midi.tracks
    assert [message.note for message in human if message.type == "note_on"] == [60, 64, 55, 50, 52]
    heard = [note for note in played_notes(log) if note.machine and not note.cancelled]
    assert len([message for track in machine for message in track if message.type == "note_on"]) == len(heard) > 5


@pytest.mark.skipif(not hasattr(os, "getsid"), reason="this system has no sessions")
def test_what_makes_the_midi_file_hears_no_ctrl_c_and_gives_way_to_the_set(tmp_path: Path) -> None:
    session = Session(Performer(FakeModel(), SETTINGS))
    recorder = Recorder(tmp_path / "set", header(SETTINGS, FakeModel(), ""))
    session.journal = recorder
    Simulation(session).play(SCRIPT, until=12.0)
    recorder.close()
    (tmp_path / "set" / MIDI_NAME).unlink()
    making = start_midi_aside(tmp_path / "set", os.devnull)
    assert not isinstance(making, OSError)
    assert os.getpgid(making.pid) != os.getpgid(0)
    assert os.getsid(making.pid) == os.getsid(0)  # another session's nice value counts for nothing in this one
    assert finish_midi_aside(tmp_path / "set", making) == ""
    assert (tmp_path / "set" / MIDI_NAME).exists()


@pytest.mark.parametrize("is_new", [True, False])
def test_a_take_that_cannot_be_begun_leaves_no_folder_but_one_that_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_new: bool
) -> None:
    folder = tmp_path / "take"
    if not is_new:
        folder.mkdir()
        (folder / "words.txt").write_text("somebody's own")

    def full(path: Path, head: object) -> object:
        path.write_text("half a he")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bridge.sessions.recorder._begun", full)
    with pytest.raises(OSError, match="No space left"):
        Recorder(folder, header(SETTINGS, FakeModel(), ""))
    assert folder.exists() is not is_new
    assert is_new or (folder / "words.txt").read_text() == "somebody's own"
