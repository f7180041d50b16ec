"""Every OSC address Antiphon knows: one table that decodes, checks and documents itself.

Pure: no socket, no clock. `bridge.osc.decode` turns a message into an input of the core (`bridge.vocabulary.events`)
or a request to the shell around it (`bridge.vocabulary.requests`); `bridge.osc.encode` puts what is sent into messages;
`markdown` is the tables of docs/osc.md. What is not in the table does not exist.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from bridge.engine.folders import is_plain
from bridge.timing.clock import FASTEST_BPM, SLOWEST_BPM, check_bpm
from bridge.vocabulary import parameters
from bridge.vocabulary.actions import ACTIONS
from bridge.vocabulary.codec import VOICES
from bridge.vocabulary.events import (
    CLOCK_NAMES,
    MODE_NAMES,
    RUNG_NAMES,
    Again,
    Keep,
    Learn,
    NoteOff,
    NoteOn,
    Panic,
    Reset,
    Respond,
    SetClock,
    SetMode,
    SetParameter,
    SetRange,
    SetTempo,
    SetTransport,
    SetVoice,
    Stop,
    Tap,
    Unlearn,
)
from bridge.vocabulary.requests import (
    HELD,
    RUNNERS_UP,
    Advise,
    Capture,
    Decoded,
    Explain,
    ForgetTaste,
    Get,
    ListPorts,
    ListPresets,
    LoadModel,
    LoadPreset,
    MorphPresets,
    RateClip,
    Recommend,
    Record,
    SavePreset,
    StatusRequest,
    Subscribe,
    Unsubscribe,
    UseClip,
    UsePort,
)

Value = float | str | bool  # what an OSC argument is here; int counts as float


# --- the table -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument. `value` is a number or a string; what it may be depends on the ones before it."""

    name: str
    kind: Literal["int", "float", "str", "value"]
    low: float = -math.inf
    high: float = math.inf
    choices: tuple[str, ...] = ()
    note: str = ""

    @property
    def is_switch(self) -> bool:
        """Whether it is 0 or 1 and nothing between."""
        return self.kind == "int" and (self.low, self.high) == (0, 1)

    def describe(self) -> str:
        """The argument as docs/osc.md shows it."""
        if self.choices:
            allowed = ", ".join(self.choices)
        elif self.note:
            allowed = self.note
        elif math.isfinite(self.low) and math.isfinite(self.high):
            allowed = "0 or 1" if self.is_switch else f"{self.low:g} to {self.high:g}"
        else:
            allowed = {"str": "text", "int": "whole number", "float": "number", "value": "number or text"}[self.kind]
        return f"`{self.name}` ({allowed})"


@dataclass(frozen=True, slots=True)
class Address:
    """One address, one way. `make(now, *arguments)` is the decoded message; None on the way out."""

    address: str
    text: str
    arguments: tuple[Argument, ...] = ()
    make: Callable[..., Decoded] | None = None


_PITCH = Argument("pitch", "int", 0, 127)
_CHANNEL = Argument("channel", "int", 1, 16)
_PORT = Argument("port", "int", 1, 65535)
_PARAMETER = Argument("name", "str", note="a parameter")
_LEARNT = Argument("name", "str", note="a parameter or an action")
_ACTION = Argument("action", "str", choices=ACTIONS)
_PRESET = Argument("name", "str", note="a plain name")
_RUNNERS_UP = tuple(
    argument
    for nth in ("", *(f"_{number}" for number in range(2, RUNNERS_UP + 1)))
    for argument in (
        Argument(f"other{nth}", "int", -1, 127, note="a pitch; -1: none could be"),
        Argument(f"other{nth}_probability", "float", 0, 1),
    )
)
_CLIP = Argument("clip", "int", 0, 2**31 - 1, note="a clip's number")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


def _note(now: float, pitch: int, velocity: int, channel: int) -> Decoded:
    return NoteOn(now, pitch, velocity, channel) if velocity else NoteOff(now, pitch, channel)


def _set(now: float, name: str, value: Value) -> Decoded:
    return SetParameter(now, name, parameters.read(name, value))


def _tempo(now: float, bpm: float) -> Decoded:
    return SetTempo(now, check_bpm(bpm))


def _model(now: float, name: str) -> Decoded:
    if not _PLAIN_NAME.fullmatch(name):
        raise ValueError(f"name cannot be {name[:60]!r}: a model is named by letters, digits, - and _ (64 at most)")
    return LoadModel(name)


def _range(now: float, voice: str, low: int, high: int) -> Decoded:
    if low > high:
        raise ValueError(f"low cannot be {low}: it would lie above high {high}")
    return SetRange(now, voice, low, high)


