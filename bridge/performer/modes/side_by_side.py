"""Several answers drawn side by side: one call of the model a note for all, each on its own branch of the stage.

Nothing of it happens on the stage itself, and the model's own place does not move: should the human play on there is
nothing to take back. A model that makes one candidate at a time (a folder of contract 2) draws one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bridge.engine.model import Draw, Sample
from bridge.generation.loop import Asking
from bridge.performer.mode_stage import ModeStage
from bridge.performer.modes.answer import Answer
from bridge.performer.modes.base import NEVER
from bridge.vocabulary.codec import CONTEXT_SIZE, FIELDS

# More at once than these are no gain: a call then lasts so long that a key which comes meanwhile would wait for it.
MOST_AT_ONCE: Final = 8
# What each further candidate adds to the cost of a note of one (measured with `duo`: eight cost 2.0 to 2.8).
_FURTHER: Final = 0.25
# Some notes are drawn again: an answer takes so many times as many draws as it has notes.
_REDRAWN: Final = 1.15


def worth(count: int) -> float:
    """Steps of one candidate that a note of `count` side by side is worth."""
    return 1.0 + _FURTHER * (count - 1)


def how_many(steps: float, notes: float, most: int) -> int:
    """How many answers of so many notes can be drawn side by side in the time of so many steps: 0 to `most`."""
    if notes <= 0:
        return 0
    fit = int((steps / (notes * _REDRAWN) - 1.0) / _FURTHER) + 1
    return max(min(fit, most, MOST_AT_ONCE), 0)


@dataclass(slots=True)
class _Draft:
    """An answer that is being drawn, on its stage; `draw` is what it asks the model next, None between two notes."""

    row: int
    stage: ModeStage
    answer: Answer
    asking: Asking[None] | None = None
    draw: Draw | None = None

    def go_on(self, sample: Sample | None = None) -> None:
        """Up to the next draw that it asks for, or the end of a note."""
        assert self.asking is not None
        try:
            self.draw = next(self.asking) if sample is None else self.asking.send(sample)
        except StopIteration:
            self.asking = self.draw = None


class SideBySide:
    """The answers that `make(stage, number)` makes for `numbers`, drawn on branches of `stage`.

    Those that are `whole` (drawn to their end, or as far as anything is drawn ahead) are taken out by `take_whole`.
    """

    def __init__(
        self, stage: ModeStage, numbers: Sequence[int], seed: int, make: Callable[[ModeStage, int], Answer]
    ) -> None:
        self._memory = stage.memory
        self._batch = stage.memory.fork(len(numbers))
        self._drafts = []
        for row, number in enumerate(numbers):
            branch = stage.branch((seed, number))
            self._drafts.append(_Draft(row, branch, make(branch, number)))
        self._whole: list[Answer] = []

    def __len__(self) -> int:
        """How many are still being drawn."""
        return len(self._drafts)

    @property
    def in_use(self) -> bool:
        """Whether they still go on from what the model has heard."""
        return self._memory.has_batch(self._batch)

    @property
    def furthest(self) -> Answer | None:
        """Of those still being drawn the first among those with the most notes; None where none has any."""
        best = max(self._drafts, key=lambda draft: len(draft.answer.drafts), default=None)
        return best.answer if best is not None and best.answer.drafts else None

    def step(self, voices: list[int], now: float) -> None:
        """One more note of each: at most one draw of all that ask for one, and one hearing of what was drawn."""
        for draft in self._drafts:
            if draft.asking is None:
                draft.asking = draft.answer.planning(draft.stage, voices, now)
                draft.go_on()
        asked = [(draft, draft.draw) for draft in self._drafts if draft.draw is not None]
        if asked:
            samples = self._batch.sample([draft.row for draft, _ in asked], [draw for _, draw in asked])
            for (draft, _), sample in zip(asked, samples, strict=True):
                draft.go_on(sample)
        self._set_apart_the_whole()
        self._hear()

    @property
    def has_whole(self) -> bool:
        """Whether `take_whole` has one to give."""
        return bool(self._whole)

    def take_whole(self) -> Answer | None:
        """One that is whole, in the order in which they came to be; None where there is none."""
        return self._whole.pop(0) if self._whole else None

    def drop(self) -> None:
        """Give them up."""
        if self.in_use:
            self._memory.drop_batch()

    def _set_apart_the_whole(self) -> None:
        room = self._batch.room > 0
        for draft in [one for one in self._drafts if one.asking is None]:
            if draft.answer.next_work(draft.stage) == NEVER or not room:
                self._drafts.remove(draft)
                self._whole.append(draft.answer)

    def _hear(self) -> None:
        """Have the model hear what was drawn, each candidate its own."""
        told = [(draft, draft.stage.take_untold()) for draft in self._drafts]
        told = [(draft, notes) for draft, notes in told if notes]
        if not told:
            return
        events = np.empty((len(told), len(FIELDS)), dtype=np.int64)
        contexts = np.empty((len(told), CONTEXT_SIZE), dtype=np.float32)
        for i, (draft, notes) in enumerate(told):
            assert len(notes) == 1, "an answer is planned note by note"
            events[i : i + 1], contexts[i : i + 1] = draft.stage.memory.write_down(notes)
        self._batch.feed([draft.row for draft, _ in told], events, contexts)
