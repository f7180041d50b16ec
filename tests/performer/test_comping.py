"""Chords: in the middle register, each near to the last, in a rhythm that is kept."""

from __future__ import annotations

import itertools

import pytest

from bridge.performer.band_part import Ground, Moment
from bridge.performer.comping import HIGHEST, LOWEST, Comping, essential, motion, rhythms, voicings
from bridge.timing.accents import Accents
from bridge.vocabulary.codec import VOICES

C = Ground(0, 0, frozenset({0, 4, 7}))
F = Ground(5, 5, frozenset({5, 9, 0}))
G7 = Ground(7, 7, frozenset({7, 11, 2, 5}))
FOUR = Accents.of("4/4")
GUITAR, STRINGS = VOICES.index("guitar"), VOICES.index("strings")


def moment(place: float, ground: Ground | None = C, **others: object) -> Moment:
    return Moment(place, place, 0, 0.25, FOUR, ground, **others)  # type: ignore[arg-type]


def chord(made: Comping, at: Moment, top: int = 0) -> list[int]:
    """The chord that follows when the model takes the `top`-th of the tops it is offered."""
    (cue,) = made.cues(at)
    pitch = list(cue.pitches[0])[top]
    more = made.played(at, pitch, 80, 1.0)
    return sorted([pitch, *(note for cue in more for note in cue.pitches[0])])


def test_every_close_voicing_between_two_pitches() -> None:
    assert voicings(frozenset({0, 4, 7}), 3, 60, 72) == [(60, 64, 67), (64, 67, 72)]


def test_motion_counts_every_voice() -> None:
    assert motion((60, 64, 67), (60, 64, 67)) == 0.0
    assert motion((60, 64, 67), (60, 65, 69)) == 3.0


def test_where_not_all_find_room_third_and_seventh_stay() -> None:
    assert essential(G7, 2) == {11, 5}
    assert essential(C, 3) == {0, 4, 7}


def test_each_chord_is_near_to_the_last_and_in_the_middle() -> None:
    made = Comping(STRINGS, lambda: 0.5)
    chords = [chord(made, moment(0.0, ground)) for ground in (C, F, G7, C)]
    assert all(LOWEST <= note <= HIGHEST for notes in chords for note in notes)
    for one, other in itertools.pairwise(chords):
        assert motion(tuple(one), tuple(other)) <= 9
    assert [{note % 12 for note in notes} for notes in chords[:2]] == [C.tones, F.tones]


def test_it_stays_below_the_tune() -> None:
    made = Comping(STRINGS, lambda: 0.5)
    assert max(chord(made, moment(0.0, tune=66), top=-1)) <= 64


def test_the_notes_of_a_chord_are_as_long_as_its_top() -> None:
    made = Comping(GUITAR, lambda: 0.0)
    (cue,) = made.cues(moment(0.0))
    more = made.played(moment(0.0), next(iter(cue.pitches[0])), 80, 0.75)
    assert {(one.shortest, one.longest) for one in more} == {(0.75, 0.75)}


@pytest.mark.parametrize("draw", [0.0, 0.4, 0.7, 0.99])
def test_a_rhythm_is_kept(draw: float) -> None:
    made = Comping(GUITAR, lambda: draw)
    bars = []
    for _ in range(3):
        places = []
        for step in range(16):
            cues = made.cues(moment(step / 4))
            if cues:
                places.append(step / 4)
                made.played(moment(step / 4), next(iter(cues[0].pitches[0])), 80, 0.5)
        bars.append(tuple(places))
    assert bars[0] == bars[1] == bars[2]
    assert bars[0] in {rhythm.places for rhythm in rhythms(FOUR, False)}


def test_a_chord_that_changes_between_is_struck_on_the_beat() -> None:
    made = Comping(STRINGS, lambda: 0.5)
    chord(made, moment(0.0))
    assert made.cues(moment(1.0)) == []
    assert {note % 12 for note in chord(made, moment(1.0, F))} == F.tones


