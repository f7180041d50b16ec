"""Phrases cut where people breathe, and excerpts with the other voices."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from evaluation_music import line, prepared

from bridge.data.corpus import Corpus
from bridge.evaluation.playing import excerpts
from bridge.evaluation.playing.excerpts import MOST, TWO_HANDS, Style, moved, phrases


def breathing(count: int, phrase: int = 10) -> list[tuple[float, float, int]]:
    """Phrases of so many eighth notes, each followed by a rest of three beats."""
    rows: list[tuple[float, float, int]] = []
    for part in range(count):
        rows += line([60 + (i * 2) % 11 for i in range(phrase)], start=8.0 * part)
    return rows


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    folder: Path = tmp_path_factory.mktemp("data")
    music = {"pop909": [("valid", breathing(6)), ("valid", breathing(4))], "mine": [("train", breathing(4))]}
    return Corpus(prepared(folder, music))


def test_a_phrase_ends_before_a_rest_and_the_next_is_as_long(corpus: Corpus) -> None:
    found = phrases(corpus, TWO_HANDS, "valid", 6, seed=1)
    assert len(found) == 6 and {excerpt.piece.name for excerpt in found} == {"pop9090", "pop9091"}
    for excerpt in found:
        assert len(excerpt.phrase.onset) in range(10, MOST + 1, 10) and excerpt.ends
        assert len(excerpt.human.onset) == len(excerpt.phrase.onset)
        assert excerpt.human.onset[0] - excerpt.end == pytest.approx(3.0)


def test_time_begins_with_the_bar_of_the_first_note(corpus: Corpus) -> None:
    for excerpt in phrases(corpus, TWO_HANDS, "valid", 3):
        assert excerpt.bars is not None and excerpt.bars.length == 4.0
        assert 0.0 <= excerpt.phrase.onset[0] < 4.0
        assert excerpt.timeline.tempo_at(0.0) == pytest.approx(120.0)


def test_the_same_seed_gives_the_same_phrases(corpus: Corpus) -> None:
    first, again = (phrases(corpus, TWO_HANDS, "valid", 4, seed=5) for _ in range(2))
    for one, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(one.phrase.pitch, other.phrase.pitch)


def test_music_of_no_known_source_counts_too(corpus: Corpus) -> None:
    assert phrases(corpus, TWO_HANDS, "train", 2)


def test_pieces_without_the_voice_give_none(corpus: Corpus) -> None:
    assert phrases(corpus, Style("bass line", ("bass",), one_line=True), "valid", 4) == []


def test_only_the_pieces_wanted(corpus: Corpus) -> None:
    found = phrases(corpus, TWO_HANDS, "valid", 4, among=lambda piece: piece.name == "pop9091")
    assert {excerpt.piece.name for excerpt in found} == {"pop9091"}


def test_loudness_of_two_steps_is_a_notation(corpus: Corpus) -> None:
    found = phrases(corpus, TWO_HANDS, "valid", 1)[0]
    assert not found.loud and not found.timed and found.channel == 1


def test_excerpts_hold_what_the_piece_plays(corpus: Corpus) -> None:
    found = excerpts.excerpts(corpus, Style("hands", ("keys",)), "valid", 2)
    assert found and all(set(one.voices) == {"keys"} and not one.others for one in found)


def test_moved_notes_keep_their_lengths(corpus: Corpus) -> None:
    notes = phrases(corpus, TWO_HANDS, "valid", 1)[0].phrase
    later = moved(notes, 2.5)
    np.testing.assert_allclose(later.offset - later.onset, notes.offset - notes.onset)
    assert later.onset[0] == notes.onset[0] + 2.5
