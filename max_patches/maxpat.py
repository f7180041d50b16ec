"""antiphon.maxpat: steer Antiphon from Max, and let Max sound its notes.

Built with py2max on fixed coordinates, so that the same source always makes the same file.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any, Final

from py2max import Patcher
from py2max.core.box import Box
from py2max.core.common import Rect

from bridge.osc.server import DEFAULT_PORT, DEFAULT_TARGET
from bridge.performer.modes import MODES
from bridge.vocabulary.parameters import PARAMETERS

Where = tuple[float, float]  # left, top
Ports = tuple[int, int]  # numbers of inlets and outlets
Shown = tuple[float, float, float, float]  # left, top, width, height in presentation mode

KNOBS: Final = ("temperature", "top_p")
BUTTONS: Final = ("respond", "stop", "panic", "reset", "status")
# A held note is given to makenote with this duration; its release goes around makenote.
HELD_MS: Final = 3_600_000
# A release is played this much late, so that it never overtakes the note-on it belongs to.
RELEASE_MARGIN_MS: Final = 5
MORE: Final = (
    "/antiphon/again",
    "/antiphon/keep",
    "/antiphon/capture",
    "/antiphon/get silence",
    "/antiphon/set silence 0.8",
    "/antiphon/set thru on",
    "/antiphon/set scale heard",
    "/antiphon/voice bass 1 2",
    "/antiphon/range bass 28 55",
    "/antiphon/learn temperature",
    "/antiphon/unlearn temperature",
    "/antiphon/preset/save verse",
    "/antiphon/preset verse",
    "/antiphon/morph verse chorus 0.5",
    "/antiphon/presets",
    "/antiphon/tempo 120.",
    "/antiphon/tap",
    "/antiphon/clock auto",
    "/antiphon/transport 1 0.",
    "/antiphon/model duo",
    "/antiphon/record 1",
    "/antiphon/record 0",
    "/antiphon/subscribe 7402",
    "/antiphon/unsubscribe 7402",
)
_CHARACTER: Final = 7.0  # pixels of Arial 12, roughly
_GREY: Final = [0.35, 0.35, 0.35, 1.0]


@dataclass(slots=True)
class Canvas:
    """A patch that is drawn top to bottom, with every box where it is put."""

    patcher: Patcher

    def box(self, text: str, at: Where, width: float = 0.0, ports: Ports | None = None) -> Box:
        """An object box with `text`. `ports` where Max makes them from the arguments and py2max does not know."""
        rect = Rect(*at, width or max(40.0, _CHARACTER * len(text) + 12), 22.0)
        inlets, outlets = ports or (None, None)
        return self.patcher.add_textbox(text, patching_rect=rect, numinlets=inlets, numoutlets=outlets)

    def message(self, text: str, at: Where, width: float = 0.0, shown: Shown | None = None) -> Box:
        """A message box."""
        rect = Rect(*at, width or max(40.0, _CHARACTER * len(text) + 12), 22.0)
        return self.patcher.add_message(text, patching_rect=rect, **_presented(shown))

    def comment(self, text: str, at: Where, width: float = 0.0, lines: int = 1, shown: Shown | None = None) -> Box:
        """A remark to whoever reads the patch."""
        rect = Rect(*at, width or _CHARACTER * len(text) + 12, 4.0 + 16.0 * lines)
        extra: dict[str, Any] = {"linecount": lines} if lines > 1 else {}
        return self.patcher.add_comment(text, patching_rect=rect, **extra, **_presented(shown))

    def heading(self, text: str, at: Where, shown: Shown | None = None) -> Box:
        """The name of a part of the patch."""
        rect = Rect(*at, 9.0 * len(text) + 12, 24.0)
        return self.patcher.add_comment(text, patching_rect=rect, fontsize=16.0, fontface=1, **_presented(shown))

    def widget(self, kind: str, ports: Ports, at: Where, size: Where, shown: Shown | None, **more: Any) -> Box:
        """A box of the user interface: `size` is its width and height."""
        box = Box(
            id=self.patcher.get_id(kind),
            maxclass=kind,
            numinlets=ports[0],
            numoutlets=ports[1],
            outlettype=[""] * ports[1],
            patching_rect=Rect(*at, *size),
            **more,
            **_presented(shown),
        )
        return self.patcher.add_box(box)

    def wire(self, source: Box, target: Box, outlet: int = 0, inlet: int = 0) -> None:
        """A patch cord. Raises py2max's InvalidConnectionError for a port that does not exist."""
        self.patcher.add_line(source, target, outlet=outlet, inlet=inlet)

    def chain(self, *boxes: Box) -> None:
        """Patch cords from each box's first outlet to the next one's first inlet."""
        for source, target in itertools.pairwise(boxes):
            self.wire(source, target)

    def straight(self, source: Box, target: Box, count: int) -> None:
        """Patch cords from the first `count` outlets to the inlets of the same number."""
        for port in range(count):
            self.wire(source, target, port, port)


