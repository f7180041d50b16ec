"""Playing along with somebody: how much room they leave, and what to do when they have stopped.

`space` sets how many notes per beat the machine may have, by how many strokes per beat the human had in the last WINDOW
beats: as many (`follow`) or inversely (`complement`: twice as many of theirs leave half as many of ours; at one a beat
both have one). Either way between SPARSE and BUSY. It is asked of the model as a density where the `density` parameter
asks for none, and kept as a ceiling of LENIENCE times as many in any WINDOW.

The human has stopped when no key was down for `alone_beats`. Then the machine goes on (`keep`), ends (`stop`), or
halves its ceiling every `alone_beats` until it is below THINNEST, and ends (`thin`). By `end` it is the mode that
decides: a duet ends its phrase within a bar or so (`breathing`), a band goes on.
"""

from __future__ import annotations

import math
from collections import deque
from itertools import takewhile
from typing import Final

from bridge.performer.held_notes import HeldNote
from bridge.performer.ledger import AT_ONCE
from bridge.performer.mode_stage import ModeStage

WINDOW: Final = 4.0
SPARSE: Final = 0.25
BUSY: Final = 4.0
LENIENCE: Final = 1.5
# The first ceiling of a player that thins out, and the last, in notes per beat.
THICK: Final = 2.0
THINNEST: Final = 0.25
MOST_RECENT: Final = 256
# A silence of so many beats is the end of a phrase.
BREATH: Final = 4.0


class Company:
    """What the human does, as far as those who play along need to know it. `stage` tells the time."""

    def __init__(self, stage: ModeStage) -> None:
        self._stage = stage
        self._strokes: deque[float] = deque(maxlen=MOST_RECENT)
        self._last_key = -math.inf

    def heard(self, note: HeldNote) -> None:
        """The human pressed a key. Notes of a chord are one stroke."""
        if not self._strokes or note.onset - self._strokes[-1] > AT_ONCE:
            self._strokes.append(note.onset)
        self._last_key = max(self._last_key, note.onset)

    def lifted(self, time: float) -> None:
        """The human let a key go at `time`."""
        self._last_key = max(self._last_key, time)

    def greet(self, now: float) -> None:
        """The machine begins: from here on it can be alone."""
        self._last_key = max(self._last_key, now)

    def strokes_per_beat(self, now: float) -> float:
        """How busily the human plays, over the last WINDOW beats."""
        return count_since(self._strokes, self._window_start(now)) / WINDOW

    def strokes_within(self, beats: float, now: float) -> int:
        """How many strokes the human had in the last so many beats."""
        clock = self._stage.clock
        return count_since(self._strokes, clock.time_at(clock.beat_at(now) - beats))

    def busiest_second(self, beats: float, now: float) -> int:
        """The most strokes that the human had in any one second of the last so many beats."""
        recent = list(self._strokes)[len(self._strokes) - self.strokes_within(beats, now) :]
        most, first = 0, 0
        for place, onset in enumerate(recent):
            while onset - recent[first] >= 1.0:
                first += 1
            most = max(most, place - first + 1)
        return most

    def beats_alone(self, now: float) -> float:
        """Beats since the human last held a key; 0 while they do."""
        clock = self._stage.clock
        if self._stage.hands.playing:
            return 0.0
        return clock.beat_at(now) - clock.beat_at(self._last_key)

    def target(self, now: float) -> float | None:
        """Notes per beat that leave room as asked; None where nothing is asked."""
        theirs = self.strokes_per_beat(now)
        match self._stage.values.space:
            case "follow":
                return min(max(theirs, SPARSE), BUSY)
            case "complement":
                return min(max(1.0 / max(theirs, SPARSE), SPARSE), BUSY)
            case _:
                return None

    def aims(self, now: float) -> dict[str, float]:
        """What to ask the model for, as `Steering.aim` takes it."""
        target = self.target(now)
        return {} if target is None else {"density": target}

    def ceiling(self, now: float) -> float:
        """The most notes per beat there may be; infinity where nothing limits them."""
        target = self.target(now)
        most = math.inf if target is None else LENIENCE * target
        halvings = self._halvings(now)
        return most if halvings == 0 else min(most, THICK) / 2.0**halvings

    def over(self, now: float) -> bool:
        """Whether the human has stopped, and the machine ends."""
        match self._stage.values.alone:
            case "stop":
                return self.beats_alone(now) >= self._stage.values.alone_beats
            case "thin":
                return THICK < THINNEST * 2.0 ** self._halvings(now)
            case _:
                return False

    def breathing(self, now: float) -> bool:
        """Whether by `end` the human has been silent for so long that a partner ends its phrase, too."""
        return self._stage.values.alone == "end" and self.beats_alone(now) >= BREATH

    def full(self, now: float) -> bool:
        """Whether the machine has had all the notes it may have for now."""
        ceiling = self.ceiling(now)
        if not math.isfinite(ceiling):
            return False
        return self.had(now) >= math.ceil(ceiling * WINDOW)

    def had(self, now: float) -> int:
        """Notes that the machine began in the last WINDOW beats, or is about to."""
        return self._stage.ledger.begun_since(self._window_start(now))

    def _halvings(self, now: float) -> int:
        if self._stage.values.alone != "thin":
            return 0
        return int(max(self.beats_alone(now), 0.0) / self._stage.values.alone_beats)

    def _window_start(self, now: float) -> float:
        clock = self._stage.clock
        return clock.time_at(clock.beat_at(now) - WINDOW)


def count_since(onsets: deque[float], since: float) -> int:
    """How many of these onsets, in order, lie after `since`."""
    return sum(1 for _ in takewhile(since.__lt__, reversed(onsets)))
