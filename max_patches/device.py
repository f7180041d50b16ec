"""Antiphon.amxd and Antiphon Voice.amxd: MIDI effects for Ableton Live.

Notes go in and out inside the track, so no virtual MIDI port is needed. Live owns the parameters: they are saved with
the set, automated and mapped as Live's own, and sent to Antiphon whenever it comes; what others set does not move them,
or Live's undo would be flooded. Each instance has an OSC port of its own, from Live's own number of the device.
"""

from __future__ import annotations

from typing import Any, Final

from amxd import MIDI_EFFECT, PLAIN, Device
from canvas import ROW, Canvas, Shown
from core import ASK_EVERY_MS, alive, sound
from parts import ABSOLUTE, AUTOMATED, HIDDEN, MENU, STORED, parameter_box, says
from py2max.core.box import Box
from words import MODES, PORT, shown_name

from bridge.vocabulary.parameters import PARAMETERS

# The 24 that matter on a stage: what Push shows, eight to a bank, and what the device shows, eight to a row.
BANKS: Final = {
    "Playing": ("temperature", "density", "energy", "register", "texture", "velocity", "share", "space"),
    "Answering": ("silence", "length", "bars", "trade", "choose", "alone", "quantize", "swing"),
    "Notes": ("scale", "root", "chord", "low", "high", "harmonies", "place", "humanize"),
}
OWN: Final = "---"  # Live puts a number of the device's own in its place
FIRST_PORT, PORTS = 17400, 4000  # the OSC ports of the instances
HEIGHT: Final = 169.0
_CELL: Final = 58.0
_PANEL: Final = 172.0  # the part at the left
CHANNELS: Final = ("all but drums", "all", *(str(channel) for channel in range(1, 17)))
_TICKS: Final = 480.0  # of Max's transport to a beat
_EPOCH: Final = 3_871_000_000  # a date in Max's own count, always the same


def antiphon() -> Device:
    """Play to it and hear it on one track; all that matters on a stage."""
    width = _PANEL + 8 * _CELL
    canvas = strip("Antiphon", width, "Play with Antiphon, a machine musician that answers you.")
    _panel(canvas)
    names = _parameters(canvas)
    _sub(canvas, "song", (30, 520), (560.0, 480.0), _song)
    _sub(canvas, "port", (130, 520), (620.0, 420.0), _port)
    _sub(canvas, "hear", (230, 520), (1000.0, 800.0), _hear)
    _notes_in(canvas)
    _notes_out(canvas, (340, 640), initial=0)
    return finish(canvas, names)


def voice() -> Device:
    """One voice of Antiphon on another track."""
    canvas = strip("Antiphon Voice", 172.0, "One voice of Antiphon on a track of its own.")
    canvas.widget("live.comment", (1, 0), (30, 60), (150, 18), (4, 4, 164, 18), text="Antiphon: one voice")
    _light(canvas, (30, 90), (4, 120, 164, 18))
    canvas.widget("live.comment", (1, 0), (30, 200), (150, 18), (4, 36, 70, 18), text="Channel")
    _sub(canvas, "port", (130, 520), (620.0, 420.0), _port)
    _sub(canvas, "hear", (230, 520), (1000.0, 800.0), _hear)
    thru = canvas.box("midiin", (30, 300))
    canvas.chain(thru, canvas.box("midiout", (30, 340)))
    _notes_out(canvas, (340, 640), initial=3, shown=(76, 36, 92, 15))
    return finish(canvas, {})


def strip(title: str, width: float, what: str, oldest_max: str = "8.6", oldest_live: str = "12.0") -> Canvas:
    """An empty device of this width, in presentation."""
    canvas = Canvas.new(
        title,
        (1900.0, 940.0),
        presented=True,
        openrect=[0.0, 0.0, width, HEIGHT],
        devicewidth=width,
        default_fontname="Ableton Sans Medium",
        description=what,
        latency=0,
        is_mpe=1,
        external_mpe_tuning_enabled=0,
        minimum_live_version=oldest_live,
        minimum_max_version=oldest_max,
        platform_compatibility=0,
        autosave=0,
    )
    canvas.heading(title, (30, 14))
    return canvas


