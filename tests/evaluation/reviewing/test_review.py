"""A review of a file and of a session, by a stand-in that counts."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from evaluation_music import line, stretch
from recorded_sets import SCRIPT, record, write

from bridge.data.encode import ticks_of
from bridge.evaluation.reviewing.music import Music, read
from bridge.evaluation.reviewing.pages import as_html, as_json
from bridge.evaluation.reviewing.review import area, review
from bridge.evaluation.reviewing.scale import Scale
from bridge.evaluation.reviewing.surprise import mean, surprise
from bridge.midi.files import NewTrack, TrackNote, write_new
from bridge.timing.timeline import Timeline


class Steps:
    """Finds what goes on by the step of two notes before likely, and all else not: a reader for tests."""

    def reset(self) -> None:
        self._before: list[int] = []

    def score_all(self, events: np.ndarray, context: np.ndarray) -> np.ndarray:
        out = np.full(events.shape, np.log(0.25))
        for place, event in enumerate(events.tolist()):
            before = self._before
            if len(before) > 1 and event[2] - before[-1] == before[-1] - before[-2]:
                out[place] = np.log(0.5)
            if not before:
                out[place] = np.nan
            before.append(event[2])
        return out


def music_of(pitches: list[int]) -> Music:
    notes = stretch(line(pitches))
    return Music("test", notes, notes.onset / 96, np.zeros(len(pitches), bool), True)


def test_bits_are_those_of_the_reader() -> None:
    bits = surprise(Steps(), music_of([60, 62, 64, 66, 65]).stretch)
    np.testing.assert_allclose(bits[1:, 0], [2, 1, 1, 2])
    assert np.isnan(bits[0]).all() and mean(bits) == pytest.approx(5 * 1.5)


def test_a_review_of_a_line() -> None:
    scale = Scale(1, {"steps": {f"order of {way}": [1.0] * 21 for way in ("notes", "pitches", "times", "bars")}})
    found = review(music_of(list(range(40, 80))), Steps(), "steps", scale)
    assert found.measures["order of pitches"].value > 2
    assert found.measures["range"].value == pytest.approx(35.1)
    assert found.measures["density"].value == pytest.approx(2.0)
    assert found.fit == {} and found.manner is None
    assert json.loads(json.dumps(as_json(found)))["notes"] == 40
    assert "The machine" not in as_html(found) and "Surprise over time" in as_html(found)
    with pytest.raises(ValueError, match="3 notes are too few"):
        review(music_of([60, 61, 62]), Steps(), "steps", scale)


def test_a_recorded_session_and_its_midi_file(tmp_path: Path) -> None:
    entries, _ = record(SCRIPT, 12.0)
    heard = read(write(tmp_path / "take", entries).parent)
    assert heard.log is not None and heard.machine.any() and not heard.machine.all()
    assert (np.diff(ticks_of(heard.stretch.onset)) >= 0).all()
    found = review(heard, Steps(), "steps", Scale(0, {}))
    assert set(found.fit) and found.manner in ("turns", "together")
    page = as_html(found)
    assert page.startswith("<!doctype html>") and "How the machine fitted you" in page and "http" not in page


def test_a_file_that_antiphon_wrote_has_two_players(tmp_path: Path) -> None:
    path = tmp_path / "both.mid"
    human = [TrackNote(beat, 1.0, 60 + int(beat), 60 + 8 * int(beat), 1) for beat in np.arange(4.0)]
    machine = [TrackNote(4 + beat, 1.0, 65, 70, 1) for beat in np.arange(4.0)]
    write_new(path, Timeline.steady(100.0), [NewTrack("Human", human, {}), NewTrack("Antiphon keys", machine, {})])
    found = read(path)
    assert found.machine.tolist() == [False] * 4 + [True] * 4
    assert found.has_beats and found.stretch.bar_beat.tolist() == [0.0, 1.0, 2.0, 3.0] * 2
    with pytest.raises(ValueError, match="has no notes"):
        write_new(path, Timeline.steady(), [])
        read(path)


def test_the_area_counts_ties_half() -> None:
    assert area([1.0, 2.0], [0.0, 1.0]) == pytest.approx(7 / 8)
