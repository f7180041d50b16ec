"""`antiphon patches`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from places import ROOT

from bridge.cli import main
from bridge.commands.patches import KINDS


def run(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["patches", *words])
    assert result.exit_code == code, result.output
    return result.output


def test_it_says_what_there_is() -> None:
    assert all(name in run() for name in KINDS)


def test_everything_is_copied_and_nothing_written_over(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    assert str(folder / "Antiphon") in run(str(folder))
    for kind in KINDS:
        for copied in (folder / kind).rglob("*") if (folder / kind).is_dir() else [folder / kind]:
            if copied.is_file():
                origin = ROOT / "max_patches" / copied.relative_to(folder)
                assert copied.read_bytes() == origin.read_bytes()
    assert (folder / "Antiphon" / "package-info.json").exists() and (folder / "Ableton Live" / "Antiphon.amxd").exists()
    (folder / "antiphon.pd").write_text("mine")
    assert "--force" in run(str(folder), code=1) and (folder / "antiphon.pd").read_text() == "mine"
    run(str(folder), "--force")
    assert (folder / "antiphon.pd").read_text() != "mine"


def test_what_is_copied_in_part_is_taken_away_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(origin: Path, to: Path, **_: object) -> None:
        to.mkdir()
        (to / "half").write_text("")
        raise shutil.Error([(str(origin / "a"), str(to / "a"), "[Errno 28] No space left on device")])

    monkeypatch.setattr(shutil, "copytree", full)
    said = run(str(tmp_path / "new"), code=1)
    assert "Antiphon cannot be written: [Errno 28] No space left on device; make room there" in said
    assert list((tmp_path / "new").iterdir()) == []


def test_the_wheel_carries_what_the_command_copies() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for name in KINDS:
        assert f'"max_patches/{name}" = "bridge/_patches/{name}"' in text
