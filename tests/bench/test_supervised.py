"""Measurements have an end, and take along what they started."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bridge.bench import supervised
from bridge.bench.peers import python_environment
from bridge.bench.result import Conditions, Figure, Result
from bridge.bench.supervised import LIMIT, QUICK_LIMIT, Budget, measure

RESULT = Result("step", (Figure("median", 1.5, bar=3.0),), "how")


def saying(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Have the measurement be this."""
    monkeypatch.setattr(supervised, "_command", lambda asked: [sys.executable, "-c", script])


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")


def test_a_result_comes_back_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    told = json.dumps({"result": RESULT.as_json()})
    saying(monkeypatch, f"print('chatter'); print('{{\"part\": 0.5}}'); print({told!r})")
    parts: list[float] = []
    assert measure("step", Conditions(progress=parts.append), 30.0) == RESULT
    assert parts and set(parts) <= {0.0, 0.5}


def test_what_goes_wrong_is_part_of_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    saying(monkeypatch, "raise SystemExit('no such luck')")
    result = measure("step", Conditions(), 30.0)
    assert result.failed == "it ended without a result (exit 1): no such luck"


ENDLESS = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open(PATH, "w").write(str(child.pid))
time.sleep(600)
"""


@pytest.mark.skipif(os.name != "posix", reason="process groups are POSIX's")
@pytest.mark.parametrize("quick", [True, False])
def test_one_without_end_is_ended_with_all_that_it_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, quick: bool
) -> None:
    monkeypatch.setattr(supervised, "_GRACE", 0.2)
    path = tmp_path / "child"
    saying(monkeypatch, ENDLESS.replace("PATH", repr(str(path))))
    result = measure("step", Conditions(quick=quick), 3.0)
    assert "did not end within 3 s" in (result.skipped if quick else result.failed)
    if path.exists():  # it may not have got so far on a busy machine
        deadline = time.monotonic() + 5.0
        while alive(int(path.read_text())) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not alive(int(path.read_text()))


def test_what_has_no_time_left_is_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervised, "_command", lambda asked: pytest.fail("begun"))
    assert "antiphon bench step --quick" in measure("step", Conditions(quick=True), 1.0).skipped


def test_all_of_them_together_keep_to_two_minutes() -> None:
    """Even where each takes all that it is given."""
    now = 1000.0
    budget = Budget(15, True, now)
    for _ in range(15):
        now += max(budget.next(now), 0.0)
    assert now <= 1000.0 + QUICK_LIMIT
    assert Budget(1, True, 0.0).next(0.0) == QUICK_LIMIT
    assert Budget(15, False, 0.0).next(10_000.0) == LIMIT


@pytest.mark.skipif(os.name != "posix", reason="SIGTERM is POSIX's")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ended_by_hand_it_keeps_what_was_measured(tmp_path: Path, number: signal.Signals) -> None:
    path, begun = tmp_path / "bench.json", tmp_path / "begun"
    first, endless = tmp_path / "first.py", tmp_path / "endless.py"
    first.write_text(f"print({json.dumps({'result': RESULT.as_json()})!r})")
    endless.write_text(f"import time; open({str(begun)!r}, 'w').close(); time.sleep(600)")
    start = tmp_path / "start.py"
    start.write_text(
        "import sys\n"
        "from bridge.bench import supervised\n"
        "from bridge.cli import main\n"
        f"pick = lambda asked: {str(endless)!r} if 'memory' in asked else {str(first)!r}\n"
        "supervised._command = lambda asked: [sys.executable, pick(asked)]\n"
        "main()\n"
    )
    process = subprocess.Popen(
        [sys.executable, str(start), "bench", "step", "memory", "--json", str(path)],
        stdout=subprocess.PIPE, text=True, env=python_environment(),
    )  # fmt: skip
    deadline = time.monotonic() + 60.0
    while not begun.exists() and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(number)
    try:
        said = process.communicate(timeout=30.0)[0]
    finally:
        process.kill()
    assert process.returncode == 130, said
    assert "interrupted after 1 of 2" in said
    report = json.loads(path.read_text())
    assert report["interrupted"] and report["results"] == [RESULT.as_json()]
