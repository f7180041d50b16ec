"""Chords and keys made out of what is played, and foretold, from literal notes."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.performer.key_tracker import Harmony
from bridge.performer.progression import (
    ANY_FOLLOWS,
    CHORDS,
    FAMILIES,
    KEY_CHANGES,
    KEYS,
    NO_KEY,
    TABLE,
    Bars,
    Progression,
    Pulse,
    family_of,
    kinds_of,
    table,
)
from bridge.vocabulary.scales import PITCH_CLASSES

FOUR = Bars(0.0, 4.0)
FIRST, FOURTH, FIFTH, SIXTH = (48, 52, 55), (53, 57, 60), (55, 59, 62), (57, 60, 64)
TWINKLE = (60, 60, 67, 67, 69, 69, 67, 67, 65, 65, 64, 64, 62, 62, 60, 60)
ROW = (60, 61, 65, 71, 66, 63, 70, 62, 68, 64, 69, 67)  # all twelve, no two neighbours of a chord


def strike(harmony: Harmony, pitches: tuple[int, ...], beat: float, length: float = 1.9) -> None:
    for index in range(len(pitches)):
        harmony.hear(beat, pitches[: index + 1], pitches[index], FOUR)
    harmony.hear(beat + length, (), None, FOUR)


def line(harmony: Harmony, pitches: tuple[int, ...], start: float = 0.0, step: float = 1.0) -> float:
    for index, pitch in enumerate(pitches):
        harmony.hear(start + index * step, (pitch,), pitch, FOUR)
        harmony.hear(start + (index + 0.9) * step, (), None, FOUR)
    return start + len(pitches) * step


def expected(harmony: Harmony, beat: float) -> str:
    found = harmony.chord_at(beat, FOUR)
    return "" if found is None else str(found.chord)


def test_the_table_is_made_of_probabilities() -> None:
    known = table()
    assert np.allclose(known.first.sum(axis=1), 1) and np.allclose(known.follows.sum(axis=2), 1)
    assert np.isclose(known.keys.sum(), 1)
    for tones in known.tones.values():
        assert np.allclose(np.exp(tones).sum(axis=0), 1)
    for changes in known.changes.values():
        assert changes[0] > changes[1:].max() or len(changes) == 6, "chords change on bar lines"


def test_a_progression_that_comes_round_is_foretold() -> None:
    harmony = Harmony()
    for bar in range(13):
        strike(harmony, (FIRST, SIXTH, FOURTH, FIFTH)[bar % 4], 4.0 * bar, 3.5)
    assert [expected(harmony, beat) for beat in (48.0, 52.0, 56.0, 60.0)] == ["C", "Am", "F", "G"]
    now = harmony.chord_at(48.0, FOUR)
    assert now is not None and not now.decided and now.evidence > 0.9


def test_power_chords_have_roots_and_the_third_that_the_key_has() -> None:
    harmony = Harmony()
    for bar, root in enumerate((45, 41, 36, 43) * 2):  # A F C G
        strike(harmony, (root, root + 7, root + 12), 4.0 * bar, 3.5)
        assert (found := harmony.chord_at(4.0 * bar, FOUR)) is not None and found.chord.root == root % 12
    assert [expected(harmony, beat) for beat in (32.0, 36.0)] == ["Am", "F"]


def test_a_low_riff_has_roots() -> None:
    harmony = Harmony()
    roots = []
    for bar, root in enumerate((40, 40, 45, 43)):
        line(harmony, (root, root, root + 12, root, root + 3, root, root + 7, root), 4.0 * bar, 0.5)
        found = harmony.chord_at(4.0 * bar + 3.9, FOUR)
        assert found is not None and not found.decided
        roots.append(found.chord.root)
    assert roots == [4, 4, 9, 7]


def test_under_a_tune_alone_the_machine_decides() -> None:
    harmony = Harmony()
    end = line(harmony, TWINKLE)
    found = harmony.chord_at(end - 1.0, FOUR)
    assert harmony.decides and found is not None and found.decided and str(found.chord) == "C"
    strike(harmony, FIFTH, end)
    found = harmony.chord_at(end, FOUR)
    assert found is not None and str(found.chord) == "G" and not found.decided


def test_legato_is_no_chord() -> None:
    harmony = Harmony()
    for index, pitch in enumerate(TWINKLE):
        down = (pitch,) if index == 0 else (TWINKLE[index - 1], pitch)
        harmony.hear(float(index), down, pitch, FOUR)
        harmony.hear(index + 0.2, (pitch,), None, FOUR)
    assert harmony.decides


def test_the_bass_of_a_slash_chord_is_under_it() -> None:
    harmony = Harmony()
    strike(harmony, FIRST, 0.0)
    strike(harmony, (40, 60, 64, 67), 4.0, 3.5)
    found = harmony.chord_at(4.0, FOUR)
    assert found is not None and str(found.chord) == "C"
    harmony.hear(8.0, (40, 60, 64, 67), 67, FOUR)
    found = harmony.chord_at(8.0, FOUR)
    assert found is not None and (found.chord.root, found.bass) == (0, 4)


def test_tones_belong_as_far_as_the_key_is_sure() -> None:
    harmony = Harmony()
    assert (harmony.tone_weights == 1).all(), "nothing is known yet"
    line(harmony, (60, 64, 67, 72, 67, 64, 60))
    weights = harmony.tone_weights
    assert weights[[0, 4, 7]].min() > 0.95 and weights[[1, 6, 8]].max() < 0.5
    line(harmony, TWINKLE, 8.0)
    assert harmony.tone_weights[[1, 3, 6, 8]].max() < weights[[1, 3, 6, 8]].max() + 1e-9


def test_twelve_tones_pull_to_no_key() -> None:
    harmony = Harmony()
    line(harmony, ROW * 2, step=0.5)
    assert harmony.tone_weights.min() > 0.6


def test_it_is_forgotten_and_begins_anew() -> None:
    harmony = Harmony()
    strike(harmony, FIRST, 0.0)
    harmony.clear()
    assert harmony.chord is None and harmony.key is None and harmony.chord_at(1.0, FOUR) is None
    assert harmony.key_evidence == 0.0


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(0, 40), st.integers(0, 127), st.sampled_from([None, FOUR, Bars(1.5, 3.0), Bars(-2.0, 3.5)])
        ),
        max_size=30,
    )
)
def test_weights_stay_probabilities_whatever_is_played(notes: list[tuple[float, int, Bars | None]]) -> None:
    progression, twin = Progression(), Progression()
    beat = 0.0
    for step, pitch, bars in notes:
        beat += step
        progression.hear(beat, (pitch,), pitch, bars)
        # Whoever asks in between changes nothing.
        assert progression.ahead(beat + 7.0, bars).shape == (KEYS, CHORDS)
        twin.hear(beat, (pitch,), pitch, bars)
        weights = progression.weights
        assert np.isclose(weights.sum(), 1.0) and (weights >= 0).all() and np.isfinite(weights).all()
        assert (weights == twin.weights).all()
        assert np.isclose(progression.ahead(beat + 7.0, bars).sum(), 1.0)
    assert 0 <= progression.weights[NO_KEY].sum() <= 1


# --- what is counted --------------------------------------------------------------------------------------


def chord(name: str) -> int:
    """Where a chord (C, Am, G7, Bdim) is in the table."""
    root = max((text for text in PITCH_CLASSES if name.startswith(text)), key=len)
    return FAMILIES.index(name.removeprefix(root)) * 12 + PITCH_CLASSES.index(root)


def likeliest(shares: np.ndarray, count: int = 1) -> set[str]:
    names = [root + family for family in FAMILIES for root in PITCH_CLASSES]
    return {names[int(index)] for index in np.argsort(-shares)[:count]}


def major(root: str) -> int:
    return PITCH_CLASSES.index(root)


def minor(root: str) -> int:
    return 12 + PITCH_CLASSES.index(root)


def moved(shares: np.ndarray, up: int) -> np.ndarray:
    """What is said of chords, said of those so many semitones higher (last axis)."""
    parts = shares.reshape(*shares.shape[:-1], len(FAMILIES), 12)
    return np.roll(parts, up, axis=-1).reshape(shares.shape)


def test_the_kinds_of_chords_are_told_apart_by_families() -> None:
    assert [family_of(kind) for kind in ("", "maj7", "sus4", "m", "m6", "7", "dim", "m7b5")] == [0, 0, 0, 1, 1, 2, 3, 3]
    for family in range(len(FAMILIES)):
        assert kinds_of(family)[0] == FAMILIES[family]
        assert {family_of(kind) for kind in kinds_of(family)} == {family}


def test_every_key_of_a_mode_is_the_same_from_its_own_tonic() -> None:
    known = table()
    for first in (0, 12):
        for tonic in range(12):
            key = first + tonic
            assert np.allclose(known.first[key], moved(known.first[first], tonic))
            follows = moved(known.follows[first], tonic)  # the next chord, and then the one before it
            assert np.allclose(known.follows[key], moved(follows.T, tonic).T)
            for tones in known.tones.values():
                assert np.allclose(tones[:, key], moved(np.roll(tones[:, first], tonic, axis=0), tonic))


def test_chords_follow_as_in_lead_sheets() -> None:
    known = table()
    assert likeliest(known.first[major("C")]) == {"C"} and likeliest(known.first[minor("A")]) == {"Am"}
    assert likeliest(known.follows[major("C"), chord("G7")]) == {"C"}
    assert likeliest(known.follows[major("Eb"), chord("Bb7")]) == {"Eb"}
    assert likeliest(known.follows[minor("A"), chord("E7")]) == {"Am"}
    assert likeliest(known.follows[major("C"), chord("C")], 3) <= {"F", "G", "G7", "Am"}
    assert known.follows.min() > 0 and known.first.min() > 0, "anything may come"


def test_a_change_is_to_another_chord_but_for_what_may_follow_anything() -> None:
    known = table()
    anything = known.first[NO_KEY]
    stays = np.einsum("kcc->kc", known.follows[:NO_KEY])
    assert np.allclose(stays, ANY_FOLLOWS * anything)
    assert np.allclose(known.follows[NO_KEY], anything)


def test_what_has_no_key_has_all_roots_alike_and_triads_above_all() -> None:
    by_family = table().first[NO_KEY].reshape(len(FAMILIES), 12)
    assert np.allclose(by_family, by_family[:, :1])
    assert by_family[FAMILIES.index(""), 0] == by_family[:, 0].max()
    assert by_family[FAMILIES.index("dim"), 0] == by_family[:, 0].min() < by_family[:, 0].max() / 5


def test_keys_are_mostly_major_and_change_seldom() -> None:
    known = table()
    assert known.keys[:12].sum() == pytest.approx(0.78) and known.keys[12:24].sum() == pytest.approx(0.2)
    assert known.keys[NO_KEY] == pytest.approx(0.02)
    assert known.new_key.sum() == pytest.approx(KEY_CHANGES)
    assert np.allclose(known.new_key.sum(axis=1), KEY_CHANGES * known.keys)


def test_how_often_a_beat_changes_the_chord_is_as_counted_where_that_was_often() -> None:
    counted = json.loads(TABLE.read_text(encoding="utf-8"))["changes"]
    known = table().changes
    assert set(known) == {int(beats) for beats in counted}
    for beats, rows in counted.items():
        for share, (changes, of) in zip(known[int(beats)], rows, strict=True):
            assert share == pytest.approx((changes + 2) / (of + 8)), "two changes in eight beats are added"
            assert 0 < share < 1


def test_tones_lie_in_a_chord_as_they_do_in_music() -> None:
    known = table()
    key = major("C")

    def share(place: str, tone: str, of: str, in_key: int = key) -> float:
        return float(np.exp(known.tones[place][PITCH_CLASSES.index(tone), in_key, chord(of)]))

    for name in ("C", "G7", "Dm"):
        root = name[0]
        assert share("bass", root, name) > 0.6 and share("bass", root, name, NO_KEY) > 0.6
    for place in ("on_beat", "off_beat", "inner"):
        of_chord = [share(place, tone, "C") for tone in "CEG"]
        others = [share(place, tone, "C") for tone in PITCH_CLASSES if tone not in "CEG"]
        assert min(of_chord) > max(others) or place == "off_beat"
        assert sum(of_chord) > sum(others)
    assert share("inner", "F", "C") > 2 * share("inner", "A", "C"), "a suspended fourth"
    assert share("inner", "Bb", "Dm") < share("inner", "F", "Dm")
    for tone in PITCH_CLASSES:
        assert share("on_beat", tone, "C", NO_KEY) > 1 / 25 and share("off_beat", tone, "C", NO_KEY) > 1 / 25
    assert share("inner", "Db", "C", NO_KEY) < 0.02 and share("bass", "Db", "C", NO_KEY) < 0.02
    in_f, in_c = share("on_beat", "Bb", "C", major("F")), share("on_beat", "Bb", "C")
    assert 1.2 * in_c < in_f < 4 * in_c, "the key says something, and less than the chord"


def test_the_table_is_one_for_all_and_not_to_be_written_on() -> None:
    known = table()
    for shares in (known.first, known.follows, known.keys, known.new_key, known.changes[4], known.tones["bass"]):
        with pytest.raises(ValueError, match="read-only"):
            shares[0] = 0.0


# --- how it is followed -----------------------------------------------------------------------------------


def followed(*heard: tuple[float, tuple[int, ...], int | None], bars: Bars | None = FOUR) -> Progression:
    found = Progression()
    for beat, held, struck in heard:
        found.hear(beat, held, struck, bars)
    return found


def chord_share(weights: np.ndarray, *names: str) -> float:
    return float(sum(weights[:, chord(name)].sum() for name in names))


def test_keys_within_a_tenth_of_a_beat_are_one_chord() -> None:
    def rolled(*beats: float) -> np.ndarray:
        return followed(*zip(beats, ((48,), (48, 52), (48, 52, 55)), (48, 52, 55), strict=True)).weights

    assert np.allclose(rolled(0.0, 0.05, 0.09), rolled(0.0, 0.0, 0.0))
    assert not np.allclose(rolled(0.0, 0.05, 0.3), rolled(0.0, 0.0, 0.0))
    assert not np.allclose(rolled(0.0, 0.3, 0.6), rolled(0.0, 0.05, 0.3))


def test_a_note_whose_key_is_up_already_is_heard_as_one_that_is_held() -> None:
    assert np.allclose(followed((0.0, (), 60)).weights, followed((0.0, (60,), 60)).weights)
    within = followed((0.0, (60, 64, 67), 64))
    assert not np.allclose(within.weights, followed((0.0, (64,), 64)).weights), "it lies inside a chord"


def test_it_says_by_its_version_whether_anything_is_another_way() -> None:
    found = Progression()
    versions = [found.version]
    found.hear(0.0, (60,), 60, FOUR)
    versions.append(found.version)
    found.hear(0.5, (), None, FOUR)
    found.pass_to(0.7, FOUR)
    assert found.version == versions[-1] > versions[0], "a key that comes up tells nothing"
    found.pass_to(1.0, FOUR)
    versions.append(found.version)
    found.clear()
    versions.append(found.version)
    assert versions == sorted(set(versions))


def test_what_was_forgotten_leaves_nothing_behind() -> None:
    old, new = followed((0.0, (48,), 48), (4.0, (53,), 53), (4.02, (53, 57), 57)), Progression()
    before = old.weights
    old.clear()
    assert old.beat is None and np.array_equal(old.weights, new.weights) and not np.array_equal(before, new.weights)
    for found in (old, new):
        found.hear(4.05, (60,), 60, FOUR)
    assert np.array_equal(old.weights, new.weights)
    assert np.array_equal(old.ahead(9.0, FOUR), new.ahead(9.0, FOUR))


def alternating(bars: Bars | None = FOUR, count: int = 12) -> Progression:
    """Chords of C and F in turn, four beats each; the last one was C."""
    found = Progression()
    for number in range(count + 1):
        chosen = FIRST if number % 2 == 0 else FOURTH
        for index, pitch in enumerate(chosen):
            found.hear(4.0 * number, chosen[: index + 1], pitch, bars)
        found.hear(4.0 * number + 3.5, (), None, bars)
    return found


def test_what_comes_round_is_foretold_in_the_bars_it_came_in() -> None:
    known = alternating()
    foretold = chord_share(known.ahead(52.0, FOUR), "F")
    assert foretold > 0.8
    moved_along = alternating()
    moved_along.pass_to(51.6, Bars(0.0, 4.0))
    assert chord_share(moved_along.ahead(52.0, FOUR), "F") == pytest.approx(foretold), "the same bars, said anew"
    for other in (Bars(0.0, 3.0), None):
        changed = alternating()
        changed.pass_to(51.6, other)
        assert changed.beat == 51
        assert chord_share(changed.ahead(52.0, FOUR), "F") < foretold - 0.2, other
    free = alternating(None)
    free.pass_to(51.6, FOUR)
    assert free.beat == 51
    assert chord_share(free.ahead(52.0, FOUR), "F") < foretold - 0.2


def test_where_the_song_goes_back_what_came_before_lies_elsewhere() -> None:
    known = alternating()
    known.pass_to(3.7, FOUR)
    assert known.beat == 3
    foretold = chord_share(alternating().ahead(52.0, FOUR), "F")
    assert chord_share(known.ahead(4.0, FOUR), "F") < foretold - 0.2
    assert chord_share(known.weights, "C") > 0.8, "what sounds now is known all the same"


def test_hours_pass_in_no_time_and_leave_no_past() -> None:
    known = alternating()
    known.pass_to(1e6, FOUR)
    assert known.beat == 1_000_000 and np.isclose(known.weights.sum(), 1.0)
    assert chord_share(known.weights, "C", "F") < 0.6
    assert known.ahead(2e6, FOUR).shape == (KEYS, CHORDS)


def test_a_beat_is_now_until_a_tenth_before_the_next_one() -> None:
    known = Progression()
    assert known.is_now(100.0, FOUR) and known.beat is None
    known.hear(4.0, (60,), 60, FOUR)
    assert [known.is_now(beat, FOUR) for beat in (3.0, 4.0, 4.85, 4.95, 5.0)] == [True, True, True, False, False]
    assert known.beat == 4
    known.hear(4.95, (62,), 62, FOUR)
    assert known.beat == 5


def test_beats_are_those_of_the_bar() -> None:
    known = followed((0.0, (60,), 60), bars=Bars(2.0, 4.0))
    assert known.beat == 2
    compound = followed((0.0, (60,), 60), (1.5, (60,), 60), bars=Bars(0.0, 4.5))
    assert compound.beat == 1, "four beats and a half are counted as four"


def test_asking_what_comes_changes_nothing_and_nobody_knows_before_a_note() -> None:
    fresh = Progression()
    assert np.array_equal(fresh.ahead(8.0, FOUR), fresh.weights)
    known = alternating()
    before, beat, version = known.weights.copy(), known.beat, known.version
    assert np.array_equal(known.ahead(48.0, FOUR), before) and np.array_equal(known.ahead(10.0, FOUR), before)
    known.ahead(200.0, FOUR)
    assert np.array_equal(known.weights, before) and (known.beat, known.version) == (beat, version)


def test_keys_that_stay_down_speak_again_on_the_next_beat() -> None:
    held, lifted = followed((0.0, FIRST, 48)), followed((0.0, FIRST, 48), (0.5, (), None))
    for found in (held, lifted):
        found.pass_to(1.0, FOUR)
    assert chord_share(held.weights, "C") > chord_share(lifted.weights, "C")
    waiting = followed((0.0, FIRST, 48))
    assert np.allclose(waiting.ahead(1.0, FOUR), held.weights), "and are counted on until then"


def test_where_no_bar_is_known_every_beat_may_bring_another_chord_as_likely() -> None:
    def stays(beat: float, bars: Bars | None) -> float:
        known = followed((beat, (48, 52, 55), 48), (beat, (48, 52, 55), 55), (beat + 0.5, (), None), bars=bars)
        return chord_share(known.ahead(beat + 1.0, bars), "C") / chord_share(known.weights, "C")

    free = [stays(float(beat), None) for beat in range(4)]
    assert np.allclose(free, free[0])
    in_bars = [stays(float(beat), FOUR) for beat in range(4)]
    assert in_bars[3] == min(in_bars) < free[0] < max(in_bars), "into a bar line it changes most"
    odd = [stays(float(beat), Bars(0.0, 11.0)) for beat in range(11)]
    assert np.allclose(odd, [in_bars[0]] * 10 + [in_bars[3]]), "in a metre that nobody counted as in four"


def test_the_lowest_note_is_a_bass_where_it_is_low() -> None:
    def root(*pitches: int) -> float:
        known = Progression()
        for pitch in pitches:
            known.hear(0.0, pitches, pitch, FOUR)
        return chord_share(known.weights, "Am")

    assert root(45, 60, 64) > root(52, 60, 64), "A C E is an A minor chord, E C E hardly"
    low, middle = followed((0.0, (49,), 49)).weights, followed((0.0, (61,), 61)).weights
    assert chord_share(low, "Db", "Dbm", "Db7") > chord_share(middle, "Db", "Dbm", "Db7") + 0.2
    assert not np.allclose(followed((0.0, (50,), 50)).weights, followed((0.0, (38,), 38)).weights)
    assert np.allclose(followed((0.0, (50,), 50)).weights, followed((0.0, (62,), 62)).weights), "50 is not low"


def test_a_tone_on_the_beat_says_more_of_its_chord_than_one_between() -> None:
    def certainty(beat: float) -> float:
        known = followed((beat, (72,), 72))
        return chord_share(known.weights, "C", "Am", "F", "C7", "Cm")

    assert certainty(1.0) > certainty(1.5) and certainty(1.05) == pytest.approx(certainty(1.0))
    assert certainty(1.95) == pytest.approx(certainty(2.0), rel=0.05)


def test_a_pitch_class_counts_once_in_a_stroke() -> None:
    one, many = Progression(), Progression()
    one.hear(0.0, (48, 64), 64, FOUR)
    for pitch in (64, 64):
        many.hear(0.0, (48, 64), pitch, FOUR)
    assert np.allclose(one.weights, many.weights)


@pytest.mark.parametrize(
    ("held", "struck", "beat", "says"),
    [
        ((60,), (60,), 0.0, [("on_beat", 0)]),
        ((60,), (60,), 0.5, [("off_beat", 0)]),
        ((45,), (45,), 0.5, [("bass", 9)]),
        ((45, 60, 64), (45, 60, 64), 0.0, [("bass", 9), ("inner", 0), ("on_beat", 4)]),
        ((60, 64, 67), (60, 64, 67), 0.0, [("lowest", 0), ("inner", 4), ("on_beat", 7)]),
        ((60, 67), (60, 67), 0.0, [("lowest", 0), ("on_beat", 7)]),
        ((60, 72), (60, 72), 0.0, [("on_beat", 0)]),
        ((40, 45), (40, 45), 0.0, [("bass", 4), ("on_beat", 9)]),
        ((60, 67), (67,), 0.0, [("on_beat", 7)]),
        ((60, 67), (60,), 0.0, [("on_beat", 0)]),
        ((60, 64, 67), (64,), 0.0, [("inner", 4)]),
        ((60, 64, 67), (60,), 0.0, [("lowest", 0)]),
        ((60, 64, 72), (64,), 0.0, [("on_beat", 4)]),
        ((45, 60), (60,), 0.0, [("on_beat", 0)]),
        ((45, 48, 55), (48,), 0.0, [("inner", 0)]),
    ],
    ids=str,
)
def test_each_note_speaks_by_where_it_lies(
    held: tuple[int, ...], struck: tuple[int, ...], beat: float, says: list[tuple[str, int]]
) -> None:
    """A low lowest note as bass, the highest as tune, others as parts of a chord where there is one."""
    known = Progression()
    for pitch in struck:
        known.hear(beat, held, pitch, FOUR)
    tones = table().tones
    lowest = {"lowest": (tones["bass"] + tones["inner"]) / 2}
    said = sum((lowest | tones)[place][tone] for place, tone in says)
    expected = np.exp(said) * Progression().weights
    assert np.allclose(known.weights, expected / expected.sum())


def likely(shares: np.ndarray) -> np.ndarray:
    return np.asarray(shares / shares.sum())


@pytest.mark.parametrize(("bars", "changes"), [(None, 0.3), (FOUR, float(table().changes[4][1]))], ids=["free", "bars"])
def test_from_one_beat_to_the_next_a_chord_stays_or_another_follows_or_another_key_begins(
    bars: Bars | None, changes: float
) -> None:
    known = followed((0.0, (60,), 60), (0.5, (), None), bars=bars)
    now, counted = known.weights, table()
    follows = np.einsum("kc,kcd->kd", now, counted.follows)
    course = (1 - KEY_CHANGES) * ((1 - changes) * now + changes * follows) + counted.new_key
    assert np.allclose(known.ahead(1.0, bars), likely(course))


def test_what_keys_that_stay_down_say_again_is_a_fifth_and_said_once_ahead() -> None:
    held, lifted = followed((0.0, FIRST, 48)), followed((0.0, FIRST, 48), (0.5, (), None))
    for found in (held, lifted):
        found.pass_to(1.0, FOUR)
    tones = table().tones
    said = tones["bass"][0] + tones["inner"][4] + tones["on_beat"][7]
    assert np.allclose(held.weights, likely(lifted.weights * np.exp(0.2 * said)))
    waiting = followed((0.0, FIRST, 48))
    held.hear(1.2, (), None, FOUR)
    assert np.allclose(waiting.ahead(2.0, FOUR), held.ahead(2.0, FOUR)), "nobody counts on them for longer"


def test_keys_on_either_side_of_a_beat_are_two_strokes() -> None:
    known = followed((0.88, (48,), 48))
    known.pass_to(0.92, FOUR)
    before = known.weights
    known.hear(0.92, (48, 52), 52, FOUR)
    assert np.allclose(known.weights, likely(before * np.exp(table().tones["on_beat"][4])))


def test_a_bar_shorter_than_a_beat_is_one_beat() -> None:
    known = followed((0.0, (60,), 60), (0.4, (60,), 60), (1.2, (60,), 60), bars=Bars(0.0, 0.4))
    assert known.beat == 3


# --- in free time ----------------------------------------------------------------------------------


def test_in_free_time_beats_are_those_of_the_pulse() -> None:
    """What is heard on a pulse of any tempo is what is heard on the session's own beats."""
    plain, slow = Progression(), Progression()
    for beat, pitch in ((0.0, 60), (0.5, 62), (1.0, 64), (2.5, 65), (3.0, 67)):
        plain.hear(beat, (pitch,), pitch, None)
        slow.hear(7.0 + 1.25 * beat, (pitch,), pitch, Pulse(7.0, 1.25, 0))
    assert np.allclose(plain.weights, slow.weights)
    assert np.allclose(plain.ahead(4.0, None), slow.ahead(12.0, Pulse(7.0, 1.25, 0)))
    assert slow.beat == plain.beat == 3


def test_a_pulse_that_turns_back_a_little_begins_no_beat_again() -> None:
    known = Progression()
    known.hear(1.0, (60,), 60, Pulse(0.0, 1.0, 0))
    before = known.weights.copy()
    known.pass_to(1.0, Pulse(0.2, 1.0, 0))
    assert known.beat == 1 and np.array_equal(known.weights, before)


def test_where_a_pulse_is_found_what_was_made_out_stays() -> None:
    known = Progression()
    known.hear(8.0, (60, 64, 67), 67, None)
    before = known.weights.copy()
    known.pass_to(8.2, Pulse(8.0, 1.2, 40))
    assert known.beat == 40 and np.array_equal(known.weights, before)
