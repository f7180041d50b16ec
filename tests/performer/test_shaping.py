"""What narrows an answer's draws, and what is mended of it as a whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bridge.engine.constraints import Constraints
from bridge.performer.heard_phrase import HeardPhrase
from bridge.performer.phrase_measures import Notes
from bridge.performer.sampling import Draft
from bridge.performer.shaping import (
    as_full,
    as_lively,
    held_like,
    keep_home,
    keep_near,
    keep_to_energy,
    keep_to_register,
    keep_to_step,
    keep_to_the_end,
    keep_to_values,
    let_go,
    possible,
)
from bridge.performer.sketches import FREE, IN_ITS_VALUES, Step
from bridge.vocabulary.codec import DRUMS, DT_TICKS, DURATION_TICKS, TICKS_PER_BEAT, VOICES, velocity_class

KEYS = VOICES.index("keys")
LEAD = VOICES.index("lead")
HOME = frozenset({0, 4, 7})


def note(beat: float, duration: float, pitch: int, voice: int = KEYS) -> Draft:
    return Draft(beat / 2, beat, duration, voice, pitch, 80)


def durations(drafts: list[Draft]) -> list[float]:
    return [draft.duration for draft in let_go(drafts, HOME)]


def test_a_tone_outside_home_is_released_as_the_last_chord_begins() -> None:
    assert durations([note(0, 4, 65), note(2, 2, 60), note(2, 2, 67)]) == [2, 2, 2]


def test_a_tone_of_home_rings_on_below_the_last_top_note_and_not_above_it() -> None:
    assert durations([note(0, 4, 48), note(0, 4, 72), note(2, 2, 64)]) == [4, 2, 2]


def test_the_last_chord_itself_and_what_ended_before_it_stay_as_they_are() -> None:
    assert durations([note(0, 1, 65), note(2, 2, 62), note(2.05, 2, 67)]) == [1, 2, 2]
    assert durations([]) == []


def test_drums_ring_on() -> None:
    assert durations([note(0, 4, 49, DRUMS), note(2, 2, 64)]) == [4, 2]


def phrase(held: float, *velocities: int) -> HeardPhrase:
    """Two notes on each beat, so long and so loud."""
    rows = [(float(i), i + held, pitch, loud) for i, loud in enumerate(velocities) for pitch in (48, 60)]
    return HeardPhrase(Notes.of(rows), None, float(len(velocities)), len(rows))


def test_chords_are_held_until_as_many_notes_sound_as_in_the_phrase() -> None:
    answer = [note(i, 0.5, pitch) for i in range(4) for pitch in (52 + i, 60 + i)]
    thin = [draft for i, draft in enumerate(answer) if i % 2]
    fuller = as_full(phrase(1.0, 80, 80, 80), thin, last=4.0, most=16)
    assert [draft.duration for draft in fuller] == [1.0] * 4
    assert as_full(phrase(1.0, 80, 80, 80), answer, last=4.0, most=16) == answer  # two at once, as in the phrase


def test_no_chord_is_held_into_its_own_pitch_beyond_the_end_or_above_what_may_sound() -> None:
    answer = [note(0, 0.9, 60), note(1, 0.9, 60), note(2, 0.9, 64)]
    fuller = as_full(phrase(1.0, 80, 80), answer, last=3.0, most=16)
    assert [draft.duration for draft in fuller] == pytest.approx([1.0, 1.8, 1.0])
    assert as_full(phrase(1.0, 80, 80), answer, last=3.0, most=1) == answer


def test_an_answer_is_as_loud_and_soft_as_the_phrase() -> None:
    even = [replace(note(i, 1, 60), velocity=velocity) for i, velocity in enumerate((78, 82, 78, 82))]
    lively = as_lively(phrase(1.0, 77, 83), even)
    assert [draft.velocity for draft in lively] == [77, 83, 77, 83]
    far = [draft.velocity for draft in as_lively(phrase(1.0, 20, 120), even)]
    assert np.std(far) == pytest.approx(3.5, abs=0.6)  # no further than it may be made
    assert as_lively(phrase(1.0, 80, 80), even) == even
    wide = [replace(note(i, 1, 60), velocity=velocity) for i, velocity in enumerate((60, 100, 60, 100))]
    a_little_more = [draft.velocity for draft in as_lively(phrase(1.0, 60, 100), wide)]
    assert a_little_more == [58, 102, 58, 102], "people go on a little livelier than they began"


def allowed(constraints: Constraints, voice: int = KEYS) -> list[int]:
    """The pitches that are left to a voice."""
    return np.flatnonzero(constraints.pitch[voice]).tolist()


def middle(constraints: Constraints) -> float:
    pitches = allowed(constraints)
    assert pitches == list(range(pitches[0], pitches[-1] + 1)), "one range"
    return (pitches[0] + pitches[-1]) / 2


def line(*pitches: int, wait: float = 1.0, held: float = 0.75) -> HeardPhrase:
    """A melody: one note after another, each held for so much of the wait to the next one."""
    rows = [(i * wait, (i + held) * wait, pitch, 80) for i, pitch in enumerate(pitches)]
    return HeardPhrase(Notes.of(rows), None, len(rows) * wait, len(rows))


def drums_alone() -> HeardPhrase:
    one = np.arange(4.0)
    notes = Notes(one, one + 0.25, np.full(4, 36), np.full(4, 80), np.ones(4, np.bool_))
    return HeardPhrase(notes, None, 4.0, 4)


def test_a_wish_that_leaves_nothing_is_not_granted_and_the_constraints_stay_as_they_were() -> None:
    constraints = Constraints()
    constraints.pitch_range(60, 72, (KEYS,))
    assert possible(lambda: constraints.pitch_range(64, 90, (KEYS,)))
    assert not possible(lambda: constraints.pitch_range(20, 30, (KEYS,)))
    assert allowed(constraints) == list(range(64, 73))


def test_the_first_note_lies_around_the_register_that_is_set_and_chords_further_around_it() -> None:
    lines, chords, unknown = Constraints(), Constraints(), Constraints()
    keep_to_register(lines, (KEYS,), 60.0, [], texture=1.0)
    keep_to_register(chords, (KEYS,), 60.0, [], texture=3.0)
    keep_to_register(unknown, (KEYS,), 60.0, [], texture=0.0)
    assert middle(lines) == middle(chords) == middle(unknown) == 60
    assert len(allowed(lines)) < len(allowed(chords)) == len(allowed(unknown))
    assert allowed(lines, LEAD) == list(range(128)), "a voice that was not asked for is left alone"


def test_what_the_notes_so_far_are_off_the_register_by_is_made_up_for_and_not_by_any_amount() -> None:
    def moved(*pitches: int) -> float:
        constraints = Constraints()
        played = [note(beat, 1, pitch) for beat, pitch in enumerate(pitches)]
        keep_to_register(constraints, (KEYS,), 60.0, played, texture=1.0)
        return middle(constraints) - 60

    assert moved(60, 60) == moved(56, 64) == 0
    assert moved(62, 62) == -moved(58, 58) < 0, "lower after notes that were too high, higher after too low ones"
    assert abs(moved(62)) < abs(moved(62, 62)) < abs(moved(62, 62, 62, 62)), "the surer, the more"
    assert moved(62, 62, 62, 62) == moved(62, 62, 62, 62, 62, 62), "settled after some notes"
    assert moved(20, 20, 20, 20) == -moved(100, 100, 100, 100) == moved(40, 40, 40, 40)


def test_drums_say_nothing_about_the_register() -> None:
    constraints = Constraints()
    keep_to_register(constraints, (KEYS,), 60.0, [note(0, 1, 36, DRUMS)], texture=1.0)
    assert middle(constraints) == 60


@pytest.mark.parametrize("energy", [1.0, 10.0, 64.0, 120.0, 127.0])
def test_velocities_lie_around_the_energy_that_is_set_and_within_midi(energy: float) -> None:
    constraints = Constraints()
    keep_to_energy(constraints, energy)
    left = np.flatnonzero(constraints.velocity)
    assert velocity_class(round(energy)) in left and 3 <= len(left) <= 8
    assert (np.diff(left) == 1).all()


def test_an_answer_keeps_to_the_range_of_the_phrase_and_a_little_beyond_moved_as_asked() -> None:
    heard = phrase(1.0, 80, 80)  # pitches 48 and 60
    here, higher = Constraints(), Constraints()
    keep_near(here, (KEYS,), heard, None, in_range=True)
    keep_near(higher, (KEYS,), heard, None, in_range=True, higher=12.0)
    assert min(allowed(here)) < 48 and max(allowed(here)) > 60 and middle(here) == 54
    assert allowed(higher) == [pitch + 12 for pitch in allowed(here)]
    free = Constraints()
    keep_near(free, (KEYS,), heard, 55, in_range=False)
    assert allowed(free) == list(range(128)), "chords may leap"


@pytest.mark.parametrize(("pitches", "most"), [((60, 62, 64, 65), 5), ((60, 62, 74, 65), 12), ((72, 60, 62, 64), 12)])
def test_a_line_leaps_no_further_than_the_phrase_s_own_leaps_or_a_fourth(pitches: tuple[int, ...], most: int) -> None:
    constraints = Constraints()
    keep_near(constraints, (KEYS,), line(*pitches), 60, in_range=False)
    assert allowed(constraints) == list(range(60 - most, 60 + most + 1))


def test_the_first_note_of_a_line_may_lie_anywhere_in_its_range_and_after_drums_alone_anywhere() -> None:
    first, after_drums = Constraints(), Constraints()
    keep_near(first, (KEYS,), line(60, 62, 64, 65), None, in_range=False)
    keep_near(after_drums, (KEYS,), drums_alone(), 60, in_range=True)
    assert allowed(first) == allowed(after_drums) == list(range(128))


def test_a_sketch_s_step_fixes_pitches_and_duration_as_far_as_it_says_any() -> None:
    free, fixed = Constraints(), Constraints()
    assert keep_to_step(free, (KEYS,), Step())
    assert allowed(free) == list(range(128)) and free.duration.all()
    assert keep_to_step(fixed, (KEYS,), Step(0.0, frozenset({60, 64}), 1.0))
    assert allowed(fixed) == [60, 64] and allowed(fixed, LEAD) == list(range(128))
    left = DURATION_TICKS[fixed.duration] / TICKS_PER_BEAT
    assert 1.0 in left and left.min() > 0.85 and left.max() < 1.15


def test_a_sketch_s_step_none_of_whose_pitches_may_be_played_says_so_and_keeps_its_duration() -> None:
    constraints = Constraints()
    constraints.pitch_range(60, 72, (KEYS,))
    assert not keep_to_step(constraints, (KEYS,), Step(0.0, frozenset({40}), 0.5))
    assert allowed(constraints) == list(range(60, 73)) and not constraints.duration.all()


@pytest.mark.parametrize("beats", [0.25, 1 / 3, 0.5, 2 / 3, 1.5, 4.0, 16.0, 40.0])
def test_of_any_note_value_the_nearest_on_the_grid_is_left(beats: float) -> None:
    constraints = Constraints()
    keep_to_step(constraints, (KEYS,), Step(duration=beats))
    left = DURATION_TICKS[constraints.duration] / TICKS_PER_BEAT
    nearest = DURATION_TICKS[np.abs(DURATION_TICKS / TICKS_PER_BEAT - beats).argmin()] / TICKS_PER_BEAT
    assert nearest in left
    assert np.abs(left - beats).max() <= max(0.1 * beats, 1 / TICKS_PER_BEAT + 1e-9, abs(nearest - beats) + 1e-9)


def test_an_answer_in_the_phrase_s_note_values_has_its_waits_and_its_durations() -> None:
    heard, constraints = line(60, 62, 64, 65, wait=0.5), Constraints()
    keep_to_values(constraints, IN_ITS_VALUES, heard, waits=True)
    waits, held = DT_TICKS[constraints.dt] / TICKS_PER_BEAT, DURATION_TICKS[constraints.duration] / TICKS_PER_BEAT
    assert 0.5 in waits and np.abs(waits - 0.5).max() < 0.05
    assert len(held) and np.abs(held - 0.375).max() < 0.05


def test_onset_intervals_are_free_where_the_beat_decides_and_all_is_free_where_the_sketch_is() -> None:
    heard = line(60, 62, 64, 65, wait=0.5)
    on_the_beat, free, after_drums = Constraints(), Constraints(), Constraints()
    keep_to_values(on_the_beat, IN_ITS_VALUES, heard, waits=False)
    assert on_the_beat.dt.all() and not on_the_beat.duration.all()
    keep_to_values(free, FREE, heard, waits=True)
    keep_to_values(after_drums, IN_ITS_VALUES, drums_alone(), waits=True)
    assert all(one.dt.all() and one.duration.all() for one in (free, after_drums))


def test_one_note_says_how_long_notes_are_and_not_how_far_apart() -> None:
    constraints = Constraints()
    keep_to_values(constraints, IN_ITS_VALUES, line(60), waits=True)
    assert constraints.dt.all() and not constraints.duration.all()


def test_home_is_near_the_last_pitch_of_a_line_and_anywhere_without_one() -> None:
    near, anywhere = Constraints(), Constraints()
    keep_home(near, (KEYS,), HOME, 62)
    keep_home(anywhere, (KEYS,), HOME, None)
    assert allowed(near) == [60, 64, 67]
    assert allowed(anywhere) == [pitch for pitch in range(128) if pitch % 12 in HOME]


def test_home_may_be_far_from_the_last_pitch_where_the_range_leaves_none_near_and_gives_way_where_it_leaves_none() -> (
    None
):
    far, none = Constraints(), Constraints()
    far.pitch_range(72, 84, (KEYS,))
    keep_home(far, (KEYS,), HOME, 62)
    assert allowed(far) == [72, 76, 79, 84]
    none.allow_pitches([61, 63], (KEYS,))
    keep_home(none, (KEYS,), HOME, 62)
    assert allowed(none) == [61, 63]


def test_a_line_does_not_leap_away_as_it_ends() -> None:
    constraints = Constraints()
    keep_to_the_end(constraints, (KEYS,), 60)
    assert middle(constraints) == 60 and len(allowed(constraints)) <= 13


def test_notes_are_held_for_as_much_of_the_wait_as_the_phrase_s_and_long_waits_stay_rests() -> None:
    heard = line(60, 62, 64, 65, wait=1.0, held=0.75)
    short = [note(0, 0.25, 60), note(1, 0.9, 62), note(2, 0.25, 64), note(6, 0.25, 65)]
    assert [draft.duration for draft in held_like(heard, short)] == pytest.approx([0.75, 0.9, 0.25, 0.25])
    assert held_like(heard, []) == []


def test_a_tone_at_the_top_of_the_last_chord_may_ring_on_and_is_cut_just_as_the_chord_begins() -> None:
    assert durations([note(1, 4, 64), note(3, 2, 64)]) == [4, 2]
    assert durations([note(1, 4, 66), note(3, 2, 64)]) == [2, 2]
    assert durations([note(1, 2, 66), note(3, 2, 64)]) == [2, 2], "what ends as it begins is not cut"


def test_chords_are_not_made_fuller_by_drums_or_after_drums() -> None:
    answer = [note(i, 0.5, 52 + i) for i in range(4)]
    beats = [note(i, 0.25, 36, DRUMS) for i in range(4)]
    heard = phrase(1.0, 80, 80, 80, 80)
    fuller = as_full(heard, [*answer, *beats], last=4.0, most=16)
    assert fuller[4:] == beats, "a stroke is as short as it is"
    assert fuller[:4] == as_full(heard, answer, last=4.0, most=16) != answer
    assert as_full(drums_alone(), answer, last=4.0, most=16) == answer
    assert as_full(heard, answer[:1], last=4.0, most=16) == answer[:1]


def test_chords_are_held_less_where_too_many_would_sound_and_never_shorter_than_drawn() -> None:
    answer = [note(i / 2, 0.5, 52 + 2 * i) for i in range(8)]
    heard = HeardPhrase(
        Notes.of([(float(i), i + 1.0, p, 80) for i in range(4) for p in (48, 60, 64, 67)]), None, 4.0, 16
    )
    full = as_full(heard, answer, last=4.5, most=16)
    less = as_full(heard, answer, last=4.5, most=2)
    assert sum(draft.duration for draft in answer) < sum(draft.duration for draft in less)
    assert sum(draft.duration for draft in less) < sum(draft.duration for draft in full)
    for drafts, most in ((full, 16), (less, 2)):
        assert all(after.duration >= before.duration for before, after in zip(answer, drafts, strict=True))
        assert all(draft.duration <= 2.5 * 0.5 + 1e-9 and draft.onset_beat + draft.duration <= 4.5 for draft in drafts)
        for moment in np.arange(0.01, 4.5, 0.1):
            assert sum(draft.onset_beat <= moment < draft.onset_beat + draft.duration for draft in drafts) <= most


def test_velocities_stay_within_midi_however_lively_the_phrase() -> None:
    loud = [replace(note(i, 1, 60), velocity=velocity) for i, velocity in enumerate((1, 127, 1, 127, 127))]
    soft = [replace(note(i, 1, 60), velocity=velocity) for i, velocity in enumerate((3, 9, 3, 9))]
    for drafts in (loud, soft):
        wider = [draft.velocity for draft in as_lively(phrase(1.0, 1, 127), drafts, loudness=4.0)]
        assert all(1 <= velocity <= 127 for velocity in wider)
        assert np.std(wider) >= np.std([draft.velocity for draft in drafts])
    assert as_lively(phrase(1.0, 1, 127), []) == []
