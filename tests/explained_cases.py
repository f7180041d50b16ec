"""Small cases, and a small model to explain them, for the tests of explanations."""

from __future__ import annotations

import numpy as np

from bridge.engine.model import Draw
from bridge.explanation.case import Case
from bridge.vocabulary.codec import CONTEXT_SIZE, VOICES, Event, context, dt_class, duration_class

KEYS = VOICES.index("keys")
HALF, BEAT = dt_class(24), dt_class(48)
LONG, SHORT = duration_class(2.0), duration_class(0.5)


def events(*rows: tuple[int, int, int]) -> np.ndarray:
    """Rows of wait, pitch and duration."""
    return np.array([(wait, KEYS, pitch, 20, duration) for wait, pitch, duration in rows], np.int64).reshape(-1, 5)


def case(pitches: list[int], draw: Draw | None = None) -> Case:
    before = events(*((HALF, pitch, SHORT) for pitch in pitches[:-1]))
    around = np.array([context([pitch]) for pitch in pitches[:-1]], np.float32).reshape(len(before), CONTEXT_SIZE)
    mine = tuple(place % 2 == 1 for place in range(len(before)))
    return Case(before, around, Event(HALF, KEYS, pitches[-1], 20, SHORT), mine, draw)
