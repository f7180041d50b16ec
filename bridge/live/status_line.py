"""One line that a performer can read at a glance, kept up to date in place."""

from __future__ import annotations

import shutil
from types import TracebackType
from typing import Any, TextIO

_TURNS = {"human": "you", "machine": "ANTIPHON", "both": "both"}


def render(status: dict[str, Any]) -> str:
    """The line: mode, turn, tempo, MIDI, latency, late notes; warnings last."""
    tempo = f"{status['tempo']:.1f} bpm" if status["tempo"] else "free"
    if status["bar"] is not None:
        tempo += f" {status['bar']}.{int(status['beat'])}"
    if status["clock"] != "internal":
        tempo += f" {status['clock']}" + ("" if status["clock_locked"] else "?")
    parts = [
        f"{status['mode']:<9}",
        f"turn {_TURNS[status['turn']]:<8}",
        f"{tempo:>9}",
        f"step {status['step_ms']:4.1f} ms (p99 {status['step_p99_ms']:4.1f})",
        f"played {status['sounded']}",
        f"late {status['missed'] + status['late']}",
        _midi(status),
    ]
    if status.get("recording"):
        parts.append("REC")
    if status["keeping_up"] != "full":
        parts.append(status["keeping_up"].upper())
    if status["unheard"]:
        parts.append(f"unheard {status['unheard']}")
    if status["own_notes_ignored"]:
        parts.append("LOOP")
    return " | ".join(parts)


def _midi(status: dict[str, Any]) -> str:
    if status["midi_backend"] == "fake":
        return "OSC only"
    return "MIDI ok" if status["midi"] == "open" else f"MIDI {status['midi']}"


class StatusLine:
    """Writes messages above a line that stays. Where the output is no terminal, messages and turns only."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._live = out.isatty()
        self._shown = ""

    def __enter__(self) -> StatusLine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._out.write("\n")
        self._out.flush()

    def show(self, status: dict[str, Any], messages: list[str]) -> None:
        """Print `messages`, then bring the line up to date."""
        width = shutil.get_terminal_size().columns - 1
        for message in messages:
            clear = "\r" + " " * min(len(self._shown), width) + "\r" if self._live else ""
            self._out.write(f"{clear}{message}\n")
            self._shown = ""
        if self._live and status:
            line = render(status)[:width]
            if line != self._shown:
                self._out.write("\r" + line.ljust(min(len(self._shown), width)))
                self._shown = line
        self._out.flush()
