"""What fits, with the way to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from library_songs import WIDTH, Ear, make_library, song, update

from bridge.evaluation.reviewing.music import read
from bridge.library.listening import describe
from bridge.library.phrases import hear, phrases_of
from bridge.library.preferences import LIKE, SKIP, Preferences
from bridge.library.recommend import Recommendation, recommend, tempo_beside, way_in_key
from bridge.library.store import Entry, Index, IndexedPhrase, Known, writing


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return make_library(tmp_path)


def test_the_most_alike_comes_first_with_the_way_to_it(library: Path, tmp_path: Path) -> None:
    update(library)
    index = Index(library / ".antiphon", Ear.identity, WIDTH)
    music = read(song(tmp_path / "played.mid", [72, 71, 69, 67, 65, 64, 62, 60, 60, 62, 64, 65], 100.0))
    span = phrases_of(music.stretch)[-1]
    vector = Ear().of(hear(Ear(), music.stretch)[span.start : span.stop])
    heard = describe(music.stretch, span)._replace(bpm=100.0)
    found = recommend(index, vector, heard, 3)
    assert [one.entry.path for one in found] == ["c.mid", "g.mid", "chromatic.mid"]
    assert found[0].transpose == 0 and found[0].title == "c.mid, bars 1 to 2"
    assert found[1].transpose == 5 and found[1].tempo == pytest.approx(1.2)
    assert "5 semitones up it is in yours" in found[1].reason and "1.20 times your tempo" in found[1].reason
    assert recommend(index, vector, heard, 3, leave_out=["c.mid"])[0].entry.path == "g.mid"


def test_an_empty_library_offers_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    update(tmp_path / "empty")
    index = Index(tmp_path / "empty" / ".antiphon", Ear.identity, WIDTH)
    heard = IndexedPhrase(0, 0, 0.0, 4.0, 0, False, 0.0, 2.0, 60.0, 8)
    assert recommend(index, np.ones(WIDTH, np.float32), heard, 3) == []


def test_relative_keys_share_their_tones() -> None:
    major = IndexedPhrase(0, 0, 0.0, 4.0, 0, False, 0.0, 2.0, 60.0, 8)
    assert way_in_key(major, major._replace(tonic=9, minor=True)) == 0
    assert way_in_key(major, major._replace(tonic=2)) == -2
    assert way_in_key(major, major._replace(tonic=-1)) == 0


HEARD = IndexedPhrase(0, 0, 0.0, 8.0, 0, False, 100.0, 2.0, 60.0, 16)


def offered(phrase: IndexedPhrase, alike: float = 0.9, score: float | None = None) -> Recommendation:
    way, tempo = way_in_key(HEARD, phrase), tempo_beside(HEARD, phrase)
    return Recommendation(Entry(3, "a/b/one.song.mid", phrase), alike if score is None else score, alike, way, tempo)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, "90 % alike, in C major, as you are, at your tempo"),
        ({"tonic": 7}, "90 % alike, in G major; 5 semitones up it is in yours, at your tempo"),
        ({"tonic": 6}, "90 % alike, in F# major; 6 semitones down it is in yours, at your tempo"),
        ({"tonic": 9, "minor": True}, "90 % alike, in A minor, as you are, at your tempo"),
        ({"bpm": 107.0}, "90 % alike, in C major, as you are, at your tempo"),
        ({"bpm": 91.0}, "90 % alike, in C major, as you are, at 0.91 times your tempo"),
        ({"bpm": 0.0}, "90 % alike, in C major, as you are"),
        ({"tonic": -1}, "90 % alike, at your tempo"),
    ],
)
def test_why_a_phrase_is_offered_is_said_in_words(changes: dict[str, Any], reason: str) -> None:
    assert offered(HEARD._replace(**changes)).reason == reason


@pytest.mark.parametrize(
    ("score", "word"), [(0.92, ", liked"), (0.88, ", less to your taste"), (0.905, ""), (0.895, "")]
)
def test_taste_is_told_where_it_moved_something(score: float, word: str) -> None:
    assert offered(HEARD, 0.9, score).reason == f"90 % alike, in C major, as you are, at your tempo{word}"
    assert offered(HEARD, -0.4).reason.startswith("0 % alike")


@pytest.mark.parametrize(
    ("first", "last", "place"), [(1.0, 4.0, "bars 1 to 4"), (3.0, 3.0, "bar 3"), (0.0, 0.0, "beat 6")]
)
def test_a_phrase_is_named_by_its_file_and_its_place(first: float, last: float, place: str) -> None:
    found = offered(HEARD._replace(first_bar=first, last_bar=last, begin_beat=6.2))
    assert (found.title, found.name) == (f"a/b/one.song.mid, {place}", f"one.song, {place}")


@pytest.mark.parametrize("tonic", range(12))
@pytest.mark.parametrize("minor", [False, True])
def test_the_way_into_a_key_is_the_shortest_and_leads_there(tonic: int, minor: bool) -> None:
    phrase = HEARD._replace(tonic=tonic, minor=minor)
    way = way_in_key(HEARD, phrase)
    assert -6 <= way <= 5
    assert (tonic + way) % 12 == (9 if minor else 0), "C major, or A minor, which has its tones"
    assert way_in_key(phrase, phrase) == way_in_key(HEARD._replace(tonic=-1), phrase) == 0


def test_one_phrase_of_a_file_is_offered_and_the_next_best_of_others(tmp_path: Path) -> None:
    vectors = np.eye(4, dtype=np.float32)
    with writing(tmp_path, "ear", 4) as writer:
        writer.add("one", Known(1, 1), [HEARD] * 3, vectors[[0, 0, 1]])
        writer.add("two", Known(1, 1), [HEARD], vectors[[2]])
    index = Index(tmp_path, "ear", 4)
    like_one = np.array([0.9, 0.3, 0.1, 0.0], dtype=np.float32)
    found = recommend(index, like_one, HEARD, 5)
    assert [(one.entry.path, round(one.alike, 3)) for one in found] == [("one", 0.9), ("two", 0.1)]
    assert len(recommend(index, like_one, HEARD, 1)) == 1
    assert recommend(index, like_one, HEARD, 5, leave_out=["one", "two"]) == []


def test_taste_changes_the_order_and_what_is_shown_as_alike_stays(tmp_path: Path) -> None:
    vectors = np.eye(2, dtype=np.float32)
    slow, fast = HEARD._replace(bpm=60.0), HEARD._replace(bpm=220.0)
    with writing(tmp_path, "ear", 2) as writer:
        writer.add("slow", Known(1, 1), [slow], vectors[[0]])
        writer.add("fast", Known(1, 1), [fast], vectors[[1]])
    index = Index(tmp_path, "ear", 2)
    taste = Preferences(tmp_path / "taste.json", "ear", 2)
    heard = np.array([0.6, 0.5], dtype=np.float32)
    assert [one.entry.path for one in recommend(index, heard, HEARD, 2, taste)] == ["slow", "fast"]
    for _ in range(10):
        taste.say(vectors[1], fast, LIKE)
        taste.say(vectors[0], slow, SKIP)
    first, second = recommend(index, heard, HEARD, 2, taste)
    assert (first.entry.path, second.entry.path) == ("fast", "slow")
    assert first.alike == pytest.approx(0.5) and first.score > first.alike and first.reason.endswith("liked")
    assert second.score < second.alike and second.reason.endswith("less to your taste")


def test_an_empty_library_offers_nothing_to_somebody_s_taste_either(tmp_path: Path) -> None:
    with writing(tmp_path, "ear", 2):
        pass
    taste = Preferences(tmp_path / "taste.json", "ear", 2)
    taste.say(np.ones(2, np.float32), HEARD, LIKE)
    assert recommend(Index(tmp_path, "ear", 2), np.ones(2, np.float32), HEARD, 3, taste) == []
