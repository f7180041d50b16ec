"""The notes of a session by number."""

from __future__ import annotations

from pathlib import Path

import pytest
from recorded_sets import SCRIPT, record, write

from bridge.engine.fake import FakeModel
from bridge.explanation.session import notes_of


def test_notes_of_a_session_go_by_number(tmp_path: Path) -> None:
    entries, _ = record(SCRIPT, 12.0)
    notes = notes_of(write(tmp_path / "take", entries).parent, lambda name, digest: FakeModel(name))
    for place, mine in enumerate(notes.music.machine.tolist()):
        case = notes.case(place + 1)
        assert case.event.pitch == notes.music.stretch.pitch[place]
        assert mine or case.draw is None
    assert notes.traced
    with pytest.raises(ValueError, match="has no note 0: there are 1 to"):
        notes.case(0)
