"""Which of the player's messages fire an action: those are nobody else's, neither heard, nor passed on, nor a knob's.

A controller fires as it is pressed, crossing the middle upwards; one of which nothing is known counts as up. What was
pressed is let go by the same message, whatever was bound or taken away meanwhile: a key that was down when it was
bound comes up as a key.
"""

from __future__ import annotations

from typing import Final

from bridge.vocabulary.actions import (
    ACTIONS,
    CONTROLLER,
    NOTE,
    PROGRAM,
    Binds,
    Trigger,
    check_action,
    check_binds,
    overlap,
    read_trigger,
)
from bridge.vocabulary.controllers import FIRST_MODE_MESSAGE, is_knob
from bridge.vocabulary.events import Control, NoteOff, NoteOn, Raw

PRESSED: Final = 64
# A controller is learnt as it is let go: what trembles never went so far down.
LEAST_WAY: Final = 32
# Switches of the keyboard's: pedals, and general purpose buttons.
_SWITCHES: Final = range(64, 70)
_KEY_PRESSURE: Final = 0xA0
_PROGRAM_CHANGE: Final = 0xC0

Message = NoteOn | NoteOff | Control | Raw


class Triggers:
    """Fires actions by `binds`. `hear` is told every message first."""

    def __init__(self, binds: Binds) -> None:
        self._binds: dict[Trigger, str] = {}
        self.set(binds)
        self.learning: str | None = None
        # Channel and pitch of keys, channel and number of controllers, that were pressed here and are not let go.
        self._keys: set[tuple[int, int]] = set()
        self._pressed: set[tuple[int, int]] = set()
        # The highest position of each controller since it was last low, while an action is learnt.
        self._peaks: dict[tuple[int, int], int] = {}

    @property
    def binds(self) -> dict[str, tuple[str, ...]]:
        """What fires each action, of those that anything does."""
        return {
            action: tuple(str(trigger) for trigger, fires in self._binds.items() if fires == action)
            for action in ACTIONS
            if action in self._binds.values()
        }

    def set(self, binds: Binds) -> None:
        """Have these fire the actions named, and nothing else that they fired; what is not named stays.

        Raises ValueError, and changes nothing, for what `check_binds` refuses.
        """
        check_binds(binds)
        new = {read_trigger(word): action for action, words in binds.items() for word in words}
        self._binds = {
            trigger: action
            for trigger, action in self._binds.items()
            if action not in binds and not any(overlap(trigger, other) for other in new)
        } | new

    def learn(self, action: str) -> None:
        """Have the next note, program change, or controller pressed and let go fire `action` as well."""
        self.learning = check_action(action)
        self._peaks.clear()

    def forget_learning(self) -> None:
        """Wait for nothing any more."""
        self.learning = None

    def covers_key(self, channel: int, pitch: int) -> bool:
        """Whether a key belongs to something here."""
        return bool(self._fires(NOTE, pitch, channel))

    def covers(self, channel: int, controller: int) -> bool:
        """Whether a controller belongs to something here, its lower half included."""
        return any(
            trigger.hears(CONTROLLER, controller, channel)
            or (trigger.lower_half == controller and trigger.hears(CONTROLLER, trigger.number, channel))
            for trigger in self._binds
        )

    def let_go(self) -> None:
        """The input went away: nothing is pressed any more."""
        self._keys.clear()
        self._pressed.clear()
        self._peaks.clear()

    def learnt(self, item: Message) -> Trigger | None:
        """The trigger that this message learns for the action that waits for one, if it does."""
        if self.learning is None:
            return None
        match item:
            case NoteOn(_, pitch, velocity, channel) if velocity:
                return Trigger(NOTE, pitch, channel)
            case Control(_, controller, value, channel) if is_knob(controller) or controller in _SWITCHES:
                key = channel, controller
                if value >= PRESSED:
                    self._peaks[key] = max(value, self._peaks.get(key, 0))
                elif self._peaks.pop(key, 0) >= value + LEAST_WAY:
                    return Trigger(CONTROLLER, controller, channel)
            case Raw(_, data) if _is_program(data):
                return Trigger(PROGRAM, data[1], (data[0] & 0x0F) + 1)
        return None

    def bind(self, trigger: Trigger, action: str, item: Message) -> None:
        """Have `trigger`, which `item` was, fire `action` from the next time on, and nothing else that it fired."""
        self._binds = {one: fires for one, fires in self._binds.items() if not overlap(one, trigger)}
        self._binds[trigger] = action
        self.learning = None
        if isinstance(item, NoteOn):
            self._keys.add((item.channel, item.pitch))
        if isinstance(item, Control):
            self._pressed.discard((item.channel, item.controller))

    def wants(self, item: Message) -> bool:
        """Whether a program change belongs to something here, or is to be learnt."""
        return _is_program_of(item) and (self.learning is not None or self.hear(item)[0])

    def hear(self, item: Message) -> tuple[bool, str]:
        """Whether a message belongs to something here (and is then nobody else's), and the action that it fires."""
        match item:
            case NoteOn(_, pitch, velocity, channel) if velocity:
                action = self._fires(NOTE, pitch, channel)
                if action:
                    self._keys.add((channel, pitch))
                return bool(action), action
            case NoteOn(_, pitch, _, channel) | NoteOff(_, pitch, channel):
                ours = (channel, pitch) in self._keys
                self._keys.discard((channel, pitch))
                return ours, ""
            case Control(_, controller, value, channel) if controller < FIRST_MODE_MESSAGE:
                return self._control(controller, value, channel)
            case Raw(_, data) if _is_program(data):
                action = self._fires(PROGRAM, data[1], (data[0] & 0x0F) + 1)
                return bool(action), action
            case Raw(_, data) if len(data) == 3 and data[0] & 0xF0 == _KEY_PRESSURE:
                return ((data[0] & 0x0F) + 1, data[1]) in self._keys, ""
        return False, ""

    def _control(self, controller: int, value: int, channel: int) -> tuple[bool, str]:
        key = channel, controller
        was_pressed, is_pressed = key in self._pressed, value >= PRESSED
        # Followed whether it is bound or not: one that is bound while it is down does not fire before it was up.
        (self._pressed.add if is_pressed else self._pressed.discard)(key)
        action = self._fires(CONTROLLER, controller, channel)
        if not action:
            return self.covers(channel, controller), ""
        return True, action if is_pressed and not was_pressed else ""

    def _fires(self, kind: str, number: int, channel: int) -> str:
        return next((action for trigger, action in self._binds.items() if trigger.hears(kind, number, channel)), "")


def _is_program(data: bytes) -> bool:
    return len(data) == 2 and data[0] & 0xF0 == _PROGRAM_CHANGE


def _is_program_of(item: Message) -> bool:
    return isinstance(item, Raw) and _is_program(item.data)
