"""MIDI files in and out."""

from __future__ import annotations

from pathlib import Path

import mido
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.midi import files as midifile
from bridge.midi.files import BadMidiFile, FileNote
from bridge.vocabulary.codec import VOICES

KEYS, BASS, DRUMS, LEAD = (VOICES.index(name) for name in ("keys", "bass", "drums", "lead"))


def test_written_notes_are_read_back(tmp_path: Path) -> None:
    notes = [
        FileNote(0.0, 1.0, 60, 80, KEYS),
        FileNote(0.5, 0.25, 36, 90, BASS),
        FileNote(0.5, 0.25, 42, 100, DRUMS),
        FileNote(2.0, 2.0, 72, 64, LEAD),
    ]
    path = tmp_path / "song.mid"
    midifile.write(path, [("Piece", notes[:2]), ("Antiphon", notes[2:])], bpm=96.0, beats_per_bar=3.0)
    piece = midifile.read(path)
    assert sorted(piece.notes, key=lambda n: (n.onset, n.pitch)) == notes
    assert piece.bpm == pytest.approx(96.0, abs=0.01)
    assert piece.beats_per_bar == 3.0


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


def test_a_note_never_ended_ends_with_its_track(tmp_path: Path) -> None:
    file = mido.MidiFile(ticks_per_beat=100)
    track = file.add_track()
    track.append(mido.Message("note_on", note=60, velocity=70, time=0))
    track.append(mido.Message("note_on", note=60, velocity=71, time=100))
    track.append(mido.MetaMessage("end_of_track", time=300))
    file.save(tmp_path / "a.mid")
    assert [(n.onset, n.duration) for n in midifile.read(tmp_path / "a.mid").notes] == [(0.0, 1.0), (1.0, 3.0)]


@pytest.mark.parametrize("data", [b"", b"MThd", b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk\0\0\0\x20", b"RIFF" * 100])
def test_broken_files_are_named(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "broken.mid"
    path.write_bytes(data)
    with pytest.raises(BadMidiFile, match=r"broken\.mid"):
        midifile.read(path)


def test_a_file_without_notes_is_named(tmp_path: Path) -> None:
    mido.MidiFile().save(tmp_path / "empty.mid")
    with pytest.raises(BadMidiFile, match="no notes"):
        midifile.read(tmp_path / "empty.mid")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.booleans())
def test_no_bytes_raise_anything_else(tmp_path_factory: pytest.TempPathFactory, data: bytes, headed: bool) -> None:
    path = tmp_path_factory.getbasetemp() / "any.mid"
    head = b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk" + len(data).to_bytes(4, "big") if headed else b""
    path.write_bytes(head + data)
    try:
        assert midifile.read(path).notes
    except BadMidiFile as error:
        assert "any.mid" in str(error)