def test_a_ninth_may_stand_for_the_root_but_not_where_only_the_chord_is_wanted() -> None:
    ground = Ground(0, 0, frozenset({0, 4, 7}), frozenset({0, 2, 4, 5, 7, 9, 11}))
    made = Comping(STRINGS, lambda: 0.5)
    made.pure = True
    for top in range(3):
        assert {note % 12 for note in chord(made, moment(0.0, ground), top=top)} == ground.tones


@pytest.mark.parametrize("ground", [C, F, G7], ids=["C", "F", "G7"])
def test_all_close_voicings_lie_within_an_octave_in_the_chord_and_in_the_range(ground: Ground) -> None:
    found = voicings(ground.tones, 4, 48, 72)
    assert len({voicing[0] for voicing in found}) == len(found) > 3
    for voicing in found:
        assert len(voicing) == len(ground.tones) and {note % 12 for note in voicing} == ground.tones
        assert list(voicing) == sorted(voicing) and voicing[-1] - voicing[0] < 12
        assert voicing[0] >= 48 and voicing[-1] <= 72


def test_fewer_notes_than_tones_are_neighbours_in_the_chord() -> None:
    assert voicings(G7.tones, 2, 60, 72) == [(62, 65), (65, 67), (67, 71)]


def test_motion_is_the_same_there_and_back() -> None:
    three, four = (60, 64, 67), (59, 62, 65, 67)
    assert motion(three, four) == motion(four, three) > 0.0
    assert motion(three, tuple(note + 12 for note in three)) > motion(three, tuple(note + 1 for note in three))


def test_a_low_tune_leaves_the_chord_an_octave_all_the_same() -> None:
    made = Comping(STRINGS, lambda: 0.5)
    notes = chord(made, moment(0.0, tune=40), top=-1)
    assert len(notes) == 3 and min(notes) >= LOWEST and max(notes) <= LOWEST + 12


def test_each_top_that_the_model_may_choose_has_its_own_chord_and_another_pitch_has_none() -> None:
    made = Comping(STRINGS, lambda: 0.5)
    (cue,) = made.cues(moment(0.0))
    tops = list(cue.pitches[0])
    assert tops == sorted(set(tops)) and len(tops) == 3
    for top in tops:
        made = Comping(STRINGS, lambda: 0.5)
        notes = chord(made, moment(0.0), tops.index(top))
        assert max(notes) == top and {note % 12 for note in notes} == C.tones
    made.cues(moment(0.0))
    assert made.played(moment(0.0), 127, 80, 1.0) == []


def test_the_other_notes_are_given_from_the_top_down_and_only_as_they_are_or_not_at_all() -> None:
    made = Comping(STRINGS, lambda: 0.5)
    (cue,) = made.cues(moment(0.0))
    more = made.played(moment(0.0), next(iter(cue.pitches[0])), 80, 1.0)
    pitches = [note for one in more for note in one.pitches[0]]
    assert len(pitches) == 2 and pitches == sorted(pitches, reverse=True)
    assert all(one.strict and one.must for one in more), "a chord with a note exchanged is another chord"


@pytest.mark.parametrize("velocity", [1, 4, 64, 120, 127])
def test_the_other_notes_may_be_as_loud_as_the_top_and_a_little_softer_or_louder(velocity: int) -> None:
    made = Comping(STRINGS, lambda: 0.5)
    (cue,) = made.cues(moment(0.0))
    for one in made.played(moment(0.0), next(iter(cue.pitches[0])), velocity, 1.0):
        assert 1 <= one.softest <= velocity <= one.loudest <= 127
        assert one.softest < one.loudest <= velocity + 16 and one.softest >= velocity - 16


def test_where_the_chord_is_not_known_one_note_alone_is_asked_for_in_the_middle() -> None:
    made = Comping(STRINGS, lambda: 0.5)
    (cue,) = made.cues(moment(0.0, None))
    assert set(cue.pitches[0]) == set(range(LOWEST, HIGHEST + 1))
    assert cue.shortest <= cue.longest / 2, "it may be short: what it clashes with is not known"
    assert made.played(moment(0.0, None), 60, 80, 1.0) == []


