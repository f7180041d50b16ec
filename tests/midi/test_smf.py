"""Bytes of MIDI files: whole, mended, refused."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import mido
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import CASES
from songs import scale, with_header, write_song

from bridge.midi import smf
from bridge.midi.smf import Refused, Song, Track, parse

HEAD = b"MThd\0\0\0\6\0\1\0\1\1\xe0"


@pytest.fixture
def song(tmp_path: Path) -> bytes:
    write_song(tmp_path / "a.mid", scale(40))
    return (tmp_path / "a.mid").read_bytes()


def messages(track: Track) -> list[tuple[int, bytes]]:
    return [(int(tick), track.message(place)) for place, tick in enumerate(track.tick)]


def ons(song: Song) -> int:
    return sum(int(((track.status >= 0x90) & (track.status < 0xA0)).sum()) for track in song.tracks)


def kinds(song: Song) -> list[str]:
    return [mend.kind for mend in song.mended]


def track_of(*events: bytes) -> bytes:
    body = b"".join(events)
    return b"MTrk" + len(body).to_bytes(4, "big") + body


def test_the_events_of_a_whole_file(song: bytes) -> None:
    parsed = parse(song)
    expected = mido.MidiFile(file=io.BytesIO(song)).tracks[0]
    now, told = 0, []
    for message in expected:
        now += message.time
        told.append((now, bytes(message.bytes())))
    assert messages(parsed.tracks[0]) == told[:-1] and parsed.tracks[0].end_tick == told[-1][0]
    assert (parsed.kind, parsed.ticks_per_beat, parsed.counts_time, parsed.mended) == (1, 480, False, ())


def test_running_status_goes_on_over_meta_and_system_exclusive_events() -> None:
    body = track_of(
        b"\0\x90\x3c\x40", b"\x10\x3e\x41", b"\0\xff\x01\x02hi", b"\0\x40\x42", b"\0\xf0\x02\x01\xf7",
        b"\x81\0\x43\x44", b"\0\xc1\x05", b"\0\x06", b"\0\xff\x2f\0",
    )  # fmt: skip
    parsed = parse(HEAD + body)
    assert messages(parsed.tracks[0]) == [
        (0, b"\x90\x3c\x40"), (16, b"\x90\x3e\x41"), (16, b"\xff\x01\x02hi"), (16, b"\x90\x40\x42"),
        (16, b"\xf0\x02\x01\xf7"), (144, b"\x90\x43\x44"), (144, b"\xc1\x05"), (144, b"\xc1\x06"),
    ]  # fmt: skip
    assert parsed.tracks[0].payload(2) == b"hi" and parsed.mended == ()


def test_a_track_longer_than_its_table_is_read_in_pieces() -> None:
    long = b"\0\xff\x01\x84\x80\x00" + bytes(65536)
    events = [b"\x01\x90\x3c\x40", b"\x01\x3c\0"] * 30_000 + [long] + [b"\x01\x3d\x40"] * 10
    parsed = parse(HEAD + track_of(*events, b"\0\xff\x2f\0"))
    assert len(parsed.tracks[0].tick) == 60_011
    assert messages(parsed.tracks[0])[-1] == (60_010, b"\x90\x3d\x40")
    assert len(parsed.tracks[0].payload(60_000)) == 65536


@pytest.mark.parametrize("cut", [1, 3, 4, 7, 20, 101])
def test_a_file_cut_in_its_last_track_keeps_what_is_whole(song: bytes, cut: int) -> None:
    parsed = parse(song[:-cut])
    assert kinds(parsed) == ["truncated"] and "mid track (1 of 1)" in parsed.mended[0].text
    assert 40 - cut // 4 - 1 <= ons(parsed) <= 40


def test_a_file_cut_before_its_last_track_is_refused(song: bytes) -> None:
    whole = with_header(song, kind=1, tracks=2) + song[14:]
    assert ons(parse(whole)) == 80
    with pytest.raises(Refused, match="ends in track 1 of 2; the rest of the band is missing") as refused:
        parse(with_header(song, kind=1, tracks=2)[:-9])
    assert refused.value.reason == "truncated"


@pytest.mark.parametrize("off_by", [-9, -3, -1, 1, 3, 8, 9, 100])
def test_a_wrong_track_length_loses_no_track(song: bytes, off_by: int) -> None:
    track = song[14:]
    length = len(track) - 8 + off_by
    wrong = with_header(song, kind=1, tracks=3)[:14] + b"MTrk" + length.to_bytes(4, "big") + track[8:] + track + track
    parsed = parse(wrong)
    assert (len(parsed.tracks), ons(parsed), kinds(parsed)) == (3, 120, ["track length"])
    assert parsed.mended[0].text == f"track 1 said {length} bytes and has {length - off_by}"


def test_a_length_that_swallows_whole_tracks_loses_none(song: bytes) -> None:
    track = song[14:]
    wrong = with_header(song, tracks=3)[:14] + b"MTrk" + (3 * len(track) - 8).to_bytes(4, "big") + track[8:] + 2 * track
    parsed = parse(wrong)
    assert (len(parsed.tracks), ons(parsed), kinds(parsed)) == (3, 120, ["track length"])


def test_a_track_without_an_end_ends_where_the_next_begins(song: bytes) -> None:
    track = song[14:-4]
    body = b"MTrk" + (len(track) + 50).to_bytes(4, "big") + track[8:]
    parsed = parse(with_header(song, tracks=2)[:14] + body + song[14:])
    assert (len(parsed.tracks), ons(parsed)) == (2, 80)


def test_wrappers_and_what_is_no_track_are_left_out(song: bytes) -> None:
    riff = b"RIFF" + struct.pack("<I", len(song) + 12) + b"RMIDdata" + struct.pack("<I", len(song)) + song
    assert ons(parse(riff)) == 40 and kinds(parse(riff)) == ["unwrapped"]
    assert ons(parse(song + bytes(50))) == 40 and kinds(parse(song + bytes(50))) == []
    assert kinds(parse(song + b"\r\nthe end")) == ["stray bytes"]
    alien = song[:14] + b"XFIH\0\0\0\4abcd" + song[14:] + b"XFKM\0\0\0\2ef"
    assert ons(parse(alien)) == 40
    assert parse(alien).others == ((b"XFIH", b"abcd"), (b"XFKM", b"ef")) and kinds(parse(alien)) == []
    counted = parse(with_header(song, tracks=9))
    assert ons(counted) == 40 and kinds(counted) == ["tracks counted"]


@pytest.mark.parametrize("length", [0, 5, 8, 20])
def test_a_header_of_another_length(song: bytes, length: int) -> None:
    longer = song[:4] + length.to_bytes(4, "big") + song[8:14] + bytes(max(length - 6, 0)) + song[14:]
    parsed = parse(longer)
    assert ons(parsed) == 40 and kinds(parsed) == ["header length"]


def test_one_song_of_type_2_is_a_song(song: bytes) -> None:
    assert ons(parse(with_header(song, kind=2, tracks=1))) == 40
    with pytest.raises(Refused, match="2 songs beside each other"):
        parse(with_header(song, kind=2, tracks=2) + song[14:])


def test_time_in_frames() -> None:
    (division,) = struct.unpack(">H", struct.pack(">bB", -25, 40))  # 25 frames of 40 ticks: 1000 ticks a second
    parsed = parse(HEAD[:-2] + division.to_bytes(2, "big") + track_of(b"\0\xff\x2f\0"))
    assert (parsed.ticks_per_beat, parsed.counts_time, kinds(parsed)) == (500, True, ["SMPTE time"])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty file"),
        (b"hello, this is no MIDI at all", "not MIDI"),
        (b"MThd", "cut off"),
        (HEAD, "no tracks"),
        (b"MThd\0\0\0\6\0\1\x27\x10\1\xe0" + b"MTrk\0\0\0\4\0\xff\x2f\0" * 10_000, "too many tracks"),
        (b"MThd\0\0\0\6\0\1\x27\x10\1\xe0" + b"MTrk\0\0\0\4\0\xff\x2f\0", "too many tracks"),
        (b"MThd\0\0\0\6\0\1\0\1\0\0" + b"MTrk\0\0\0\4\0\xff\x2f\0", "no division"),
        (bytes(33 * 2**20), "too large"),
    ],
)
def test_what_cannot_be_mended_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(data)
    assert refused.value.reason == reason


@given(st.integers(0, 2**28 - 1))
def test_numbers_of_variable_length(value: int) -> None:
    parsed = parse(HEAD + track_of(smf.number(value) + b"\x90\x3c\x40", b"\0\xff\x2f\0"))
    assert parsed.tracks[0].tick.tolist() == [value]


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_are_read_or_refused(data: bytes, as_track: bool) -> None:
    try:
        parsed = parse(HEAD + (track_of(data) if as_track else data))
    except Refused:
        return
    for track in parsed.tracks:
        assert all(track.message(place) for place in range(len(track.tick)))
        assert (track.status >= 0x80).all()


@pytest.mark.parametrize("length", [0, 1, 127, 128, 300, 20_000])
def test_a_text_of_any_length_is_read_whole(length: int) -> None:
    file = mido.MidiFile()
    track = file.add_track()
    track.append(mido.MetaMessage("text", text="x" * length))
    track.append(mido.Message("note_on", note=60, velocity=9))
    buffer = io.BytesIO()
    file.save(file=buffer)
    (read,) = parse(buffer.getvalue()).tracks
    assert read.payload(0) == b"x" * length
    assert read.message(1) == b"\x90\x3c\x09"


def test_a_file_as_large_as_may_be_is_read_and_one_byte_more_refused() -> None:
    data = (CASES / "midi" / "04-six-eight.mid").read_bytes()
    assert len(parse(data, len(data)).tracks) > 0
    with pytest.raises(Refused, match="no piece of music is larger than 0 MB"):
        parse(data, len(data) - 1)
    for cut in (8, 13):
        with pytest.raises(Refused, match=f"it ends in mid header, after {cut} bytes"):
            parse(data[:cut])
    with pytest.raises(Refused, match="it has no bytes"):
        parse(b"")
