"""liblo's oscsend and oscdump against a real `antiphon jam`."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from osc_jam import PATIENCE, free_ports, jam, require, running

pytestmark = pytest.mark.live


def test_liblo_plays_and_hears_the_answer() -> None:
    oscsend, oscdump = require("oscsend", "liblo-tools"), require("oscdump", "liblo-tools")
    port, out_port = free_ports(2)

    def say(address: str, *arguments: str) -> None:
        subprocess.run([oscsend, "127.0.0.1", str(port), address, *arguments], check=True, timeout=10)

    with running(oscdump, "-L", str(out_port)) as heard, jam(port, out_port):
        say("/antiphon/get", "s", "temperature")
        heard.wait_for(r"/antiphon/value sf \"temperature\" 0(\.0+)?$")
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
        heard.wait_for(r"/antiphon/error sss \"error\" \"wrong-type\" .*name cannot be True")
        say("/antiphon/panic")
        heard.wait_for(r"/antiphon/cancel i 1")


# Asks for the status as fast as it can, for so many seconds at most.
FLOOD = """
import socket, sys, time
door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
packet = b"/antiphon/status\\0\\0\\0\\0,\\0\\0\\0"
print("flooding", flush=True)
end = time.monotonic() + float(sys.argv[2])
while time.monotonic() < end:
    for _ in range(100):
        door.sendto(packet, ("127.0.0.1", int(sys.argv[1])))
"""


def test_a_flood_keeps_neither_panic_nor_the_end_waiting() -> None:
    oscsend, oscdump = require("oscsend", "liblo-tools"), require("oscdump", "liblo-tools")
    port, out_port = free_ports(2)
    with running(oscdump, "-L", str(out_port)) as heard, jam(port, out_port) as antiphon:
        with running(sys.executable, "-c", FLOOD, str(port), str(PATIENCE)) as flood:
            flood.wait_for("flooding")
            heard.wait_for(r"/antiphon/error sss \"warning\" \"osc-flood\"")
            for _ in range(20):  # the kernel itself drops packets of a flood
                subprocess.run([oscsend, "127.0.0.1", str(port), "/antiphon/panic"], check=True, timeout=10)
                time.sleep(0.01)
            heard.wait_for(r"/antiphon/cancel i 1")
            antiphon.process.terminate()
            antiphon.process.wait(PATIENCE)
            assert flood.process.poll() is None, "the flood was over before panic was heard and the program ended"
