"""How soon an answer falls silent."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from measuring import Clock, FakeKeyboard, measured

pytest.importorskip("jack", exc_type=ImportError)

from bridge.bench import barge_in
from bridge.bench.keyboard import note_off, note_on
from bridge.bench.result import BenchError

ANSWER = bytes((0x90, 70, 60))


@pytest.mark.live
def test_it_measures(tmp_path: Path) -> None:
    measured("barge-in", tmp_path)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(barge_in, "time", clock)
    return clock


def barged(
    clock: Clock, coming: Sequence[bytes], then: Sequence[bytes]
) -> tuple[tuple[float, int] | None, FakeKeyboard]:
    """What is made of an answer of which `coming` arrives, and `then` as it is interrupted."""
    keyboard = FakeKeyboard(clock, lambda message: then if message == note_on(40) else (), [coming])
    return barge_in._barge_in(keyboard, random.Random(0)), keyboard


def test_it_counts_to_the_last_note_off_and_lets_its_own_key_go(clock: Clock) -> None:
    outcome, keyboard = barged(clock, [ANSWER, bytes((0x90, 74, 60))], [note_off(70), bytes((0x90, 74, 0))])
    assert outcome == (0.0, 0)
    assert keyboard.sent == [note_on(40), note_off(40)]


def test_an_answer_that_never_came_or_is_over_is_none_to_interrupt(clock: Clock) -> None:
    assert barged(clock, [], [])[0] is None
    assert barged(clock, [ANSWER, note_off(70)], [])[0] is None
    assert clock.now < 103, "it is waited for, and not for ever"


def test_a_key_that_sounds_on_is_an_error(clock: Clock) -> None:
    with pytest.raises(BenchError, match=r"keys still sound .* \[\(0, 72\)\]"):
        barged(clock, [ANSWER], [note_off(70), bytes((0x90, 72, 60))])
