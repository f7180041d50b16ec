"""Recognises our own notes when they come back in: a cable, or a DAW track, that loops the output to the input.

As they left they are known one by one. A host that transposes them on the way gives itself away after some: the same
velocities in the same rhythm, all at one interval. What is taken for that is no coincidence: of the last notes that
left, nearly all came back so, equally late, and neither their pitches nor their velocities were all the same. An answer
that is cut off by its own first note, again and again, has no second velocity: there some more notes are wanted, none
of them on the heels of a key (a keyboard with two layers sends two, and a harmony to the first leaves between them).
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from typing import Final

# The longest way round, in seconds, on which a note is still taken for our own.
WAY_ROUND: Final = 0.12
# Of so many notes that left so many must have come back at one interval, as late as each other within STEADY seconds.
LATELY: Final = 6
ENOUGH: Final = 5
STEADY: Final = 0.02
# Of one velocity so many of the last GIVEN_UP, of at least so many pitches, none within this of a key, in seconds.
ENOUGH_ALIKE: Final = 7
PITCHES_ALIKE: Final = 3
ON_ITS_HEELS: Final = 0.05
# An interval is given up once so many notes left and did not come back at it.
GIVEN_UP: Final = 8


@dataclass(slots=True)
class _Left:
    """A note that left, and how late (seconds) a note of its velocity came in at which intervals.

    `alone`: no key had come in just before.
    """

    pitch: int
    velocity: int
    time: float
    alone: bool = False
    came_back: dict[int, float] = field(default_factory=dict)


class FeedbackGuard:
    """Matches what comes in against what went out. A note that went out is matched once at most.

    `interval` is how far off, in semitones, our own notes come back as things stand: 0 unless a host transposes them.
    """

    def __init__(self) -> None:
        self._sent: dict[tuple[int, int, int], float] = {}
        self._inside: set[tuple[int, int]] = set()
        self._left: deque[_Left] = deque(maxlen=max(LATELY, GIVEN_UP))
        self._passed: deque[_Left] = deque(maxlen=GIVEN_UP)
        self._delay = 0.0
        self._last_key = -math.inf
        self.interval = 0
        self.count = 0

    @property
    def warning(self) -> tuple[str, str]:
        """What to tell of notes that come back as things stand: its kind, and the text with the way out."""
        way_out = "are not answered: do not route Antiphon Out to Antiphon In"
        if self.interval:
            return "transposed-loop", f"our own notes come back in, transposed by {self.interval:+d}, and {way_out}"
        return "feedback-loop", f"our own notes come back in and {way_out}"

    def sent(self, pitch: int, velocity: int, channel: int, time: float) -> None:
        """A note of ours leaves at `time`."""
        self._sent[channel, pitch, velocity] = time
        if len(self._sent) > 256:
            self._sent = {key: when for key, when in self._sent.items() if when > time - WAY_ROUND}
        if self.interval and len(self._left) == GIVEN_UP:
            if not any(self.interval in note.came_back for note in self._left):
                self.interval = 0
        self._left.append(_Left(pitch, velocity, time, alone=time - self._last_key > ON_ITS_HEELS))

    def passed(self, pitch: int, velocity: int, time: float) -> None:
        """A note of the human's is passed on at `time`. It may come back transposed, but is no sign of that.

        A keyboard with two layers, or one that makes chords of keys, sends just the same.
        """
        self._passed.append(_Left(pitch, velocity, time))

    def is_own_on(self, pitch: int, velocity: int, channel: int, time: float) -> bool:
        """Whether a note-on arriving at `time` is ours coming back."""
        when = self._sent.get((channel, pitch, velocity))
        if when is not None and when <= time <= when + WAY_ROUND:
            del self._sent[channel, pitch, velocity]
        elif not self._is_transposed(pitch, velocity, time):
            self._last_key = time
            return False
        self._inside.add((channel, pitch))
        self.count += 1
        return True

    def is_own_off(self, pitch: int, channel: int) -> bool:
        """Whether a note-off ends a note that was recognised as ours."""
        if (channel, pitch) not in self._inside:
            return False
        self._inside.discard((channel, pitch))
        return True

    def _is_transposed(self, pitch: int, velocity: int, time: float) -> bool:
        """Whether a note is one that left at another pitch. One that fits is kept as a sign that it may be."""
        own = False
        for note in (*self._left, *(self._passed if self.interval else ())):
            interval, delay = pitch - note.pitch, time - note.time
            if not interval or velocity != note.velocity or not 0.0 <= delay <= WAY_ROUND:
                continue
            if interval in note.came_back:
                continue
            note.came_back[interval] = delay
            if interval == self.interval and abs(delay - self._delay) <= STEADY:
                own = True
            elif not self.interval and self._is_sure(interval):
                self.interval, self._delay = interval, delay
                own = True
            if own:
                break
        return own

    def _is_sure(self, interval: int) -> bool:
        """Whether nearly all that left lately came back at this interval."""
        back = self._back(interval, LATELY)
        if len(back) >= ENOUGH and len({note.velocity for note in back}) > 1:
            return _as_late(back, interval) and len({note.pitch for note in back}) > 1
        back = [note for note in self._back(interval, GIVEN_UP) if note.alone]
        return (
            len(back) >= ENOUGH_ALIKE
            and len({note.pitch for note in back}) >= PITCHES_ALIKE
            and _as_late(back, interval)
        )

    def _back(self, interval: int, last: int) -> list[_Left]:
        """Of so many last notes those that came back at this interval."""
        return [note for note in list(self._left)[-last:] if interval in note.came_back]


def _as_late(notes: list[_Left], interval: int) -> bool:
    delays = [note.came_back[interval] for note in notes]
    return max(delays) - min(delays) <= STEADY
