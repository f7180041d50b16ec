"""Which note-off ends which note, and with which program it is played."""

from __future__ import annotations

import pytest
from songs import Message, meta, off, on, program, song

from bridge.midi.note_table import notes_of
from bridge.midi.smf import parse


@pytest.mark.parametrize(
    ("messages", "expected", "never"),
    [
        # Down and up in turns; up and down at one tick, in either order.
        ([on(0), off(50), on(50), off(90)], [(0, 50), (50, 90)], 0),
        ([on(0), on(50), off(50), off(90)], [(0, 50), (50, 90)], 0),
        ([on(0), on(50), off(50), on(90), off(90), off(120)], [(0, 50), (50, 90), (90, 120)], 0),
        # Struck again while it sounds: it ends there, and the second note goes on to its own end.
        ([on(0), on(50), off(55), off(90)], [(0, 50), (50, 90)], 0),
        # An off is missing: from there on the next off or the next note ends a note.
        ([on(0), on(50), off(60), on(100), off(110)], [(0, 50), (50, 60), (100, 110)], 1),
        ([on(0), on(50), off(50), on(90), off(90)], [(0, 50), (50, 90), (90, 200)], 1),
        ([on(0), off(20), on(100)], [(0, 20), (100, 200)], 1),
        # Offs of nobody, notes of no length, two at once.
        ([off(0), on(10), off(20), off(30), on(40), off(50)], [(10, 20), (40, 50)], 0),
        ([on(10), off(10)], [(10, 11)], 0),
        ([on(10), on(10), off(20), off(30)], [(10, 20), (10, 30)], 0),
        # Velocity 0 is an off.
        ([on(0), on(30, velocity=0)], [(0, 30)], 0),
    ],
)
def test_which_off_ends_which_note(messages: list[Message], expected: list[tuple[int, int]], never: int) -> None:
    notes, unended = notes_of(parse(song([*messages, meta(200, 0x01, 65)])).tracks)
    assert list(zip(notes["onset"].tolist(), notes["offset"].tolist(), strict=True)) == expected
    assert unended == never


def test_programs_by_channel_a_tracks_own_first_and_each_from_its_tick_on() -> None:
    conductor = [program(0, 32), program(100, 48), program(20, 9, channel=3)]
    own = [on(0), off(10), on(100, 61), off(110, 61), on(50, channel=3), off(60, channel=3)]
    other = [program(0, 5, channel=3), on(50, channel=3), off(60, channel=3), on(50, channel=4), off(60, channel=4)]
    notes, _ = notes_of(parse(song(conductor, own, other)).tracks)
    assert sorted(notes[["track", "channel", "onset", "program"]].tolist()) == [
        (1, 1, 0, 32), (1, 1, 100, 48), (1, 3, 50, 9), (2, 3, 50, 5), (2, 4, 50, 0),
    ]  # fmt: skip


def test_keys_of_other_tracks_and_channels_are_other_keys() -> None:
    notes, unended = notes_of(parse(song([on(0), off(30)], [on(10), off(20)], [on(5, channel=2), off(50)])).tracks)
    told = notes[["track", "channel", "onset", "offset"]].tolist()
    assert sorted(told) == [(0, 1, 0, 30), (1, 1, 10, 20), (2, 2, 5, 50)] and unended == 1
    assert [onset for *_, onset, _ in told] == [0, 5, 10]


def test_more_tracks_than_sixteen_bits_hold_are_sorted_all_the_same() -> None:
    tracks = [[on(number), off(100 + number)] for number in range(40)]
    notes, unended = notes_of(parse(song(*tracks)).tracks)
    assert notes["track"].tolist() == list(range(40)) and unended == 0
    assert (notes["offset"] - notes["onset"] == 100).all()


def ends(*messages: Message, end: int = 200) -> tuple[list[tuple[int, int]], int]:
    notes, unended = notes_of(parse(song([*messages, meta(end, 0x01, 65)])).tracks)
    return list(zip(notes["onset"].tolist(), notes["offset"].tolist(), strict=True)), unended


