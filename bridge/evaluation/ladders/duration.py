"""How long the next note is, all else given."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bridge.evaluation.past import NOTHING, Past, coarse
from bridge.evaluation.viewpoints import Viewpoint, heard, trained
from bridge.vocabulary import codec


def duration_ladder(past: Past) -> Iterator[Viewpoint]:
    """The lengths of the line and of the part, what still sounds, the wait and the place in the bar."""
    nothing = np.zeros(past.count, np.int32)
    voice, in_chord = past.voice, past.in_chord
    line1 = past.in_voice
    line2 = past.at(line1, line1)
    long1, long2 = past.at(past.duration, line1), past.at(past.duration, line2)
    part1 = past.in_part
    long_part = past.at(past.duration, part1)
    long_part2 = past.at(past.duration, past.at(part1, part1))
    same = past.before_in(voice, past.pitch)
    long_same = past.at(past.duration, same)
    last1 = past.back(past.duration)
    bar = past.bar_here
    pulse = past.pulse
    drum = np.where(past.drums, past.pitch, NOTHING)
    chord = np.minimum(past.part_place, 6)
    near = coarse(past.wait)
    step = np.clip(past.pitch - past.at(past.pitch, line1), -13, 13)
    # What the previous event has still to sound as this one begins: chords often end together.
    left = np.maximum(past.back(past.offset) - past.onset, 0)
    left_line = np.maximum(past.at(past.offset, line1) - past.onset, 0)
    since = coarse(past.onset - past.at(past.onset, part1))
    loud = np.where(past.velocity < codec.UNKNOWN_VELOCITY, past.velocity // 3, NOTHING)
    register = past.pitch // 6
    yield trained("all", nothing)
    yield trained("voice", voice, drum)
    yield trained("register", voice, register, past.recent_voices)
    yield trained("line", voice, long1, in_chord)
    yield trained("left", voice, coarse(left), in_chord)
    yield trained("part", voice, long_part, chord)
    yield trained("wait", voice, long1, near, in_chord)
    yield trained("loud", voice, loud, coarse(left_line), in_chord, np.where(past.drums, past.pitch, register))
    yield trained("pulse", voice, long1, pulse, in_chord)
    yield trained("left, exact", voice, left, in_chord, pulse)
    yield trained("part, since", voice, long_part, since, chord, pulse)
    yield trained("step", voice, long1, step, in_chord, near)
    yield trained("2 of the line", voice, long1, long2, in_chord, pulse)
    yield trained("bar", voice, bar, past.bar_length, long1, in_chord)
    yield trained("2 of the part", voice, long_part, long_part2, chord, pulse, near)
    yield trained("line, left", voice, long1, left, left_line, pulse)
    yield trained("2 of the line, wait", voice, long1, long2, past.dt, bar, in_chord)
    yield trained("same", voice, long_same, long1, pulse, past.dt, in_chord)
    yield heard(past, "voice", voice, drum)
    yield heard(past, "line", voice, long1, in_chord)
    yield heard(past, "pulse", voice, pulse, in_chord)
    yield heard(past, "left", voice, left, in_chord)
    yield heard(past, "part", voice, long_part, since, chord)
    yield heard(past, "bar", voice, bar, in_chord)
    yield heard(past, "pitch", voice, past.pitch, long1)
    yield heard(past, "line, wait", voice, long1, past.dt, last1)
    yield heard(past, "2 of the line", voice, long1, long2, past.dt, bar)
    yield heard(past, "pitch, wait", voice, past.pitch, past.back(past.pitch), past.dt)
    yield heard(past, "2 pitches", voice, past.pitch, past.back(past.pitch), past.back(past.pitch, 2), last1)
