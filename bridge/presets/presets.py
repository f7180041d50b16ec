"""Presets: how the machine is set, as a small TOML file.

    mode = "duet"
    program = 3            # the MIDI program (0-127) that selects it, where `antiphon jam --program-channel` listens

    [parameters]
    temperature = 0.9
    scale = "dorian"

    [voices]
    bass = 2               # plays on channel 2
    drums = "off"
    strings = "usual"      # nobody's choice: as at first, and the mode decides

    [ranges]
    bass = [28, 55]

    [binds]
    respond = "cc:67"      # a pedal fires the action (see bridge.vocabulary.actions)

Everything may be left out; what is left out stays as it is. Pure text to values and back: no file is touched here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import tomli_w

from bridge.presets import config
from bridge.vocabulary import parameters
from bridge.vocabulary.actions import read_binds
from bridge.vocabulary.codec import VOICES
from bridge.vocabulary.events import MODE_NAMES, Recall
from bridge.vocabulary.parameters import PARAMETERS

_KEYS: Final = ("mode", "program", "parameters", "voices", "ranges", "binds")
_HALF: Final = 0.5
_USUAL: Final = "usual"


@dataclass(frozen=True, slots=True)
class Preset:
    """Checked settings. `voices` are (enabled, channel), `ranges` (low, high), by voice; `binds` triggers by action.

    Of the `usual` voices nobody has chosen anything.
    """

    values: Mapping[str, float | str] = field(default_factory=dict)
    voices: Mapping[str, tuple[bool, int]] = field(default_factory=dict)
    ranges: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    mode: str = ""
    program: int | None = None
    binds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    usual: tuple[str, ...] = ()

    def recall(self, name: str, now: float) -> Recall:
        """The one input by which the core takes it."""
        return Recall(now, name, self.values, self.voices, self.ranges, self.mode, self.binds, self.usual)


def parse(text: str, name: str) -> Preset:
    """The preset that `text` is. Raises ValueError with preset, key, value and way out for anything that is not one."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"preset {name!r} is not TOML: {error}") from error
    try:
        config.check_keys(given, _KEYS)
        for table in ("parameters", "voices", "ranges", "binds"):
            config.check_table(given, table)
        voices = given.get("voices", {})
        usual = tuple(voice for voice, value in voices.items() if value == _USUAL and voice in VOICES)
        return Preset(
            _values(given.get("parameters", {})),
            config.voice_settings({voice: value for voice, value in voices.items() if voice not in usual}),
            config.range_settings(given.get("ranges", {})),
            _mode(given.get("mode", "")),
            _program(given.get("program")),
            read_binds(given.get("binds", {})),
            usual,
        )
    except ValueError as refusal:
        raise ValueError(f"preset {name!r}: {refusal}; nothing of it was taken") from refusal


def text_of(preset: Preset) -> str:
    """The preset as TOML; `parse` reads it back."""
    head: dict[str, Any] = {"mode": preset.mode} if preset.mode else {}
    if preset.program is not None:
        head["program"] = preset.program
    return tomli_w.dumps(
        {
            **head,
            "parameters": dict(preset.values),
            "voices": {
                **{voice: channel if on else "off" for voice, (on, channel) in preset.voices.items()},
                **dict.fromkeys(preset.usual, _USUAL),
            },
            "ranges": {voice: list(span) for voice, span in preset.ranges.items()},
            **({"binds": {action: list(words) for action, words in preset.binds.items()}} if preset.binds else {}),
        }
    )


def morph(first: Preset, second: Preset, amount: float) -> Preset:
    """What lies between two presets: `first` at 0, `second` at 1.

    Numbers are interpolated, whole ones rounded; choices, voices and the mode change at 0.5, and so does what only one
    of the two says anything about: it counts on that one's side. Raises ValueError for an amount that is not 0 to 1.
    """
    if not 0.0 <= amount <= 1.0:
        raise ValueError(f"amount cannot be {amount:g}: 0 is the first preset, 1 the second")
    near = second if amount >= _HALF else first
    values = dict(near.values)
    for name in first.values.keys() & second.values.keys():
        one, other = first.values[name], second.values[name]
        if isinstance(one, float) and isinstance(other, float):
            values[name] = _between(one, other, amount, whole=PARAMETERS[name].whole)
    ranges = dict(near.ranges)
    for voice in first.ranges.keys() & second.ranges.keys():
        low, high = (
            int(_between(start, end, amount, whole=True))
            for start, end in zip(first.ranges[voice], second.ranges[voice], strict=True)
        )
        ranges[voice] = (low, high)
    return Preset(values, near.voices, ranges, near.mode, binds=near.binds, usual=near.usual)


def _between(first: float, second: float, amount: float, *, whole: bool) -> float:
    # In this form both ends come out exactly, and nothing between them lies outside.
    value = first * (1.0 - amount) + second * amount
    value = min(max(value, min(first, second)), max(first, second))
    return float(round(value)) if whole else value


def _values(given: Mapping[str, object]) -> dict[str, float | str]:
    values = {name: parameters.check(name, value) for name, value in given.items()}
    # The two that bound each other, where both are there.
    parameters.Values().changed(values if {"low", "high"} <= values.keys() else {})
    return values


def _mode(given: object) -> str:
    if not isinstance(given, str) or (given and given not in MODE_NAMES):
        raise ValueError(f"mode cannot be {given!r}: choose from {', '.join(MODE_NAMES)}")
    return given


def _program(given: object) -> int | None:
    if given is not None and (isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= 127):
        raise ValueError(f"program cannot be {given!r}: a MIDI program from 0 to 127")
    return given
