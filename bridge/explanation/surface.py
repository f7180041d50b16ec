"""Explanations as a surface: what each planned note's draw was told is kept, and a process beside the set explains.

Nothing is computed on the engine thread, and nothing is started before somebody asks: the first answer takes as long as
the process needs to come up.
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from bridge.explanation.live import BEFORE, Told, asked_about, told_of
from bridge.live.surfaces import Engine, Surface, reply
from bridge.performer.performer import Performer
from bridge.sessions.log import Entry
from bridge.system.helper import Helper, OpenQuestions
from bridge.vocabulary.events import Chosen, ErrorReport, Input, PlayNote, Severity, Sounded
from bridge.vocabulary.requests import Asker, Explain, Explained, ShellRequest

# Questions of which not all has come yet.
MOST_OPEN: Final = 32


class ExplanationSurface(Surface):
    """Explains the notes that `performer()`, asked on the engine thread, planned of late."""

    def __init__(self, engine: Engine, performer: Callable[[], Performer]) -> None:
        self._engine = engine
        self._performer = performer
        self._told: OrderedDict[int, Told] = OrderedDict()
        self._sounded: deque[int] = deque(maxlen=BEFORE)
        self._answer: Chosen | None = None
        self._open = OpenQuestions[tuple[Asker | None, float]](MOST_OPEN)
        # Seconds from question to first answer, of the last one.
        self.took = 0.0
        self._helper = Helper("bridge.explanation.explainer_process", [], self._answered, self._lost)

    def accept(self, entry: Entry) -> None:
        """Keep what a note was planned by, and the order in which notes sounded."""
        match entry:
            case ["out", _, PlayNote() as play]:
                self._told[play.note_id] = told_of(self._performer(), play, self._answer)
                if len(self._told) > BEFORE:
                    self._told.popitem(last=False)
            case ["out", _, Chosen() as chosen]:
                self._answer = chosen
            case ["in", _, Sounded(_, note_id)]:
                self._sounded.append(note_id)

    def status(self) -> Mapping[str, Any]:
        """How long the last explanation took."""
        return {"explained_ms": round(1000 * self.took, 1)} if self.took else {}

    def take(self, item: Input | ShellRequest, asker: Asker | None) -> bool:
        """Pass a question on."""
        if not isinstance(item, Explain):
            return False
        began = time.perf_counter()
        try:
            note_id = self._number(item.note_id)
            question = asked_about(self._performer(), note_id, self._told.get(note_id))
        except ValueError as refusal:
            self._refuse(asker, str(refusal))
            return True
        number = self._open.add((asker, began))
        if not self._helper.ask(lambda: [number, question()]):
            self._refuse(asker, "what was asked before is not explained yet: ask again")
        return True

    def close(self) -> None:
        """End the process."""
        self._helper.close()

    def _number(self, note_id: int) -> int:
        """A note's number; 0 and below are counted back from the last that sounded. Raises ValueError.

        One that the model was not told yet, or that was taken back, is passed over: there is nothing to say of it.
        """
        if note_id > 0:
            return note_id
        told = {note.note_id for note in self._performer().stage.memory.notes}
        sounded = [number for number in self._sounded if number in told]
        if not len(sounded) > -note_id:
            raise ValueError(
                f"{len(sounded)} notes of the machine's have sounded that the model remembers: there is nothing to "
                "explain"
            )
        return sounded[note_id - 1]

    def _answered(self, message: Any) -> None:
        """On the helper's thread."""
        number, told = message
        asker, began = self._open.get(number) or (None, 0.0)
        if isinstance(told, str):
            self._refuse(asker, told)
            return
        report = msgspec.convert(told, Explained)
        if report.part == "told":
            self.took = time.perf_counter() - began
        reply(self._engine, asker, report)

    def _lost(self, why: str) -> None:
        for asker, _ in self._open.clear()[-1:]:
            self._refuse(asker, f"the process that explains is gone: {why}; ask again to start it anew")

    def _refuse(self, asker: Asker | None, why: str) -> None:
        reply(self._engine, asker, ErrorReport(Severity.ERROR, "explanation", why))
