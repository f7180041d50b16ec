"""What the human plays, passed on to the output: controllers and the like, and notes where that is asked for.

Whatever was begun is ended where it was begun: a key that was passed on keeps its output channel until its note-off
has left, a pedal until it is up, though `thru` or `thru_channel` were set otherwise meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bridge.midi import bytes as midi_bytes
from bridge.performer.feedback_loop import WAY_ROUND
from bridge.vocabulary.controllers import ALL_NOTES_OFF, ALL_SOUND_OFF, RESET_CONTROLLERS
from bridge.vocabulary.events import Control, NoteOn, PassThrough
from bridge.vocabulary.parameters import Values

_FIRST_CHANNEL_STATUS: Final = 0x80
_FIRST_SYSTEM_STATUS: Final = 0xF0


@dataclass(frozen=True, slots=True)
class _Passed:
    """A note that was passed on and did not end: when (seconds), with which velocity, on which channel it left."""

    time: float
    velocity: int
    channel: int


class Thru:
    """Passes on by the parameters `thru` and `thru_channel` of `values()`; `emit` takes what leaves.

    What ends all notes of a channel ends those of the channels whose `master_of` it is (MPE), too.
    """

    def __init__(
        self,
        values: Callable[[], Values],
        emit: Callable[[PassThrough], None],
        master_of: Callable[[int], int] = lambda channel: channel,
    ) -> None:
        self._values = values
        self._master_of = master_of
        self._emit = emit
        # By the channel on which it came and pitch, and by channel and controller.
        self._keys: dict[tuple[int, int], _Passed] = {}
        self._pedals: dict[tuple[int, int], int] = {}
        self.echoes = 0

    @property
    def keys(self) -> frozenset[tuple[int, int]]:
        """Channel and pitch, as they left, of the notes that did not end."""
        return frozenset((passed.channel, pitch) for (_, pitch), passed in self._keys.items())

    def press(self, note: NoteOn) -> bool:
        """A key goes down. True where it is passed on."""
        self.lift(note.pitch, note.channel)
        if self._values().thru != "notes":
            return False
        channel = self._channel(note.channel)
        self._keys[note.channel, note.pitch] = _Passed(note.time, note.velocity, channel)
        self._emit(PassThrough(midi_bytes.note_on(note.pitch, note.velocity, channel)))
        return True

    def lift(self, pitch: int, channel: int) -> None:
        """A key comes up. Where another keyboard holds that note on the output it sounds on."""
        passed = self._keys.pop((channel, pitch), None)
        if passed is not None and (passed.channel, pitch) not in self.keys:
            self._emit(PassThrough(midi_bytes.note_off(pitch, passed.channel)))

    def is_echo(self, note: NoteOn) -> bool:
        """Whether a note is one that was passed on and came back in by a loop while its key is down."""
        echo = any(
            (pitch, passed.channel, passed.velocity) == (note.pitch, note.channel, note.velocity)
            and 0.0 <= note.time - passed.time <= WAY_ROUND
            for (_, pitch), passed in self._keys.items()
        )
        self.echoes += echo
        return echo

    def control(self, item: Control) -> None:
        """A controller moves that steers nothing of ours, or a channel mode message comes."""
        if item.controller == ALL_SOUND_OFF or item.controller >= ALL_NOTES_OFF:
            self.lift_keys(item.channel)
        if item.controller in (ALL_SOUND_OFF, RESET_CONTROLLERS):
            self.lift_pedals(item.channel)
        key = item.channel, item.controller
        channel = self._pedals.get(key)
        if channel is None and self._passes:
            channel = self._channel(item.channel)
        if channel is None:
            return
        if item.controller in midi_bytes.PEDALS:
            if item.value >= midi_bytes.PEDAL_DOWN:
                self._pedals[key] = channel
            else:
                self._pedals.pop(key, None)
        self._emit(PassThrough(midi_bytes.control(item.controller, item.value, channel)))

    def other(self, data: bytes) -> None:
        """A message that is neither a note nor a controller."""
        if not self._passes:
            return
        if _FIRST_CHANNEL_STATUS <= data[0] < _FIRST_SYSTEM_STATUS:
            data = bytes((data[0] & 0xF0 | self._channel((data[0] & 0x0F) + 1) - 1, *data[1:]))
        self._emit(PassThrough(data))

    def lift_keys(self, channel: int | None = None) -> None:
        """The keys of a channel come up at once, or all."""
        for came_on, pitch in [key for key in self._keys if channel in (None, key[0], self._master_of(key[0]))]:
            self.lift(pitch, came_on)

    def lift_pedals(self, channel: int | None = None) -> None:
        """The pedals of a channel come up at once, or all."""
        for key in [key for key in self._pedals if channel in (None, key[0])]:
            self._emit(PassThrough(midi_bytes.control(key[1], 0, self._pedals.pop(key))))

    def lift_covered(self, keys: Callable[[int, int], bool], controllers: Callable[[int, int], bool]) -> None:
        """What is no longer passed on comes up: `keys` and `controllers` say which, by channel and number."""
        for channel, pitch in [key for key in self._keys if keys(*key)]:
            self.lift(pitch, channel)
        for key in [key for key in self._pedals if controllers(*key)]:
            self._emit(PassThrough(midi_bytes.control(key[1], 0, self._pedals.pop(key))))

    @property
    def _passes(self) -> bool:
        return self._values().thru != "off"

    def _channel(self, came_on: int) -> int:
        return self._values().thru_channel or came_on
