"""MIDI files in and out."""

from __future__ import annotations

import io
from pathlib import Path

import mido
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import CASES
from songs import Message, meta, off, on, program, song, with_header, write_song

from bridge.midi import files as midifile
from bridge.midi.files import BadMidiFile, MidiFile, NewTrack, TrackNote, decode, on_a_grid
from bridge.midi.smf import Refused
from bridge.timing.timeline import Metre, Tempo, Timeline
from bridge.vocabulary.codec import VOICES


def tempo(tick: int, bpm: float) -> Message:
    return meta(tick, 0x51, *round(60e6 / bpm).to_bytes(3, "big"))


def spans(file: MidiFile) -> list[tuple[int, int]]:
    return list(zip(file.notes["onset"].tolist(), file.notes["offset"].tolist(), strict=True))


def kinds(file: MidiFile) -> list[str]:
    return [mend.kind for mend in file.mended]


def again(file: MidiFile, folder: Path) -> MidiFile:
    midifile.write(folder / "again.mid", file)
    return midifile.read(folder / "again.mid")


# --- the cases -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "notes", "tempos", "metres", "mended"),
    [
        ("01-bad-key", 64, [(0, 120)], "4/4", ["bad key signature"]),
        ("03-tempo-change", 64, [(0, 120), (16, 60)], "4/4", []),
        ("03c-tempo-zero", 64, [(0, 120)], "4/4", ["bad tempo"]),
        ("03d-tempos-two-tracks", 64, [(0, 100), (16, 60)], "4/4", []),
        ("04-six-eight", 64, [(0, 120)], "6/8", []),
        ("04d-meter-zero", 64, [(0, 120)], "4/4", ["bad metre"]),
        ("05b-two-tracks-one-channel", 64, [(0, 120)], "4/4", []),
        ("07h-port-empty", 64, [(0, 120)], "4/4", ["bad port", "bad channel prefix"]),
        ("08-unterminated", 65, [(0, 120)], "4/4", ["unterminated notes"]),
        ("08d-on-before-off-same-tick", 64, [(0, 120)], "4/4", []),
        ("09f-header-8", 64, [(0, 120)], "4/4", ["header length"]),
        ("09i-truncated", 57, [(0, 120)], "4/4", ["truncated", "unterminated notes"]),
        ("12-track-length-3-more", 64, [(0, 120)], "4/4", ["track length"]),
    ],
)
def test_a_case_and_what_is_right_for_it(
    name: str, notes: int, tempos: list[tuple[float, float]], metres: str, mended: list[str], tmp_path: Path
) -> None:
    file = midifile.read(CASES / "midi" / f"{name}.mid")
    assert len(file.notes) == notes and kinds(file) == mended
    assert file.timeline.tempos == tuple(Tempo(beat, pytest.approx(bpm, abs=1e-4)) for beat, bpm in tempos)
    assert [str(metre) for metre in file.timeline.metres] == [metres]
    written = again(file, tmp_path)
    assert (written.notes == file.notes).all() and written.mended == ()
    assert (written.tempos, written.metres, written.names) == (file.tempos, file.metres, file.names)


def test_24_seconds_stay_24_seconds() -> None:
    file = midifile.read(CASES / "midi" / "03-tempo-change.mid")
    assert file.timeline.seconds_at(file.end_tick / file.ticks_per_beat) == pytest.approx(24.0, abs=0.05)


def test_eighths_struck_before_the_old_note_ends_are_eighths() -> None:
    file = midifile.read(CASES / "midi" / "08d-on-before-off-same-tick.mid")
    assert spans(file) == [(tick, tick + 240) for tick in range(0, 64 * 240, 240)]


def test_bass_and_bass() -> None:
    piece = midifile.read(CASES / "midi" / "05b-two-tracks-one-channel.mid").piece()
    assert {VOICES[note.voice] for note in piece.notes} == {"bass"}


# --- notes -----------------------------------------------------------------------------------------


def test_data_bytes_above_127_are_mended() -> None:
    data = song([on(0), off(10), on(20), off(30)]).replace(b"\x3c\x50", b"\x3c\xd0", 1)
    file = decode(data)
    assert kinds(file) == ["bad data bytes"] and file.notes["velocity"].tolist() == [127, 80]


def test_what_is_damaged_throughout_is_refused() -> None:
    messages = [message for tick in range(0, 800, 20) for message in (on(tick), off(tick + 10))]
    with pytest.raises(Refused, match="40 of 80 messages of a track have data above 127"):
        decode(song(messages).replace(b"\x3c\x50", b"\x3c\xd0"))


