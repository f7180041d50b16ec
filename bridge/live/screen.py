"""The bottom of the terminal while a set goes on: messages above, the status and the keys below, in place.

Drawn by hand rather than by `rich.live`: that counts rows as they were drawn, so a narrower window, in which the
terminal has wrapped them, leaves pieces of old lines behind; and it draws from a thread of its own. Rich colours.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Final, Protocol, TextIO

from bridge.live.status_line import BETWEEN, BETWEEN_KEYS, KEYS, StatusPart, fit, parts, summary
from bridge.system import terminal
from bridge.vocabulary.plain_text import shown

_HIDE_CURSOR: Final = "\x1b[?25l"
_SHOW_CURSOR: Final = "\x1b[?25h"
_ERASE_BELOW: Final = "\x1b[J"
_NARROWEST: Final = 8


class View(Protocol):
    """Where people see how a set goes."""

    def __enter__(self) -> View: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def show(self, status: dict[str, Any], messages: Sequence[str]) -> None:
        """Show `messages`, and how things stand now."""


def view(out: TextIO, *, plain: bool, keys: bool) -> View:
    """The screen where `out` is a terminal that can be drawn on, else lines; with the `keys` there are, if any."""
    if plain:
        return Lines(out, stamped=True)
    drawable = out.isatty() and os.environ.get("TERM") != "dumb" and not _old_windows()
    return Screen(out, keys=keys) if drawable else Lines(out)


def _old_windows() -> bool:
    """Whether this is a console of Windows before 10, which knows no escape sequences."""
    return os.name == "nt" and bool(terminal.console().legacy_windows)


class Lines:
    """Messages, a line each. Where they are `stamped`, with the time of day, and what changed as well: for logs."""

    def __init__(self, out: TextIO, *, stamped: bool = False, clock: Callable[[], str] | None = None) -> None:
        self._out = out
        self._stamped = stamped
        self._clock = clock or (lambda: time.strftime("%H:%M:%S"))
        self._told = ""

    def __enter__(self) -> Lines:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._out.flush()

    def show(self, status: dict[str, Any], messages: Sequence[str]) -> None:
        """Print `messages`, and the state where it is wanted and has changed."""
        for message in messages:
            self._write(message)
        if self._stamped and status and (state := summary(status)) != self._told:
            self._told = state
            self._write(state)
        self._out.flush()

    def _write(self, text: str) -> None:
        stamp = f"{self._clock()} " if self._stamped else ""
        self._out.write(f"{stamp}{shown(text)}\n")


class Screen:
    """Two lines that stay at the bottom, and messages above them."""

    def __init__(
        self, out: TextIO, *, keys: bool = False, size: Callable[[], tuple[int, int]] = shutil.get_terminal_size
    ) -> None:
        self._out = out
        self._keys = keys
        self._size = size
        self._console = terminal.console(file=out, force_terminal=True, width=10_000)
        self._drawn: list[int] = []  # columns of each line that stands there
        self._shown: tuple[Any, ...] = ()

    def __enter__(self) -> Screen:
        self._out.write(_HIDE_CURSOR)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._out.write(("\n" if self._drawn else "") + _SHOW_CURSOR)
        self._out.flush()

    def show(self, status: dict[str, Any], messages: Sequence[str]) -> None:
        """Print `messages`, and bring the lines up to date."""
        columns, rows = self._size()
        # The last column stays free: some terminals wrap as soon as it is written.
        lines = self._lines(status, max(columns - 1, _NARROWEST), rows) if status else []
        state = (columns, rows, tuple(tuple(part.text for part in line) for line, _ in lines))
        if not messages and state == self._shown:
            return
        self._shown = state
        text = self._erased(columns) + "".join(f"{shown(message)}\r\n" for message in messages)
        text += "\r\n".join(self._coloured(line, between) for line, between in lines)
        self._drawn = [_columns(line, between) for line, between in lines]
        self._out.write(text)
        self._out.flush()

    def _lines(self, status: dict[str, Any], width: int, rows: int) -> list[tuple[list[StatusPart], str]]:
        lines = [(fit(parts(status), width), BETWEEN)]
        if self._keys and rows > len(lines) + 1:
            lines.append((fit(KEYS, width, BETWEEN_KEYS), BETWEEN_KEYS))
        return lines

    def _erased(self, columns: int) -> str:
        """Back to where the first line begins, with nothing below: a narrower terminal has wrapped what stood there."""
        up = sum(max(-(-width // max(columns, 1)), 1) for width in self._drawn) - 1
        return "\r" + (f"\x1b[{up}A" if up > 0 else "") + _ERASE_BELOW

    def _coloured(self, line: Sequence[StatusPart], between: str) -> str:
        from rich.text import Text

        text = Text(between, end="").join(Text(part.text, part.style, end="") for part in line)
        with self._console.capture() as capture:
            self._console.print(text, end="", soft_wrap=True)
        return capture.get()


def _columns(line: Sequence[StatusPart], between: str) -> int:
    return sum(len(part.text) for part in line) + len(between) * max(len(line) - 1, 0)
