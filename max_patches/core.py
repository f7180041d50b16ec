"""antiphon.maxpat: [antiphon], the object that other patches use, and the small ones around it.

Inlets: messages; notes. Outlets: notes as they sound; notes as they are planned; everything Antiphon says; errors.
Notes and deadlines are kept by Max's own scheduler ([pipe], [makenote]); only messages pass through a script.
"""

from __future__ import annotations

from typing import Final

from canvas import ROW, Canvas
from py2max import Patcher
from py2max.core.box import Box
from words import MODES, NOT_RUNNING, OWN_PORT, PORT

# A held note is given to makenote with this duration; its release goes around makenote.
HELD_MS: Final = 3_600_000
# A release is played this much late, so that it never overtakes the note-on it belongs to.
RELEASE_MARGIN_MS: Final = 5
# Antiphon is asked how it is so often, and is thought gone after so long without a word, in milliseconds.
ASK_EVERY_MS: Final = 2000
GONE_AFTER_MS: Final = 5000
# Names that are of one [antiphon] alone begin with this: Max puts a number in its place.
OWN: Final = "#0-"
FACE: Final = (300.0, 116.0)  # width and height as a bpatcher
BUTTONS: Final = ("respond", "again", "stop", "panic")

INLETS: Final = ("messages, parameters, notes as lists", "notes: pitch velocity channel, in the scheduler")
OUTLETS: Final = (
    "notes as they sound: pitch velocity channel",
    "notes as they are planned: pitch velocity channel duration delay (seconds)",
    "everything Antiphon says, and running 0 or 1",
    "errors: severity code text",
)


def build() -> Patcher:
    """[antiphon]: its ports are its two arguments, parameters its @attributes."""
    canvas = Canvas.new("antiphon", (1320.0, 900.0), presented=True)
    canvas.heading("[antiphon]", (30, 14))
    canvas.comment(
        f"Arguments: Antiphon's OSC port ({PORT}) and ours ({OWN_PORT}). One [antiphon] to a port: give a second one "
        "a port of its own. Parameters may be given as @attributes, too.",
        (150, 16), 900,
    )  # fmt: skip
    udpsend = _send(canvas)
    _hear(canvas, _ports(canvas, udpsend))
    _ask(canvas)
    _face(canvas)
    return canvas.patcher


def _send(canvas: Canvas) -> Box:
    """Messages and notes to OSC."""
    said = canvas.inlet(INLETS[0], 1, (30, 60))
    script = canvas.box("v8 antiphon.js", (30, 110), 130, (1, 2))
    canvas.wire(said, script)
    canvas.wire(canvas.box("r #0-say", (80, 64)), script)
    out = canvas.box("s #0-osc", (30, 160))
    canvas.wire(script, out)
    canvas.wire(script, canvas.box("s #0-error", (130, 160)), 1)
    played = canvas.inlet(INLETS[1], 2, (260, 60))
    # A list without a channel is on channel 1: "60 100" becomes "60 100 1", and "60 100 5 1" is cut after the channel.
    notes = canvas.column(("append 1", "zl.slice 3", "prepend /antiphon/note", "s #0-osc"), (260, 110))
    canvas.wire(played, notes[0])
    osc = canvas.box("r #0-osc", (30, 240))
    udpsend = canvas.box(f"udpsend 127.0.0.1 {PORT}", (30, 272), 170)
    canvas.wire(osc, udpsend)
    return udpsend


def _ports(canvas: Canvas, udpsend: Box) -> Box:
    """The two arguments, or the usual ports; the box that hears."""
    arguments = canvas.box("patcherargs 0 0", (480, 64), 130, (1, 2))
    pair = canvas.box("unpack 0 0", (480, 110), 130)
    canvas.wire(arguments, pair)
    theirs = canvas.box(f"if $i1 > 0 then $i1 else {PORT}", (480, 142), 190, (1, 1))
    to = canvas.box("prepend port", (480, 206))
    canvas.wire(pair, theirs)
    canvas.chain(theirs, to, udpsend)
    ours = canvas.box(f"if $i1 > 0 then $i1 else {OWN_PORT}", (690, 142), 190, (1, 1))
    both = canvas.box("t i i", (690, 174), 190, (1, 2))
    canvas.wire(pair, ours, 1)
    canvas.wire(ours, both)
    here = canvas.box("prepend port", (690, 206))
    receive = canvas.box("udpreceive #2", (690, 264), 130)
    told = canvas.box("s #0-port", (850, 206))
    canvas.wire(both, here)
    canvas.wire(here, receive)
    canvas.wire(both, told, 1)
    attributes = canvas.box("route done", (900, 110), 90, (2, 2))
    canvas.wire(arguments, attributes, 1)
    canvas.wire(attributes, canvas.box("s #0-say", (1010, 142)), 1)
    return receive


