"""Loads another model while the one that plays goes on."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from bridge.engine.model import Model
from bridge.vocabulary.events import ErrorReport, Severity


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model ready to play, and the hash that names exactly which."""

    model: Model
    digest: str


ModelLoader = Callable[[str], LoadedModel]


class ModelSwap:
    """Loads on a thread of its own. `load(name)` raises ValueError with the reason when the model cannot be had.

    `wake` is called, on that thread, when there is something to `take`.
    """

    def __init__(self, load: ModelLoader, wake: Callable[[], None]) -> None:
        self._load = load
        self._wake = wake
        self._done: deque[LoadedModel | ErrorReport] = deque()
        self._busy = False

    def start(self, name: str) -> ErrorReport | None:
        """Begin to load a model. Returns the refusal when another is being loaded."""
        if self._busy:
            return ErrorReport(Severity.WARNING, "model-busy", f"a model is being loaded: send {name!r} again")
        self._busy = True
        threading.Thread(target=self._run, args=(name,), name="load model", daemon=True).start()
        return None

    def take(self) -> LoadedModel | ErrorReport | None:
        """The model that was loaded, or why it was not; None while there is neither."""
        if not self._done:
            return None
        self._busy = False
        return self._done.popleft()

    def _run(self, name: str) -> None:
        try:
            self._done.append(self._load(name))
        except Exception as error:  # noqa: BLE001 - a model that cannot be loaded must not end the set
            self._done.append(ErrorReport(Severity.ERROR, "model-refused", str(error)))
        self._wake()
