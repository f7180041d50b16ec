"""Writes a session while it is played: the log that replays it, and a MIDI file of both players."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import select
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Final, TextIO

from bridge.sessions.before_take import Earlier
from bridge.sessions.log import Entry, line, read_log
from bridge.sessions.midi_export import write_midi
from bridge.system.plain_files import NotWritten
from bridge.system.subprocesses import OWN_GROUP, give_way, package_path

LOG_NAME: Final = "session.jsonl"
MIDI_NAME: Final = "session.mid"
# While the set goes on the MIDI file is made slowly, for whoever works beside the engine takes its caches: after
# AT_ONCE seconds of work, which a short take needs, it pauses for PAUSE seconds after every WORK seconds.
AT_ONCE: Final = 0.7
WORK: Final = 0.004
PAUSE: Final = 0.03


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
        is_new = not folder.exists()
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.failure = ""
        self.done = threading.Event()  # everything is written that ever will be
        self._ended = False
        self._lock = threading.Lock()
        self._entries: queue.SimpleQueue[Entry | None] = queue.SimpleQueue()
        try:
            self._file = _begun(folder / LOG_NAME, header)
        except OSError:
            if is_new:  # a take of nothing is none
                shutil.rmtree(folder, ignore_errors=True)
            raise
        # Open until nobody plays any more who could be disturbed: (read, write).
        self._leisure: tuple[int, int] | None = os.pipe()
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
        """`end` as fast as can be, and wait until it has (at most `seconds`)."""
        self.end()
        self.hurry()
        self._thread.join(seconds)

    def hurry(self) -> None:
        """The set is over: nobody is disturbed by how the MIDI file is made. A second call does nothing."""
        with self._lock:
            leisure, self._leisure = self._leisure, None
        for end in leisure or ():
            os.close(end)

    def _run(self) -> None:
        try:
            self._write()
            self._before.join()
            if not self.failure:
                self.failure = self._write_midi()
        finally:
            self.hurry()
            self.done.set()

    def _ended_by(self, error: OSError) -> str:
        return f"recording ended: {NotWritten(self.folder, error)}"

    def _write_midi(self) -> str:
        with self._lock:  # which is held no longer than a process takes to start
            ends = os.devnull if self._leisure is None else self._leisure[0]
            making = start_midi_aside(self.folder, ends)
        return finish_midi_aside(self.folder, making)

    def _write_earlier(self, earlier: Earlier | None) -> None:
        if earlier is None:
            return
        try:
            earlier.write(self.folder)
        except OSError as error:
            self.failure = self._ended_by(error)

    def _write(self) -> None:
        entry: Entry | None = None
        try:
            with self._file as file:
                while (entry := self._entries.get()) is not None:
                    file.write(line(entry) + "\n")
                    if self._entries.empty():
                        file.flush()
        except OSError as error:  # a full disk, say
            self.failure = self._ended_by(error)
            while entry is not None:  # what comes after a failure is of no use to anybody
                entry = self._entries.get()


def _begun(path: Path, header: dict[str, Any]) -> TextIO:
    """The log's file, its header on the disk. Raises OSError."""
    file = path.open("w", encoding="utf-8")
    try:
        file.write(json.dumps(header) + "\n")
        file.flush()
    except OSError:
        with contextlib.suppress(OSError):
            file.close()
        raise
    return file


def start_midi_aside(folder: Path, leisure: int | str) -> subprocess.Popen[str] | OSError:
    """Begin to make that file. It takes its time until `leisure` (a descriptor, or a path) is at its end."""
    command = [sys.executable, "-P", "-m", "bridge.sessions.recorder", str(folder)]
    with contextlib.ExitStack() as stack:
        try:
            return subprocess.Popen(
                command,
                env=os.environ | {"PYTHONPATH": package_path()},
                stdin=stack.enter_context(open(leisure, encoding="utf-8")) if isinstance(leisure, str) else leisure,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                process_group=OWN_GROUP,  # a Ctrl-C that ends the set is not meant for what writes it down
                creationflags=getattr(subprocess, "IDLE_PRIORITY_CLASS", 0),
            )
        except OSError as error:
            return error


def finish_midi_aside(folder: Path, making: subprocess.Popen[str] | OSError) -> str:
    """Wait until the file is made. Returns why it could not be, or ""."""
    if isinstance(making, OSError):
        return f"{folder / MIDI_NAME} was not written: {making}"
    assert making.stderr is not None
    with making.stderr as words:
        said = words.read().strip().splitlines()
    if making.wait():
        why = said[-1:] or [f"exit code {making.returncode}"]
        return f"{folder / MIDI_NAME} was not written: {why[0]}"
    return ""


def main(folder: Path) -> None:
    """Write the MIDI file of the log in `folder`, in nobody's way."""
    give_way()
    if hasattr(signal, "SIGHUP"):  # a terminal that is closed ends the set, not this
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGPROF, _pause)
        signal.setitimer(signal.ITIMER_PROF, AT_ONCE, WORK)
    write_midi(read_log(folder / LOG_NAME), folder / MIDI_NAME)


def _pause(*_: object) -> None:
    """Do nothing for a while, unless whoever started this is in a hurry, or gone."""
    if select.select([sys.stdin], [], [], PAUSE)[0]:
        signal.setitimer(signal.ITIMER_PROF, 0.0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
