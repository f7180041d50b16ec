"""Whether a Pd patch can be read: what lies on what. Pure; sizes as Pd draws them at font size 12."""

from __future__ import annotations

import itertools
import re
import textwrap
from dataclasses import dataclass

CHARACTER, LINE, MARGIN = 7, 16, 6  # pixels
_USUAL_WIDTH = 60  # characters after which a text without a width of its own is wrapped


@dataclass(frozen=True, slots=True)
class Area:
    """A box of the patch and what it covers, in pixels."""

    text: str
    left: int
    top: int
    width: int
    height: int

    def overlaps(self, other: Area) -> bool:
        """Whether both cover a place."""
        return (
            self.left < other.left + other.width
            and other.left < self.left + self.width
            and self.top < other.top + other.height
            and other.top < self.top + self.height
        )


def faults(text: str) -> list[str]:
    """What is wrong with the layout of a .pd file, in words."""
    found: list[str] = []
    open_patches: list[tuple[str, int, int, list[Area]]] = []
    for record in re.findall(r"#(.*?)(?<!\\);\n", text, re.DOTALL):
        words = record.split()
        if words[0] == "N":
            open_patches.append((words[6], int(words[4]), int(words[5]), []))
            continue
        if words[1] == "connect":
            continue
        if words[1] == "restore":
            found += _faults(*open_patches.pop())
        open_patches[-1][3].append(_area(words[1], words[2:]))
    return found + _faults(*open_patches.pop())


def _faults(name: str, width: int, height: int, areas: list[Area]) -> list[str]:
    laid = [
        f"{name}: {one.text!r} lies on {other.text!r}"
        for one, other in itertools.combinations(areas, 2)
        if one.overlaps(other)
    ]
    outside = [
        f"{name}: {area.text!r} ends outside the window of {width} by {height}"
        for area in areas
        if area.left + area.width > width or area.top + area.height > height
    ]
    return laid + outside


def _area(kind: str, words: list[str]) -> Area:
    left, top, *rest = words
    text = " ".join(rest).replace("\\", "").replace(" ,", ",")
    if kind in ("floatatom", "symbolatom", "listbox"):
        return Area(text, int(left), int(top), CHARACTER * int(rest[0]) + MARGIN + 6, LINE + MARGIN)
    if kind == "obj" and rest[0] in ("tgl", "bng"):
        return Area(rest[0], int(left), int(top), int(rest[1]), int(rest[1]))
    wrapped = re.search(r", f (\d+)$", text)
    if wrapped:
        text = text[: wrapped.start()]
    lines = textwrap.wrap(text, int(wrapped.group(1)) if wrapped else _USUAL_WIDTH) or [""]
    width = CHARACTER * max(map(len, lines)) + MARGIN
    return Area(text, int(left), int(top), max(width, 20), LINE * len(lines) + (0 if kind == "text" else MARGIN))
