"""What the band knows of a moment: the harmony to play on, the metre, the human's tune and loudness."""

from __future__ import annotations

import pytest

from bridge.engine.fake import FakeModel
from bridge.performer.band import Band
from bridge.performer.band_part import Ground, Weight
from bridge.performer.bass_line import BASS
from bridge.performer.held_notes import HeldNote
from bridge.performer.stage import Stage
from bridge.timing.clock import SessionClock
from bridge.vocabulary.codec import DRUMS, VOICES

GUITAR = VOICES.index("guitar")


def band(**values: float | str) -> tuple[Stage, Band]:
    stage = Stage(FakeModel(), 0, "keys")
    stage.settle(stage.values.changed(values), {})
    stage.keep_time(SessionClock(metered=True), 0.0)  # 120 BPM
    return stage, Band(stage)


def strike(stage: Stage, made: Band, onset: float, *pitches: int, velocity: int = 80) -> None:
    for pitch in pitches:
        note = HeldNote(onset, pitch, velocity, 1)
        stage.hands.press(note)
        stage.follow_hands(onset, note)
        made.heard(note)


def let_go(stage: Stage, time: float) -> None:
    stage.hands.let_go()
    stage.follow_hands(time)


def test_the_first_key_is_the_ground_until_a_chord_is_made_out() -> None:
    stage, made = band()
    assert made.ground_at(0.0) is None
    strike(stage, made, 0.0, 62)
    assert made.ground_at(0.0) == Ground.on(2)
    strike(stage, made, 0.001, 65, 69)
    ground = made.ground_at(0.0)
    assert ground is not None and (ground.root, ground.tones) == (2, {2, 5, 9})


def test_with_chord_off_nothing_binds_it() -> None:
    stage, made = band(chord="off")
    strike(stage, made, 0.0, 60, 64, 67)
    assert made.ground_at(0.0) is None
    assert made.moment(0.0, 0.25, 1.0).ground is None


@pytest.mark.parametrize(
    ("beat", "place", "bar"), [(0.0, 0.0, 0), (3.75, 3.75, 0), (4.0, 0.0, 1), (8.0 - 1e-9, 0.0, 2), (9.5, 1.5, 2)]
)
def test_where_a_line_is(beat: float, place: float, bar: int) -> None:
    _, made = band()
    moment = made.moment(beat, 0.25, 1.0)
    assert (moment.place, moment.bar) == (pytest.approx(place, abs=1e-6), bar)
    assert moment.first == (beat == 0.0)


def test_it_hears_the_tune_and_how_loud_the_human_is() -> None:
    stage, made = band()
    strike(stage, made, 0.0, 48, 64, 72, velocity=60)
    let_go(stage, 0.4)
    strike(stage, made, 0.5, 69, velocity=60)
    moment = made.moment(1.0, 0.25, 1.0)
    assert moment.tune == 69
    assert moment.loudness == pytest.approx(0.75)


def test_drums_and_bass_come_before_chords_where_not_everything_fits() -> None:
    stage, made = band()
    strike(stage, made, 0.0, 60, 64, 67)
    cues = made.cues(made.moment(0.0, 0.25, 1.0), [GUITAR, DRUMS, BASS])
    assert cues[0].voice == BASS
    assert [cue.weight for cue in cues] == sorted(cue.weight for cue in cues)
    assert {cue.voice for cue in cues if cue.weight is Weight.BEAT} == {BASS, DRUMS}


def test_a_chord_may_change_where_the_human_changed_chords_before() -> None:
    stage, made = band()
    strike(stage, made, 0.0, 60, 64, 67)
    assert made.change_is_likely(made.moment(4.0, 0.25, 1.0), 1.9)
    assert not made.change_is_likely(made.moment(3.0, 0.25, 1.0), 1.4)
    let_go(stage, 1.45)
    strike(stage, made, 1.5, 65, 69, 72)  # on the fourth beat
    assert made.change_is_likely(made.moment(7.0, 0.25, 1.0), 3.4)
    assert not made.change_is_likely(made.moment(6.5, 0.25, 1.0), 3.2)
    assert not made.change_is_likely(made.moment(16.0, 0.25, 1.0), 7.9), "a human who is still changes nothing"


def test_a_chord_that_is_struck_whole_is_taken_as_it_is_under_any_tune() -> None:
    stage, made = band()
    for onset, chord in ((0.0, (60, 64, 67)), (2.0, (59, 62, 67)), (4.0, (60, 64, 67))):
        strike(stage, made, onset, *chord)
        let_go(stage, onset + 1.9)
    strike(stage, made, 6.0, 55, 58, 63, 74)  # E flat in the key of C, with a D on top
    strike(stage, made, 6.5, 72)
    ground = made.ground_at(13.5)
    assert ground is not None and ground.bass == 3


def test_a_root_and_its_fifth_struck_together_are_a_chord_with_the_third_of_the_key() -> None:
    stage, made = band()
    for onset, chord in ((0.0, (60, 64, 67)), (2.0, (59, 62, 67)), (4.0, (60, 64, 67))):
        strike(stage, made, onset, *chord)
        let_go(stage, onset + 1.9)
    strike(stage, made, 6.0, 52, 59)
    ground = made.ground_at(12.1)
    assert ground is not None and (ground.bass, ground.tones) == (4, {4, 7, 11})
    let_go(stage, 6.4)
    strike(stage, made, 6.5, 56, 63, 68)
    ground = made.ground_at(13.1)
    assert ground is not None and (ground.bass, ground.tones) == (8, {8, 0, 3})


def test_what_is_struck_together_above_the_split_is_no_chord() -> None:
    stage, made = band(split=72)
    strike(stage, made, 0.0, 60, 64, 67)
    let_go(stage, 1.9)
    strike(stage, made, 2.0, 74, 81)  # a root and its fifth, of the right hand alone
    ground = made.ground_at(3.0)
    assert ground is not None and ground.bass == 0


def test_the_bass_is_the_tone_that_the_human_plays_as_low_as_one() -> None:
    stage, made = band()
    strike(stage, made, 0.0, 40, 60, 67, 72)
    ground = made.ground_at(0.1)
    assert ground is not None and (ground.root, ground.bass) == (0, 4)
