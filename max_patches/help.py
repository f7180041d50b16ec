"""help/antiphon.maxhelp and docs/refpages/antiphon.maxref.xml: each message, each parameter, each outlet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from canvas import Canvas
from core import INLETS, OUTLETS, SMALL
from examples import face, listen, sound
from py2max import Patcher
from words import COMMANDS, GROUPS, NOT_RUNNING, OWN_PORT, PORT, PREFIX, REPORTS, example, shown_name, span

from bridge.osc.table import INCOMING, OUTGOING, Address
from bridge.vocabulary.parameters import PARAMETERS

# The tab of what is heard has a row for two reports.
SIZE: Final = (980.0, max(720.0, 200.0 + 64 * -(-(len(REPORTS) + 1) // 2)))
TITLE: Final = "a machine musician that answers you"
# The tabs of messages: a name, what to know, and the messages; what is nowhere else is in the last.
_TABS: Final = (
    ("play", "Play to it, and let it play.", ("note", "respond", "again", "keep", "stop", "panic", "reset")),
    (
        "modes",
        "What it does, its voices, and its model.",
        ("mode", "voice", "range", "model", "status"),
    ),
    (
        "time",
        "Whose beat it keeps. Antiphon follows whichever clock speaks; from Max, send tempo and transport.",
        ("tempo", "tap", "clock", "transport"),
    ),
    (
        "keep",
        "Presets, controllers, recordings.",
        ("learn", "unlearn", "preset", "preset/save", "morph", "presets", "record", "capture"),
    ),
    (
        "clips",
        "Your own MIDI files (antiphon jam --library FOLDER), and why a note was played. Example: antiphon.clips",
        ("recommend", "clip", "prime", "like", "skip", "taste/forget", "advise", "explain"),
    ),
)
_PLACED: Final = {command for _, _, commands in _TABS for command in commands}
TABS: Final = (
    *_TABS,
    ("more", "Parameters by name, ports, and the rest.", tuple(name for name in COMMANDS if name not in _PLACED)),
)


def build_help() -> Patcher:
    """The help patch: a tab for each topic."""
    canvas = Canvas.new("antiphon", SIZE, showrootpatcherontab=0)
    for number, (name, draw) in enumerate(_tabs()):
        _, inside = canvas.sub(name, (20.0 + 110 * (number % 6), 20.0 + 40 * (number // 6)), SIZE, tab=True)
        inside.heading(f"antiphon: {TITLE}", (20, 10))
        draw(inside)
    return canvas.patcher


def _tabs() -> Iterator[tuple[str, Callable[[Canvas], None]]]:
    yield "basic", _basic
    for name, text, commands in TABS:
        yield name, lambda inside, text=text, commands=commands: _messages(inside, text, commands)  # type: ignore[misc]
    for number, (group, names) in enumerate(GROUPS.items(), 1):
        yield f"parameters_{number}", lambda inside, group=group, names=names: _parameters(inside, group, names)  # type: ignore[misc]
    yield "hears", _hears


def _basic(canvas: Canvas) -> None:
    canvas.comment(
        f"Antiphon is a program of its own: start it with antiphon jam. Until it is there, the light is off and the "
        f"last outlet says so ({NOT_RUNNING}). Play a phrase and stop: it answers. The arguments are its OSC "
        f"port and ours ({PORT} {OWN_PORT}); any parameter may be an @attribute.",
        (20, 44), 900,
    )  # fmt: skip
    heart = face(canvas, (20, 240), None)
    # One [antiphon] to a port: the other tabs speak through this one.
    canvas.wire(canvas.box("r antiphon-help-say", (340, 260), 150), heart)
    canvas.wire(heart, canvas.box("s antiphon-help-state", (340, 330), 160), 2)
    canvas.comment("notes go into the second inlet, as pitch velocity channel", (20, 120), 400)
    keys = canvas.widget("kslider", (2, 2), (480, 120), (336, 54), range=48, offset=48)
    made, clicked = canvas.box("makenote 100 400", (480, 190), 130), canvas.box("pack 0 0 1", (480, 222), 130)
    canvas.straight(keys, made, 2)
    canvas.straight(made, clicked, 2)
    canvas.wire(clicked, heart, 0, 1)
    listen(canvas, heart, (20, 150))
    canvas.comment("1: notes as they sound", (20, 386))
    sound(canvas, heart, (20, 412))
    canvas.comment("2: the plan, with duration and delay in seconds", (350, 386), 330)
    plan = canvas.box("prepend set", (350, 412))
    canvas.wire(heart, plan, 1)
    canvas.wire(plan, canvas.message("", (350, 444), 300))
    canvas.comment("4: what was refused or went wrong", (350, 490), 330)
    errors = canvas.box("prepend set", (350, 516))
    canvas.wire(heart, errors, 3)
    canvas.wire(errors, canvas.message("", (350, 548), 560))
    canvas.comment("As an object: [antiphon 7401 7402 @temperature 0.8 @scale heard]", (20, 600), 600)
    small = ", ".join(f"[antiphon.{mode}]" for mode in SMALL)
    canvas.comment(f"In one mode, notes in and notes out: {small}", (20, 624), 700)


def _messages(canvas: Canvas, text: str, commands: tuple[str, ...]) -> None:
    canvas.comment(text, (20, 44), 900)
    out = canvas.box("s antiphon-help-say", (20, 660), 190)
    for row, command in enumerate(commands):
        entry = INCOMING[PREFIX + command]
        top = 84.0 + 40 * row
        canvas.wire(canvas.message(example(command), (20, top), 190), out)
        canvas.comment(_said(entry), (230, top), 720)


def _said(entry: Address) -> str:
    takes = ", ".join(argument.describe().replace("`", "") for argument in entry.arguments)
    return f"{entry.text} {takes}" if takes else entry.text


def _parameters(canvas: Canvas, group: str, names: tuple[str, ...]) -> None:
    canvas.comment(
        f"{group}. Each parameter is a message by its own name, and may be an @attribute; without a value it is asked "
        "for. Change the number first.",
        (20, 44), 900,
    )  # fmt: skip
    out = canvas.box("s antiphon-help-say", (20, 680), 190)
    top = 88.0
    for name in names:
        parameter = PARAMETERS[name]
        value = parameter.choices[0] if parameter.choices else f"{float(parameter.default):g}"
        canvas.wire(canvas.message(f"{name} {value}", (20, top), 190), out)
        text = canvas.comment(f"{parameter.text} ({span(parameter)})", (230, top), 720)
        top += max(26.0, text.patching_rect[3]) + 8


def _hears(canvas: Canvas) -> None:
    canvas.comment(
        "3: everything Antiphon says, by the address with which it comes, and running 1 or 0: whether it is there.",
        (20, 44), 900,
    )  # fmt: skip
    heart = canvas.box("r antiphon-help-state", (20, 84), 160)
    names = [PREFIX + name for name in REPORTS]
    both = canvas.box(f"route running {' '.join(names)}", (20, 124), 880, (len(names) + 2, len(names) + 2))
    canvas.wire(heart, both)
    for index, name in enumerate(("running", *names)):
        column, row = index % 2, index // 2
        left, top = 20.0 + 470 * column, 184.0 + 64 * row
        text = OUTGOING[name].text if name in OUTGOING else "Whether Antiphon is there."
        canvas.comment(f"{name}: {text}", (left, top), 440)
        show = canvas.box("prepend set", (left, top + 37), 80)
        canvas.wire(both, show, index)
        canvas.wire(show, canvas.message("", (left + 90, top + 37), 340))


def refpage() -> str:
    """The reference page of [antiphon], as Max shows it."""
    inlets = "".join(
        f'<inlet id="{number}" type="INLET_TYPE"><digest>{escape(text)}</digest></inlet>\n'
        for number, text in enumerate(INLETS)
    )
    outlets = "".join(
        f'<outlet id="{number}" type="OUTLET_TYPE"><digest>{escape(text)}</digest></outlet>\n'
        for number, text in enumerate(OUTLETS)
    )
    methods = "".join(_method(command, INCOMING[PREFIX + command]) for command in COMMANDS)
    attributes = "".join(_attribute(name) for name in PARAMETERS)
    seealso = "".join(f'<seealso name="antiphon.{mode}" />\n' for mode in SMALL)
    return f"""<?xml version="1.0" encoding="utf-8" standalone="yes"?>
