"""Antiphon Clip.amxd: a MIDI Tool of Live 12, a transformation, that has Antiphon play to the notes that are selected.

It asks the running Antiphon over HTTP on this machine (`POST /perform` of the page) and puts what comes beside the
selected notes. The script is in the patch itself, so that the device needs no file beside itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from amxd import PLAIN_TOOL, TRANSFORMATION, Device
from canvas import Canvas, Shown, Where
from device import finish, own, strip
from parts import STORED
from py2max.core.box import Box
from words import MODES, NOT_RUNNING

from bridge.vocabulary.codec import VOICES

WIDTH: Final = 152.0
PAGE_PORT: Final = 7402
_SCRIPT: Final = Path(__file__).resolve().parent / "sources" / "antiphon.clip.js"


def clip() -> Device:
    """The tool: mode, voice, seed and port; Live's own Apply asks."""
    canvas = strip(
        "Antiphon Clip", WIDTH, "What Antiphon, a machine musician, plays to the selected notes.", "9.0", "12.2"
    )
    canvas.widget("live.comment", (1, 0), (30, 60), (144, 18), (4, 4, 144, 18), text="Antiphon, to the selection")
    code = canvas.widget("v8.codebox", (2, 3), (560, 60), (900, 700), code=script(), fontsize=12.0)
    code._kwds["filename"] = "none"  # as Max writes it, which py2max does not know
    tool = canvas.box("live.miditool.in", (560, 20), 130, (1, 3))
    canvas.wire(tool, code)
    canvas.wire(tool, code, 1, 1)
    canvas.wire(code, canvas.box("live.miditool.out", (560, 790), 130, (1, 0)))
    again = canvas.box("t b", (300, 790), 60)
    canvas.wire(code, again, 1)
    canvas.wire(again, tool)
    modes = [mode for mode in MODES if mode != "off"]
    rows: list[tuple[str, str, list[str] | None, str]] = [
        ("Play", "mode", modes, "what it does with the selected notes: answers them, or plays beside them"),
        ("Voice", "voice", list(VOICES), "the voice that is added"),
        ("Seed", "seed", None, "another number, another answer; the same one, the same answer"),
        ("Port", "port", None, "the number in the address of Antiphon's page"),
    ]
    for number, (name, word, choices, text) in enumerate(rows):
        at, top = (30.0, 110.0 + 100 * number), 30.0 + 24 * number
        canvas.widget("live.comment", (1, 0), (at[0] + 130, at[1]), (60, 18), (4, top, 44, 18), text=name)
        shown = (60.0, top, 88.0, 15.0)
        if choices is not None:
            control = own(canvas, "live.menu", name, at, shown, text, choices, 0)
        else:
            control = _number(canvas, name, at, shown, text, PAGE_PORT if word == "port" else 0)
        say = canvas.box(f"prepend {word}", (at[0], at[1] + 40))
        canvas.wire(control, say, 1 if choices is not None else 0)
        canvas.wire(say, code, 0, 1)
    line = canvas.widget(
        "live.comment", (1, 0), (30, 540), (144, 36), (4, 128, 144, 36), text="select notes, and press Apply"
    )
    canvas.wire(code, line, 2)
    return finish(canvas, {}, TRANSFORMATION, PLAIN_TOOL)


def script() -> str:
    """What runs in the patch."""
    return _SCRIPT.read_text(encoding="utf-8").replace("@NOT_RUNNING@", NOT_RUNNING)


def _number(canvas: Canvas, name: str, at: Where, shown: Shown, text: str, initial: int) -> Box:
    """A whole number. Live's own Int has 256 values: this is its Float, shown and sent without a fraction."""
    return canvas.widget(
        "live.numbox", (1, 2), at, (shown[2], shown[3]), shown, parameter_enable=1,
        varname=f"antiphon_own_{name.lower()}", annotation=text, annotation_name=name,
        saved_attribute_attributes={"valueof": {
            "parameter_longname": name, "parameter_shortname": name, "parameter_type": 0, "parameter_unitstyle": 0,
            "parameter_mmin": 1.0 if name == "Port" else 0.0, "parameter_mmax": 65535.0, "parameter_steps": 65536,
            "parameter_initial_enable": 1, "parameter_initial": [initial], "parameter_modmode": 0,
            "parameter_info": text, "parameter_annotation_name": name, "parameter_invisible": STORED,
        }},
    )  # fmt: skip
