"""Phrases alone in memory, lines alone in any role, and textures that change from turn to turn."""

from __future__ import annotations

import numpy as np
import pytest
from training_corpus import Note, note_array, scale

from bridge.data.encode import Stretch, in_playing_order, stretch_of
from bridge.training import turns as turn_taking
from bridge.training.turns import Turns
from bridge.vocabulary import codec
from bridge.vocabulary.codec import VOICES
from bridge.vocabulary.guide import CONTROL_NAMES, ENDING, ENDING_ENTRY, FREE, HUMAN, MACHINE, SILENT, UNKNOWN

KEYS, BASS, LEAD = (VOICES.index(name) for name in ("keys", "bass", "lead"))
TEXTURE = len(VOICES) + CONTROL_NAMES.index("texture")


def stretch(notes: list[Note]) -> Stretch:
    return in_playing_order(stretch_of(note_array(sorted(notes)), free=False))


def line(*onsets: float, pitch: int = 60, voice: int = KEYS) -> list[Note]:
    return [(onset, 0.5, voice, pitch + i, 70) for i, onset in enumerate(onsets)]


def draws(count: int = 60) -> list[np.random.Generator]:
    return [np.random.default_rng(seed) for seed in range(count)]


def test_the_line_of_two_hands_is_the_top_without_inner_notes() -> None:
    melody = [(0.0, 1.0, KEYS, 72, 70), (1.0, 1.0, KEYS, 74, 70), (2.0, 1.0, KEYS, 76, 70)]
    chords = [(beat, 0.5, KEYS, pitch, 50) for beat in (0.0, 0.5, 1.0, 1.5, 2.0) for pitch in (48, 55)]
    hands = stretch(melody + chords)
    assert hands.pitch[turn_taking.outer_line(hands, top=True)].tolist() == [72, 74, 76]
    assert hands.pitch[turn_taking.outer_line(hands, top=False)].tolist() == [48] * 5


def test_a_line_alone_is_played_by_everybody_who_could_and_one_note_at_a_time() -> None:
    melody = stretch([(i * 0.5, 0.6, LEAD, 60 + i % 12, 70) for i in range(40)])
    bass = stretch([(i * 0.5, 0.6, BASS, 36 + i % 12, 70) for i in range(40)])
    for music, players in ((melody, {"keys", "lead", "guitar", "strings", "other"}),
                           (bass, {"bass", "keys", "guitar", "other"})):  # fmt: skip
        lines = [turn_taking.one_line(music, rng) for rng in draws(120)]
        assert {VOICES[int(v)] for each in lines for v in np.unique(each.voice)} == players
        assert all((each.offset[:-1] <= each.onset[1:]).all() for each in lines)
        assert all(each.pitch.tolist() == music.pitch.tolist() for each in lines)


def test_parts_of_a_band_are_a_line_its_drums_or_all() -> None:
    drums = [(i * 0.5, 0.25, codec.DRUMS, 36, 80) for i in range(40)]
    band = stretch(scale(40, voice=LEAD) + scale(40, voice=BASS) + drums)
    heard = {tuple(np.unique(turn_taking.part_of(band, "band", rng).voice).tolist()) for rng in draws()}
    assert (codec.DRUMS,) in heard and (BASS, codec.DRUMS, LEAD) in heard
    assert any(len(voices) == 1 and voices != (codec.DRUMS,) for voices in heard)


def test_two_hands_are_one_voice_without_doubled_notes() -> None:
    music = stretch(scale(40, voice=LEAD) + scale(40, voice=KEYS))
    heard = [turn_taking.part_of(music, "expressive", rng) for rng in draws()]
    hands = [each for each in heard if set(each.voice.tolist()) == {KEYS} and len(each.onset) == 40]
    assert hands


def test_turns_end_with_breaths_and_begin_after_them() -> None:
    # Phrases of eight eighths, two beats of rest between them.
    music = stretch([(6.0 * p + i / 2, 0.5, KEYS, 60 + i, 70) for p in range(20) for i in range(8)])
    for rng in draws(20):
        cut = turn_taking.in_turns(music, 64, rng)
        assert len(cut.stretch.onset) <= 64
        assert cut.stretch.pitch[0] == 60  # a phrase's first note
        changes = np.flatnonzero(np.diff(cut.turn))
        assert (np.diff(cut.turn)[changes] == 1).all() and (cut.stretch.pitch[changes] == 67).all()


