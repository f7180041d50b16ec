"""What the model is about to be told, and made to forget: the notes between what happened and its memory.

Hearing is cheap to ask for and done later, a few notes at a time, before the model is next used.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from bridge.engine.model import Model
from bridge.performer.model_memory import HeardNote, Memory

# Forgotten notes that are kept, in case one turns out to have been played.
MOST_FORGOTTEN: Final = 256
# The model hears at most this many notes in one go, so that no call lasts long.
MOST_AT_ONCE: Final = 16
# Where something is to be heard as what came last, so many notes before it are told again, so long before it, in beats.
RETOLD: Final = 64
ONE_BEAT: Final = 1.0


class Telling:
    """Keeps a memory up to date. Notes of the machine's go by their numbers in the ledger.

    Should the model fail, nothing is lost: what it is about to forget is put where it belongs before it is asked to.
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
        for before, voice, count in self._revoiced:
            self._memory.hear_as(before, voice, count)
        self._revoiced.clear()
        if self._later:
            self._postpone()
        if self._before:
            self._memory.hear([self._before.popleft() for _ in range(min(len(self._before), MOST_AT_ONCE))])
        elif self._untold:
            self._memory.hear([self._untold.popleft() for _ in range(min(len(self._untold), MOST_AT_ONCE))])
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