@pytest.mark.parametrize("ground", [C, G7, None], ids=["C", "G7", "unknown"])
def test_it_ends_with_one_chord_that_is_held(ground: Ground | None) -> None:
    made = Comping(GUITAR, lambda: 0.0)
    if ground is not None:
        chord(made, moment(0.0, ground))
    (cue,) = made.last(moment(0.0, ground))
    assert 1.0 <= cue.shortest < cue.longest
    assert len(cue.pitches[0]) == (1 if ground is not None else HIGHEST - LOWEST + 1)
    if ground is not None:
        assert {pitch % 12 for pitch in cue.pitches[0]} <= ground.tones


def test_where_the_range_is_set_elsewhere_any_tone_of_the_chord_will_do() -> None:
    for cue in (*Comping(STRINGS, lambda: 0.5).cues(moment(0.0)), *Comping(STRINGS, lambda: 0.5).last(moment(0.0))):
        assert set(cue.pitches[1]) == {pitch for pitch in range(128) if pitch % 12 in C.tones}


def test_the_ninth_colours_a_chord_of_a_known_key_that_lies_far_from_the_last() -> None:
    ground = Ground(0, 0, frozenset({0, 4, 7}), frozenset({0, 2, 4, 5, 7, 9, 11}))

    def colours(ground: Ground, pure: bool) -> set[int]:
        found: set[int] = set()
        for top, tune in itertools.product(range(3), range(58, 80)):
            made = Comping(STRINGS, lambda: 0.5)
            made.pure = pure
            at = moment(0.0, ground, tune=tune)
            if top < len(list(made.cues(at)[0].pitches[0])):
                found |= {note % 12 for note in chord(made, at, top)}
        return found

    assert colours(ground, pure=True) == {0, 4, 7}
    assert colours(ground, pure=False) == {0, 2, 4, 7}
    assert colours(C, pure=False) == {0, 4, 7}, "not where the key is unknown"


@pytest.mark.parametrize("signature", ["4/4", "3/4", "6/8", "5/4", "7/8"])
@pytest.mark.parametrize("swung", [False, True])
def test_every_rhythm_begins_with_the_bar_lies_in_it_and_is_never_legato_beyond_the_next_chord(
    signature: str, swung: bool
) -> None:
    metre = Accents.of(signature)
    for rhythm in rhythms(metre, swung):
        assert rhythm.places[0] == 0.0 and list(rhythm.places) == sorted(set(rhythm.places))
        assert all(0.0 <= place < metre.bar for place in rhythm.places) and 0.0 < rhythm.legato < 1.0


def test_strings_are_held_through_the_bar() -> None:
    made = Comping(STRINGS, lambda: 0.99)
    (cue,) = made.cues(moment(0.0))
    assert cue.longest == FOUR.bar and cue.shortest > 0.9 * cue.longest
    chord(made, moment(0.0))
    assert not any(made.cues(moment(step / 4)) for step in range(1, 16))


def test_under_a_busy_human_calm_rhythms_are_chosen_more_often() -> None:
    def strikes(busy: float) -> int:
        count = 0
        for draw in range(100):
            made = Comping(GUITAR, lambda draw=draw: draw / 100)  # type: ignore[misc]
            count += sum(bool(made.cues(moment(step / 4, busy=busy))) for step in range(16))
        return count

    assert strikes(4.0) < strikes(0.2)


def test_it_comes_in_at_once_wherever_in_the_bar() -> None:
    assert Comping(STRINGS, lambda: 0.5).cues(moment(1.75)) == []
    assert len(Comping(STRINGS, lambda: 0.5).cues(moment(1.75, first=True))) == 1


def test_a_chord_that_changes_off_the_beat_waits_for_the_beat() -> None:
    made = Comping(STRINGS, lambda: 0.5)
    chord(made, moment(0.0))
    assert made.cues(moment(0.75, F)) == []
    assert len(made.cues(moment(1.0, F))) == 1
