"""How near a duet keeps to a MIDI clock that speeds up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from measuring import Clock, FakeKeyboard, measured

pytest.importorskip("jack", exc_type=ImportError)

from bridge.bench import tempo_ramp
from bridge.bench.tempo_ramp import FAST, SLOW, ramp


@pytest.mark.live
def test_it_measures(tmp_path: Path) -> None:
    measured("tempo-ramp", tmp_path)


def test_a_ramp_begins_slow_ends_fast_and_only_speeds_up_in_between() -> None:
    times = ramp(24)
    assert len(times) == (24 + 8) * 24 and times[0] == 0.0
    bpm = 60 / (24 * np.diff(times))
    assert bpm[: 4 * 24] == pytest.approx(np.full(96, SLOW)), "a bar"
    assert bpm[-4 * 24 + 1 :] == pytest.approx(np.full(95, FAST))
    assert (np.diff(bpm) >= -1e-9).all()
    assert bpm[(4 + 12) * 24] == pytest.approx((SLOW + FAST) / 2), "half the way up in the middle"


def test_ticks_are_sent_at_their_moments_between_start_and_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(tempo_ramp, "time", clock)
    keyboard, sent = FakeKeyboard(clock), []
    # The third is due before the second: it is late, and not waited for.
    tempo_ramp._send(keyboard, [101.0, 102.5, 102.0], sent)
    assert keyboard.sent == [b"\xfa", b"\xf8", b"\xf8", b"\xf8", b"\xfc"]
    assert sent == [101.0, 102.5, 102.5]
