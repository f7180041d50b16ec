"""How the human's keys and pedals come up, by whatever brings them up, and who hears of it.

A note-off is one way. Pedals, mode messages, a port that was lost, silence and keys that fire something from now on are
others. Each time the mode is told that keys were lifted, and of each note that has ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bridge.performer.held_notes import HeldNote
from bridge.performer.modes.base import Mode
from bridge.performer.settings import CHANNELS
from bridge.performer.stage import Stage
from bridge.performer.thru import Thru
from bridge.performer.triggers import Triggers
from bridge.vocabulary.controllers import ALL_NOTES_OFF, ALL_SOUND_OFF, RESET_CONTROLLERS, SUSTAIN_PEDAL
from bridge.vocabulary.events import Control


class KeyReleases:
    """Lets go of what the human holds on a `stage`; what was passed on comes up where it went. `mode` is who hears."""

    def __init__(self, stage: Stage, thru: Thru, triggers: Triggers, mode: Callable[[], Mode]) -> None:
        self._stage = stage
        self._thru = thru
        self._triggers = triggers
        self._mode = mode

    def ended(self, notes: Iterable[HeldNote], now: float) -> None:
        """These notes of the human's are over."""
        for note in notes:
            note.released = now
            self._mode().ended(note, now)

    def control(self, item: Control, now: float) -> None:
        """A controller moved that may let notes go.

        Only a pedal that does is an event: one that trembles, or is pumped idly, puts no end off.
        """
        hands, channel = self._stage.hands, item.channel
        if item.controller == SUSTAIN_PEDAL:
            self._move_pedal(item.value, channel, item.time, now)
        elif item.controller == ALL_SOUND_OFF:
            self.let_go(item.time, now, channel)
        elif item.controller == RESET_CONTROLLERS:
            self._move_pedal(0, channel, item.time, now)
        elif item.controller >= ALL_NOTES_OFF and hands.down_on(channel):
            # Some keyboards send this with the last key, under the pedal too: it lifts keys, not the pedal.
            self._mode().lifted(item.time)
            self.ended(hands.lift_all(channel), now)
            self._stage.follow_hands(item.time)

    def all_go(self, time: float, now: float) -> None:
        """All keys and pedals count as up, and where they were passed on they come up."""
        self._thru.lift_keys()
        self._thru.lift_pedals()
        self.let_go(time, now)

    def let_go(self, time: float, now: float, channel: int | None = None) -> None:
        """The human's keys and pedals count as up at `time`: all, or those of a channel."""
        self._tell(self._stage.hands.let_go(channel), time, now)

    def give_up_bound(self, time: float, now: float) -> None:
        """Keys and pedals that fire something now are none any more: what they held is let go."""
        triggers, hands = self._triggers, self._stage.hands
        master_of = self._stage.human.zones.master_of
        self._thru.lift_covered(lambda channel, pitch: triggers.covers_key(master_of(channel), pitch), triggers.covers)
        ended = [
            note
            for held in hands.notes_down()
            if triggers.covers_key(master_of(held.channel), held.pitch)
            and (note := hands.lift(held.pitch, held.channel, time)) is not None
        ]
        for channel in range(1, CHANNELS + 1):
            if hands.pedal_is_down(channel) and triggers.covers(channel, SUSTAIN_PEDAL):
                ended += hands.pedal(0, channel)
        self._tell(ended, time, now)

    def _tell(self, ended: list[HeldNote], time: float, now: float) -> None:
        if ended:
            self._mode().lifted(time)
            self.ended(ended, now)
            self._stage.follow_hands(time)

    def _move_pedal(self, value: int, channel: int, time: float, now: float) -> None:
        ended = self._stage.hands.pedal(value, channel)
        if ended:
            self._mode().lifted(time)
            self.ended(ended, now)
