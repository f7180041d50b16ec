"""What is asked about presets, by OSC or by a MIDI program change, on its way from the files to the core.

The core never sees a file: it gets one `Recall`, which is recorded, so that a replay needs no presets.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeGuard

from bridge.presets.presets import Preset, morph
from bridge.presets.store import PresetShelf
from bridge.vocabulary.actions import stepped
from bridge.vocabulary.controllers import ANY_CHANNEL
from bridge.vocabulary.events import Input, Raw, Recall
from bridge.vocabulary.requests import (
    ListPresets,
    LoadPreset,
    MorphPresets,
    PresetRequest,
    PresetsReport,
    SavePreset,
    StepPreset,
)

_PROGRAM_CHANGE: Final = 0xC0


def carry_out(
    request: PresetRequest, shelf: PresetShelf, status: Mapping[str, Any], now: float
) -> Recall | PresetsReport:
    """The input for the core, or the answer for who asked. Raises ValueError with the reason for what cannot be done.

    `status` is the performer's, which a new preset keeps, and which says what the present one is.
    """
    match request:
        case LoadPreset(name):
            return shelf.load(name).recall(name, now)
        case StepPreset(step):
            name = stepped(shelf.names(), str(status["preset"]), step)
            if not name:
                raise ValueError(
                    f"there are no presets in {shelf.folder} to step through: /antiphon/preset/save makes one"
                )
            return shelf.load(name).recall(name, now)
        case MorphPresets(first, second, amount):
            between = morph(shelf.load(first), shelf.load(second), amount)
            return between.recall(f"{first} to {second}, {amount:g}", now)
        case SavePreset(name):
            shelf.save(name, preset_of(status, _program_of(name, shelf)))
        case ListPresets():
            pass
    return PresetsReport(" ".join(shelf.names()))


def is_program_change(item: Input, channel: int) -> TypeGuard[Raw]:
    """Whether a message selects a program on `channel` (1 to 16, or ANY_CHANNEL)."""
    if not isinstance(item, Raw) or len(item.data) != 2 or item.data[0] & 0xF0 != _PROGRAM_CHANGE:
        return False
    return channel in (ANY_CHANNEL, (item.data[0] & 0x0F) + 1)


def program_change(item: Raw, shelf: PresetShelf) -> LoadPreset | None:
    """The preset that a program change selects; None where no preset has that program."""
    name = shelf.programs().get(item.data[1])
    return None if name is None else LoadPreset(name)


def preset_of(status: Mapping[str, Any], program: int | None) -> Preset:
    """Everything a preset can hold, as a performer's status tells it."""
    return Preset(
        values=dict(status["parameters"]),
        voices={
            voice: (bool(on), int(channel))
            for voice, (on, channel) in status["voices"].items()
            if voice not in status["usual_voices"]
        },
        ranges={voice: (int(low), int(high)) for voice, (low, high) in status["ranges"].items()},
        mode=str(status["mode"]),
        program=program,
        binds={str(action): tuple(map(str, words)) for action, words in status["binds"].items()},
        usual=tuple(map(str, status["usual_voices"])),
    )


def _program_of(name: str, shelf: PresetShelf) -> int | None:
    """The program that a preset of that name has already. A new one claims none: that is for its file to say."""
    return next((program for program, owner in shelf.programs().items() if owner == name), None)
