"""The patches that are opened, not used in others: first sound, sound design, uncertainty, clips, overview."""

from __future__ import annotations

from typing import Final

from canvas import ROW, Canvas
from core import FACE
from parts import DIAL, MENU, follows, parameter_box, says
from py2max import Patcher
from py2max.core.box import Box
from words import GROUPS, shown_name

from bridge.vocabulary.parameters import PARAMETERS

_CELL: Final = (118.0, 104.0)  # one parameter in presentation
_PATCH_CELL: Final = (220.0, 230.0)  # and in the patch
_ACROSS: Final = 8
_CLIPS: Final = 5  # that are offered at once
_CLIP_ROW: Final = 80.0


def face(canvas: Canvas, at: tuple[float, float], shown: tuple[float, float] | None, arguments: str = "") -> Box:
    """[antiphon] as a bpatcher."""
    more = {} if not arguments else {"args": [int(word) for word in arguments.split()]}
    return canvas.widget(
        "bpatcher", (2, 4), at, FACE, None if shown is None else (*shown, *FACE), name="antiphon.maxpat", **more
    )


def listen(canvas: Canvas, heart: Box, at: tuple[float, float]) -> None:
    """A MIDI keyboard to [antiphon], and its notes to a synth."""
    left, top = at
    keyboard, packed = canvas.box("notein", (left, top)), canvas.box("pack 0 0 1", (left, top + ROW), 100)
    canvas.straight(keyboard, packed, 3)
    canvas.wire(packed, heart, 0, 1)


def sound(canvas: Canvas, heart: Box, at: tuple[float, float]) -> None:
    """Its notes to the synth that [noteout] is set to."""
    left, top = at
    parts = canvas.box("unpack 0 0 0", (left, top), 120)
    canvas.wire(heart, parts)
    canvas.straight(parts, canvas.box("noteout", (left, top + ROW), 120), 3)


def first_sound() -> Patcher:
    """The shortest way to an answer."""
    canvas = Canvas.new("Antiphon: first sound", (760.0, 620.0), presented=True)
    intro = (
        "1. Start antiphon jam in a terminal. The light goes on. 2. Switch on the sound, and play on the keys (or on "
        "your MIDI keyboard). 3. Stop: it answers."
    )
    canvas.heading("First sound", (20, 12), (20, 12, 200, 26))
    canvas.comment(intro, (20, 44), 500, (20, 44, 500, 52))
    heart = face(canvas, (20, 330), (20, 110))
    keys = canvas.widget("kslider", (2, 2), (20, 130), (336, 54), (20, 240, 336, 54), range=48, offset=48)
    made, clicked = canvas.box("makenote 100 400", (20, 206), 130), canvas.box("pack 0 0 1", (20, 238), 130)
    canvas.straight(keys, made, 2)
    canvas.straight(made, clicked, 2)
    canvas.wire(clicked, heart, 0, 1)
    canvas.comment("Your keyboard; never Antiphon's own output", (400, 196), 330)
    listen(canvas, heart, (400, 230))
    canvas.comment("double-click: which synth", (180, 484), 200)
    sound(canvas, heart, (20, 484))
    _errors(canvas, heart, (400, 484), (20, 308, 336, 40))
    return canvas.patcher


def _errors(
    canvas: Canvas, heart: Box, at: tuple[float, float], shown: tuple[float, float, float, float] | None
) -> None:
    show = canvas.box("prepend set", at)
    canvas.wire(heart, show, 3)
    canvas.wire(show, canvas.message("", (at[0], at[1] + ROW), 330, shown))


