"""The bass: roots where the bar leans and where the chord changes, the chord's tones between."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.performer.band_part import Ground, Moment
from bridge.performer.bass_line import HIGHEST, LOWEST, USUAL_HIGHEST, BassLine
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


def after(last: int, *, swung: bool = False, kicks: tuple[float, ...] = (0.0, 1.5, 2.5)) -> BassLine:
    """A line whose last note was this one, on the bar line."""
    made = BassLine(lambda: 0.5)
    made.follow(kicks)
    made.played(moment(0.0, swung=swung), last, 80, 1.0)
    return made


@pytest.mark.parametrize("root", range(12))
@pytest.mark.parametrize("swung", [False, True])
def test_on_any_chord_it_stays_in_its_range_near_the_last_note_and_in_the_chord(root: int, swung: bool) -> None:
    ground = Ground(root, root, frozenset({root, (root + 4) % 12, (root + 7) % 12}))
    for last in range(LOWEST, USUAL_HIGHEST + 1):
        made = after(last, swung=swung)
        (strong,) = made.cues(moment(2.0, ground, swung=swung))
        assert strong.pitches[0] and {pitch % 12 for pitch in strong.pitches[0]} == {root}
        assert all(LOWEST <= pitch <= HIGHEST and abs(pitch - last) <= 12 for pitch in strong.pitches[0])
        made.played(moment(2.0, ground, swung=swung), last, 80, 1.0)
        (between,) = made.cues(moment(3.0 if swung else 2.5, ground, swung=swung))
        assert between.pitches[0] and {pitch % 12 for pitch in between.pitches[0]} <= ground.tones
        assert all(LOWEST <= pitch <= HIGHEST and abs(pitch - last) <= 9 for pitch in between.pitches[0])


@pytest.mark.parametrize(("last", "roots"), [(51, {41}), (28, {29}), (29, {29, 41}), (41, {29, 41})])
def test_a_root_lies_within_an_octave_of_the_last_note(last: int, roots: set[int]) -> None:
    (cue,) = after(last).cues(moment(2.0, F))
    assert set(cue.pitches[0]) == roots


@pytest.mark.parametrize("ground", [C, None], ids=["C", "unknown"])
def test_it_comes_in_at_once_wherever_in_the_bar(ground: Ground | None) -> None:
    (cue,) = bass().cues(moment(1.75, ground, first=True))
    assert cue.must
    assert bass().cues(moment(1.75, ground)) == []


def test_before_its_first_note_it_is_near_the_bottom_of_its_range_already() -> None:
    (with_the_kick,) = bass().cues(moment(1.5))
    (free,) = bass().cues(moment(1.0))
    assert all(LOWEST <= pitch <= LOWEST + 20 for cue in (with_the_kick, free) for pitch in cue.pitches[0])


def test_two_notes_of_its_own_are_allowed_in_each_bar_and_those_on_the_kick_are_not_counted() -> None:
    made = after(36)
    made.played(moment(1.5), 36, 80, 0.5)
    made.played(moment(0.5), 36, 80, 0.5)
    assert len(made.cues(moment(1.0))) == 1
    made.played(moment(1.0), 36, 80, 0.5)
    assert made.cues(moment(3.0)) == []
    next_bar = replace(moment(1.0), bar=1)
    assert len(made.cues(next_bar)) == 1
    made.played(next_bar, 36, 80, 0.5)
    assert len(made.cues(next_bar)) == 1 and made.cues(replace(moment(1.25), bar=1)) == [], "on eighths only"


@pytest.mark.parametrize(
    ("place", "others", "plays"),
    [
        (1.5, {}, True),  # the kick
        (2.0, {}, True),
        (1.0, {}, False),
        (1.0, {"swung": True}, True),
        (1.5, {"swung": True}, False),
        (1.0, {"busy": 0.2}, False),
        (2.0, {"busy": 0.2}, True),
    ],
)
def test_where_no_chord_is_known_it_plays_where_it_would(place: float, others: dict[str, object], plays: bool) -> None:
    assert bool(bass().cues(moment(place, None, **others))) == plays  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("last", "coming", "steps"),
    [
        (36, F, {40, 43}),  # of the key, to the nearer F
        (36, replace(F, scale=None), {39, 40, 42, 43}),
        (44, F, {40, 43}),
        (29, replace(F, root=4, bass=4, scale=None), {29, 30}),  # below E there is nothing
        (
            51,
            replace(F, root=7, bass=7, scale=None),
            {42, 44, 45},
        ),  # the G above is not where it plays, F a seventh away
        (36, replace(F, scale=frozenset({0, 6})), {42}),
        (36, replace(F, scale=frozenset({0})), {39, 40, 42, 43}),  # a key without a step to it
    ],
)
def test_walking_into_another_chord_it_takes_a_step_to_its_root(last: int, coming: Ground, steps: set[int]) -> None:
    (cue,) = after(last, swung=True).cues(moment(3.0, swung=True, coming=coming))
    assert set(cue.pitches[0]) == steps
    assert {pitch % 12 for pitch in cue.pitches[1]} <= C.tones, "or a tone of the chord that there is"


@pytest.mark.parametrize("root", range(12))
def test_the_root_that_it_leads_into_is_one_that_it_can_play_then(root: int) -> None:
    coming = Ground(root, root, frozenset({root, (root + 4) % 12, (root + 7) % 12}))
    for last in range(LOWEST, USUAL_HIGHEST + 1):
        (leading,) = after(last, swung=True).cues(moment(3.0, swung=True, coming=coming))
        assert leading.pitches[0] and all(abs(pitch - last) <= 9 for pitch in leading.pitches[0])
        for pitch in leading.pitches[0]:
            (then,) = after(pitch, swung=True).cues(moment(0.0, coming, swung=True))
            assert min(abs(pitch - goal) for goal in then.pitches[0]) in (1, 2), f"from {last} by {pitch}"


def test_only_the_last_note_of_the_bar_leads_into_the_next_chord() -> None:
    assert classes(after(36, swung=True), moment(1.0, swung=True, coming=F)) <= C.tones
    early, late = after(36, kicks=(0.0, 2.5, 3.5)), after(36, kicks=(0.0, 3.5))
    assert classes(early, moment(2.5, coming=F)) == {0, 7}
    assert classes(late, moment(3.5, coming=F)) == {4, 7}


def test_into_another_chord_the_model_may_step_to_its_root_and_not_to_the_old_one() -> None:
    (cue,) = after(40).cues(moment(3.5, coming=F))
    steps = [pitch for pitch in cue.pitches[0] if pitch % 12 not in C.tones]
    assert steps == [] and not cue.must, "E and G are tones of C"
    (cue,) = after(40).cues(moment(3.5, coming=replace(F, root=9, bass=9)))
    steps = [pitch for pitch in cue.pitches[0] if pitch % 12 not in C.tones]
    assert steps == [], "B and G sharp are out of reach or out of the key"
    (cue,) = after(45).cues(moment(3.5, coming=replace(F, root=9, bass=9)))
    assert [pitch for pitch in cue.pitches[0] if pitch % 12 not in C.tones] == [47]


def test_without_a_key_only_tones_of_the_chord_lead_on() -> None:
    assert classes(after(36), moment(3.5, replace(C, scale=None))) == C.tones


@pytest.mark.parametrize("place", [0.0, 1.5, 2.0, 3.0])
def test_a_line_that_walks_or_holds_sounds_for_more_of_its_time_than_one_on_the_kick(place: float) -> None:
    def held(**others: object) -> float:
        cues = after(36).cues(moment(place, first=True, **others))  # type: ignore[arg-type]
        return cues[0].shortest / cues[0].longest

    assert 0.0 < held() < 0.5 < held(swung=True) == held(busy=0.2) < 1.0


def test_notes_last_no_longer_than_to_the_next_one() -> None:
    (on_the_bar_line,) = bass().cues(moment(0.0))
    (on_the_kick,) = after(36).cues(moment(1.5))
    (without_kicks,) = BassLine(lambda: 0.5).cues(moment(0.0))
    assert (on_the_bar_line.longest, on_the_kick.longest, without_kicks.longest) == (1.5, 0.5, 2.0)


def test_where_its_range_is_set_elsewhere_the_same_tones_are_asked_for_there() -> None:
    (cue,) = bass().cues(moment(0.0))
    assert list(cue.pitches[-1]) == list(range(0, 128, 12))
    (cue,) = after(36, swung=True).cues(moment(3.0, swung=True, coming=replace(F, root=7, bass=7)))
    assert {pitch % 12 for pitch in cue.pitches[-1]} == {pitch % 12 for pitch in cue.pitches[0]}
    assert min(cue.pitches[-1]) < 12 and max(cue.pitches[-1]) > 115


def test_it_ends_on_the_root_under_a_slash_chord_too_and_on_anything_where_no_chord_is_known() -> None:
    (cue,) = bass().last(moment(0.0, C_OVER_E))
    assert {pitch % 12 for pitch in cue.pitches[0]} == {0} and cue.must
    assert cue.longest >= 2 * cue.shortest >= 2.0, "held"
    (cue,) = bass().last(moment(0.0, None))
    assert cue.pitches == ()
