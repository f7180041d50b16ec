"""What is still read of a flood."""

from __future__ import annotations

from bridge.osc.flood import MOST_PACKETS, WITHIN, FloodGate

ASK = b"/antiphon/status\0\0\0\0,\0\0\0"
PANIC = b"/antiphon/panic\0,\0\0\0"


def test_so_many_packets_pass_in_each_stretch_of_time() -> None:
    gate = FloodGate()
    assert [gate.passes(ASK, 1.0) for _ in range(MOST_PACKETS + 3)] == [True] * MOST_PACKETS + [False] * 3
    assert gate.passes(ASK, 1.0 + WITHIN)
    assert gate.shed == 3


def test_what_stops_the_machine_and_what_is_played_always_passes() -> None:
    gate = FloodGate()
    for _ in range(2 * MOST_PACKETS):
        gate.passes(ASK, 1.0)
    for packet in (PANIC, b"/antiphon/stop\0\0", b"/antiphon/mode/off\0\0", b"/antiphon/note\0\0,iii\0\0\0\0"):
        assert gate.passes(packet, 1.0)


def test_what_was_shed_is_told_once_and_not_in_the_midst() -> None:
    gate = FloodGate()
    assert gate.due(1.0) == 0
    for _ in range(MOST_PACKETS + 5):
        gate.passes(ASK, 1.0)
    assert gate.due(1.0) == 0
    assert gate.due(1.0 + WITHIN) == 5
    assert gate.due(1.1 + WITHIN) == 0
