"""A set is played as it happens: inputs, stalls, ports, cables, faults and swaps."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.engine.fake import FakeModel
from bridge.midi.outbox import Outbox
from bridge.performer.performer import Performer
from bridge.performer.settings import Settings
from bridge.sessions.log import Entry, Session
from bridge.simulator.happenings import Cable, Fault, Happening, Ports, Room, Stall, SwapModel, Wait
from bridge.simulator.invariants import Broken
from bridge.simulator.live_set import LiveSet
from bridge.simulator.watch import Watch
from bridge.simulator.watched_model import WatchedModel
from bridge.vocabulary.events import NoteOff, NoteOn, SetLinkTempo, SetVoice, Turn


class Played:
    """A set of `happenings` until `until`, and what was noted of it."""

    def __init__(self, *happenings: Happening, mode: str = "harmonize", until: float = 8.0) -> None:
        settings = Settings(mode=mode, seed=1)
        self.watch = Watch(settings, FakeModel, 512, 8)
        self.room = Room()
        self.swapped: list[str] = []
        model = WatchedModel(FakeModel(), self.watch)
        self.session = Session(Performer(model, settings))
        self.entries: list[Entry] = []
        self.session.journal = self.entries.append
        self.set = LiveSet(self.session, self.room, self.watch, model, self._load, 0.002)
        self.set.perform(iter(sorted([*happenings, Wait(1e9)], key=lambda one: one.time)), until)

    def _load(self, name: str) -> tuple[WatchedModel, str]:
        self.swapped.append(name)
        return WatchedModel(FakeModel(name), self.watch), ""

    def outputs(self, kind: type) -> list[tuple[float, object]]:
        return [(entry[1], entry[2]) for entry in self.entries if entry[0] == "out" and isinstance(entry[2], kind)]

    def inputs(self, kind: type) -> list[Any]:
        return [entry[2] for entry in self.entries if entry[0] == "in" and isinstance(entry[2], kind)]


def keys(start: float, *pitches: int) -> list[Happening]:
    return [
        one
        for index, pitch in enumerate(pitches)
        for one in (NoteOn(start + 0.4 * index, pitch, 80), NoteOff(start + 0.4 * index + 0.3, pitch))
    ]


def test_what_happens_comes_in_at_its_own_time_and_the_set_ends_in_silence() -> None:
    played = Played(*keys(1.0, 60, 64, 67), mode="respond")
    assert [(item.time, item.pitch) for item in played.inputs(NoteOn)] == [(1.0, 60), (1.4, 64), (1.8, 67)]
    assert played.set.now >= 8.0 and played.watch.draws
    played.set.finish()
    assert not played.watch.books.sounding


def test_what_is_refused_is_counted_and_the_set_goes_on() -> None:
    played = Played(SetVoice(1.0, "choir", True, 1), *keys(2.0, 60))
    assert played.set.refused == 1 and len(played.inputs(NoteOn)) == 1


def test_a_fault_is_recovered_from_as_the_daemon_does() -> None:
    played = Played(Fault(0.9), *keys(1.0, 60, 64, 67), *keys(4.0, 60))
    assert played.set.faults == 1
    assert [entry[0] for entry in played.entries].count("heal") == 1
    assert len(played.inputs(NoteOn)) == 4


def test_another_model_is_swapped_to_and_told_what_was_heard() -> None:
    played = Played(*keys(1.0, 60, 64), SwapModel(3.0, "blue"), *keys(4.0, 67))
    assert played.swapped == ["blue"] and played.session.performer.status()["model"] == "blue"


def test_notes_of_the_machines_come_back_in_while_the_cable_is_plugged() -> None:
    without = Played(*keys(1.0, 60, 64, 67))
    played = Played(Cable(0.5, True), *keys(1.0, 60, 64, 67))
    assert len(without.inputs(NoteOn)) == 3 < len(played.inputs(NoteOn))


def test_a_stall_makes_one_piece_of_work_late() -> None:
    quick = Played(*keys(1.0, 60))
    slow = Played(Stall(0.9, 0.5), *keys(1.0, 60))
    assert quick.outputs(object)[0][0] < 1.1
    assert slow.set.now >= 8.0 and slow.outputs(object) != quick.outputs(object)


def test_while_the_port_is_closed_nothing_is_said_to_sound() -> None:
    played = Played(Ports(0.5, True, False), *keys(1.0, 60, 64))
    assert not played.watch.books.port_open
    played.set.finish()
    assert played.watch.books.port_open


def test_everybody_in_the_room_sees_the_turn_and_what_is_asked_of_link() -> None:
    played = Played(*keys(1.0, 60, 62, 64, 65), mode="respond", until=4.5)
    assert played.room.turn is not Turn.HUMAN or played.outputs(object)
    played.set._hooks.gave(5.0, [SetLinkTempo(131.0)])
    assert played.room.link_bpm == 131.0


def test_a_note_that_nobody_ends_breaks_the_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Outbox, "_send_off", lambda self, key, now: self._owner.pop(key, None))
    with pytest.raises(Broken, match="no stuck note"):
        Played(*keys(1.0, 60, 64, 67)).set.finish()
