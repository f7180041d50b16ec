"""MIDI files to notes: voices, tempo maps, bars, flat velocities."""

import struct
from pathlib import Path

import mido
import numpy as np
import pytest
from places import CASES
from songs import scale, tune, with_header, write_song

from bridge.data.notes import NOTE, NoteArray
from bridge.data.reading import (
    LARGEST,
    bar_positions,
    check_count,
    check_music,
    read,
    read_notes,
    ticks_to_seconds,
    voice_of,
)
from bridge.data.sources import Source, Traits
from bridge.midi.smf import Refused
from bridge.vocabulary import codec


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
    notes, _ = read_notes(
        Source(tmp_path / "a.mid", "mine", "train", expressive_velocity=True, traits=Traits(drum_kit="td-11"))
    )
    assert set(notes["pitch"].tolist()) == {42}


def test_unisons_within_a_voice_become_one_note(tmp_path: Path) -> None:
    write_song(tmp_path / "a.mid", scale(20))
    once = mido.MidiFile(tmp_path / "a.mid")
    once.tracks.append(once.tracks[0])
    once.save(tmp_path / "b.mid")
    notes, _ = read_notes(Source(tmp_path / "b.mid", "mine", "train"))
    assert len(notes) == 20


def test_smpte_time_is_time_without_beats(tmp_path: Path) -> None:
    write_song(tmp_path / "a.mid", scale(24), bpm=60.0)
    (division,) = struct.unpack(">H", struct.pack(">bB", -25, 40))  # 25 frames of 40 ticks: 1000 ticks a second
    (tmp_path / "b.mid").write_bytes(with_header((tmp_path / "a.mid").read_bytes(), division=division))
    notes, has_beats = read_notes(Source(tmp_path / "b.mid", "mine"))
    assert not has_beats and np.isnan(notes["bar_beat"]).all()
    np.testing.assert_allclose(notes["onset_seconds"], np.arange(24) * 0.24)
    np.testing.assert_allclose(notes["onset_beats"], np.arange(24) * 0.48)


@pytest.mark.parametrize(("tempo", "seconds"), [(b"\0\0\0", 0.25), (b"\0\0\1", 0.03)])
def test_a_tempo_beyond_reason_does_not_end_time(tmp_path: Path, tempo: bytes, seconds: float) -> None:
    """A tempo of 0 is none (120 bpm, then); one beyond 1000 bpm is taken as that."""
    write_song(tmp_path / "a.mid", scale(24))
    data = (tmp_path / "a.mid").read_bytes()
    at = data.index(b"\xff\x51\x03") + 3
    (tmp_path / "a.mid").write_bytes(data[:at] + tempo + data[at + 3 :])
    notes, _ = read_notes(Source(tmp_path / "a.mid", "mine"))
    np.testing.assert_allclose(notes["onset_seconds"], np.arange(24) * seconds)


@pytest.mark.parametrize("case", sorted(path.name for path in (CASES / "midi").glob("*.mid")))
def test_what_is_mended_is_counted(case: str) -> None:
    reading = read(Source(CASES / "midi" / case, "mine"))
    assert reading.reason == "" and reading.count >= 57
    assert bool(reading.repairs) == (case.split("-")[0] not in ("03", "03d", "04", "05b", "08d"))


def test_a_reading_says_what_the_rest_needs(tmp_path: Path) -> None:
    write_song(tmp_path / "a.mid", tune(1))
    reading = read(Source(tmp_path / "a.mid", "mine"))
    notes = np.frombuffer(reading.notes, NOTE)
    assert (reading.reason, reading.count, reading.has_beats, reading.repairs) == ("", len(notes), True, "")
    assert reading.seconds == pytest.approx(notes["offset_seconds"].max())
    assert reading.figures > 100 and len(reading.sketch) == 504 and len(reading.digest) == 16


@pytest.mark.parametrize(
    ("name", "reason"),
    [("nowhere.mid", "missing"), ("folder.mid", "not a file"), ("large.mid", "too large"), ("empty.mid", "empty file")],
)
def test_what_is_no_file_to_read_is_told_by_its_reason(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "folder.mid").mkdir()
    (tmp_path / "empty.mid").touch()
    with (tmp_path / "large.mid").open("wb") as file:
        file.truncate(100 * 2**20)
    reading = read(Source(tmp_path / name, "mine"))
    assert (reading.reason, reading.notes) == (reason, b"")
    assert name != "large.mid" or f"100 MB; no piece of music is larger than {LARGEST >> 20} MB" in reading.text