def _presented(shown: Shown | None) -> dict[str, Any]:
    return {} if shown is None else {"presentation": 1, "presentation_rect": list(shown)}


def build() -> Patcher:
    """The whole patch. Raises py2max's errors where an object or a cord does not exist in Max."""
    patcher = Patcher(title="Antiphon", strict=True, on_invalid="raise", openinpresentation=1)
    patcher.rect = Rect(60.0, 80.0, 1400.0, 950.0)
    canvas = Canvas(patcher)
    canvas.heading("Antiphon: a machine musician that answers you", (30, 14), (20, 12, 520, 26))
    canvas.comment(
        "Start `antiphon jam` in a terminal, then open this. The left half of this patch talks to it, the right "
        "half hears it and sounds its notes. Everything is OSC over UDP on this machine: take what you need into "
        "your own patch.",
        (30, 42), 900, 2,
    )  # fmt: skip
    _steer(canvas)
    _play(canvas)
    _more(canvas)
    _send(canvas)
    _hear(canvas)
    _sound(canvas)
    return patcher


def _steer(canvas: Canvas) -> None:
    canvas.heading("1  Say what it should do", (30, 84))
    canvas.comment("mode", (30, 118), 80, shown=(20, 52, 80, 20))
    items = [part for mode in MODES for part in (mode, ",")][:-1]
    menu = canvas.widget("umenu", (1, 3), (30, 140), (110, 22), (20, 72, 110, 22), items=items)
    mode = canvas.box("prepend /antiphon/mode", (30, 170))
    canvas.wire(menu, mode, 1)
    canvas.chain(mode, canvas.box("s to-antiphon", (30, 200)))
    for column, name in enumerate(KNOBS):
        _knob(canvas, name, 210.0 + 230 * column, 150.0 + 110 * column)
    canvas.comment(
        "Each button is one message. Panic also silences this patch, even when nobody listens.", (30, 236), 600
    )
    out = canvas.box("s to-antiphon", (30, 320))
    for column, name in enumerate(BUTTONS):
        at, shown = 30.0 + 135 * column, (20.0 + 88 * column, 110.0, 80.0, 26.0)
        button = canvas.widget("textbutton", (1, 3), (at, 258), (100, 22), shown, text=name)
        canvas.chain(button, canvas.message(f"/antiphon/{name}", (at, 288)), out)
        if name == "panic":
            canvas.chain(button, canvas.box("s antiphon-silence", (at, 320)))


def _knob(canvas: Canvas, name: str, left: float, shown_left: float) -> None:
    """A number box for a parameter, which also follows when somebody else sets it."""
    parameter = PARAMETERS[name]
    canvas.comment(name, (left, 118), 74, shown=(shown_left, 52, 100, 20))
    start = canvas.box(f"loadmess set {float(parameter.default):g}", (left + 75, 140), 140)
    number = canvas.widget(
        "flonum", (1, 2), (left, 140), (55, 22), (shown_left, 72, 60, 22),
        minimum=parameter.low, maximum=parameter.high, format=6, numdecimalplaces=2,
    )  # fmt: skip
    follow = canvas.box("prepend set", (left + 75, 114), 80)
    heard = canvas.box(f"r antiphon-{name}-is", (left + 75, 88), 150)
    sets = canvas.box(f"prepend /antiphon/set {name}", (left, 170), 210)
    canvas.chain(number, sets, canvas.box("s to-antiphon", (left, 200)))
    canvas.wire(start, number)
    canvas.chain(heard, follow, number)


def _play(canvas: Canvas) -> None:
    canvas.heading("2  Play to it", (30, 366))
    canvas.comment(
        "Your MIDI keyboard, when the switch is on. Leave it off if Antiphon hears the keyboard itself, and keep its "
        "own output port out of it, or it will answer itself.",
        (30, 392), 330, 3,
    )  # fmt: skip
    switch = canvas.widget("toggle", (1, 1), (30, 452), (24, 24), (20, 158, 24, 24))
    canvas.comment("play my MIDI keyboard to it", (58, 454), 190, shown=(48, 160, 190, 20))
    keyboard = canvas.box("notein", (30, 484))
    packed, gate = canvas.box("pack 0 0 1", (30, 514)), canvas.box("gate 1", (30, 544), 60)
    note = canvas.box("prepend /antiphon/note", (30, 574))
    canvas.straight(keyboard, packed, 3)
    canvas.wire(switch, gate)
    canvas.wire(packed, gate, 0, 1)
    canvas.chain(gate, note, canvas.box("s to-antiphon", (30, 604)))
    canvas.comment("Or click here: how high on the key is how loud.", (380, 392), 330)
    keys = canvas.widget("kslider", (2, 2), (380, 420), (336, 54), (20, 196, 436, 54), range=48, offset=36)
    made, clicked = canvas.box("makenote 100 400", (380, 484)), canvas.box("pack 0 0 1", (380, 514))
    canvas.straight(keys, made, 2)
    canvas.straight(made, clicked, 2)
    click = canvas.box("prepend /antiphon/note", (380, 544))
    canvas.chain(clicked, click, canvas.box("s to-antiphon", (380, 574)))


