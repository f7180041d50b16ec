"""Continuing a piece and adding a voice."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import numpy as np
import pytest

from bridge.engine.fake import FakeModel
from bridge.midi.files import FileNote, MidiPiece
from bridge.sessions.generate import Taste, Writer
from bridge.timing.timeline import Metre, Timeline
from bridge.vocabulary.codec import VOICES
from bridge.vocabulary.guide import CONTROL_NAMES, HUMAN, MACHINE, SILENT, guide_of

DENSITY = len(VOICES) + CONTROL_NAMES.index("density")
KEYS, BASS = VOICES.index("keys"), VOICES.index("bass")
PIECE = MidiPiece(tuple(FileNote(i * 0.5, 0.5, 60 + i % 12, 80, KEYS) for i in range(32)), Timeline.steady())


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
    written = Writer(FakeModel(), MidiPiece(notes, Timeline.steady()), 1, Taste()).continue_piece(
        32.0, [KEYS], silent_progress
    )
    assert len(written) == pytest.approx(32.0 / each, abs=2)


@pytest.mark.parametrize("length", [0.5, 2.0])
def test_a_continuation_has_the_piece_s_texture(length: float) -> None:
    notes = tuple(FileNote(i * 0.5, length, 60 + i * 5 % 12, 80, KEYS) for i in range(64))
    written = Writer(FakeModel(), MidiPiece(notes, Timeline.steady()), 1, Taste()).continue_piece(
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
    written = Writer(model, MidiPiece(notes, Timeline.without_beat()), 1, Taste()).continue_piece(
        8.0, [KEYS], silent_progress
    )
    assert not np.concatenate(model.seen)[:, 24:].any()
    assert written[0].onset >= notes[-1].onset + 0.5


def test_bars_follow_the_metre_the_piece_ends_with() -> None:
    timeline = Timeline((), (Metre(0.0, 4, 4), Metre(8.0, 7, 8)))
    notes = tuple(FileNote(float(i), 8.0, 60, 80, KEYS) for i in range(20))
    written = Writer(FakeModel(), MidiPiece(notes, timeline), 1, Taste()).continue_piece(7.0, [KEYS], silent_progress)
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
