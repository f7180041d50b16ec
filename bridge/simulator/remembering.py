"""The invariants of the model's memory: it is what sounded, and no way there leaves a trace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final

import numpy as np

from bridge.engine.model import Draw, Events, Model, Snapshot
from bridge.performer.ledger import REPORT_WITHIN
from bridge.performer.model_memory import RECALL
from bridge.performer.performer import Performer
from bridge.simulator.books import Books, Given
from bridge.simulator.invariants import Invariant, Occasions
from bridge.simulator.watched_model import WatchedModel
from bridge.vocabulary.codec import velocity_class
from bridge.vocabulary.events import (
    CancelNotes,
    Dropped,
    Input,
    NoteOn,
    Output,
    PlayNote,
    PrimeWith,
    Reset,
    Silence,
    Sounded,
)

# What the model is told of a note, as far as it can be known from outside: its pitch and class of velocity.
Told = tuple[int, int]
# How far log-probabilities may lie apart (natural logarithms), by how the weights are held. A note that is heard in
# a chunk, with others or alone is the same sum in another order: float32 differs by some 1e-6, float16 in the third
# digit. In 8 bits activations are rounded too, and a hair more or less takes one to the next of 255 steps: measured
# were 0.03 to 0.08, where a note forgotten or heard twice makes 1 and more.
CLOSE: Final = {"float32": 1e-4, "float16": 5e-2, "int8": 0.2}
# Events before the last so many are seldom taken back any more.
SETTLED: Final = 64


class MemoryIsWhatSounded(Invariant):
    """Before each draw the model knows each note that sounded or is planned, once, and no other."""

    name = "memory is what sounded"
    holds = "at every draw the model has been told each note of the human's, each that sounded or is planned, no other"

    def __init__(self, books: Books, performer: Performer) -> None:
        super().__init__(books)
        self._performer = performer
        self._expected: Counter[Told] = Counter()
        # What the model holds more often than expected, or (below 0) less often.
        self._surplus: dict[Told, int] = {}
        # Notes that are expected, and of which no report came.
        self._unreported: dict[int, Given] = {}
        # Notes that were cancelled and of which no report came: one may have slipped out.
        self._withdrawn: dict[int, Given] = {}
        self._unheard = self._mismatches = 0
        self._before: list[Told] | None = None
        self._now = 0.0

    # --- what was heard ----------------------------------------------------------------------------

    def attend(self, to: Occasions) -> None:
        to.received.append(self.received)
        to.gave.append(self.gave)

    def received(self, now: float, item: Input, own: bool) -> None:
        self._now = now
        match item:
            case NoteOn(_, pitch, velocity, channel) if velocity and not own and self.books.is_heard(pitch, channel):
                self._expect((pitch, velocity_class(velocity)), 1)
            case Sounded(_, note_id):
                self._unreported.pop(note_id, None)
                slipped = self._withdrawn.pop(note_id, None)
                if slipped is not None:
                    self._expect(_told(slipped), 1)
            case Dropped(_, note_id) if note_id in self._unreported:
                self._expect(_told(self._unreported.pop(note_id)), -1)
            case PrimeWith():
                self._primed()
            case Reset():
                for told, count in list(self._expected.items()):
                    self._expect(told, -count)
                self._unreported.clear()
                self._withdrawn.clear()

    def gave(self, made: float, now: float, output: Output) -> None:
        match output:
            case PlayNote(note_id):
                note = self.books.given[note_id]
                self._unreported[note_id] = note
                self._expect(_told(note), 1)
            case CancelNotes(note_ids):
                self._withdraw(note_ids)
            case Silence():
                self._withdraw(list(self._unreported))

    def _primed(self) -> None:
        """The model was emptied, and is told again the last of what it held, and then the clip."""
        stage = self._performer.stage
        pending = Counter((note.pitch, velocity_class(note.velocity)) for note in stage.untold())
        withdrawn = [note for note in self._unreported.values() if not stage.ledger.is_kept(note.note_id)]
        # Of these the set is told in a moment that they are cancelled.
        self._expected = pending + Counter(_told(note) for note in withdrawn)
        self._surplus = {told: -count for told, count in self._expected.items()}

    def _withdraw(self, note_ids: Iterable[int]) -> None:
        for note_id in note_ids:
            note = self._unreported.pop(note_id, None)
            if note is not None:
                self._expect(_told(note), -1)
                self._withdrawn[note_id] = note

    # --- what the model was told -------------------------------------------------------------------

    def told(self, events: Events) -> None:
        """The model was fed these."""
        for _, _, pitch, velocity, _ in events.tolist():
            self._add((pitch, velocity), 1)

    def taken_back(self, events: Events) -> None:
        """These were rewound."""
        for _, _, pitch, velocity, _ in events.tolist():
            self._add((pitch, velocity), -1)

    def moving(self, held: list[Told]) -> None:
        """Another model, or the same one started again, is about to be told what this one holds."""
        self._before = held

    def moved(self, held: list[Told]) -> None:
        """It was told these. From here on no more is expected than what it was told, and what waits to be."""
        before, self._before = self._before or [], None
        stale = Counter({told: count for told, count in self._surplus.items() if count > 0})
        waiting = Counter({told: -count for told, count in self._surplus.items() if count < 0})
        # Some that waited to be told may have been told with the rest, after it.
        for new in range(min(waiting.total(), len(held)) + 1):
            kept, more = held[: len(held) - new], Counter(held[len(held) - new :])
            if more <= waiting and _is_end_of(before, kept, stale):
                break
        else:
            raise self.broken(self._now, f"of {len(before)} notes another model was told {len(held)}, or others")
        waiting -= more
        self._surplus = {told: -count for told, count in waiting.items()}
        self._expected = Counter(held) + waiting

    def emptied(self) -> None:
        """The model was reset, as the performer was asked to: nothing is held any more."""
        self._surplus = {told: -count for told, count in self._expected.items()}

    # --- holding the two against each other ---------------------------------------------------------

    def drawing(self, watched: WatchedModel, draw: Draw) -> None:
        """The model is about to draw: now everything must be told and forgotten."""
        self._give_up_lost()
        if not self._surplus:
            return
        self._excuse()
        for told, count in self._surplus.items():
            what = f"{count} times too often" if count > 0 else f"{-count} times too seldom"
            raise self.broken(self._now, f"pitch {told[0]} in velocity class {told[1]} was told {what}")

    def _give_up_lost(self) -> None:
        """A note of which nothing was reported for long did not sound."""
        lost = [note.note_id for note in self._unreported.values() if note.onset < self._now - REPORT_WITHIN]
        self._withdraw(lost)

    def _excuse(self) -> None:
        """Notes that the core says it left out, or could not take back any more."""
        left_out = self._performer.unheard - self._unheard
        kept = self._performer.stage.memory.mismatches - self._mismatches
        self._unheard, self._mismatches = self._performer.unheard, self._performer.stage.memory.mismatches
        for told, count in list(self._surplus.items()):
            excused = min(left_out, -count) if count < 0 else min(kept, count)
            if count < 0:
                left_out -= excused
                self._expect(told, -excused)
            else:
                kept -= excused
                self._expect(told, excused)

    def _expect(self, told: Told, count: int) -> None:
        self._expected[told] += count
        if not self._expected[told]:
            del self._expected[told]
        self._add(told, -count)

    def _add(self, told: Told, count: int) -> None:
        surplus = self._surplus.get(told, 0) + count
        if surplus:
            self._surplus[told] = surplus
        else:
            self._surplus.pop(told, None)


class MemoryHasNoScars(Invariant):
    """A model that only ever heard what this one remembers, never a plan, draws the same."""

    name = "memory has no scars"
    holds = "a fresh model told only what sounded and is planned, straight through, says the same as the one that plays"

    def __init__(
        self,
        books: Books,
        fresh: Callable[[str], Model],
        reach: int | None,
        every: int,
        weights: Callable[[str], str] = lambda name: "float32",
    ) -> None:
        super().__init__(books)
        self._fresh, self._weights = fresh, weights
        self._twin: Model | None = None
        # What the twin was told by a moment long past, and how it was then: it need not hear that again.
        self._told: list[bytes] = []
        self._then: Snapshot | None = None
        # How many of the last notes say all (None: every one does), and how many draws go by from one look to the next.
        self._reach, self._every = reach, every
        self._draws = 0
        self.looks = 0
        self.worst = 0.0
        self.now = 0.0

    def attend(self, to: Occasions) -> None:
        to.stepped.append(self.stepped)

    def stepped(self, now: float) -> None:
        self.now = now

    def drawing(self, watched: WatchedModel, draw: Draw) -> None:
        """The model is about to draw: now and then, ask its twin the same."""
        self._draws += 1
        if self._draws % self._every == 0:
            self.look(watched, draw)

    def look(self, watched: WatchedModel, draw: Draw) -> None:
        """Compare the two. Raises Broken."""
        self.looks += 1
        if len(watched.events) != watched.position:
            raise self.broken(self.now, f"the model counts {watched.position} events, {len(watched.events)} were told")
        if self._twin is None or self._twin.name != watched.name:
            self._twin = self._fresh(watched.name)
            self._told, self._then = [], None
        self._tell(self._twin, watched)
        mine, theirs = draw.of(watched.model), draw.of(self._twin)
        if mine.alternatives != theirs.alternatives and self._reach is not None:
            raise self.broken(self.now, f"it would play {mine.event}, one that heard the same {theirs.event}")
        apart = _apart(watched.model.score(mine.event), self._twin.score(mine.event))
        self.worst = max(self.worst, apart)
        if apart > CLOSE[self._weights(watched.name)]:
            raise self.broken(
                self.now, f"log-probabilities differ by {apart:.1e} from those of one that heard the same"
            )

    def _tell(self, twin: Model, watched: WatchedModel) -> None:
        """Have the twin hear what the one that plays remembers, in order, nothing of it taken back."""
        events, contexts = watched.events, watched.contexts
        if self._reach is not None:
            twin.reset()
            twin.feed(np.stack(events[-self._reach :]), np.stack(contexts[-self._reach :]))
            return
        held = [event.tobytes() + context.tobytes() for event, context in zip(events, contexts, strict=True)]
        begin, steady = len(self._told), len(held) - SETTLED
        if self._then is not None and held[:begin] == self._told:
            twin.restore(self._then)
        else:
            twin.reset()
            begin = 0
        if steady > begin:
            twin.feed(np.stack(events[begin:steady]), np.stack(contexts[begin:steady]))
            self._told, self._then = held[:steady], twin.snapshot()
            begin = steady
        twin.feed(np.stack(events[begin:]), np.stack(contexts[begin:]))


def _is_end_of(before: list[Told], kept: list[Told], stale: Counter[Told]) -> bool:
    """Whether `kept` are the last of `before`, those left out that are `stale`: all of them, or a good many."""
    spare, place = Counter(stale), len(before)
    for told in reversed(kept):
        place -= 1
        while place >= 0 and before[place] != told and spare[before[place]] > 0:
            spare[before[place]] -= 1
            place -= 1
        if place < 0 or before[place] != told:
            return False
    return Counter(before[:place]) <= spare or len(kept) > RECALL // 2


def told_of(events: Iterable[object]) -> list[Told]:
    """What a model was told, as far as it is compared."""
    return [(int(event[2]), int(event[3])) for event in events]  # type: ignore[index]


def _told(note: Given) -> Told:
    return note.pitch, velocity_class(note.velocity)


def _apart(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))
