"""A bar goes to standard error, so that what a command says can be piped on."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from rich.console import Console

from bridge.commands.progress import progress
from bridge.system import terminal


def test_it_shows_what_is_done_and_is_gone_in_the_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    screen, asked = io.StringIO(), []

    def console(*, stderr: bool = False) -> Console:
        asked.append(stderr)
        return Console(file=screen, force_terminal=True, width=60)

    monkeypatch.setattr(terminal, "console", console)
    with progress("reading") as tell:
        update: Callable[[float], None] = tell
        update(0.5)
        update(1.0)
    assert asked == [True] and "reading" in screen.getvalue()
    assert capsys.readouterr().out == ""


def test_an_error_ends_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "console", lambda **how: Console(file=io.StringIO()))
    with pytest.raises(ValueError, match="no"), progress("reading") as tell:
        tell(0.2)
        raise ValueError("no")