def _ask(canvas: Canvas) -> None:
    """Every two seconds: how are you, and tell this port, too (it may have been started anew)."""
    canvas.comment("Is it there? Asked every two seconds; five without a word, and it is not.", (960, 186), 330)
    start = canvas.box("loadbang", (960, 240))
    begin = canvas.message("1", (1050, 240))
    beat = canvas.box(f"metro {ASK_EVERY_MS}", (960, 272), 90, (2, 1))
    order = canvas.box("t b b", (960, 304), 120, (1, 2))
    status, port = canvas.message("/antiphon/status", (960, 400), 130), canvas.box("i", (1150, 336), 40, (2, 1))
    known = canvas.box("split 1 65535", (1150, 368), 110)  # 0 until it is known
    subscribe = canvas.box("prepend /antiphon/subscribe", (1100, 400), 190)
    canvas.wire(start, begin)
    canvas.wire(begin, beat)
    canvas.chain(beat, order)
    canvas.wire(order, port, 1)
    canvas.wire(order, status)
    canvas.wire(canvas.box("r #0-port", (1210, 304)), port, 0, 1)
    canvas.chain(port, known, subscribe)
    out = canvas.box("s #0-osc", (1100, 440))
    canvas.wire(subscribe, out)
    canvas.wire(status, out)
    canvas.wire(start, canvas.box("s #0-open", (1110, 272)))


def _hear(canvas: Canvas, receive: Box) -> None:
    """OSC to notes, plan, words and errors."""
    both = canvas.box("t l b", (480, 320), 130, (1, 2))
    canvas.wire(receive, both)
    kinds = canvas.box("route /antiphon/play /antiphon/cancel /antiphon/error", (480, 384), 370, (4, 4))
    everything = canvas.box("t l l", (480, 352), 130, (1, 2))
    canvas.wire(both, everything)
    canvas.wire(everything, kinds)
    canvas.wire(everything, canvas.box("s #0-state", (640, 320)), 1)
    canvas.wire(kinds, canvas.box("s #0-play", (480, 424)))
    canvas.wire(kinds, canvas.box("s #0-cancel", (580, 424)), 1)
    canvas.wire(kinds, canvas.box("s #0-error", (690, 424)), 2)
    canvas.wire(both, canvas.box("s #0-there", (640, 298)), 1)
    sound(canvas)
    alive(canvas)
    for column, name in enumerate(("notes", "plan", "state", "error")):  # Max numbers outlets from left to right
        left = 30.0 + 110 * column
        canvas.wire(canvas.box(f"r #0-{name}", (left, 820)), canvas.outlet(OUTLETS[column], column + 1, (left, 856)))


def alive(canvas: Canvas, own: str = OWN) -> None:
    """Whether it is there, and since when it is not: from [r there] and [r open] to [s alive], [s state], [s error]."""
    timer = canvas.box(f"delay {GONE_AFTER_MS}", (640, 510), 100, (2, 1))
    here, gone = canvas.message("1", (480, 510)), canvas.message("0", (640, 542))
    again = canvas.box("t b b", (480, 478), 130, (1, 2))
    changed = canvas.box("change -1", (480, 574), 90, (1, 3))
    canvas.chain(canvas.box(f"r {own}there", (480, 450)), again)
    canvas.wire(again, timer, 1)
    canvas.wire(again, here)
    canvas.wire(canvas.box(f"r {own}open", (640, 470)), timer)
    canvas.chain(timer, gone, changed)
    canvas.wire(here, changed)
    split = canvas.box("t i i i", (480, 606), 90, (1, 3))
    canvas.wire(changed, split)
    running = canvas.box("prepend running", (480, 638))
    canvas.chain(split, running, canvas.box(f"s {own}state", (480, 670)))
    only = canvas.box("sel 0", (610, 606), 60, (2, 2))
    canvas.wire(split, only, 1)
    canvas.wire(split, canvas.box(f"s {own}alive", (720, 606)), 2)
    text = canvas.message(f'warning not-running "{NOT_RUNNING}"', (610, 638), 360)
    canvas.chain(only, text, canvas.box(f"s {own}error", (610, 670)))


