"""The bass: roots where the bar leans and where the chord changes, the chord's tones between."""

from __future__ import annotations

from dataclasses import replace

from bridge.performer.band_part import Ground, Moment
from bridge.performer.bass_line import HIGHEST, LOWEST, BassLine
from bridge.timing.accents import Accents

C = Ground(0, 0, frozenset({0, 4, 7}), frozenset({0, 2, 4, 5, 7, 9, 11}))
F = Ground(5, 5, frozenset({5, 9, 0}), C.scale)
C_OVER_E = replace(C, bass=4)
FOUR = Accents.of("4/4")


def moment(place: float, ground: Ground | None = C, busy: float = 1.0, **others: object) -> Moment:
    return Moment(place, place, 0, 0.25, FOUR, ground, busy=busy, **others)  # type: ignore[arg-type]


def bass() -> BassLine:
    made = BassLine(lambda: 0.5)
    made.follow((0.0, 1.5, 2.5))
    return made


def classes(made: BassLine, at: Moment) -> set[int]:
    (cue,) = made.cues(at)
    assert all(LOWEST <= pitch <= HIGHEST for pitch in cue.pitches[0])
    return {pitch % 12 for pitch in cue.pitches[0]}


def test_the_root_on_strong_beats_and_the_tone_under_a_slash_chord() -> None:
    assert classes(bass(), moment(0.0)) == classes(bass(), moment(2.0)) == {0}
    assert classes(bass(), moment(0.0, C_OVER_E)) == {4}


def test_with_the_kick_root_and_fifth() -> None:
    made = bass()
    made.played(moment(0.0), 36, 80, 1.0)
    assert classes(made, moment(1.5)) == {0, 7}
    assert [cue.must for cue in made.cues(moment(1.0))] == [False], "and nothing that must be, between"


def test_a_calm_human_has_half_notes() -> None:
    made = bass()
    made.played(moment(0.0), 36, 80, 1.0)
    assert made.cues(moment(1.5, busy=0.2)) == []
    (cue,) = made.cues(moment(2.0, busy=0.2))
    assert cue.longest == 2.0 and cue.shortest > 1.0


def test_where_the_music_swings_it_walks_and_leads_into_what_comes() -> None:
    made = bass()
    made.played(moment(0.0, swung=True), 36, 80, 1.0)
    assert classes(made, moment(1.0, swung=True)) <= {0, 4, 7}
    assert 36 not in made.cues(moment(1.0, swung=True))[0].pitches[0], "a walking line moves"
    assert classes(made, moment(3.0, swung=True, coming=F)) <= {4, 7}


def test_another_chord_is_said_at_once_but_for_sixteenths() -> None:
    made = bass()
    made.played(moment(0.0), 36, 80, 1.0)
    assert classes(made, moment(0.5, F)) == {5}
    assert made.cues(moment(0.75, F)) == []


def test_it_goes_on_near_its_last_note() -> None:
    made = bass()
    made.played(moment(0.0), 36, 80, 1.0)
    (cue,) = made.cues(moment(2.0, F))
    assert set(cue.pitches[0]) == {29, 41}


def test_where_nothing_binds_it_the_rhythm_is_the_same() -> None:
    (cue,) = bass().cues(moment(2.0, None))
    assert len(cue.pitches[0]) == HIGHEST - LOWEST + 1
    assert bass().cues(moment(1.0, None)) == []


def test_it_ends_on_the_root() -> None:
    (cue,) = bass().last(moment(0.0, F))
    assert {pitch % 12 for pitch in cue.pitches[0]} == {5}


def test_the_model_may_add_two_notes_a_bar_and_lead_into_the_beat() -> None:
    made = bass()
    made.played(moment(0.0), 36, 80, 1.0)
    (cue,) = made.cues(moment(0.5))
    assert not cue.must and {pitch % 12 for pitch in cue.pitches[0]} == {0, 4, 7}
    (leading,) = made.cues(moment(3.5))
    assert {pitch % 12 for pitch in leading.pitches[0]} == {0, 2, 4, 7, 11}, "and steps to the root"
    made.played(moment(0.5), 36, 80, 0.5)
    made.played(moment(1.0), 36, 80, 0.5)
    assert made.cues(moment(3.5)) == []
    assert bass().cues(moment(0.5, busy=0.2)) == [], "a calm one leaves room"
