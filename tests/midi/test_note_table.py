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
