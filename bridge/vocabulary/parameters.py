"""Every knob of a performance: one table that the core, OSC, the command line and docs/parameters.md share.

What is set is one frozen value, `Values`: a field for each parameter, of the type that it has. From outside, where a
parameter is a name (OSC, presets, logs, the command line), it is checked once, by `Values.changed`; inside it is
`values.density`, and a name that does not exist is an error of types.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final, Literal, Self, TypeVar, get_args, get_type_hints

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
    low: float = 0.0
    high: float = 0.0
    text: str = ""
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
        capitals; numbers name the choices that have numbers for names; a number may be a word, as text fields send it;
        a float of 32 bits that stands for an edge of the range lies inside it. Raises ValueError as `check`.
        """
        if self.choices:
            return self.check(self._choice(value))
        if isinstance(value, str):
            value = read_number(value)
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


LONGEST_NUMBER: Final = 32  # characters of a number that is a word
# So many repeats are no limit.
NO_END: Final = 64

_Choice = TypeVar("_Choice", bound=str)


def number(default: float, low: float, high: float, text: str, *, unit: str = "") -> float:
    """A parameter that is a number from `low` to `high`."""
    return field(default=default, metadata={"low": low, "high": high, "text": text, "unit": unit})


def whole(default: int, low: int, high: int, text: str, *, unit: str = "") -> int:
    """A parameter that is a whole number from `low` to `high`."""
    return field(default=default, metadata={"low": low, "high": high, "text": text, "unit": unit, "whole": True})


def choice(
    default: _Choice, text: str, choices: tuple[str, ...] = (), *, spellings: Mapping[str, str] | None = None
) -> _Choice:
    """A parameter that is one of `choices`, by default those of the field's own type, a `Literal`."""
    return field(default=default, metadata={"text": text, "choices": choices, "spellings": spellings or {}})


