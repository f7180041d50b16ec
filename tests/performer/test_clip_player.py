"""Somebody's clip, played in time or only heard: through the books, by no rule but its own, and in every replay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import msgspec
import pytest
from performing import codes, offs, ons, phrase, plans, settle, simulation

from bridge.engine.fake import FakeModel
from bridge.performer.clip_player import MOST_NOTES, heard_just_now
from bridge.performer.stage import Stage
from bridge.sessions.log import SessionLog, line, replay, unpack
from bridge.sessions.simulation import Simulation
from bridge.vocabulary import codec
from bridge.vocabulary.events import (
    ClipNote,
    Offered,
    Panic,
    PlayClip,
    PrimeWith,
    SetMode,
    SetParameter,
    SetTempo,
    Stop,
)

NOTES = tuple(ClipNote(beat, 0.5, "keys", pitch, 70) for beat, pitch in ((0, 61), (1, 63), (1, 66), (2, 68), (6, 70)))
PITCHES = [61, 63, 66, 68, 70]


def clip(time: float, place: float = 0.0, bpm: float = 0.0, notes: Sequence[ClipNote] = NOTES) -> PlayClip:
    return PlayClip(time, 7, "a tune, bar 1", place, bpm, tuple(notes))


def played(
    *script: object, until: float = 8.0, mode: str = "off", tempo: float = 120.0, **options: object
) -> Simulation:
    sim = simulation(mode, tempo=tempo, **options)
    sim.play(script, until=until)  # type: ignore[arg-type]
    return sim


def test_it_begins_on_the_next_bar_and_keeps_its_place_in_it() -> None:
    sim = played(clip(1.1), until=12.0)
    assert [(round(time, 2), pitch) for time, _, pitch in ons(sim)] == [
        (2.0, 61), (2.5, 63), (2.5, 66), (3.0, 68), (5.0, 70)
    ]  # fmt: skip
    assert sorted(pitch for _, _, pitch in offs(sim)) == PITCHES, "each note is ended"
    upbeat = played(clip(1.1, place=3.0))
    assert round(ons(upbeat)[0][0], 2) == 1.5


def test_it_goes_at_the_sets_tempo_and_at_its_own_where_there_is_none() -> None:
    slower = played(clip(1.1), SetTempo(3.1, 60.0), until=20.0)
    assert round(ons(slower)[-1][0], 1) == 6.9, "what is to come moves with the clock"
    free = played(clip(1.0, bpm=60.0), tempo=0.0, until=12.0)
    first, last = ons(free)[0][0], ons(free)[-1][0]
    assert first < 1.2 and last - first == pytest.approx(6.0, abs=0.01)


@pytest.mark.parametrize("end", [Stop(2.6), Panic(2.6), SetMode(2.6, "off")])
def test_whatever_silences_the_machine_ends_it(end: Stop) -> None:
    sim = played(clip(1.1), end, until=9.0)
    begun = [pitch for _, _, pitch in ons(sim)]
    assert begun == PITCHES[:3] and sorted({pitch for _, _, pitch in offs(sim)}) >= begun
    assert sim.session.performer.status()["clip"] == ""


def test_another_takes_its_place() -> None:
    others = [replace(note, pitch=note.pitch + 20) for note in NOTES]
    sim = played(clip(1.1), clip(2.7, notes=others), until=12.0)
    assert [pitch for _, _, pitch in ons(sim)] == [61, 63, 66, *(note.pitch for note in others)]


def test_neither_the_humans_playing_nor_a_rule_takes_it_back() -> None:
    rules = SetParameter(1.2, "scale", "major"), SetParameter(1.3, "root", "C"), SetParameter(1.4, "polyphony", 1.0)
    script = sorted([clip(1.1), *rules, *phrase(start=2.2)], key=lambda item: item.time)
    sim = played(*script, mode="duet", until=6.0)
    kept = [pitch for _, _, pitch in ons(sim) if pitch in PITCHES]
    assert [pitch for pitch in PITCHES if pitch in kept] == PITCHES


def test_the_model_hears_it_as_the_machines_own() -> None:
    sim = played(clip(1.1), until=8.0)
    notes = sim.session.performer.stage.memory.notes
    assert [note.pitch for note in notes] == PITCHES and all(note.note_id for note in notes)


def test_it_is_no_further_ahead_than_any_plan() -> None:
    sim = played(clip(1.1), until=8.0)
    assert all(note.onset - time < 0.6 for time, note in plans(sim))


def test_a_primed_model_heard_it_last_and_nothing_sounds() -> None:
    sim = simulation("respond", tempo=120.0)
    sim.play(phrase(), until=3.0)
    sim.receive(PrimeWith(3.0, 7, "a tune", 0.0, NOTES))
    before = len(ons(sim))
    settle(sim)
    notes = sim.session.performer.stage.memory.notes
    assert [note.pitch for note in notes][-5:] == PITCHES and notes[0].pitch == 60
    beats = [note.beat for note in notes]
    assert beats == sorted(beats) and beats[-1] <= 6.0, "all of it lies before now"
    assert len(ons(sim)) == before
    assert sim.session.performer.stage.memory.model.position == len(notes)


def test_what_cannot_be_is_refused_and_changes_nothing() -> None:
    sim = simulation("off", tempo=120.0)
    for wrong in (
        (),
        NOTES * (MOST_NOTES // len(NOTES) + 1),
        (replace(NOTES[0], voice="kazoo"),),
        (replace(NOTES[0], pitch=128),),
        (replace(NOTES[0], velocity=0),),
        (replace(NOTES[0], beat=-1.0),),
        (replace(NOTES[0], duration=0.0),),
        (replace(NOTES[0], duration=1e9),),
    ):
        with pytest.raises(ValueError, match=r"clip|voice"):
            sim.receive(clip(1.0, notes=wrong))
        with pytest.raises(ValueError, match=r"clip|voice"):
            sim.receive(PrimeWith(1.0, 7, "a tune", 0.0, tuple(wrong)))
    sim.receive(Offered(1.0, (7,), ("a tune",)))
    sim.play([], until=4.0)
    assert not ons(sim) and not codes(sim)


def test_it_is_in_the_log_and_comes_out_again() -> None:
    sim = simulation("respond", tempo=120.0, seed=3)
    entries: list[list[object]] = []
    sim.session.journal = entries.append
    sim.session.begin(0.0)
    script = sorted(
        [clip(1.1), *phrase(start=2.2), PrimeWith(5.0, 7, "a tune", 0.0, NOTES), *phrase(start=6.0)],
        key=lambda item: item.time,
    )
    sim.play(script, until=12.0)
    whole = SessionLog(sim.session.performer._settings, "fake", "", tuple(entries))
    assert replay(whole, lambda name, digest: FakeModel()) == sim.outputs

    for entry in entries:
        if isinstance(entry[-1], (PlayClip, PrimeWith)):
            assert unpack(msgspec.json.decode(line(entry))[2]) == entry[2]


def primed(notes: Sequence[ClipNote], place: float, tempo: float = 120.0) -> list[tuple[float, int, list[float]]]:
    """Beat, pitch and context of each note of a clip, heard up to beat 20."""
    stage = Stage(FakeModel(), 1, "keys")
    if tempo:
        stage.clock = stage.clock.with_tempo(tempo, 0.0)
    now = stage.clock.time_at(20.0)
    found = heard_just_now(PrimeWith(now, 7, "a tune", place, tuple(notes)), stage, now)
    return [(note.beat, note.pitch, note.context.tolist()) for note in found]


def test_a_clip_that_is_heard_ends_now_and_each_note_knows_what_sounds_with_it_and_where_in_the_bar() -> None:
    notes = (
        ClipNote(0.0, 2.0, "keys", 48, 70),
        ClipNote(1.0, 1.0, "keys", 64, 70),
        ClipNote(0.0, 0.5, "drums", 36, 70),
        ClipNote(2.0, 1.0, "keys", 65, 70),
        ClipNote(1.0, 0.5, "keys", 67, 70),
    )
    beside = {36: [48], 48: [48], 64: [48, 64, 67], 67: [48, 64, 67], 65: [65]}
    found = primed(notes, place=1.0)
    assert [(beat, pitch) for beat, pitch, _ in found] == [(17, 36), (17, 48), (18, 64), (18, 67), (19, 65)]
    for beat, pitch, context in found:
        assert context == codec.context(beside[pitch], 1.0 + beat - 17.0, 4.0).tolist()


def test_where_a_clip_s_place_is_not_known_its_notes_have_none() -> None:
    notes = (ClipNote(0.0, 1.0, "keys", 60, 70), ClipNote(1.0, 1.0, "keys", 62, 70))
    for place, tempo in ((-1.0, 120.0), (0.0, 0.0)):
        for _, pitch, context in primed(notes, place, tempo):
            assert context == codec.context([pitch], None, 4.0).tolist()
    assert primed(notes, 0.0)[0][2] == codec.context([60], 0.0, 4.0).tolist()