def test_names_in_any_encoding() -> None:
    data = song([meta(0, 3, *b"Fl\xf6te")], [meta(0, 3, *"Flöte".encode())], [on(0), off(1)])
    assert decode(data).names == ("Flöte", "Flöte", "")


@pytest.mark.parametrize(
    ("program", "drum", "name", "voice"),
    [
        (0, False, "", "keys"),
        (0, True, "", "drums"),
        (33, False, "Melody", "bass"),
        (0, False, "Melody", "lead"),
        (48, False, "Violins", "strings"),
        (52, False, "Sopran", "lead"),
        (127, False, "", "other"),
    ],
)
def test_voices(program: int, drum: bool, name: str, voice: str) -> None:
    assert midifile.voice_of(program, drum, name) == voice


# --- tempo and metre -------------------------------------------------------------------------------


def test_of_several_changes_at_one_tick_the_last_counts() -> None:
    head = [tempo(0, 90), tempo(0, 100), tempo(200, 60), meta(0, 0x58, 3, 2, 24, 8), meta(0, 0x58, 7, 3, 24, 8)]
    timeline = decode(song(head, [on(0), off(10), tempo(200, 50)])).timeline
    assert [(beat, round(bpm)) for beat, bpm in timeline.tempos] == [(0, 100), (2, 50)]
    assert [str(metre) for metre in timeline.metres] == ["7/8"]


def test_a_file_that_counts_time_has_neither(tmp_path: Path) -> None:
    write_song(tmp_path / "a.mid", [(0, 500, 60, 80), (1000, 500, 62, 80)], bpm=60.0)
    data = with_header((tmp_path / "a.mid").read_bytes(), division=0xE728)  # 25 frames of 40 ticks
    file = decode(data)
    assert file.timeline.free and [note.onset for note in file.piece().notes] == [0.0, 2.0]


def test_notes_off_any_grid_are_in_free_time_whatever_the_file_says_of_tempo() -> None:
    onsets = [13, 64, 145, 211, 293, 342]  # hundredths of a beat, none near a sixteenth or a triplet
    messages = [message for tick in onsets for message in (on(tick), off(tick + 30))]
    file = decode(song([tempo(0, 60), meta(0, 0x58, 3, 2, 24, 8), *messages]))
    assert not file.has_beats
    piece = file.piece()
    assert piece.timeline.free and piece.bar_after == 4.0
    # A beat is half a second; at 60 bpm a beat of the file is a second.
    assert [note.onset for note in piece.notes] == pytest.approx([tick / 50 for tick in onsets])
    assert [note.duration for note in piece.notes] == pytest.approx([0.6] * 6)


@pytest.mark.parametrize(
    ("place", "meant"),
    [
        (0.0, True), (0.25, True), (1 / 3, True), (0.5, True), (2 / 3, True), (0.75, True),
        (0.985, True),  # a little early
        (0.015, True),
        (0.97, False), (0.03, False), (0.125, False), (0.4, False), (0.6, False), (0.875, False),
    ],
)  # fmt: skip
def test_onsets_lie_on_a_grid_at_sixteenths_and_triplets(place: float, meant: bool) -> None:
    beats = np.arange(8.0) + place
    assert on_a_grid(beats) is meant
    # And so for more than half of them.
    half = np.where(np.arange(8) % 2 == 0, beats, np.floor(beats) + 0.44)
    assert not on_a_grid(half)
    assert on_a_grid(np.append(half, 9.0 + place)) is meant


def test_a_piece_has_the_tempo_it_begins_with_and_the_bars_it_ends_with() -> None:
    head = [tempo(0, 90), tempo(100, 140), meta(0, 0x58, 4, 2, 24, 8), meta(400, 0x58, 3, 2, 24, 8)]
    piece = decode(song(head, [on(0), off(50), on(400), off(450)])).piece()
    assert piece.bpm == pytest.approx(90.0, abs=1e-3) and piece.bar_after == 3.0


def test_notes_of_a_piece_are_in_order_of_onset_then_voice_then_pitch() -> None:
    tracks = [
        [program(0, 33), on(0, 40), off(50, 40), on(100, 38), off(150, 38)],
        [on(0, 64), on(0, 60), off(90, 64), off(90, 60), on(100, 70), off(120, 70)],
        [on(0, 36, channel=10), off(10, 36, channel=10)],
    ]
    piece = decode(song(*tracks)).piece()
    told = [(note.onset, note.voice, note.pitch) for note in piece.notes]
    assert told == sorted(told) and len(told) == 6
    assert {(VOICES[voice], pitch) for _, voice, pitch in told if pitch < 50} == {
        ("bass", 40), ("bass", 38), ("drums", 36),
    }  # fmt: skip


