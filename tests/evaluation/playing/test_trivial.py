"""Players that know next to nothing."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from evaluation_music import DRUMS, line, prepared

from bridge.data.corpus import Corpus
from bridge.data.notes import NOTE, Piece
from bridge.data.shards import ShardWriter, write_index
from bridge.evaluation.playing import trivial
from bridge.evaluation.playing.excerpts import TWO_HANDS, Excerpt, phrases

SCALE = (60, 62, 64, 65, 67, 69, 71, 72, 67, 64, 60)


@pytest.fixture(scope="module")
def excerpt(tmp_path_factory: pytest.TempPathFactory) -> Excerpt:
    rows = [row for part in range(4) for row in line(SCALE, start=8.0 * part)]
    folder: Path = tmp_path_factory.mktemp("data")
    return phrases(Corpus(prepared(folder, {"pop909": [("valid", rows)]})), TWO_HANDS, "valid", 1)[0]


def test_each_answers_after_the_phrase(excerpt: Excerpt) -> None:
    for player in trivial.ANSWERERS.values():
        played = player(excerpt, np.random.default_rng(0))
        assert played.onset[0] >= excerpt.end - 1.0 and len(played.onset) >= 8
        assert (np.diff(played.onset) >= 0).all() and (played.offset > played.onset).all()


def test_random_tones_keep_key_and_rhythm(excerpt: Excerpt) -> None:
    played = trivial.random_in_key(excerpt, np.random.default_rng(0))
    assert set((played.pitch % 12).tolist()) <= {0, 2, 4, 5, 7, 9, 11}
    np.testing.assert_allclose(np.diff(played.onset), np.diff(excerpt.phrase.onset))


def test_the_phrase_again_keeps_its_place_in_the_bar(excerpt: Excerpt) -> None:
    again = trivial.phrase_again(excerpt, np.random.default_rng(0))
    assert again.pitch.tolist() == excerpt.phrase.pitch.tolist()
    assert (again.onset[0] - excerpt.phrase.onset[0]) % 4.0 == 0.0


def test_a_continuator_plays_what_followed_in_the_phrase(excerpt: Excerpt) -> None:
    played = trivial.continuator(excerpt, np.random.default_rng(0)).pitch.tolist()
    own = excerpt.phrase.pitch.tolist()
    known = set(itertools.pairwise(own))
    assert sum(pair in known for pair in itertools.pairwise(played)) >= len(played) - 3


def test_the_usual_groove_is_the_bar_of_most_pieces(tmp_path: Path) -> None:
    usual, rare = ((0.0, 36), (1.0, 38), (2.0, 36), (3.0, 38)), ((0.0, 36), (2.5, 38))
    shards, pieces = [], []
    with ShardWriter(tmp_path, "mine") as writer:
        for number, (bar, bars) in enumerate(((usual, 2), (usual, 1), (rare, 40))):
            notes = np.zeros(len(bar) * bars, NOTE)
            notes["onset_beats"] = [4 * i + beat for i in range(bars) for beat, _ in bar]
            notes["pitch"] = [key for _ in range(bars) for _, key in bar]
            notes["bar_beat"], notes["beats_per_bar"], notes["voice"] = notes["onset_beats"] % 4, 4.0, DRUMS
            shard, start, stop = writer.add(notes.tobytes())
            pieces.append(Piece(f"mine{number}", "mine", "train", "CC0", start, stop, True, shard))
    shards += writer.shards
    write_index(tmp_path / "index.json", shards, pieces)
    assert trivial.usual_groove(Corpus(tmp_path)) == ((0, 36), (4, 38), (8, 36), (12, 38))
