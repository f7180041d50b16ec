"""A phrase's notes out of its file: moved into a key, and refused where the file is another by now."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from library_songs import C_MAJOR, Ear, make_library, song, update

from bridge.library.clips import ClipGone, read_clip
from bridge.library.store import Entry, Index
from bridge.midi.files import NewTrack, TrackNote, write_new
from bridge.timing.timeline import Timeline


def indexed(library: Path, name: str, place: int = 0) -> tuple[Index, Entry]:
    index = Index(library / ".antiphon", Ear.identity, Ear.width)
    found = [entry for entry in index.entries(list(range(100))) if entry.path == name]
    return index, found[place]


def test_its_notes_are_those_of_the_phrase_moved(tmp_path: Path) -> None:
    library = make_library(tmp_path)
    update(library)
    index, entry = indexed(library, "c.mid")
    clip = read_clip(library, entry, index.known("c.mid"))
    assert len(clip.notes) == entry.phrase.notes and clip.place == 0.0
    assert [note.pitch for note in clip.notes] == C_MAJOR[: len(clip.notes)]
    assert [note.beat for note in clip.notes[:3]] == [0.0, 0.5, 1.0] and clip.notes[0].duration == pytest.approx(0.5)
    assert {note.voice for note in clip.notes} == {"keys"}
    moved = read_clip(library, entry, index.known("c.mid"), -5)
    assert [note.pitch + 5 for note in moved.notes] == [note.pitch for note in clip.notes]


def test_drums_stay_and_what_would_leave_the_range_is_an_octave_nearer(tmp_path: Path) -> None:
    notes = [TrackNote(0.5 * i, 0.5, 125, 60 + i % 40, 1) for i in range(12)]
    drums = [TrackNote(0.5 * i, 0.5, 38, 60, 10) for i in range(12)]
    write_new(tmp_path / "high.mid", Timeline.steady(90.0), [NewTrack("a", notes, {1: 0}), NewTrack("b", drums, {})])
    update(tmp_path)
    index, entry = indexed(tmp_path, "high.mid")
    clip = read_clip(tmp_path, entry, index.known("high.mid"), 4)
    assert {(note.voice, note.pitch) for note in clip.notes} == {("drums", 38), ("keys", 117)}


def test_a_phrase_of_one_note_is_a_clip(tmp_path: Path) -> None:
    library = make_library(tmp_path)
    update(library)
    index, entry = indexed(library, "one note.mid")
    assert len(read_clip(library, entry, index.known(entry.path)).notes) == 1


def test_a_file_that_moved_or_changed_is_told_and_nothing_is_played(tmp_path: Path) -> None:
    library = make_library(tmp_path)
    update(library)
    index, entry = indexed(library, "c.mid")
    known = index.known("c.mid")
    song(library / "c.mid", [*C_MAJOR, 60])
    with pytest.raises(ClipGone, match="has changed since it was indexed"):
        read_clip(library, entry, known)
    os.rename(library / "c.mid", library / "d.mid")
    with pytest.raises(ClipGone, match="is gone") as refused:
        read_clip(library, entry, known)
    assert str(library) not in str(refused.value), "no path is named"
    index_now, _ = indexed(library, "g.mid")
    update(library)
    assert index_now.refresh() and index_now.known("c.mid") is None and index_now.known("d.mid") is not None
    assert not index_now.refresh()


def test_of_a_file_of_several_phrases_each_is_its_own_clip_from_its_first_note_on(tmp_path: Path) -> None:
    first = [TrackNote(1.0 + 0.5 * i, 0.25, 60 + i, 60 + i, 1) for i in range(10)]
    second = [TrackNote(14.0 + 0.5 * i, 0.5, 80 - i, 90 + i, 1) for i in range(12)]
    write_new(tmp_path / "two.mid", Timeline.steady(90.0), [NewTrack("a", [*first, *second], {1: 0})])
    update(tmp_path)
    for place, notes in enumerate((first, second)):
        index, entry = indexed(tmp_path, "two.mid", place)
        clip = read_clip(tmp_path, entry, index.known("two.mid"))
        assert [(note.pitch, note.velocity) for note in clip.notes] == [(note.pitch, note.velocity) for note in notes]
        assert [note.beat for note in clip.notes] == pytest.approx([0.5 * i for i in range(len(notes))])
        assert [note.duration for note in clip.notes] == pytest.approx([note.duration for note in notes])
        assert clip.place == pytest.approx(notes[0].onset % 4.0)


@pytest.mark.parametrize(
    ("pitch", "transpose", "heard"), [(127, 0, 127), (122, 5, 127), (123, 5, 116), (0, 0, 0), (5, -5, 0), (4, -5, 11)]
)
def test_a_note_at_the_end_of_the_range_stays_and_one_beyond_it_is_an_octave_nearer(
    tmp_path: Path, pitch: int, transpose: int, heard: int
) -> None:
    notes = [TrackNote(0.5 * i, 0.5, pitch, 60 + i, 1) for i in range(12)]
    write_new(tmp_path / "a.mid", Timeline.steady(90.0), [NewTrack("a", notes, {1: 0})])
    update(tmp_path)
    index, entry = indexed(tmp_path, "a.mid")
    assert {note.pitch for note in read_clip(tmp_path, entry, index.known("a.mid"), transpose).notes} == {heard}


def test_a_file_the_index_knows_nothing_of_is_not_played(tmp_path: Path) -> None:
    library = make_library(tmp_path)
    update(library)
    _, entry = indexed(library, "c.mid")
    with pytest.raises(ClipGone, match="c has changed since it was indexed: antiphon index hears it again"):
        read_clip(library, entry, None)
