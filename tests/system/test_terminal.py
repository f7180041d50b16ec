"""What reaches the terminal is fit for it, whoever wrote it."""

from __future__ import annotations

import io
import signal
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from rich.table import Table

from bridge import cli
from bridge.system import terminal

EVIL = "\x1b]0;owned\x07Keys \x1b[2J[/red]"
FIT = "\ufffd]0;owned\ufffdKeys \ufffd[2J[/red]"


def test_a_line_says_all_and_obeys_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.say(EVIL + "x" * 300)
    assert capsys.readouterr().out == FIT + "x" * 300 + "\n"


def test_a_table_shows_a_name_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("name")
    table.add_row(EVIL)
    terminal.console(width=60).print(table)
    out = capsys.readouterr().out
    assert "Keys \ufffd[2J[/re" in out and "\x1b" not in out and "\x07" not in out


def test_rich_may_still_colour() -> None:
    out = io.StringIO()
    console = terminal.console(file=out, force_terminal=True, color_system="truecolor")
    console.print("met", style=terminal.GOOD)
    assert out.getvalue() == "\x1b[94mmet\x1b[0m\n"


def test_what_the_encoding_cannot_say_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    terminal.forgive()
    terminal.say("Flügel → \udcff")
    sys.stdout.flush()
    assert raw.getvalue().decode() == "Fl?gel ? ?\n"


def test_ctrl_c_is_the_parents() -> None:
    before = signal.getsignal(signal.SIGINT)
    try:
        terminal.leave_interrupts_to_the_parent()
        signal.raise_signal(signal.SIGINT)  # and nothing is raised
    finally:
        signal.signal(signal.SIGINT, before)


@click.command(name="broken")
@click.argument("how")
def broken(how: str) -> None:
    errors = {
        "told": click.ClickException(EVIL),
        "disk": OSError(28, "No space left on device", "a\x1b[31m.mid"),
        "memory": MemoryError(),
        "ours": KeyError("typo"),
    }
    raise errors[how]


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("told", f"Error: {FIT}"),
        ("disk", "Error: a\ufffd[31m.mid: No space left on device"),
        ("memory", "Error: there is not enough memory"),
        ("ours", "Error: a mistake of Antiphon's own, KeyError: 'typo'"),
    ],
)
def test_whatever_goes_wrong_is_a_line(monkeypatch: pytest.MonkeyPatch, how: str, words: str) -> None:
    monkeypatch.setattr(cli._LazyGroup, "get_command", lambda *_: broken)
    monkeypatch.delenv(cli.TRACEBACK, raising=False)
    result = CliRunner().invoke(cli.main, ["broken", how])
    assert result.exit_code == 1
    assert words in result.output and "\x1b" not in result.output and "Traceback" not in result.output


def test_a_traceback_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli._LazyGroup, "get_command", lambda *_: broken)
    monkeypatch.setenv(cli.TRACEBACK, "1")
    result = CliRunner().invoke(cli.main, ["broken", "ours"])
    assert isinstance(result.exception, KeyError)


def test_what_was_typed_is_not_obeyed(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli.main, ["replay", str(tmp_path / "no\x1b[31mfolder")])
    assert result.exit_code == 2 and "\x1b" not in result.output