def _preset(name: str) -> str:
    if not is_plain(name):
        raise ValueError(
            f"name cannot be {name[:60]!r}: a preset is named by letters, digits, -, _ and . (not first or last), "
            "64 at most, and is no device of Windows (con, nul)"
        )
    return name


def _parameter(name: str) -> str:
    if name not in parameters.PARAMETERS:
        parameters.check(name, 0.0)  # raises, with the list of names
    return name


def _learnt(name: str) -> str:
    if name in parameters.PARAMETERS or name.replace("-", "_") in ACTIONS:
        return name
    raise ValueError(
        f"name cannot be {name[:60]!r}: an action ({', '.join(ACTIONS)}) or a parameter "
        f"({', '.join(parameters.PARAMETERS)})"
    )


def _table(*addresses: Address) -> Mapping[str, Address]:
    return MappingProxyType({entry.address: entry for entry in addresses})


INCOMING: Final = _table(
    Address(
        "/antiphon/note",
        "A note the human plays, as if by MIDI; velocity 0 lets the key go.",
        (_PITCH, Argument("velocity", "int", 0, 127), _CHANNEL),
        _note,
    ),
    Address("/antiphon/mode", "What the machine does.", (Argument("name", "str", choices=MODE_NAMES),), SetMode),
    Address("/antiphon/respond", "Answer now.", (), Respond),
    Address(
        "/antiphon/again",
        "Another answer to the same phrase: in place of the one that plays, or now.",
        (),
        Again,
    ),
    Address(
        "/antiphon/keep",
        "The last answer is liked: the log remembers which notes it was; answered by `/antiphon/kept`.",
        (),
        Keep,
    ),
    Address("/antiphon/stop", "Stop playing; go on listening.", (), Stop),
    Address("/antiphon/panic", "Silence, all at once, on every channel.", (), Panic),
    Address("/antiphon/reset", "Forget the past.", (), Reset),
    Address(
        "/antiphon/set",
        "Set a parameter.",
        (_PARAMETER, Argument("value", "value", note="what the parameter takes")),
        _set,
    ),
    Address(
        "/antiphon/get",
        "Ask for a parameter; answered by `/antiphon/value`.",
        (_PARAMETER,),
        lambda now, name: Get(_parameter(name)),
    ),
    Address(
        "/antiphon/voice",
        "Let the machine play a voice or not, and on which channel.",
        (Argument("voice", "str", choices=VOICES), Argument("enabled", "int", 0, 1), _CHANNEL),
        lambda now, voice, enabled, channel: SetVoice(now, voice, bool(enabled), channel),
    ),
    Address(
        "/antiphon/range",
        "From which pitch to which the machine plays a voice.",
        (
            Argument("voice", "str", choices=VOICES),
            Argument("low", "int", 0, 127),
            Argument("high", "int", 0, 127),
        ),
        _range,
    ),
    Address(
        "/antiphon/learn",
        "Let the next MIDI controller that is turned (a knob or fader; no pedal, no bank) steer a parameter; or what "
        "is pressed next (a key, button, pedal or program change) fire an action.",
        (_LEARNT,),
        lambda now, name: Learn(now, _learnt(name)),
    ),
    Address(
        "/antiphon/unlearn",
        "Take a parameter's controller, or what fires an action, away.",
        (_LEARNT,),
        lambda now, name: Unlearn(now, _learnt(name)),
    ),
    Address("/antiphon/preset", "Take a preset.", (_PRESET,), lambda now, name: LoadPreset(_preset(name))),
    Address(
        "/antiphon/preset/save",
        "Keep how things are set as a preset; answered by `/antiphon/presets`.",
        (_PRESET,),
        lambda now, name: SavePreset(_preset(name)),
    ),
    Address(
        "/antiphon/morph",
        "Take what lies between two presets: numbers in proportion, the rest changes at 0.5.",
        (
            Argument("first", "str", note="a preset"),
            Argument("second", "str", note="a preset"),
            Argument("amount", "float", 0, 1),
        ),
        lambda now, first, second, amount: MorphPresets(_preset(first), _preset(second), amount),
    ),
    Address(
        "/antiphon/presets",
        "Ask which presets there are; answered by `/antiphon/presets`.",
        (),
        lambda now: ListPresets(),
    ),
    Address(
        "/antiphon/model",
        "Swap to another model while playing.",
        (Argument("name", "str", note="a folder of `exported_models`"),),
        _model,
    ),
    Address(
        "/antiphon/ports",
        "Ask which MIDI ports there are; answered by `/antiphon/ports`.",
        (),
        lambda now: ListPorts(),
    ),
    Address(
        "/antiphon/port",
        "Listen to another MIDI port, or play to another, while the set goes on; an empty name: to one of our own.",
        (Argument("side", "str", choices=("in", "out")), Argument("name", "str", note="a part of a port's name")),
        lambda now, side, name: UsePort(side, name.strip()),
    ),
    Address(
        "/antiphon/tempo",
        "The tempo; 0 is free time.",
        (Argument("bpm", "float", 0, FASTEST_BPM, note=f"0, or {SLOWEST_BPM:g} to {FASTEST_BPM:g}"),),
        _tempo,
    ),
    Address("/antiphon/tap", "A tap on the beat: two or more make the tempo.", (), Tap),
    Address(
        "/antiphon/clock",
        "Whose tempo and bars to keep; auto: whichever speaks.",
        (Argument("source", "str", choices=CLOCK_NAMES),),
        SetClock,
    ),
    Address(
        "/antiphon/transport",
        "Where the sender's transport is, and whether it runs.",
        (Argument("running", "int", 0, 1), Argument("beat", "float", -1e9, 1e9, note="beats")),
        lambda now, running, beat: SetTransport(now, bool(running), beat),
    ),
    Address(
        "/antiphon/record",
        "Start or end a recording.",
        (Argument("on", "int", 0, 1),),
        lambda now, on: Record(bool(on)),
    ),
    Address(
        "/antiphon/capture",
        "Keep the last five minutes as a recording, though nobody had pressed record.",
        (),
        lambda now: Capture(),
    ),
    Address(
        "/antiphon/recommend",
        "Ask which clips of the library fit what was played last; answered by `/antiphon/recommended`, once for each.",
        (Argument("count", "int", 1, 16),),
        lambda now, count: Recommend(count),
    ),
    Address(
        "/antiphon/like",
        "A clip is to your taste: others like it come sooner.",
        (_CLIP,),
        lambda now, clip: RateClip(clip, True),
    ),
    Address(
        "/antiphon/skip",
        "A clip is not to your taste: others like it come later.",
        (_CLIP,),
        lambda now, clip: RateClip(clip, False),
    ),
    Address(
        "/antiphon/clip",
        "Play a clip of the library, from the next bar on, in your key and at the set's tempo.",
        (_CLIP,),
        lambda now, clip: UseClip(clip),
    ),
    Address(
        "/antiphon/prime",
        "Have the model hear a clip as if it was played just now: what it plays next is in the manner of it.",
        (_CLIP,),
        lambda now, clip: UseClip(clip, prime=True),
    ),
    Address(
        "/antiphon/explain",
        "Ask why a note of the machine's was played; answered by `/antiphon/explained`, and again when its causes are "
        "known.",
        (Argument("note", "int", -256, 2**31 - 1, note="0: the last that sounded, -1 the one before; or its number"),),
        lambda now, note: Explain(note),
    ),
    Address(
        "/antiphon/advise",
        "Ask which mode, parameters, preset and model suit what you played; answered by `/antiphon/advised`.",
        (),
        lambda now: Advise(),
    ),
    Address("/antiphon/taste/forget", "Forget every like, skip and use.", (), lambda now: ForgetTaste()),
    Address(
        "/antiphon/subscribe",
        "Send everything to this port of the sender's host too.",
        (_PORT,),
        lambda now, port: Subscribe(port),
    ),
    Address("/antiphon/unsubscribe", "No longer send there.", (_PORT,), lambda now, port: Unsubscribe(port)),
    Address(
        "/antiphon/status", "Ask how things stand; answered by `/antiphon/status`.", (), lambda now: StatusRequest()
    ),
)

