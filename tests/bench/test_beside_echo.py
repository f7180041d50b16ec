"""The daemon and an echo, side by side on one server."""

from __future__ import annotations

from pathlib import Path

import pytest
from measuring import small_model
from required import missing

from bridge.bench import jack_server


@pytest.mark.live
def test_each_keyboard_has_its_own_to_play_to(tmp_path: Path) -> None:
    if jack_server.missing():
        missing(jack_server.missing())
    from bridge.bench.beside_echo import beside_echo

    with beside_echo(str(small_model(tmp_path)), "--mode", "off") as (_, daemon, keyboard, bare):
        assert bare.ping(60) is not None, "the echo answers at once"
        assert keyboard.ping(60, timeout=0.05) is None, "the daemon is off, and nothing of the echo's comes here"
        assert daemon.sure_status()["mode"] == "off"