def _sub(canvas: Canvas, name: str, at: tuple[float, float], size: tuple[float, float], draw: Any) -> None:
    _, inside = canvas.sub(name, at, size)
    draw(inside)


def _panel(canvas: Canvas) -> None:
    """Mode, buttons, switches, and whether Antiphon is there."""
    canvas.widget("live.comment", (1, 0), (30, 60), (60, 18), (4, 4, 60, 18), text="Antiphon")
    say = canvas.box(f"s {OWN}osc", (30, 480))
    menu = own(canvas, "live.menu", "Mode", (30, 100), (84, 6, 84, 15), "what it does", list(MODES), 0)
    mode = canvas.box("prepend /antiphon/mode", (30, 130))
    canvas.wire(menu, mode, 1)
    canvas.wire(mode, say)
    for number, (name, text) in enumerate(
        (("respond", "Answer now"), ("again", "Another answer"), ("stop", "Stop playing"), ("panic", "Silence, all"))
    ):
        shown = (4.0 + 84 * (number % 2), 30.0 + 22 * (number // 2), 80.0, 18.0)
        at = (30.0 + 190 * number, 180.0)
        # Mouse down (Live's buttons act on mouse up): on a stage the moment counts.
        button = canvas.widget(
            "live.text", (1, 2), at, (80, 18), shown, text=shown_name(name), mode=0, parameter_enable=1,
            varname=f"antiphon_button_{name}", annotation=text, annotation_name=shown_name(name),
            saved_attribute_attributes={"valueof": {
                "parameter_longname": f"{shown_name(name)} now", "parameter_shortname": shown_name(name),
                "parameter_type": 2, "parameter_enum": ["off", "on"], "parameter_mmax": 1,
                "parameter_invisible": HIDDEN, "parameter_modmode": 0, "parameter_info": text,
            }},
        )  # fmt: skip
        word = canvas.message(f"/antiphon/{name}", (at[0], 212), 130)
        canvas.chain(button, word, say)
        if name == "panic":
            canvas.wire(button, canvas.box(f"s {OWN}silence", (at[0], 244)))
    switches = (
        ("Listen", "your notes go to Antiphon", 1), ("Thru", "your notes go on to the instrument", 1),
        ("Sync", "Antiphon follows Live's tempo, bars and transport", 1),
    )  # fmt: skip
    for number, (name, text, initial) in enumerate(switches):
        at = (30.0 + 190 * number, 300.0)
        shown = (4.0 + 56 * number, 78.0, 52.0, 16.0)
        switch = own(canvas, "live.text", name, at, shown, text, ["off", "on"], initial)
        canvas.wire(switch, canvas.box(f"s {OWN}{name.lower()}", (at[0], 332)))
    canvas.widget("live.comment", (1, 0), (620, 300), (60, 18), (4, 102, 60, 18), text="Channel")
    _light(canvas, (30, 380), (4, 124, 164, 40))


def own(
    canvas: Canvas, kind: str, name: str, at: tuple[float, float], shown: Shown, text: str, choices: list[str],
    initial: int,
) -> Box:  # fmt: skip
    """A control of the device's own, not a parameter of Antiphon's; it sends its value when it is banged, too."""
    more: dict[str, Any] = {"text": name, "texton": name, "mode": 1} if kind == "live.text" else {}
    control = canvas.widget(
        kind, (1, 2 if kind == "live.text" else 3), at, (shown[2], shown[3]), shown, parameter_enable=1,
        varname=f"antiphon_own_{name.lower()}", annotation=text, annotation_name=name,
        saved_attribute_attributes={"valueof": {
            "parameter_longname": name, "parameter_shortname": name, "parameter_type": 2,
            "parameter_enum": choices, "parameter_mmax": len(choices) - 1, "parameter_initial_enable": 1,
            "parameter_initial": [initial], "parameter_modmode": ABSOLUTE, "parameter_info": text,
            "parameter_annotation_name": name, "parameter_invisible": AUTOMATED if name == "Mode" else STORED,
        }},
        **more,
    )  # fmt: skip
    if name == "Mode":
        canvas.wire(canvas.box(f"r {OWN}came", (at[0] + 130, at[1])), control)
    return control


def _light(canvas: Canvas, at: tuple[float, float], shown: Shown) -> None:
    """What is wrong, in words; when it has come, that."""
    left, top = at
    show = canvas.box("prepend set", (left + 200, top + 60))
    words = canvas.box(f"r {OWN}error", (left, top + 30))
    text = canvas.box("zl.nth 3", (left, top + 60), 90, (2, 2))  # severity, code, text
    canvas.chain(words, text, show)
    here = canvas.column((f"r {OWN}alive", "sel 1"), (left + 420, top))
    ready = canvas.message("ready", (left + 420, top + 64))
    canvas.chain(here[-1], ready, show)
    line = canvas.widget("live.comment", (1, 0), (left + 200, top), (164, 18), shown, text="waiting for Antiphon")
    canvas.wire(show, line)


def _parameters(canvas: Canvas) -> dict[str, Box]:
    """The 24, eight to a row; each says its value when it is changed and when Antiphon has come."""
    made: dict[str, Box] = {}
    came = canvas.box(f"r {OWN}came", (900, 20))
    for row, names in enumerate(BANKS.values()):
        for column, name in enumerate(names):
            parameter = PARAMETERS[name]
            left, top = 900.0 + 124 * column, 70.0 + 190 * row
            across, down = _PANEL + _CELL * column, 4.0 + 55 * row
            if parameter.choices:
                shown = (across, down + 20, _CELL - 4, MENU[1])
                label = (across, down, _CELL - 4, 18.0)
                canvas.widget("live.comment", (1, 0), (left, top + 30), (80, 18), label, text=shown_name(name))
            else:
                shown = (across, down, _CELL - 4, 48.0)
            control = parameter_box(canvas, name, (left, top + 56), shown)
            # No more often than every 20 ms, whatever automation does.
            control._kwds["saved_attribute_attributes"]["valueof"]["parameter_speedlim"] = 20.0
            canvas.wire(came, control)
            say = canvas.box(f"prepend /antiphon/set {name}", (left, top + 142), 116)
            canvas.wire(control, say, says(parameter))
            canvas.wire(say, canvas.box(f"s {OWN}osc", (left, top), 80))
            made[name] = control
    return made


def _notes_in(canvas: Canvas) -> None:
    """What is played on the track: to the instrument, and to Antiphon."""
    midi = canvas.box("midiin", (30, 600))
    passes = canvas.box("gate 1 1", (30, 670), 70, (2, 1))
    canvas.wire(canvas.box(f"r {OWN}thru", (30, 636)), passes)
    canvas.wire(midi, passes, 0, 1)
    canvas.wire(passes, canvas.box("midiout", (30, 704)))
    parse = canvas.box("midiparse", (130, 600), 150)
    canvas.wire(midi, parse)
    hears = canvas.box("gate 1 1", (130, 670), 70, (2, 1))
    canvas.wire(canvas.box(f"r {OWN}listen", (130, 636)), hears)
    canvas.wire(parse, hears, 0, 1)
    # With MPE each note has a channel of its own: to Antiphon all are on channel 1.
    canvas.chain(hears, *canvas.column(("append 1", "prepend /antiphon/note", f"s {OWN}osc"), (130, 704)))


def _notes_out(
    canvas: Canvas, at: tuple[float, float], initial: int, shown: Shown = (64.0, 104.0, 104.0, 15.0)
) -> None:
    """Antiphon's notes of the channel that is chosen, into the track."""
    left, top = at
    choose = own(canvas, "live.menu", "Channel", (left + 140, top), shown, "which of its channels plays here",
                  list(CHANNELS), initial)  # fmt: skip
    wanted = canvas.box("t i", (left + 140, top + ROW))
    text = "if ($i6 == 0 && $i3 != 10) || $i6 == 1 || $i3 == $i6 - 1 then $i1 $i2 $i3 $f4 $f5"
    only = canvas.box(text, (left, top + 2 * ROW), 540, (6, 1))
    canvas.wire(choose, wanted)
    canvas.wire(wanted, only, 0, 5)
    canvas.wire(canvas.box(f"r {OWN}plays", (left, top)), only)
    canvas.wire(only, canvas.box(f"s {OWN}play", (left, top + 3 * ROW)))
    _sub(canvas, "notes", (left + 140, top + 3 * ROW), (1400.0, 900.0), lambda inside: sound(inside, OWN))
    canvas.column((f"r {OWN}notes", "zl.slice 2", "midiformat", "midiout"), (left, top + 4.5 * ROW))


def _song(canvas: Canvas) -> None:
    """Live's tempo, metre and place, told at each beat and when the transport starts or stops."""
    start = canvas.box("live.thisdevice", (30, 20))
    path = canvas.box("live.path live_set", (30, 52), 140, (1, 3))
    watch = canvas.box("live.observer is_playing", (30, 84), 180, (2, 2))
    beat = canvas.box("metro 4n @active 1 @quantize 4n", (250, 84), 230, (2, 1))
    look = canvas.box("transport", (30, 148), 420, (2, 9))
    go = canvas.box("t b", (30, 116))
    canvas.chain(start, path)
    canvas.wire(path, watch, 0, 1)
    canvas.chain(watch, go, look)
    canvas.wire(canvas.box(f"r {OWN}came", (250, 40)), go)
    canvas.wire(beat, look)
    beats = canvas.box(f"/ {_TICKS:g}", (350, 190), 70)
    place = canvas.box("pack 0 0.", (250, 224), 120)
    canvas.wire(look, beats, 7)
    canvas.wire(beats, place, 0, 1)
    canvas.wire(look, place, 6)
    canvas.chain(place, where := canvas.box("prepend /antiphon/transport", (250, 258), 190))
    tempo = canvas.column(("change 0.", "prepend /antiphon/tempo"), (30, 190))
    canvas.wire(look, tempo[0], 4)
    metre = canvas.column(("sprintf symout %ld/%ld", "zl.change", "prepend /antiphon/set signature"), (30, 280))
    canvas.wire(look, metre[0], 5)
    gate = canvas.box("gate 1 1", (250, 380), 190, (2, 1))
    canvas.wire(canvas.box(f"r {OWN}sync", (250, 340)), gate)
    for box in (where, tempo[-1], metre[-1]):
        canvas.wire(box, gate, 0, 1)
    canvas.wire(gate, canvas.box(f"s {OWN}osc", (250, 420)))


def _port(canvas: Canvas) -> None:
    """An OSC port for this instance, and the way to Antiphon."""
    canvas.comment("Live's number of this device makes its port: no two in a set have the same.", (30, 10), 560)
    start = canvas.box("live.thisdevice", (30, 50))
    path = canvas.box("live.path this_device", (30, 82), 150, (1, 3))
    canvas.chain(start, path)
    number = canvas.column(("route id", f"% {PORTS}", f"+ {FIRST_PORT}", f"s {OWN}port"), (30, 114))
    canvas.wire(path, number[0])
    canvas.wire(start, canvas.box(f"s {OWN}open", (300, 82)))
    disabled = canvas.box("sel 0", (400, 50), 60, (2, 2))
    canvas.wire(start, disabled, 1)
    canvas.wire(disabled, canvas.box(f"s {OWN}silence", (400, 82)))
    beat = canvas.box(f"metro {ASK_EVERY_MS} @active 1", (300, 130), 170, (2, 1))
    order = canvas.box("t b b", (300, 162), 120, (1, 2))
    status, port = canvas.message("/antiphon/status", (300, 290)), canvas.box("i", (440, 226), 40, (2, 1))
    known = canvas.box("split 1 65535", (440, 258))  # 0 until it is known
    subscribe = canvas.box("prepend /antiphon/subscribe", (440, 290), 174)
    canvas.chain(beat, order)
    canvas.wire(order, port, 1)
    canvas.wire(order, status)
    canvas.wire(canvas.box(f"r {OWN}port", (440, 194)), port, 0, 1)
    canvas.chain(port, known, subscribe)
    out = canvas.box(f"s {OWN}osc", (300, 330))
    canvas.wire(status, out)
    canvas.wire(subscribe, out)
    canvas.chain(canvas.box(f"r {OWN}osc", (30, 290)), canvas.box(f"udpsend 127.0.0.1 {PORT}", (30, 322)))


def _hear(canvas: Canvas) -> None:
    """What Antiphon says: its notes, that it is there, and what is wrong."""
    canvas.chain(canvas.box(f"r {OWN}port", (30, 20)), canvas.box("prepend port", (30, 52)),
                 receive := canvas.box("udpreceive 0", (30, 84)))  # fmt: skip
    both = canvas.box("t l b", (30, 116), 130, (1, 2))
    kinds = canvas.box("route /antiphon/play /antiphon/cancel /antiphon/error", (30, 160), 380, (4, 4))
    canvas.chain(receive, both, kinds)
    canvas.wire(both, canvas.box(f"s {OWN}there", (180, 116)), 1)
    for outlet, name in enumerate(("plays", "cancel", "error")):
        canvas.wire(kinds, canvas.box(f"s {OWN}{name}", (30.0 + 120 * outlet, 200)), outlet)
    alive(canvas, OWN)
    # When it has come, or come anew, it is told everything that is set here.
    canvas.chain(*canvas.column((f"r {OWN}alive", "sel 1", f"s {OWN}came"), (30, 300)))


def finish(canvas: Canvas, made: dict[str, Box], kind: str = MIDI_EFFECT, meta: int = PLAIN) -> Device:
    """The device with what Max keeps beside the boxes: the list of parameters, Push's banks, the project."""
    if made:
        canvas.box("live.banks", (620, 480))
    patch = canvas.patcher.to_dict()
    parameters: dict[str, Any] = {}
    for item in patch["patcher"]["boxes"]:
        box = item["box"]
        if box.get("parameter_enable"):
            value = box["saved_attribute_attributes"]["valueof"]
            parameters[box["id"]] = [value["parameter_longname"], value["parameter_shortname"], 0]
    parameters["parameterbanks"] = {
        str(index): {
            "index": index,
            "name": name,
            "parameters": [shown_name(one) for one in names],
            "buttons": ["-"] * 8,
        }
        for index, (name, names) in enumerate(BANKS.items() if made else ())
    }
    parameters["inherited_shortname"] = 1
    patch["patcher"] |= {
        "parameters": parameters,
        "dependency_cache": [],
        "project": {
            "version": 1,
            "creationdate": _EPOCH,
            "modificationdate": _EPOCH,
            "viewrect": [0.0, 0.0, 300.0, 500.0],
            "autoorganize": 1,
            "hideprojectwindow": 1,
            "showdependencies": 1,
            "autolocalize": 0,
            "contents": {"patchers": {}},
            "layout": {},
            "searchpath": {},
            "detailsvisible": 0,
            "amxdtype": int.from_bytes(kind.encode(), "big"),
            "readonly": 0,
            "devpathtype": 0,
            "devpath": ".",
            "sortmode": 0,
            "viewmode": 0,
            "includepackages": 0,
        },
    }
    return Device(kind, meta, patch)
