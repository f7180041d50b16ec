"""Those who act in a simulated set: in order of time, each from their own dice."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from bridge.simulator.clocks import CLOCKS
from bridge.simulator.happenings import Happening, Happenings, Random, Room, Stall, Wait
from bridge.simulator.operator import controls, mishaps, some_preset
from bridge.simulator.players import PhraseNote, SongPhrase, merged, phrases, plays_anything, plays_phrases
from bridge.vocabulary.events import NoteOff, NoteOn, Turn


def dice(seed: int) -> Random:
    return np.random.default_rng(seed)


def both(draw: Random, room: Room, begin: float) -> Happenings:
    return controls(draw, room, begin, ("red", "blue"))


SOURCES = [plays_phrases, plays_anything, mishaps, both, *CLOCKS.values()]


def test_phrases_are_as_they_are_written() -> None:
    first = phrases()[0]
    assert first.title == "Schubert, 1 Mignon und der Harfner, voice"
    assert first.notes[:3] == (PhraseNote(0.0, 72, 2.0), PhraseNote(2.0, 72, 1.0), PhraseNote(3.0, 72, 1.0))
    assert len(phrases()) == 71
    for phrase in phrases():
        assert phrase.notes[0].onset == 0.0
        assert all(21 <= pitch <= 108 and length > 0 for _, pitch, length in phrase.notes)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.__name__)
def test_deeds_come_in_order_of_time_and_the_same_again(source: object) -> None:
    for seed in range(10):
        happenings, again = (list(islice(source(dice(seed), Room(), 2.0), 500)) for _ in range(2))  # type: ignore[operator]
        assert happenings == again
        times = [happening.time for happening in happenings]
        assert times[0] >= 2.0 and times == sorted(times)


def test_a_phrase_is_played_as_written_but_for_the_human_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    scale = SongPhrase("a scale", tuple(PhraseNote(float(index), 60 + index, 0.5) for index in range(8)))
    monkeypatch.setattr("bridge.simulator.players.phrases", lambda: (scale,))
    monkeypatch.setattr("bridge.simulator.players.chance", lambda draw, probability: False)
    happenings = list(
        islice((happening for happening in plays_phrases(dice(1), Room(), 0.0) if not isinstance(happening, Wait)), 16)
    )
    ons = [happening for happening in happenings if isinstance(happening, NoteOn)]
    offs = [happening for happening in happenings if isinstance(happening, NoteOff)]
    assert np.diff([note.pitch for note in ons]).tolist() == [1] * 7
    assert [note.pitch for note in offs] == [note.pitch for note in ons]
    gaps = np.diff([note.time for note in ons])
    assert gaps.std() < 0.15 * gaps.mean(), "in time, more or less"
    assert len({note.velocity for note in ons}) > 2


def test_a_patient_player_waits_for_the_answer_s_end() -> None:
    room = Room()
    happenings = plays_phrases(dice(8), room, 0.0)

    def next_phrase() -> tuple[float, int]:
        waits = 0
        for happening in happenings:
            waits += isinstance(happening, Wait)
            if isinstance(happening, NoteOn):
                return happening.time, waits
        raise AssertionError

    next_phrase()
    room.turn = Turn.MACHINE
    most = max(next_phrase()[1] for _ in range(400))
    assert most > 6


def test_presets_can_be_taken() -> None:
    for seed in range(50):
        some_preset(dice(seed), wild=True).recall("x", 1.0)


def test_deeds_are_merged_and_a_source_goes_on_only_once_its_deed_was_done() -> None:
    seen: list[str] = []

    def source(name: str, *times: float) -> Happenings:
        for time in times:
            seen.append(f"{name} plans {time:g}")
            yield Stall(time, 0.1)

    done: list[Happening] = []
    for happening in merged(source("a", 1.0, 4.0), source("b", 2.0, 3.0)):
        seen.append(f"done {happening.time:g}")
        done.append(happening)
    assert [happening.time for happening in done] == [1.0, 2.0, 3.0, 4.0]
    assert seen.index("b plans 3") > seen.index("done 2")
