"""Every knob of a performance: one table that the core, OSC, the command line and docs/parameters.md share."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from bridge.vocabulary.scales import CHROMATIC, HEARD, PITCH_CLASSES, SCALES, SPELLINGS

SIGNATURES: Final = (
    "4/4", "3/4", "2/4", "5/4", "6/4", "7/4", "2/2", "3/2", "3/8", "5/8", "6/8", "7/8", "9/8", "12/8",
)  # fmt: skip


# A number that was a float of 32 bits on its way lies at most this part of itself beside what was meant.
_FLOAT32: Final = 2.0**-23


def within(value: float, low: float, high: float) -> float:
    """`value`, or the edge of `low` to `high` that it stands for where it was rounded to 32 bits on its way."""
    for edge in (low, high):
        if math.isfinite(edge) and abs(value - edge) <= _FLOAT32 * abs(edge):
            return edge
    return value


@dataclass(frozen=True, slots=True)
class Parameter:
    """A knob: a number between `low` and `high`, or one of `choices`."""

    name: str
    default: float | str
    low: float
    high: float
    text: str
    choices: tuple[str, ...] = ()
    whole: bool = False
    # Other words for a choice, and the choice.
    spellings: Mapping[str, str] = field(default_factory=dict)
    # What it counts, in a word or two; empty where it counts nothing.
    unit: str = ""

    def check(self, value: object) -> float | str:
        """`value` as this parameter holds it. Raises ValueError naming parameter, value and range."""
        if self.choices:
            if isinstance(value, str):
                value = self.spellings.get(value, value)
            if not isinstance(value, str) or value not in self.choices:
                raise ValueError(f"{self.name} cannot be {value!r}: choose from {', '.join(self.choices)}")
            return value
        if isinstance(value, (bool, str)) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise ValueError(f"{self.name} cannot be {value!r}: a number from {self.low:g} to {self.high:g}")
        if not self.low <= value <= self.high:
            raise ValueError(f"{self.name} cannot be {value:g}: the range is {self.low:g} to {self.high:g}")
        if self.whole and value != int(value):
            raise ValueError(f"{self.name} cannot be {value:g}: a whole number from {self.low:g} to {self.high:g}")
        return float(value)

    def read(self, value: object) -> float | str:
        """`value` as a control surface sends it, as this parameter holds it: `check`, but forgiving.

        Whole numbers are rounded, as controllers are; 1, 0, True and False are on and off; a choice may be written in
        capitals; numbers name the choices that have numbers for names; a float of 32 bits that stands for an edge of
        the range lies inside it. Raises ValueError as `check`.
        """
        if self.choices:
            return self.check(self._choice(value))
        if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
            value = float(round(value)) if self.whole else within(value, self.low, self.high)
        return self.check(value)

    def _choice(self, value: object) -> object:
        if isinstance(value, (bool, int, float)):
            if value in (0, 1) and {"off", "on"} <= set(self.choices):
                return "on" if value else "off"
            return f"{value:g}" if not isinstance(value, bool) else value
        if isinstance(value, str) and value not in self.choices and value not in self.spellings:
            words = {word.lower(): word for word in (*self.spellings, *self.choices)}
            return words.get(value.lower(), value)
        return value


# So many repeats are no limit.
NO_END: Final = 64
SPACES: Final = ("off", "follow", "complement")
PLACES: Final = ("below", "above", "around")
ALONE: Final = ("end", "keep", "thin", "stop")

_ALL = (
    Parameter(
        "temperature",
        0.0,
        0.0,
        3.0,
        "how adventurous: below 1 safer, above 1 wilder; 0: 0.7 for lines, else 0.9",
    ),
    Parameter("top_p", 1.0, 0.05, 1.0, "draw only from the likeliest classes that add up to this"),
    Parameter("low", 0, 0, 127, "lowest pitch the machine plays (not drums)", whole=True, unit="pitch"),
    Parameter("high", 127, 0, 127, "highest pitch the machine plays (not drums)", whole=True, unit="pitch"),
    Parameter("density", 0.0, 0.0, 16.0, "notes per beat the machine aims at; 0: as it likes", unit="notes/beat"),
    Parameter("energy", 0.0, 0.0, 127.0, "mean velocity the machine aims at; 0: as it likes", unit="velocity"),
    Parameter("register", 0.0, 0.0, 127.0, "mean pitch the machine aims at (not drums); 0: as it likes", unit="pitch"),
    Parameter("texture", 0.0, 0.0, 8.0, "notes at once the machine aims at (not drums); 0: as it likes", unit="notes"),
    Parameter("scale", CHROMATIC, 0, 0, "the only tones it plays; heard: major or minor as you play", (*SCALES, HEARD)),
    Parameter(
        "root",
        HEARD,
        0,
        0,
        "the scale's first tone; heard: followed from what you play",
        (*PITCH_CLASSES, HEARD),
        spellings=SPELLINGS,
    ),
    Parameter(
        "chord",
        "bass",
        0,
        0,
        "play only tones of the chord that you play; bass: the bass of accompany does, but for steps into a beat",
        ("off", "bass", "on"),
    ),
    Parameter("pull", 0.9, 0.0, 1.0, "how strongly it keeps to the key and chord heard, as far as they are sure"),
    Parameter(
        "split",
        0,
        0,
        127,
        "key and chord are heard in your notes below this pitch; 0: in all",
        whole=True,
        unit="pitch",
    ),
    Parameter(
        "avoid_doubling",
        "off",
        0,
        0,
        "never play a pitch that you hold; class: in no octave",
        ("off", "pitch", "class"),
    ),
    Parameter("polyphony", 8, 1, 32, "most notes of the machine that sound at once", whole=True, unit="notes"),
    Parameter(
        "most",
        64,
        1,
        64,
        "most notes the machine begins within any beat (in free time: half a second)",
        whole=True,
        unit="notes",
    ),
    Parameter(
        "repeats",
        12,
        1,
        NO_END,
        f"times in a row that a voice may strike one pitch or chord (not drums); {NO_END}: any number",
        whole=True,
        unit="times",
    ),
    Parameter("harmonies", 2, 1, 4, "notes added to each of the human's in harmonize", whole=True, unit="notes"),
    Parameter("place", "below", 0, 0, "where harmonize adds its notes: below yours, above, or on both sides", PLACES),
    Parameter(
        "share",
        0.5,
        0.0,
        4.0,
        "notes of the machine's for each of the human's in duet, at least; 0: as it likes",
        unit="notes/note",
    ),
    Parameter("space", "off", 0, 0, "in duet and accompany: play as busily as the human, or inversely", SPACES),
    Parameter(
        "alone",
        "end",
        0,
        0,
        "when the human has stopped: go on, thin out, stop; end: a duet ends its phrase and waits, a band goes on",
        ALONE,
    ),
    Parameter("alone_beats", 8, 1, 128, "beats without the human after which it is alone", whole=True, unit="beats"),
    Parameter(
        "count_in",
        0,
        0,
        8,
        "bars of clicks (side stick) before accompany comes in",
        whole=True,
        unit="bars",
    ),
    Parameter(
        "silence", 0.6, 0.1, 10.0, "seconds of silence that end a phrase in respond, longer for a slow player", unit="s"
    ),
    Parameter("length", 1.0, 0.1, 8.0, "length of an answer as a multiple of the phrase", unit="phrases"),
    Parameter("bars", 0, 0, 64, "length of an answer in bars; 0: as the phrase", whole=True, unit="bars"),
    Parameter(
        "choose", 16, 1, 32, "answers drawn before it is time, of which the best is played", whole=True, unit="answers"
    ),
    Parameter("trade", 0, 0, 32, "bars each in turn in respond, on the clock; 0: by phrases", whole=True, unit="bars"),
    Parameter("barge_in", "on", 0, 0, "whether playing into an answer ends it", ("off", "on")),
    Parameter(
        "lookahead",
        0.0,
        0.0,
        2.0,
        "seconds the machine plans ahead; 0: as far as its own measured speed needs",
        unit="s",
    ),
    Parameter("signature", "4/4", 0, 0, "the time signature", SIGNATURES),
    Parameter(
        "quantize",
        0,
        0,
        64,
        "grid of the machine's notes, as notes to a whole one (16: sixteenths); 0: none",
        unit="per whole note",
    ),
    Parameter("strength", 1.0, 0.0, 1.0, "how far to the grid its notes are moved"),
    Parameter("swing", 0.5, 0.5, 0.75, "the first eighth's part of a pair (0.67: triplets); sixteenths at quantize 16"),
    Parameter("humanize", 0.0, 0.0, 50.0, "milliseconds its notes stray from their places, at random", unit="ms"),
    Parameter(
        "offset", 0.0, -200.0, 200.0, "milliseconds its notes leave later; below 0 earlier, for a slow synth", unit="ms"
    ),
    Parameter("late", 0.05, 0.005, 1.0, "seconds after which a note-on that could not leave is dropped", unit="s"),
    Parameter("velocity", 1.0, 0.1, 2.0, "the machine's loudness as a multiple of what the model drew", unit="times"),
    Parameter(
        "programs",
        "off",
        0,
        0,
        "whether a voice sends a General MIDI program of its family (bank 0) as it begins to be used on a channel",
        ("off", "on"),
    ),
    Parameter(
        "thru",
        "off",
        0,
        0,
        "what you play is passed on to the output; on: controllers, programs, bends and pressure; notes: those too",
        ("off", "on", "notes"),
    ),
    Parameter(
        "thru_channel",
        0,
        0,
        16,
        "MIDI channel on which that leaves; 0: the one on which it came",
        whole=True,
        unit="channel",
    ),
)

PARAMETERS: Final = {parameter.name: parameter for parameter in _ALL}


def defaults() -> dict[str, float | str]:
    """A fresh set of values, by name."""
    return {parameter.name: parameter.check(parameter.default) for parameter in _ALL}


def check(name: str, value: object) -> float | str:
    """`value` as parameter `name` holds it. Raises ValueError for an unknown name or a refused value."""
    if name not in PARAMETERS:
        raise ValueError(f"no parameter {name!r}: there are {', '.join(sorted(PARAMETERS))}")
    return PARAMETERS[name].check(value)


def read(name: str, value: object) -> float | str:
    """`value` as a control surface sends it, as parameter `name` holds it. Raises ValueError as `check`."""
    if name not in PARAMETERS:
        check(name, value)  # raises, with the list of names
    return PARAMETERS[name].read(value)


def changed(values: Mapping[str, float | str], name: str, value: object) -> dict[str, float | str]:
    """`values` with one of them changed. Raises ValueError as `merged`."""
    return merged(values, {name: value})


def merged(values: Mapping[str, float | str], changes: Mapping[str, object]) -> dict[str, float | str]:
    """`values` with all of `changes` made at once. Raises ValueError as `check`, and where low would lie above high."""
    after = {**values, **{name: check(name, value) for name, value in changes.items()}}
    low, high = after["low"], after["high"]
    if isinstance(low, float) and isinstance(high, float) and low > high:
        given = " and ".join(f"{name} cannot be {changes[name]}" for name in ("low", "high") if name in changes)
        raise ValueError(f"{given}: low {low:g} would lie above high {high:g}")
    return after


def markdown() -> str:
    """The table of docs/parameters.md."""
    lines = ["| parameter | default | range | unit | |", "| --- | --- | --- | --- | --- |"]
    for entry in _ALL:
        span = ", ".join(entry.choices) if entry.choices else f"{entry.low:g} to {entry.high:g}"
        default = entry.default if isinstance(entry.default, str) else f"{entry.default:g}"
        lines.append(f"| `{entry.name}` | {default} | {span} | {entry.unit} | {entry.text} |")
    return "\n".join(lines)
