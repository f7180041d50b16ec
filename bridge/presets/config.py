"""Settings from a TOML file: any option of `antiphon jam` by its name, and six tables.

model = "duo"
mode = "duet"
out = "IAC"

[parameters]
temperature = 0.9

[voices]
bass = 2          # plays on channel 2
drums = "off"

[ranges]
bass = [28, 55]   # lowest and highest pitch

[controllers]
temperature = 21  # this MIDI controller, on any channel, over the whole range
low = {cc = 22, channel = 1, low = 24, high = 72}

[binds]
respond = "cc:67"               # a pedal; or note:60@10, program:5
stop = ["note:36@10", "cc:80"]

[parts]
bass = "0-47"                   # a split: your left hand is heard as a bass
lead = "@2"                     # whoever plays on channel 2
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from bridge.system.plain_files import read_plain
from bridge.vocabulary import parameters
from bridge.vocabulary.codec import VOICES
from bridge.vocabulary.controllers import ANY_CHANNEL, Binding, bind
from bridge.vocabulary.voices import default_voices

TABLES: Final = ("parameters", "voices", "ranges", "controllers", "binds", "parts")


def load(path: Path, options: Collection[str]) -> dict[str, Any]:
    """The file as a dict with keys out of `options` and TABLES.

    Raises ValueError naming the file and the key for anything unknown or of the wrong kind, OSError when it cannot
    be read.
    """
    try:
        config = tomllib.loads(read_plain(path).decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is not TOML: {error}") from error
    try:
        check_keys(config, {*options, *TABLES})
        for table in TABLES:
            check_table(config, table)
    except ValueError as refusal:
        raise ValueError(f"{path}: {refusal}") from refusal
    return config


def check_keys(given: Mapping[str, object], known: Collection[str]) -> None:
    """Raises ValueError naming the first key of `given` that is not `known`, and what it may have been meant to be."""
    for key in given:
        if key not in known:
            raise ValueError(f"unknown key {key!r}: {hint(key, known)}")


def check_table(given: Mapping[str, object], name: str) -> None:
    """Raises ValueError unless `name` is a table, or is not there."""
    if not isinstance(given.get(name, {}), dict):
        raise ValueError(f"{name!r} must be a table, [{name}]")


def hint(word: str, known: Collection[str]) -> str:
    """The way out for an unknown `word`: the nearest known one, or all of them."""
    near = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sorted(known))}"


def parameter_values(given: Mapping[str, object]) -> dict[str, float | str]:
    """Checked parameters. Text from a command line is read as a number where the parameter is one.

    Raises ValueError naming the parameter.
    """
    values: dict[str, float | str] = {}
    for name, value in given.items():
        known = parameters.PARAMETERS.get(name)
        if known is not None and not known.choices and isinstance(value, str):
            try:
                value = float(value)
            except ValueError:
                raise ValueError(f"{name} cannot be {value!r}: it is a number") from None
        values[name] = parameters.check(name, value)
    return values


def voice_settings(given: Mapping[str, object]) -> dict[str, tuple[bool, int]]:
    """Voices as (enabled, channel), from a channel number or "off". Raises ValueError naming the voice."""
    usual = default_voices()
    settings: dict[str, tuple[bool, int]] = {}
    for voice, value in given.items():
        if voice not in VOICES:
            raise ValueError(f"no voice {voice!r}: there are {', '.join(VOICES)}")
        if value == "off":
            settings[voice] = (False, usual[voice].channel)
            continue
        text = str(value)
        if not text.isdecimal() or not 1 <= int(text) <= 16:
            raise ValueError(f"voice {voice} cannot be {value!r}: a channel from 1 to 16, or off")
        settings[voice] = (True, int(text))
    return settings


def range_settings(given: Mapping[str, object]) -> dict[str, tuple[int, int]]:
    """Ranges as (low, high), from a pair of pitches or "LOW-HIGH". Raises ValueError naming the voice."""
    ranges: dict[str, tuple[int, int]] = {}
    for voice, value in given.items():
        if voice not in VOICES:
            raise ValueError(f"no voice {voice!r}: there are {', '.join(VOICES)}")
        span: Sequence[object] = (
            value.split("-") if isinstance(value, str) else value if isinstance(value, list) else ()
        )
        ends = [int(end) for end in map(str, span) if end.isdecimal()]
        if len(span) != 2 or len(ends) != 2 or not ends[0] <= ends[1] <= 127:
            raise ValueError(f"range of {voice} cannot be {value!r}: two pitches from 0 to 127, the lower one first")
        ranges[voice] = (ends[0], ends[1])
    return ranges


def controller_settings(given: Mapping[str, object]) -> dict[str, Binding]:
    """Controllers by parameter, from a number or {cc, channel, low, high}. Raises ValueError naming the parameter."""
    bindings: dict[str, Binding] = {}
    for name, value in given.items():
        fields: dict[str, Any] = dict(value) if isinstance(value, Mapping) else {"cc": value}
        try:
            check_keys(fields, ("cc", "channel", "low", "high"))
            for key, otherwise in (("cc", ""), ("channel", ANY_CHANNEL)):
                number = str(fields.get(key, otherwise))
                if not number.isdecimal():
                    raise ValueError(f"{key} cannot be {number!r}: a whole number")
                fields[key] = int(number)
            bindings[name] = bind(name, **fields)
        except ValueError as refusal:
            raise ValueError(f"controller of {name}: {refusal}") from refusal
    return bindings


def pairs(given: Collection[str], what: str) -> dict[str, str]:
    """`name=value` words of a command line. Raises ValueError for one without `=`."""
    out: dict[str, str] = {}
    for word in given:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise ValueError(f"{what} {word!r}: write NAME=VALUE")
        out[name] = value
    return out
