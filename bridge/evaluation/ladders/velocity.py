"""How loud the next note is, time, voice and pitch given."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bridge.evaluation.past import NOTHING, Column, Past, coarse
from bridge.evaluation.viewpoints import Viewpoint, heard, trained
from bridge.vocabulary import codec


def velocity_ladder(past: Past) -> Iterator[Viewpoint]:
    """The loudness of the voice lately, of its line and of the same pitch or drum; where in the bar."""
    nothing = np.zeros(past.count, np.int32)
    voice, in_chord = past.voice, past.in_chord
    line1 = past.in_voice
    line2 = past.at(line1, line1)
    loud1, loud2 = past.at(past.velocity, line1), past.at(past.velocity, line2)
    last1, last2 = past.back(past.velocity), past.back(past.velocity, 2)
    same = past.before_in(voice, past.pitch)
    loud_same = past.at(past.velocity, same)
    loud_same2 = past.at(past.velocity, past.at(same, same))
    bar = past.bar_here
    pulse = past.pulse
    drum = np.where(past.drums, past.pitch, NOTHING)
    step = np.clip(past.pitch - past.at(past.pitch, line1), -13, 13)
    chord = np.minimum(past.part_place, 4)
    register = past.pitch // 6
    near = coarse(past.wait)
    mean = _running_mean(past)
    spread = np.where(past.drums, past.pitch, register)
    yield trained("all", nothing)
    yield trained("voice", voice, drum)
    yield trained("line", voice, loud1)
    yield trained("mean", voice, mean, spread)
    yield trained("line, chord", voice, loud1, in_chord, step)
    yield trained("same pitch", voice, loud_same, drum, in_chord)
    yield trained("mean, line", voice, mean, loud1, drum, in_chord)
    yield trained("line, wait", voice, loud1, near, chord, spread)
    yield trained("same and last", voice, loud_same, last1, drum, in_chord)
    yield trained("2 of the line", voice, loud1, loud2, in_chord, drum)
    yield trained("pulse", voice, pulse, loud1, drum, near)
    yield trained("bar", voice, bar, drum, loud_same)
    yield trained("2 of the line, same", voice, loud1, loud2, loud_same, drum)
    yield trained("2 last", voice, last1, last2, past.dt, step)
    yield heard(past, "voice", voice)
    yield heard(past, "pitch", voice, past.pitch)
    yield heard(past, "line", voice, loud1, in_chord)
    yield heard(past, "same", voice, past.pitch, loud_same)
    yield heard(past, "bar", voice, drum, bar)
    yield heard(past, "wait", voice, past.pitch, past.dt)
    yield heard(past, "pitch, line", voice, past.pitch, loud1)
    yield heard(past, "2 same", voice, past.pitch, loud_same, loud_same2)
    yield heard(past, "2 of the line", voice, loud1, loud2, past.dt)
    yield heard(past, "2 pitches", voice, past.pitch, past.back(past.pitch), past.back(past.pitch, 2), last1)


def _running_mean(past: Past) -> Column:
    """Mean velocity class of the voice's last 8 notes, in steps of 1; NOTHING while it has none that are known."""
    total, number = np.zeros(past.count), np.zeros(past.count)
    place = past.in_voice
    for _ in range(8):
        loud = past.at(past.velocity, place)
        known = (loud >= 0) & (loud < codec.UNKNOWN_VELOCITY)
        total, number = total + np.where(known, loud, 0), number + known
        place = past.at(past.in_voice, place)
    return np.where(number > 0, np.rint(total / np.maximum(number, 1)), NOTHING).astype(np.int32)