def sound(canvas: Canvas, own: str = OWN) -> None:
    """Plan and notes, from [r play] and [r cancel] to [s notes] and [s plan], each with `own` before its name:
    [pipe] waits out the delay, so that the timing is the scheduler's and not the network's."""
    left = 30.0
    canvas.comment(
        "A play is pitch, velocity, channel, duration, delay (seconds). Duration -1 is held: it ends when its pitch "
        "comes again with velocity 0.",
        (left, 318), 430,
    )  # fmt: skip
    said = canvas.box(f"r {own}play", (left, 376))
    order = canvas.box("t l l", (left, 408), 400, (1, 2))
    kind = canvas.box("if $i2 > 0 then $i1 $i2 $i3 $f4 $f5 else out2 $i1 $i3 $f5", (left, 440), 400, (5, 2))
    canvas.chain(said, order, kind)
    canvas.wire(order, canvas.box(f"s {own}plan", (330, 376)), 1)
    parts = canvas.box("unpack 0 0 0 0. 0.", (left, 472), 150)
    length, delay = canvas.box("* 1000.", (110, 504), 60), canvas.box("* 1000.", (190, 504), 60)
    held = canvas.box(f"if $f1 < 0. then {HELD_MS}. else $f1", (left, 536), 240, (1, 1))
    pipe = canvas.box("pipe 0 0 0 0. 0.", (left, 578), 190, (5, 4))
    canvas.wire(kind, parts)
    canvas.wire(parts, delay, 4)
    canvas.wire(delay, pipe, 0, 4)
    canvas.wire(parts, length, 3)
    canvas.chain(length, held)
    canvas.wire(held, pipe, 0, 3)
    canvas.straight(parts, pipe, 3)
    made = canvas.box("makenote 100 500 1", (left, 620), 190, (4, 3))
    for outlet, inlet in ((0, 0), (1, 1), (2, 3), (3, 2)):  # makenote wants the duration before the channel
        canvas.wire(pipe, made, outlet, inlet)
    packed = canvas.box("pack 0 0 0", (left, 660), 190)
    canvas.straight(made, packed, 3)
    notes = canvas.box(f"s {own}notes", (left, 700))
    canvas.wire(packed, notes)
    _releases(canvas, kind, notes)
    _cancel(canvas, pipe, made, own)


def _releases(canvas: Canvas, kind: Box, notes: Box) -> None:
    """The end of a held note goes around [makenote], and no cancel can lose it."""
    end = canvas.box("unpack 0 0 0.", (280, 504), 110)
    delay, late = canvas.box("* 1000.", (350, 536), 60), canvas.box(f"+ {RELEASE_MARGIN_MS}.", (350, 568), 60)
    pipe = canvas.box("pipe 0 0 0.", (280, 600), 110, (3, 2))
    silent, packed = canvas.box("t i 0", (280, 632), 60, (1, 2)), canvas.box("pack 0 0 0", (280, 664), 110)
    canvas.wire(kind, end, 1)
    canvas.wire(end, delay, 2)
    canvas.chain(delay, late)
    canvas.wire(late, pipe, 0, 2)
    canvas.straight(end, pipe, 2)
    canvas.wire(pipe, silent)
    canvas.wire(pipe, packed, 1, 2)
    canvas.straight(silent, packed, 2)
    canvas.wire(packed, notes)


