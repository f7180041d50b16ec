"""What the band knows of a moment: the harmony to play on, the metre, the human's tune and loudness."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from bridge.engine.fake import FakeModel
from bridge.performer.band import Band
from bridge.performer.band_part import Ground, Weight
from bridge.performer.bass_line import BASS
from bridge.performer.chords import Chord, ExpectedChord, chord_on
from bridge.performer.held_notes import HeldNote
from bridge.performer.keys import Key
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


# --- what is expected is said here, instead of being made out ---------------------------------------------

C, F, B_FLAT = chord_on(0, ""), chord_on(5, ""), chord_on(10, "")
C_MAJOR, A_MINOR = Key(0, "major"), Key(9, "minor")


class Oracle:
    """Says which chord is to be expected at a beat, and notes which beats it was asked about."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, stage: Stage) -> None:
        self._monkeypatch, self._stage = monkeypatch, stage
        self.asked: list[float] = []
        self.says(None)

    def says(
        self, chord: Chord | None, evidence: float = 0.6, *, decided: bool = False, bass: int | None = None
    ) -> None:
        """From now on."""

        def answer(beat: float) -> ExpectedChord | None:
            self.asked.append(beat)
            if chord is None:
                return None
            return ExpectedChord(chord, chord.root if bass is None else bass, evidence, decided)

        self._monkeypatch.setattr(self._stage, "chord_at", answer)

    def key(self, key: Key | None, evidence: float = 1.0) -> None:
        """The key that is heard, as sure as that."""
        harmony = SimpleNamespace(key=key, key_evidence=evidence, watch=lambda scale, root: None)
        self._monkeypatch.setattr(self._stage.tuning, "harmony", harmony)

    def asks(self) -> list[float]:
        """What was asked since the last time."""
        asked, self.asked = self.asked, []
        return asked


@pytest.fixture
def oracle(monkeypatch: pytest.MonkeyPatch) -> tuple[Stage, Band, Oracle]:
    stage, made = band()
    return stage, made, Oracle(monkeypatch, stage)


@pytest.mark.parametrize("first", [(67, 60), (60, 67), (67, 62, 60)])
def test_until_anything_is_made_out_the_lowest_of_the_first_keys_is_played_on(
    oracle: tuple[Stage, Band, Oracle], first: tuple[int, ...]
) -> None:
    _stage, made, _ = oracle
    for offset, pitch in enumerate(first):
        made.heard(HeldNote(1.0 + 0.01 * offset, pitch, 80, 1))
    assert made.ground_at(3.0) == Ground.on(0)
    made.heard(HeldNote(2.0, 53, 80, 1))
    made.heard(HeldNote(2.01, 50, 80, 1))
    assert made.ground_at(5.0) == Ground.on(0), "later keys change nothing"


def test_under_a_drummer_the_first_note_of_the_bass_decides(oracle: tuple[Stage, Band, Oracle]) -> None:
    _stage, made, _ = oracle
    made.heard(HeldNote(0.0, 36, 80, 10))
    assert made.ground_at(1.0) is None and made.keys_at_once == 0
    moment = made.moment(1.0, 0.25, 1.0)
    made.played(moment, GUITAR, 64, 80, 1.0)
    assert made.ground_at(1.0) is None
    made.played(moment, BASS, 41, 80, 1.0)
    assert made.ground_at(1.0) == Ground.on(5)
    made.played(moment, BASS, 43, 80, 1.0)
    assert made.ground_at(1.0) == Ground.on(5)


def test_keys_struck_at_once_are_one_stroke(oracle: tuple[Stage, Band, Oracle]) -> None:
    _, made, _ = oracle
    for offset in (0.0, 0.01, 0.029):
        made.heard(HeldNote(offset, 60, 80, 1))
    assert made.keys_at_once == 3
    made.heard(HeldNote(1.0, 60, 80, 1))
    assert made.keys_at_once == 1
    made.heard(HeldNote(1.03, 60, 80, 1))
    assert made.keys_at_once == 1, "that is another stroke"


