"""One recording after another, each into a folder of its own, named for when it began."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from bridge.sessions.log import Session
from bridge.sessions.recorder import Recorder


class Recordings:
    """Starts and ends recordings of a session under the folder `root`."""

    def __init__(self, session: Session, root: Path) -> None:
        self._session = session
        self._root = root
        self._recorder: Recorder | None = None

    @property
    def running(self) -> bool:
        """Whether the session is being recorded."""
        return self._recorder is not None

    @property
    def failure(self) -> OSError | None:
        """Why nothing more is written, where that is so."""
        return None if self._recorder is None else self._recorder.failure

    def start(self, header: dict[str, Any]) -> Path:
        """Record from now on, into the folder that is returned. Raises OSError, naming it, where that cannot be."""
        folder = self._root / time.strftime("%Y%m%d-%H%M%S")
        try:
            self._recorder = Recorder(folder, header)
        except OSError as error:
            raise OSError(f"cannot record to {folder}: {error}") from error
        self._session.journal = self._recorder
        return folder

    def end(self) -> Path | None:
        """End the recording, if there is one; its folder."""
        recorder, self._recorder = self._recorder, None
        if recorder is None:
            return None
        self._session.journal = None
        recorder.close()
        return recorder.folder
