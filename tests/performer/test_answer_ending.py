"""Where an answer ends."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.performer.answer_ending import HELD, ending_of
from bridge.performer.heard_phrase import HeardPhrase
from bridge.performer.phrase_measures import Bars, Notes
from bridge.performer.sampling import Draft
from bridge.performer.shaping import held_like


def phrase(*onsets: float, held: float = 0.5, last: float | None = None, bars: Bars | None = None) -> HeardPhrase:
    rows = [(onset, onset + held, 60 + i, 80) for i, onset in enumerate(onsets)]
    if last is not None:
        rows[-1] = (rows[-1][0], rows[-1][0] + last, rows[-1][2], 80)
    return HeardPhrase(Notes.of(rows), bars, rows[-1][1] - rows[0][0], len(rows))


def test_in_free_time_it_ends_where_the_phrase_did() -> None:
    heard = phrase(0.0, 0.5, 1.0, 2.5, last=1.5)
    ending = ending_of(heard, 10.0, 14.0, 16.0, measured=False)
    assert ending is not None
    assert ending.beat == pytest.approx(12.5)
    assert ending.hold == pytest.approx(1.5), "as long as the phrase's last note"
    assert ending.notes == 1


def test_its_last_note_is_held_longer_than_the_phrases_notes() -> None:
    ending = ending_of(phrase(0.0, 0.5, 1.0, 1.5), 10.0, 12.0, 14.0, measured=False)
    assert ending is not None and ending.hold == pytest.approx(HELD * 0.5)


def test_twice_as_long_an_answer_ends_twice_as_far() -> None:
    ending = ending_of(phrase(0.0, 1.0, 2.0, 3.0), 10.0, 17.0, 19.0, measured=False)
    assert ending is not None and ending.beat == pytest.approx(16.0)


def test_where_bars_are_known_it_ends_on_a_strong_beat_near_there() -> None:
    bars = Bars(4.0, 0.0)
    heard = phrase(0.0, 1.0, 2.0, 3.0, 3.75, bars=bars)
    ending = ending_of(heard, 8.0, 12.25, 14.0, measured=False)
    assert ending is not None and ending.beat == pytest.approx(12.0)


def test_some_candidates_end_where_the_phrase_did_or_are_held_briefly() -> None:
    heard = phrase(0.0, 1.0, 2.0, 3.0, last=2.0, bars=Bars(4.0, 0.0))
    found = [ending_of(heard, 8.0, 13.0, 18.0, measured=False, number=number) for number in range(4)]
    assert [ending.beat for ending in found if ending is not None] == [12.0, 12.0, 11.0, 11.0]
    assert [ending.hold for ending in found if ending is not None] == [2.0, 2.0, 2.0, 0.75]
    assert [ending.most < 2.0 for ending in found if ending is not None] == [False, False, False, True]


def test_an_answer_of_bars_ends_on_its_last_strong_beat_that_leaves_room() -> None:
    heard = phrase(0.0, 1.0, 2.0, 3.0, bars=Bars(4.0, 0.0))
    ending = ending_of(heard, 8.0, 16.0, 16.0, measured=True)
    assert ending is not None
    assert ending.beat in (14.0, 15.0) and ending.beat + ending.hold <= 16.0


def test_a_chord_ends_what_is_played_in_chords() -> None:
    rows = [(beat, beat + 0.9, pitch, 80) for beat in np.arange(4.0) for pitch in (48, 60, 64)]
    ending = ending_of(HeardPhrase(Notes.of(rows), None, 3.9, len(rows)), 8.0, 12.0, 14.0, measured=False)
    assert ending is not None and ending.notes == 3


def test_where_there_is_no_room_there_is_no_plan() -> None:
    assert ending_of(phrase(0.0, 0.5), 10.0, 10.5, 10.5, measured=False) is None


def test_a_line_is_held_as_the_phrase_is_and_rests_stay_rests() -> None:
    legato = phrase(0.0, 0.5, 1.0, 1.5, held=0.45)
    drafts = [Draft(0.0, beat, 0.1, 4, 60, 80) for beat in (0.0, 0.5, 2.5)]
    assert [draft.duration for draft in held_like(legato, drafts)] == pytest.approx([0.45, 0.1, 0.1])


def chords(count: int = 4, notes: int = 3, bars: Bars | None = None) -> HeardPhrase:
    rows = [(float(beat), beat + 0.9, 48 + 4 * note, 80) for beat in range(count) for note in range(notes)]
    return HeardPhrase(Notes.of(rows), bars, count - 0.1, len(rows))


@settings(max_examples=80, deadline=None)
@given(
    onsets=st.lists(st.floats(0.1, 3.0), min_size=1, max_size=12),
    held=st.floats(0.05, 12.0),
    bars=st.sampled_from([None, Bars(4.0, 0.0), Bars(3.0, 1.5), Bars(3.5, -2.0)]),
    start=st.floats(0.0, 40.0),
    length=st.floats(0.1, 16.0),
    more=st.floats(0.0, 4.0),
    measured=st.booleans(),
    number=st.integers(0, 9),
)
def test_an_ending_has_room_whatever_the_phrase_was(
    onsets: list[float],
    held: float,
    bars: Bars | None,
    start: float,
    length: float,
    more: float,
    measured: bool,
    number: int,
) -> None:
    heard = phrase(*np.cumsum(onsets).tolist(), held=held, bars=bars)
    end, last = start + length, start + length + more
    ending = ending_of(heard, start, end, last, measured=measured, number=number)
    if last - start < 1.0:
        assert ending is None
        return
    assert ending is not None
    assert ending.beat <= end + 1e-6 and ending.beat + ending.hold <= last + 1e-6
    assert ending.beat >= min(start + 0.5, end, last - ending.hold) - 1e-6, "not at once, where there is room"
    assert 0.0 < ending.hold <= min(4.0, (last - start) / 2) and ending.hold <= ending.most
    assert 0.0 < ending.slack <= 0.25 and ending.notes == 1


def test_of_a_phrase_of_one_stroke_an_answer_goes_on_for_a_while() -> None:
    for lasted in (0.0, 0.5):
        heard = HeardPhrase(Notes.of([(0.0, 0.5, 60, 80)]), None, lasted, 1)
        ending = ending_of(heard, 10.0, 14.0, 16.0, measured=False)
        assert ending is not None and ending.beat == 10.5


def test_of_nothing_there_is_no_ending() -> None:
    assert ending_of(HeardPhrase(Notes.of([]), None, 0.0, 0), 10.0, 14.0, 16.0, measured=False) is None


@pytest.mark.parametrize(("heard", "brief"), [(phrase(0.0, 1.0, 2.0, 3.0, last=2.0), 2), (chords(), 4)])
def test_of_eight_candidates_two_are_held_briefly_and_four_of_chords(heard: HeardPhrase, brief: int) -> None:
    found = [ending_of(heard, 8.0, 13.0, 18.0, measured=False, number=number) for number in range(8)]
    assert sum(ending is not None and ending.most < math.inf for ending in found) == brief


def test_half_of_the_candidates_end_near_where_the_phrase_did_and_the_others_may_look_further() -> None:
    heard = phrase(0.0, 1.0, 2.0, 3.0, last=1.0, bars=Bars(4.0, 0.0))
    found = [ending_of(heard, 8.0, 12.0, 18.0, measured=False, number=number) for number in range(8)]
    beats = [ending.beat for ending in found if ending is not None]
    assert sum(abs(beat - 11.0) <= 0.5 for beat in beats) >= 4 and all(abs(beat - 11.0) <= 1.5 for beat in beats)
    assert {beats[place] for place in (2, 3, 6, 7)} == {11.0}


@pytest.mark.parametrize(("count", "notes"), [(4, 2), (4, 3), (2, 4), (3, 6)])
def test_the_last_chord_has_as_many_notes_as_the_phrase_s_and_no_more_than_four(count: int, notes: int) -> None:
    ending = ending_of(chords(count, notes), 8.0, 12.0, 14.0, measured=False)
    assert ending is not None and ending.notes == min(notes, 4)


def test_a_beat_that_is_too_late_or_too_early_is_not_chosen_however_strong() -> None:
    heard = phrase(0.0, 1.0, 2.0, 2.5, last=0.5, bars=Bars(4.0, 0.0))
    late = ending_of(heard, 8.0, 11.5, 11.9, measured=True)
    assert late is not None and late.beat <= 11.4
    soon = ending_of(phrase(0.0, 0.25, bars=Bars(4.0, 0.0)), 7.9, 12.0, 14.0, measured=False)
    assert soon is not None and soon.beat >= 8.4
