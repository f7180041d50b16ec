"""`antiphon prepare` as it is typed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from songs import write_albums

from bridge.commands.prepare import command
from bridge.data import prepare as preparing


@pytest.fixture
def songs(tmp_path: Path) -> Path:
    return write_albums(tmp_path / "songs")


def test_a_damaged_journal_is_told_with_the_way_out(songs: Path, tmp_path: Path) -> None:
    (tmp_path / "out" / ".unfinished").mkdir(parents=True)
    (tmp_path / "out" / ".unfinished" / "journal.sqlite").write_bytes(b"no database at all" * 1000)
    outcome = CliRunner().invoke(command, [str(songs), "-o", str(tmp_path / "out"), "--workers", "1"])
    assert outcome.exit_code == 1 and "delete that folder and start anew" in outcome.output


def test_without_its_packages_it_says_which(tmp_path: Path) -> None:
    # In a process of its own: with modules imported a second time here, later tests would patch the wrong ones.
    code = "import sys; sys.modules['pebble'] = None; from bridge.commands.prepare import command; command()"
    asked = [sys.executable, "-c", code, str(tmp_path), "-o", str(tmp_path / "out")]
    outcome = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)
    assert outcome.returncode == 1 and "prepare needs pebble: pip install 'antiphon[train]'" in outcome.stderr


def asked(monkeypatch: pytest.MonkeyPatch, folder: Path, outcome: object, *options: str) -> tuple[int, str]:
    """Exit code and what is said, where the work itself ends like this."""

    def prepare(*_: object, **__: object) -> object:
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    monkeypatch.setattr(preparing, "prepare", prepare)
    result = CliRunner().invoke(command, [str(folder), "-o", str(folder / "out"), *options])
    return result.exit_code, result.output


def prepared(refused: list[str], straddling: int = 0) -> SimpleNamespace:
    rows = {"no notes": {"count": len(refused), "first": refused}} if refused else {}
    report = {
        "hours": 1234.56,
        "splits": {"train": {"pieces": 1200, "hours": 1000.0}, "test": {"pieces": 34, "hours": 234.56}},
        "refused": rows,
        "kin_across_given_splits": [("a", "b")] * straddling,
    }
    refusals = {"no notes": len(refused)} if refused else {}
    return SimpleNamespace(pieces=1234, notes=5678901, duplicates=12, refused=refusals, report=report)


def test_what_came_of_it_is_told_with_the_first_files_of_each_refusal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    code, said = asked(monkeypatch, tmp_path, prepared(["a.mid", "b.mid", "c.mid", "d.mid"]))
    assert code == 0 and "1,234 pieces, 5,678,901 notes, 1,234.6 hours" in said
    assert "train 1,200 pieces" in said and "test  34 pieces" in said
    assert "12 copies left out; 4 files refused" in said
    assert "no notes: 4 (a.mid, b.mid, c.mid, ...)" in said and "report.html shows it all" in said
    assert "different splits" not in said
    _, said = asked(monkeypatch, tmp_path, prepared(["a.mid", "b.mid", "c.mid"], straddling=2))
    assert "no notes: 3 (a.mid, b.mid, c.mid)" in said and "2 pairs of pieces are alike but in different splits" in said


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (ValueError("manifest.csv, line 3: no path"), "Error: manifest.csv, line 3: no path"),
        (KeyboardInterrupt(), "stopped; the same command goes on from here"),
        (PermissionError(13, "Permission denied", "songs/a.mid"), "songs/a.mid"),
    ],
)
def test_what_ends_it_is_told_in_a_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, failure: BaseException, said: str
) -> None:
    code, output = asked(monkeypatch, tmp_path, failure)
    assert code == 1 and said in output and "Traceback" not in output and len(output.strip().splitlines()) == 1


def test_a_fault_of_the_program_is_not_told_as_a_missing_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(preparing, "prepare", None)

    def broken(*_: object, **__: object) -> None:
        raise ModuleNotFoundError("No module named 'bridge.data.gone'", name="bridge.data.gone")

    monkeypatch.setattr(preparing, "prepare", broken)
    outcome = CliRunner().invoke(command, [str(tmp_path), "-o", str(tmp_path / "out")])
    assert isinstance(outcome.exception, ModuleNotFoundError)


def test_what_cannot_be_asked_for_is_refused_before_anything_is_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    never = AssertionError("it began")
    code, said = asked(monkeypatch, tmp_path, never, "--scheduler", "tcp://host:1")
    assert code == 2 and "--scheduler is for --engine dask" in said
    (tmp_path / "out").write_text("a file")
    code, said = asked(monkeypatch, tmp_path, never)
    assert code != 0 and "out" in said and "it began" not in said
