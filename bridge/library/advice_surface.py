"""Advice as a surface: what suits what is played, worked out beside the set's own thread."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from typing import Final

from bridge.library.advice import advise, measure_heard
from bridge.live.surfaces import Engine, Surface
from bridge.performer.model_memory import HeardNote
from bridge.performer.performer import Performer
from bridge.timing.clock import SessionClock
from bridge.vocabulary.events import ErrorReport, Input, Severity
from bridge.vocabulary.requests import Advise, Advised, Asker, ShellRequest

# Questions that may wait; who asks faster than that is not answered.
_MOST: Final = 8

_Question = tuple[Sequence[HeardNote], SessionClock, float, Asker | None]


class AdviceSurface(Surface):
    """Advises by what `performer()`, asked on the engine thread, was told of late."""

    def __init__(self, engine: Engine, performer: Callable[[], Performer]) -> None:
        self._engine = engine
        self._performer = performer
        self._questions: queue.Queue[_Question | None] = queue.Queue(_MOST)
        self._thread = threading.Thread(target=self._run, name="advice", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def take(self, item: Input | ShellRequest, asker: Asker | None) -> bool:
        """Take a question down."""
        if not isinstance(item, Advise):
            return False
        performer = self._performer()
        stage = performer.stage
        if not self._questions.full():
            self._questions.put_nowait((stage.memory.notes, stage.clock, performer.conductor.tempo, asker))
        return True

    def close(self) -> None:
        """No more. A second call does nothing."""
        if self._thread.is_alive():
            self._questions.put(None)
            self._thread.join(2.0)

    def _run(self) -> None:
        while (question := self._questions.get()) is not None:
            notes, clock, tempo, asker = question
            try:
                found = advise(measure_heard(notes, clock, tempo))
            except ValueError as refusal:
                report = ErrorReport(Severity.WARNING, "advice", str(refusal))
                if asker is not None:
                    asker.send(report)
                continue
            if asker is not None:
                values = tuple((name, value) for name, value in found.values.items())
                asker.send(Advised(found.mode, values, found.text))
