"""Where people breathe."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from training_corpus import note_array

from bridge.data.encode import stretch_of
from bridge.data.phrasing import breaths

Line = list[tuple[float, float]]


def ends(onsets_and_lengths: Line, *, bars: bool = True) -> list[int]:
    notes = [(onset, length, 4, 60 + i % 5, 70) for i, (onset, length) in enumerate(onsets_and_lengths)]
    return breaths(stretch_of(note_array(notes, bars=bars), free=False)).tolist()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        # Eighths, a rest of a beat and a half, eighths.
        ([(i / 2, 0.5) for i in range(8)] + [(5.5 + i / 2, 0.5) for i in range(8)], [7]),
        # A half note held to the next: waited upon four times as long as its neighbours.
        ([(i / 2, 0.5) for i in range(4)] + [(2.0, 2.0)] + [(4.0 + i / 2, 0.5) for i in range(6)], [4]),
        # Short notes with gaps between all of them: staccato is no breath.
        ([(float(i), 0.2) for i in range(12)], []),
        # A dotted rhythm: longer than its neighbours, but not long.
        ([(0.0, 0.75), (0.75, 0.25), (1.0, 0.75), (1.75, 0.25), (2.0, 0.75), (2.75, 0.25), (3.0, 1.0)], []),
        ([(0.0, 1.0)], []),
    ],
)
def test_a_rest_or_a_long_note_ends_a_phrase(line: Line, expected: list[int]) -> None:
    assert ends(line) == expected


def test_a_chord_ends_a_phrase_with_its_last_note_only() -> None:
    assert ends([(i / 2, 0.5) for i in range(4) for _ in range(3)] + [(4.0 + i / 2, 0.5) for i in range(4)]) == [11]


def test_music_without_a_pause_is_cut_at_bar_lines_and_without_bars_all_the_same() -> None:
    running = [(i / 2, 0.5) for i in range(96)]  # twelve bars of eighths
    assert ends(running) == [31, 63]  # before the last bar line within sixteen beats
    free = ends(running, bars=False)
    assert len(free) >= 2 and max(np.diff(free)) <= 32


def test_the_last_note_of_all_ends_no_phrase_however_long_it_is() -> None:
    assert ends([(i / 2, 0.5) for i in range(7)] + [(3.5, 8.0)]) == []


@pytest.mark.parametrize(
    ("rest", "breathes"),
    [(0.45, False), (0.5, True), (1.5, True)],
)
def test_a_silence_of_half_a_beat_is_a_breath_where_notes_come_that_fast(rest: float, breathes: bool) -> None:
    line = [(i / 2, 0.5) for i in range(8)] + [(4.0 + rest + i / 2, 0.5) for i in range(8)]
    assert (ends(line) == [7]) is breathes


def test_a_note_that_still_sounds_under_a_silence_of_the_tune_is_no_silence() -> None:
    tune = [(i / 2, 0.3) for i in range(8)] + [(4.4 + i / 2, 0.3) for i in range(8)]
    assert ends(tune) == [7]
    held = sorted([*tune, (0.0, 20.0)])
    assert ends(held) == []


@pytest.mark.parametrize("first", [0.0, 1.0, 2.5])
def test_running_music_is_cut_at_bar_lines_no_further_than_sixteen_beats_apart(first: float) -> None:
    running = [(first + i / 2, 0.5) for i in range(130)]
    found = ends(running)
    assert all(running[end + 1][0] % 4.0 == 0.0 for end in found), "the next phrase begins with a bar"
    edges = [first, *(running[end][0] for end in found), running[-1][0]]
    assert all(8.0 <= b - a <= 16.0 for a, b in itertools.pairwise(edges[:-1]))
    assert edges[-1] - edges[-2] <= 16.5


def test_running_music_without_bars_is_cut_at_its_longest_wait_of_the_second_half() -> None:
    onsets, now = [], 0.0
    for number in range(60):
        onsets.append(now)
        now += 0.75 if number in (5, 25) else 0.5  # a little longer: no breath by itself
    assert ends([(onset, 0.5) for onset in onsets], bars=False)[0] == 25
