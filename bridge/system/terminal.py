"""The terminal: the one place through which text reaches it, and whose its Ctrl-C is.

What is shown may be a stranger's (names of ports, fields of a manifest, what came by OSC), so what a terminal would
obey is replaced on the way, and what its encoding cannot say becomes a question mark instead of an error.
"""

from __future__ import annotations

import contextlib
import functools
import signal
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from bridge.vocabulary.plain_text import shown

if TYPE_CHECKING:
    from rich.console import Console

# Told apart by those who do not see red and green as two, and never without a word beside.
GOOD: Final = "bright_blue"
WARNING: Final = "black on bright_yellow"
BAD: Final = "bold bright_white on magenta"


@functools.cache
def _console_class() -> type[Console]:
    """Made when the first is wanted: rich takes some time to load."""
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.segment import Segment

    class CleanConsole(Console):
        """Rich's console, but for controls in what it is given: its own are segments marked as such."""

        def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
            for segment in super().render(renderable, options):
                if segment.control is None and (clean := shown(segment.text)) != segment.text:
                    segment = Segment(clean, segment.style)
                yield segment

    return CleanConsole


def console(*, stderr: bool = False, **more: Any) -> Console:
    """A console on standard output, or standard error, for which square brackets in text are just that."""
    return _console_class()(stderr=stderr, markup=False, highlight=False, emoji=False, **more)


def say(text: str, *, err: bool = False) -> None:
    """Write a line, of any length, to standard output, or standard error."""
    out = sys.stderr if err else sys.stdout
    out.write(f"{shown(text)}\n")
    out.flush()


def leave_interrupts_to_the_parent() -> None:
    """For processes of ours that work for another: Ctrl-C reaches every process of a terminal, and is that one's.

    It tells the others to end, in its own time.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def forgive() -> None:
    """Have standard output and error replace what their encoding cannot say."""
    streams: tuple[Any, ...] = (sys.stdout, sys.stderr)
    for stream in streams:
        # What a test or an embedding program put there may be no text file.
        with contextlib.suppress(AttributeError, ValueError, OSError):
            stream.reconfigure(errors="replace")
