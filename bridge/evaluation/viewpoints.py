"""What each field of an event is predicted from, in ladders from the general to the particular.

Viewpoints after Conklin and Witten, "Multiple Viewpoint Systems for Music Prediction", JNMR 24(1), 1995: a context
is a few columns of the past, and a pitch is counted as its distance from a reference that the past gives (an
interval, a degree of the running key), which makes what was learnt hold in every key. Distances are taken modulo
128, so that each reference turns the 128 pitches around and every distribution stays whole. A long-term viewpoint
is counted over the training pieces, a short-term one over the chunk so far (Pearce, "The Construction and Evaluation
of Statistical Models of Melodic Structure", PhD thesis, City University 2005).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from bridge import codec
from bridge.evaluation.past import NOTHING, Column, Past, coarse

PITCHES: Final = 128


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """One rung: `columns` of context, the `reference` that pitches are counted from (None: 0), and its memory."""

    name: str
    columns: tuple[Column, ...]
    reference: Column | None = None
    short_term: bool = False

    def symbols(self, classes: Column) -> Column:
        """The classes [N] to be predicted, as this viewpoint counts them."""
        return classes if self.reference is None else (classes - self.reference) % PITCHES


def _long(name: str, *columns: Column, reference: Column | None = None) -> Viewpoint:
    return Viewpoint(name, columns, reference)


def _short(past: Past, name: str, *columns: Column, reference: Column | None = None) -> Viewpoint:
    return Viewpoint(f"{name}, here", (past.chunk, *columns), reference, short_term=True)


def _dt(past: Past) -> Iterator[Viewpoint]:
    nothing = np.zeros(past.count, np.int32)
    place, release = past.chord_place, past.until_release
    step1 = past.last_step
    step2 = past.at(step1, step1)
    step3 = past.at(step1, step2)
    step4 = past.at(step1, step3)
    gaps = [past.at(past.dt, step) for step in (step1, step2, step3, step4)]
    near = [coarse(past.at(past.wait, step)) for step in (step1, step2, step3, step4)]
    chord1 = np.where(step2 >= 0, step1 - step2, NOTHING)
    chord2 = np.where(step3 >= 0, step2 - step3, NOTHING)
    voice, pitch, duration = past.back(past.voice), past.back(past.pitch), past.back(past.duration)
    voices = [past.back(past.voice, k) for k in (1, 2, 3)]
    pitches = [past.back(past.pitch, k) for k in (1, 2, 3, 4)]
    bar, length = past.bar_before, past.bar_length
    pulse = np.where(bar >= 0, bar % codec.TICKS_PER_BEAT, NOTHING)
    kind = past.recent_voices
    yield _long("all", nothing)
    yield _long("voice", voice, np.minimum(place, 6))
    yield _long("voices", kind, voice, np.minimum(place, 6))
    yield _long("release", release, voice)
    yield _long("gap", near[0], voice, np.minimum(place, 6))
    yield _long("pulse", pulse, voice, np.minimum(place, 6))
    yield _long("gap and release", gaps[0], release, place)
    yield _long("duration", duration, voice, pulse, np.minimum(place, 6))
    yield _long("gaps", near[0], near[1], voice, place, chord1)
    yield _long("pulse and release", pulse, release, voice, place)
    yield _long("bar", bar, length, voice, pitch, place)
    yield _long("gaps, release", gaps[0], gaps[1], release, voice, place, chord1)
    yield _long("gaps, pulse", gaps[0], gaps[1], pulse, release, voice, place)
    yield _long("3 gaps", gaps[0], gaps[1], gaps[2], voice, place, chord1, chord2)
    yield _long("3 gaps, pulse", gaps[0], gaps[1], gaps[2], pulse, release, voice, place, chord1)
    yield _long("4 gaps, bar", *gaps, bar, voice, place)
    yield _short(past, "gap", near[0], voice, np.minimum(place, 6))
    yield _short(past, "place", place, chord1, voice)
    yield _short(past, "pulse", pulse, voice, place)
    yield _short(past, "gaps", gaps[0], gaps[1], voice, place)
    yield _short(past, "bar", bar, voice, place)
    yield _short(past, "pitch", pitches[0], voice, gaps[0], place)
    yield _short(past, "gaps, release", gaps[0], gaps[1], gaps[2], release, voice, place)
    yield _short(past, "bar and pitch", bar, voice, pitches[0], gaps[0])
    yield _short(past, "3 gaps, chords", gaps[0], gaps[1], gaps[2], voice, place, chord1, chord2)
    yield _short(past, "2 pitches", pitches[0], pitches[1], *voices[:2], past.back(past.dt), gaps[0])
    yield _short(past, "4 pitches", *pitches, *voices, *(past.back(past.dt, k) for k in (1, 2, 3)))


def _voice(past: Past) -> Iterator[Viewpoint]:
    nothing = np.zeros(past.count, np.int32)
    dt, together = past.dt, (past.dt == 0).astype(np.int32)
    near = coarse(past.wait)
    voices = [past.back(past.voice, k) for k in range(1, 7)]
    place = np.minimum(past.chord_place, 8) * together
    kind, bar = past.recent_voices, past.bar_here
    pulse = np.where(bar >= 0, bar % codec.TICKS_PER_BEAT, NOTHING)
    pitch = past.back(past.pitch)
    dts = [past.back(past.dt, k) for k in (1, 2, 3)]
    yield _long("all", nothing)
    yield _long("voices", kind)
    yield _long("voice", kind, voices[0], together)
    yield _long("2 voices", kind, voices[0], voices[1], together, near)
    yield _long("pitch", kind, voices[0], together, pitch, near)
    yield _long("pulse", kind, voices[0], voices[1], dt, pulse)
    yield _long("3 voices", kind, *voices[:3], together, place, coarse(past.until_release))
    yield _long("3 voices, pitch", *voices[:3], dt, place, pitch)
    yield _long("bar", kind, voices[0], dt, bar, past.bar_length, place)
    yield _long("4 voices", kind, *voices[:4], dt, dts[0], dts[1])
    yield _long("6 voices", *voices, dt, *dts)
    yield _short(past, "here", together)
    yield _short(past, "voice", voices[0], together)
    yield _short(past, "2 voices", *voices[:2], near)
    yield _short(past, "3 voices", *voices[:3], dt, place)
    yield _short(past, "pitch", voices[0], pitch, dt)
    yield _short(past, "bar", bar, voices[0], together)
    yield _short(past, "5 voices", *voices[:5], dt, dts[0], dts[1])
    yield _short(past, "2 pitches", *voices[:2], pitch, past.back(past.pitch, 2), dt, dts[0])


def _pitch(past: Past) -> Iterator[Viewpoint]:
    tuned = ~past.drums
    voice, together = past.voice, (past.dt == 0).astype(np.int32)
    here = past.here

    def reference(places: Column) -> Column:
        """Pitches at places, 0 for drums and where there is none."""
        return np.where(tuned & (places >= 0), past.pitch[places], 0)

    def interval(places: Column, base: Column) -> Column:
        """Of the notes at places from `base`; drums as they are."""
        return np.where(places >= 0, past.pitch[places] - base + 256, NOTHING)

    line1 = past.in_voice
    line2 = past.at(line1, line1)
    line3 = past.at(line1, line2)
    line4 = past.at(line1, line3)
    part1 = past.in_part
    part2 = past.at(part1, part1)
    part3 = past.at(part1, part2)
    last1 = past.back(here)
    last2, last3 = past.back(here, 2), past.back(here, 3)
    released = past.released
    tonic = np.where(tuned, past.key % 12, 0)
    mode = np.where(tuned, past.key // 12, 2)
    chord = np.minimum(past.part_place, 8)
    by_line, by_part, by_last = reference(line1), reference(part1), reference(last1)
    by_release = np.where(tuned & (released >= 0), past.pitch[released], by_part)
    turned_line = _turned(past.sounding, by_line)
    turned_part = _turned(past.sounding, by_part)
    turned_key = _turned(past.sounding, tonic)
    bar = past.bar_here
    pulse = np.where(bar >= 0, bar % codec.TICKS_PER_BEAT, NOTHING)
    degree_line = np.where(line1 >= 0, past.pitch[line1] - tonic + 256, NOTHING)
    degree_part = np.where(part1 >= 0, past.pitch[part1] - tonic + 256, NOTHING)
    in_chord = together * (past.back(past.voice) == voice)
    near = coarse(past.wait)
    had_release = (released >= 0).astype(np.int32)
    zero = np.zeros(past.count, np.int32)
    yield _long("voice", voice, reference=zero)
    yield _long("degree", voice, mode, chord, reference=tonic)
    yield _long("interval", voice, in_chord, reference=by_line)
    yield _long("interval, place", voice, in_chord, chord, interval(line2, by_line), reference=by_line)
    yield _long("part", voice, chord, together, reference=by_part)
    yield _long("release", voice, chord, had_release, near, reference=by_release)
    yield _long("degree of line", voice, mode, degree_line, in_chord, reference=tonic)
    yield _long("degree of part", voice, mode, degree_part, chord, in_chord, reference=tonic)
    yield _long("sounding", voice, mode, turned_key, chord, reference=tonic)
    yield _long("sounding, line", voice, turned_line, in_chord, reference=by_line)
    yield _long("sounding, part", voice, turned_part, chord, reference=by_part)
    yield _long("2 of the line", voice, in_chord, chord, interval(line2, by_line), interval(line3, by_line),
                reference=by_line)  # fmt: skip
    yield _long("part, 2", voice, chord, interval(part2, by_part), interval(last1, by_part), in_chord,
                reference=by_part)  # fmt: skip
    yield _long("release, last", voice, chord, interval(last1, by_release), interval(part2, by_release), in_chord,
                had_release, reference=by_release)  # fmt: skip
    yield _long("sounding, degree", voice, mode, turned_key, degree_line, in_chord, reference=tonic)
    yield _long("pulse", voice, pulse, interval(line2, by_line), interval(line3, by_line), near, in_chord,
                reference=by_line)  # fmt: skip
    yield _long("release, degree", voice, mode, degree_part, turned_key, chord,
                interval(released, tonic), reference=tonic)  # fmt: skip
    yield _long("3 of the line", voice, in_chord, interval(line2, by_line), interval(line3, by_line),
                interval(line4, by_line), turned_line, reference=by_line)  # fmt: skip
    yield _long("3 of the last", voice, past.dt, interval(last1, by_line), interval(last2, by_line),
                interval(last3, by_line), reference=by_line)  # fmt: skip
    drum_bar = np.where(past.drums, bar, NOTHING)
    yield _long("drums", voice, drum_bar, past.bar_length, past.back(past.pitch), past.dt, reference=by_last)
    yield _long("part, 3", voice, interval(part2, by_part), interval(part3, by_part), interval(last1, by_part),
                interval(last2, by_part), reference=by_part)  # fmt: skip
    yield _short(past, "voice", voice, reference=zero)
    yield _short(past, "interval", voice, interval(line2, by_line), reference=by_line)
    yield _short(past, "line", voice, interval(line1, zero), in_chord, reference=zero)
    yield _short(past, "part", voice, interval(part1, zero), chord, reference=zero)
    yield _short(past, "sounding", voice, past.sounding, chord, reference=zero)
    yield _short(past, "last", voice, past.dt, interval(last1, zero), reference=zero)
    yield _short(past, "bar", voice, bar, interval(line1, zero), reference=zero)
    yield _short(past, "2 intervals", voice, interval(line2, by_line), interval(line3, by_line), near,
                 reference=by_line)  # fmt: skip
    yield _short(past, "2 of the line", voice, interval(line1, zero), interval(line2, zero), in_chord, reference=zero)
    yield _short(past, "2 of the last", voice, interval(last1, zero), interval(last2, zero), past.dt, reference=zero)
    yield _short(past, "sounding, line", voice, past.sounding, interval(line1, zero), chord, reference=zero)
    yield _short(past, "4 intervals", voice, *(interval(line, by_line) for line in (line2, line3, line4, last1)),
                 reference=by_line)  # fmt: skip
    yield _short(past, "3 of the line", voice, *(interval(line, zero) for line in (line1, line2, line3)), past.dt,
                 reference=zero)  # fmt: skip
    yield _short(past, "3 of the last", voice, *(interval(last, zero) for last in (last1, last2, last3)), past.dt,
                 past.back(past.dt), reference=zero)  # fmt: skip


def _turned(bits: Column, reference: Column) -> Column:
    """Bits of pitch classes counted from the reference's."""
    turn = reference % 12
    return ((bits >> turn) | (bits << (12 - turn))) & 0xFFF