# --- what is no music to learn from ----------


def notes(onset: list[float], pitch: list[int], seconds: float = 0.2) -> NoteArray:
    out = np.zeros(len(onset), NOTE)
    out["onset_seconds"], out["pitch"] = onset, pitch
    out["offset_seconds"] = out["onset_seconds"] + seconds
    return out


def reason(music: NoteArray) -> str:
    try:
        check_music(music)
    except Refused as refused:
        return refused.reason
    return ""


def test_counts() -> None:
    check_count(16)
    for count, expected in ((0, "no notes"), (15, "too few notes"), (500_001, "too many notes")):
        with pytest.raises(Refused) as refused:
            check_count(count)
        assert refused.value.reason == expected


def test_music_passes_and_its_travesties_do_not() -> None:
    time = [i / 4 for i in range(60)]
    tune = [60 + i % 7 for i in range(60)]
    assert reason(notes(time, tune)) == ""
    assert reason(notes([i / 4 for i in range(130)], [60] * 129 + [61])) == "one note"
    assert reason(notes(time, [60] * 60)) == "", "a pulse, a roll, a fill"
    assert reason(notes(time, tune, seconds=45)) == "stuck notes"
    assert reason(notes([0.0] * 60, tune)) == "no time"
    day = 24 * 3600.0
    assert reason(notes([*time, day - 0.3], [*tune, 60])) == "", "a long one"
    assert reason(notes([*time, day], [*tune, 60])) == "too long"
    assert reason(notes([1e6 + second for second in time], tune)) == "", "it begins late"
    with pytest.raises(Refused, match=r"3,106 hours; 24 at most"):
        check_music(notes([*time, 3106 * 3600.0], [*tune, 60]))


