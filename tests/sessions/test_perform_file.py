"""`antiphon perform`: MIDI files played to the machine."""

from __future__ import annotations

from pathlib import Path

import mido
import pytest
from performing_files import notes_of, perform, performed, stand_in, write_tune

from bridge.midi import files as midifile


@pytest.fixture(autouse=True)
def _stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch)


@pytest.fixture
def tune(tmp_path: Path) -> Path:
    return write_tune(tmp_path / "tune.mid")


@pytest.mark.parametrize("mode", ["respond", "duet", "harmonize", "accompany", "off"])
@pytest.mark.parametrize("time", ["file", "free"])
def test_the_humans_part_stays_and_the_machines_is_beside_it(tune: Path, tmp_path: Path, mode: str, time: str) -> None:
    file = performed(tune, tmp_path / "out.mid", "--mode", mode, "--time", time)
    source = midifile.read(tune)
    assert notes_of(file, "Human Melody", "Human Bass") == notes_of(source, "Melody", "Bass")
    assert (file.tempos, file.metres, file.ticks_per_beat) == (source.tempos, source.metres, source.ticks_per_beat)
    machine = {name for name in file.names if not name.startswith("Human")} - {""}
    assert bool(machine) == (mode != "off") and all(name.startswith("Antiphon ") for name in machine)
    first = min((row[0] for row in notes_of(file, *machine)), default=None)
    assert first is None or first >= 2 * 480
    for track in mido.MidiFile(tmp_path / "out.mid").tracks:
        assert track.name not in machine or any(message.type == "program_change" for message in track)


def test_one_input_one_file(tune: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        performed(tune, tmp_path / f"{name}.mid", "--seed", 3)
    performed(tune, tmp_path / "c.mid", "--seed", 4)
    a, b, c = ((tmp_path / f"{name}.mid").read_bytes() for name in "abc")
    assert a == b != c


def test_takes_have_the_next_seeds(tune: Path, tmp_path: Path) -> None:
    assert perform(tune, "-o", tmp_path / "out.mid", "--takes", 3, "--seed", 7).exit_code == 0
    performed(tune, tmp_path / "one.mid", "--seed", 9)
    takes = [(tmp_path / f"out-{number}.mid").read_bytes() for number in (1, 2, 3)]
    assert len(set(takes)) == 3 and takes[2] == (tmp_path / "one.mid").read_bytes()
    assert not (tmp_path / "out.mid").exists()


def test_only_what_is_the_humans_is_heard_and_written(tune: Path, tmp_path: Path) -> None:
    by_name = performed(tune, tmp_path / "a.mid", "--human", "melody", "--mode", "harmonize")
    by_channel = performed(tune, tmp_path / "b.mid", "--human", "3", "--mode", "harmonize")
    assert (tmp_path / "a.mid").read_bytes() == (tmp_path / "b.mid").read_bytes()
    assert "Human" in by_name.names and len(notes_of(by_channel, "Human")) == 8
    for nobody in ("Flute", "7", "²"):
        refused = perform(tune, "-o", tmp_path / "c.mid", "--human", nobody)
        assert refused.exit_code == 1 and f"no notes on --human '{nobody}'" in refused.output
        assert "there are tracks Bass, Melody; channels 3, 4" in refused.output
        assert not (tmp_path / "c.mid").exists()


def test_where_nothing_is_played_it_says_so_and_writes_the_file(tune: Path, tmp_path: Path) -> None:
    done = perform(tune, "-o", tmp_path / "out.mid", "--mode", "off")
    assert done.exit_code == 0 and "the machine played nothing" in done.output
    assert len(midifile.read(tmp_path / "out.mid").notes) == 10


def test_a_tail_for_the_other_modes(tune: Path, tmp_path: Path) -> None:
    short = performed(tune, tmp_path / "a.mid", "--mode", "duet", "--tail", 0)
    long = performed(tune, tmp_path / "b.mid", "--mode", "duet", "--tail", 16)
    assert long.notes["onset"].max() > short.notes["offset"].max()
    refused = perform(tune, "-o", tmp_path / "c.mid", "--tail", 4)
    assert refused.exit_code == 2 and "--tail" in refused.output
    assert perform(tune, "-o", tmp_path / "c.mid", "--mode", "duet", "--tail", "nan").exit_code == 2


def test_the_pedal_of_the_file_is_the_humans(tmp_path: Path) -> None:
    track = mido.MidiTrack()
    for time, message in (
        (0, mido.Message("control_change", control=64, value=127)),
        *((0, mido.Message("note_on", note=60 + i, velocity=80)) for i in range(3)),
        *((240, mido.Message("note_off", note=60 + i)) for i in range(3)),
        (4000, mido.Message("control_change", control=64, value=0)),
    ):
        track.append(message.copy(time=time))
    mido.MidiFile(tracks=[track]).save(tmp_path / "pedal.mid")
    file = performed(tmp_path / "pedal.mid", tmp_path / "out.mid", "--mode", "harmonize")
    added = [row for row in notes_of(file, "Antiphon keys")]
    assert added and all(row[1] > 4000 for row in added)


def test_time_in_frames_stays_time_in_frames(tmp_path: Path, tune: Path) -> None:
    data = tune.read_bytes()
    (tmp_path / "smpte.mid").write_bytes(data[:12] + b"\xe7\x28" + data[14:])
    file = performed(tmp_path / "smpte.mid", tmp_path / "out.mid")
    assert file.song.counts_time and file.song.division == 0xE728
    source = midifile.read(tmp_path / "smpte.mid")
    assert notes_of(file, "Human Melody", "Human Bass") == notes_of(source, "Melody", "Bass")


def test_a_note_that_strayed_days_away_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    file = mido.MidiFile(type=1)
    for delta in (0, 0x0FFFFFFF):
        file.add_track().append(mido.Message("note_on", note=60, velocity=80, time=delta))
        file.tracks[-1].append(mido.Message("note_off", note=60, time=240))
    file.save(tmp_path / "days.mid")
    refused = perform(tmp_path / "days.mid", "-o", tmp_path / "out.mid", "--mode", "accompany")
    assert refused.exit_code == 1 and "the file's last note ends after 78 hours, 12 at most" in " ".join(
        refused.output.split()
    )
    assert not (tmp_path / "out.mid").exists()