<?xml-stylesheet href="./_c74_ref.xsl" type="text/xsl"?>

<c74object name="antiphon" module="max" category="MIDI">
<digest>{escape(TITLE[0].upper() + TITLE[1:])}</digest>
<description>Plays with Antiphon, a program of its own that is started by antiphon jam: notes and
messages go in, its notes come out in time.</description>
<metadatalist>
<metadata name="author">Antiphon</metadata>
<metadata name="tag">MIDI</metadata>
<metadata name="tag">Algorithmic composition</metadata>
</metadatalist>
<inletlist>
{inlets}</inletlist>
<outletlist>
{outlets}</outletlist>
<objarglist>
<objarg name="port" optional="1" type="int"><digest>Antiphon's OSC port</digest>
<description>{PORT} where none is given.</description></objarg>
<objarg name="own-port" optional="1" type="int"><digest>The OSC port of this object</digest>
<description>{OWN_PORT} where none is given; each object needs one of its own.</description></objarg>
</objarglist>
<methodlist>
<method name="list"><arglist><arg name="pitch" optional="0" type="int" /><arg name="velocity" optional="0" type="int" />
<arg name="channel" optional="1" type="int" /></arglist><digest>A note that the human plays</digest>
<description>Velocity 0 lets the key go; without a channel it is on channel 1.</description></method>
<method name="getall"><arglist /><digest>Ask for every parameter</digest>
<description>Each is answered by /antiphon/value at the third outlet.</description></method>
{methods}</methodlist>
<attributelist>
{attributes}</attributelist>
<seealsolist>
{seealso}</seealsolist>
</c74object>
"""


def _method(command: str, entry: Address) -> str:
    kinds = {"int": "int", "float": "float", "str": "symbol", "value": "symbol"}
    args = "".join(
        f'<arg name={quoteattr(argument.name)} optional="0" type="{kinds[argument.kind]}" />'
        for argument in entry.arguments
    )
    return (
        f"<method name={quoteattr(command)}><arglist>{args}</arglist><digest>{escape(entry.text)}</digest>\n"
        f"<description>{escape(_said(entry))}</description></method>\n"
    )


def _attribute(name: str) -> str:
    parameter = PARAMETERS[name]
    kind = "symbol" if parameter.choices else "int" if parameter.whole else "float"
    return (
        f'<attribute name="{name}" get="1" set="1" type="{kind}" size="1"><digest>{shown_name(name)}</digest>\n'
        f"<description>{escape(parameter.text)} ({escape(span(parameter))})</description></attribute>\n"
    )
