"""docs/formats.md says what the files are."""

from __future__ import annotations

import re
from pathlib import Path

from places import ROOT

from bridge.data.notes import NOTE
from bridge.data.shards import PREPARED
from bridge.engine.manifest import CONTRACT, OLDEST_CONTRACT
from bridge.presets.presets import parse
from bridge.sessions import log
from bridge.vocabulary.events import NoteOn, PlayNote

PAGE = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")


def example(name: str) -> str:
    found = re.search(rf"<!-- {name} -->\n```\w+\n(.*?)```", PAGE, re.DOTALL)
    assert found, name
    return found.group(1)


def test_versions_are_the_programs() -> None:
    assert f"`session.jsonl`, version {log.FORMAT}\n" in PAGE
    assert f"## Prepared data: a folder, version {PREPARED}\n" in PAGE
    assert f"A note is {NOTE.itemsize} bytes" in PAGE
    assert f"contract version {CONTRACT}\n" in PAGE and f"Contract {OLDEST_CONTRACT} still plays" in PAGE


def test_the_example_log_is_read(tmp_path: Path) -> None:
    path = tmp_path / "session.jsonl"
    path.write_text(example("session log"), encoding="utf-8")
    read = log.read_log(path)
    assert read.settings.mode == "duet" and read.whole
    assert isinstance(next(item for _, item in read.inputs()), NoteOn)
    assert [type(output) for _, output in read.outputs()] == [PlayNote]


def test_every_kind_of_entry_is_named() -> None:
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == set(log._SHAPES)


def test_the_example_preset_is_read() -> None:
    preset = parse(example("preset"), "example")
    assert preset.mode == "duet" and preset.program == 3 and preset.voices["drums"][0] is False
