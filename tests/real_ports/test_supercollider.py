"""The SuperCollider class in a real sclang, without a screen: it speaks to Antiphon, hears it, and keeps its time."""

from __future__ import annotations

import queue
import shutil
import time
from pathlib import Path

import pytest
from osc_jam import PATIENCE, ROOT, Program, free_ports, running

from bridge.osc.server import OscServer
from bridge.osc.table import INCOMING
from bridge.osc.wire import build
from bridge.vocabulary.events import (
    CancelNotes,
    ErrorReport,
    Input,
    NoteOff,
    NoteOn,
    PlayNote,
    SetMode,
    SetParameter,
    Severity,
    Silence,
)
from bridge.vocabulary.requests import Get, ReleasedNote, ShellRequest, StatusRequest

pytest.importorskip("py2max")
import words

pytestmark = pytest.mark.live

FOLDER = ROOT / "max_patches" / "SuperCollider"
# Says what it hears, and does what it is told by OSC.
SCRIPT = """
OSCFunc({ |message| message[1].asString.interpret }, '/do');
a = Antiphon.new(%d);
a.onNote = { |pitch, velocity, channel, duration| "NOTE % % % %".format(pitch, velocity, channel, duration).postln };
a.onRelease = { |pitch, channel| "RELEASE % %".format(pitch, channel).postln };
a.onSilence = { "SILENCE".postln };
a.onRunning = { |isThere| "RUNNING %".format(isThere).postln };
a.onError = { |severity, code, text| "ERROR % % %".format(severity, code, text).postln };
"PORT %".format(NetAddr.langPort).postln;
"""


def test_the_class_knows_every_address() -> None:
    text = (FOLDER / "Antiphon.sc").read_text(encoding="utf-8")
    (line,) = [line for line in text.splitlines() if line.strip().startswith("commands = ")]
    assert [word.strip(" '") for word in line.partition("[")[2].rstrip("];").split(",")] == [
        address.removeprefix("/antiphon/") for address in INCOMING
    ]


class Collider:
    """sclang with an Antiphon, and the server that it takes for one."""

    def __init__(self, program: Program, server: OscServer, got: queue.Queue[Input | ShellRequest], port: int) -> None:
        self.program, self.server, self.got, self._port = program, server, got, port

    def do(self, code: str) -> None:
        self.server._socket.sendto(build("/do", (code,)), ("127.0.0.1", self._port))

    def next(self) -> Input | ShellRequest:
        return self.got.get(timeout=PATIENCE)


@pytest.fixture
def collider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    sclang = shutil.which("sclang")
    if sclang is None:  # not even where live tests are required: with Qt's browser it is half a gigabyte
        pytest.skip("needs sclang (apt-get install supercollider-language)")
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setenv("QTWEBENGINE_DISABLE_SANDBOX", "1")  # its help browser does not start as root otherwise
    got: queue.Queue[Input | ShellRequest] = queue.Queue()

    def inbox(batch: list[Input | ShellRequest], reply: object) -> None:
        for item in batch:
            if not isinstance(item, StatusRequest):  # its heartbeat
                got.put(item)

    (spare,) = free_ports(1)
    with OscServer(port=0, targets=[("127.0.0.1", spare)], inbox=inbox) as server:
        (tmp_path / "conf.yaml").write_text(f"includePaths: [{FOLDER}]\nexcludePaths: []\npostInlineWarnings: false\n")
        (tmp_path / "say.scd").write_text(SCRIPT.replace("%d", str(server.address[1])))
        with running(sclang, "-l", tmp_path / "conf.yaml", tmp_path / "say.scd") as program:
            port = int(program.wait_for(r"^PORT (\d+)").group(1))
            yield Collider(program, server, got, port)


def test_sclang_plays_with_antiphon(collider: Collider) -> None:
    collider.do("a.note(61, 99, 5); a.note(61, 0, 5); a.mode(\\duet); a.density = 2; a.temperature;")
    on, off, mode, density, asked = (collider.next() for _ in range(5))
    assert on == NoteOn(on.time, 61, 99, 5) and off == NoteOff(off.time, 61, 5)  # type: ignore[union-attr]
    assert isinstance(mode, SetMode) and mode.mode == "duet"
    assert isinstance(density, SetParameter) and (density.name, density.value) == ("density", 2.0)
    assert asked == Get("temperature")

    now = time.perf_counter()
    collider.server.send(PlayNote(1, now + 0.05, now + 0.3, 60, 90, 16))
    collider.program.wait_for(r"RUNNING true")
    collider.program.wait_for(r"NOTE 60 90 16 0\.2")
    collider.server.send(PlayNote(2, now, None, 62, 80, 2))
    collider.server.send(ReleasedNote(now, 62, 2))
    collider.program.wait_for(r"NOTE 62 80 2 nil")
    collider.program.wait_for(r"RELEASE 62 2")

    collider.server.send(PlayNote(3, time.perf_counter() + 1.0, time.perf_counter() + 1.1, 70, 80, 1))
    collider.server.send(CancelNotes((3,)))
    collider.server.send(PlayNote(4, time.perf_counter() + 1.2, time.perf_counter() + 1.3, 71, 80, 1))
    collider.program.wait_for(r"NOTE (\d+)")
    collider.server.send(ErrorReport(Severity.ERROR, "refused-value", "no mode jazz"))
    collider.program.wait_for(r"ERROR error refused-value no mode jazz")
    collider.server.send(Silence())
    collider.program.wait_for(r"SILENCE")


def test_every_message_is_a_method(collider: Collider) -> None:
    for address in INCOMING:
        name = address.removeprefix("/antiphon/")
        if name in ("subscribe", "unsubscribe", "status"):
            continue  # they do not reach the inbox
        arguments = words.example(name).split()[1:]
        first, *more = name.split("/")
        method = first + "".join(word.capitalize() for word in more)
        collider.do(f"a.{method}({', '.join(map(_code, arguments))})")
        collider.next()


def _code(word: str) -> str:
    """A word of a message in SuperCollider's language."""
    try:
        return f"{float(word):g}"
    except ValueError:
        return f"'{word}'"