def test_pitch_and_velocity_are_the_notes_own_wherever_an_off_is_missing() -> None:
    messages = [on(0, 60, 11), on(10, 62, 22), off(20, 60), on(30, 60, 33), on(40, 60, 44), off(50, 60)]
    notes, unended = notes_of(parse(song([*messages, meta(90, 0x01, 65)])).tracks)
    assert notes[["onset", "offset", "pitch", "velocity", "channel"]].tolist() == [
        (0, 20, 60, 11, 1), (10, 90, 62, 22, 1), (30, 40, 60, 33, 1), (40, 50, 60, 44, 1),
    ]  # fmt: skip
    assert unended == 2


def test_a_file_without_notes_has_none_whatever_else_is_in_it() -> None:
    for messages in ([], [off(10)], [program(0, 5), (5, b"\xb0\x40\x7f")]):
        notes, unended = notes_of(parse(song([*messages, meta(50, 0x01, 65)])).tracks)
        assert len(notes) == 0 and unended == 0


def test_a_note_on_of_the_least_velocity_is_a_note() -> None:
    assert ends(on(0, velocity=1), off(9)) == ([(0, 9)], 0)


def test_offs_before_any_note_take_nothing_from_those_after_them() -> None:
    assert ends(off(0), off(5), on(10), off(20), on(30), off(40)) == ([(10, 20), (30, 40)], 0)
    assert ends(off(0), on(10), on(20), off(30)) == ([(10, 20), (20, 30)], 1)


def test_a_note_struck_at_the_end_of_its_track_has_a_length_all_the_same() -> None:
    assert ends(on(0), off(50), on(200)) == ([(0, 50), (200, 201)], 1)


def test_where_an_off_is_missing_those_struck_together_end_one_by_one() -> None:
    assert ends(on(10), on(10), off(20)) == ([(10, 20), (10, 200)], 1)
    assert ends(on(10), on(10), on(30), off(40)) == ([(10, 30), (10, 30), (30, 40)], 2)


@pytest.mark.parametrize("missing", range(4))
def test_whichever_off_of_a_run_is_missing_the_other_notes_keep_theirs(missing: int) -> None:
    messages = [message for number in range(4) for message in (on(20 * number), off(20 * number + 10))]
    del messages[2 * missing + 1]
    found, unended = ends(*messages)
    wanted = [(20 * number, 20 * number + 10) for number in range(4)]
    wanted[missing] = (20 * missing, 20 * missing + 20 if missing < 3 else 200)
    assert (found, unended) == (wanted, 1)


@pytest.mark.parametrize("tracks", [1, 31, 32, 33, 70])
def test_a_key_of_one_track_is_never_taken_for_that_of_another(tracks: int) -> None:
    # Highest key and channel beside the lowest of the next track.
    one = [on(0, 127, channel=16), off(30, 127, channel=16), on(0, 0), off(10, 0)]
    notes, unended = notes_of(parse(song(*[list(one) for _ in range(tracks)])).tracks)
    assert unended == 0 and len(notes) == 2 * tracks
    assert {(int(note["pitch"]), int(note["channel"]), int(note["offset"])) for note in notes} == {
        (127, 16, 30), (0, 1, 10),
    }  # fmt: skip


def test_a_program_holds_from_its_tick_on_and_of_two_at_one_tick_the_last() -> None:
    changes = [program(50, 7), program(50, 8), program(100, 9)]
    played = [message for tick in (0, 49, 50, 99, 100) for message in (on(tick, tick), off(tick + 1, tick))]
    notes, _ = notes_of(parse(song([*changes, *played])).tracks)
    assert notes[["onset", "program"]].tolist() == [(0, 0), (49, 0), (50, 8), (99, 8), (100, 9)]


def test_program_0_of_its_own_counts_before_anothers() -> None:
    notes, _ = notes_of(parse(song([program(0, 40)], [program(10, 0), on(0), off(5), on(20), off(25)])).tracks)
    assert notes[["onset", "program"]].tolist() == [(0, 40), (20, 0)]
