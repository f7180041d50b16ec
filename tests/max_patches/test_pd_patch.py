"""The Pd patch: laid out so that it can be read, and speaking the addresses of the OSC table."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pdlayout
from places import ROOT

from bridge.osc.decode import decode
from bridge.osc.table import INCOMING, OUTGOING
from bridge.vocabulary.events import NoteOn, SetMode, SetParameter

PD = ROOT / "max_patches" / "antiphon.pd"


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


def outlet_of(node: Node, outlet: int) -> list[Node]:
    return [target for number, target in node.targets if number == outlet]


def test_nothing_overlaps() -> None:
    assert pdlayout.faults(PD.read_text(encoding="utf-8")) == []


def test_pd_patch_says_only_what_is_understood() -> None:
    samples = {"note": [60.0, 100.0, 1.0], "set": [0.5], "subscribe": [7402.0]}
    said, addresses = [], set()
    for node in pd_nodes():
        if node.kind == "msg" and any(target.text == "s $0-say" for _, target in node.targets):
            name, *words = node.words
            addresses.add(f"/antiphon/{name}")
            said.append(read(f"/antiphon/{name}", words, samples.get(name, [])))
    assert addresses == set(INCOMING)
    assert {event.mode for event in said if isinstance(event, SetMode)} == set(
        INCOMING["/antiphon/mode"].arguments[0].choices
    )
    assert [event for event in said if isinstance(event, NoteOn)] == [NoteOn(0.0, 60, 100, 1)] * 2
    assert {event.name for event in said if isinstance(event, SetParameter)} >= {"temperature", "density"}


def test_pd_patch_hears_everything_that_is_sent() -> None:
    (heard,) = [node for node in pd_nodes() if node.text.startswith("route play")]
    assert {f"/antiphon/{name}" for name in heard.words[1:]} == set(OUTGOING)
    assert all(outlet_of(heard, index) for index in range(len(OUTGOING)))


def test_pd_patch_takes_all_of_a_play() -> None:
    (parts,) = [node for node in pd_nodes() if len(node.words) == 6 and node.text.startswith("unpack")]
    assert len(parts.words) - 1 == len(OUTGOING["/antiphon/play"].arguments)
    assert {outlet for outlet, _ in parts.targets} == set(range(5))
