"""`antiphon prepare` as it is typed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from songs import write_albums

from bridge.commands.prepare import command


@pytest.fixture
def songs(tmp_path: Path) -> Path:
    return write_albums(tmp_path / "songs")


def test_a_damaged_journal_is_told_with_the_way_out(songs: Path, tmp_path: Path) -> None:
    (tmp_path / "out" / ".unfinished").mkdir(parents=True)
    (tmp_path / "out" / ".unfinished" / "journal.sqlite").write_bytes(b"no database at all" * 1000)
    outcome = CliRunner().invoke(command, [str(songs), "-o", str(tmp_path / "out"), "--workers", "1"])
    assert outcome.exit_code == 1 and "delete that folder and start anew" in outcome.output


def test_without_its_packages_it_says_which(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pebble", None)
    for name in [name for name in sys.modules if name.startswith("bridge.data")]:
        monkeypatch.delitem(sys.modules, name)
    outcome = CliRunner().invoke(command, [str(tmp_path), "-o", str(tmp_path / "out")])
    assert outcome.exit_code == 1 and "prepare needs pebble: pip install 'antiphon[train]'" in outcome.output
