"""Continuing a piece and adding a voice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import mido
import numpy as np
import pytest
from click.testing import CliRunner, Result
from places import CASES

from bridge.cli import main
from bridge.engine.fake import FakeModel
from bridge.midi import files as midifile
from bridge.midi.files import FileNote, NewTrack, Piece, TrackNote
from bridge.sessions.generate import Taste, Writer
from bridge.timing.timeline import Metre, Tempo, Timeline
from bridge.vocabulary.codec import VOICES
from bridge.vocabulary.guide import CONTROL_NAMES, HUMAN, MACHINE, SILENT, guide_of

DENSITY = len(VOICES) + CONTROL_NAMES.index("density")
KEYS, BASS = VOICES.index("keys"), VOICES.index("bass")
PIECE = Piece(tuple(FileNote(i * 0.5, 0.5, 60 + i % 12, 80, KEYS) for i in range(32)), Timeline.steady())


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


def test_the_model_is_told_who_plays_and_in_which_manner() -> None:
    silent = dict.fromkeys(VOICES, SILENT)
    model = Listener()
    Writer(model, PIECE, 1, Taste(controls={"texture": 2.0, "density": 4.0})).continue_piece(
        2.0, [KEYS], silent_progress
    )
    guide = guide_of({**silent, "keys": MACHINE}, {"texture": 2.0, "energy": 80.0, "register": 65.0, "density": 4.0})
    assert (np.delete(model.guide, DENSITY) == np.delete(guide, DENSITY)).all() and model.guide[DENSITY]
    Writer(model, PIECE, 1, Taste()).add_voice(BASS, 0.5, silent_progress)
    assert (model.guide == guide_of({**silent, "keys": HUMAN, "bass": MACHINE})).all()


@pytest.mark.parametrize("each", [0.25, 0.5, 2.0])
def test_a_continuation_is_as_dense_as_the_piece(each: float) -> None:
    notes = tuple(FileNote(i * each, each, 60 + i % 12, 80, KEYS) for i in range(32))
    written = Writer(FakeModel(), Piece(notes, Timeline.steady()), 1, Taste()).continue_piece(
        32.0, [KEYS], silent_progress
    )
    assert len(written) == pytest.approx(32.0 / each, abs=2)


@pytest.mark.parametrize("length", [0.5, 2.0])
def test_a_continuation_has_the_piece_s_texture(length: float) -> None:
    notes = tuple(FileNote(i * 0.5, length, 60 + i * 5 % 12, 80, KEYS) for i in range(64))
    written = Writer(FakeModel(), Piece(notes, Timeline.steady()), 1, Taste()).continue_piece(
        32.0, [KEYS], silent_progress
    )
    sounding = [sum(o.onset <= n.onset < o.onset + o.duration for o in written) for n in written[16:]]
    assert length * 2 / 1.7 < np.mean(sounding) < length * 2 * 1.7


def test_an_added_voice_does_not_wait_for_ever() -> None:
    """A model that always thinks of the next note as far away is held to its share all the same."""

    class Hesitant(FakeModel):
        def sample(self, constraints, *arguments):  # type: ignore[no-untyped-def]
            far = np.arange(len(constraints.dt)) >= 96
            constraints = constraints.copy()
            if (constraints.dt & far).any():
                constraints.dt[~far] = False
            return super().sample(constraints, *arguments)

    onsets = [note.onset for note in writer(model=Hesitant).add_voice(BASS, 0.3, silent_progress)]
    assert onsets and max(np.diff([0.0, *onsets, 16.0])) <= 4.5 + 0.5


def test_in_free_time_no_bar_is_known_and_the_end_is_the_end() -> None:
    class Contexts(FakeModel):
        seen: ClassVar[list[np.ndarray]] = []

        def feed(self, events, contexts):  # type: ignore[no-untyped-def]
            self.seen.append(contexts)
            return super().feed(events, contexts)

    notes = tuple(FileNote(i * 0.731, 0.5, 60 + i % 12, 80, KEYS) for i in range(32))
    model = Contexts()
    written = Writer(model, Piece(notes, Timeline.without_beat()), 1, Taste()).continue_piece(
        8.0, [KEYS], silent_progress
    )
    assert not np.concatenate(model.seen)[:, 24:].any()
    assert written[0].onset >= notes[-1].onset + 0.5


def test_bars_follow_the_metre_the_piece_ends_with() -> None:
    timeline = Timeline((), (Metre(0.0, 4, 4), Metre(8.0, 7, 8)))
    notes = tuple(FileNote(float(i), 8.0, 60, 80, KEYS) for i in range(20))
    written = Writer(FakeModel(), Piece(notes, timeline), 1, Taste()).continue_piece(7.0, [KEYS], silent_progress)
    assert 22.0 <= written[0].onset < 24.0  # the fourth 7/8 ends on 22


def test_what_is_asked_for_is_heard() -> None:
    controls = {"register": 90.0, "energy": 20.0, "density": 8.0}
    notes = writer(taste=Taste(controls=controls)).continue_piece(8.0, [KEYS], silent_progress)
    assert all(80 <= note.pitch <= 100 and note.velocity < 40 for note in notes)
    assert len(notes) > 40


@pytest.mark.parametrize(("low", "high"), [(40, 47), (70, 70)])
def test_the_range_holds(low: int, high: int) -> None:
    notes = writer(taste=Taste(low=low, high=high)).continue_piece(8.0, [KEYS], silent_progress)
    assert notes and all(low <= note.pitch <= high for note in notes)


# --- the command -----------------------------------------------------------------------------------


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
