"""How near a duet keeps to a DAW's MIDI clock."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from measuring import measured

pytest.importorskip("jack", exc_type=ImportError)

from bridge.bench import midi_clock
from bridge.bench.ardour import find_ardour
from bridge.bench.arrivals import Arrival, Planned
from bridge.bench.keyboard import HeardMessage
from bridge.bench.result import BenchError, Conditions, Result

TICKS = [tick * 60 / midi_clock.BPM / 24 for tick in range(24 * 4 * 20)]
FIRST = 4 * 2 * 0.5  # seconds: as many bars are left out


@pytest.mark.live
def test_it_measures_beside_a_daw(tmp_path: Path) -> None:
    # Ardour is big and slow to start on a busy machine: it is asked for by name.
    if not os.environ.get("ANTIPHON_LIVE_DAW") or find_ardour() is None:
        pytest.skip("needs Ardour, and ANTIPHON_LIVE_DAW set to ask for it")
    measured("midi-clock", tmp_path)


def test_where_there_is_no_ardour_it_says_how_to_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(midi_clock, "find_ardour", lambda: None)
    result = midi_clock.measure(Conditions(quick=True))
    assert "install ardour" in result.skipped and result.met is None


def result_of(late: float, drift: float = 0.0) -> Result:
    """Onsets on eighths that leave `late` seconds after the grid, by `drift` more at the end; 5 ms on their way."""
    onsets = [0.25 * eighth for eighth in range(8, 150)]
    sent = [onset + late + drift * onset / onsets[-1] for onset in onsets]
    arrivals = [Arrival(Planned(onset, left, (0, 60)), left + 0.005) for onset, left in zip(onsets, sent, strict=True)]
    clock = [HeardMessage(time, b"\xf8") for time in TICKS] + [HeardMessage(1.0, b"\xfa")]
    return midi_clock._result(clock, arrivals, Conditions())


def test_distances_are_from_the_grid_and_the_way_between_ports_is_not_ours() -> None:
    figures = {figure.name: figure.value for figure in result_of(0.003).figures}
    assert figures["onsets, mean distance from the grid"] == pytest.approx(3.0, abs=1e-3)
    assert figures["onsets, standard deviation"] == pytest.approx(0.0, abs=1e-3)
    assert figures["ticks, largest deviation"] == pytest.approx(0.0, abs=1e-3)
    assert "120.00 BPM" in result_of(0.003).detail and "5.0 ms from port to port" in result_of(0.003).detail


def test_what_drifts_is_seen_though_each_bar_is_even() -> None:
    figures = {figure.name: figure for figure in result_of(0.0, drift=0.02).figures}
    drifted = figures[f"drift from the first to the last {midi_clock.DRIFT_BARS} bars"]
    assert drifted.value > 5 and drifted.met is False


def test_a_few_notes_are_not_measured() -> None:
    arrivals = [Arrival(Planned(FIRST + n, FIRST + n, (0, 60)), FIRST + n) for n in range(1, 6)]
    with pytest.raises(BenchError, match="only 5 notes"):
        midi_clock._result([HeardMessage(time, b"\xf8") for time in TICKS], arrivals, Conditions())
