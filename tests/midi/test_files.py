"""MIDI files in and out."""

from __future__ import annotations

import io
from pathlib import Path

import mido
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import CASES
from songs import Message, meta, off, on, program, song, with_header, write_song

from bridge.midi import files as midifile
from bridge.midi.files import BadMidiFile, MidiFile, NewTrack, TrackNote, decode
from bridge.midi.smf import Refused
from bridge.timing.timeline import Metre, Tempo, Timeline
from bridge.vocabulary.codec import VOICES


def tempo(tick: int, bpm: float) -> Message:
    return meta(tick, 0x51, *round(60e6 / bpm).to_bytes(3, "big"))


def spans(file: MidiFile) -> list[tuple[int, int]]:
    return list(zip(file.notes["onset"].tolist(), file.notes["offset"].tolist(), strict=True))


def kinds(file: MidiFile) -> list[str]:
    return [mend.kind for mend in file.mended]


def again(file: MidiFile, folder: Path) -> MidiFile:
    midifile.write(folder / "again.mid", file)
    return midifile.read(folder / "again.mid")


# --- the cases -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "notes", "tempos", "metres", "mended"),
    [
        ("01-bad-key", 64, [(0, 120)], "4/4", ["bad key signature"]),
        ("03-tempo-change", 64, [(0, 120), (16, 60)], "4/4", []),
        ("03c-tempo-zero", 64, [(0, 120)], "4/4", ["bad tempo"]),
        ("03d-tempos-two-tracks", 64, [(0, 100), (16, 60)], "4/4", []),
        ("04-six-eight", 64, [(0, 120)], "6/8", []),
        ("04d-meter-zero", 64, [(0, 120)], "4/4", ["bad metre"]),
        ("05b-two-tracks-one-channel", 64, [(0, 120)], "4/4", []),
        ("07h-port-empty", 64, [(0, 120)], "4/4", ["bad port", "bad channel prefix"]),
        ("08-unterminated", 65, [(0, 120)], "4/4", ["unterminated notes"]),
        ("08d-on-before-off-same-tick", 64, [(0, 120)], "4/4", []),
        ("09f-header-8", 64, [(0, 120)], "4/4", ["header length"]),
        ("09i-truncated", 57, [(0, 120)], "4/4", ["truncated", "unterminated notes"]),
        ("12-track-length-3-more", 64, [(0, 120)], "4/4", ["track length"]),
    ],
)
def test_a_case_and_what_is_right_for_it(
    name: str, notes: int, tempos: list[tuple[float, float]], metres: str, mended: list[str], tmp_path: Path
) -> None:
    file = midifile.read(CASES / "midi" / f"{name}.mid")
    assert len(file.notes) == notes and kinds(file) == mended
    assert file.timeline.tempos == tuple(Tempo(beat, pytest.approx(bpm, abs=1e-4)) for beat, bpm in tempos)
    assert [str(metre) for metre in file.timeline.metres] == [metres]
    written = again(file, tmp_path)
    assert (written.notes == file.notes).all() and written.mended == ()
    assert (written.tempos, written.metres, written.names) == (file.tempos, file.metres, file.names)


def test_24_seconds_stay_24_seconds() -> None:
    file = midifile.read(CASES / "midi" / "03-tempo-change.mid")
    assert file.timeline.seconds_at(file.end_tick / file.ticks_per_beat) == pytest.approx(24.0, abs=0.05)


def test_eighths_struck_before_the_old_note_ends_are_eighths() -> None:
    file = midifile.read(CASES / "midi" / "08d-on-before-off-same-tick.mid")
    assert spans(file) == [(tick, tick + 240) for tick in range(0, 64 * 240, 240)]


def test_bass_and_bass() -> None:
    piece = midifile.read(CASES / "midi" / "05b-two-tracks-one-channel.mid").piece()
    assert {VOICES[note.voice] for note in piece.notes} == {"bass"}


