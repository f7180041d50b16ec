"""A MIDI file as sound."""

from __future__ import annotations

import shutil
import wave
from pathlib import Path

import numpy as np
import pytest
from required import missing

from bridge.midi import sound
from bridge.midi.files import NewTrack, TrackNote, write_new
from bridge.timing.timeline import Timeline


@pytest.fixture
def tune(tmp_path: Path) -> Path:
    path = tmp_path / "tune.mid"
    notes = [TrackNote(place * 0.5, 0.4, pitch, 90, 1) for place, pitch in enumerate((60, 64, 67))]
    write_new(path, Timeline.steady(120.0), [NewTrack("keys", notes, {1: 0})])
    return path


@pytest.fixture
def a_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Something called fluidsynth that fails."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "fluidsynth"
    program.write_text("#!/bin/sh\necho 'no such tune' >&2\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/bin:/usr/bin")
    monkeypatch.delenv(sound.SOUNDFONT_VARIABLE, raising=False)
    return program


def test_without_a_synth_it_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(sound.NoSound, match="apt-get install fluidsynth"):
        sound.find_synth()


def test_soundfonts_are_named_found_or_asked_for(
    a_program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sound, "PLACES", (tmp_path / "none.sf2", tmp_path / "fonts"))
    with pytest.raises(sound.NoSound, match="--soundfont"):
        sound.find_synth()
    (tmp_path / "fonts").mkdir()
    for name in ("readme.txt", "b.sf2", "a.SF3"):
        (tmp_path / "fonts" / name).write_text("")
    assert sound.find_synth().soundfont.name == "a.SF3"
    assert sound.find_synth(tmp_path / "fonts" / "b.sf2") == sound.Synth(str(a_program), tmp_path / "fonts" / "b.sf2")
    with pytest.raises(sound.NoSound, match=r"no soundfont .*c\.sf2"):
        sound.find_synth(tmp_path / "c.sf2")
    monkeypatch.setenv(sound.SOUNDFONT_VARIABLE, str(tmp_path / "fonts" / "b.sf2"))
    assert sound.find_synth().soundfont.name == "b.sf2"


def test_a_synth_that_fails_is_quoted(a_program: Path, tune: Path, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="no such tune"):
        sound.Synth(str(a_program), tune).render(tune, tmp_path / "tune.wav")


def test_half_a_rendering_is_none(a_program: Path, tune: Path, tmp_path: Path) -> None:
    """On a full disk FluidSynth says so, and ends as if all were well."""
    full = "fluidsynth: error: Audio file write error: System error : No space left on device."
    a_program.write_text(f"#!/bin/sh\nwhile [ $1 != -F ]; do shift; done\necho RIFF > $2\necho '{full}' >&2\n")
    wav = tmp_path / "tune.wav"
    wav.write_text("before")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(OSError, match=r"tune\.wav was not written: .*No space left on device"):
        sound.Synth(str(a_program), tune).render(tune, wav)
    assert wav.read_text() == "before" and sorted(tmp_path.iterdir()) == before


@pytest.mark.live
def test_a_tune_sounds(tune: Path, tmp_path: Path) -> None:
    if shutil.which("fluidsynth") is None:
        missing("there is no fluidsynth: apt-get install fluidsynth timgm6mb-soundfont")
    sound.find_synth().render(tune, tmp_path / "tune.wav")
    with wave.open(str(tmp_path / "tune.wav")) as file:
        assert (file.getframerate(), file.getnchannels()) == (sound.RATE, 2)
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16)
    assert np.abs(samples).max() > 500 and len(samples) > 2 * sound.RATE
