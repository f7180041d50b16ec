"""The Max and Pd patches: fresh, valid, and speaking the addresses of the OSC table."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bridge.osc.decode import decode
from bridge.osc.table import INCOMING, OUTGOING
from bridge.vocabulary.events import NoteOn, SetMode, SetParameter

FOLDER = Path(__file__).parent.parent / "max_patches"
MAXPAT = FOLDER / "antiphon.maxpat"
PD = FOLDER / "antiphon.pd"


@dataclass
class Node:
    """One box: its text, and what its cords come from and go to."""

    kind: str
    text: str
    attributes: dict = field(default_factory=dict)
    sources: list[Node] = field(default_factory=list)
    targets: list[tuple[int, Node]] = field(default_factory=list)

    @property
    def words(self) -> list[str]:
        return self.text.split()


def wire(source: Node, outlet: int, target: Node) -> None:
    source.targets.append((outlet, target))
    target.sources.append(source)


def max_nodes() -> list[Node]:
    patcher = json.loads(MAXPAT.read_text(encoding="utf-8"))["patcher"]
    boxes = {box["box"]["id"]: box["box"] for box in patcher["boxes"]}
    nodes = {key: Node(box["maxclass"], box.get("text", ""), box) for key, box in boxes.items()}
    for line in patcher["lines"]:
        (source, outlet), (target, _) = line["patchline"]["source"], line["patchline"]["destination"]
        wire(nodes[source], outlet, nodes[target])
    return list(nodes.values())


def pd_nodes() -> list[Node]:
    """Every box of every (sub)patch."""
    everything: list[Node] = []
    open_patches: list[list[Node]] = []
    for record in re.findall(r"#(.*?)(?<!\\);\n", PD.read_text(encoding="utf-8"), re.DOTALL):
        kind, *words = record.split()[1:]
        if record.startswith("N"):
            open_patches.append([])
        elif kind == "connect":
            source, outlet, target, _ = map(int, words)
            wire(open_patches[-1][source], outlet, open_patches[-1][target])
        else:
            if kind == "restore":
                everything += open_patches.pop()
            text = " ".join(words[2:]).replace("\\$", "$")
            open_patches[-1].append(Node(kind, text))
    return everything + open_patches.pop()


def number_or_word(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def read(address: str, words: list[str], sample: list) -> object:
    """The message decoded, with `sample` in place of $1, $2, ..."""
    args = [sample[int(word[1:]) - 1] if word.startswith("$") else number_or_word(word) for word in words]
    return decode(address, args, 0.0)


def test_committed_files_are_fresh(tmp_path):
    pytest.importorskip("py2max")
    subprocess.run([sys.executable, FOLDER / "make_patches.py", tmp_path], check=True, timeout=120)
    for committed in (MAXPAT, PD):
        assert (tmp_path / committed.name).read_bytes() == committed.read_bytes(), (
            f"{committed.name} is stale: run python max_patches/make_patches.py"
        )


def test_max_patch_is_valid():
    py2max = pytest.importorskip("py2max")
    patcher = py2max.Patcher.from_file(MAXPAT)
    assert [str(finding) for finding in patcher.lint()] == []


def test_max_patch_says_only_what_is_understood():
    said = set()
    for node in max_nodes():
        if node.kind == "message" and node.text.startswith("/"):
            address, *words = node.words
            read(address, words, [])
            said.add(address)
        if node.text.startswith("prepend /"):
            address, *words = node.words[1:]
            for args in upstream(node):
                decode(address, [*words, *args], 0.0)
            said.add(address)
    assert said == set(INCOMING)


def upstream(node: Node) -> list[list]:
    """Argument lists that the boxes before `node` can send it."""
    (source,) = node.sources
    if source.kind == "umenu":
        return [[item] for item in source.attributes["items"] if item != ","]
    if source.kind == "flonum":
        return [[source.attributes["minimum"]], [source.attributes["maximum"]]]
    if source.text.startswith("pack"):
        return [[1] * (len(source.words) - 1)]
    if source.text == "gate 1":
        return [[1] * (len(before.words) - 1) for before in source.sources if before.text.startswith("pack")]
    raise AssertionError(f"what does {source} send?")


def test_max_patch_hears_everything_that_is_sent():
    routes = [node for node in max_nodes() if node.text.startswith("route /")]
    heard = {address: outlet_of(node, index) for node in routes for index, address in enumerate(node.words[1:])}
    assert set(heard) == set(OUTGOING)
    assert all(heard.values())


def outlet_of(node: Node, outlet: int) -> list[Node]:
    return [target for number, target in node.targets if number == outlet]


def test_max_patch_takes_all_of_a_play():
    (kind,) = [node for node in max_nodes() if node.text.startswith("if $i2 > 0")]
    assert set(re.findall(r"\$[if](\d)", kind.text)) == {
        str(index + 1) for index in range(len(OUTGOING["/antiphon/play"].arguments))
    }
    (unpack,) = outlet_of(kind, 0)
    assert len(unpack.words) - 1 == len(OUTGOING["/antiphon/play"].arguments)


def test_max_patch_opens_as_a_control_panel():
    shown = [node for node in max_nodes() if node.attributes.get("presentation")]
    assert {node.kind for node in shown} >= {"umenu", "flonum", "textbutton", "toggle", "kslider", "message", "comment"}
    rects = [(node.attributes["presentation_rect"], node.kind) for node in shown if node.kind != "comment"]
    for number, ((x, y, width, height), kind) in enumerate(rects):
        for (left, top, across, down), other in rects[:number]:
            apart = x >= left + across or left >= x + width or y >= top + down or top >= y + height
            assert apart, f"{kind} lies on {other}"


def test_pd_patch_says_only_what_is_understood():
    samples = {"note": [60.0, 100.0, 1.0], "set": [0.5], "mode": [], "get": []}
    said = []
    for node in pd_nodes():
        if node.kind == "msg" and any(target.text == "s $0-say" for _, target in node.targets):
            name, *words = node.words
            said.append(read(f"/antiphon/{name}", words, samples.get(name, [])))
    kinds = {type(event).__name__ for event in said}
    assert len(kinds) == len(INCOMING)
    assert {event.mode for event in said if isinstance(event, SetMode)} == set(
        INCOMING["/antiphon/mode"].arguments[0].choices
    )
    assert [event for event in said if isinstance(event, NoteOn)] == [NoteOn(0.0, 60, 100, 1)] * 2
    assert {event.name for event in said if isinstance(event, SetParameter)} >= {"temperature", "top_p"}


def test_pd_patch_hears_everything_that_is_sent():
    (heard,) = [node for node in pd_nodes() if node.text.startswith("route play")]
    assert {f"/antiphon/{name}" for name in heard.words[1:]} == set(OUTGOING)
    assert all(outlet_of(heard, index) for index in range(len(OUTGOING)))


def test_pd_patch_takes_all_of_a_play():
    (parts,) = [node for node in pd_nodes() if len(node.words) == 6 and node.text.startswith("unpack")]
    assert len(parts.words) - 1 == len(OUTGOING["/antiphon/play"].arguments)
    assert {outlet for outlet, _ in parts.targets} == set(range(5))