def _cancel(canvas: Canvas, pipe: Box, made: Box, own: str) -> None:
    """/antiphon/cancel 0 drops what has not begun; 1, and the panic button, also end what sounds."""
    canvas.comment("cancel 0: drop what has not begun; 1: also end what sounds", (920, 500), 390)
    which = canvas.box("sel 0 1", (920, 570), 90)
    canvas.wire(canvas.box(f"r {own}cancel", (920, 530)), which)
    everything = canvas.box("t b b", (1040, 602), 60, (1, 2))
    clear, stop = canvas.message("clear", (1000, 640)), canvas.message("stop", (1080, 640))
    canvas.wire(which, clear)
    canvas.wire(which, everything, 1)
    canvas.wire(canvas.box(f"r {own}silence", (1040, 570)), everything)
    canvas.wire(everything, stop)
    canvas.wire(everything, clear, 1)
    canvas.wire(clear, pipe)
    canvas.wire(stop, made)


def _face(canvas: Canvas) -> None:
    """What is seen of it in a bpatcher, and when it is opened."""
    canvas.comment("What a bpatcher shows", (800, 680))
    canvas.comment("Antiphon", (480, 744), 70, shown=(34, 6, 80, 22), fontface=1)
    light = canvas.widget("led", (1, 1), (570, 742), (24, 24), (8, 5, 22, 22), ignoreclick=1)
    canvas.wire(canvas.box("r #0-alive", (570, 714)), light)
    items = [part for mode in MODES for part in (mode, ",")][:-1]
    menu = canvas.widget("umenu", (1, 3), (620, 742), (110, 22), (182, 6, 110, 22), items=items)
    mode = canvas.box("prepend mode", (620, 774))
    canvas.wire(menu, mode, 1)
    canvas.wire(mode, canvas.box("s #0-say", (620, 806)))
    for column, name in enumerate(BUTTONS):
        at = 760.0 + 130 * column
        shown = (8.0 + 72 * column, 36.0, 68.0, 24.0)
        button = canvas.widget("textbutton", (1, 3), (at, 710), (100, 22), shown, text=name)
        word = canvas.message(name, (at, 742))
        canvas.chain(button, word, canvas.box("s #0-say", (at, 774)))
        if name == "panic":
            canvas.wire(button, canvas.box("s #0-silence", (at, 806)))
    shows = canvas.column(("r #0-error", "prepend set"), (330, 716), ROW)
    text = canvas.message("", (330, 790), 140, (8, 68, 284, 40))
    canvas.wire(shows[-1], text)


SMALL: Final = {
    "respond": "You play a phrase and stop; it answers.",
    "duet": "It plays along with you, in voices that you do not play.",
    "accompany": "A band that follows your tempo and chords.",
    "harmonize": "Each of your notes gets others at once.",
}


def small(mode: str) -> Patcher:
    """[antiphon.duet] and its like: notes in, notes out, in one mode."""
    canvas = Canvas.new(f"antiphon.{mode}", (520.0, 400.0))
    canvas.heading(f"[antiphon.{mode}]", (30, 14))
    canvas.comment(
        f"{SMALL[mode]} Notes in and out are lists: pitch velocity channel. Arguments as [antiphon]: its port and "
        "ours. One to a port: they steer the same Antiphon.",
        (30, 44), 460,
    )  # fmt: skip
    inlet = canvas.inlet("notes: pitch velocity channel", 1, (200, 110))
    more = canvas.inlet("other messages", 2, (420, 110))
    heart = canvas.box("antiphon #1 #2", (30, 250), 300, (2, 4))
    canvas.wire(inlet, heart, 0, 1)
    canvas.wire(more, heart)
    mode_box = canvas.message(f"mode {mode}", (30, 206), 110)
    # It may be started after this patch, and anew: the mode is said whenever it has come.
    here = canvas.box("route running", (230, 290), 110, (2, 2))
    came = canvas.box("sel 1", (230, 322), 60, (2, 2))
    canvas.wire(heart, here, 2)
    canvas.chain(here, came)
    canvas.wire(came, canvas.box("s #0-came", (230, 354)))
    canvas.wire(canvas.box("r #0-came", (30, 166)), mode_box)
    canvas.wire(mode_box, heart)
    canvas.wire(heart, canvas.outlet("notes: pitch velocity channel", 1, (30, 350)))
    canvas.wire(heart, canvas.outlet("errors: severity code text", 2, (400, 350)), 3)
    return canvas.patcher
