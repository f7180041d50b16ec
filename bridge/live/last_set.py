"""The set that is played, kept on the disk as it goes on, for `antiphon jam --resume`."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from bridge.live.surfaces import Engine, Surface
from bridge.performer.going_on import GoingOn
from bridge.sessions.last_set import LastSet, save
from bridge.sessions.log import Entry
from bridge.vocabulary.events import ErrorReport, Severity

# Seconds from one writing to the next: as much is lost at most.
EVERY: Final = 1.0


class LastSetSurface(Surface):
    """Writes to `path` what `moment()` says, with the `options` that the set was started with, and its model's name.

    `moment` is called on the engine thread; what is written is made on a thread of its own.
    """

    def __init__(
        self, engine: Engine, path: Path, options: Mapping[str, Any], model: str, moment: Callable[[], GoingOn]
    ) -> None:
        self._engine = engine
        self._path = path
        self._options = options
        self._model = model
        self._moment = moment
        self._next = 0.0
        self._told = False
        self._why = ""
        self._moments: queue.SimpleQueue[tuple[str, GoingOn] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="last set", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def accept(self, entry: Entry) -> None:
        """Another model is the one to go on with."""
        if entry[0] == "model":
            self._model = entry[2]

    def publish(self, status: Mapping[str, Any]) -> None:
        """Have it written, now and then; say once where that cannot be."""
        now = time.monotonic()
        if now >= self._next and self._thread.is_alive():
            self._next = now + EVERY
            self._moments.put((self._model, self._moment()))
        if self._why and not self._told:
            self._told = True
            text = f"this set could not be resumed: {self._why}"
            self._engine.tell(ErrorReport(Severity.WARNING, "last-set", text))

    def close(self) -> None:
        """Write how it ended."""
        if self._thread.is_alive():
            self._moments.put((self._model, self._moment()))
            self._moments.put(None)
            self._thread.join(2.0)

    def _run(self) -> None:
        last: LastSet | None = None
        while (taken := self._moments.get()) is not None:
            model, moment = taken
            new = LastSet(dict(self._options), model, moment.settings, moment.past())
            if last is None or _is_news(new, last):
                try:
                    save(self._path, new)
                except OSError as error:
                    self._why = str(error)
                last = new


def _is_news(new: LastSet, last: LastSet) -> bool:
    """Whether anything happened but that time went on."""
    then = (last.model, last.settings, last.options, len(last.notes))
    if (new.model, new.settings, new.options, len(new.notes)) != then:
        return True
    if not new.notes:
        return False
    one, other = new.notes[-1], last.notes[-1]
    newest = (one.pitch, one.velocity, one.voice) != (other.pitch, other.velocity, other.voice)
    return newest or one.beat > other.beat or (len(new.notes) > 1 and new.notes[0].pitch != last.notes[0].pitch)
