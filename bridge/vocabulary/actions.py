"""Actions that a message of the player's own fires: answer now, stop, the next mode, though both hands are full.

A trigger is a note, a controller or a program change, on one MIDI channel or on any, written

    note:60@10     the note of pitch 60 on channel 10
    cc:64          controller 64 (the sustain pedal) on any channel
    program:5      program change 5 (0 to 127) on any channel
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from bridge.vocabulary.controllers import ANY_CHANNEL, FIRST_MODE_MESSAGE, LOWER_HALVES

ACTIONS: Final = (
    "respond", "again", "keep", "stop", "panic", "tap", "record", "capture",
    "next_mode", "last_mode", "next_preset", "last_preset",
)  # fmt: skip

Binds = Mapping[str, tuple[str, ...]]
"""What fires each action: its triggers, as they are written. An action without any is fired by nothing."""

NOTE: Final = "note"
CONTROLLER: Final = "cc"
PROGRAM: Final = "program"
_HIGHEST: Final = {NOTE: 127, CONTROLLER: FIRST_MODE_MESSAGE - 1, PROGRAM: 127}
_WRITTEN: Final = re.compile(r"(note|cc|program):(\d{1,3})(?:@(\d{1,2}|any))?")
_HOW: Final = "write note:60@10, cc:64 or program:5, with or without @CHANNEL"


@dataclass(frozen=True, slots=True)
class Trigger:
    """A message that fires something: `kind` is NOTE, CONTROLLER or PROGRAM, `channel` 1 to 16, or ANY_CHANNEL."""

    kind: str
    number: int
    channel: int = ANY_CHANNEL

    def __str__(self) -> str:
        on = "" if self.channel == ANY_CHANNEL else f"@{self.channel}"
        return f"{self.kind}:{self.number}{on}"

    def hears(self, kind: str, number: int, channel: int) -> bool:
        """Whether a message of this kind and number on `channel` is meant."""
        return (kind, number) == (self.kind, self.number) and self.channel in (ANY_CHANNEL, channel)

    @property
    def lower_half(self) -> int | None:
        """The controller that sends the lower seven bits of this one's; None where there is none."""
        below = self.number + len(LOWER_HALVES)
        return below if self.kind == CONTROLLER and below in LOWER_HALVES else None


def read_trigger(text: str) -> Trigger:
    """The trigger that is written so. Raises ValueError with the way out."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"cannot be {text[:60]!r}: {_HOW}")
    kind, number, channel = found[1], int(found[2]), found[3]
    on = ANY_CHANNEL if channel in (None, "any") else int(channel)
    if number > _HIGHEST[kind]:
        raise ValueError(f"cannot be {text!r}: {kind} goes from 0 to {_HIGHEST[kind]}")
    if channel not in (None, "any") and not 1 <= on <= 16:
        raise ValueError(f"cannot be {text!r}: channels go from 1 to 16")
    return Trigger(kind, number, on)


def check_action(name: str) -> str:
    """The action of this name, dashes taken for underscores. Raises ValueError, with the list."""
    action = name.replace("-", "_")
    if action not in ACTIONS:
        raise ValueError(f"no action {name[:60]!r}: there are {', '.join(ACTIONS)}")
    return action


def read_binds(given: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    """Checked binds, from a trigger or a list of them for each action; "off" or an empty list: nothing fires it.

    Raises ValueError, naming the action, for what does not exist, and for a trigger that is to fire two actions.
    """
    binds: dict[str, tuple[str, ...]] = {}
    for name, value in given.items():
        action = check_action(name)
        words = [value] if isinstance(value, str) else value
        if not isinstance(words, Iterable) or not all(isinstance(word, str) for word in words):
            raise ValueError(f"{action} cannot be {value!r}: {_HOW}")
        try:
            triggers = [str(read_trigger(word)) for word in words if word != "off"]
        except ValueError as refusal:
            raise ValueError(f"{action} {refusal}") from None
        binds[action] = tuple(dict.fromkeys([*binds.get(action, ()), *triggers]))
    check_binds(binds)
    return binds


def check_binds(binds: Binds) -> None:
    """Raises ValueError where an action or trigger does not exist, or one message would fire two actions."""
    taken: list[tuple[Trigger, str]] = []
    for action, words in binds.items():
        check_action(action)
        for word in words:
            trigger = read_trigger(word)
            for other, owner in taken:
                if owner != action and overlap(trigger, other):
                    raise ValueError(f"{word} is to fire {action}, and {other} fires {owner}: give each its own")
            taken.append((trigger, action))


def overlap(one: Trigger, other: Trigger) -> bool:
    """Whether one message can be both."""
    same = (one.kind, one.number) == (other.kind, other.number)
    return same and (ANY_CHANNEL in (one.channel, other.channel) or one.channel == other.channel)


def stepped(names: Iterable[str], current: str, step: int) -> str:
    """The name that comes `step` places after `current`, round and round; the first, or last, where that is none."""
    every = list(names)
    if not every:
        return ""
    if current not in every:
        return every[0 if step > 0 else -1]
    return every[(every.index(current) + step) % len(every)]
