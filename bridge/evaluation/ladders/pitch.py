"""The next pitch, time and voice given."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bridge.evaluation.past import NOTHING, Column, Past, coarse
from bridge.evaluation.viewpoints import Viewpoint, heard, trained

_SHIFT = 256  # keeps intervals apart from NOTHING


def pitch_ladder(past: Past) -> Iterator[Viewpoint]:
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
