"""What the model is told at each event of a stretch that it learns from: who plays, what the next notes are like."""

from __future__ import annotations

import numpy as np

from bridge.data.encode import Ints, Stretch, ticks_of
from bridge.data.guides import control_classes, controls_ahead
from bridge.vocabulary import codec
from bridge.vocabulary.guide import CONTROLS, ENDING_ENTRY, FREE, GUIDE_SIZE, HUMAN, MACHINE, SILENT, UNKNOWN


def drawn_roles(voice: Ints, rng: np.random.Generator) -> Ints:
    """Who is said to play which of the voices, [7]: nothing of a third of the stretches, else all of them or some."""
    roles = np.full(len(codec.VOICES), UNKNOWN, np.int64)
    if rng.random() < 0.35:
        return roles
    present = np.unique(voice)
    if rng.random() < 0.7:
        roles[:] = SILENT
    roles[present] = HUMAN
    roles[present if rng.random() < 0.5 else _some(present, rng)] = MACHINE
    if rng.random() < 0.25:
        roles[present[rng.random(len(present)) < 0.5]] = UNKNOWN
    return roles


def _some(present: Ints, rng: np.random.Generator) -> Ints:
    """Some of the voices but not all (unless there is but one): one stays the human's, or only one does not."""
    if len(present) < 2:
        return present
    one = rng.choice(present)
    return present[present != one] if rng.random() < 0.5 else np.array([one])


def guide_of_stretch(stretch: Stretch, roles: Ints, rng: np.random.Generator) -> Ints:
    """The guide at each event of a stretch in which nobody changes, [N, GUIDE_SIZE]: `roles`, and mostly some controls.

    The controls are measured over all notes that are not said to be the human's.
    """
    out = np.zeros((len(stretch.onset), GUIDE_SIZE), np.int64)
    out[:, : len(codec.VOICES)] = roles
    if rng.random() < 0.75:
        onset, offset = ticks_of(stretch.onset), ticks_of(stretch.offset)
        ahead = control_classes(controls_ahead(stretch, onset, offset, roles[stretch.voice] != HUMAN))
        told = rng.random(len(CONTROLS)) < 0.5
        out[:, len(codec.VOICES) : ENDING_ENTRY] = np.where(told, ahead, FREE)
    return out
