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
