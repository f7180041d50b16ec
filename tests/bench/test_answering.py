"""From the end of a phrase to an answer's first note."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from measuring import Clock, FakeKeyboard, measured

pytest.importorskip("jack", exc_type=ImportError)

from bridge.bench import answering
from bridge.bench.keyboard import ends_note, starts_note


@pytest.mark.live
def test_it_measures(tmp_path: Path) -> None:
    measured("answer", tmp_path)


@pytest.mark.parametrize("seed", range(5))
def test_a_phrase_is_over_when_its_last_key_is_let_go(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    clock = Clock()
    monkeypatch.setattr(answering, "time", clock)
    keyboard = FakeKeyboard(clock)
    over = answering._phrase(keyboard, random.Random(seed))
    assert 3 <= len(keyboard.sent) / 2 <= 6
    assert all(map(starts_note, keyboard.sent[::2])) and all(map(ends_note, keyboard.sent[1::2]))
    assert [on[1] for on in keyboard.sent[::2]] == [off[1] for off in keyboard.sent[1::2]]
    assert 100.0 < over < clock.now
    assert clock.now - over < answering.SILENCE, "or the silence would be over before it is waited for"
