"""Everybody who looks on at a set, told of each thing in turn: first the books, then the invariants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bridge.engine.model import Draw, Events, Model
from bridge.midi import bytes as midi_bytes
from bridge.performer.performer import Performer
from bridge.performer.settings import Settings
from bridge.simulator.books import Books
from bridge.simulator.invariants import (
    CancelledIsSilent,
    Invariant,
    MemoryBounded,
    MostKept,
    NoStuckNote,
    NothingInThePast,
    Occasions,
    PitchesAllowed,
    PlanWithinLookahead,
    PolyphonyKept,
    TimeRunsOn,
)
from bridge.simulator.remembering import MemoryHasNoScars, MemoryIsWhatSounded, told_of
from bridge.simulator.watched_model import WatchedModel
from bridge.vocabulary.events import Input, NoteOn, Output, PlayNote, StepTime

PRUNE_EVERY: Final = 10.0


class Watch:
    """Looks on at one performer. `fresh(name)` makes a model like the one of that name, which heard nothing.

    `reach` is how many of its last notes say all about that model, None where only all of them do; it is compared with
    a fresh one every `every` draws, as closely as the `weights` that a model of that name has allow. Whatever is called
    raises Broken when an invariant does not hold.
    """

    def __init__(
        self,
        settings: Settings,
        fresh: Callable[[str], Model],
        reach: int | None,
        every: int,
        weights: Callable[[str], str] = lambda name: "float32",
    ) -> None:
        self.books = Books.of(settings)
        self._scars = MemoryHasNoScars(self.books, fresh, reach, every, weights)
        self._settings = settings
        self._own = self._echoes = 0
        self._next_prune = 0.0
        self._moving = False
        self.draws = 0

    def look_at(self, performer: Performer) -> None:
        """This is the performer. Before anything happens."""
        self._performer = performer
        self._memory = MemoryIsWhatSounded(self.books, performer)
        self.bounded = MemoryBounded(self.books, performer)
        self.invariants: tuple[Invariant, ...] = (
            NoStuckNote(self.books),
            NothingInThePast(self.books),
            CancelledIsSilent(self.books),
            PitchesAllowed(self.books),
            PolyphonyKept(self.books),
            MostKept(self.books, performer),
            PlanWithinLookahead(self.books, performer),
            TimeRunsOn(self.books, performer),
            self.bounded,
            self._memory,
            self._scars,
        )
        self._occasions = Occasions()
        for one in self.invariants:
            one.attend(self._occasions)

    @property
    def looks(self) -> int:
        """How often the model was compared with a fresh one."""
        return self._scars.looks

    @property
    def worst(self) -> float:
        """The most that its log-probabilities differed."""
        return self._scars.worst

    # --- what happens ------------------------------------------------------------------------------

    def received(self, now: float, item: Input) -> None:
        """The performer took this input."""
        count = self._performer.stage.feedback.count
        own, self._own = isinstance(item, NoteOn) and count > self._own, count
        echoes = self._performer.thru.echoes
        echo, self._echoes = echoes > self._echoes, echoes
        if not own and self.books.fires(item):
            return
        if isinstance(item, StepTime):
            self.books.step_p99 = item.p99
        if not echo:  # the first note-off on its key is still the human's
            self.books.received(item, own=own)
        for received in self._occasions.received:
            received(now, item, own or echo)

    def gave(self, made: float, now: float, output: Output) -> None:
        """The performer decided this at `made`; it reaches the port at `now`."""
        self.books.gave(made, now, output)
        if isinstance(output, PlayNote):
            entered = self._performer.stage.ledger.get(output.note_id)
            self.books.given[output.note_id].fixed = entered is not None and entered.fixed
        for gave in self._occasions.gave:
            gave(made, now, output)

    def sent(self, time: float, message: bytes) -> None:
        """This left the port."""
        kind = message[0] & 0xF0
        if kind not in (midi_bytes.NOTE_ON, midi_bytes.NOTE_OFF):
            return
        channel, pitch, velocity = (message[0] & 0x0F) + 1, message[1], message[2]
        if not midi_bytes.starts_note(message):
            self.books.ended(channel, pitch)
            return
        if self.books.passed(channel, pitch, velocity):
            return
        note = self.books.began(time, channel, pitch, velocity)
        for began in self._occasions.began:
            began(time, channel, pitch, velocity, note)

    def stepped(self, now: float) -> None:
        """All that happened by `now` was told."""
        for stepped in self._occasions.stepped:
            stepped(now)
        if now >= self._next_prune:
            self._next_prune = now + PRUNE_EVERY
            self.books.prune(now)

    # --- what the model hears ----------------------------------------------------------------------

    def moving(self, model: WatchedModel) -> None:
        """The memory is about to move to another model, or to this one anew, from this one."""
        self._moving = True
        self._memory.moving(told_of(model.events))

    def moved(self, model: WatchedModel) -> None:
        """It has, and what that cancelled was told."""
        self._moving = False
        self._memory.moved(told_of(model.events))

    def told(self, events: Events) -> None:
        """As `ModelWatcher`."""
        if not self._moving:
            self._memory.told(events)

    def taken_back(self, events: Events) -> None:
        """As `ModelWatcher`."""
        if not self._moving:
            self._memory.taken_back(events)

    def emptied(self) -> None:
        """As `ModelWatcher`."""
        if not self._moving:
            self._memory.emptied()

    def drawing(self, model: WatchedModel, draw: Draw) -> None:
        """As `ModelWatcher`."""
        self.draws += 1
        self._memory.drawing(model, draw)
        self._scars.drawing(model, draw)
