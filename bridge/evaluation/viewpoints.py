"""What a field is predicted from: a few columns of the past, and how its classes are counted.

After Conklin and Witten, "Multiple Viewpoint Systems for Music Prediction", JNMR 24(1), 1995. A pitch may be counted as
its distance from a reference that the past gives (an interval, a degree of the running key), so that what was learnt
holds in every key. Distances are taken modulo 128, so that each reference turns the 128 pitches around and every
distribution stays whole. A long-term viewpoint is counted over the training pieces, a short-term one over the chunk so
far (Pearce, "The Construction and Evaluation of Statistical Models of Melodic Structure", PhD thesis, City University
2005).

Each field has its viewpoints, from the general to the particular (VIEWPOINTS).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from bridge.evaluation.past import NOTHING, Column, Past, coarse
from bridge.vocabulary import codec

PITCHES: Final = 128


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """`columns` of context, the `reference` that pitches are counted from (None: 0), and what is counted."""

    name: str
    columns: tuple[Column, ...]
    reference: Column | None = None
    short_term: bool = False

    def symbols(self, classes: Column) -> Column:
        """The classes [N] to be predicted, as this viewpoint counts them."""
        return classes if self.reference is None else (classes - self.reference) % PITCHES


def trained(name: str, *columns: Column, reference: Column | None = None) -> Viewpoint:
    """A long-term viewpoint."""
    return Viewpoint(name, columns, reference)


def heard(past: Past, name: str, *columns: Column, reference: Column | None = None) -> Viewpoint:
    """A short-term viewpoint."""
    return Viewpoint(f"{name}, here", (past.chunk, *columns), reference, short_term=True)


def _dt_viewpoints(past: Past) -> Iterator[Viewpoint]:
    """The last waits between chords, what sounds next to end, how far the chord is, and where in the bar."""
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
    yield trained("all", nothing)
    yield trained("voice", voice, np.minimum(place, 6))
    yield trained("voices", kind, voice, np.minimum(place, 6))
    yield trained("release", release, voice)
    yield trained("gap", near[0], voice, np.minimum(place, 6))
    yield trained("pulse", pulse, voice, np.minimum(place, 6))
    yield trained("gap and release", gaps[0], release, place)
    yield trained("duration", duration, voice, pulse, np.minimum(place, 6))
    yield trained("gaps", near[0], near[1], voice, place, chord1)
    yield trained("pulse and release", pulse, release, voice, place)
    yield trained("bar", bar, length, voice, pitch, place)
    yield trained("gaps, release", gaps[0], gaps[1], release, voice, place, chord1)
    yield trained("gaps, pulse", gaps[0], gaps[1], pulse, release, voice, place)
    yield trained("3 gaps", gaps[0], gaps[1], gaps[2], voice, place, chord1, chord2)
    yield trained("3 gaps, pulse", gaps[0], gaps[1], gaps[2], pulse, release, voice, place, chord1)
    yield trained("4 gaps, bar", *gaps, bar, voice, place)
    yield heard(past, "gap", near[0], voice, np.minimum(place, 6))
    yield heard(past, "place", place, chord1, voice)
    yield heard(past, "pulse", pulse, voice, place)
    yield heard(past, "gaps", gaps[0], gaps[1], voice, place)
    yield heard(past, "bar", bar, voice, place)
    yield heard(past, "pitch", pitches[0], voice, gaps[0], place)
    yield heard(past, "gaps, release", gaps[0], gaps[1], gaps[2], release, voice, place)
    yield heard(past, "bar and pitch", bar, voice, pitches[0], gaps[0])
    yield heard(past, "3 gaps, chords", gaps[0], gaps[1], gaps[2], voice, place, chord1, chord2)
    yield heard(past, "2 pitches", pitches[0], pitches[1], *voices[:2], past.back(past.dt), gaps[0])
    yield heard(past, "4 pitches", *pitches, *voices, *(past.back(past.dt, k) for k in (1, 2, 3)))


def _voice_viewpoints(past: Past) -> Iterator[Viewpoint]:
    """The last voices and which there are, where in the beat and the chord, and what was just struck."""
    nothing = np.zeros(past.count, np.int32)
    dt, together = past.dt, past.together
    near = coarse(past.wait)
    voices = [past.back(past.voice, k) for k in range(1, 7)]
    place = np.minimum(past.chord_place, 8) * together
    kind, bar = past.recent_voices, past.bar_here
    pulse = past.pulse
    pitch = past.back(past.pitch)
    dts = [past.back(past.dt, k) for k in (1, 2, 3)]
    yield trained("all", nothing)
    yield trained("voices", kind)
    yield trained("voice", kind, voices[0], together)
    yield trained("2 voices", kind, voices[0], voices[1], together, near)
    yield trained("pitch", kind, voices[0], together, pitch, near)
    yield trained("pulse", kind, voices[0], voices[1], dt, pulse)
    yield trained("3 voices", kind, *voices[:3], together, place, coarse(past.until_release))
    yield trained("3 voices, pitch", *voices[:3], dt, place, pitch)
    yield trained("bar", kind, voices[0], dt, bar, past.bar_length, place)
    yield trained("4 voices", kind, *voices[:4], dt, dts[0], dts[1])
    yield trained("6 voices", *voices, dt, *dts)
    yield heard(past, "here", together)
    yield heard(past, "voice", voices[0], together)
    yield heard(past, "2 voices", *voices[:2], near)
    yield heard(past, "3 voices", *voices[:3], dt, place)
    yield heard(past, "pitch", voices[0], pitch, dt)
    yield heard(past, "bar", bar, voices[0], together)
    yield heard(past, "5 voices", *voices[:5], dt, dts[0], dts[1])
    yield heard(past, "2 pitches", *voices[:2], pitch, past.back(past.pitch, 2), dt, dts[0])


_SHIFT = 256  # keeps intervals apart from NOTHING


def _pitch_viewpoints(past: Past) -> Iterator[Viewpoint]:
    """Melody (the voice's line), part (the same place in its chords), voice-leading and harmony, ever longer."""
    view = _View(past)
    yield from _melody_and_harmony(view)
    yield from _longer(view)
    yield from _heard_lately(view)


class _View:
    """The notes that a pitch is seen from. References are 0 for drums, whose keys are names and not heights."""

    def __init__(self, past: Past) -> None:
        self.past, self.voice = past, past.voice
        self.tuned = ~past.drums
        self.none = np.zeros(past.count, np.int32)
        self.lines = _earlier(past, past.in_voice, 4)
        self.parts = _earlier(past, past.in_part, 3)
        self.last = [past.back(past.here, steps) for steps in (1, 2, 3)]
        self.line, self.part = self.reference(self.lines[0]), self.reference(self.parts[0])
        released = past.released
        self.release = np.where(self.tuned & (released >= 0), past.pitch[released], self.part)
        self.had_release = (released >= 0).astype(np.int32)
        self.tonic = np.where(self.tuned, past.key % 12, 0)
        self.mode = np.where(self.tuned, past.key // 12, 2)
        self.chord = np.minimum(past.part_place, 8)
        self.in_chord = past.in_chord
        self.near = coarse(past.wait)

    def reference(self, places: Column) -> Column:
        """Pitches at places."""
        return np.where(self.tuned & (places >= 0), self.past.pitch[places], 0)

    def off(self, base: Column, *places: Column) -> list[Column]:
        """The intervals from `base` of the notes at places; drums as they are."""
        return [np.where(p >= 0, self.past.pitch[p] - base + _SHIFT, NOTHING) for p in places]

    def sounding(self, base: Column) -> Column:
        """Bits of the pitch classes that sound, counted from the reference's."""
        bits, turn = self.past.sounding, base % 12
        return ((bits >> turn) | (bits << (12 - turn))) & 0xFFF


def _earlier(past: Past, before: Column, count: int) -> list[Column]:
    """The places that lie one, two and so on links back."""
    places = [before]
    while len(places) < count:
        places.append(past.at(before, places[-1]))
    return places


def _melody_and_harmony(view: _View) -> Iterator[Viewpoint]:
    past, voice, mode, chord, in_chord = view.past, view.voice, view.mode, view.chord, view.in_chord
    line, part, release, tonic = view.line, view.part, view.release, view.tonic
    (line_degree,), (part_degree,) = view.off(tonic, view.lines[0]), view.off(tonic, view.parts[0])
    (step,) = view.off(line, view.lines[1])
    yield trained("voice", voice, reference=view.none)
    yield trained("degree", voice, mode, chord, reference=tonic)
    yield trained("interval", voice, in_chord, reference=line)
    yield trained("interval, place", voice, in_chord, chord, step, reference=line)
    yield trained("part", voice, chord, past.together, reference=part)
    yield trained("release", voice, chord, view.had_release, view.near, reference=release)
    yield trained("degree of line", voice, mode, line_degree, in_chord, reference=tonic)
    yield trained("degree of part", voice, mode, part_degree, chord, in_chord, reference=tonic)
    yield trained("sounding", voice, mode, view.sounding(tonic), chord, reference=tonic)
    yield trained("sounding, line", voice, view.sounding(line), in_chord, reference=line)
    yield trained("sounding, part", voice, view.sounding(part), chord, reference=part)


def _longer(view: _View) -> Iterator[Viewpoint]:
    past, voice, mode, chord, in_chord = view.past, view.voice, view.mode, view.chord, view.in_chord
    line, part, release, tonic = view.line, view.part, view.release, view.tonic
    (line_degree,), (part_degree,) = view.off(tonic, view.lines[0]), view.off(tonic, view.parts[0])
    steps = view.off(line, *view.lines[1:])
    part_steps = view.off(part, *view.parts[1:])
    drum_bar = np.where(past.drums, past.bar_here, NOTHING)
    yield trained("2 of the line", voice, in_chord, chord, *steps[:2], reference=line)
    yield trained("part, 2", voice, chord, part_steps[0], *view.off(part, view.last[0]), in_chord, reference=part)
    yield trained(
        "release, last", voice, chord, *view.off(release, view.last[0], view.parts[1]), in_chord, view.had_release,
        reference=release,
    )  # fmt: skip
    yield trained("sounding, degree", voice, mode, view.sounding(tonic), line_degree, in_chord, reference=tonic)
    yield trained("pulse", voice, past.pulse, *steps[:2], view.near, in_chord, reference=line)
    yield trained(
        "release, degree", voice, mode, part_degree, view.sounding(tonic), chord, *view.off(tonic, past.released),
        reference=tonic,
    )  # fmt: skip
    yield trained("3 of the line", voice, in_chord, *steps, view.sounding(line), reference=line)
    yield trained("3 of the last", voice, past.dt, *view.off(line, *view.last), reference=line)
    before = view.reference(view.last[0])
    yield trained("drums", voice, drum_bar, past.bar_length, past.back(past.pitch), past.dt, reference=before)
    yield trained("part, 3", voice, *part_steps, *view.off(part, *view.last[:2]), reference=part)


def _heard_lately(view: _View) -> Iterator[Viewpoint]:
    past, voice, chord, in_chord, none = view.past, view.voice, view.chord, view.in_chord, view.none
    lines, (part,), last = view.off(none, *view.lines), view.off(none, view.parts[0]), view.off(none, *view.last)
    steps = view.off(view.line, *view.lines[1:])
    yield heard(past, "voice", voice, reference=none)
    yield heard(past, "interval", voice, steps[0], reference=view.line)
    yield heard(past, "line", voice, lines[0], in_chord, reference=none)
    yield heard(past, "part", voice, part, chord, reference=none)
    yield heard(past, "sounding", voice, past.sounding, chord, reference=none)
    yield heard(past, "last", voice, past.dt, last[0], reference=none)
    yield heard(past, "bar", voice, past.bar_here, lines[0], reference=none)
    yield heard(past, "2 intervals", voice, *steps[:2], view.near, reference=view.line)
    yield heard(past, "2 of the line", voice, *lines[:2], in_chord, reference=none)
    yield heard(past, "2 of the last", voice, *last[:2], past.dt, reference=none)
    yield heard(past, "sounding, line", voice, past.sounding, lines[0], chord, reference=none)
    yield heard(past, "4 intervals", voice, *steps, *view.off(view.line, view.last[0]), reference=view.line)
    yield heard(past, "3 of the line", voice, *lines[:3], past.dt, reference=none)
    yield heard(past, "3 of the last", voice, *last, past.dt, past.back(past.dt), reference=none)


def _velocity_viewpoints(past: Past) -> Iterator[Viewpoint]:
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


def _duration_viewpoints(past: Past) -> Iterator[Viewpoint]:
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


# In the order of codec.FIELDS.
VIEWPOINTS: Final[tuple[Callable[[Past], Iterator[Viewpoint]], ...]] = (
    _dt_viewpoints,
    _voice_viewpoints,
    _pitch_viewpoints,
    _velocity_viewpoints,
    _duration_viewpoints,
)