def test_music_that_never_breathes_is_cut_all_the_same_but_not_within_a_chord() -> None:
    chords = stretch([(i / 4, 0.25, KEYS, pitch, 70) for i in range(60) for pitch in (60, 64, 67)])
    for rng in draws(20):
        cut = turn_taking.in_turns(chords, 128, rng)
        assert cut.turn[-1] >= 1
        for change in np.flatnonzero(np.diff(cut.turn)):
            assert cut.stretch.onset[change] < cut.stretch.onset[change + 1]


def test_who_plays_the_next_note_is_said_as_call_and_response_has_it() -> None:
    music = Turns(stretch(line(0, 1, 2, 3, 4, 5)), np.array([0, 0, 1, 1, 2, 2]))
    others = [v for v in range(len(VOICES)) if v != KEYS]

    def keys(who: str) -> list[int]:
        roles = turn_taking.roles_in_turns(music, who)
        assert set(roles[:, others].ravel().tolist()) == ({UNKNOWN} if who == "unsaid" else {SILENT})
        return [int(role) for role in roles[:, KEYS]]

    assert keys("machine") == [MACHINE] * 6
    assert keys("turns") == [HUMAN, MACHINE, MACHINE, HUMAN, HUMAN, HUMAN]
    assert keys("unsaid") == [UNKNOWN] * 6
    apart = Turns(stretch(line(0, 1) + line(2, 3, voice=LEAD)), np.array([0, 0, 1, 1]))
    said = turn_taking.roles_in_turns(apart, "voices")
    assert said[:, [KEYS, LEAD, BASS]].tolist() == [[HUMAN, MACHINE, SILENT]] * 4


def test_an_answer_elsewhere_is_in_one_other_voice_that_is_no_drum() -> None:
    for rng in draws(20):
        music = Turns(stretch(line(0, 1, 2, 3)), np.array([0, 0, 1, 1]))
        voice = turn_taking.answered_elsewhere(music, rng).stretch.voice
        assert voice[:2].tolist() == [KEYS] * 2 and voice[2] == voice[3] and voice[2] not in (KEYS, codec.DRUMS)


def test_the_ending_counts_down_to_the_last_note_of_the_turn_to_come() -> None:
    music = Turns(stretch(line(0, 1, 2, 4, 6, 8, 9)), np.array([0, 0, 0, 1, 1, 2, 2]))
    told = [turn_taking.guide_in_turns(music, "machine", rng)[:, ENDING_ENTRY] for rng in draws()]
    said = [each.tolist() for each in told if each.any()]
    # After the first note two beats are left; after the third the next turn's last note is four beats off; the last
    # turn may go on beyond the cut.
    expected = ENDING.classes([2.0, 1.0, 4.0, 2.0]).tolist() + [FREE] * 3
    assert 0.4 < len(said) / len(told) < 0.8 and all(each == expected for each in said)


@pytest.mark.parametrize(
    ("most", "left"), [(1, [72, 74]), (2, [67, 72, 74]), (3, [64, 67, 72, 74]), (9, [48, 64, 67, 72, 74])]
)
def test_no_more_notes_sound_at_once_than_a_texture_allows(most: int, left: list[int]) -> None:
    chord = stretch([(0.0, 2.0, KEYS, pitch, 70) for pitch in (48, 64, 67, 72)] + [(2.0, 1.0, KEYS, 74, 70)])
    assert sorted(chord.pitch[turn_taking.at_most(chord, most)].tolist()) == left


def test_textures_that_change_are_always_told_and_say_what_comes() -> None:
    chords = [(i * 0.5, 0.5, KEYS, pitch + i % 5, 70) for i in range(48) for pitch in (48, 55, 64, 72)]
    lines: set[int] = set()
    for rng in draws(40):
        cut = turn_taking.thinned(turn_taking.in_turns(stretch(chords), 120, rng), rng)
        if not cut.thinned:
            continue
        guide = turn_taking.guide_in_turns(cut, "machine", rng)[:, TEXTURE]
        for number in range(int(cut.turn[-1])):
            own = cut.turn == number
            at_once = max(np.unique(cut.stretch.onset[own], return_counts=True)[1])
            first = guide[np.flatnonzero(own)[0] - 1] if number else guide[0]
            if first != FREE:  # the turn is long enough to measure
                lines.add(int(at_once))
                assert (first == 1) == (at_once == 1)
    assert {1, 2, 3, 4} <= lines


def test_keys_that_the_human_holds_have_no_duration_yet() -> None:
    music = Turns(stretch(line(0, 1, 2, 3)), np.array([0, 0, 1, 1]))
    drawn = {tuple(turn_taking.held_keys(music, rng).tolist()) for rng in draws()}
    assert drawn == {(False,) * 4, (True, True, False, False)}
