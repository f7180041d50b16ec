"""`kill -9`, and `antiphon jam --resume`."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pytest
from osc_jam import PATIENCE, Program, free_ports
from pythonosc.udp_client import SimpleUDPClient

from bridge.sessions.last_set import last_set_path, load


def status_of(client: SimpleUDPClient) -> dict[str, object]:
    """The first status that comes, from a program that may not have started yet."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        client.send_message("/antiphon/status", [])
        try:
            for message in client.get_messages(0.2):
                if message.address == "/antiphon/status":
                    return dict(json.loads(message.params[0]))
        except (TimeoutError, OSError):
            continue
    pytest.fail("it never said how things stand")


def test_a_set_that_was_killed_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    port, out_port = free_ports(2)
    command = [sys.executable, "-m", "bridge", "jam", "--no-midi", "--no-web", "--plain", "--clock", "internal"]
    ports = ["--osc-port", str(port), "--osc-out-port", str(out_port)]
    first = Program([*command, *ports, "--mode", "respond", "--model", "duo"])
    with SimpleUDPClient("127.0.0.1", port) as client:
        try:
            status_of(client)
            client.send_message("/antiphon/set", ["temperature", 0.5])
            client.send_message("/antiphon/tempo", 96.0)
            client.send_message("/antiphon/mode", "harmonize")
            for pitch in (60, 64, 67, 72):
                client.send_message("/antiphon/note", [pitch, 80, 1])
                time.sleep(0.05)
                client.send_message("/antiphon/note", [pitch, 0, 1])
            heard = 0
            end = time.monotonic() + PATIENCE
            while time.monotonic() < end:
                path = last_set_path("Antiphon")
                if path.exists() and [n.pitch for n in load(path).notes if not n.machine] == [60, 64, 67, 72]:
                    heard = len(load(path).notes)
                    break
                time.sleep(0.1)
            assert heard >= 4
        finally:
            first.process.kill()
            first.close()
        again = Program([*command[:4], "--resume", "--plain"])
        try:
            again.wait_for(rf"going on with the last set: harmonize, {heard} notes")
            status = status_of(client)
            while status["heard"] != heard and time.monotonic() < end + PATIENCE:
                status = status_of(client)
            assert (status["mode"], status["tempo"], status["model"]) == ("harmonize", 96.0, "duo")
            assert status["parameters"]["temperature"] == 0.5  # type: ignore[index]
            assert status["heard"] == heard and status["midi_backend"] == "fake"
        finally:
            again.close()
