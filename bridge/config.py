"""Settings from a TOML file: any option of `antiphon jam` by its name, parameters and voices in tables.

model = "duo"
mode = "duet"
out = "IAC"

[parameters]
temperature = 0.9

[voices]
bass = 2          # plays on channel 2
drums = "off"
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from bridge import parameters
from bridge.codec import VOICES
from bridge.stage import default_voices


def load(path: Path, options: Collection[str]) -> dict[str, Any]:
    """The file as a dict with keys out of `options`, `parameters` and `voices`.

    Raises ValueError naming the file and the key for anything unknown or of the wrong kind, OSError when it cannot
    be read.
    """
    try:
        with path.open("rb") as file:
            config = tomllib.load(file)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path} is not TOML: {error}") from error
    known = {*options, "parameters", "voices"}
    for key in config:
        if key not in known:
            raise ValueError(f"{path}: unknown key {key!r}: {hint(key, known)}")
    for table in ("parameters", "voices"):
        if not isinstance(config.get(table, {}), dict):
            raise ValueError(f"{path}: {table!r} must be a table, [{table}]")
    return config


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
        if not text.isdigit() or not 1 <= int(text) <= 16:
            raise ValueError(f"voice {voice} cannot be {value!r}: a channel from 1 to 16, or off")
        settings[voice] = (True, int(text))
    return settings


def pairs(given: Collection[str], what: str) -> dict[str, str]:
    """`name=value` words of a command line. Raises ValueError for one without `=`."""
    out: dict[str, str] = {}
    for word in given:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise ValueError(f"{what} {word!r}: write NAME=VALUE")
        out[name] = value
    return out
