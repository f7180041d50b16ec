"""What is asked about presets, by OSC or by a MIDI program change, on its way from the files to the core.

The core never sees a file: it gets one `Recall`, which is recorded, so that a replay needs no presets.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeGuard

from bridge.presets.presets import Preset, morph
from bridge.presets.store import PresetShelf
from bridge.vocabulary.events import Input, Raw, Recall
from bridge.vocabulary.requests import ListPresets, LoadPreset, MorphPresets, PresetRequest, PresetsReport, SavePreset

_PROGRAM_CHANGE: Final = 0xC0
_PROGRAMS: Final = 128


def carry_out(
    request: PresetRequest, shelf: PresetShelf, status: Mapping[str, Any], now: float
) -> Recall | PresetsReport:
    """The input for the core, or the answer for who asked. Raises ValueError with the reason for what cannot be done.

    `status` is the performer's, which a new preset keeps.
    """
    match request:
        case LoadPreset(name):
            return shelf.load(name).recall(name, now)
        case MorphPresets(first, second, amount):
            between = morph(shelf.load(first), shelf.load(second), amount)
            return between.recall(f"{first} to {second}, {amount:g}", now)
        case SavePreset(name):
            shelf.save(name, preset_of(status, _program_for(name, shelf)))
        case ListPresets():
            pass
    return PresetsReport(" ".join(shelf.names()))


def is_program_change(item: Input) -> TypeGuard[Raw]:
    """Whether a message selects a program."""
    return isinstance(item, Raw) and len(item.data) == 2 and item.data[0] & 0xF0 == _PROGRAM_CHANGE


def program_change(item: Input, shelf: PresetShelf) -> LoadPreset | None:
    """The preset that a message selects; None where it is no program change, or no preset has that program."""
    if not is_program_change(item):
        return None
    name = shelf.programs().get(item.data[1])
    return None if name is None else LoadPreset(name)


def preset_of(status: Mapping[str, Any], program: int | None) -> Preset:
    """Everything a preset can hold, as a performer's status tells it."""
    return Preset(
        values=dict(status["parameters"]),
        voices={voice: (bool(on), int(channel)) for voice, (on, channel) in status["voices"].items()},
        ranges={voice: (int(low), int(high)) for voice, (low, high) in status["ranges"].items()},
        mode=str(status["mode"]),
        program=program,
    )


def _program_for(name: str, shelf: PresetShelf) -> int | None:
    """The program of that preset, if it has one; for a new one the first that no other has."""
    taken = shelf.programs()
    if name in shelf.names():
        return next((program for program, owner in taken.items() if owner == name), None)
    return next((program for program in range(_PROGRAMS) if program not in taken), None)
