"""docs/architecture.md and its picture name files that are there, and count the same steps."""

from __future__ import annotations

import re

import pytest
from places import ROOT

DOCS = ROOT / "docs"
PAGE = (DOCS / "architecture.md").read_text(encoding="utf-8")
PICTURE = (DOCS / "note-journey.svg").read_text(encoding="utf-8")
ROOMS = sorted(path.name for path in (ROOT / "bridge").iterdir() if (path / "__init__.py").exists())


def named_in(text: str) -> list[str]:
    """Files as `room/file` or `room/room/file`, and rooms as `room/`."""
    return re.findall(rf"(?<![\w/.])(?:{'|'.join(ROOMS)})/[a-z_0-9/]*", text)


@pytest.mark.parametrize("text", [PAGE, PICTURE], ids=["page", "picture"])
def test_what_is_named_is_there(text: str) -> None:
    named = named_in(text)
    assert len(named) > 20
    for name in named:
        path = ROOT / "bridge" / name
        assert path.is_dir() or path.with_suffix(".py").exists(), f"there is no bridge/{name}"


def test_every_room_is_in_the_table() -> None:
    told = re.findall(r"`(\w+)/`", "".join(re.findall(r"^\| `.*? \|", PAGE, re.MULTILINE)))
    assert sorted(told) == ROOMS


def test_the_picture_has_the_steps_of_the_page() -> None:
    journey = PAGE[PAGE.index("## A note's journey") : PAGE.index("## Who owns the clock")]
    steps = [int(number) for number in re.findall(r"^\| (\d+) \|", journey, re.MULTILINE)]
    assert steps == list(range(1, len(steps) + 1))
    assert {int(number) for number in re.findall(r'<text class="[nm]"[^>]*>(\d+)</text>', PICTURE)} == set(steps)


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)", PAGE):
        assert (DOCS / target).exists(), target


def test_words_in_italics_are_in_the_glossary() -> None:
    journey = PAGE[PAGE.index("## A note's journey") : PAGE.index("## Who owns the clock")]
    glossary = (DOCS / "glossary.md").read_text(encoding="utf-8")
    known = {word for entry in re.findall(r"\*\*(.+?)\*\*", glossary) for word in entry.split(", ")}
    for word in re.findall(r"(?<![*\w])\*([a-z-]+)\*(?!\*)", journey):
        assert word == "italics" or {word, word.removesuffix("s"), word.removesuffix("es")} & known, word
