"""antiphon.pd: the twin of antiphon.maxpat for Pure Data 0.53 or later, plain vanilla.

It works as an abstraction too: [antiphon 7401 7400] takes Antiphon's port and its own, messages such as
"note 60 100 1" at its inlet, and gives what it hears at its outlets. Without a GUI, any patch or the
command line can send to [r antiphon].
"""

from __future__ import annotations

import itertools
import re
import textwrap
from dataclasses import dataclass, field
from typing import Final, NewType

from core import ASK_EVERY_MS, GONE_AFTER_MS, HELD_MS, RELEASE_MARGIN_MS
from words import COMMANDS, MODES, NOT_RUNNING, REPORTS, example

from bridge.osc.server import DEFAULT_PORT, DEFAULT_TARGET
from bridge.vocabulary.parameters import PARAMETERS

Box = NewType("Box", int)  # the number of a box in its patch
Where = tuple[int, int]  # left, top
KNOBS: Final = ("temperature", "density")
BUTTONS: Final = ("respond", "again", "stop", "panic", "reset")
# What is shown as it comes: all but what is played, and what has a place of its own.
LISTS: Final = tuple(name for name in REPORTS if name not in ("play", "cancel", "value", "error", "turn", "status"))
LABELS: Final = {
    "sounded": "last note: pitch, velocity, channel",
    "latency": "latency: of what, median, slowest of 100",
    "learned": "controller learnt",
    "bound": "key or pedal bound",
    "fired": "key or pedal that fired",
    "pace": "how much it keeps up",
    "chosen": "which answer, and why",
    "kept": "notes kept",
    "advised": "what suits what you play",
    "explained": "why a note was played",
    "recommended": "a clip that fits, the best first",
}
_MORE: Final = tuple(name for name in COMMANDS if name not in BUTTONS and name not in ("mode", "note"))
_MORE_ROWS: Final = -(-len(_MORE) // 3)
_BELOW: Final = 300 + 50 * (len(LISTS) + 1)  # where the lists end
_WRAPPED: Final = 60  # characters after which Pd wraps the text of a box
_NO_NAMES: Final = "- - - 0"  # of label, receive and send; size of the type


@dataclass(slots=True)
class PdPatch:
    """A .pd file being written: boxes in order, then cords between their numbers."""

    width: int
    height: int
    boxes: list[str] = field(default_factory=list)
    cords: list[str] = field(default_factory=list)

    def _add(self, record: str) -> Box:
        self.boxes.append(f"#X {record};")
        return Box(len(self.boxes) - 1)

    def obj(self, text: str, at: Where) -> Box:
        """An object box."""
        return self._add(f"obj {at[0]} {at[1]} {_escaped(text)}")

    def msg(self, text: str, at: Where) -> Box:
        """A message box."""
        return self._add(f"msg {at[0]} {at[1]} {_escaped(text)}")

    def comment(self, text: str, at: Where, width: int = 60) -> Box:
        """A remark, wrapped at `width` characters."""
        return self._add(f"text {at[0]} {at[1]} {_escaped(text)}, f {width}")

    def number(self, low: float, high: float, at: Where) -> Box:
        """A number box held between `low` and `high`."""
        return self._add(f"floatatom {at[0]} {at[1]} 6 {low:g} {high:g} 0 {_NO_NAMES}")

    def symbol(self, width: int, at: Where) -> Box:
        """A box that shows a symbol, `width` characters wide."""
        return self._add(f"symbolatom {at[0]} {at[1]} {width} 0 0 0 {_NO_NAMES}")

    def shown_list(self, width: int, at: Where) -> Box:
        """A box that shows a list, `width` characters wide."""
        return self._add(f"listbox {at[0]} {at[1]} {width} 0 0 0 {_NO_NAMES}")

    def switch(self, on: bool, at: Where) -> Box:
        """A toggle that is `on` or off when the patch is opened, and says so."""
        value = int(on)
        return self._add(
            f"obj {at[0]} {at[1]} tgl 19 1 empty empty empty 17 7 0 10 #fcfcfc #000000 #000000 {value} {value}"
        )

    def wire(self, source: Box, target: Box, outlet: int = 0, inlet: int = 0) -> None:
        """A cord."""
        self.cords.append(f"#X connect {source} {outlet} {target} {inlet};")

    def chain(self, *boxes: Box) -> None:
        """Cords from each box's first outlet to the next one's first inlet."""
        for source, target in itertools.pairwise(boxes):
            self.wire(source, target)

    def sub(self, name: str, inside: PdPatch, at: Where) -> Box:
        """A patch in this patch, closed until it is clicked."""
        head = f"#N canvas 80 80 {inside.width} {inside.height} {name} 0;"
        end = f"#X restore {at[0]} {at[1]} pd {name};"
        self.boxes.append("\n".join([head, *inside.boxes, *inside.cords, end]))
        return Box(len(self.boxes) - 1)

    def text(self) -> str:
        """The file."""
        head = f"#N canvas 40 40 {self.width} {self.height} 12;"
        return "\n".join([head, *self.boxes, *self.cords]) + "\n"


def _escaped(text: str) -> str:
    """Commas, semicolons and dollars as Pd keeps them inside a box."""
    return re.sub(r"\s*([,;])", r" \\\1", text).replace("$", "\\$")


def build() -> str:
    """The whole patch as the text of a .pd file."""
    patch = PdPatch(1240, max(666 + 28 * _MORE_ROWS, _BELOW + 190))
    patch.comment("ANTIPHON: a machine musician that answers you", (20, 10))
    patch.comment(
        "Start antiphon jam in a terminal, then open this. As an abstraction: [antiphon 7401 7400] (Antiphon's port "
        "and ours) takes messages such as note 60 100 1 and gives what it hears (left) and the notes as they sound "
        "(right: pitch velocity channel).",
        (20, 32),
        125,
    )
    _steer(patch)
    _play(patch)
    _more(patch)
    _show(patch)
    patch.comment("HOW IT WORKS: click to look inside", (680, _BELOW + 10))
    subs = (("ports", _ports()), ("send", _send()), ("hear", _hear()), ("alive", _alive()), ("sound", _sound()))
    for number, (name, inside) in enumerate(subs):
        patch.sub(name, inside, (680 + 90 * number, _BELOW + 36))
    _doors(patch)
    return patch.text()


def _steer(patch: PdPatch) -> None:
    patch.comment("1. SAY WHAT IT SHOULD DO", (20, 95))
    say = patch.obj("s $0-say", (20, 264))
    for number, mode in enumerate(MODES):
        patch.wire(patch.msg(f"mode {mode}", (20, 120 + 28 * number)), say)
    buttons = patch.obj("s $0-say", (180, 160))
    for number, name in enumerate(BUTTONS):
        button = patch.msg(name, (180 + 78 * number, 120))
        patch.wire(button, buttons)
        if name == "panic":
            patch.wire(button, patch.obj("s $0-silence", (180 + 78 * number, 160)))
    patch.comment("panic also silences this patch", (540, 164), 20)
    for number, name in enumerate(KNOBS):
        parameter, left = PARAMETERS[name], 180 + 240 * number
        knob, follow = patch.number(parameter.low, parameter.high, (left, 224)), patch.msg("set $1", (left + 100, 224))
        start = patch.msg(f"set {float(parameter.default):g}", (left + 100, 252))
        patch.comment(name, (left, 200), 12)
        patch.chain(patch.obj(f"r $0-{name}", (left + 100, 196)), follow, knob)
        patch.chain(patch.obj("r $0-open", (left + 100, 280)), start, knob)
        patch.chain(knob, patch.msg(f"set {name} $1", (left, 308)), patch.obj("s $0-say", (left, 336)))
    patch.chain(patch.obj("loadbang", (20, 308)), patch.obj("s $0-open", (20, 336)))


def _play(patch: PdPatch) -> None:
    patch.comment("2. PLAY TO IT", (20, 380))
    switch = patch.switch(False, (20, 404))
    patch.comment("my MIDI keyboard, and never Antiphon's own output, or it answers itself", (45, 404), 40)
    keyboard, packed = patch.obj("notein", (20, 446)), patch.obj("pack 0 0 1", (20, 474))
    gate, note = patch.obj("spigot", (20, 502)), patch.msg("note $1 $2 $3", (20, 530))
    for port in range(3):
        patch.wire(keyboard, packed, port, port)
    patch.wire(switch, gate, 0, 1)
    patch.chain(packed, gate, note, patch.obj("s $0-say", (20, 558)))
    patch.comment("or click these", (390, 404), 20)
    made, pair = patch.obj("makenote 100 400", (390, 474)), patch.obj("pack 0 0", (390, 502))
    for number, pitch in enumerate((60, 64, 67, 72)):
        patch.wire(patch.msg(f"{pitch}", (390 + 45 * number, 430)), made)
    patch.wire(made, pair)
    patch.wire(made, pair, 1, 1)
    patch.chain(pair, patch.msg("note $1 $2 1", (390, 530)), patch.obj("s $0-say", (390, 558)))


def _more(patch: PdPatch) -> None:
    patch.comment("MORE TO SAY: click, or change the numbers first", (20, 596))
    say = patch.obj("s $0-say", (20, 626 + 28 * _MORE_ROWS))
    for number, command in enumerate(_MORE):
        column, row = divmod(number, _MORE_ROWS)
        patch.wire(patch.msg(example(command), (20 + 220 * column, 620 + 28 * row)), say)


def _show(patch: PdPatch) -> None:
    """What Antiphon says, to be read. Its status is JSON, which Pd does not read: it is for [s antiphon-heard]."""
    patch.comment("3. WHAT IT SAYS", (680, 95))
    patch.comment("is it there", (712, 122), 20)
    patch.wire(patch.obj("r $0-alive", (820, 120)), patch.switch(False, (680, 122)))
    symbols = (("who plays", "turn", 12), ("what was refused, or is wrong", "code", 24), ("the way out", "text", 70))
    for row, (label, name, width) in enumerate(symbols):
        top = 150 + 50 * row
        patch.comment(label, (680, top), 40)
        patch.wire(patch.obj(f"r $0-{name}", (980, top)), patch.symbol(width, (680, top + 24)))
    for row, name in enumerate((*LISTS, "value")):
        top = 300 + 50 * row
        patch.comment(LABELS.get(name, name), (680, top), 40)
        patch.wire(patch.obj(f"r $0-{name}", (980, top)), patch.shown_list(60, (680, top + 24)))


def _doors(patch: PdPatch) -> None:
    """The inlet and the outlets; [r antiphon], [s antiphon-heard] and [s antiphon-notes] are doors for all."""
    into = patch.obj("s $0-in", (680, _BELOW + 150))
    patch.wire(patch.obj("inlet", (680, _BELOW + 110)), into)
    patch.wire(patch.obj("r antiphon", (750, _BELOW + 110)), into)
    for number, name in enumerate(("heard", "notes")):
        left = 860 + 190 * number
        source = patch.obj(f"r $0-{name}", (left, _BELOW + 80))
        patch.wire(source, patch.obj("outlet", (left, _BELOW + 150)))
        patch.wire(source, patch.obj(f"s antiphon-{name}", (left + 10, _BELOW + 116)))


def _alive() -> PdPatch:
    """Whether it is there: asked every two seconds; five without a word, and it is not."""
    patch = PdPatch(620, 420)
    patch.comment("Asked every two seconds, and told which port is ours; five without a word, and it is not there.",
                  (20, 10), 70)  # fmt: skip
    start, beat = patch.obj("r $0-open", (20, 64)), patch.obj(f"metro {ASK_EVERY_MS}", (20, 120))
    patch.chain(start, patch.msg("1", (20, 92)), beat)
    order, port = patch.obj("t b b", (20, 148)), patch.obj("f", (120, 176))
    patch.chain(beat, order, patch.msg("status", (20, 204)), patch.obj("s $0-say", (20, 260)))
    patch.wire(order, port, 1)
    patch.wire(patch.obj("r $0-port", (160, 148)), port, 0, 1)
    known = patch.obj("moses 1", (120, 204))  # 0 until it is known
    subscribe = patch.msg("subscribe $1", (120, 232))
    patch.chain(port, known)
    patch.wire(known, subscribe, 1)
    patch.wire(subscribe, patch.obj("s $0-say", (120, 260)))
    heard, timer = patch.obj("r $0-there", (300, 64)), patch.obj(f"delay {GONE_AFTER_MS}", (420, 148))
    both = patch.obj("t b b", (300, 92))
    changed = patch.obj("change -1", (300, 204))
    patch.chain(heard, both, patch.msg("1", (300, 120)), changed)
    patch.wire(both, timer, 1)
    patch.wire(start, timer)
    patch.chain(timer, patch.msg("0", (420, 176)), changed)
    patch.wire(changed, patch.obj("s $0-alive", (300, 232)))
    patch.chain(changed, patch.msg("running $1", (300, 260)), patch.obj("s $0-heard", (300, 288)))
    gone = patch.obj("sel 0", (420, 232))
    patch.wire(changed, gone)
    words = NOT_RUNNING.replace(" ", "\\ ")
    for row, (word, name) in enumerate((("not-running", "code"), (words, "text"))):
        told = patch.msg(f"symbol {word}", (20 + 160 * row, 340))
        patch.wire(gone, told)
        patch.wire(told, patch.obj(f"s $0-{name}", (20 + 160 * row, 380)))
    return patch


def _ports() -> PdPatch:
    """Which ports: as given to the abstraction, or the usual ones, or by a message "ports 7401 7400"."""
    patch = PdPatch(620, 400)
    patch.comment("Antiphon's port and ours: the two arguments of the abstraction, else the usual ones. The message "
                  "ports 7401 7400 changes them later. Everything else is passed on.", (20, 10), 70)  # fmt: skip
    ports, pair = patch.obj("route ports", (20, 92)), patch.obj("unpack 0 0", (20, 120))
    patch.chain(patch.obj("r $0-in", (20, 64)), ports, pair)
    patch.wire(ports, patch.obj("s $0-say", (120, 120)), 1)
    connect, leave = patch.msg("connect 127.0.0.1 $1", (20, 300)), patch.msg("disconnect", (190, 300))
    order, listen = patch.obj("t f b", (20, 270)), patch.msg("listen $1", (360, 300))
    ours = patch.obj("t f f", (360, 270))
    patch.chain(ours, listen)
    patch.wire(ours, patch.obj("s $0-port", (460, 300)), 1)
    to_send, to_hear = patch.obj("s $0-connect", (20, 340)), patch.obj("s $0-listen", (360, 340))
    patch.wire(order, leave, 1)  # netsend must let go of the old port first
    patch.chain(order, connect, to_send)
    patch.wire(leave, to_send)
    patch.wire(listen, to_hear)
    start = patch.obj("loadbang", (220, 120))
    for argument, port, target, left in ((1, DEFAULT_PORT, order, 20), (2, DEFAULT_TARGET[1], ours, 360)):
        given, usual = patch.obj(f"f ${argument}", (left, 170)), patch.obj("sel 0", (left, 198))
        patch.chain(start, given, usual, patch.msg(f"{port}", (left, 226)), target)
        patch.wire(usual, target, 1)
        patch.wire(pair, target, argument - 1)
    return patch


def _send() -> PdPatch:
    """Messages become OSC."""
    patch = PdPatch(560, 360)
    patch.comment("The first word of a message becomes the address, the rest its arguments: note 60 100 1 is sent as "
                  "/antiphon/note 60 100 1.", (20, 10), 64)  # fmt: skip
    both = patch.obj("t l l", (20, 120))
    patch.chain(patch.obj("r $0-say", (20, 64)), patch.obj("list", (20, 92)), both)
    arguments, address = patch.obj("list split 1", (20, 148)), patch.obj("list split 1", (160, 148))
    osc, send = patch.obj("oscformat", (20, 210)), patch.obj("netsend -u -b", (20, 300))
    patch.wire(both, arguments)
    patch.wire(both, address, 1)
    patch.chain(address, patch.msg("set antiphon $1", (160, 180)), osc)
    patch.wire(arguments, osc, 1)
    patch.chain(osc, patch.obj("list prepend send", (20, 240)), patch.obj("list trim", (20, 270)), send)
    patch.wire(patch.obj("r $0-connect", (200, 270)), send)
    return patch


def _hear() -> PdPatch:
    """OSC becomes messages, each sent to where it is shown or played."""
    said = ("turn", "status")
    route = " ".join(["route play cancel value error", *LISTS, *said])
    below = 218 + 16 * len(textwrap.wrap(route, _WRAPPED))  # what it feeds stands under all of its lines
    patch = PdPatch(1040, below + 70 + 70 * -(-(len(LISTS) + 2) // 4))
    patch.comment("What Antiphon sends, sorted by its address.", (20, 10))
    everything = patch.obj("t a a b", (20, 176))
    heard = patch.obj(route, (20, 210))
    patch.chain(
        patch.obj("r $0-listen", (20, 36)), patch.obj("netreceive -u -b", (20, 64)), patch.obj("oscparse", (20, 92)),
        patch.obj("list trim", (20, 120)), patch.obj("route antiphon", (20, 148)), everything, heard,
    )  # fmt: skip
    patch.wire(everything, patch.obj("s $0-heard", (120, 176)), 1)
    patch.wire(everything, patch.obj("s $0-there", (240, 176)), 2)
    for outlet, name in enumerate(("play", "cancel")):
        patch.wire(heard, patch.obj(f"s $0-{name}", (20, below + 28 * outlet)), outlet)
    values = patch.obj("route " + " ".join(KNOBS), (110, below))
    patch.wire(heard, values, 2)
    whole = patch.obj("list", (140, below + 84))
    patch.wire(heard, whole, 2)
    patch.wire(whole, patch.obj("s $0-value", (140, below + 112)))
    for outlet, name in enumerate(KNOBS):
        patch.wire(values, patch.obj(f"s $0-{name}", (110, below + 28 + 28 * outlet)), outlet)
    error, parts = patch.obj("list", (320, below)), patch.obj("unpack s s s", (320, below + 56))
    patch.wire(heard, error, 3)
    patch.wire(error, patch.obj("print antiphon", (370, below + 28)))
    patch.wire(error, parts)
    for outlet, name in ((1, "code"), (2, "text")):
        patch.wire(parts, patch.obj(f"s $0-{name}", (320 + 90 * (outlet - 1), below + 84)), outlet)
    for number, name in enumerate((*LISTS, *said)):
        left, top = 500 + 130 * (number % 4), below + 70 * (number // 4)
        kind = patch.obj("list" if name in LISTS else "symbol", (left, top))
        patch.wire(heard, kind, 4 + number)
        patch.wire(kind, patch.obj(f"s $0-{name}", (left, top + 28)))
    return patch


def _sound() -> PdPatch:
    """Notes wait out their delay in [pipe], get their ends from [makenote], and go to [noteout]."""
    patch = PdPatch(860, 620)
    patch.comment(
        "play is pitch, velocity, channel, duration, delay (seconds). [pipe] waits out the delay, so the notes keep "
        "their timing whatever the network does. Duration -1 is a held note: it ends when its pitch comes again with "
        "velocity 0. Pitch and channel travel as one number, pitch + 128 * channel.",
        (20, 10),
        120,
    )
    gate, switch = patch.obj("spigot 1", (20, 110)), patch.switch(True, (110, 82))
    patch.comment("off if Antiphon's own MIDI port already plays your synth", (140, 82), 60)
    parts, key = patch.obj("unpack 0 0 0 0 0", (20, 138)), patch.obj("+ 0", (20, 222))
    channel, length, delay = (
        patch.obj(text, (at, 166)) for text, at in (("* 128", 80), ("* 1000", 170), ("* 1000", 300))
    )
    held, forever = patch.obj("moses 0", (170, 194)), patch.msg(f"{HELD_MS}", (170, 222))
    begins, positive = patch.obj("spigot", (20, 278)), patch.obj("> 0", (80, 250))
    pipe, notes = patch.obj("pipe 0 0 0 0", (20, 320)), patch.obj("makenote 100 500", (20, 380))
    patch.chain(patch.obj("r $0-play", (20, 82)), gate, parts, key, begins, pipe)
    patch.wire(switch, gate, 0, 1)
    for outlet, target in ((1, positive), (2, channel), (3, length), (4, delay)):
        patch.wire(parts, target, outlet)
    patch.wire(channel, key, 0, 1)
    patch.wire(positive, begins, 0, 1)
    patch.wire(parts, pipe, 1, 1)
    patch.chain(length, held, forever)
    patch.wire(forever, pipe, 0, 2)
    patch.wire(held, pipe, 1, 2)
    patch.wire(delay, pipe, 0, 3)
    for port in range(3):
        patch.wire(pipe, notes, port, port)
    _cancel(patch, pipe, notes)
    _synth(patch, notes, _release(patch, parts, key, delay))
    return patch


def _cancel(patch: PdPatch, pipe: Box, notes: Box) -> None:
    patch.comment("cancel 0 drops what has not begun, 1 (and panic) also ends what sounds", (600, 110), 34)
    which, everything = patch.obj("sel 0 1", (600, 194)), patch.obj("t b b", (660, 250))
    clear, stop = patch.msg("clear", (600, 292)), patch.msg("stop", (660, 292))
    patch.chain(patch.obj("r $0-cancel", (600, 166)), which, clear, pipe)
    patch.wire(which, everything, 1)
    patch.chain(patch.obj("r $0-silence", (690, 222)), everything, stop, notes)
    patch.wire(everything, clear, 1)


def _release(patch: PdPatch, parts: Box, key: Box, delay: Box) -> Box:
    """The end of a held note goes around [makenote], and no cancel can lose it. Returns what gives key and 0."""
    patch.comment("ends of held notes: these are never cancelled", (380, 194), 24)
    ends, zero, late = (
        patch.obj("spigot", (380, 278)),
        patch.obj("== 0", (440, 250)),
        patch.obj(f"+ {RELEASE_MARGIN_MS}", (490, 278)),
    )
    pipe, silent = patch.obj("pipe 0 0", (380, 320)), patch.obj("pack 0 0", (380, 380))
    patch.wire(parts, zero, 1)
    patch.wire(zero, ends, 0, 1)
    patch.chain(key, ends, pipe, silent)
    patch.chain(delay, late)
    patch.wire(late, pipe, 0, 1)
    return silent


def _synth(patch: PdPatch, notes: Box, silent: Box) -> None:
    """Keys become pitches and channels again, for [noteout] and whoever else wants the notes."""
    pair, parts, split = (
        patch.obj("pack 0 0", (20, 420)),
        patch.obj("unpack 0 0", (20, 450)),
        patch.obj("t f f", (20, 480)),
    )
    pitch, channel = patch.obj("mod 128", (20, 510)), patch.obj("div 128", (90, 510))
    out, told = patch.obj("noteout", (20, 560)), patch.obj("pack 0 0 0", (160, 560))
    patch.wire(notes, pair)
    patch.wire(notes, pair, 1, 1)
    patch.chain(pair, parts, split, pitch)
    patch.wire(silent, parts)
    patch.wire(split, channel, 1)
    for target in (out, told):
        patch.wire(channel, target, 0, 2)
        patch.wire(parts, target, 1, 1)
        patch.wire(pitch, target)
    patch.wire(told, patch.obj("s $0-notes", (160, 588)))
