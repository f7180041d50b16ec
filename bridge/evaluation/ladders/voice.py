"""Who plays next, the time given."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bridge.evaluation.past import Past, coarse
from bridge.evaluation.viewpoints import Viewpoint, heard, trained


def voice_ladder(past: Past) -> Iterator[Viewpoint]:
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
