"""What is reviewed: files and sessions, and who played them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from reader_of_steps import Steps
from recorded_sets import SCRIPT, record, write

from bridge.data.encode import ticks_of
from bridge.evaluation.reviewing.music import read
from bridge.evaluation.reviewing.pages import as_html
from bridge.evaluation.reviewing.review import review
from bridge.evaluation.reviewing.scale import Scale
from bridge.midi.files import NewTrack, TrackNote, write_new
from bridge.timing.timeline import Timeline


def test_a_recorded_session_and_its_midi_file(tmp_path: Path) -> None:
    entries, _ = record(SCRIPT, 12.0)
    heard = read(write(tmp_path / "take", entries).parent)
    assert heard.log is not None and heard.machine.any() and not heard.machine.all()
    assert (np.diff(ticks_of(heard.stretch.onset)) >= 0).all()
    found = review(heard, Steps(), "steps", Scale(0, {}))
    assert set(found.fit) and found.manner in ("turns", "together")
    page = as_html(found)
    assert page.startswith("<!doctype html>") and "How the machine fitted you" in page and "http" not in page


def test_a_file_that_antiphon_wrote_has_two_players(tmp_path: Path) -> None:
    path = tmp_path / "both.mid"
    human = [TrackNote(beat, 1.0, 60 + int(beat), 60 + 8 * int(beat), 1) for beat in np.arange(4.0)]
    machine = [TrackNote(4 + beat, 1.0, 65, 70, 1) for beat in np.arange(4.0)]
    write_new(path, Timeline.steady(100.0), [NewTrack("Human", human, {}), NewTrack("Antiphon keys", machine, {})])
    found = read(path)
    assert found.machine.tolist() == [False] * 4 + [True] * 4
    assert found.has_beats and found.stretch.bar_beat.tolist() == [0.0, 1.0, 2.0, 3.0] * 2
    with pytest.raises(ValueError, match="has no notes"):
        write_new(path, Timeline.steady(), [])
        read(path)
