"""Bytes of MIDI files: whole, mended, refused."""

import struct
from pathlib import Path

import pytest
import symusic
from songs import scale, with_header, write_song

from bridge.data.smf import Refused, check


@pytest.fixture
def song(tmp_path: Path) -> bytes:
    write_song(tmp_path / "a.mid", scale(40))
    return (tmp_path / "a.mid").read_bytes()


def notes_in(data: bytes) -> int:
    return sum(len(track.notes) for track in symusic.Score.from_midi(data).tracks)


def track_of(song: bytes) -> bytes:
    return song[14:]


def test_a_whole_file_is_left_as_it_is(song: bytes) -> None:
    checked = check(song)
    assert checked.data is song and checked.repairs == () and not checked.counts_time


@pytest.mark.parametrize("cut", [1, 3, 4, 7, 20, 101])
def test_a_file_cut_in_its_last_track_keeps_what_is_whole(song: bytes, cut: int) -> None:
    checked = check(song[:-cut])
    assert checked.repairs == ("truncated",)
    assert 40 - cut // 4 - 1 <= notes_in(checked.data) <= 40


def test_a_file_cut_before_its_last_track_is_refused(song: bytes) -> None:
    whole = with_header(song, kind=1, tracks=2) + track_of(song)
    assert notes_in(check(whole).data) == 80
    with pytest.raises(Refused, match="ends in track 1 of 2") as refused:
        check(with_header(song, kind=1, tracks=2)[:-9])
    assert refused.value.reason == "truncated"


def test_wrappers_and_what_is_no_track_are_left_out(song: bytes) -> None:
    riff = b"RIFF" + struct.pack("<I", len(song) + 12) + b"RMIDdata" + struct.pack("<I", len(song)) + song
    assert check(riff).data == song and check(riff).repairs == ("unwrapped",)
    assert check(song + bytes(50)).data == song
    alien = song[:14] + b"XFIH\0\0\0\4abcd" + song[14:]
    assert notes_in(check(alien).data) == 40
    counted = check(with_header(song, tracks=9))
    assert counted.data == song and counted.repairs == ("tracks counted",)


def test_one_song_of_type_2_is_a_song(song: bytes) -> None:
    assert check(with_header(song, kind=2, tracks=1)).data == with_header(song, kind=1, tracks=1)
    with pytest.raises(Refused, match="2 songs beside each other"):
        check(with_header(song, kind=2, tracks=2) + track_of(song))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty file"),
        (b"hello, this is no MIDI at all", "not MIDI"),
        (b"MThd", "not MIDI"),
        (b"MThd\0\0\0\6\0\1\0\1\1\xe0", "no tracks"),
        (b"MThd\0\0\0\6\0\1\x27\x10\1\xe0" + b"MTrk\0\0\0\4\0\xff\x2f\0" * 10_000, "too many tracks"),
        (b"MThd\0\0\0\6\0\1\x27\x10\1\xe0" + b"MTrk\0\0\0\4\0\xff\x2f\0", "too many tracks"),
        (b"MThd\0\0\0\6\0\1\0\1\0\0" + b"MTrk\0\0\0\4\0\xff\x2f\0", "no division"),
        (bytes(9 * 2**20), "too large"),
    ],
)
def test_what_cannot_be_mended_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        check(data)
    assert refused.value.reason == reason
