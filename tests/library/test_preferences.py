"""Likes and skips."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from library_songs import WIDTH, Ear, make_library, update

from bridge.library.preferences import LIKE, SKIP, USED, Preferences, readable
from bridge.library.recommend import recommend
from bridge.library.store import Index, IndexedPhrase


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return make_library(tmp_path)


def test_taste_moves_what_is_alike(library: Path, tmp_path: Path) -> None:
    update(library)
    index = Index(library / ".antiphon", Ear.identity, WIDTH)
    entries = {entry.path: entry for entry in index.entries(list(range(len(index))))}
    taste = Preferences(tmp_path / "taste.json", Ear.identity, WIDTH)
    heard = entries["c.mid"].phrase
    vector = np.array(index.vectors[entries["c.mid"].row])
    assert recommend(index, vector, heard, 1, taste)[0].entry.path == "c.mid"
    for _ in range(8):
        taste.say(index.vectors[entries["g.mid"].row], entries["g.mid"].phrase, LIKE)
        taste.say(index.vectors[entries["c.mid"].row], entries["c.mid"].phrase, SKIP)
    again = Preferences(tmp_path / "taste.json", Ear.identity, WIDTH)
    first = recommend(index, vector, heard, 1, again)[0]
    assert first.entry.path == "g.mid" and first.reason.endswith("liked")
    assert "fast" in again.in_words()
    other = Preferences(tmp_path / "taste.json", "another ear", WIDTH)
    assert len(other) == 16 and "fast" in other.in_words()
    again.forget()
    assert not (tmp_path / "taste.json").exists() and len(again) == 0
    assert recommend(index, vector, heard, 1, again)[0].entry.path == "c.mid"
    (tmp_path / "taste.json").write_text("[]")
    with pytest.raises(ValueError, match="holds no likes"):
        Preferences(tmp_path / "taste.json", Ear.identity, WIDTH)


def test_one_like_moves_little_and_many_move_much(library: Path, tmp_path: Path) -> None:
    update(library)
    index = Index(library / ".antiphon", Ear.identity, WIDTH)
    entry = index.entries([0])[0]
    taste = Preferences(tmp_path / "taste.json", Ear.identity, WIDTH)
    moved = []
    for _ in range(12):
        taste.say(index.vectors[:1][0], entry.phrase, LIKE)
        moved.append(float(taste.taste(index.vectors[:1], [entry.phrase])[0]))
    assert moved == sorted(moved) and 0 < moved[0] < 0.25 and moved[-1] > 4 * moved[0]


PHRASE = IndexedPhrase(1.0, 4.0, 0.0, 8.0, 0, False, 110.0, 2.0, 60.0, 16)


def test_what_can_be_read_of_an_ordinary_phrase_is_nothing_special() -> None:
    assert readable(PHRASE) == (0.0, 0.0, 0.0, -0.5, 0.0)
    nothing_known = IndexedPhrase(0.0, 0.0, 0.0, 8.0, -1, False, 0.0, 2.0, 0.0, 16)
    assert readable(nothing_known) == (0.0,) * 5, "drums have neither height nor mode, free time no tempo"


@pytest.mark.parametrize(
    ("place", "less", "more"),
    [
        (0, PHRASE._replace(density=0.5), PHRASE._replace(density=6.0)),
        (1, PHRASE._replace(height=40.0), PHRASE._replace(height=75.0)),
        (2, PHRASE._replace(bpm=70.0), PHRASE._replace(bpm=160.0)),
        (3, PHRASE, PHRASE._replace(minor=True)),
        (4, PHRASE._replace(end_beat=2.0), PHRASE._replace(end_beat=30.0)),
    ],
)
def test_each_thing_that_can_be_read_goes_one_way_and_stays_in_bounds(
    place: int, less: IndexedPhrase, more: IndexedPhrase
) -> None:
    low, high = readable(less), readable(more)
    assert low[place] < 0 < high[place] and max(map(abs, (*low, *high))) <= 1.0
    assert [a for i, a in enumerate(low) if i != place] == [b for i, b in enumerate(high) if i != place]


@pytest.mark.parametrize("phrase", [PHRASE._replace(density=0.0), PHRASE._replace(end_beat=0.0)])
def test_a_phrase_of_no_length_or_no_notes_can_be_read_all_the_same(phrase: IndexedPhrase) -> None:
    assert all(-1.0 <= number <= 1.0 for number in readable(phrase))


def test_what_is_liked_and_skipped_is_said_in_words_the_strongest_first(tmp_path: Path) -> None:
    taste = Preferences(tmp_path / "new" / "taste.json", "ear", 2)
    assert taste.in_words() == "nothing yet that could be said in words"
    nothing = np.zeros(2, dtype=np.float32)
    for _ in range(6):
        taste.say(nothing, PHRASE._replace(bpm=200.0), LIKE)
        taste.say(nothing, PHRASE._replace(bpm=60.0), SKIP)
        taste.say(nothing, PHRASE._replace(height=70.0), SKIP)
        taste.say(nothing, PHRASE._replace(height=50.0), LIKE)
    words = taste.in_words()
    assert set(words.split(", ")) == {"more fast", "less high"} and (tmp_path / "new" / "taste.json").exists()
    moved = taste.taste(np.zeros((2, 2), np.float32), [PHRASE._replace(bpm=180.0), PHRASE._replace(bpm=70.0)])
    assert moved[0] > 0 > moved[1]


def test_what_another_ear_heard_counts_by_what_can_be_read_of_it_only(tmp_path: Path) -> None:
    path = tmp_path / "taste.json"
    mine = Preferences(path, "ear", 2)
    vector = np.array([1.0, 0.0], dtype=np.float32)
    for _ in range(5):
        mine.say(vector, PHRASE._replace(bpm=180.0), LIKE)
    plain = PHRASE._replace(bpm=0.0, tonic=-1)
    assert mine.taste(vector[None], [plain])[0] > 0.1
    for identity, width in (("another ear", 2), ("ear", 3)):
        other = Preferences(path, identity, width)
        heard = np.zeros((1, width), np.float32)
        heard[0, 0] = 1.0
        assert len(other) == 5 and other.taste(heard, [plain])[0] == 0.0
        assert other.taste(heard, [PHRASE._replace(bpm=180.0)])[0] > 0.1


def test_what_was_played_and_nothing_said_of_it_counts_less_than_a_like(tmp_path: Path) -> None:
    moved = []
    vector = np.array([1.0, 0.0], dtype=np.float32)
    for value in (SKIP, USED, LIKE):
        taste = Preferences(tmp_path / f"{value}.json", "ear", 2)
        taste.say(vector, PHRASE, value)
        moved.append(float(taste.taste(vector[None], [PHRASE])[0]))
    assert moved[0] < 0 < moved[1] < moved[2]


@pytest.mark.parametrize(
    "text",
    [
        '{"said": [{"ear": "ear", "value": 1}]}',
        '{"said": "yes"}',
        "no JSON",
        '{"said": [{"ear": "ear", "value": 1, "vector": [1, 0], "readable": [1]}]}',
    ],
)
def test_a_file_of_likes_that_is_damaged_is_refused_with_the_way_out(tmp_path: Path, text: str) -> None:
    (tmp_path / "taste.json").write_text(text)
    with pytest.raises(ValueError, match=r"taste\.json holds no likes .*antiphon recommend --forget begins anew"):
        Preferences(tmp_path / "taste.json", "ear", 2)
