"""Whether a patch can be read: what lies on what, and what is cut off. Pure; works on any .maxpat's JSON."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from canvas import CHARACTER

_FLAT = {"panel", "live.line"}  # drawn behind or between others on purpose
_TEXTS = {"newobj", "message", "comment"}


def patchers(patcher: dict[str, Any], name: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """The patcher and every subpatch in it, with where it is."""
    yield name, patcher
    for item in patcher["boxes"]:
        box = item["box"]
        if "patcher" in box:
            yield from patchers(box["patcher"], f"{name}/{box.get('text', box['maxclass'])}")


def faults(patcher: dict[str, Any]) -> list[str]:
    """What is wrong with the layout of a patch (its "patcher") and all that is in it, in words."""
    return [f"{name}: {fault}" for name, one in patchers(patcher) for fault in _faults_of_one(one)]


def _faults_of_one(patcher: dict[str, Any]) -> Iterator[str]:
    boxes = [item["box"] for item in patcher["boxes"] if item["box"]["maxclass"] not in _FLAT]
    for rect in ("patching_rect", "presentation_rect"):
        shown = [box for box in boxes if rect in box]
        for one, other in itertools.combinations(shown, 2):
            if _overlap(one[rect], other[rect]):
                yield f"{_called(one)} lies on {_called(other)} ({rect})"
        for box in shown:
            if min(box[rect][:2]) < 0:
                yield f"{_called(box)} begins outside ({rect})"
            elif box["maxclass"] in _TEXTS and (cut := _cut_off(box, box[rect])):
                yield f"{_called(box)} is cut off: {cut} ({rect})"
    width, height = patcher["rect"][2:]
    for box in boxes:
        left, top, across, down = box["patching_rect"]
        if left + across > width or top + down > height:
            yield f"{_called(box)} ends outside the window of {width:g} by {height:g}"


def _overlap(one: list[float], other: list[float]) -> bool:
    return (
        one[0] < other[0] + other[2]
        and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
    )


def _cut_off(box: dict[str, Any], rect: list[float]) -> str:
    """How much text has too little room; empty where there is enough."""
    size = box.get("fontsize", 12.0) / 12.0
    lines = max(1, int(rect[3] / (14.0 * size)))
    room = lines * rect[2] / (CHARACTER * size)
    needed = len(box.get("text", ""))
    # A message box that shows what comes has no text of its own.
    return "" if needed <= room + 1 else f"{needed} characters where {room:.0f} fit"


def _called(box: dict[str, Any]) -> str:
    return f"{box['maxclass']} {box.get('text', box.get('varname', box['id']))[:40]!r}"
