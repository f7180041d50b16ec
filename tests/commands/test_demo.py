"""`antiphon demo` is `antiphon jam`, asked otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner

from bridge.cli import main
from bridge.commands import jam
from bridge.performer.settings import Settings


def test_it_is_a_jam_without_midi_that_plays_to_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[tuple[dict[str, Any], Settings]] = []
    monkeypatch.setattr(jam, "prepare", lambda options, settings, remember: begun.append((options, settings)))
    monkeypatch.setattr(jam, "_run", lambda daemon, began, plain: None)
    result = CliRunner().invoke(main, ["demo", "--seed", "3", "--web-port", "9000"])
    assert result.exit_code == 0, result.output
    ((options, settings),) = begun
    assert options["demo"] and options["no_midi"] and options["web"] and options["web_port"] == 9000
    assert (settings.mode, settings.seed) == ("respond", 3)
    assert CliRunner().invoke(main, ["demo", "--help"]).output.startswith("Usage:")
