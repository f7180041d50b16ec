"""Long takes to measure with are takes."""

from __future__ import annotations

from pathlib import Path

from bridge.bench import take_ended
from bridge.engine.fake import FakeModel
from bridge.sessions.log import played_notes, read_log, replay
from bridge.sessions.recorder import LOG_NAME


def test_a_long_take_is_one_that_is_played_again_and_again(tmp_path: Path) -> None:
    count = take_ended.write_take(tmp_path, 240 / 3600)
    log = read_log(tmp_path / LOG_NAME)
    assert count == len(log.entries)
    notes = [note for note in played_notes(log) if not note.cancelled]
    first, second = ([note.pitch for note in notes if low <= note.onset < low + 120.0] for low in (0.0, 120.0))
    assert len(first) > 100 and len(second) > 0.9 * len(first)
    assert notes[-1].onset < 241.0
    assert replay(log, lambda name, digest: FakeModel(name)), "its calls can be made"
