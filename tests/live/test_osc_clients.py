"""liblo's oscsend and oscdump against a real `antiphon jam`."""

from __future__ import annotations

import subprocess

import pytest
from osc_jam import free_ports, jam, require, running

pytestmark = pytest.mark.live


def test_liblo_plays_and_hears_the_answer():
    oscsend, oscdump = require("oscsend", "liblo-tools"), require("oscdump", "liblo-tools")
    port, out_port = free_ports(2)

    def say(address: str, *arguments: str) -> None:
        subprocess.run([oscsend, "127.0.0.1", str(port), address, *arguments], check=True, timeout=10)

    with running(oscdump, "-L", str(out_port)) as heard, jam(port, out_port):
        say("/antiphon/get", "s", "temperature")
        heard.wait_for(r"/antiphon/value sf \"temperature\" 0\.9")
        say("/antiphon/set", "sf", "temperature", "0.5")
        say("/antiphon/get", "s", "temperature")
        heard.wait_for(r"/antiphon/value sf \"temperature\" 0\.5")
        for pitch in ("60", "64", "67"):
            say("/antiphon/note", "iii", pitch, "100", "1")
            say("/antiphon/note", "fff", pitch, "0", "1")
        say("/antiphon/respond")
        heard.wait_for(r"/antiphon/turn s \"machine\"")
        pitch, velocity, channel = heard.wait_for(r"/antiphon/play iiiff (\d+) (\d+) (\d+) ").groups()
        assert int(pitch) < 128 and 0 < int(velocity) < 128 and 1 <= int(channel) <= 16
        say("/antiphon/note", "iii", "60", "300", "1")
        heard.wait_for(r"/antiphon/error sss \"error\" \"out-of-range\" .*velocity cannot be 300")
        say("/antiphon/mode", "I")
        heard.wait_for(r"/antiphon/error sss \"error\" \"bad-packet\" .*type 'I'")
        say("/antiphon/panic")
        heard.wait_for(r"/antiphon/cancel i 1")