def test_voices_are_chosen_by_track_channel_and_program_of_each_note() -> None:
    asked: set[tuple[int, bool, str]] = set()

    def choose(program: int, is_drum: bool, name: str) -> str:
        asked.add((program, is_drum, name))
        return "bass" if name == "Two" else "drums" if is_drum else "keys"

    tracks = [
        [meta(0, 3, *b"One"), program(0, 127, 16), on(0, channel=16), off(1, channel=16), on(2, channel=10), off(3)],
        [meta(0, 3, *b"Two"), program(5, 1), on(0), off(1), on(5), off(6)],
    ]
    file = decode(song(*tracks))
    voices = [VOICES[voice] for voice in file.voices(choose)]
    told = dict(zip(zip(file.notes["track"].tolist(), file.notes["onset"].tolist(), strict=True), voices, strict=True))
    assert told == {(0, 0): "keys", (0, 2): "drums", (1, 0): "bass", (1, 5): "bass"}
    assert asked == {(127, False, "One"), (0, True, "One"), (0, False, "Two"), (1, False, "Two")}


def test_a_file_ends_with_the_last_of_its_tracks_after_their_last_notes() -> None:
    file = decode(song([on(0), off(10)], [on(0), off(30), meta(70, 0x06, 65)]))
    assert file.end_tick == 70


# --- what is left out ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "payload", "fault"),
    [
        (0x51, b"\0\0", "a tempo event of 2 bytes in place of 3"),
        (0x51, b"\0\0\0", "a tempo of 0 microseconds a beat"),
        (0x58, b"\4\2\x18", "a metre event of 3 bytes in place of 4"),
        (0x58, b"\0\2\x18\x08", "a metre of 0/4"),
        (0x58, b"\4\x08\x18\x08", "a metre of 4/2^8"),
        (0x59, b"\x08\0", "a key signature of 8 sharps, mode 0"),
        (0x59, b"\xf8\0", "a key signature of -8 sharps, mode 0"),
        (0x59, b"\0\2", "a key signature of 0 sharps, mode 2"),
        (0x20, b"", "a channel prefix event of 0 bytes in place of 1"),
        (0x54, b"\0" * 4, "a SMPTE offset event of 4 bytes in place of 5"),
    ],
)
def test_a_meta_event_that_says_nothing_is_left_out_and_named_with_its_tick(
    kind: int, payload: bytes, fault: str, tmp_path: Path
) -> None:
    # mido refuses to write these: the type is put in afterwards, in place of a text's.
    data = song([meta(30, 0x01, *payload), on(0), off(40)])
    data = data.replace(bytes((0xFF, 0x01, len(payload))), bytes((0xFF, kind, len(payload))))
    file = decode(data)
    (mend,) = file.mended
    assert fault in str(mend) and "(tick 30) left out" in str(mend)
    assert file.timeline == Timeline() and again(file, tmp_path).mended == ()


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        (0x51, b"\0\0\1"),
        (0x51, b"\xff\xff\xff"),
        (0x58, b"\1\7\x18\x08"),
        (0x58, b"\xff\0\x18\x08"),
        (0x59, b"\7\1"),
        (0x59, b"\xf9\0"),
        (0x54, b"\0" * 5),
        (0x01, b""),
    ],
)
def test_the_outermost_that_a_meta_event_can_say_is_kept(kind: int, payload: bytes) -> None:
    data = song([meta(30, 0x01, *payload), on(0), off(40)])
    file = decode(data.replace(bytes((0xFF, 0x01, len(payload))), bytes((0xFF, kind, len(payload)))))
    assert file.mended == ()
    (track,) = file.song.tracks
    place = int(np.flatnonzero((track.status == 0xFF) & (track.first == kind))[0])
    assert (track.payload(place), int(track.tick[place])) == (payload, 30)


def test_a_pitch_that_does_not_exist_is_no_note() -> None:
    data = song([on(0, 61), off(10, 61), on(20), off(30)]).replace(b"\x3d", b"\xbd")
    file = decode(data)
    assert file.notes["pitch"].tolist() == [60] and kinds(file) == ["bad data bytes"]
    assert "2 messages with data above 127" in str(file.mended[0])


