"""`antiphon generate` as it is typed."""

from __future__ import annotations

from pathlib import Path

import mido
import pytest
from click.testing import CliRunner, Result
from places import CASES

from bridge.cli import main
from bridge.engine.fake import FakeModel
from bridge.midi import files as midifile
from bridge.midi.files import FileNote, MidiPiece, NewTrack, TrackNote
from bridge.timing.timeline import Metre, Tempo, Timeline
from bridge.vocabulary.codec import VOICES

KEYS, BASS = VOICES.index("keys"), VOICES.index("bass")


PIECE = MidiPiece(tuple(FileNote(i * 0.5, 0.5, 60 + i % 12, 80, KEYS) for i in range(32)), Timeline.steady())


@pytest.fixture
def piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("bridge.commands.model_loading.load_model", lambda name: FakeModel(name))
    tune = [TrackNote(note.onset, note.duration, note.pitch, note.velocity, 3) for note in PIECE.notes]
    timeline = Timeline((Tempo(0.0, 120.0), Tempo(8.0, 60.0)), (Metre(0.0, 7, 8),))
    midifile.write_new(tmp_path / "piece.mid", timeline, [NewTrack("Tune", tune, {3: 7})])
    return tmp_path / "piece.mid"


def generate(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["generate", *map(str, words)])


def test_the_command_takes_the_controls(piece: Path, tmp_path: Path) -> None:
    asked = ["--density", "4", "--energy", "20", "--register", "90", "--texture", "1"]
    done = generate(piece, "--no-picture", "--bars", "2", "-o", tmp_path / "out.mid", *asked)
    assert done.exit_code == 0, done.output
    written = [note for note in midifile.read(tmp_path / "out.mid").piece().notes if note.onset >= 16.0]
    assert written and all(80 <= note.pitch <= 100 and note.velocity < 40 for note in written)
    refused = generate(piece, "--density", "17")
    assert refused.exit_code == 2 and "density" in refused.output


@pytest.mark.parametrize("extra", [[], ["--add-voice", "bass"], ["--voice", "drums"]])
def test_the_piece_stays_as_it_was_and_tracks_are_added(piece: Path, tmp_path: Path, extra: list[str]) -> None:
    done = generate(piece, "--no-picture", "--bars", "2", "-o", tmp_path / "out.mid", *extra)
    assert done.exit_code == 0, done.output
    before, after = mido.MidiFile(piece), mido.MidiFile(tmp_path / "out.mid")
    assert len(after.tracks) == len(before.tracks) + 1
    for one, other in zip(before.tracks, after.tracks, strict=False):
        assert list(one) == list(other)
    voice = extra[1] if extra else "keys"
    assert after.tracks[-1].name == f"Antiphon {voice}"
    channels = {message.channel for message in after.tracks[-1] if message.type == "note_on"}
    assert channels == {{"keys": 2, "bass": 0, "drums": 9}[voice]}
    programs = [message.program for message in after.tracks[-1] if message.type == "program_change"]
    assert programs == ([33] if voice == "bass" else [])


def test_nothing_is_written_over_unless_asked_to(piece: Path, tmp_path: Path) -> None:
    source = piece.read_bytes()
    assert generate(piece, "--bars", "1", "--no-picture").exit_code == 0
    first = (tmp_path / "piece-continued.mid").read_bytes()
    for words in (["--no-picture"], ["-o", str(piece), "--no-picture"]):
        refused = generate(piece, "--bars", "1", *words)
        assert refused.exit_code == 1 and "is there already" in refused.output and "--force" in refused.output
    (tmp_path / "other.png").touch()
    assert generate(piece, "--bars", "1", "-o", tmp_path / "other.mid").exit_code == 1
    assert not (tmp_path / "other.mid").exists()
    assert (tmp_path / "piece-continued.mid").read_bytes() == first and piece.read_bytes() == source
    assert generate(piece, "--bars", "1", "--no-picture", "--force", "--seed", "5").exit_code == 0
    assert (tmp_path / "piece-continued.mid").read_bytes() != first


def test_where_it_writes_is_looked_at_before_any_work(
    piece: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.commands.model_loading.load_model", lambda name: pytest.fail("worked for nothing"))
    missing = generate(piece, "-o", tmp_path / "nowhere" / "out.mid")
    assert missing.exit_code == 1 and f"there is no folder {tmp_path / 'nowhere'}" in missing.output
    folder = generate(piece, "-o", tmp_path)
    assert folder.exit_code != 0 and "Traceback" not in folder.output


@pytest.mark.parametrize("option", ["--temperature", "--bars", "--share", "--density", "--top-p"])
@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
def test_what_is_no_number_is_refused(piece: Path, option: str, value: str) -> None:
    refused = generate(piece, option, value)
    assert refused.exit_code == 2 and option in refused.output


@pytest.mark.parametrize("case", sorted((CASES / "midi").glob("*.mid")), ids=lambda path: path.stem)
def test_every_case_is_continued_and_stays_as_it_was(case: Path, piece: Path, tmp_path: Path) -> None:
    done = generate(case, "--no-picture", "--bars", "1", "-o", tmp_path / "out.mid")
    assert done.exit_code == 0, done.output
    before, after = midifile.read(case), midifile.read(tmp_path / "out.mid")
    assert bool(before.mended) == (f"{case}: " in done.output)
    own = after.notes["track"] < len(before.names)
    assert (after.notes[own] == before.notes).all() and (~own).any()
    assert (after.tempos, after.metres, after.names[: len(before.names)]) == (
        before.tempos, before.metres, before.names,
    )  # fmt: skip
    assert after.mended == ()
