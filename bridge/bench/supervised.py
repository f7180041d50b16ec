"""Each measurement in a process of its own, with an end: whatever it waits for, it does not wait for ever.

A JACK client that opens while its server dies never returns, and no signal reaches Python meanwhile. So the program
that shows results runs none of them: it starts `python -m bridge.bench.supervised`, reads what that tells, and ends it
with all that it started (a JACK server, the daemon, an echo) when its time is over or somebody wants it to end.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any, Final

from bridge.bench.peers import python_environment
from bridge.bench.registry import MEASUREMENTS
from bridge.bench.result import Conditions, Result

# Seconds that a measurement may take, and that all of them may where they are quick.
LIMIT: Final = 1200.0
QUICK_LIMIT: Final = 115.0
# A quick measurement has at least so long, in seconds, as far as there is any time left.
_LEAST: Final = 12.0
_TOO_LITTLE: Final = 3.0
# So long it may take to end in good order, in seconds.
_GRACE: Final = 4.0
# Progress is not told more often than this, in seconds: it would be in the timings.
_TELL_EVERY: Final = 0.25


class Budget:
    """How long each measurement may take: LIMIT (or what `minutes` ask for), or its part of what is left of
    QUICK_LIMIT. Times in seconds.
    """

    def __init__(self, count: int, quick: bool, now: float, minutes: float = 0.0) -> None:
        self._left = count
        # What is measured for so many minutes is so beside as many without, twice, and has a while to begin and end.
        self._limit = max(LIMIT, 60 * (4 * minutes + 5) if minutes else 0.0)
        self._end = now + QUICK_LIMIT if quick else None

    def next(self, now: float) -> float:
        """What the next one has from `now` on; less than a few seconds means that it is not worth beginning."""
        left, self._left = self._left, self._left - 1
        if self._end is None:
            return self._limit
        remaining = self._end - now
        return min(max(1.5 * remaining / max(left, 1), _LEAST), remaining)


def measure(name: str, conditions: Conditions, limit: float) -> Result:
    """Take measurement `name`, within `limit` seconds. What goes wrong is part of the result.

    On KeyboardInterrupt, or whatever else ends the wait, all that was started is ended first.
    """
    if limit < _TOO_LITTLE:
        return Result(name, skipped=f"no time left for it: antiphon bench {name} --quick")
    asked = json.dumps({
        "name": name, "model": conditions.model, "quick": conditions.quick, "beside": conditions.beside,
        "minutes": conditions.minutes,
        "pictures": None if conditions.pictures is None else str(conditions.pictures),
    })  # fmt: skip
    process = subprocess.Popen(
        _command(asked),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=python_environment(),
        start_new_session=os.name == "posix",  # a group of its own: it is ended as a whole, and Ctrl-C is ours
    )
    lines = _Lines(process, conditions.progress)
    try:
        ended = lines.wait(limit)
    finally:
        _end(process)
        lines.close()
    if lines.result is not None:
        return lines.result
    if not ended:
        late = f"it did not end within {limit:.0f} s"
        alone = f"{late}: alone it has more: antiphon bench {name} --quick"
        return Result(name, skipped=alone) if conditions.quick else Result(name, failed=late)
    return Result(name, failed=f"it ended without a result (exit {process.returncode}): {lines.last_words}")


def _command(asked: str) -> list[str]:
    return [sys.executable, "-m", "bridge.bench.supervised", asked]


class _Lines:
    """What the process says, read on threads of their own."""

    def __init__(self, process: subprocess.Popen[str], progress: Callable[[float], None]) -> None:
        self.result: Result | None = None
        self.last_words = ""
        self._process = process
        self._progress = progress
        self._part = 0.0
        self._readers = [threading.Thread(target=read, daemon=True) for read in (self._read_result, self._read_errors)]
        for reader in self._readers:
            reader.start()

    def wait(self, limit: float) -> bool:
        """Wait until it ends, telling how far it is; False where that takes more than `limit` seconds."""
        deadline = time.monotonic() + limit
        while self._readers[0].is_alive():
            if time.monotonic() > deadline:
                return False
            self._readers[0].join(0.1)
            self._progress(self._part)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_GRACE)
        return True

    def close(self) -> None:
        """Let the pipes go."""
        for reader in self._readers:
            reader.join(1.0)
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    def _read_result(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            try:
                told = json.loads(line)
            except ValueError:
                continue  # a library's own words
            if isinstance(told, dict) and "part" in told:
                self._part = float(told["part"])
            elif isinstance(told, dict) and "result" in told:
                self.result = Result.from_json(told["result"])

    def _read_errors(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.last_words = line.strip()[:300] or self.last_words


def _end(process: subprocess.Popen[str]) -> None:
    """End a measurement with all that it started: politely, then for good."""
    if process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
    if os.name == "posix":
        # Whoever is left of its group: the group has the number of the process that leads it.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    elif process.poll() is None:
        process.kill()
    process.wait()


# --- the process itself -------------------------------------------------------------------------


def _leave(_number: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once: what was started is being ended
    raise SystemExit(1)


def main(asked: str) -> None:
    """Take the measurement that `asked` (JSON) describes and tell its result on standard output."""
    signal.signal(signal.SIGTERM, _leave)
    wanted: dict[str, Any] = json.loads(asked)
    name, pictures = str(wanted.pop("name")), wanted.pop("pictures")
    told = time.monotonic()

    def progress(part: float) -> None:
        nonlocal told
        if time.monotonic() - told >= _TELL_EVERY:
            told = time.monotonic()
            _tell({"part": part})

    conditions = replace(Conditions(**wanted), pictures=None if pictures is None else Path(pictures), progress=progress)
    _tell({"result": MEASUREMENTS[name].run(conditions).as_json()})


def _tell(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