def test_machine_guns() -> None:
    roll = [i / 50 for i in range(600)]
    assert reason(notes(roll, [38 + (i // 300) for i in range(600)], 0.01)) == "machine-gun"
    black = sorted(i / 400 for i in range(6000))
    assert reason(notes(black, [i % 100 for i in range(6000)], 0.01)) == "machine-gun"
    assert reason(notes([i / 12 for i in range(600)], [38 + i % 2 for i in range(600)], 0.01)) == ""


def test_a_held_chord_among_others_is_no_stuck_key() -> None:
    music = notes([i / 4 for i in range(60)], [60 + i % 7 for i in range(60)])
    music["offset_seconds"][:4] = 90.0
    assert reason(music) == ""


# --- what is known of a file ------------------------------------------------------------------------------


def test_free_time_has_no_beats(tmp_path: Path) -> None:
    write_song(tmp_path / "a.mid", scale(24), bpm=60.0)
    _, meant = read_notes(Source(tmp_path / "a.mid", "mine"))
    notes, has_beats = read_notes(Source(tmp_path / "a.mid", "mine", traits=Traits(free_time=True)))
    assert meant and not has_beats and np.isnan(notes["bar_beat"]).all()


def test_choirs_are_what_the_singers_are() -> None:
    assert [voice_of(52, False, "", singers) for singers in ("", "lead")] == ["strings", "lead"]
    assert voice_of(52, True, "", "lead") == "drums" and voice_of(0, False, "", "lead") == "keys"


def test_in_a_share_of_the_files_a_cello_is_a_bass(tmp_path: Path) -> None:
    voices = set()
    for share in (0.0, 0.5, 1.0):
        basses = []
        for number in range(12):
            path = tmp_path / f"{number}.mid"
            write_song(path, scale(20), program=42)
            song = mido.MidiFile(path)
            song.tracks[0].insert(0, mido.MetaMessage("track_name", name="Violoncello"))
            song.save(path)
            notes, _ = read_notes(Source(path, "mine", traits=Traits(cello_bass=share)))
            basses.append(codec.VOICES[notes["voice"][0]] == "bass")
        voices.add((share, sum(basses) / 12))
    assert {(0.0, 0.0), (1.0, 1.0)} < voices and all(0 < found < 1 for share, found in voices if share == 0.5)


def test_a_time_signature_without_numbers_is_none_and_the_bars_go_on() -> None:
    beats = np.array([0.0, 3.0, 9.0])
    for broken in ((2.0, 0, 4), (2.0, 3, 0), (2.0, -3, 4)):
        place, length = bar_positions(beats, [broken])
        np.testing.assert_allclose(place, [0.0, 3.0, 1.0])
        np.testing.assert_allclose(length, 4.0)
    _, length = bar_positions(np.array([3.9999995, 4.5]), [(0.0, 3, 4), (4.0, 1, 1)])
    np.testing.assert_allclose(length, [4.0, 4.0])  # a hair before the line is on it


def test_of_two_signatures_at_one_place_the_last_holds() -> None:
    _, length = bar_positions(np.array([0.0, 1.0]), [(0.0, 3, 4), (0.0, 6, 8), (0.0, 2, 2)])
    np.testing.assert_allclose(length, 4.0)


def test_unisons_of_different_voices_and_neighbours_in_pitch_are_all_kept(tmp_path: Path) -> None:
    file = mido.MidiFile(ticks_per_beat=480)
    for channel, program, pitches in ((0, 0, (0, 127)), (1, 33, (0, 127))):
        track = file.add_track()
        track.append(mido.Message("program_change", program=program, channel=channel))
        for number in range(5):
            for pitch in pitches:
                track.append(mido.Message("note_on", note=pitch, velocity=50 + number, channel=channel, time=0))
            for i, pitch in enumerate(pitches):
                track.append(mido.Message("note_off", note=pitch, channel=channel, time=0 if i else 240))
    file.save(tmp_path / "a.mid")
    found, _ = read_notes(Source(tmp_path / "a.mid", "mine"))
    assert len(found) == 20
    assert found["onset_beats"].tolist() == sorted(found["onset_beats"].tolist())
    for place in range(0, 20, 4):
        assert [(int(note["voice"]), int(note["pitch"])) for note in found[place : place + 4]] == sorted(
            (codec.VOICES.index(voice), pitch) for voice in ("keys", "bass") for pitch in (0, 127)
        )


@pytest.mark.parametrize(
    ("share", "name", "voice"), [(1.0, "Cello", "bass"), (1.0, "Viola", "strings"), (0.0, "Cello", "strings")]
)
def test_only_cellos_are_taken_for_basses_and_only_where_that_is_said(
    tmp_path: Path, share: float, name: str, voice: str
) -> None:
    write_song(tmp_path / "a.mid", scale(24), program=42)
    file = mido.MidiFile(tmp_path / "a.mid")
    file.tracks[0].insert(0, mido.MetaMessage("track_name", name=name))
    file.save(tmp_path / "a.mid")
    found, _ = read_notes(Source(tmp_path / "a.mid", "mine", traits=Traits(cello_bass=share)))
    assert {codec.VOICES[number] for number in found["voice"]} == {voice}


@pytest.mark.parametrize(("different", "known"), [(7, False), (8, True)])
def test_a_file_of_fewer_than_eight_velocities_is_flat_unless_somebody_knows(
    tmp_path: Path, different: int, known: bool
) -> None:
    write_song(tmp_path / "a.mid", [(i * 240, 240, 60 + i % 12, 40 + i % different) for i in range(40)])
    found, _ = read_notes(Source(tmp_path / "a.mid", "mine"))
    assert bool(found["velocity"].any()) is known
    for said in (True, False):
        found, _ = read_notes(Source(tmp_path / "a.mid", "mine", expressive_velocity=said))
        assert bool(found["velocity"].any()) is said


def test_music_that_is_none_is_refused_when_it_is_read(tmp_path: Path) -> None:
    write_song(tmp_path / "a.mid", [(i * 240, 240, 60, 40 + i % 20) for i in range(200)])
    reading = read(Source(tmp_path / "a.mid", "mine"))
    assert (reading.reason, reading.notes, reading.count) == ("one note", b"", 0)
    write_song(tmp_path / "b.mid", [(960 + i * 240, 240, 60 + i % 5, 64) for i in range(20)])
    assert read(Source(tmp_path / "b.mid", "mine")).seconds == pytest.approx(5.0), "from its first note on"
