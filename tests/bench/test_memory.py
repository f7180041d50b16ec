"""Whether a long set makes the process grow."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter

import pytest

from bridge.bench import memory
from bridge.bench.memory import Size, scripted_human
from bridge.bench.peers import python_environment
from bridge.bench.result import BenchError, Conditions
from bridge.vocabulary.events import NoteOff, NoteOn


def test_a_simulated_set_tells_its_size_chunk_by_chunk() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bridge.bench.memory", str(120 / 3600), "-", "0", "60"],
        capture_output=True,
        text=True,
        env=python_environment(),
        check=True,
    )
    sizes = [json.loads(line) for line in done.stdout.splitlines()]
    assert [size[0] for size in sizes] == pytest.approx([60 / 3600, 120 / 3600])
    assert all(size[1] > 1 for size in sizes) and sizes[0][3] > 100


def test_a_scripted_human_ends_each_note_and_stops_before_the_end() -> None:
    script = list(scripted_human(10.0, 70.0, seed=5))
    assert script == list(scripted_human(10.0, 70.0, seed=5)) != list(scripted_human(10.0, 70.0, seed=6))
    assert [item.time for item in script] == sorted(item.time for item in script)
    assert 10.0 <= script[0].time and script[-1].time < 75.0
    ons = Counter(item.pitch for item in script if isinstance(item, NoteOn))
    assert ons == Counter(item.pitch for item in script if isinstance(item, NoteOff)) and ons.total() > 50


def test_growth_is_counted_from_after_the_warm_up(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = [Size(hours / 6, 50.0 + min(hours, 6) + (hours > 6) * 3.5, 0.0, 100 * hours) for hours in range(1, 13)]
    monkeypatch.setattr(memory, "_run", lambda *plan: sizes)
    (growth,) = memory.measure(Conditions(quick=True)).figures
    assert growth.value == pytest.approx(3.5) and growth.met is True


def test_a_set_that_ends_early_says_its_last_word() -> None:
    with pytest.raises(BenchError, match=r"ended early.*no-such-model"):
        memory._run(0.01, "no-such-model", False)
