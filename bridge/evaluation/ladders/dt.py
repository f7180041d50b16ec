"""The time to the next event."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bridge.evaluation.past import NOTHING, Past, coarse
from bridge.evaluation.viewpoints import Viewpoint, heard, trained
from bridge.vocabulary import codec


def dt_ladder(past: Past) -> Iterator[Viewpoint]:
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