def _more(canvas: Canvas) -> None:
    canvas.heading("More to say", (30, 650))
    canvas.comment("Click, or change the numbers first. docs/osc.md has every address.", (30, 676), 450)
    out = canvas.box("s to-antiphon", (30, 910))
    for number, text in enumerate(MORE):
        column, row = divmod(number, 8)
        canvas.wire(canvas.message(text, (30.0 + 230 * column, 702.0 + 26 * row), 200), out)


def _send(canvas: Canvas) -> None:
    canvas.heading("To Antiphon", (490, 618))
    canvas.comment("[s to-antiphon] works from any of your patches.", (210, 912), 330)
    send = canvas.box(f"udpsend 127.0.0.1 {DEFAULT_PORT}", (490, 674), 190)
    canvas.chain(canvas.box("r to-antiphon", (490, 646)), send)


def _hear(canvas: Canvas) -> None:
    canvas.heading("3  Hear what it says", (780, 84))
    receive = canvas.box(f"udpreceive {DEFAULT_TARGET[1]}", (780, 114), 120)
    shows = ("turn", "sounded", "latency", "learned", "presets", "pace", "chosen", "kept")
    texts = ("status", "error")
    first = canvas.box(_route("play", "cancel", *shows, "value"), (800, 150), 580)
    second = canvas.box(_route(*texts), (780, 290), 240)
    canvas.wire(receive, first)
    canvas.wire(receive, second)
    canvas.wire(first, canvas.box("s antiphon-play", (800, 186), 110))
    canvas.wire(first, canvas.box("s antiphon-cancel", (800, 216), 110), 1)
    places: dict[str, tuple[Where, float, Shown]] = {
        "turn": ((925, 184), 75, (20, 290, 90, 22)),
        "sounded": ((1015, 184), 85, (126, 290, 110, 22)),
        "latency": ((1115, 184), 100, (252, 290, 204, 22)),
        "learned": ((1010, 780), 140, (20, 480, 140, 22)),
        "presets": ((1170, 780), 125, (176, 480, 280, 22)),
        "pace": ((1170, 850), 210, (20, 530, 436, 22)),
        "chosen": ((1010, 850), 150, (20, 580, 340, 22)),
        "kept": ((1305, 780), 75, (376, 580, 80, 22)),
        "value": ((1120, 268), 260, (246, 350, 210, 22)),
        "status": ((780, 318), 225, (20, 350, 210, 22)),
        "error": ((1020, 338), 360, (20, 410, 436, 44)),
    }
    for outlet, name in enumerate(shows, start=2):
        _display(canvas, first, outlet, name, *places[name])
    for outlet, name in enumerate(texts):
        _display(canvas, second, outlet, name, *places[name])
    values = canvas.box("route " + " ".join(KNOBS), (1230, 186), 150)
    canvas.wire(first, values, 2 + len(shows))
    for outlet, name in enumerate(KNOBS):
        canvas.wire(values, canvas.box(f"s antiphon-{name}-is", (1230, 214.0 + 26 * outlet), 150), outlet)
    _display(canvas, values, len(KNOBS), "value", *places["value"])


def _route(*names: str) -> str:
    return "route " + " ".join(f"/antiphon/{name}" for name in names)


def _display(canvas: Canvas, source: Box, outlet: int, name: str, at: Where, width: float, shown: Shown) -> None:
    """A message box that shows what comes out of an outlet, under its name."""
    labels = {
        "turn": "who plays",
        "learned": "controller learnt",
        "sounded": "last note",
        "pace": "how much it keeps up",
        "chosen": "which answer, and why",
        "kept": "notes kept",
        "error": "what was refused or went wrong",
    }
    left, top, across, _ = shown
    canvas.comment(labels.get(name, name), (at[0], at[1] - 2), width, shown=(left, top - 20, across, 20))
    show = canvas.box("prepend set", (at[0], at[1] + 18), 75)
    box = canvas.message("", (at[0], at[1] + 44), width, shown)
    canvas.wire(source, show, outlet)
    canvas.wire(show, box)