def test_without_a_chord_the_key_counts_where_it_is_likely(oracle: tuple[Stage, Band, Oracle]) -> None:
    _, made, knows = oracle
    made.heard(HeldNote(0.0, 62, 80, 1))
    knows.key(A_MINOR, 0.5)
    assert made.ground_at(1.0) == Ground(9, 9, frozenset({9, 0, 4}), A_MINOR.tones)
    knows.key(A_MINOR, 0.49)
    assert made.ground_at(1.0) == Ground.on(2)
    knows.key(None)
    assert made.ground_at(1.0) == Ground.on(2)
    knows.says(F)
    assert made.ground_at(1.0) == Ground(5, 5, F.tones, None)
    knows.key(C_MAJOR, 0.1)
    assert made.ground_at(1.0) == Ground(5, 5, F.tones, C_MAJOR.tones)


def test_a_chord_that_is_not_sure_is_the_one_of_the_last_stroke(oracle: tuple[Stage, Band, Oracle]) -> None:
    _, made, knows = oracle
    knows.says(F, 0.5)
    made.ground_at(4.0)
    assert knows.asks() == [4.0], "nothing was struck"
    made.heard(HeldNote(0.5, 60, 80, 1))
    knows.asks()
    made.ground_at(4.0)
    assert knows.asks() == [4.0, 1.0]
    made.ground_at(0.25)
    assert knows.asks() == [0.25, 0.25]
    for evidence, decided in ((0.9, False), (0.5, True)):
        knows.says(F, evidence, decided=decided)
        made.ground_at(4.0)
        assert knows.asks() == [4.0], "all but sure, or settled by the machine"
    knows.says(F, 0.89)
    made.ground_at(4.0)
    assert knows.asks() == [4.0, 1.0]


def test_a_chord_in_the_hands_goes_before_what_is_made_out_until_other_keys_are_struck_together(
    oracle: tuple[Stage, Band, Oracle],
) -> None:
    stage, made, knows = oracle

    def played_on() -> set[int]:
        ground = made.ground_at(8.0)
        assert ground is not None
        return set(ground.tones)

    strike(stage, made, 0.0, 60, 64, 67)
    knows.says(F, 0.99)
    assert played_on() == C.tones
    knows.says(F, 0.99, decided=True)
    assert played_on() == F.tones, "nobody plays that chord any more"
    knows.says(F, 0.99)
    let_go(stage, 1.0)
    strike(stage, made, 1.0, 74)
    assert played_on() == F.tones, "one key alone, and nothing held"
    let_go(stage, 1.5)
    strike(stage, made, 2.0, 60, 64, 67)
    strike(stage, made, 2.5, 76)
    assert played_on() == C.tones, "a tune on top"
    strike(stage, made, 3.0, 77, 79)
    assert played_on() == F.tones, "no chord that is known"


@pytest.mark.parametrize(("lowest", "bass"), [(49, 1), (50, 10), (38, 2)])
def test_what_is_under_a_chord_is_its_bass_where_it_is_low(
    oracle: tuple[Stage, Band, Oracle], lowest: int, bass: int
) -> None:
    stage, made, knows = oracle
    knows.says(F, 0.99)
    strike(stage, made, 0.0, *((lowest, 53, 56) if lowest == 49 else (lowest, 53, 58)))
    ground = made.ground_at(1.0)
    assert ground is not None and ground.bass == bass


@pytest.mark.parametrize(
    ("pitches", "root", "tones"),
    [
        ((60, 63, 66), 0, {0, 3, 6}),
        ((60, 64, 67, 70), 0, {0, 4, 7, 10}),
        ((60, 64, 68), 5, F.tones),  # augmented: it might be three
        ((60, 65, 67), 5, F.tones),  # suspended: two
        ((60, 64, 67, 69), 0, C.tones),  # a sixth might be the tune
    ],
)
def test_chords_that_might_be_others_are_not_taken_as_they_are_struck(
    oracle: tuple[Stage, Band, Oracle], pitches: tuple[int, ...], root: int, tones: set[int]
) -> None:
    stage, made, knows = oracle
    knows.says(F, 0.99)
    strike(stage, made, 0.0, *pitches)
    ground = made.ground_at(1.0)
    assert ground is not None and (ground.root, ground.tones) == (root, tones)