# --- writing ---------------------------------------------------------------------------------------


def test_a_part_of_a_file_has_what_all_tracks_share_and_its_own_names(tmp_path: Path) -> None:
    tracks = [
        [meta(0, 3, *b"Conductor"), tempo(0, 90), meta(0, 0x58, 3, 2, 24, 8)],
        [meta(0, 3, *b"Left"), tempo(200, 60), on(0, 40), off(90, 40), meta(10, 5, *b"la")],
        [meta(0, 3, *b"Right"), meta(300, 6, *b"Coda"), on(50, 70), off(700, 70)],
    ]
    file = decode(song(*tracks))
    added = [NewTrack("More", [TrackNote(0.0, 1.0, 50, 64, 4)], {})]
    midifile.write_part(tmp_path / "part.mid", file, [("Hand", file.song.tracks[1])], added)
    part = midifile.read(tmp_path / "part.mid")
    assert part.names == ("", "Hand", "More")
    assert (part.tempos, part.metres, part.end_tick) == (file.tempos, file.metres, file.end_tick)
    assert part.notes[["track", "onset", "offset", "pitch"]].tolist() == [(1, 0, 90, 40), (2, 0, 100, 50)]
    messages = [
        [message for message in track if message.is_meta] for track in mido.MidiFile(tmp_path / "part.mid").tracks
    ]
    assert [message.type for message in messages[0]] == [
        "set_tempo", "time_signature", "set_tempo", "marker", "end_of_track",
    ]  # fmt: skip
    assert [message.type for message in messages[1]] == ["track_name", "lyrics", "end_of_track"]


def test_a_new_note_has_a_length_and_a_program_comes_before_it(tmp_path: Path) -> None:
    notes = [TrackNote(0.0, 0.0, 60, 80, 2), TrackNote(1.0, 0.25, 62, 1, 3)]
    midifile.write_new(tmp_path / "a.mid", Timeline.without_beat(), [NewTrack("Flöte", notes, {2: 73, 3: 0})], 96)
    file = midifile.read(tmp_path / "a.mid")
    assert file.notes[["onset", "offset", "pitch", "velocity", "channel", "program"]].tolist() == [
        (0, 1, 60, 80, 2, 73), (96, 120, 62, 1, 3, 0),
    ]  # fmt: skip
    assert file.names == ("Tempo", "Flöte") and file.metres == ()
    assert [round(bpm) for _, bpm in file.timeline.tempos] == [120]


@pytest.mark.parametrize(("bpm", "written"), [(3.0, 60e6 / (2**24 - 1)), (1e9, 60e6)])
def test_a_tempo_that_midi_cannot_say_is_written_as_the_nearest(tmp_path: Path, bpm: float, written: float) -> None:
    one = NewTrack("One", [TrackNote(0.0, 1.0, 60, 80, 1)], {})
    midifile.write_new(tmp_path / "a.mid", Timeline.steady(bpm, 4, 4), [one])
    assert midifile.read(tmp_path / "a.mid").piece().bpm == pytest.approx(written)


def test_a_file_is_left_as_it_was_and_tracks_are_added(tmp_path: Path) -> None:
    lyrics = [meta(0, 3, *b"Voice"), program(0, 52), on(0), meta(0, 5, *b"la"), (30, b"\xb0\x40\x7f"), off(90)]
    head = [tempo(0, 90), tempo(150, 45), meta(0, 0x58, 6, 3, 36, 8), meta(0, 0x59, 2, 1), meta(500, 6, *b"B")]
    data = song(head, lyrics)
    added = NewTrack("Antiphon", [TrackNote(1.5, 0.5, 40, 70, 2), TrackNote(2.0, 1.0, 40, 71, 2)], {2: 33})
    midifile.write(tmp_path / "a.mid", decode(data), [added])
    before, after = mido.MidiFile(file=io.BytesIO(data)), mido.MidiFile(tmp_path / "a.mid")
    assert after.ticks_per_beat == before.ticks_per_beat
    for one, other in zip(before.tracks, after.tracks, strict=False):
        assert [message.bytes() for message in one] == [message.bytes() for message in other]
        assert [message.time for message in one] == [message.time for message in other]
    file = midifile.read(tmp_path / "a.mid")
    assert file.names == ("", "Voice", "Antiphon")
    assert file.notes[["onset", "offset", "channel", "program"]].tolist() == [
        (0, 90, 1, 52), (150, 200, 2, 33), (200, 300, 2, 33),
    ]  # fmt: skip


