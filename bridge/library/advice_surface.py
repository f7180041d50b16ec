"""Advice as a surface: what suits what is played, worked out beside the set's own thread.

The mode, its parameters and a preset are told at once. Which model knows such music is told when a process beside the
set has asked them all (`bridge.library.model_fit`).
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from bridge.library.advice import advise, measure_heard
from bridge.library.heard import Tells
from bridge.library.preset_fit import best_preset, readable_presets
from bridge.live.surfaces import Engine, Surface, reply
from bridge.performer.model_memory import HeardNote, encoded
from bridge.performer.performer import Performer
from bridge.presets.store import PresetShelf
from bridge.system.helper import Helper, OpenQuestions
from bridge.timing.clock import SessionClock
from bridge.vocabulary.events import ErrorReport, Input, Severity
from bridge.vocabulary.requests import Advise, Advised, Asker, ShellRequest

# Questions that may wait; who asks faster than that is told so.
MOST_WAITING: Final = 8


class _Question(NamedTuple):
    """What was played, and `model`, the name of the one that plays; empty for a stand-in."""

    notes: Sequence[HeardNote]
    clock: SessionClock
    tempo: float
    model: str
    asker: Asker | None


class AdviceSurface(Surface):
    """Advises by what `performer()`, asked on the engine thread, was told of late, and by the presets on a shelf."""

    def __init__(self, engine: Engine, performer: Callable[[], Performer], presets: PresetShelf) -> None:
        self._engine = engine
        self._performer = performer
        self._presets = presets
        self._questions: queue.Queue[_Question | None] = queue.Queue()
        self._open = OpenQuestions[tuple[Advised, Asker | None]](MOST_WAITING)
        self._helper = Helper("bridge.library.model_fit", [], self._compared, lambda why: None)
        self._thread = threading.Thread(target=self._run, name="advice", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def take(self, item: Input | ShellRequest, asker: Asker | None) -> bool:
        """Take a question down."""
        if not isinstance(item, Advise):
            return False
        if self._questions.qsize() >= MOST_WAITING:
            self._refuse(asker, f"{MOST_WAITING} questions wait for advice already: ask again")
            return True
        performer = self._performer()
        stage = performer.stage
        model = stage.memory.model
        name = model.name if isinstance(model, Tells) else ""
        self._questions.put(_Question(stage.memory.notes, stage.clock, performer.conductor.tempo, name, asker))
        return True

    def close(self) -> None:
        """No more. A second call does nothing."""
        self._helper.close()
        if self._thread.is_alive():
            self._questions.put(None)
            self._thread.join(2.0)

    def _run(self) -> None:
        while (question := self._questions.get()) is not None:
            try:
                found = measure_heard(question.notes, question.clock, question.tempo)
            except ValueError as refusal:
                self._refuse(question.asker, str(refusal))
                continue
            advice = advise(found)
            preset = best_preset(readable_presets(self._presets), advice, found)
            lines = [advice.text, *([preset.text] if preset is not None else [])]
            told = Advised(
                advice.mode,
                tuple(advice.values.items()),
                "\n".join(lines),
                preset="" if preset is None else preset.name,
            )
            reply(self._engine, question.asker, told)
            if question.model:
                events, context = encoded(question.notes)
                own = bytes(note.note_id is None for note in question.notes)
                number = self._open.add((told, question.asker))
                self._helper.ask([number, question.model, events.tobytes(), context.tobytes(), own])

    def _compared(self, message: Any) -> None:
        """On the helper's thread."""
        number, model, text = message
        told, asker = self._open.pop(number) or (None, None)
        if told is not None and text:
            reply(self._engine, asker, replace(told, text=f"{told.text}\n{text}", model=model))

    def _refuse(self, asker: Asker | None, why: str) -> None:
        reply(self._engine, asker, ErrorReport(Severity.WARNING, "advice", why))
