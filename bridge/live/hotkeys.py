"""Single keys of the terminal: the ones at hand when nothing else is."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, Final, TextIO

from bridge.vocabulary.events import MODE_NAMES, Again, Input, Keep, Panic, Respond, SetMode, Stop
from bridge.vocabulary.requests import Capture, Record, ShellRequest

QUIT: Final = "q"
HELP: Final = "?"
# Seconds within which quitting must be pressed again: a set does not end by a sleeve.
SURE_WITHIN: Final = 3.0
_READ_AT_ONCE: Final = 1024
# Arrows, function keys, mouse reports, the answers of terminals, and a lone escape.
_SEQUENCE: Final = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]?|O.|[PX^_\]].*?(\x07|\x1b\\|$)|.)?", re.DOTALL)

LINES: Final = (
    "keys: space panic · s stop · r respond now · a another answer · k keep that one",
    "      " + " · ".join(f"{number} {mode}" for number, mode in enumerate(MODE_NAMES, 1)),
    "      w record, or end it · c capture the last five minutes · q q quit",
)


def meaning(key: str, recording: bool, now: float) -> Input | ShellRequest | None:
    """What a key asks of the set; None for one that asks nothing (or is QUIT or HELP)."""
    if key.isdecimal() and 1 <= int(key) <= len(MODE_NAMES):
        return SetMode(now, MODE_NAMES[int(key) - 1])
    simple: dict[str, Callable[[float], Input]] = {
        " ": lambda now: Panic(now),
        "s": lambda now: Stop(now),
        "r": lambda now: Respond(now),
        "a": lambda now: Again(now),
        "k": lambda now: Keep(now),
    }
    if key in simple:
        return simple[key](now)
    requests: dict[str, ShellRequest] = {"w": Record(not recording), "c": Capture()}
    return requests.get(key)


def pressed(typed: str) -> str:
    """Keys out of what came in at once: what was pasted, and sequences of other keys, are none."""
    keys = _SEQUENCE.sub("", typed)
    return keys if len(set(keys)) == 1 else ""


class Keys:
    """Reads keys while entered, without echo and without waiting for a line. Elsewhere than at a terminal: none.

    A program in the background of a shell may not read from its terminal: it would be stopped. So it asks each time.
    """

    def __init__(self, terminal: TextIO | None = None) -> None:
        terminal = sys.stdin if terminal is None else terminal
        self._terminal: int | None = None
        self._before: list[Any] | None = None
        self._quit_pressed = float("-inf")
        with contextlib.suppress(AttributeError, ValueError, OSError):
            if terminal.isatty():
                self._terminal = terminal.fileno()

    @property
    def available(self) -> bool:
        """Whether keys can be read here."""
        return self._terminal is not None and (os.name != "nt" or _console() is not None)

    def __enter__(self) -> Keys:
        self._listen()
        if self._before is not None:
            # Ctrl-Z and back: the shell has put the terminal in order meanwhile.
            signal.signal(signal.SIGCONT, self._resumed)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._before is not None and self._terminal is not None:
            import termios

            signal.signal(signal.SIGCONT, signal.SIG_DFL)
            if self._in_front():
                with contextlib.suppress(termios.error):
                    termios.tcsetattr(self._terminal, termios.TCSADRAIN, self._before)
            self._before = None

    def read(self, timeout: float) -> str:
        """Keys that were pressed, waiting for them for at most `timeout` seconds."""
        if self._terminal is None:
            time.sleep(timeout)
            return ""
        if os.name == "nt":
            return _read_console(timeout)
        if not self._in_front():
            time.sleep(timeout)
            return ""
        if self._before is None:
            self._listen()
        readable, _, _ = select.select([self._terminal], [], [], timeout)
        if not readable:
            return ""
        try:
            data = os.read(self._terminal, _READ_AT_ONCE)
        except OSError:
            data = b""
        if not data:  # the terminal is gone
            self._terminal = None
        return pressed(data.decode(errors="replace"))

    def quits(self, now: float) -> bool:
        """QUIT was pressed at `now`, in seconds: whether for the second time, so that it is meant."""
        sure = now - self._quit_pressed < SURE_WITHIN
        self._quit_pressed = now
        return sure

    def _listen(self) -> None:
        if os.name == "nt" or self._terminal is None or not self._in_front():
            return
        import termios

        try:
            self._before = self._before or termios.tcgetattr(self._terminal)
            now = termios.tcgetattr(self._terminal)
            # As it is, Ctrl-C and Ctrl-Z included, but key by key and not shown.
            now[3] &= ~(termios.ICANON | termios.ECHO)
            now[6][termios.VMIN], now[6][termios.VTIME] = 1, 0
            termios.tcsetattr(self._terminal, termios.TCSADRAIN, now)
        except termios.error:
            self._terminal = self._before = None

    def _in_front(self) -> bool:
        """Whether this program is the one that its terminal's keys are for."""
        try:
            return self._terminal is not None and os.tcgetpgrp(self._terminal) == os.getpgrp()
        except OSError:
            return False

    def _resumed(self, _number: int, _frame: FrameType | None) -> None:
        self._listen()


def _console() -> Any:
    """Windows' module for its console; None elsewhere."""
    try:
        import msvcrt
    except ImportError:
        return None
    return msvcrt


def _read_console(timeout: float) -> str:
    console, deadline = _console(), time.monotonic() + timeout
    while not console.kbhit():
        left = deadline - time.monotonic()
        if left <= 0:
            return ""
        time.sleep(min(left, 0.02))
    typed = ""
    while console.kbhit():
        key = console.getwch()
        if key in "\0\xe0":  # a function key's first half
            console.getwch()
        else:
            typed += key
    return pressed(typed)
