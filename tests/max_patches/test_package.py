"""The Max package: laid out so that it can be read, valid, and speaking the addresses of the OSC table."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from places import ROOT

from bridge.osc.decode import decode
from bridge.osc.table import INCOMING, OUTGOING
from bridge.vocabulary.parameters import PARAMETERS

pytest.importorskip("py2max")
import layout
import make_patches
import words
from parts import short_unit

FOLDER = ROOT / "max_patches" / "Antiphon"
PATCHES = sorted(path for path in FOLDER.rglob("*") if path.suffix in (".maxpat", ".maxhelp"))


# --- the shape of a patch, as Max has it ----------------------------------------------------------


class Box(msgspec.Struct):
    id: str
    maxclass: str
    numinlets: int
    numoutlets: int
    patching_rect: tuple[float, float, float, float]
    presentation_rect: tuple[float, float, float, float] | None = None
    outlettype: list[str] = []
    text: str = ""
    patcher: Patcher | None = None


class Item(msgspec.Struct):
    box: Box


class Cord(msgspec.Struct):
    source: tuple[str, int]
    destination: tuple[str, int]


class Line(msgspec.Struct):
    patchline: Cord


class Patcher(msgspec.Struct):
    fileversion: int
    appversion: dict[str, Any]
    rect: tuple[float, float, float, float]
    boxes: list[Item]
    lines: list[Line]


class File(msgspec.Struct):
    patcher: Patcher


def every(patcher: Patcher) -> Iterator[Patcher]:
    yield patcher
    for item in patcher.boxes:
        if item.box.patcher is not None:
            yield from every(item.box.patcher)


@pytest.mark.parametrize("path", PATCHES, ids=lambda path: path.name)
def test_patch_has_the_shape_of_one_and_its_cords_lead_somewhere(path) -> None:
    for patcher in every(msgspec.json.decode(path.read_bytes(), type=File).patcher):
        boxes = {item.box.id: item.box for item in patcher.boxes}
        assert len(boxes) == len(patcher.boxes)
        for line in patcher.lines:
            (source, outlet), (target, inlet) = line.patchline.source, line.patchline.destination
            assert outlet < boxes[source].numoutlets and inlet < boxes[target].numinlets, (source, target)
        for box in boxes.values():
            assert len(box.outlettype) == box.numoutlets, box


@pytest.mark.parametrize("path", PATCHES, ids=lambda path: path.name)
def test_nothing_overlaps_and_nothing_is_cut_off(path) -> None:
    assert layout.faults(json.loads(path.read_bytes())["patcher"]) == []


def test_overlapping_and_cut_off_boxes_are_found() -> None:
    def box(text: str, rect: list[float], name: str = "patching_rect") -> dict[str, Any]:
        return {"box": {"id": text, "maxclass": "newobj", "text": text, "patching_rect": [0, 0, 10, 10], name: rect}}

    patcher = {"rect": [0, 0, 100, 100], "boxes": [box("a", [10, 10, 40, 22]), box("b", [40, 30, 70, 22])]}
    assert [fault.partition(": ")[2] for fault in layout.faults(patcher)] == [
        "newobj 'a' lies on newobj 'b' (patching_rect)",
        "newobj 'b' ends outside the window of 100 by 100",
    ]
    patcher["boxes"] = [box("a name that is too long", [10, 10, 40, 22])]
    assert "is cut off: 23 characters where 6 fit" in layout.faults(patcher)[0]


@pytest.mark.parametrize("path", PATCHES, ids=lambda path: path.name)
def test_py2max_finds_no_fault(path) -> None:
    import py2max

    unknown = ("antiphon", "node.script")  # our own, and one that its reference lacks
    found = [str(finding) for finding in py2max.Patcher.from_file(path).lint()]
    assert [text for text in found if not any(f"object '{name}' is not in" in text for name in unknown)] == []


# --- what the patches say ------------------------------------------------------------------------


def boxes_of(name: str) -> list[dict[str, Any]]:
    (path,) = [path for path in PATCHES if path.name == name]
    patcher = json.loads(path.read_bytes())["patcher"]
    return [item["box"] for _, one in layout.patchers(patcher) for item in one["boxes"]]


def number_or_word(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def test_help_has_a_message_for_each_address_and_each_parameter() -> None:
    said, named = set(), set()
    for box in boxes_of("antiphon.maxhelp"):
        if box["maxclass"] == "message" and box.get("text"):
            name, *rest = box["text"].split()
            arguments = [number_or_word(word) for word in rest]
            if name in PARAMETERS:
                decode("/antiphon/set", [name, *arguments], 0.0)
                named.add(name)
            else:
                decode(words.PREFIX + name, arguments, 0.0)
                said.add(words.PREFIX + name)
    assert said == set(INCOMING)
    assert named == set(PARAMETERS)


def test_help_hears_everything_that_is_sent() -> None:
    routes = [
        box["text"].split()[1:]
        for box in boxes_of("antiphon.maxhelp")
        if box.get("text", "").startswith("route running")
    ]
    assert {name for route in routes for name in route} == {"running", *OUTGOING}


def test_the_object_takes_all_of_a_play() -> None:
    (kind,) = [box["text"] for box in boxes_of("antiphon.maxpat") if box.get("text", "").startswith("if $i2 > 0")]
    count = len(OUTGOING["/antiphon/play"].arguments)
    assert set(re.findall(r"\$[if](\d)", kind)) == {str(index + 1) for index in range(count)}


def test_every_parameter_has_a_control_with_range_unit_and_a_name_of_its_own() -> None:
    assert words.ungrouped() == set()
    controls = [
        box for box in boxes_of("antiphon.sound-design.maxpat") if box["maxclass"] in ("live.dial", "live.menu")
    ]
    assert {box["varname"].removeprefix("antiphon_") for box in controls} == set(PARAMETERS)
    values = [box["saved_attribute_attributes"]["valueof"] for box in controls]
    assert len({value["parameter_longname"] for value in values}) == len(PARAMETERS)
    for box, value in zip(controls, values, strict=True):
        parameter = PARAMETERS[box["varname"].removeprefix("antiphon_")]
        assert box["presentation"] and value["parameter_info"] == parameter.text
        if parameter.choices:
            assert value["parameter_enum"] == list(parameter.choices)
        else:
            assert (value["parameter_mmin"], value["parameter_mmax"]) == (parameter.low, parameter.high)
            assert value["parameter_units"].endswith(short_unit(parameter))


def test_refpage_describes_every_message_and_parameter() -> None:
    page = ElementTree.parse(FOLDER / "docs" / "refpages" / "antiphon.maxref.xml").getroot()
    methods = {method.get("name") for method in page.iter("method")}
    assert {words.PREFIX + name for name in methods - {"list", "getall"}} == set(INCOMING)
    assert {attribute.get("name") for attribute in page.iter("attribute")} == set(PARAMETERS)


def test_the_zip_is_a_package_and_the_same_each_time(tmp_path) -> None:
    for name in ("one.zip", "two.zip"):
        assert make_patches.main(["--zip", str(tmp_path / name)]) == 0
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        names = set(archive.namelist())
        info = json.loads(archive.read("Antiphon/package-info.json"))
    assert {f"Antiphon/{path.relative_to(FOLDER)}" for path in FOLDER.rglob("*") if path.is_file()} == names
    assert info["name"] == "Antiphon" and "Antiphon/extras/" + info["homepatcher"] in names


# --- its script, in Node ---------------------------------------------------------------------------

# Max's own functions as far as antiphon.js needs them; what is said is printed, a line of JSON each.
STAND_IN = """
const fs = require("fs"), vm = require("vm");
const said = (outlet, words) => console.log(JSON.stringify([outlet, words]));
const room = { outlet: said, arrayfromargs: (list) => Array.from(list), setinletassist() {}, setoutletassist() {} };
vm.createContext(room);
vm.runInContext(fs.readFileSync(process.argv[1], "utf8"), room);
for (const [name, ...words] of JSON.parse(process.argv[2])) {
    room.messagename = name;
    (name === "list" ? room.list : name === "getall" ? room.getall : room.anything)(...words);
}
"""


def said_by_script(messages: list[list[Any]]) -> list[Any]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node, which stands in for Max's v8")
    script = FOLDER / "javascript" / "antiphon.js"
    command = [node, "-e", STAND_IN, str(script), json.dumps(messages)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_script_makes_osc_of_messages_and_parameters() -> None:
    messages = [
        ["mode", "duet"],
        ["temperature", 0.8],
        ["scale"],
        ["list", 60, 100],
        ["/antiphon/panic"],
        ["list", 60, 0, 5],
    ]
    assert said_by_script(messages) == [
        [0, ["/antiphon/mode", "duet"]],
        [0, ["/antiphon/set", "temperature", 0.8]],
        [0, ["/antiphon/get", "scale"]],
        [0, ["/antiphon/note", 60, 100, 1]],
        [0, ["/antiphon/panic"]],
        [0, ["/antiphon/note", 60, 0, 5]],
    ]


def test_script_says_only_what_is_understood() -> None:
    said = said_by_script(
        [[words.example(name).split()[0], *words.example(name).split()[1:]] for name in words.COMMANDS]
    )
    assert len(said) == len(INCOMING)
    for outlet, (address, *arguments) in said:
        assert outlet == 0
        decode(address, [number_or_word(word) for word in arguments], 0.0)
    asked = said_by_script([["getall"]])
    assert [words[1][1] for words in asked] == list(PARAMETERS)


def test_script_refuses_with_a_way_out() -> None:
    (typo, words_) = said_by_script([["temprature", 1], ["list", 60]])
    assert typo == [1, ["error", "unknown-message", "no message temprature: did you mean temperature?"]]
    assert words_[0] == 1 and "60 100 1" in words_[1][2]


# max-api as far as antiphon.daemon.js needs it: what is said is printed; a line of JSON on the input is a message.
MAX_API = """
const handlers = {};
module.exports = {
    addHandler: (name, handler) => { handlers[name] = handler; },
    outlet: (...words) => console.log(JSON.stringify(words)),
};
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
    const [name, ...words] = JSON.parse(line);
    handlers[name](...words);
}).on("close", () => process.exit());
"""


@pytest.mark.skipif(sys.platform == "win32", reason="stands in for antiphon by a shell script")
@pytest.mark.parametrize("asked_to_stop", [True, False])
def test_the_daemon_that_max_started_ends_with_it(tmp_path, asked_to_stop: bool) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node, which stands in for Node for Max")
    (tmp_path / "node_modules" / "max-api").mkdir(parents=True)
    (tmp_path / "node_modules" / "max-api" / "index.js").write_text(MAX_API)
    ended = tmp_path / "ended"
    stand_in = tmp_path / "bin" / "antiphon"
    stand_in.parent.mkdir()
    stand_in.write_text(
        f'#!/bin/sh\ntrap "echo ended > {ended}; exit 0" INT\necho "got $*"\nwhile :; do sleep 0.02; done\n'
    )
    stand_in.chmod(0o755)
    script = shutil.copy(FOLDER / "javascript" / "antiphon.daemon.js", tmp_path)
    environment = {**os.environ, "PATH": f"{stand_in.parent}{os.pathsep}{os.environ['PATH']}"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": environment}
    with subprocess.Popen([node, script], **pipes) as process:
        assert process.stdin is not None and process.stdout is not None

        def say(*words: Any) -> None:
            process.stdin.write(json.dumps(words) + "\n")
            process.stdin.flush()

        say("start", "--mode", "duet")
        assert json.loads(process.stdout.readline()) == ["state", "started"]
        assert json.loads(process.stdout.readline()) == ["said", "got jam --plain --mode duet"]
        say("start")
        assert json.loads(process.stdout.readline()) == ["state", "running"]
        if asked_to_stop:
            say("stop")
            assert json.loads(process.stdout.readline()) == ["state", "ended", 0]
        process.stdin.close()
        process.wait(timeout=30)
    end = time.monotonic() + 30
    while not ended.exists():
        assert time.monotonic() < end
        time.sleep(0.01)
