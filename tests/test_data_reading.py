"""MIDI files to note arrays: voices, tempo maps, bars, broken files."""

import json
from pathlib import Path

import mido
import numpy as np
import pytest
from click.testing import CliRunner
from rich.console import Console

from bridge.training.data import (
    NOTE,
    Source,
    bar_positions,
    find_sources,
    main,
    prepare,
    read_notes,
    ticks_to_seconds,
    voice_of,
)

QUIET = Console(quiet=True)


def write_song(
    path: Path, notes: list[tuple[int, int, int, int]], *, program: int = 0, channel: int = 0, bpm: float = 120.0
) -> None:
    """One track of (onset, duration, pitch, velocity) in ticks, 480 to the beat."""
    track = mido.MidiTrack()
    track.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(bpm)))
    track.append(mido.MetaMessage("time_signature", numerator=4, denominator=4))
    track.append(mido.Message("program_change", program=program, channel=channel))
    messages = []
    for onset, duration, pitch, velocity in notes:
        messages.append((onset, 1, mido.Message("note_on", note=pitch, velocity=velocity, channel=channel)))
        messages.append((onset + duration, 0, mido.Message("note_off", note=pitch, channel=channel)))
    now = 0
    for time, _, message in sorted(messages, key=lambda m: m[:2]):
        track.append(message.copy(time=time - now))
        now = time
    song = mido.MidiFile(ticks_per_beat=480)
    song.tracks.append(track)
    song.save(path)


def scale(count: int, step: int = 240, velocity: int = 64) -> list[tuple[int, int, int, int]]:
    """`count` notes, one every `step` ticks, of velocities that differ (64 on) unless it is 0."""
    return [(i * step, step, 48 + i % 24, velocity + i % 20) for i in range(count)]


@pytest.mark.parametrize(
    ("program", "is_drum", "name", "voice"),
    [
        (0, False, "", "keys"),
        (23, False, "", "keys"),
        (24, False, "", "guitar"),
        (32, False, "", "bass"),
        (0, True, "Melody", "drums"),
        (40, False, "", "strings"),
        (90, False, "pad", "strings"),
        (65, False, "", "lead"),
        (0, False, "MELODY", "lead"),
        (0, False, "Singstimme", "lead"),
        (33, False, "lead bass", "bass"),
        (120, False, "", "other"),
    ],
)
def test_voice_by_channel_then_name_then_program(program: int, is_drum: bool, name: str, voice: str) -> None:
    assert voice_of(program, is_drum, name) == voice


def test_seconds_follow_the_tempo_map() -> None:
    ticks = np.array([0.0, 480.0, 960.0, 1440.0])
    np.testing.assert_allclose(ticks_to_seconds(ticks, [960], [60.0], 480), [0.0, 0.5, 1.0, 2.0])


def test_bars_restart_at_a_new_time_signature() -> None:
    beat, length = bar_positions(np.array([0.0, 3.0, 4.0, 6.0, 7.5]), [(4.0, 6, 8)])
    np.testing.assert_allclose(beat, [0.0, 3.0, 0.0, 2.0, 0.5])
    np.testing.assert_allclose(length, [4.0, 4.0, 3.0, 3.0, 3.0])


def test_notes_keep_both_times(tmp_path: Path) -> None:
    write_song(tmp_path / "a.mid", scale(24), bpm=60.0)
    notes, has_beats = read_notes(Source(tmp_path / "a.mid", "mine", "train"))
    assert notes.dtype == NOTE and len(notes) == 24 and has_beats
    np.testing.assert_allclose(notes["onset_beats"], np.arange(24) / 2)
    np.testing.assert_allclose(notes["onset_seconds"], np.arange(24) / 2)
    assert notes["velocity"].tolist()[:3] == [64, 65, 66]


def test_flat_velocity_is_unknown(tmp_path: Path) -> None:
    write_song(tmp_path / "a.mid", [(i * 240, 240, 60, 90) for i in range(20)])
    notes, _ = read_notes(Source(tmp_path / "a.mid", "mine", "train"))
    assert not notes["velocity"].any()


def test_unmusical_ticks_have_no_bar(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    onsets = np.sort(rng.integers(0, 20000, 60))
    write_song(tmp_path / "a.mid", [(int(t), 50, 60 + i % 12, 50 + i % 30) for i, t in enumerate(onsets)])
    notes, has_beats = read_notes(Source(tmp_path / "a.mid", "mine", "train"))
    assert not has_beats and np.isnan(notes["bar_beat"]).all()


def test_electronic_drums_become_general_midi(tmp_path: Path) -> None:
    write_song(tmp_path / "a.mid", [(i * 240, 60, 22, 60 + i) for i in range(20)], channel=9)
    notes, _ = read_notes(Source(tmp_path / "a.mid", "groove-midi", "train", expressive_velocity=True))
    assert set(notes["pitch"].tolist()) == {42}


def test_unisons_within_a_voice_become_one_note(tmp_path: Path) -> None:
    write_song(tmp_path / "a.mid", scale(20))
    once = mido.MidiFile(tmp_path / "a.mid")
    once.tracks.append(once.tracks[0])
    once.save(tmp_path / "b.mid")
    notes, _ = read_notes(Source(tmp_path / "b.mid", "mine", "train"))
    assert len(notes) == 20


def test_prepare_names_what_it_cannot_read_and_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "songs"
    folder.mkdir()
    for i in range(3):
        write_song(folder / f"good{i}.mid", scale(30))
    (folder / "broken.mid").write_bytes(b"MThd nonsense")
    write_song(folder / "short.mid", scale(3))
    result = prepare(folder, tmp_path / "out", QUIET)
    assert (result.pieces, result.notes) == (3, 90)
    assert {Path(p).name for p in result.refused} == {"broken.mid", "short.mid"}
    pieces = json.loads((tmp_path / "out" / "index.json").read_text())["pieces"]
    assert [(p["start"], p["stop"]) for p in pieces] == [(0, 30), (30, 60), (60, 90)]
    assert np.load(tmp_path / "out" / "songs.npy", mmap_mode="r").shape == (90,)


def test_manifest_says_the_split(tmp_path: Path) -> None:
    write_song(tmp_path / "a.mid", scale(30))
    (tmp_path / "manifest.csv").write_text("path,source,split,licence\na.mid,mine,test,CC0\n")
    (item,) = find_sources(tmp_path)
    assert (item.split, item.licence, item.path) == ("test", "CC0", tmp_path / "a.mid")


def test_errors_name_the_place(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no such file or folder"):
        find_sources(tmp_path / "nowhere")
    with pytest.raises(ValueError, match="no MIDI files here"):
        find_sources(tmp_path)
    (tmp_path / "manifest.csv").write_text("path,source\n")
    with pytest.raises(ValueError, match="no column split"):
        find_sources(tmp_path)
    outcome = CliRunner().invoke(main, [str(tmp_path), str(tmp_path / "out")])
    assert outcome.exit_code == 1 and "no column split" in outcome.output
