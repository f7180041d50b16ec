"""Writes a session while it is played: the log that replays it, and a MIDI file of both players."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Final

from bridge.midi.client import package_path
from bridge.sessions.earlier import Earlier
from bridge.sessions.log import Entry, line, read_log
from bridge.sessions.midi_export import write_midi

LOG_NAME: Final = "session.jsonl"
MIDI_NAME: Final = "session.mid"


def find_log(place: Path) -> Path:
    """The session log meant by `place`: a log, a take's folder, or a folder of takes (its newest one).

    Raises FileNotFoundError where there is none.
    """
    if not place.is_dir():
        return place
    if (place / LOG_NAME).exists():
        return place / LOG_NAME
    takes = sorted(place.glob(f"*/{LOG_NAME}"), key=lambda log: log.stat().st_mtime)
    if not takes:
        raise FileNotFoundError(f"no take in {place}: it holds no {LOG_NAME}, nor does a folder in it")
    return takes[-1]


class Recorder:
    """Takes journal entries from the engine thread and writes them from its own.

    A guest of the set: whatever happens to the disk, the set goes on, and `failure` says what happened. Raises OSError
    when the folder cannot be made or written at first. What was `earlier` in the set is written beside the log.
    """

    def __init__(self, folder: Path, header: dict[str, Any], earlier: Earlier | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.failure = ""
        self.done = threading.Event()  # everything is written that ever will be
        self._ended = False
        self._entries: queue.SimpleQueue[Entry | None] = queue.SimpleQueue()
        self._file = (folder / LOG_NAME).open("w", encoding="utf-8")
        try:
            self._file.write(json.dumps(header) + "\n")
            self._file.flush()
        except OSError:
            with contextlib.suppress(OSError):
                self._file.close()
            raise
        # Beside the log, which is to be on the disk as it is played: what was before it may be long.
        self._before = threading.Thread(
            target=self._write_earlier, args=[earlier], name="recorder, earlier", daemon=True
        )
        self._before.start()
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    def __call__(self, entry: Entry) -> None:
        """Note an entry. Never blocks."""
        self._entries.put(entry)

    def end(self) -> None:
        """Let it finish the log and the MIDI file, on its own thread: `done` says when. A second call does nothing."""
        if not self._ended:
            self._ended = True
            self._entries.put(None)

    def close(self, seconds: float | None = None) -> None:
        """`end`, and wait until it has (at most `seconds`)."""
        self.end()
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            self._write()
            self._before.join()
            if not self.failure:
                self.failure = write_midi_aside(self.folder)
        finally:
            self.done.set()

    def _write_earlier(self, earlier: Earlier | None) -> None:
        if earlier is None:
            return
        try:
            earlier.write(self.folder)
        except OSError as error:
            self.failure = f"recording to {self.folder} ended: {error}"

    def _write(self) -> None:
        entry: Entry | None = None
        try:
            with self._file as file:
                while (entry := self._entries.get()) is not None:
                    file.write(line(entry) + "\n")
                    if self._entries.empty():
                        file.flush()
        except OSError as error:  # a full disk, say
            self.failure = f"recording to {self.folder} ended: {error}"
            while entry is not None:  # what comes after a failure is of no use to anybody
                entry = self._entries.get()


def write_midi_aside(folder: Path) -> str:
    """Make the MIDI file of the log in `folder`, in a process of its own, for that takes seconds after a long set.

    Returns why it could not, or "".
    """
    command = [sys.executable, "-P", "-m", "bridge.sessions.recorder", str(folder)]
    try:
        done = subprocess.run(
            command,
            env=os.environ | {"PYTHONPATH": package_path()},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,  # a Ctrl-C that ends the set is not meant for what writes it down
        )
    except OSError as error:
        return f"{folder / MIDI_NAME} was not written: {error}"
    if done.returncode:
        why = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
        return f"{folder / MIDI_NAME} was not written: {why[0]}"
    return ""


def main(folder: Path) -> None:
    """Write the MIDI file of the log in `folder`, in nobody's way."""
    if hasattr(os, "nice"):
        os.nice(10)
    write_midi(read_log(folder / LOG_NAME), folder / MIDI_NAME)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
