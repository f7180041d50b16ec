"""A recorder is a guest: whatever happens to it, the set goes on."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import mido
import pytest
from performing import phrase

from bridge.engine.fake import FakeModel
from bridge.performer.performer import Performer, Settings
from bridge.sessions.log import Session, header, played_notes, read_log
from bridge.sessions.recent import KEPT, RecentCalls
from bridge.sessions.recorder import LOG_NAME, MIDI_NAME, Recorder
from bridge.sessions.recording import Recordings
from bridge.sessions.simulation import Simulation
from bridge.vocabulary.events import SetTempo, SetVoice

SETTINGS = Settings(mode="accompany", seed=3, tempo=120.0)
HEAD = header(SETTINGS, FakeModel(), "", whole=False)
FULL = Path("/dev/full")


def band() -> Simulation:
    """A set in full swing."""
    sim = Simulation(Session(Performer(FakeModel(), SETTINGS)))
    sim.play([SetVoice(0.1, "drums", True, 10), *phrase(start=0.5)], until=6.0)
    return sim


def recordings_of(session: Session, root: Path) -> Recordings:
    """Recordings to which everything of the session is noted from now on."""
    recordings = Recordings(root)
    session.journal = recordings.note
    return recordings


def test_one_begun_in_mid_set_and_ended_after_the_tempo_changed_is_written(tmp_path: Path) -> None:
    sim = band()
    recordings = recordings_of(sim.session, tmp_path)
    folder = recordings.start(HEAD)
    sim.play([SetTempo(6.0, 90.0)], until=8.0)
    recordings.end()
    sim.play([], until=9.0)
    (take,) = recordings.close()
    assert (take.folder, take.failure) == (folder, "")
    assert any(message.type == "note_on" for message in mido.MidiFile(folder / MIDI_NAME))
    assert played_notes(read_log(folder / LOG_NAME))


def test_two_takes_in_one_second_have_folders_of_their_own(tmp_path: Path) -> None:
    recordings = Recordings(tmp_path)
    folders = set()
    for _ in range(3):
        folders.add(recordings.start(HEAD))
        recordings.end()
    assert len(folders) == 3
    assert {take.folder for take in recordings.close()} == folders


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")
def test_a_disk_that_is_full_ends_the_recording_and_not_the_set(tmp_path: Path) -> None:
    (tmp_path / "take").mkdir()
    (tmp_path / "take" / LOG_NAME).symlink_to(FULL)
    with pytest.raises(OSError, match="No space"):
        Recorder(tmp_path / "take", HEAD)


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")
def test_a_disk_that_gets_full_is_told(tmp_path: Path) -> None:
    sim = band()
    recordings = recordings_of(sim.session, tmp_path)
    recordings.start(HEAD)
    recorder = recordings._recorder
    assert recorder is not None
    with FULL.open("w") as full:
        os.dup2(full.fileno(), recorder._file.fileno())
    sim.play(phrase(start=6.0), until=8.0)
    while not recorder.failure:
        time.sleep(0.01)
    assert recordings.finished() == [] and not recordings.running
    sim.play(phrase(start=8.0), until=10.0)
    (take,) = recordings.close()
    assert "No space" in take.failure and str(take.folder) in take.failure


def test_a_folder_that_is_removed_leaves_the_set_alone(tmp_path: Path) -> None:
    sim = band()
    recordings = recordings_of(sim.session, tmp_path)
    folder = recordings.start(HEAD)
    shutil.rmtree(folder)
    sim.play(phrase(start=6.0), until=8.0)
    (take,) = recordings.close()
    assert str(folder) in take.failure
    assert "was not written" in take.failure


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    recordings = Recordings(tmp_path / "file")
    with pytest.raises(OSError, match="cannot record to"):
        recordings.start(HEAD)
    assert not recordings.running


def test_what_was_noted_is_in_the_file_before_anything_ends(tmp_path: Path) -> None:
    """`kill -9` loses what is on its way to the disk, and no more."""
    sim = band()
    recorder = Recorder(tmp_path, HEAD)
    sim.session.journal = recorder
    sim.play(phrase(start=6.0), until=8.0)
    while not recorder._entries.empty():
        os.sched_yield()
    noted = (tmp_path / LOG_NAME).read_text()
    recorder.close()
    whole = (tmp_path / LOG_NAME).read_text()
    assert whole.startswith(noted) and len(noted.splitlines()) >= len(whole.splitlines()) - 1 > 20


def test_the_last_minutes_can_be_kept_after_the_fact(tmp_path: Path) -> None:
    sim = Simulation(Session(Performer(FakeModel(), Settings(mode="harmonize", seed=1))))
    recordings = recordings_of(sim.session, tmp_path)
    for start in (1.0, 100.0, 390.0):
        sim.play(phrase(start=start), until=start + 5.0)
    folder = recordings.capture(HEAD)
    assert not recordings.running
    (take,) = recordings.close()
    assert (take.folder, take.failure) == (folder, "")
    heard = [note.onset for note in played_notes(read_log(folder / LOG_NAME)) if not note.machine]
    assert heard == [100.0 + 0.25 * i for i in range(5)] + [390.0 + 0.25 * i for i in range(5)]
    assert (folder / MIDI_NAME).exists()


def test_the_memory_of_the_last_minutes_does_not_grow() -> None:
    recent = RecentCalls()
    for second in range(3600):
        recent(["go", float(second)])
    assert len(recent) == KEPT + 1
