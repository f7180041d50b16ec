"""antiphon.pd in a real, headless Pure Data: it speaks to Antiphon, hears it, and sounds its notes."""

from __future__ import annotations

import contextlib
import queue
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from osc_jam import PATIENCE, Program, free_ports, jam, require, running
from places import ROOT

from bridge.osc.server import OscServer
from bridge.vocabulary.events import CancelNotes, Input, NoteOff, NoteOn, PlayNote, Silence, ValueReport
from bridge.vocabulary.requests import Get, ReleasedNote, ShellRequest, StatusRequest

pytestmark = pytest.mark.live

# Prints what antiphon.pd hears and sounds, and gives it what comes by UDP as Pd's own text messages.
WRAPPER = """#N canvas 0 0 400 200 12;
#X obj 20 80 antiphon {port} {out_port};
#X obj 20 120 print HEARD;
#X obj 120 120 print NOTES;
#X obj 20 20 netreceive -u {control};
#X connect 0 0 1 0;
#X connect 0 1 2 0;
#X connect 3 0 0 0;
"""


class Pd:
    """A headless Pd with antiphon.pd, and the way to tell it something."""

    def __init__(self, program: Program, control: int, teller: socket.socket) -> None:
        self.program, self._control, self._teller = program, control, teller

    def say(self, text: str) -> None:
        self._teller.sendto(f"{text};\n".encode(), ("127.0.0.1", self._control))

    def sounds(self, pitch: int, velocity: int, channel: int) -> None:
        """The next thing it sounds is exactly this."""
        found = self.program.wait_for(r"NOTES: (\d+) (\d+) (\d+)")
        assert tuple(map(int, found.groups())) == (pitch, velocity, channel)


@contextlib.contextmanager
def pd_with_patch(folder: Path, port: int, out_port: int) -> Iterator[Pd]:
    pd = require("pd", "puredata-core")
    (control,) = free_ports(1)
    wrapper = folder / "wrapper.pd"
    wrapper.write_text(WRAPPER.format(port=port, out_port=out_port, control=control))
    command = (pd, "-nogui", "-stderr", "-noaudio", "-nomidi", "-noprefs", "-path", ROOT / "max_patches", wrapper)
    with running(*command) as program, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as teller:
        yield Pd(program, control, teller)


def test_pd_plays_with_antiphon(tmp_path):
    port, out_port = free_ports(2)
    with pd_with_patch(tmp_path, port, out_port) as pd, jam(port, out_port):
        until(pd, "get temperature", r"HEARD: value temperature 0$")
        for pitch in (60, 64, 67):
            pd.say(f"note {pitch} 100 1")
            pd.say(f"note {pitch} 0 1")
        pd.say("respond")
        pd.program.wait_for(r"HEARD: turn machine")
        pitch, channel = pd.program.wait_for(r"HEARD: play (\d+) [1-9]\d* (\d+) ").groups()
        pd.program.wait_for(rf"NOTES: {pitch} [1-9]\d* {channel}$")
        pd.program.wait_for(rf"NOTES: {pitch} 0 {channel}$")
        pd.say("mode jazz")
        pd.program.wait_for(r"HEARD: error error refused-value .*jazz")
        pd.say("panic")
        pd.program.wait_for(r"HEARD: cancel 1")


def until(pd: Pd, say: str, pattern: str) -> None:
    """Say something until the answer comes: Pd may still be starting."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        pd.say(say)
        line = pd.program.line(timeout=0.2)
        if line is not None and re.search(pattern, line):
            return
    pytest.fail(f"Pd never answered {say!r} with {pattern!r}")


@contextlib.contextmanager
def pd_and_server(folder: Path) -> Iterator[tuple[Pd, OscServer, queue.Queue[Input | ShellRequest]]]:
    """Pd connected to our OSC server alone, so that each note is known."""
    (out_port,) = free_ports(1)
    got: queue.Queue[Input | ShellRequest] = queue.Queue()

    def inbox(batch: list[Input | ShellRequest], reply: object) -> None:
        for item in batch:
            if not isinstance(item, StatusRequest):  # it asks every two seconds whether Antiphon is there
                got.put(item)

    with OscServer(port=0, targets=[("127.0.0.1", out_port)], inbox=inbox) as server:
        with pd_with_patch(folder, server.address[1], out_port) as pd:
            end = time.monotonic() + PATIENCE
            while got.empty() and time.monotonic() < end:
                pd.say("get top_p")
                time.sleep(0.1)
            assert got.get(timeout=1) == Get("top_p")
            server.send(ValueReport("top_p", 0.5))
            pd.program.wait_for(r"HEARD: value top_p 0\.5")
            while not got.empty():
                got.get()
            yield pd, server, got


def test_pd_sounds_notes_as_they_are_meant(tmp_path):
    with pd_and_server(tmp_path) as (pd, server, got):
        pd.say("note 61 99 5")
        pd.say("note 61 0 5")
        on, off = (next_note(got) for _ in range(2))
        assert on == NoteOn(on.time, 61, 99, 5) and off == NoteOff(off.time, 61, 5)

        now = time.perf_counter()
        server.send(PlayNote(1, now + 0.05, now + 0.15, 60, 90, 16))
        pd.sounds(60, 90, 16)
        pd.sounds(60, 0, 16)

        server.send(PlayNote(2, now, None, 62, 80, 2))  # held until told
        pd.sounds(62, 80, 2)
        server.send(ReleasedNote(now, 62, 2))
        pd.sounds(62, 0, 2)


def test_pd_release_never_overtakes_its_note(tmp_path):
    with pd_and_server(tmp_path) as (pd, server, _):
        onset = time.perf_counter() + 0.1
        server.send(PlayNote(1, onset, None, 62, 80, 2))
        server.send(ReleasedNote(onset, 62, 2))
        pd.sounds(62, 80, 2)
        pd.sounds(62, 0, 2)


def test_pd_cancel_drops_what_has_not_begun_and_ends_the_rest(tmp_path):
    with pd_and_server(tmp_path) as (pd, server, _):
        now = time.perf_counter()
        server.send(PlayNote(1, now + 2.0, now + 2.1, 70, 80, 1))
        server.send(PlayNote(2, now, now + 600.0, 71, 80, 2))
        server.send(PlayNote(3, now, None, 72, 80, 3))
        pd.sounds(71, 80, 2)
        pd.sounds(72, 80, 3)
        server.send(CancelNotes((1,)))
        server.send(PlayNote(4, now + 2.5, now + 2.6, 73, 80, 4))
        pd.sounds(73, 80, 4)  # and not 70
        pd.sounds(73, 0, 4)
        server.send(Silence())
        ended = {pd.program.wait_for(r"NOTES: (\d+ \d+ \d+)").group(1) for _ in range(2)}
        assert ended == {"71 0 2", "72 0 3"}


def next_note(got: queue.Queue[Input | ShellRequest]) -> NoteOn | NoteOff:
    while True:
        item = got.get(timeout=PATIENCE)
        if isinstance(item, (NoteOn, NoteOff)):
            return item