def test_keys_from_the_split_on_are_no_part_of_a_chord(monkeypatch: pytest.MonkeyPatch) -> None:
    stage, made = band(split=67)
    knows = Oracle(monkeypatch, stage)
    knows.says(F, 0.99)
    strike(stage, made, 0.0, 60, 64, 67)
    assert made.ground_at(1.0) == Ground(5, 5, F.tones, None)
    let_go(stage, 0.5)
    strike(stage, made, 1.0, 57, 60, 64)
    ground = made.ground_at(3.0)
    assert ground is not None and (ground.root, ground.tones) == (9, {9, 0, 4})


@pytest.mark.parametrize(
    ("key", "pitches", "tones"),
    [
        (None, (45, 52), {9, 1, 4}),
        (C_MAJOR, (45, 52), {9, 0, 4}),
        (C_MAJOR, (48, 55), {0, 4, 7}),
        (C_MAJOR, (48, 55, 60, 67), {0, 4, 7}),
        (Key(4, "major"), (45, 52), {9, 1, 4}),
    ],
)
def test_a_power_chord_has_the_third_of_the_key_and_without_one_the_major(
    oracle: tuple[Stage, Band, Oracle], key: Key | None, pitches: tuple[int, ...], tones: set[int]
) -> None:
    stage, made, knows = oracle
    for pitch in pitches:
        stage.hands.press(HeldNote(0.0, pitch, 80, 1))
    knows.key(key)
    knows.says(F, 0.99)
    for pitch in pitches:
        made.heard(HeldNote(0.0, pitch, 80, 1))
    ground = made.ground_at(1.0)
    assert ground is not None and ground.tones == tones


def test_lines_are_counted_from_where_the_band_came_in_and_placed_in_the_song(
    oracle: tuple[Stage, Band, Oracle],
) -> None:
    stage, made, knows = oracle
    made.begin(8.0)
    assert [made.moment(beat, 0.25, 1.0).bar for beat in (4.0, 8.0, 11.75, 12.0, 17.0)] == [0, 0, 0, 1, 2]
    first = [made.moment(beat, 0.25, 1.0).first for beat in (7.876, 8.0, 8.124, 8.125, 8.25)]
    assert first == [True, True, True, False, False]
    stage.keep_time(SessionClock(metered=True, song_offset=1.0), 0.0)
    assert [made.moment(beat, 0.25, 1.0).place for beat in (7.0, 8.0, 9.5, 11.0)] == [0.0, 1.0, 2.5, 0.0]
    knows.asks()
    made.moment(9.5, 0.25, 1.0)
    assert 11.0 in knows.asks(), "the next bar line"
    stage.settle(stage.values.changed({"signature": "3/4"}), {})
    assert [made.moment(beat, 0.25, 1.0).place for beat in (7.0, 8.0, 9.5)] == [2.0, 0.0, 1.5]


@pytest.mark.parametrize(
    ("values", "swung"),
    [
        ({}, False),
        ({"swing": 0.55}, False),
        ({"swing": 0.56}, True),
        ({"quantize": 12.0}, True),
        ({"quantize": 24.0}, True),
        ({"quantize": 16.0}, False),
    ],
    ids=str,
)
def test_music_swings_by_its_swing_or_on_a_grid_of_thirds(values: dict[str, float], swung: bool) -> None:
    _, made = band(**values)
    assert made.moment(0.0, 0.25, 1.0).swung is swung


def test_the_bass_plays_where_the_kick_does_and_on_the_strong_beats(oracle: tuple[Stage, Band, Oracle]) -> None:
    _stage, made, knows = oracle
    knows.says(C, 0.99)
    for beat in (step / 4 for step in range(16)):
        moment = made.moment(beat, 0.25, 1.0)
        cues = made.cues(moment, [DRUMS, BASS])
        kick = any(cue.voice == DRUMS and cue.must and list(cue.pitches) == [(36,)] for cue in cues)
        plays = any(cue.voice == BASS and cue.must for cue in cues)
        assert plays is (kick or moment.metre.is_strong(moment.place)), beat