@dataclass(frozen=True, slots=True)
class Values:
    """What is set: every parameter there is, in the order of docs/parameters.md, with its default and what it means.

    Whole numbers are whole in here, and floats where they have names (OSC, logs, reports), as all numbers there are.
    """

    temperature: float = number(
        0.0, 0.0, 3.0, "how adventurous: below 1 safer, above 1 wilder; 0: 0.7 for lines (candidates to 1.1), else 0.9"
    )
    top_p: float = number(1.0, 0.05, 1.0, "draw only from the likeliest classes that add up to this")
    low: int = whole(0, 0, 127, "lowest pitch the machine plays (not drums)", unit="pitch")
    high: int = whole(127, 0, 127, "highest pitch the machine plays (not drums)", unit="pitch")
    density: float = number(0.0, 0.0, 16.0, "notes per beat the machine aims at; 0: as it likes", unit="notes/beat")
    energy: float = number(0.0, 0.0, 127.0, "mean velocity the machine aims at; 0: as it likes", unit="velocity")
    register: float = number(
        0.0, 0.0, 127.0, "mean pitch the machine aims at (not drums); 0: as it likes", unit="pitch"
    )
    texture: float = number(
        0.0, 0.0, 8.0, "notes at once the machine aims at (not drums); 0: as it likes", unit="notes"
    )
    scale: str = choice(CHROMATIC, "the only tones it plays; heard: major or minor as you play", (*SCALES, HEARD))
    root: str = choice(
        HEARD,
        "the scale's first tone; heard: followed from what you play",
        (*PITCH_CLASSES, HEARD),
        spellings=SPELLINGS,
    )
    chord: Literal["off", "bass", "on"] = choice(
        "bass",
        "play only tones of the chord that you play; bass: the bass of accompany does, but for steps into a beat",
    )
    pull: float = number(0.9, 0.0, 1.0, "how strongly it keeps to the key and chord heard, as far as they are sure")
    split: int = whole(0, 0, 127, "key and chord are heard in your notes below this pitch; 0: in all", unit="pitch")
    avoid_doubling: Literal["off", "pitch", "class"] = choice(
        "off", "never play a pitch that you hold; class: in no octave"
    )
    polyphony: int = whole(8, 1, 32, "most notes of the machine that sound at once", unit="notes")
    most: int = whole(
        64, 1, 64, "most notes the machine begins within any beat (in free time: half a second)", unit="notes"
    )
    repeats: int = whole(
        12,
        1,
        NO_END,
        f"times in a row that a voice may strike one pitch or chord (not drums); {NO_END}: any number",
        unit="times",
    )
    harmonies: int = whole(2, 1, 4, "notes added to each of the human's in harmonize", unit="notes")
    place: Literal["below", "above", "around"] = choice(
        "below", "where harmonize adds its notes: below yours, above, or on both sides"
    )
    share: float = number(
        0.5,
        0.0,
        4.0,
        "notes of the machine's for each of the human's in duet, at least; 0: as it likes",
        unit="notes/note",
    )
    space: Literal["off", "follow", "complement"] = choice(
        "off", "in duet and accompany: play as busily as the human, or inversely"
    )
    alone: Literal["end", "keep", "thin", "stop"] = choice(
        "end",
        "when the human has stopped: go on, thin out, stop; end: a duet ends its phrase and waits, a band goes on",
    )
    alone_beats: int = whole(8, 1, 128, "beats without the human after which it is alone", unit="beats")
    count_in: int = whole(0, 0, 8, "bars of clicks (side stick) before accompany comes in", unit="bars")
    silence: float = number(
        0.6, 0.1, 10.0, "seconds of silence that end a phrase in respond, longer for a slow player", unit="s"
    )
    length: float = number(1.0, 0.1, 8.0, "length of an answer as a multiple of the phrase", unit="phrases")
    bars: int = whole(0, 0, 64, "length of an answer in bars; 0: as the phrase", unit="bars")
    choose: int = whole(16, 1, 32, "answers drawn before it is time; one of the best is played", unit="answers")
    trade: int = whole(0, 0, 32, "bars each in turn in respond, on the clock; 0: by phrases", unit="bars")
    barge_in: Literal["off", "on"] = choice("on", "whether playing into an answer ends it")
    lookahead: float = number(
        0.0, 0.0, 2.0, "seconds the machine plans ahead; 0: as far as its own measured speed needs", unit="s"
    )
    signature: str = choice("4/4", "the time signature", SIGNATURES)
    quantize: float = number(
        0.0,
        0.0,
        64.0,
        "grid of the machine's notes, as notes to a whole one (16: sixteenths); 0: none",
        unit="per whole note",
    )
    strength: float = number(1.0, 0.0, 1.0, "how far to the grid its notes are moved")
    swing: float = number(
        0.5, 0.5, 0.75, "the first eighth's part of a pair (0.67: triplets); sixteenths at quantize 16"
    )
    humanize: float = number(0.0, 0.0, 50.0, "milliseconds its notes stray from their places, at random", unit="ms")
    offset: float = number(
        0.0, -200.0, 200.0, "milliseconds its notes leave later; below 0 earlier, for a slow synth", unit="ms"
    )
    late: float = number(0.05, 0.005, 1.0, "seconds after which a note-on that could not leave is dropped", unit="s")
    velocity: float = number(1.0, 0.1, 2.0, "the machine's loudness as a multiple of what the model drew", unit="times")
    programs: Literal["off", "on"] = choice(
        "off",
        "whether a voice sends a General MIDI program of its family (bank 0) as it begins to be used on a channel",
    )
    thru: Literal["off", "on", "notes"] = choice(
        "off",
        "what you play is passed on to the output; on: controllers, programs, bends and pressure; notes: those too",
    )
    thru_channel: int = whole(
        0, 0, 16, "MIDI channel on which that leaves; 0: the one on which it came", unit="channel"
    )

    def changed(self, changes: Mapping[str, object]) -> Self:
        """These with all of `changes` made at once.

        Raises ValueError as `check`, and where low would lie above high.
        """
        made: dict[str, Any] = {}
        for name, value in changes.items():
            checked = check(name, value)
            made[name] = int(checked) if PARAMETERS[name].whole else checked
        after = replace(self, **made)
        if after.low > after.high:
            given = " and ".join(f"{name} cannot be {changes[name]}" for name in ("low", "high") if name in changes)
            raise ValueError(f"{given}: low {after.low} would lie above high {after.high}")
        return after

    def named(self, name: str) -> float | str:
        """The value of one that is known by its name. Raises ValueError for an unknown one."""
        value: float | str = getattr(self, _known(name))
        return value if isinstance(value, str) else float(value)

    def by_name(self) -> dict[str, float | str]:
        """All of them by their names."""
        return {name: self.named(name) for name in PARAMETERS}

    @property
    def controls(self) -> dict[str, float]:
        """Those that the model itself is asked for (`bridge.vocabulary.guide`); 0 leaves it free."""
        return {
            "density": self.density, "energy": self.energy, "register": self.register, "texture": self.texture
        }  # fmt: skip


def _parameters() -> dict[str, Parameter]:
    types, usual = get_type_hints(Values), Values()
    found = {}
    for entry in fields(Values):
        about, default = dict(entry.metadata), getattr(usual, entry.name)
        if isinstance(default, str) and not about["choices"]:
            about["choices"] = get_args(types[entry.name])
        found[entry.name] = Parameter(entry.name, default, **about)
    return found


PARAMETERS: Final = _parameters()


def check(name: str, value: object) -> float | str:
    """`value` as parameter `name` holds it. Raises ValueError for an unknown name or a refused value."""
    return PARAMETERS[_known(name)].check(value)


def read_number(word: str) -> float | str:
    """The number that a word is, or the word."""
    try:
        return float(word) if len(word) <= LONGEST_NUMBER else word
    except ValueError:
        return word


def read(name: str, value: object) -> float | str:
    """`value` as a control surface sends it, as parameter `name` holds it. Raises ValueError as `check`."""
    return PARAMETERS[_known(name)].read(value)


def _known(name: str) -> str:
    if name not in PARAMETERS:
        raise ValueError(f"no parameter {name!r}: there are {', '.join(sorted(PARAMETERS))}")
    return name


def markdown() -> str:
    """The table of docs/parameters.md."""
    lines = ["| parameter | default | range | unit | |", "| --- | --- | --- | --- | --- |"]
    for entry in PARAMETERS.values():
        span = ", ".join(entry.choices) if entry.choices else f"{entry.low:g} to {entry.high:g}"
        default = entry.default if isinstance(entry.default, str) else f"{entry.default:g}"
        lines.append(f"| `{entry.name}` | {default} | {span} | {entry.unit} | {entry.text} |")
    return "\n".join(lines)
