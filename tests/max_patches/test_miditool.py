"""The MIDI Tool for Live 12: its file, and its script in Node, with a stand-in for Live and one for Antiphon."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from places import ROOT

from bridge.sessions.selection import read_selection

pytest.importorskip("py2max")
import amxd
import layout
import miditool

FILE = ROOT / "max_patches" / "Ableton Live" / "Antiphon Clip.amxd"


def boxes() -> list[dict[str, Any]]:
    return [item["box"] for item in amxd.read(FILE.read_bytes()).patch["patcher"]["boxes"]]


def test_it_is_a_transformation_that_needs_nothing_beside_itself() -> None:
    data = FILE.read_bytes()
    found = amxd.read(data)
    assert data.startswith(b"ampf\x04\0\0\0natt" + b"meta\x04\0\0\0\0\0\0\0" + b"ptch")
    patcher = found.patch["patcher"]
    assert found.kind == "natt" and patcher["project"]["amxdtype"] == int.from_bytes(b"natt", "big")
    assert patcher["dependency_cache"] == [] and patcher["openinpresentation"] == 1
    assert {"live.miditool.in", "live.miditool.out"} <= {box.get("text") for box in boxes()}
    (code,) = [box for box in boxes() if box["maxclass"] == "v8.codebox"]
    assert code["code"] == miditool.script() and "@" not in re.sub(r"//.*", "", code["code"])


def test_it_fits_and_says_what_each_control_is() -> None:
    patcher = amxd.read(FILE.read_bytes()).patch["patcher"]
    assert layout.faults(patcher) == []
    shown = [box["presentation_rect"] for box in boxes() if box.get("presentation")]
    assert max(left + across for left, _, across, _ in shown) == miditool.WIDTH - 4
    assert max(top + down for _, top, _, down in shown) <= 169
    controls = [box for box in boxes() if box.get("parameter_enable")]
    assert [box["annotation_name"] for box in controls] == ["Play", "Voice", "Seed", "Port"]
    assert all(box["annotation"] for box in controls)


# --- the script ------------------------------------------------------------------------------------

# Max and Live as far as the script needs them. A run gives the selected notes; a bang for another run gives them again.
STAND_IN = """
const fs = require("fs"), vm = require("vm");
const dicts = new Map();
let names = 0;
class Dict {
  constructor(name) { this.name = name ?? `u${names++}`; if (!dicts.has(this.name)) dicts.set(this.name, {}); }
  stringify() { return JSON.stringify(dicts.get(this.name)); }
  parse(text) { dicts.set(this.name, JSON.parse(text)); }
}
class LiveAPI {
  get(name) { return [{ tempo: 96, signature_numerator: 3, signature_denominator: 4 }[name]]; }
}
class XMLHttpRequest {
  open(method, url) { Object.assign(this, { method, url, headers: {} }); }
  setRequestHeader(name, value) { this.headers[name] = value; }
  send(body) {
    fetch(this.url, { method: this.method, headers: this.headers, body }).then(
      async (answer) => this.done(answer.status, await answer.text()), () => this.done(0, ""));
  }
  done(status, responseText) {
    Object.assign(this, { readyState: 4, status, responseText });
    this.onreadystatechange();
  }
}
const [script, port, selection, later] = process.argv.slice(1);
let selected = JSON.parse(selection), runs = 0;
const room = vm.createContext({
  Dict, LiveAPI, XMLHttpRequest, JSON, Map, Array, Number, Boolean, Math, Date, inlet: 0,
  outlet(number, ...words) {
    if (number === 0) console.log(JSON.stringify(["notes", dicts.get(words[1]).notes]));
    if (number === 2) console.log(JSON.stringify(["says", words[1]]));
    if (number === 1) { if (later) selected = JSON.parse(later); run(); }
  },
});
function run() {
  if (++runs > 5) process.exit(1);
  new Dict("notes").parse(JSON.stringify({ notes: selected }));
  room.inlet = 0;
  room.dictionary("notes");
}
vm.runInContext(fs.readFileSync(script, "utf8"), room);
room.inlet = 1;
room.port(Number(port)); room.mode("harmonize"); room.voice("strings"); room.seed(3);
run();
"""

NOTES = [
    {"note_id": 7, "pitch": 60, "start_time": 1.0, "duration": 0.5, "velocity": 90.5, "mute": 0, "probability": 0.5},
    {"note_id": 8, "pitch": 64, "start_time": 2.0, "duration": 0.5, "velocity": 80.0, "mute": 1, "probability": 1.0},
]
ADDED = {"pitch": 67, "start_time": 1.0, "duration": 0.5, "velocity": 70, "voice": "strings"}


class Antiphon(ThreadingHTTPServer):
    """Answers as told, and keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str] = []
        self.says: tuple[int, dict[str, Any]] = (200, {"notes": [ADDED]})


class Handler(BaseHTTPRequestHandler):
    server: Antiphon

    def do_POST(self) -> None:
        assert self.path == "/perform"
        self.server.asked.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        status, body = self.server.says
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def antiphon() -> Iterator[Antiphon]:
    with Antiphon() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def run_tool(tmp_path: Any, port: int, notes: list[dict[str, Any]], later: str = "") -> list[Any]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node, which stands in for Max's v8")
    script = tmp_path / "clip.js"
    script.write_text(miditool.script(), encoding="utf-8")
    command = [node, "-e", STAND_IN, str(script), str(port), json.dumps(notes), later]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_run_asks_and_the_next_one_finds_the_answer(tmp_path: Any, antiphon: Antiphon) -> None:
    said = run_tool(tmp_path, antiphon.server_port, NOTES)
    assert said[0] == ["says", "Antiphon is playing ..."]
    own = [{name: value for name, value in ADDED.items() if name != "voice"}]
    assert said[1:] == [["notes", [*NOTES, *own]], ["says", "1 notes added"]]
    (question,) = antiphon.asked  # once
    asked = read_selection(question)  # as Antiphon would
    assert (asked.mode, asked.voice, asked.seed, asked.tempo, asked.signature) == ("harmonize", "strings", 3, 96, "3/4")
    assert [note.mute for note in asked.notes] == [False, True]


def test_another_clip_that_was_selected_meanwhile_is_left_alone(tmp_path: Any, antiphon: Antiphon) -> None:
    said = run_tool(tmp_path, antiphon.server_port, NOTES, later=json.dumps(NOTES[:1]))
    assert said == [["says", "Antiphon is playing ..."], ["says", "the selection changed: press Apply"]]
    assert len(antiphon.asked) == 1


def test_what_is_refused_is_said_and_the_clip_left_alone(tmp_path: Any, antiphon: Antiphon) -> None:
    antiphon.says = 400, {"error": "the selection is longer than 512 beats: select less"}
    assert run_tool(tmp_path, antiphon.server_port, NOTES)[1:] == [["says", antiphon.says[1]["error"]]]
    antiphon.says = 502, {}
    assert run_tool(tmp_path, antiphon.server_port, NOTES)[1:] == [["says", "Antiphon said 502"]]
    assert run_tool(tmp_path, antiphon.server_port, []) == [["says", "select notes first"]]


def test_without_antiphon_it_says_how_to_start_it(tmp_path: Any) -> None:
    said = run_tool(tmp_path, 9, NOTES)
    assert said[-1][0] == "says" and "antiphon jam" in said[-1][1]
