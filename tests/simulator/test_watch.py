"""Everybody who looks on is told of each thing, once, and of nothing else."""

from __future__ import annotations

from bridge.engine.fake import FakeModel
from bridge.performer.performer import Performer
from bridge.performer.settings import Settings
from bridge.simulator.watch import PRUNE_EVERY, Watch
from bridge.vocabulary.events import CancelNotes, NoteOn, PlayNote, StepTime


def watching(mode: str = "duet") -> Watch:
    settings = Settings(mode=mode)
    watch = Watch(settings, FakeModel, 512, 1)
    watch.look_at(Performer(FakeModel(), settings))
    return watch


def test_each_invariant_hears_just_of_what_it_looks_at() -> None:
    occasions = watching()._occasions
    told = {
        name: [one.__self__.name for one in getattr(occasions, name)]  # type: ignore[attr-defined]
        for name in ("received", "gave", "began", "stepped")
    }
    assert told["received"] == ["memory is what sounded"]
    assert "pitches allowed" in told["began"] and "pitches allowed" not in told["stepped"]
    assert set().union(*told.values()) == {one.name for one in watching().invariants}


def test_a_note_on_that_leaves_is_the_planned_one() -> None:
    watch = watching()
    watch.gave(1.0, 1.0, PlayNote(1, 1.02, 1.5, 60, 80, 1))
    watch.sent(1.02, bytes((0x90, 60, 80)))
    assert set(watch.books.sounding) == {(1, 60)}
    watch.sent(1.5, bytes((0x90, 60, 0)))
    assert not watch.books.sounding
    watch.sent(1.6, bytes((0xB0, 64, 0)))  # no note at all


def test_steps_and_keys_are_noted() -> None:
    watch = watching()
    watch.received(1.0, NoteOn(1.0, 60, 80))
    watch.received(1.1, StepTime(1.1, 0.03, 0.001))
    assert watch.books.keys == {(1, 60)} and watch.books.step_p99 == 0.03


def test_books_are_pruned_now_and_then() -> None:
    watch = watching()
    watch.stepped(0.0)
    watch.gave(1.0, 1.0, PlayNote(1, 1.02, 1.5, 60, 80, 1))
    watch.gave(1.0, 1.0, CancelNotes((1,)))
    watch.stepped(PRUNE_EVERY - 1.0)
    assert watch.books.given
    watch.stepped(200.0)
    assert not watch.books.given