def _sound(canvas: Canvas) -> None:
    canvas.heading("4  Sound its notes", (780, 420))
    canvas.comment(
        "/antiphon/play is pitch, velocity, channel, duration, delay (in seconds). [pipe] waits out the delay, so the "
        "notes keep their timing whatever the network does. Duration -1 is a held note: it ends when its pitch comes "
        "again with velocity 0. Switch this off if Antiphon's own MIDI port already plays your synth.",
        (780, 446), 590, 3,
    )  # fmt: skip
    switch = canvas.widget("toggle", (1, 1), (780, 508), (24, 24), (260, 158, 24, 24))
    canvas.comment("sound its notes", (810, 510), 96, shown=(288, 160, 168, 20))
    gate = canvas.box("gate 1", (780, 540), 60)
    canvas.chain(canvas.box("loadmess 1", (910, 508), 80), switch, gate)
    canvas.wire(canvas.box("r antiphon-play", (860, 540), 100), gate, 0, 1)
    kind = canvas.box("if $i2 > 0 then $i1 $i2 $i3 $f4 $f5 else out2 $i1 $i3 $f5", (780, 570), 400, (5, 2))
    canvas.wire(gate, kind)
    plan = canvas.box("unpack 0 0 0 0. 0.", (780, 600), 150)
    length, delay = canvas.box("* 1000.", (870, 630), 60), canvas.box("* 1000.", (940, 630), 60)
    held = canvas.box(f"if $f1 < 0. then {HELD_MS}. else $f1", (870, 660), 210, (1, 1))
    pipe = canvas.box("pipe 0 0 0 0. 0.", (780, 695), 190, (5, 4))
    canvas.wire(kind, plan)
    canvas.wire(plan, delay, 4)
    canvas.wire(delay, pipe, 0, 4)
    canvas.wire(plan, length, 3)
    canvas.chain(length, held)
    canvas.wire(held, pipe, 0, 3)
    canvas.straight(plan, pipe, 3)
    notes = canvas.box("makenote 100 500 1", (780, 760), 190, (4, 3))
    for outlet, inlet in ((0, 0), (1, 1), (2, 3), (3, 2)):  # makenote wants the duration before the channel
        canvas.wire(pipe, notes, outlet, inlet)
    out = canvas.box("noteout", (780, 820), 190)
    canvas.comment("double-click to choose the synth", (780, 846), 220)
    canvas.straight(notes, out, 3)
    _cancel(canvas, pipe, notes)
    _release(canvas, kind, out)


def _cancel(canvas: Canvas, pipe: Box, notes: Box) -> None:
    """/antiphon/cancel 0 drops what has not begun; 1, and the panic button, also end what sounds."""
    canvas.comment("cancel 0: drop what has not begun. 1: also end what sounds.", (1000, 512), 370)
    which, panic = canvas.box("sel 0 1", (1010, 630), 60), canvas.box("r antiphon-silence", (1100, 630), 120)
    everything = canvas.box("t b b", (1100, 662), 50)
    clear, stop = canvas.message("clear", (1020, 695), 50), canvas.message("stop", (1130, 695), 50)
    canvas.wire(canvas.box("r antiphon-cancel", (1010, 600), 115), which)
    canvas.wire(which, clear)
    canvas.wire(which, everything, 1)
    canvas.wire(panic, everything)
    canvas.wire(everything, stop)
    canvas.wire(everything, clear, 1)
    canvas.wire(clear, pipe)
    canvas.wire(stop, notes)


def _release(canvas: Canvas, kind: Box, out: Box) -> None:
    """The end of a held note goes around [makenote], and no cancel can lose it."""
    canvas.comment("ends of held notes: these are never cancelled", (1205, 572), 190, 2)
    end = canvas.box("unpack 0 0 0.", (1240, 610), 110)
    delay, late = canvas.box("* 1000.", (1320, 638), 60), canvas.box(f"+ {RELEASE_MARGIN_MS}.", (1320, 666), 60)
    pipe, silent = canvas.box("pipe 0 0 0.", (1240, 695), 110, (3, 2)), canvas.box("t i 0", (1240, 730), 50)
    canvas.wire(kind, end, 1)
    canvas.wire(end, delay, 2)
    canvas.chain(delay, late)
    canvas.wire(late, pipe, 0, 2)
    canvas.straight(end, pipe, 2)
    canvas.wire(pipe, silent)
    canvas.wire(pipe, out, 1, 2)
    canvas.straight(silent, out, 2)
