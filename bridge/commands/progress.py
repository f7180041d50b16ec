"""A bar on standard error while something takes its time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bridge.system import terminal


@contextmanager
def progress(what: str) -> Iterator[Callable[[float], None]]:
    """A bar named `what`, and how to tell it the share that is done, 0 to 1; gone in the end."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    with Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn(),
        console=terminal.console(stderr=True), transient=True,
    ) as bars:  # fmt: skip
        task = bars.add_task(what, total=1.0)
        yield lambda done: bars.update(task, completed=done)