def _velocity(past: Past) -> Iterator[Viewpoint]:
    nothing = np.zeros(past.count, np.int32)
    voice, together = past.voice, (past.dt == 0).astype(np.int32)
    line1 = past.in_voice
    line2 = past.at(line1, line1)
    loud1, loud2 = past.at(past.velocity, line1), past.at(past.velocity, line2)
    last1, last2 = past.back(past.velocity), past.back(past.velocity, 2)
    same = past.before_in(voice, past.pitch)
    loud_same = past.at(past.velocity, same)
    loud_same2 = past.at(past.velocity, past.at(same, same))
    bar = past.bar_here
    pulse = np.where(bar >= 0, bar % codec.TICKS_PER_BEAT, NOTHING)
    drum = np.where(past.drums, past.pitch, NOTHING)
    step = np.clip(past.pitch - past.at(past.pitch, line1), -13, 13)
    in_chord = together * (past.back(past.voice) == voice)
    chord = np.minimum(past.part_place, 4)
    register = past.pitch // 6
    near = coarse(past.wait)
    mean = _running_mean(past)
    spread = np.where(past.drums, past.pitch, register)
    yield _long("all", nothing)
    yield _long("voice", voice, drum)
    yield _long("line", voice, loud1)
    yield _long("mean", voice, mean, spread)
    yield _long("line, chord", voice, loud1, in_chord, step)
    yield _long("same pitch", voice, loud_same, drum, in_chord)
    yield _long("mean, line", voice, mean, loud1, drum, in_chord)
    yield _long("line, wait", voice, loud1, near, chord, spread)
    yield _long("same and last", voice, loud_same, last1, drum, in_chord)
    yield _long("2 of the line", voice, loud1, loud2, in_chord, drum)
    yield _long("pulse", voice, pulse, loud1, drum, near)
    yield _long("bar", voice, bar, drum, loud_same)
    yield _long("2 of the line, same", voice, loud1, loud2, loud_same, drum)
    yield _long("2 last", voice, last1, last2, past.dt, step)
    yield _short(past, "voice", voice)
    yield _short(past, "pitch", voice, past.pitch)
    yield _short(past, "line", voice, loud1, in_chord)
    yield _short(past, "same", voice, past.pitch, loud_same)
    yield _short(past, "bar", voice, drum, bar)
    yield _short(past, "wait", voice, past.pitch, past.dt)
    yield _short(past, "pitch, line", voice, past.pitch, loud1)
    yield _short(past, "2 same", voice, past.pitch, loud_same, loud_same2)
    yield _short(past, "2 of the line", voice, loud1, loud2, past.dt)
    yield _short(past, "2 pitches", voice, past.pitch, past.back(past.pitch), past.back(past.pitch, 2), last1)


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


