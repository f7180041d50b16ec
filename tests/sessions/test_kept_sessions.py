"""Sessions that were recorded once, with the stand-in model, still load and can be played again from their calls.

Four modes, with tempo changes, presets and a change of the model. What is played to them may become another thing when
a mode plays better; that they load, and that none of their calls is refused, may not.
"""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from places import CASES

from bridge.engine.fake import FakeModel
from bridge.sessions.log import read_log, replay
from bridge.vocabulary.events import PlayNote

KEPT = sorted((CASES / "sessions").glob("*.jsonl.gz"))


def test_each_mode_is_there() -> None:
    assert [path.name.split(".")[0] for path in KEPT] == ["accompany", "duet", "harmonize", "respond"]


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name)
def test_a_kept_session_loads_and_none_of_its_calls_is_refused(path: Path, tmp_path: Path) -> None:
    unpacked = tmp_path / "session.jsonl"
    unpacked.write_bytes(gzip.decompress(path.read_bytes()))
    log = read_log(unpacked)
    assert log.settings.mode == path.name.split(".")[0] and log.can_be_replayed
    assert {entry[0] for entry in log.entries} == {"begin", "in", "go", "model", "out"}
    again = replay(log, lambda name, digest: FakeModel(name))
    assert any(isinstance(output, PlayNote) for _, output in again)
