"""Where beats and bar lines are: the song's grid in the beats of the session clock.

A line of the grid lies where the song's beat (`SessionClock.bar_beat_at`) is a whole multiple of some number of beats.
All positions are beats of the session clock, which never jump; a transport that jumps moves the lines.
"""

from __future__ import annotations

import math
from typing import Final

from bridge.timing.clock import SessionClock

# What lies so near to a line, in beats, is on it.
ON_THE_LINE: Final = 1e-6


def line_from(clock: SessionClock, beat: float, every: float) -> float:
    """The first line at or after `beat`, where there is one `every` so many beats."""
    song = beat + clock.song_offset
    return math.ceil(song / every - ON_THE_LINE) * every - clock.song_offset


def nearest_line(clock: SessionClock, beat: float, every: float) -> float:
    """The line nearest to `beat`, where there is one `every` so many beats."""
    return math.floor((beat + clock.song_offset) / every + 0.5) * every - clock.song_offset


def next_beat(clock: SessionClock, beat: float) -> float:
    """The first beat of the song at or after `beat`."""
    return line_from(clock, beat, 1.0)


def next_bar(clock: SessionClock, beat: float) -> float:
    """The first bar line at or after `beat`."""
    return line_from(clock, beat, clock.beats_per_bar)
