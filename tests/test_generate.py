"""Continuing a piece and adding a voice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bridge.codec import VOICES
from bridge.engine.fake import FakeModel
from bridge.generate import Taste, Writer
from bridge.midifile import FileNote, Piece

KEYS, BASS = VOICES.index("keys"), VOICES.index("bass")
PIECE = Piece(tuple(FileNote(i * 0.5, 0.5, 60 + i % 12, 80, KEYS) for i in range(32)), 120.0, 4.0)


def silent(done: float) -> None:
    assert 0.0 <= done <= 1.0


def writer(seed: int = 1, taste: Taste = Taste(), model: Callable[[], FakeModel] = FakeModel) -> Writer:  # noqa: B008
    return Writer(model(), PIECE, seed, taste)


def test_a_continuation_follows_the_piece_in_its_voices() -> None:
    notes = writer().continue_piece(8.0, [KEYS], silent)
    assert len(notes) > 8
    assert all(16.0 <= note.onset <= 24.0 and note.voice == KEYS for note in notes)
    assert [note.onset for note in notes] == sorted(note.onset for note in notes)


def test_the_same_seed_writes_the_same() -> None:
    one, two, other = (writer(seed).continue_piece(8.0, [KEYS], silent) for seed in (1, 1, 2))
    assert one == two != other


def test_an_added_voice_lies_under_the_piece() -> None:
    notes = writer().add_voice(BASS, 0.5, silent)
    assert len(notes) >= len(PIECE.notes) * 0.4
    assert {note.voice for note in notes} == {BASS}
    assert all(0.0 <= note.onset < 16.0 for note in notes)


@pytest.mark.parametrize(("low", "high"), [(40, 47), (70, 70)])
def test_the_range_holds(low: int, high: int) -> None:
    notes = writer(taste=Taste(low=low, high=high)).continue_piece(8.0, [KEYS], silent)
    assert notes and all(low <= note.pitch <= high for note in notes)
