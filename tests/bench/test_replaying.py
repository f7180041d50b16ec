"""Whether a recorded session comes out again."""

from __future__ import annotations

from pathlib import Path

import pytest
from measuring import Clock, FakeDaemon, measured

from bridge.bench import replaying


def test_a_live_session_replays(tmp_path: Path) -> None:
    result = measured("replay", tmp_path)
    assert result.met is True, result
    different, notes = result.figures
    assert different.value == 0 and notes.value > 0


def test_it_plays_phrases_whose_notes_end_and_rests_between_them(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(replaying, "time", clock)
    daemon = FakeDaemon({})
    replaying._play(daemon, 6.0, seed=1)
    ons, offs = daemon.sent[::2], daemon.sent[1::2]
    assert [on[1] for on in ons] == [off[1] for off in offs]
    assert all(on[2] > 0 for on in ons) and all(off[2] == 0 for off in offs)
    assert 6.0 <= clock.now - 100.0 < 9.0
