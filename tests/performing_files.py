"""`antiphon perform` as it is typed, with a stand-in for the model, and a tune to play to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bridge.cli import main
from bridge.engine.fake import FakeModel
from bridge.live.model_swap import LoadedModel
from bridge.midi import files as midifile
from bridge.midi.files import MidiFile, NewTrack, TrackNote
from bridge.timing.timeline import Metre, Tempo, Timeline

TIMELINE = Timeline((Tempo(0.0, 100.0), Tempo(8.0, 80.0)), (Metre(0.0, 3, 4), Metre(6.0, 6, 8)))


def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.engine.folders.find_model", lambda name: Path(name))
    monkeypatch.setattr(
        "bridge.commands.model_loading.load_folder", lambda folder, provider: LoadedModel(FakeModel("dry"), "")
    )


def write_tune(path: Path) -> Path:
    """A tune that begins in its third beat, its bass on a track of its own, tempo and metre changing under it."""
    melody = [TrackNote(2 + i * 0.5, 0.4, pitch, 80, 3) for i, pitch in enumerate((60, 62, 64, 65, 67, 64, 60, 59))]
    bass = [TrackNote(2 + i * 2.0, 1.8, pitch, 70, 4) for i, pitch in enumerate((36, 43))]
    tracks = [NewTrack("Melody", melody, {3: 7}), NewTrack("Bass", bass, {4: 33})]
    midifile.write_new(path, TIMELINE, tracks)
    return path


def perform(*words: object) -> Result:
    return CliRunner().invoke(main, ["perform", *map(str, words)])


def performed(source: Path, output: Path, *words: object) -> MidiFile:
    done = perform(source, "-o", output, *words)
    assert done.exit_code == 0, done.output
    return midifile.read(output)


def notes_of(file: MidiFile, *tracks: str) -> list[tuple[int, ...]]:
    numbers = [number for number, name in enumerate(file.names) if name in tracks]
    rows = file.notes[["onset", "offset", "channel", "pitch", "velocity", "program", "track"]].tolist()
    return sorted(row[:-1] for row in rows if row[-1] in numbers)
