"""A command as somebody types it, in a terminal of so many columns."""

from __future__ import annotations

from click.testing import CliRunner

from bridge.cli import main


def run(*words: str, width: int = 100, code: int = 0) -> str:
    """What it says; it must end with `code`."""
    result = CliRunner(env={"COLUMNS": str(width)}).invoke(main, words)
    assert result.exit_code == code, result.output
    return result.output
