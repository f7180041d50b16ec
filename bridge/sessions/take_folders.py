"""Starts one recording after another, each in a folder named for when it began; and keeps what was before as one."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Final

from bridge.sessions.before_take import EarlierCalls, RecentCalls
from bridge.sessions.log import Entry
from bridge.sessions.recorder import Recorder
from bridge.system.plain_files import NotWritten

# How long the end of the program waits for what is still being written, in seconds.
PATIENCE: Final = 60.0


class TakeFolders:
    """Starts and ends recordings of a session under the folder `root`. For one thread; nothing blocks but `close`.

    Its `note` is the session's journal.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._older = EarlierCalls()
        self._recent = RecentCalls(self._older)
        self._recorder: Recorder | None = None
        self._finishing: list[Recorder] = []

    def note(self, entry: Entry) -> None:
        """Write an entry into the take, if there is one, and keep it for a while in any case."""
        self._recent(entry)
        if self._recorder is not None:
            self._recorder(entry)

    @property
    def running(self) -> bool:
        """Whether the session is being recorded."""
        return self._recorder is not None

    def start(self, header: dict[str, Any]) -> Path:
        """Record from now on, into the folder that is returned. Raises OSError, naming it, where that cannot be."""
        folder = self._new_folder()
        earlier = self._older.before(self._recent.entries()) if len(self._recent) else None
        try:
            self._recorder = Recorder(folder, header, earlier)
        except OSError as error:
            raise OSError(f"cannot record: {NotWritten(folder, error)}") from error
        return folder

    def end(self) -> None:
        """End the recording, if there is one; `finished` tells when it is written."""
        recorder, self._recorder = self._recorder, None
        if recorder is not None:
            recorder.end()
            self._finishing.append(recorder)

    def capture(self, header: dict[str, Any]) -> Path:
        """Keep the last minutes as a recording of their own; its folder. Raises OSError as `start`."""
        folder = self._new_folder()
        try:
            recorder = Recorder(folder, header, self._older.before([]))
        except OSError as error:
            raise OSError(f"cannot record: {NotWritten(folder, error)}") from error
        for entry in self._recent.entries():
            recorder(entry)
        recorder.end()
        self._finishing.append(recorder)
        return folder

    def finished(self) -> list[Recorder]:
        """Recordings that were written since the last call, or failed (which ends one that still runs)."""
        if self._recorder is not None and self._recorder.failure:
            self.end()
        done = [recorder for recorder in self._finishing if recorder.done.is_set()]
        self._finishing = [recorder for recorder in self._finishing if recorder not in done]
        return done

    def close(self) -> list[Recorder]:
        """End, wait until everything is written, and tell as `finished` does."""
        self.end()
        for recorder in self._finishing:
            recorder.hurry()
        for recorder in self._finishing:
            recorder.close(PATIENCE)
        done, self._finishing = self._finishing, []
        return done

    def _new_folder(self) -> Path:
        """A folder that is not there yet: two takes may begin in one second."""
        name = time.strftime("%Y%m%d-%H%M%S")
        folder, number = self._root / name, 1
        while folder.exists():
            number += 1
            folder = self._root / f"{name}-{number}"
        return folder
