"""What happened before a take began: the last minutes, and all before them."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

from bridge.sessions.before_take import BLOCK, KEPT, EarlierCalls, RecentCalls
from bridge.sessions.log import EARLIER_NAME, Entry
from bridge.vocabulary.events import NoteOn


def test_the_memory_of_the_last_minutes_does_not_grow() -> None:
    recent = RecentCalls()
    for second in range(3600):
        recent(["go", float(second)])
    assert len(recent) == KEPT + 1


def test_earlier_calls_are_packed_in_order_and_no_more_than_there_is_room_for(tmp_path: Path) -> None:
    calls = EarlierCalls()
    for number in range(3 * BLOCK + 7):
        calls(["go", float(number)])
    earlier = calls.before([["go", -1.0]])
    assert earlier is not None
    earlier.write(tmp_path)
    with gzip.open(tmp_path / EARLIER_NAME, "rt") as file:
        times = [json.loads(text)[1] for text in file]
    assert times == [*map(float, range(3 * BLOCK + 7)), -1.0]
    few = EarlierCalls(most=100)
    for number in range(2 * BLOCK):
        few(["go", float(number)])
    while few._bytes <= 100:
        os.sched_yield()
    few(["go", 1e4])
    assert few.before([]) is None and not few._blocks and not few._loose


def test_what_is_older_than_the_last_minutes_goes_on_to_who_keeps_everything() -> None:
    older: list[Entry] = []
    recent = RecentCalls(older.append)
    for second in (0.0, 0.5, 1.0, KEPT, KEPT + 0.5, KEPT + 0.75, 3 * KEPT):
        recent(["go", second])
    # A call is kept for as long as that and not a moment longer, and each lies in one place, in order.
    assert [entry[1] for entry in older] == [0.0, 0.5, 1.0, KEPT, KEPT + 0.5, KEPT + 0.75]
    assert recent.entries() == [["go", 3 * KEPT]]


def test_a_flood_in_the_last_minutes_is_kept_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.sessions.before_take.MOST", 5)
    older: list[Entry] = []
    recent = RecentCalls(older.append)
    for number in range(8):
        recent(["go", number / 1000])
    assert [entry[1] for entry in recent.entries()] == [0.003, 0.004, 0.005, 0.006, 0.007]
    assert len(older) == 3
    alone = RecentCalls()
    for number in range(8):
        alone(["go", number / 1000])
    assert len(alone) == 5


@pytest.mark.parametrize("count", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1])
def test_a_take_has_each_earlier_call_once_wherever_the_blocks_end(tmp_path: Path, count: int) -> None:
    calls = EarlierCalls()
    for number in range(count):
        calls(["go", float(number)])
    later = [["go", float(number)] for number in range(count, count + BLOCK + 1)]
    earlier = calls.before(later)
    for number in range(5):  # what comes after the take began is not before it
        calls(["go", 1e6 + number])
    assert earlier is not None
    earlier.write(tmp_path)
    with gzip.open(tmp_path / EARLIER_NAME, "rt") as file:
        assert [json.loads(text)[1] for text in file] == [float(number) for number in range(count + BLOCK + 1)]


def test_calls_that_cannot_be_written_leave_no_file_and_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = EarlierCalls()
    calls(["go", 1.0])
    earlier = calls.before([])
    assert earlier is not None

    def full(entries: list[Entry]) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bridge.sessions.before_take._packed", full)
    with pytest.raises(OSError, match="No space left"):
        earlier.write(tmp_path)
    assert not list(tmp_path.iterdir())
    with pytest.raises(FileNotFoundError):
        earlier.write(tmp_path / "gone")


def test_the_same_calls_are_the_same_bytes_whenever_they_are_written(tmp_path: Path) -> None:
    written = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        calls = EarlierCalls()
        calls(["in", 1.0, NoteOn(1.0, 60, 80)])
        earlier = calls.before([["go", 2.0]])
        assert earlier is not None
        earlier.write(tmp_path / name)
        written.append((tmp_path / name / EARLIER_NAME).read_bytes())
    assert written[0] == written[1]