# --- notes -----------------------------------------------------------------------------------------


def test_data_bytes_above_127_are_mended() -> None:
    data = song([on(0), off(10), on(20), off(30)]).replace(b"\x3c\x50", b"\x3c\xd0", 1)
    file = decode(data)
    assert kinds(file) == ["bad data bytes"] and file.notes["velocity"].tolist() == [127, 80]


def test_what_is_damaged_throughout_is_refused() -> None:
    messages = [message for tick in range(0, 800, 20) for message in (on(tick), off(tick + 10))]
    with pytest.raises(Refused, match="40 of 80 messages of a track have data above 127"):
        decode(song(messages).replace(b"\x3c\x50", b"\x3c\xd0"))


def test_names_in_any_encoding() -> None:
    data = song([meta(0, 3, *b"Fl\xf6te")], [meta(0, 3, *"Flöte".encode())], [on(0), off(1)])
    assert decode(data).names == ("Flöte", "Flöte", "")


@pytest.mark.parametrize(
    ("program", "drum", "name", "voice"),
    [
        (0, False, "", "keys"),
        (0, True, "", "drums"),
        (33, False, "Melody", "bass"),
        (0, False, "Melody", "lead"),
        (48, False, "Violins", "strings"),
        (52, False, "Sopran", "lead"),
        (127, False, "", "other"),
    ],
)
def test_voices(program: int, drum: bool, name: str, voice: str) -> None:
    assert midifile.voice_of(program, drum, name) == voice


# --- tempo and metre -------------------------------------------------------------------------------


def test_of_several_changes_at_one_tick_the_last_counts() -> None:
    head = [tempo(0, 90), tempo(0, 100), tempo(200, 60), meta(0, 0x58, 3, 2, 24, 8), meta(0, 0x58, 7, 3, 24, 8)]
    timeline = decode(song(head, [on(0), off(10), tempo(200, 50)])).timeline
    assert [(beat, round(bpm)) for beat, bpm in timeline.tempos] == [(0, 100), (2, 50)]
    assert [str(metre) for metre in timeline.metres] == ["7/8"]


def test_a_file_that_counts_time_has_neither(tmp_path: Path) -> None:
    write_song(tmp_path / "a.mid", [(0, 500, 60, 80), (1000, 500, 62, 80)], bpm=60.0)
    data = with_header((tmp_path / "a.mid").read_bytes(), division=0xE728)  # 25 frames of 40 ticks
    file = decode(data)
    assert file.timeline.free and [note.onset for note in file.piece().notes] == [0.0, 2.0]


# --- writing ---------------------------------------------------------------------------------------


def test_a_file_is_left_as_it_was_and_tracks_are_added(tmp_path: Path) -> None:
    lyrics = [meta(0, 3, *b"Voice"), program(0, 52), on(0), meta(0, 5, *b"la"), (30, b"\xb0\x40\x7f"), off(90)]
    head = [tempo(0, 90), tempo(150, 45), meta(0, 0x58, 6, 3, 36, 8), meta(0, 0x59, 2, 1), meta(500, 6, *b"B")]
    data = song(head, lyrics)
    added = NewTrack("Antiphon", [TrackNote(1.5, 0.5, 40, 70, 2), TrackNote(2.0, 1.0, 40, 71, 2)], {2: 33})
    midifile.write(tmp_path / "a.mid", decode(data), [added])
    before, after = mido.MidiFile(file=io.BytesIO(data)), mido.MidiFile(tmp_path / "a.mid")
    assert after.ticks_per_beat == before.ticks_per_beat
    for one, other in zip(before.tracks, after.tracks, strict=False):
        assert [message.bytes() for message in one] == [message.bytes() for message in other]
        assert [message.time for message in one] == [message.time for message in other]
    file = midifile.read(tmp_path / "a.mid")
    assert file.names == ("", "Voice", "Antiphon")
    assert file.notes[["onset", "offset", "channel", "program"]].tolist() == [
        (0, 90, 1, 52), (150, 200, 2, 33), (200, 300, 2, 33),
    ]  # fmt: skip