def test_other_chunks_are_kept(tmp_path: Path) -> None:
    file = decode(song([on(0), off(10)]) + b"XFKM\0\0\0\2ab")
    assert again(file, tmp_path).song.others == ((b"XFKM", b"ab"),)


def test_a_new_file_has_its_timeline(tmp_path: Path) -> None:
    timeline = Timeline((Tempo(0.0, 96.0), Tempo(3.5, 72.0)), (Metre(0.0, 7, 8), Metre(3.5, 2, 2)))
    midifile.write_new(tmp_path / "a.mid", timeline, [NewTrack("One", [TrackNote(0.0, 1.0, 60, 80, 1)], {})])
    file = midifile.read(tmp_path / "a.mid")
    assert file.timeline.metres == timeline.metres
    assert [(beat, round(bpm, 3)) for beat, bpm in file.timeline.tempos] == [(0.0, 96.0), (3.5, 72.0)]
    assert file.names == ("Tempo", "One")


@st.composite
def files(draw: st.DrawFn) -> bytes:
    tracks = []
    for _ in range(draw(st.integers(1, 3))):
        notes: list[Message] = []
        for _ in range(draw(st.integers(1, 12))):
            tick, pitch, channel = draw(st.integers(0, 40)), draw(st.integers(59, 61)), draw(st.integers(1, 2))
            notes.append(on(tick, pitch, draw(st.integers(1, 127)), channel))
            if draw(st.integers(0, 5)):
                notes.append(off(tick + draw(st.integers(0, 20)), pitch, channel))
        notes += [program(draw(st.integers(0, 60)), draw(st.integers(0, 127)), draw(st.integers(1, 2)))]
        notes += [tempo(draw(st.integers(0, 60)), draw(st.integers(20, 300))) for _ in range(draw(st.integers(0, 2)))]
        tracks.append(draw(st.permutations(notes)))
    return song(*tracks)


@settings(max_examples=200, deadline=None)
@given(files())
def test_what_is_written_is_what_was_read(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.getbasetemp()
    file = decode(data)
    written = again(file, folder)
    assert sorted(written.notes.tolist()) == sorted(file.notes.tolist())
    assert (written.tempos, written.metres, written.mended) == (file.tempos, file.metres, ())
    assert all(onset < offset for onset, offset in spans(file))


# --- refusals --------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"", b"MThd", b"RIFF" * 100])
def test_broken_files_are_named(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "broken.mid"
    path.write_bytes(data)
    with pytest.raises(BadMidiFile, match=r"broken\.mid"):
        midifile.read(path)


def test_a_file_without_notes_is_named(tmp_path: Path) -> None:
    mido.MidiFile().save(tmp_path / "empty.mid")
    with pytest.raises(BadMidiFile, match=r"no notes|no track"):
        midifile.read(tmp_path / "empty.mid")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.booleans())
def test_no_bytes_raise_anything_else(tmp_path_factory: pytest.TempPathFactory, data: bytes, headed: bool) -> None:
    path = tmp_path_factory.getbasetemp() / "any.mid"
    head = b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk" + len(data).to_bytes(4, "big") if headed else b""
    path.write_bytes(head + data)
    try:
        assert midifile.read(path).piece().notes
    except BadMidiFile as error:
        assert "any.mid" in str(error)


def test_what_cannot_be_written_leaves_no_file(tmp_path: Path) -> None:
    file = decode(song([on(0), off(10)]))
    with pytest.raises(OSError):
        midifile.write(tmp_path / "no folder" / "a.mid", file)
    (tmp_path / "taken.mid").mkdir()
    with pytest.raises(OSError):
        midifile.write(tmp_path / "taken.mid", file)
    assert [path.name for path in tmp_path.iterdir()] == ["taken.mid"]


def test_a_folder_and_a_file_too_large_are_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(BadMidiFile, match=r"is not a MIDI file.* a folder, pipe or device"):
        midifile.read(tmp_path)
    path = tmp_path / "large.mid"
    path.write_bytes(bytes(3 * 2**20))
    with pytest.raises(Refused, match=r"3 MB; no piece of music is larger than 2 MB"):
        midifile.read_bytes(path, 2 * 2**20)
    assert len(midifile.read_bytes(path, 3 * 2**20)) == 3 * 2**20
    with pytest.raises(FileNotFoundError):
        midifile.read(tmp_path / "none.mid")
