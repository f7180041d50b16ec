"""The recorder as a surface: writes down what happens while it is asked to, and remembers the last minutes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bridge.live.surfaces import Engine, Surface
from bridge.performer.settings import Settings
from bridge.sessions.log import Entry, SessionLog, header_of
from bridge.sessions.recorder import Recorder
from bridge.sessions.take_folders import TakeFolders
from bridge.vocabulary.events import ErrorReport, Fired, Input, Severity
from bridge.vocabulary.requests import Asker, Capture, Notice, Record, ShellRequest


class RecordingSurface(Surface):
    """Keeps takes under `folder`, each in a folder of its own; the first one from the start on where `at_once`.

    `model` and `digest` are the name and the hash of the model that the set begins with: a take's calls begin there, or
    the calls before it, which lie beside it.
    """

    def __init__(
        self, engine: Engine, settings: Settings, model: str, digest: str, folder: Path, at_once: bool
    ) -> None:
        self._engine = engine
        self._recordings = TakeFolders(folder)
        self._at_once = at_once
        # How a log of what comes now would begin: whole while nothing has happened yet.
        self._head = SessionLog(settings, model, digest, (), whole=True)

    def start(self) -> None:
        """Record, where that is wanted from the first note on."""
        if self._at_once:
            self._record(True)

    def accept(self, entry: Entry) -> None:
        """Note a call, in the take that is written and in the memory of the last minutes."""
        self._recordings.note(entry)
        if self._head.whole:
            self._head = replace(self._head, whole=False)
        if entry[0] == "out" and isinstance(entry[2], Fired):
            self._fired(entry[2].action)

    def take(self, item: Input | ShellRequest, asker: Asker | None) -> bool:
        """Start, end, capture."""
        match item:
            case Record(on):
                self._record(on)
            case Capture():
                self._capture()
            case _:
                return False
        return True

    def status(self) -> Mapping[str, Any]:
        """Whether it records."""
        return {"recording": self._recordings.running}

    def publish(self, status: Mapping[str, Any]) -> None:
        """Tell of takes that were written meanwhile."""
        self._tell_written(self._recordings.finished())

    def close(self) -> None:
        """End, and wait until everything is written."""
        self._tell_written(self._recordings.close())

    def _fired(self, action: str) -> None:
        """A key or pedal of the player's asks for it."""
        if action == "record":
            self._record(not self._recordings.running)
        elif action == "capture":
            self._capture()

    def _record(self, on: bool) -> None:
        self._recordings.end()
        if not on:
            return
        try:
            folder = self._recordings.start(header_of(self._head))
        except OSError as error:
            self._fail(str(error))
        else:
            self._engine.tell(Notice(f"recording to {folder}"))

    def _capture(self) -> None:
        try:
            self._recordings.capture(header_of(replace(self._head, whole=False)))
        except OSError as error:
            self._fail(str(error))

    def _tell_written(self, takes: Iterable[Recorder]) -> None:
        for take in takes:
            if take.failure:
                self._fail(take.failure)
            else:
                self._engine.tell(Notice(f"recorded: {take.folder}; again: antiphon replay {take.folder}"))

    def _fail(self, why: str) -> None:
        self._engine.tell(ErrorReport(Severity.ERROR, "record-failed", why))