def _duration(past: Past) -> Iterator[Viewpoint]:
    nothing = np.zeros(past.count, np.int32)
    voice, together = past.voice, (past.dt == 0).astype(np.int32)
    line1 = past.in_voice
    line2 = past.at(line1, line1)
    long1, long2 = past.at(past.duration, line1), past.at(past.duration, line2)
    part1 = past.in_part
    long_part = past.at(past.duration, part1)
    long_part2 = past.at(past.duration, past.at(part1, part1))
    same = past.before_in(voice, past.pitch)
    long_same = past.at(past.duration, same)
    last1 = past.back(past.duration)
    in_chord = together * (past.back(past.voice) == voice)
    bar = past.bar_here
    pulse = np.where(bar >= 0, bar % codec.TICKS_PER_BEAT, NOTHING)
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
    yield _long("all", nothing)
    yield _long("voice", voice, drum)
    yield _long("register", voice, register, past.recent_voices)
    yield _long("line", voice, long1, in_chord)
    yield _long("left", voice, coarse(left), in_chord)
    yield _long("part", voice, long_part, chord)
    yield _long("wait", voice, long1, near, in_chord)
    yield _long("loud", voice, loud, coarse(left_line), in_chord, np.where(past.drums, past.pitch, register))
    yield _long("pulse", voice, long1, pulse, in_chord)
    yield _long("left, exact", voice, left, in_chord, pulse)
    yield _long("part, since", voice, long_part, since, chord, pulse)
    yield _long("step", voice, long1, step, in_chord, near)
    yield _long("2 of the line", voice, long1, long2, in_chord, pulse)
    yield _long("bar", voice, bar, past.bar_length, long1, in_chord)
    yield _long("2 of the part", voice, long_part, long_part2, chord, pulse, near)
    yield _long("line, left", voice, long1, left, left_line, pulse)
    yield _long("2 of the line, wait", voice, long1, long2, past.dt, bar, in_chord)
    yield _long("same", voice, long_same, long1, pulse, past.dt, in_chord)
    yield _short(past, "voice", voice, drum)
    yield _short(past, "line", voice, long1, in_chord)
    yield _short(past, "pulse", voice, pulse, in_chord)
    yield _short(past, "left", voice, left, in_chord)
    yield _short(past, "part", voice, long_part, since, chord)
    yield _short(past, "bar", voice, bar, in_chord)
    yield _short(past, "pitch", voice, past.pitch, long1)
    yield _short(past, "line, wait", voice, long1, past.dt, last1)
    yield _short(past, "2 of the line", voice, long1, long2, past.dt, bar)
    yield _short(past, "pitch, wait", voice, past.pitch, past.back(past.pitch), past.dt)
    yield _short(past, "2 pitches", voice, past.pitch, past.back(past.pitch), past.back(past.pitch, 2), last1)


# In the order of codec.FIELDS.
LADDERS: Final[tuple[Callable[[Past], Iterator[Viewpoint]], ...]] = (_dt, _voice, _pitch, _velocity, _duration)
