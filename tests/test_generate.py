"""Continuing a piece and adding a voice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from bridge.cli import main
from bridge.engine.fake import FakeModel
from bridge.midi import files as midifile
from bridge.midi.files import FileNote, Piece
from bridge.sessions.generate import Taste, Writer
from bridge.vocabulary.codec import VOICES
from bridge.vocabulary.guide import HUMAN, MACHINE, SILENT, guide_of

KEYS, BASS = VOICES.index("keys"), VOICES.index("bass")
PIECE = Piece(tuple(FileNote(i * 0.5, 0.5, 60 + i % 12, 80, KEYS) for i in range(32)), 120.0, 4.0)


def silent_progress(done: float) -> None:
    assert 0.0 <= done <= 1.0


def writer(seed: int = 1, taste: Taste = Taste(), model: Callable[[], FakeModel] = FakeModel) -> Writer:  # noqa: B008
    return Writer(model(), PIECE, seed, taste)


def test_a_continuation_follows_the_piece_in_its_voices() -> None:
    notes = writer().continue_piece(8.0, [KEYS], silent_progress)
    assert len(notes) > 8
    assert all(16.0 <= note.onset <= 24.0 and note.voice == KEYS for note in notes)
    assert [note.onset for note in notes] == sorted(note.onset for note in notes)


def test_the_same_seed_writes_the_same() -> None:
    one, two, other = (writer(seed).continue_piece(8.0, [KEYS], silent_progress) for seed in (1, 1, 2))
    assert one == two != other


def test_an_added_voice_lies_under_the_piece() -> None:
    notes = writer().add_voice(BASS, 0.5, silent_progress)
    assert len(notes) >= len(PIECE.notes) * 0.4
    assert {note.voice for note in notes} == {BASS}
    assert all(0.0 <= note.onset < 16.0 for note in notes)


class Listener(FakeModel):
    """Keeps the guide of the last draw."""

    guide: np.ndarray

    def sample(self, *arguments):  # type: ignore[no-untyped-def]
        self.guide = arguments[4]
        return super().sample(*arguments)


def test_the_model_is_told_who_plays() -> None:
    silent = dict.fromkeys(VOICES, SILENT)
    model = Listener()
    Writer(model, PIECE, 1, Taste(controls={"texture": 2.0})).continue_piece(2.0, [KEYS], silent_progress)
    assert (model.guide == guide_of({**silent, "keys": MACHINE}, {"texture": 2.0})).all()
    Writer(model, PIECE, 1, Taste()).add_voice(BASS, 0.5, silent_progress)
    assert (model.guide == guide_of({**silent, "keys": HUMAN, "bass": MACHINE})).all()


def test_what_is_asked_for_is_heard() -> None:
    controls = {"register": 90.0, "energy": 20.0, "density": 8.0}
    notes = writer(taste=Taste(controls=controls)).continue_piece(8.0, [KEYS], silent_progress)
    assert all(80 <= note.pitch <= 100 and note.velocity < 40 for note in notes)
    assert len(notes) > 40


def test_the_command_takes_the_controls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.commands.models.load_model", lambda name: FakeModel(name))
    midifile.write(tmp_path / "piece.mid", [("Piece", PIECE.notes)], PIECE.bpm, PIECE.beats_per_bar)
    options = ["--no-picture", "--bars", "2", "-o", str(tmp_path / "out.mid")]
    asked = ["--density", "4", "--energy", "20", "--register", "90", "--texture", "1"]
    done = CliRunner().invoke(main, ["generate", str(tmp_path / "piece.mid"), *options, *asked])
    assert done.exit_code == 0, done.output
    written = [note for note in midifile.read(tmp_path / "out.mid").notes if note.onset >= 16.0]
    assert written and all(80 <= note.pitch <= 100 and note.velocity < 40 for note in written)
    refused = CliRunner().invoke(main, ["generate", str(tmp_path / "piece.mid"), "--density", "17"])
    assert refused.exit_code == 2 and "density" in refused.output


@pytest.mark.parametrize(("low", "high"), [(40, 47), (70, 70)])
def test_the_range_holds(low: int, high: int) -> None:
    notes = writer(taste=Taste(low=low, high=high)).continue_piece(8.0, [KEYS], silent_progress)
    assert notes and all(low <= note.pitch <= high for note in notes)