@pytest.mark.parametrize(("evidence", "bass", "coming"), [(0.5, 5, 5), (0.49, 5, None), (0.99, 0, None), (0.99, 9, 9)])
def test_what_comes_on_the_next_bar_line_is_led_into_where_it_is_likely_and_another(
    monkeypatch: pytest.MonkeyPatch, evidence: float, bass: int, coming: int | None
) -> None:
    stage, made = band()
    knows = Oracle(monkeypatch, stage)
    knows.key(C_MAJOR)

    def answer(beat: float) -> ExpectedChord:
        return ExpectedChord(F, bass, evidence, False) if beat >= 4.0 else ExpectedChord(C, 0, 0.99, False)

    monkeypatch.setattr(stage, "chord_at", answer)
    moment = made.moment(2.5, 0.25, 1.0)
    if coming is None:
        assert moment.coming is None
    else:
        assert moment.coming == Ground(5, coming, F.tones, C_MAJOR.tones)


def test_with_chord_off_nothing_comes_either(monkeypatch: pytest.MonkeyPatch) -> None:
    stage, made = band(chord="off")
    Oracle(monkeypatch, stage).says(F, 0.99)
    assert made.moment(2.5, 0.25, 1.0).coming is None


@pytest.mark.parametrize(
    ("energy", "velocities", "loudness"),
    [
        (0, (), 1.0),
        (0, (40, 80), 0.75),
        (0, (20,), 0.7),
        (0, (127,), 1.25),
        (40, (127,), 0.5),
        (127, (40,), 1.25),
        (4, (), 0.1),
        (0, (20,) * 10 + (100,) * 16, 1.25),  # the last sixteen
        (0, (20,) + (80,) * 15, 0.953125),
    ],
)
def test_how_loud_the_band_is(energy: float, velocities: tuple[int, ...], loudness: float) -> None:
    _, made = band(energy=energy)
    for number, velocity in enumerate(velocities):
        made.heard(HeldNote(float(number), 60, velocity, 1))
    assert made.moment(0.0, 0.25, 1.0).loudness == pytest.approx(loudness)


@pytest.mark.parametrize(
    ("strokes", "beat", "tune"),
    [
        (((0.0, (60,)),), 4.0, 60),
        (((0.0, (60,)),), 4.01, None),
        (((0.0, (59,)),), 1.0, None),
        (((0.0, (72, 48)), (0.5, (64,))), 2.0, 64),
        (((0.0, (48, 72)), (0.5, (76,))), 2.0, 72),
        (((0.0, (48, 72, 55)),), 2.0, 72),
    ],
)
def test_the_tune_is_the_top_of_what_was_struck_in_the_last_four_beats(
    strokes: tuple[tuple[float, tuple[int, ...]], ...], beat: float, tune: int | None
) -> None:
    _, made = band()
    for onset, pitches in strokes:
        for pitch in pitches:
            made.heard(HeldNote(onset, pitch, 80, 1))
    assert made.moment(beat, 0.25, 1.0).tune == tune


KEYS, STRINGS = VOICES.index("keys"), VOICES.index("strings")


@pytest.mark.parametrize(
    ("polyphony", "chords", "notes"),
    [
        (1, [GUITAR], 1), (4, [GUITAR], 1), (6, [GUITAR], 2), (7, [GUITAR], 3), (16, [GUITAR], 3),
        (7, [GUITAR, KEYS], 1), (8, [GUITAR, KEYS], 2), (10, [GUITAR, KEYS, STRINGS], 2),
    ],
)  # fmt: skip
def test_who_plays_chords_shares_what_rhythm_leaves_of_the_notes_at_once(
    monkeypatch: pytest.MonkeyPatch, polyphony: int, chords: list[int], notes: int
) -> None:
    stage, made = band(polyphony=polyphony)
    Oracle(monkeypatch, stage).says(C, 0.99)
    moment = made.moment(0.0, 0.25, 1.0)
    cues = made.cues(moment, [BASS, DRUMS, *chords])
    for voice in chords:
        (top,) = [cue for cue in cues if cue.voice == voice]
        below = made.played(moment, voice, max(top.pitches[0]), 80, 1.0)
        assert 1 + len(below) == notes