def designer() -> Patcher:
    """Every parameter with its name, unit and range; notes as lists, timed by Max's scheduler."""
    count = len(PARAMETERS)
    rows = -(-count // _ACROSS)
    top = 420.0
    canvas = Canvas.new("Antiphon: sound design", (1860.0, top + rows * _PATCH_CELL[1] + 40), presented=True)
    canvas.heading("Sound design: everything that can be set", (20, 12), (20, 8, 500, 26))
    canvas.comment(
        "Hover over a control for what it does. Who else sets a parameter (a preset, the page, a MIDI controller) "
        "moves it here, too. Notes leave [antiphon] as lists: pitch velocity channel; put any "
        "synth where [noteout] is.",
        (20, 44), 900, (20, 40, 620, 54),
    )  # fmt: skip
    heart = face(canvas, (20, 180), (660, 8))
    canvas.wire(canvas.box("r designer-say", (20, 130)), heart)
    listen(canvas, heart, (340, 110))
    canvas.comment("your keyboard", (460, 110))
    sound(canvas, heart, (20, 330))
    _errors(canvas, heart, (340, 330), None)
    # When it has come, ask for every value; afterwards it tells each that changes.
    state = canvas.box("route running /antiphon/value", (720, 250), 220, (3, 3))
    canvas.wire(heart, state, 2)
    came = canvas.column(("sel 1", "t b"), (720, 282))
    asks = canvas.message("getall", (720, 346))
    canvas.wire(state, came[0])
    canvas.chain(came[1], asks, canvas.box("s designer-say", (720, 378)))
    canvas.wire(state, canvas.box("s designer-values", (840, 282)), 1)
    names = " ".join(PARAMETERS)
    values = canvas.box("r designer-values", (980, 130))
    switch = canvas.box(f"route {names}", (980, 162), 860, (count + 1, count + 1))
    canvas.wire(values, switch)
    for index, name in enumerate(PARAMETERS):
        left = 20.0 + _PATCH_CELL[0] * (index % _ACROSS)
        above = top + _PATCH_CELL[1] * (index // _ACROSS)
        _control(canvas, name, (left, above), _place(name), switch, index)
    return canvas.patcher


def _place(name: str) -> tuple[float, float]:
    """Where a parameter is in presentation: a row of its group's."""
    down = 140.0
    for group, names in GROUPS.items():
        across = 9
        if name in names:
            row, column = divmod(names.index(name), across)
            return 20.0 + _CELL[0] * column, down + 26 + _CELL[1] * row
        down += 30 + _CELL[1] * -(-len(names) // across)
        assert group
    raise KeyError(name)


def _control(
    canvas: Canvas, name: str, at: tuple[float, float], shown: tuple[float, float], switch: Box, index: int
) -> None:
    parameter = PARAMETERS[name]
    (left, top), (across, down) = at, shown
    for group, names in GROUPS.items():
        if names[0] == name:
            canvas.comment(group, (left + 112, top + 190), 106, (20, down - 26, 240, 21), fontface=1)
    receive = canvas.box(f"r designer-{name}", (left, top), 200)
    follow = canvas.box(f"prepend {follows(parameter)}", (left, top + ROW))
    canvas.wire(switch, canvas.box(f"s designer-{name}", (left, top + 158), 200), index)
    canvas.chain(receive, follow)
    if parameter.choices:
        control = parameter_box(canvas, name, (left, top + 68), (across, down + 24, *MENU))
        canvas.comment(shown_name(name), (left + 90, top + 68), 120, (across, down, 110, 21))
    else:
        control = parameter_box(canvas, name, (left, top + 66), (across, down, 60.0, DIAL[1]))
    limits = "" if parameter.choices else f"{parameter.low:g} to {parameter.high:g}"
    if limits:
        canvas.comment(limits, (left + 70, top + 92), 130, (across, down + 52, 110, 21))
    canvas.wire(follow, control)
    say = canvas.box(f"prepend {name}", (left, top + 126), 200)
    canvas.wire(control, say, says(parameter))
    canvas.wire(say, canvas.box("s designer-say", (left, top + 190), 108))


def uncertainty() -> Patcher:
    """How sure the model was of each note, as brightness: MIDI controller 74, and whatever hangs on the outlet."""
    canvas = Canvas.new("Antiphon: uncertainty", (900.0, 700.0), presented=True)
    intro = (
        "What the model was sure of sounds dark, what it wavered about bright: the probability of each pitch goes to "
        "MIDI controller 74 (most synths: cutoff) just before its note. Below: that probability, and the likeliest "
        "other pitch."
    )
    canvas.heading("Uncertainty as sound", (20, 12), (20, 8, 300, 26))
    canvas.comment(intro, (20, 44), 640, (20, 40, 500, 70))
    heart = face(canvas, (20, 180), (20, 116))
    canvas.comment("Your keyboard; never Antiphon's own output", (20, 100), 330)
    keyboard, packed = canvas.box("notein", (20, 126)), canvas.box("pack 0 0 1", (130, 126), 100)
    canvas.straight(keyboard, packed, 3)
    canvas.wire(packed, heart, 0, 1)
    canvas.comment("double-click: which synth", (160, 340), 200)
    sound(canvas, heart, (20, 340))
    # The odds come right after their note's play, with the same delay; they wait a millisecond less, to be first.
    odds = canvas.box("route /antiphon/odds", (400, 180), 160, (2, 2))
    canvas.wire(heart, odds, 2)
    parts = canvas.box("unpack 0 0 0. 0. 0 0.", (400, 212), 200)
    canvas.wire(odds, parts)
    wait = canvas.box("expr max($f1 * 1000. - 1.\\, 0.)", (640, 212), 220, (1, 1))
    pipe = canvas.box("pipe 0 0 0. 0 0.", (400, 246), 240, (5, 4))
    canvas.wire(parts, wait, 2)
    canvas.wire(wait, pipe, 0, 4)
    for outlet, inlet in ((4, 3), (3, 2), (1, 1), (0, 0)):
        canvas.wire(parts, pipe, outlet, inlet)
    bright = canvas.box("expr int(127.5 - 127. * pow($f1\\, 0.5))", (400, 320), 260, (1, 1))
    controller = canvas.box("ctlout 74", (400, 420), 160)
    # [pipe] gives the pitch last: only then is the channel known to [ctlout].
    now, held = canvas.box("t b", (400, 285), 40), canvas.box("f", (460, 285), 40, (2, 1))
    canvas.wire(pipe, held, 2, 1)
    canvas.chain(pipe, now, held, bright, controller)
    canvas.wire(pipe, controller, 1, 2)
    slider = canvas.widget("slider", (1, 1), (680, 310), (140, 22), (20, 270, 300, 22))
    canvas.wire(bright, slider)
    canvas.comment("how bright", (680, 340), 100, (330, 270, 100, 21))
    for row, (outlet, kind, text) in enumerate(
        ((2, "flonum", "probability of its pitch"), (3, "number", "likeliest other"))
    ):
        top = 480.0 + 60 * row
        box = canvas.widget(kind, (1, 2), (400, top), (80, 22), (20, 300.0 + 30 * row, 80, 22))
        canvas.wire(pipe, box, outlet)
        canvas.comment(text, (490, top), 200, (110, 300.0 + 30 * row, 200, 21))
    _errors(canvas, heart, (20, 480), (20, 370, 420, 40))
    return canvas.patcher


def clips() -> Patcher:
    """What fits of the user's own library, a click away; what would suit the playing; why the last note was played."""
    canvas = Canvas.new("Antiphon: clips and reasons", (1200.0, 300.0 + _CLIP_ROW * _CLIPS + 260.0), presented=True)
    canvas.heading("Clips of your own, and why", (20, 12), (20, 8, 320, 26))
    canvas.comment(
        "Start antiphon jam --library FOLDER, after antiphon index FOLDER has got to know your MIDI files. Play, then "
        "ask what fits: each line is a clip, with its title, key and reason. clip plays it from the next bar on, "
        "prime has Antiphon hear it, like and skip tell your taste.",
        (20, 44), 640, (20, 38, 600, 68),
    )  # fmt: skip
    heart = face(canvas, (20, 170), (640, 8))
    canvas.wire(canvas.box("r clips-say", (20, 130)), heart)
    listen(canvas, heart, (340, 170))
    canvas.comment("your keyboard", (460, 170))
    sound(canvas, heart, (340, 240))
    say = canvas.box("s clips-say", (980, 170))
    for column, word in enumerate((f"recommend {_CLIPS}", "advise", "explain 0", "taste/forget")):
        ask = canvas.message(word, (480.0 + 122 * column, 110), 112, (20.0 + 122 * column, 112, 112, 22))
        canvas.wire(ask, say)
    told = canvas.box("route /antiphon/recommended /antiphon/advised /antiphon/explained", (480, 210), 400, (4, 4))
    canvas.wire(heart, told, 2)
    ranks = canvas.box(f"route {' '.join(str(rank) for rank in range(1, _CLIPS + 1))}", (480, 260), 160, (6, 6))
    canvas.wire(told, ranks)
    for rank in range(_CLIPS):
        _clip(canvas, ranks, rank, say)
    top, down = 310.0 + _CLIP_ROW * _CLIPS, 146.0 + 30 * _CLIPS
    for row, (outlet, text) in enumerate(((1, "what suits your playing"), (2, "why the last note was played"))):
        left = 20.0 + 560 * row
        canvas.comment(text, (left, top), 200, (20.0, down + 54 * row, 260, 21))
        short = canvas.column(("zl.slice 3", "prepend set"), (left, top + 32))
        canvas.wire(told, short[0], outlet)
        canvas.wire(short[1], canvas.message("", (left, top + 100), 520, (20, down + 22 + 54 * row, 760, 22)))
    _errors(canvas, heart, (20, top + 150), (20, down + 112, 760, 22))
    return canvas.patcher


def _clip(canvas: Canvas, ranks: Box, rank: int, say: Box) -> None:
    """One line: what the clip is, and messages that have its number in them once it is known."""
    top, down = 310.0 + _CLIP_ROW * rank, 142.0 + 30 * rank
    show = canvas.box("prepend set", (20, top))
    canvas.wire(ranks, show, rank)
    canvas.wire(show, canvas.message("", (20, top + ROW), 420, (20, down, 440, 22)))
    number = canvas.box("zl.nth 1", (460, top), 70)
    canvas.wire(ranks, number, rank)
    for column, word in enumerate(("clip", "prime", "like", "skip")):
        named = canvas.box(f"prepend set {word}", (550.0 + 150 * column, top), 130)
        act = canvas.message(word, (550.0 + 150 * column, top + ROW), 130, (470.0 + 84 * column, down, 78, 22))
        canvas.chain(number, named, act, say)


def extras() -> Patcher:
    """What is in the Extras menu: start Antiphon, and where everything is."""
    canvas = Canvas.new("Antiphon", (760.0, 620.0), presented=True)
    canvas.heading("Antiphon: a machine musician that answers you", (20, 12), (20, 12, 520, 26))
    canvas.comment(
        "It is a program of its own, which this package talks to. Start it in a terminal (antiphon jam) or here, where "
        "it is installed (pipx install antiphon, or uv tool install antiphon).",
        (20, 44), 560, (20, 44, 560, 52),
    )  # fmt: skip
    node = canvas.box("node.script antiphon.daemon.js @autostart 1", (20, 190), 330, (1, 2))
    for column, word in enumerate(("start", "stop")):
        shown = (20.0 + 110 * column, 106.0, 100.0, 26.0)
        button = canvas.widget("textbutton", (1, 3), (20 + 110 * column, 110), (100, 22), shown, text=word)
        canvas.chain(button, canvas.message(word, (20.0 + 110 * column, 150), 60), node)
    said = canvas.box("prepend set", (20, 230))
    canvas.wire(node, said)
    canvas.wire(said, canvas.message("", (20, 262), 400, (20, 142, 400, 40)))
    heart = face(canvas, (20, 310), (20, 196))
    _errors(canvas, heart, (20, 450), None)
    canvas.comment("Open:", (450, 110), 60, (450, 106, 120, 21))
    control = canvas.box("pcontrol", (450, 570))
    files = (
        "antiphon.maxhelp",
        "antiphon.first-sound",
        "antiphon.sound-design",
        "antiphon.uncertainty",
        "antiphon.clips",
    )
    for row, name in enumerate(files):
        shown = (450.0, 132.0 + 34 * row, 180.0, 26.0)
        button = canvas.widget("textbutton", (1, 3), (450, 140 + 84 * row), (180, 22), shown, text=name)
        canvas.chain(button, canvas.message(f"load {name}", (450, 172.0 + 84 * row), 200), control)
    return canvas.patcher
