"""From a note to the first one that is added."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from measuring import Clock, FakeDaemon, measured

pytest.importorskip("jack", exc_type=ImportError)

from bridge.bench import harmonize


@pytest.mark.live
def test_it_measures(tmp_path: Path) -> None:
    measured("harmonize", tmp_path)


def test_a_window_is_filled_with_notes_that_end_while_the_mode_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(harmonize, "time", Clock())
    daemon = FakeDaemon({"mode": "duet"})
    harmonize.fill_window(daemon, 50)
    assert daemon.sent[0] == ("/antiphon/mode", "off") and daemon.sent[-1] == ("/antiphon/mode", "duet")
    notes = daemon.sent[1:-1]
    assert len(notes) == 100 and {address for address, *_ in notes} == {"/antiphon/note"}
    begun = Counter(pitch for _, pitch, velocity, _ in notes if velocity)
    assert begun == Counter(pitch for _, pitch, velocity, _ in notes if not velocity)
    assert len(begun) > 12