@pytest.mark.parametrize(("chord", "tops"), [("on", {57, 60}), ("bass", {57, 59, 60})])
def test_only_with_chord_on_are_chords_without_colours(
    monkeypatch: pytest.MonkeyPatch, chord: str, tops: set[int]
) -> None:
    stage, made = band(chord=chord)
    knows = Oracle(monkeypatch, stage)
    knows.key(C_MAJOR)
    knows.says(chord_on(9, "m"), 0.99)
    made.heard(HeldNote(0.0, 61, 80, 1))  # a low tune: there is room for few voicings
    (top,) = [cue for cue in made.cues(made.moment(0.0, 0.25, 1.0), [GUITAR]) if cue.voice == GUITAR]
    assert set(top.pitches[0]) == tops, "the ninth, B, is a colour"


def test_at_the_end_it_is_home_where_the_human_holds_nothing(oracle: tuple[Stage, Band, Oracle]) -> None:
    stage, made, knows = oracle
    knows.says(F, 0.99)

    def ends_on() -> set[int]:
        (cue,) = made.last(made.moment(4.0, 0.25, 1.0), BASS)
        return {pitch % 12 for pitch in cue.pitches[0]}

    knows.key(None)
    assert ends_on() == {5}
    knows.key(C_MAJOR)
    assert ends_on() == {0}
    stage.hands.press(HeldNote(0.0, 65, 80, 1))
    assert ends_on() == {5}, "what the human holds"


def test_at_the_end_of_what_nothing_binds_it_plays_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    stage, made = band(chord="off")
    Oracle(monkeypatch, stage).key(C_MAJOR)
    (cue,) = made.last(made.moment(4.0, 0.25, 1.0), BASS)
    assert cue.pitches == ()


def test_what_a_human_who_struck_nothing_or_long_ago_will_do_is_not_waited_for(
    oracle: tuple[Stage, Band, Oracle],
) -> None:
    stage, made, knows = oracle
    knows.says(C, 0.6)
    assert not made.change_is_likely(made.moment(4.0, 0.25, 1.0), 0.0)
    made.heard(HeldNote(0.0, 60, 80, 1))
    assert made.change_is_likely(made.moment(4.0, 0.25, 1.0), 4.0), "two bars"
    assert not made.change_is_likely(made.moment(4.0, 0.25, 1.0), 4.01)
    stage.settle(stage.values.changed({"chord": "off"}), {})
    assert not made.change_is_likely(made.moment(4.0, 0.25, 1.0), 1.0)


def test_in_the_first_bars_a_chord_may_change_on_every_bar_line_and_nowhere_else(
    oracle: tuple[Stage, Band, Oracle],
) -> None:
    _, made, knows = oracle
    knows.says(C, 0.6)
    made.heard(HeldNote(0.0, 60, 80, 1))
    likely = [beat / 4 for beat in range(112) if made.change_is_likely(made.moment(beat / 4, 0.25, 1.0), 0.0)]
    assert likely == [0.0, 4.0, 8.0, 12.0, 16.0]


@pytest.mark.parametrize(
    ("evidence", "decided", "strong", "weak"),
    [(0.89, True, True, False), (0.9, True, False, False), (None, False, False, False)],
)
def test_under_a_tune_alone_the_strong_beats_tell(
    oracle: tuple[Stage, Band, Oracle], evidence: float | None, decided: bool, strong: bool, weak: bool
) -> None:
    _, made, knows = oracle
    made.heard(HeldNote(0.0, 60, 80, 1))
    if evidence is not None:
        knows.says(C, evidence, decided=decided)
    assert made.change_is_likely(made.moment(42.0, 0.25, 1.0), 0.0) is strong
    assert made.change_is_likely(made.moment(40.0, 0.25, 1.0), 0.0) is strong
    assert made.change_is_likely(made.moment(41.0, 0.25, 1.0), 0.0) is weak


