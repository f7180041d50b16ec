"""Whether somebody at the page costs the notes anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from measuring import Clock, measured

pytest.importorskip("jack", exc_type=ImportError)

from bridge.bench import page
from bridge.bench.arrivals import Arrival, Planned


@pytest.mark.live
def test_it_measures(tmp_path: Path) -> None:
    measured("page", tmp_path)


class FakeVisitor:
    def __init__(self) -> None:
        self.visits: list[str] = []

    def come(self) -> None:
        self.visits.append("come")

    def go(self) -> int:
        self.visits.append("go")
        return 30


def turns_of(monkeypatch: pytest.MonkeyPatch, count: int) -> tuple[page._Turns, FakeVisitor]:
    """`count` turns of two seconds each, from second 100 on."""
    clock, visitor, turns = Clock(), FakeVisitor(), page._Turns()
    monkeypatch.setattr(page, "time", clock)
    for number in range(count):
        with turns.turn(visitor, number) as here:
            assert here is (number % 2 == 1)
            clock.sleep(2.0)
    return turns, visitor


def test_the_page_comes_in_each_second_turn_and_says_what_it_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    turns, visitor = turns_of(monkeypatch, 5)
    assert visitor.visits == ["come", "go", "come", "go"]
    assert (turns.stayed, turns.told) == (4.0, 60)
    assert [turns.was_here(moment) for moment in (99.0, 100.0, 102.0, 103.9, 104.0, 111.0)] == [
        None, False, True, True, False, None,
    ]  # fmt: skip


def test_jitter_is_the_distance_from_what_is_usual_in_that_kind_of_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    turns, _ = turns_of(monkeypatch, 2)

    def arrival(onset: float, late: float) -> Arrival:
        return Arrival(Planned(onset, onset, (0, 60)), onset + late)

    # Alone each comes 5 ms after its time, beside the page 9, and one 3 ms later; one left before the first turn.
    arrivals = [arrival(100.0, 0.005), arrival(101.0, 0.005), arrival(102.1, 0.009), arrival(103.0, 0.009)]
    arrivals += [arrival(103.5, 0.012), arrival(90.0, 0.1)]
    found = page._jitters(arrivals, turns)
    assert found[False] == pytest.approx([0.0, 0.0])
    assert found[True] == pytest.approx([0.0, 0.0, 0.003])
    assert page._jitters([], turns) == {True: [], False: []}
