"""What happened before a take began: the last minutes, and all before them."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

from bridge.sessions.earlier import BLOCK, KEPT, EarlierCalls, RecentCalls
from bridge.sessions.log import EARLIER_NAME


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
