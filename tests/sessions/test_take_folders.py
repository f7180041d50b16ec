"""A recorder is a guest: whatever happens to it, the set goes on."""

from __future__ import annotations

import errno
import json
import os
import select
import shutil
import signal
import time
from pathlib import Path
from typing import NoReturn

import mido
import pytest
from performing import phrase

from bridge.engine.fake import FakeModel
from bridge.performer.performer import Performer
from bridge.performer.settings import Settings
from bridge.sessions import recorder
from bridge.sessions.log import EARLIER_NAME, BadLog, Session, header, played_notes, read_log, replay
from bridge.sessions.recorder import LOG_NAME, MIDI_NAME, Recorder
from bridge.sessions.simulation import Simulation
from bridge.sessions.take_folders import TakeFolders
from bridge.sessions.view import beats
from bridge.sessions.what_if import play_again
from bridge.vocabulary.events import SetTempo, SetVoice

SETTINGS = Settings(mode="accompany", seed=3, tempo=120.0)
HEAD = header(SETTINGS, FakeModel(), "", whole=False)
FULL = Path("/dev/full")


def band() -> Simulation:
    """A set in full swing."""
    sim = Simulation(Session(Performer(FakeModel(), SETTINGS)))
    sim.play([SetVoice(0.1, "drums", True, 10), *phrase(start=0.5)], until=6.0)
    return sim


def recordings_of(session: Session, root: Path) -> TakeFolders:
    """Where recordings go, to which everything of the session is noted from now on."""
    recordings = TakeFolders(root)
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
    recordings = TakeFolders(tmp_path)
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


def test_a_take_that_could_not_begin_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(json, "dumps", full)
    with pytest.raises(OSError, match="No space"):
        Recorder(tmp_path / "takes" / "take", HEAD)
    assert not (tmp_path / "takes" / "take").exists()


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
    recordings = TakeFolders(tmp_path / "file")
    with pytest.raises(OSError, match=r"cannot record: .* cannot be written"):
        recordings.start(HEAD)
    assert not recordings.running


def test_a_midi_file_is_made_slowly_while_the_set_goes_on_and_at_once_when_it_is_over(tmp_path, monkeypatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(select, "select", lambda read, *_: (pauses.append(_[-1]), ([], [], []))[1])
    monkeypatch.setattr(signal, "setitimer", lambda which, *times: pauses.append(-1.0))
    recorder._pause()
    assert pauses == [recorder.PAUSE]
    monkeypatch.setattr(select, "select", lambda read, *_: (read, [], []))
    recorder._pause()  # whoever started it is at the end: no more pauses
    assert pauses == [recorder.PAUSE, -1.0]


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
    settings = Settings(mode="harmonize", seed=1)
    sim = Simulation(Session(Performer(FakeModel(), settings)))
    recordings = recordings_of(sim.session, tmp_path)
    for start in (1.0, 100.0, 390.0):
        sim.play(phrase(start=start), until=start + 5.0)
    folder = recordings.capture(header(settings, FakeModel(), "", whole=False))
    assert not recordings.running
    (take,) = recordings.close()
    assert (take.folder, take.failure) == (folder, "")
    heard = [note.onset for note in played_notes(read_log(folder / LOG_NAME)) if not note.machine]
    assert heard == [100.0 + 0.25 * i for i in range(5)] + [390.0 + 0.25 * i for i in range(5)]
    log = read_log(folder / LOG_NAME)
    assert next(entry[1] for entry in log.earlier if entry[0] == "in") == 1.0
    assert replay(log, lambda name, digest: FakeModel(name)) == log.outputs()
    assert (folder / MIDI_NAME).exists()


# --- a take begun in mid-set ---------------------------------------------------------------------


def mid_set(folder: Path) -> tuple[Path, Simulation, float]:
    """A take from the middle of a set of 20 s, another model having taken over before it; and when it began."""
    session = Session(Performer(FakeModel("first"), SETTINGS))
    recordings = recordings_of(session, folder)
    sim = Simulation(session)
    session.begin(0.0)
    sim.play([SetVoice(0.1, "drums", True, 10), *phrase(start=0.5)], until=6.0)
    session.change_model(FakeModel("second"), "", sim.now)
    sim.play([SetTempo(7.0, 96.0), *phrase(start=8.0, pitches=(48, 52, 55, 60, 64))], until=12.0)
    began = sim.now
    take = recordings.start(header(SETTINGS, FakeModel("first"), "", whole=False))
    sim.play(phrase(start=13.0), until=20.0)
    (recorder,) = recordings.close()
    assert recorder.failure == ""
    return take / LOG_NAME, sim, began


def test_a_take_begun_in_mid_set_replays_note_for_note(tmp_path: Path) -> None:
    path, sim, began = mid_set(tmp_path)
    log = read_log(path)
    names = []

    def load(name: str, digest: str) -> FakeModel:
        names.append(name)
        return FakeModel(name)

    again = replay(log, load)
    assert again == log.outputs() == [one for one in sim.outputs if one[0] >= began]
    assert names == ["first", "second"] and len(again) > 20
    assert {note.onset >= began - 2.5 for note in played_notes(log)} == {True}, "what was before is not heard"


def test_bars_and_seconds_of_a_take_count_from_the_sets_beginning(tmp_path: Path) -> None:
    path, _, _ = mid_set(tmp_path)
    log = read_log(path)
    bars = [(beat.time, beat.bar) for beat in beats(log) if beat.bar is not None]
    # 7 s at 120 bpm are 14 beats; from there on a beat lasts 0.625 s.
    assert log.began == 0.0
    assert bars[0] == (pytest.approx(7.0 + 10 * 0.625), 7)
    numbers = [number for _, number in bars if number is not None]
    assert numbers == list(range(7, 7 + len(numbers)))


def test_what_would_it_have_played_in_a_take_begun_in_mid_set(tmp_path: Path) -> None:
    path, _, began = mid_set(tmp_path)
    log = read_log(path)
    same = play_again(log, lambda name, digest: FakeModel(name), {})
    heard, again = (
        [(note.onset, note.pitch) for note in played_notes(one) if note.onset < 19.5] for one in (log, same)
    )
    assert heard == again and len(heard) > 20
    other = play_again(log, lambda name, digest: FakeModel(name), {"scale": "minor", "root": "C"})
    assert played_notes(other)[-1].onset > began


@pytest.mark.parametrize("harm", ["gone", "cut"])
def test_a_take_without_what_was_before_is_heard_but_not_replayed(tmp_path: Path, harm: str) -> None:
    path, _, _ = mid_set(tmp_path)
    earlier = path.with_name(EARLIER_NAME)
    if harm == "gone":
        earlier.unlink()
    else:
        earlier.write_bytes(earlier.read_bytes()[:-40])
    log = read_log(path)
    assert played_notes(log) and not log.can_be_replayed
    with pytest.raises(BadLog, match=r"began in mid-set.*earlier\.jsonl\.gz"):
        replay(log, lambda name, digest: FakeModel(name))