@pytest.mark.parametrize("change", [36.0, 38.0, 37.0, 37.2, 37.3, 38.3, 39.8])
def test_where_a_chord_changed_in_the_last_bars_one_may_again(
    oracle: tuple[Stage, Band, Oracle], change: float
) -> None:
    """On the strong beats where one did anywhere; on the weak ones where one did on about such a one."""
    _stage, made, knows = oracle
    knows.says(C, 0.6)
    made.heard(HeldNote(17.0, 60, 80, 1))
    knows.says(F, 0.6)
    made.heard(HeldNote(change / 2, 65, 80, 1))

    def likely(beat: float) -> bool:
        return made.change_is_likely(made.moment(beat, 0.25, 1.0), change / 2 + 0.1)

    weak = change in (37.0, 37.2)
    assert likely(40.0) and likely(42.0) and likely(41.0) is weak and likely(43.0) is weak
    assert not likely(40.5) and not likely(41.75), "between the beats never"
    far = change + 32.0
    after = 4.0 * (far // 4 + 1)
    assert not likely(after), "that is long ago"
    assert likely(after - 4.0 if after - 4.0 < far else after - 8.0)


@pytest.mark.parametrize(
    ("voice", "fitting"), [(BASS, {4}), (GUITAR, {0, 4, 7}), (KEYS, {0, 4, 7}), (DRUMS, set(range(12)))]
)
def test_which_notes_are_right_for_a_harmony(voice: int, fitting: set[int]) -> None:
    _, made = band()
    ground = Ground(0, 4, C.tones)
    assert {pitch % 12 for pitch in range(36, 84) if made.fits(voice, pitch, ground)} == fitting
    assert all(made.fits(voice, pitch, None) for pitch in range(36, 84))


def played_on(made: Band) -> set[int]:
    ground = made.ground_at(8.0)
    assert ground is not None
    return set(ground.tones)


def test_a_chord_that_is_pressed_key_by_key_is_one_and_a_fifth_pressed_so_is_none(
    oracle: tuple[Stage, Band, Oracle],
) -> None:
    stage, made, knows = oracle
    knows.says(F, 0.99)
    for onset, pitch in ((0.0, 48), (0.5, 55)):
        strike(stage, made, onset, pitch)
    assert played_on(made) == F.tones
    strike(stage, made, 1.0, 64)
    assert played_on(made) == C.tones


def test_a_chord_stays_in_hand_while_one_of_its_keys_is_held_under_a_tune(
    oracle: tuple[Stage, Band, Oracle],
) -> None:
    stage, made, knows = oracle
    knows.says(F, 0.99)
    strike(stage, made, 0.0, 60, 64, 67)
    for pitch in (64, 67):
        stage.hands.lift(pitch, 1, 0.4)
    strike(stage, made, 0.5, 72)
    assert played_on(made) == C.tones
    stage.hands.lift(60, 1, 0.8)
    stage.hands.lift(72, 1, 0.9)
    strike(stage, made, 1.0, 74)
    assert played_on(made) == F.tones, "nothing of it is held"


def test_weak_beats_are_those_of_the_song(oracle: tuple[Stage, Band, Oracle]) -> None:
    stage, made, knows = oracle
    stage.keep_time(SessionClock(metered=True, song_offset=1.0), 0.0)
    knows.says(C, 0.6)
    made.heard(HeldNote(17.0, 60, 80, 1))
    knows.says(F, 0.6)
    made.heard(HeldNote(19.0, 65, 80, 1))  # session beat 38, the song's 39
    assert made.change_is_likely(made.moment(40.0, 0.25, 1.0), 19.1), "the song's 41, a weak beat as well"
