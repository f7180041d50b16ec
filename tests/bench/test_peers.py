"""Programs to measure against, and how they are started."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
from measuring import Clock

from bridge.bench import peers
from bridge.bench.peers import python_environment, ready
from bridge.bench.result import BenchError


def test_a_program_that_is_measured_imports_this_package_from_anywhere(tmp_path: Path) -> None:
    asked = [sys.executable, "-P", "-c", "import bridge.bench.result, os; print(os.environ.get('HOME'))"]
    done = subprocess.run(asked, capture_output=True, text=True, env=python_environment(), cwd=tmp_path, check=True)
    assert done.stdout.strip() == str(os.environ.get("HOME"))


def test_what_was_on_the_path_before_stays_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    assert python_environment()["PYTHONPATH"].endswith(os.pathsep + "/somewhere")
    monkeypatch.delenv("PYTHONPATH")
    assert os.pathsep not in python_environment()["PYTHONPATH"]


def module(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> str:
    """A module of this text, to be found by programs that are started."""
    (folder / "some_peer.py").write_text(text)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    return "some_peer"


def test_one_that_is_ready_is_told_by_lines_and_ends_with_its_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "import sys\nprint('ready', flush=True)\nfor line in sys.stdin:\n    print(line.strip() * 2, flush=True)\n"
    with ready(module(tmp_path, monkeypatch, text), refusal="no") as process:
        process.stdin.write("ab\n")
        process.stdin.flush()
        assert process.stdout.readline() == "abab\n"
    assert process.returncode == 0


def test_one_that_does_not_say_ready_is_refused_and_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BenchError, match="the other did not start"):
        with ready(module(tmp_path, monkeypatch, "print('sorry')\n"), refusal="the other did not start"):
            pass


def test_the_bare_sender_keeps_to_its_deadlines(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, sent = Clock(), []
    monkeypatch.setattr(peers, "time", clock)
    told = peers._send_at_deadlines(SimpleNamespace(send_message=lambda data: sent.append((clock.now, data[1]))), 3.0)
    assert told == sent, "each at its deadline, told as it was sent"
    gaps = [later - earlier for (earlier, _), (later, _) in pairwise(told)]
    assert min(gaps) >= peers._SHORTEST_GAP and max(gaps) <= peers._LONGEST_GAP
    assert told[-1][0] < 103.05 and len(told) > 15
