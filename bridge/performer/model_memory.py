"""What the model has been told: exactly what was heard, and what is planned to be.

The model is only ever fed and rewound here. Each event it hears is kept as long as it could be taken back, so that
one note can be taken out of the recent past and what came after it told again, note for note.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from bridge.engine.model import Batch, Contexts, Draw, Events, Model, Sample
from bridge.vocabulary import codec
from bridge.vocabulary.codec import CONTEXT_SIZE, DT_TICKS, Event

# What is told again to a new model, and the most that can be taken back, in notes.
RECALL: Final = 256
# The longest rest, in ticks, after which the machine still draws its own next note: 4 beats.
LONGEST_REST: Final = 4 * codec.TICKS_PER_BEAT
# Forgotten notes that are kept, in case one turns out to have been played.
MOST_FORGOTTEN: Final = 256
# The model hears at most this many notes in one go, so that no call lasts long.
MOST_AT_ONCE: Final = 16
# Where something is to be heard as what came last, so many notes before it are told again, so long before it, in beats.
RETOLD: Final = 64
ONE_BEAT: Final = 1.0


@dataclass(frozen=True, slots=True)
class HeardNote:
    """A note for the model. `beat` is its onset; `duration` is in beats, None while a key holds it.

    `context` float32 [CONTEXT_SIZE] is what sounded at that moment. `note_id` is the ledger's number for a note of
    the machine's, None for one of the human's.
    """

    beat: float
    voice: int
    pitch: int
    velocity: int
    duration: float | None
    context: npt.NDArray[np.float32]
    note_id: int | None = None


class Memory:
    """The model and the notes it holds, in the order it heard them.

    What is to be told is written down before the model is told it: should the model fail, `move_to` tells all of it.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self._notes: deque[HeardNote] = deque(maxlen=RECALL)
        # Where the model believes each kept event was, in ticks, with one more: where the one before the first was.
        self._ticks: deque[int] = deque(maxlen=RECALL + 1)
        self.mismatches = 0
        # Candidates that go on from here, while they are of use.
        self._batch: Batch | None = None

    @property
    def model(self) -> Model:
        """The model that plays."""
        return self._model

    def status(self) -> dict[str, object]:
        """Which model plays, on what, and how much it heard, JSON types only."""
        return {
            "model": self._model.name,
            "provider": self._model.provider,
            "heard": self._model.position,
            "mismatches": self.mismatches,
        }

    @property
    def empty(self) -> bool:
        """Whether nothing was heard yet."""
        return self._model.position == 0

    @property
    def believed_ticks(self) -> int:
        """Where the model believes the last event was, in ticks since beat 0."""
        return self._ticks[-1] if self._ticks else 0

    @property
    def notes(self) -> Sequence[HeardNote]:
        """The last notes the model holds, oldest first (at most RECALL)."""
        return tuple(self._notes)

    @property
    def own_notes(self) -> Iterator[HeardNote]:
        """The machine's notes among these, newest first."""
        return (note for note in reversed(self._notes) if note.note_id is not None)

    def sample(self, draw: Draw) -> Sample:
        """What the model draws when it is asked this."""
        self.drop_batch()
        return draw.of(self._model)

    def hear(self, notes: Sequence[HeardNote]) -> None:
        """Tell the model these notes, in this order, in one go."""
        if notes:
            self.drop_batch()
            self._model.feed(*self.write_down(notes))

    # --- several ways to go on -----------------------------------------------------------------------

    def fork(self, count: int) -> Batch:
        """Candidates that go on from what was heard so far. They are of no use any more once more was heard."""
        self.drop_batch()
        self._batch = self._model.fork(count)
        return self._batch

    def has_batch(self, batch: Batch) -> bool:
        """Whether these candidates go on from what was heard so far."""
        return self._batch is batch

    def drop_batch(self) -> None:
        """Give the candidates up: the model is as it was."""
        batch, self._batch = self._batch, None
        if batch is not None:
            batch.drop()

    def lose_batch(self) -> None:
        """The candidates are gone, and nothing is to be asked of the model: it failed."""
        self._batch = None

    def branch(self) -> Self:
        """The notes that are held, to go on from for a candidate that is fed by whoever draws it."""
        other = copy(self)
        other._notes, other._ticks, other._batch = self._notes.copy(), self._ticks.copy(), None
        return other

    def write_down(self, notes: Sequence[HeardNote]) -> tuple[Events, Contexts]:
        """Note that the model (or a candidate) holds these, and return what it has to be fed for that."""
        events = np.empty((len(notes), len(codec.FIELDS)), dtype=np.int64)
        context = np.empty((len(notes), CONTEXT_SIZE), dtype=np.float32)
        last = self._ticks[-1] if self._ticks else None
        for row, note in enumerate(notes):
            event, last = _encode(note, last)
            events[row], context[row] = event, note.context
            self._notes.append(note)
            self._ticks.append(last)
        return events, context

    def reference(self, ticks: int) -> int:
        """What a note of the machine's at `ticks` is counted from: the last event, but LONGEST_REST back at most.

        The grid of waits is coarse where it is long: after a long silence the machine could not place its next
        note well, and would have to begin with a rest it cannot say. What the human plays next is still told with
        the whole rest before it, so that a plan which was thrown away leaves no trace.
        """
        return max(self.believed_ticks, ticks - LONGEST_REST)

    def within_reach(self, note_ids: Collection[int]) -> list[HeardNote]:
        """Those of these notes of the machine's that `forget` would take back."""
        reach = min(self._model.rewindable, len(self._notes))
        return [note for note in list(self._notes)[len(self._notes) - reach :] if note.note_id in note_ids]

    def forget(self, note_ids: Collection[int]) -> list[HeardNote]:
        """Take these notes of the machine's back out, tell what came after them again, and return them.

        A note further back than the model can be rewound stays, and is counted in `mismatches`.
        """
        wanted = set(note_ids)
        kept = list(self._notes)
        first = next((index for index, note in enumerate(kept) if note.note_id in wanted), len(kept))
        reach = min(self._model.rewindable, len(kept))
        if len(kept) - first > reach:
            out_of_reach = kept[: len(kept) - reach]
            self.mismatches += sum(note.note_id in wanted for note in out_of_reach)
            first = len(kept) - reach
        back = len(kept) - first
        if back == 0:
            return []
        self.drop_batch()
        for _ in range(back):
            self._notes.pop()
            self._ticks.pop()
        again = self.write_down([note for note in kept[first:] if note.note_id not in wanted])
        self._model.rewind(back)
        if len(again[0]):
            self._model.feed(*again)
        return [note for note in kept[first:] if note.note_id in wanted]

    def hear_as(self, before: int, voice: int, count: int) -> None:
        """Tell the human's last `count` notes in the voice `before` again, in another voice.

        What lies further back than the model can be rewound stays as it was heard.
        """
        kept = list(self._notes)
        reach = min(self._model.rewindable, len(kept))
        within = range(len(kept) - reach, len(kept))
        wanted = [index for index in within if kept[index].note_id is None and kept[index].voice == before][-count:]
        if not wanted:
            return
        self.drop_batch()
        first, chosen = wanted[0], set(wanted)
        back = len(kept) - first
        for _ in range(back):
            self._notes.pop()
            self._ticks.pop()
        again = [
            replace(kept[index], voice=voice) if index in chosen else kept[index] for index in range(first, len(kept))
        ]
        events = self.write_down(again)
        self._model.rewind(back)
        self._model.feed(*events)

    def clear(self) -> None:
        """Forget everything."""
        self._batch = None
        self._model.reset()
        self._notes.clear()
        self._ticks.clear()

    def move_to(self, model: Model, forgetting: Collection[int] = ()) -> list[HeardNote]:
        """Go on with another model, or the same one after a fault: reset it and tell it what is still kept.

        The notes of the machine's numbered in `forgetting` are left out, and returned. Nothing is asked of the model
        there was: it may have failed.
        """
        kept = list(self._notes)
        self._model, self._batch = model, None
        self._notes.clear()
        self._ticks.clear()
        again = self.write_down([note for note in kept if note.note_id not in forgetting])
        model.reset()
        if len(again[0]):
            model.feed(*again)
        return [note for note in kept if note.note_id in forgetting]


