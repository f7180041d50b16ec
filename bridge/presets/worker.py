"""Carries out what is asked about presets on a thread of its own: no file is touched where the music is made."""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from bridge.presets.requests import carry_out, program_change
from bridge.presets.store import PresetShelf
from bridge.vocabulary.events import ErrorReport, Raw, Recall, Severity
from bridge.vocabulary.requests import Asker, PresetRequest, PresetsReport


class Done(NamedTuple):
    """What became of a request, for who asked (or nobody).

    An input for the core, an answer, or a refusal; a program change that selects no preset comes back as it is.
    """

    outcome: Recall | Raw | PresetsReport | ErrorReport
    reply: Asker | None


class _Asked(NamedTuple):
    request: PresetRequest | Raw
    reply: Asker | None
    status: Mapping[str, Any]


class PresetClerk:
    """Does what is asked, in that order. `wake` is called, on its thread, when there is something to `take`."""

    def __init__(self, shelf: PresetShelf, wake: Callable[[], None]) -> None:
        self._shelf = shelf
        self._wake = wake
        self._asked: queue.SimpleQueue[_Asked | None] = queue.SimpleQueue()
        self._done: deque[Done] = deque()
        self._thread = threading.Thread(target=self._run, name="presets", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def ask(self, request: PresetRequest | Raw, reply: Asker | None, status: Mapping[str, Any]) -> None:
        """Ask for something; a `Raw` is a program change. `status` is the performer's, which a new preset keeps."""
        self._asked.put(_Asked(request, reply, status))

    def take(self) -> Done | None:
        """The next thing that was done; None while there is none."""
        return self._done.popleft() if self._done else None

    def close(self) -> None:
        """End, once what was asked is done. Does nothing where it was never started."""
        if self._thread.is_alive():
            self._asked.put(None)
            self._thread.join()

    def _run(self) -> None:
        while (asked := self._asked.get()) is not None:
            self._done.append(Done(self._carry_out(asked), asked.reply))
            self._wake()

    def _carry_out(self, asked: _Asked) -> Recall | Raw | PresetsReport | ErrorReport:
        request = asked.request
        if isinstance(request, Raw):
            selected = program_change(request, self._shelf)
            if selected is None:
                return request
            request = selected
        try:
            return carry_out(request, self._shelf, asked.status, time.perf_counter())
        except ValueError as refusal:
            return ErrorReport(Severity.ERROR, "preset-refused", str(refusal))
