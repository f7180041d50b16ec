"""How a port is doing, and what may name one."""

from __future__ import annotations

import pytest

from bridge.midi.port import LONGEST_NAME, PortState, PortStatus, check_name


def test_connected_is_both_sides() -> None:
    for inside, outside in ((True, True), (True, False), (False, True), (False, False)):
        status = PortStatus(PortState.OPEN, input_open=inside, output_open=outside)
        assert status.connected is (inside and outside)


def test_a_status_tells_all_but_what_follows_from_it() -> None:
    told = PortStatus(PortState.WAITING, "alsa", "In", "Out", detail="why", lost_in=3, restarts=1).as_dict()
    assert told["midi"] == "waiting" and told["midi_backend"] == "alsa" and told["midi_detail"] == "why"
    assert (told["midi_lost"], told["midi_restarts"]) == (3, 1)
    assert all(name.startswith("midi") for name in told)


def test_a_name_can_be_shown_and_is_no_two() -> None:
    assert check_name(" Band ") == "Band" and check_name("x" * LONGEST_NAME)
    for name in ("", "  ", "a:b", "a\nb", "x" * (LONGEST_NAME + 1), "\x1b[2J"):
        with pytest.raises(ValueError, match="cannot name ports: 1 to 40 characters that can be shown, and no colon"):
            check_name(name)