def _encode(note: HeardNote, last_ticks: int | None) -> tuple[Event, int]:
    """The event, and where the model then believes it was, in ticks."""
    target = codec.beats_to_ticks(note.beat)
    before = target if last_ticks is None else last_ticks
    if note.note_id is not None:
        before = max(before, target - LONGEST_REST)
    gap = max(target - before, 0)
    dt = codec.dt_class(gap)
    # After a rest longer than can be said, a note is believed where it was.
    believed = target if gap > DT_TICKS[-1] else before + int(DT_TICKS[dt])
    event = Event(
        dt,
        note.voice,
        note.pitch,
        codec.velocity_class(note.velocity),
        codec.duration_class(note.duration),
    )
    return event, believed


def encoded(notes: Sequence[HeardNote]) -> tuple[Events, Contexts]:
    """Notes as a model hears them from the beginning: int64 [T, 5] and float32 [T, CONTEXT_SIZE]."""
    events = np.empty((len(notes), len(codec.FIELDS)), dtype=np.int64)
    context = np.empty((len(notes), CONTEXT_SIZE), dtype=np.float32)
    last: int | None = None
    for row, note in enumerate(notes):
        events[row], last = _encode(note, last)
        context[row] = note.context
    return events, context


class Telling:
    """What the memory is about to be told, and made to forget. The machine's notes go by their numbers in the ledger.

    Hearing is cheap to ask for and done later, a few notes at a time, before the model is next used. Should the model
    fail, nothing is lost: what it is about to forget is put where it belongs before it is asked to.
    """

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        # Cancelled notes that the model still has to be made to forget.
        self._stale: set[int] = set()
        self._forgotten: dict[int, HeardNote] = {}
        # Notes to be told again after what was heard last, which came before them.
        self._later: set[int] = set()
        self._untold: deque[HeardNote] = deque()
        # What is told again, or as if it had been heard, before what waits.
        self._before: deque[HeardNote] = deque()
        # The human's voice that was taken for another: from, to, and how many notes back.
        self._revoiced: list[tuple[int, int, int]] = []

    def tell(self, note: HeardNote) -> None:
        """Have the model hear a note before it is next used."""
        self._untold.append(note)

    @property
    def behind(self) -> int:
        """How many notes the model still has to be told."""
        return len(self._before) + len(self._untold)

    @property
    def waiting(self) -> int:
        """How many of these were played just now, rather than long ago or by nobody."""
        return len(self._untold)

    def insert(self, notes: Sequence[HeardNote]) -> None:
        """Have these heard as what came last before what waits to be told; what was heard lies as much further back.

        The model is told all of it again, a few notes at a time: it cannot hear what is to lie before what it heard.
        """
        if not notes:
            return
        self._forget_stale()
        kept = [*self._memory.notes, *self._before]
        self._memory.clear()
        first = notes[0].beat - ONE_BEAT
        moved = max(kept[-1].beat - first, 0.0) if kept else 0.0
        self._before = deque(replace(note, beat=note.beat - moved) for note in kept[-RETOLD:])
        self._before.extend(notes)

    @property
    def recasting(self) -> bool:
        """Whether notes of the human's that the model holds are still to be heard as another voice."""
        return bool(self._revoiced)

    def skip_oldest(self) -> None:
        """Leave out the note that has waited longest."""
        self._untold.popleft()

    def forget(self, note_ids: Iterable[int]) -> None:
        """Have the model forget these notes before it is next used."""
        self._stale.update(note_ids)

    def take_all(self) -> list[HeardNote]:
        """What waits to be told, to be told by somebody else."""
        taken = [*self._before, *self._untold]
        self._before.clear()
        self._untold.clear()
        return taken

    def remember(self, note_id: int) -> None:
        """A note that was to be forgotten was played after all: tell it again, if it is forgotten already."""
        if note_id in self._stale:
            self._stale.discard(note_id)
        elif note_id in self._forgotten:
            self.tell(self._forgotten.pop(note_id))

    def hear_as(self, before: int, voice: int, count: int) -> None:
        """The human's last `count` notes were no `before`: have them heard as `voice`."""
        waiting = [note for note in self._untold if note.note_id is None and note.voice == before][-count:]
        known = {id(note) for note in waiting}
        self._untold = deque(replace(note, voice=voice) if id(note) in known else note for note in self._untold)
        if count > len(waiting):
            # What is still to be changed beside this is of another change, and older.
            self._revoiced.append((before, voice, count - len(waiting)))

    def waiting_notes(self) -> list[HeardNote]:
        """What waits to be told."""
        return [*self._before, *self._untold]

    def put_after(self, note_ids: Iterable[int]) -> None:
        """Have these notes told again after those that wait to be told, which came before them."""
        self._later.update(note_ids)

    def catch_up(self) -> bool:
        """Bring the memory up to date, or a good part of the way. True when there was something to do."""
        if not (self._stale or self._later or self._before or self._untold or self._revoiced):
            return False
        self._forget_stale()
        if self._later:
            self._postpone()
        if self._before:
            self._memory.hear([self._before.popleft() for _ in range(min(len(self._before), MOST_AT_ONCE))])
        elif self._untold:
            self._memory.hear([self._untold.popleft() for _ in range(min(len(self._untold), MOST_AT_ONCE))])
        else:
            # Telling a dozen notes again takes several steps: what was just played is waited for, and goes first.
            for before, voice, count in self._revoiced:
                self._memory.hear_as(before, voice, count)
            self._revoiced.clear()
        return True

    def clear(self) -> None:
        """Forget everything, and that there was anything to tell."""
        self._revoiced.clear()
        for notes in (self._stale, self._later, self._before, self._untold, self._forgotten):
            notes.clear()
        self._memory.clear()

    def move_to(self, model: Model) -> None:
        """Go on with another model, told what this one remembered."""
        stale, self._stale = self._stale, set()
        self._later.clear()
        self._keep(self._take_untold(stale))
        self._keep(self._memory.move_to(model, stale))

    def _postpone(self) -> None:
        later, self._later = self._later, set()
        waiting = self._take_untold(later)
        self._untold.extend([*self._memory.within_reach(later), *waiting])
        self._memory.forget(later)

    def _forget_stale(self) -> None:
        stale, self._stale = self._stale, set()
        if stale:
            self._keep([*self._take_untold(stale), *self._memory.within_reach(stale)])
            self._memory.forget(stale)

    def _take_untold(self, note_ids: set[int]) -> list[HeardNote]:
        """Those of these notes that wait to be told; they wait no longer."""
        taken = [note for notes in (self._before, self._untold) for note in notes if note.note_id in note_ids]
        if taken:
            self._before = deque(note for note in self._before if note.note_id not in note_ids)
            self._untold = deque(note for note in self._untold if note.note_id not in note_ids)
        return taken

    def _keep(self, forgotten: Iterable[HeardNote]) -> None:
        """Only the latest of what was forgotten can still turn out to have been played."""
        for note in forgotten:
            if note.note_id is not None:
                self._forgotten[note.note_id] = note
        while len(self._forgotten) > MOST_FORGOTTEN:
            del self._forgotten[next(iter(self._forgotten))]