OUTGOING: Final = _table(
    Address(
        "/antiphon/play",
        "A note to begin `delay` seconds from now. Velocity 0 ends a held one.",
        (
            _PITCH,
            Argument("velocity", "int", 0, 127),
            _CHANNEL,
            Argument("duration", "float", HELD, note="seconds; -1: held until its velocity 0"),
            Argument("delay", "float", 0, note="seconds"),
        ),
    ),
    Address(
        "/antiphon/cancel",
        "0: drop every note that has not begun; 1: also end what sounds.",
        (Argument("all", "int", 0, 1),),
    ),
    Address(
        "/antiphon/odds",
        "How sure the model was of the note told before: the probability of its pitch, and the likeliest other ones.",
        (
            _PITCH,
            _CHANNEL,
            Argument("delay", "float", 0, note="seconds"),
            Argument("probability", "float", 0, 1),
            *_RUNNERS_UP,
        ),
    ),
    Address(
        "/antiphon/sounded",
        "Sent as the MIDI of a note of the machine leaves.",
        (_PITCH, Argument("velocity", "int", 1, 127), _CHANNEL),
    ),
    Address("/antiphon/turn", "Who plays.", (Argument("who", "str", choices=("human", "machine", "both")),)),
    Address(
        "/antiphon/chosen",
        "An answer begins: out of how many it was chosen, what it began from, and what speaks for it.",
        (
            Argument("candidates", "int", 1, 32),
            Argument("kind", "str"),
            Argument("score", "float", 0, 1),
            Argument("terms", "str", note="a JSON object, each from 0 to 1"),
        ),
    ),
    Address(
        "/antiphon/kept",
        "An answer was kept as liked.",
        (Argument("notes", "int", 1, note="how many notes it has so far"),),
    ),
    Address(
        "/antiphon/pace",
        "How much of its playing the machine keeps up, after that changed.",
        (
            Argument("rung", "str", choices=RUNG_NAMES),
            Argument("lookahead", "float", note="seconds"),
            Argument("missed", "int", note="too late from the model, so far"),
            Argument("late", "int", note="dropped on their way out, so far"),
        ),
    ),
    Address("/antiphon/value", "A parameter, after it was set or asked for.", (_PARAMETER, Argument("value", "value"))),
    Address(
        "/antiphon/learned",
        "Which controller steers a parameter now.",
        (_PARAMETER, Argument("controller", "int", -1, 119, note="0 to 119; -1: none"), _CHANNEL),
    ),
    Address(
        "/antiphon/bound",
        "What fires an action now.",
        (_ACTION, Argument("triggers", "str", note="with spaces between; none where it is empty")),
    ),
    Address("/antiphon/fired", "A key, pedal or button of the player's fired an action.", (_ACTION,)),
    Address(
        "/antiphon/ports",
        "The MIDI ports of others.",
        (Argument("json", "str", note="a JSON object: lists of names, `in` to listen to and `out` to play to"),),
    ),
    Address("/antiphon/presets", "The presets there are.", (Argument("names", "str", note="with spaces between"),)),
    Address(
        "/antiphon/recommended",
        "A clip of the library that fits, the best first.",
        (
            Argument("rank", "int", 1, 16),
            _CLIP,
            Argument("score", "float", note="how alike, -1 to 1, moved by taste"),
            Argument("title", "str", note="its name and bars"),
            Argument("key", "str", note="empty: none"),
            Argument("transpose", "int", -6, 5, note="semitones into your key"),
            Argument("tempo", "float", note="its own as a part of the set's; 0: not known"),
            Argument("reason", "str", note="in words"),
            Argument("of", "int", 1, 16, note="how many there are"),
        ),
    ),
    Address(
        "/antiphon/advised",
        "What suits what you played, in words with the reason; again when the models have been compared.",
        (
            Argument("mode", "str", choices=MODE_NAMES),
            Argument("text", "str", note="a line for each thing there is to say"),
            Argument("preset", "str", note="of yours; empty: none"),
            Argument("model", "str", note="one that knows such music better; empty: none"),
        ),
    ),
    Address(
        "/antiphon/explained",
        "Why a note was played.",
        (
            Argument("note", "int", note="its number"),
            Argument("part", "str", choices=("told", "causes")),
            Argument("words", "str", note="a line for each thing there is to say"),
            Argument("json", "str", note="the figures as a JSON object"),
        ),
    ),
    Address(
        "/antiphon/latency",
        "Measured latency.",
        (
            Argument("stage", "str"),
            Argument("median", "float", note="seconds"),
            Argument("p99", "float", note="seconds"),
        ),
    ),
    Address("/antiphon/status", "How things stand.", (Argument("json", "str", note="a JSON object"),)),
    Address(
        "/antiphon/error",
        "What was refused or went wrong, and the way out.",
        (Argument("severity", "str", choices=("warning", "error")), Argument("code", "str"), Argument("text", "str")),
    ),
)


# --- docs/osc.md ---------------------------------------------------------------------------------


def markdown() -> str:
    """The two tables of docs/osc.md, made from the table above."""
    lines: list[str] = []
    for heading, table in (("Antiphon listens to", INCOMING), ("Antiphon sends", OUTGOING)):
        lines += [f"| {heading} | arguments | |", "| --- | --- | --- |"]
        for entry in table.values():
            arguments = ", ".join(argument.describe() for argument in entry.arguments)
            lines.append(f"| `{entry.address}` | {arguments} | {entry.text} |")
        lines.append("")
    return "\n".join(lines)