def test_other_chunks_are_kept(tmp_path: Path) -> None:
    file = decode(song([on(0), off(10)]) + b"XFKM\0\0\0\2ab")
    assert again(file, tmp_path).song.others == ((b"XFKM", b"ab"),)


def test_a_new_file_has_its_timeline(tmp_path: Path) -> None:
    timeline = Timeline((Tempo(0.0, 96.0), Tempo(3.5, 72.0)), (Metre(0.0, 7, 8), Metre(3.5, 2, 2)))
    midifile.write_new(tmp_path / "a.mid", timeline, [NewTrack("One", [TrackNote(0.0, 1.0, 60, 80, 1)], {})])
    file = midifile.read(tmp_path / "a.mid")
    assert file.timeline.metres == timeline.metres
    assert [(beat, round(bpm, 3)) for beat, bpm in file.timeline.tempos] == [(0.0, 96.0), (3.5, 72.0)]
    assert file.names == ("Tempo", "One")


@st.composite
def files(draw: st.DrawFn) -> bytes:
    tracks = []
    for _ in range(draw(st.integers(1, 3))):
        notes: list[Message] = []
        for _ in range(draw(st.integers(1, 12))):
            tick, pitch, channel = draw(st.integers(0, 40)), draw(st.integers(59, 61)), draw(st.integers(1, 2))
            notes.append(on(tick, pitch, draw(st.integers(1, 127)), channel))
            if draw(st.integers(0, 5)):
                notes.append(off(tick + draw(st.integers(0, 20)), pitch, channel))
        notes += [program(draw(st.integers(0, 60)), draw(st.integers(0, 127)), draw(st.integers(1, 2)))]
        notes += [tempo(draw(st.integers(0, 60)), draw(st.integers(20, 300))) for _ in range(draw(st.integers(0, 2)))]
        tracks.append(draw(st.permutations(notes)))
    return song(*tracks)


@settings(max_examples=200, deadline=None)
@given(files())
def test_what_is_written_is_what_was_read(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.getbasetemp()
    file = decode(data)
    written = again(file, folder)
    assert sorted(written.notes.tolist()) == sorted(file.notes.tolist())
    assert (written.tempos, written.metres, written.mended) == (file.tempos, file.metres, ())
    assert all(onset < offset for onset, offset in spans(file))


# --- refusals --------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"", b"MThd", b"RIFF" * 100])
def test_broken_files_are_named(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "broken.mid"
    path.write_bytes(data)
    with pytest.raises(BadMidiFile, match=r"broken\.mid"):
        midifile.read(path)


def test_a_file_without_notes_is_named(tmp_path: Path) -> None:
    mido.MidiFile().save(tmp_path / "empty.mid")
    with pytest.raises(BadMidiFile, match=r"no notes|no track"):
        midifile.read(tmp_path / "empty.mid")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.booleans())
def test_no_bytes_raise_anything_else(tmp_path_factory: pytest.TempPathFactory, data: bytes, headed: bool) -> None:
    path = tmp_path_factory.getbasetemp() / "any.mid"
    head = b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk" + len(data).to_bytes(4, "big") if headed else b""
    path.write_bytes(head + data)
    try:
        assert midifile.read(path).piece().notes
    except BadMidiFile as error:
        assert "any.mid" in str(error)


def test_what_cannot_be_written_leaves_no_file(tmp_path: Path) -> None:
    file = decode(song([on(0), off(10)]))
    with pytest.raises(OSError):
        midifile.write(tmp_path / "no folder" / "a.mid", file)
    (tmp_path / "taken.mid").mkdir()
    with pytest.raises(OSError):
        midifile.write(tmp_path / "taken.mid", file)
    assert [path.name for path in tmp_path.iterdir()] == ["taken.mid"]
