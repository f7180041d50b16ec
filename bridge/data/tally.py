"""Distributions over many pieces, counted piece by piece: what the report draws."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.data.notes import NoteArray
from bridge.vocabulary import codec

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Measure:
    """One distribution: the edges of its bins (what lies beyond counts in the outermost), and what is counted."""

    title: str
    unit: str
    edges: npt.NDArray[np.float64]
    logarithmic: bool = False

    def no_counts(self) -> Counts:
        """A zero for each bin."""
        return np.zeros(len(self.edges) - 1, np.int64)


MEASURES: Final = {
    "pitch": Measure("Pitch (drums apart)", "MIDI key", np.arange(129.0)),
    "velocity": Measure("Velocity (where known)", "MIDI velocity", np.arange(1.0, 129.0)),
    "duration": Measure("Duration", "seconds", np.geomspace(0.01, 30, 49), True),
    "inter-onset": Measure("Time to the next onset (chords apart)", "seconds", np.geomspace(0.005, 10, 49), True),
    "polyphony": Measure("Notes that sound at an onset", "notes", np.arange(1.0, 34.0)),
    "tempo": Measure("Tempo (mean, of pieces that have beats)", "beats a minute", np.arange(20.0, 301.0, 5.0)),
    "length": Measure("Length of a piece", "minutes", np.geomspace(0.02, 120, 49), True),
}


class Tally:
    """Histograms of MEASURES by source, and what each voice plays."""

    def __init__(self) -> None:
        self.counts: dict[str, dict[str, Counts]] = {
            name: defaultdict(measure.no_counts) for name, measure in MEASURES.items()
        }
        self.voice_notes = np.zeros(len(codec.VOICES), np.int64)
        self.voice_hours = np.zeros(len(codec.VOICES))
        self.unknown_velocities = 0

    def add(self, source: str, notes: NoteArray, has_beats: bool) -> None:
        """Count one piece: NOTE [N], ordered by onset."""
        onset, offset = notes["onset_seconds"], notes["offset_seconds"]
        seconds = float(offset.max() - onset.min())
        ordered = np.sort(onset, kind="stable")
        gaps = np.diff(ordered)
        ended = np.searchsorted(np.sort(offset, kind="stable"), ordered, side="right")
        begun = np.searchsorted(ordered, ordered, side="right")
        velocity = notes["velocity"]
        values = {
            "pitch": notes["pitch"][notes["voice"] != codec.DRUMS],
            "velocity": velocity[velocity > 0],
            "duration": offset - onset,
            "inter-onset": gaps[gaps > 1e-6],
            "polyphony": begun - ended,
            "length": np.array([seconds / 60]),
        }
        if has_beats:
            beats = float(notes["offset_beats"].max() - notes["onset_beats"].min())
            values["tempo"] = np.array([60 * beats / seconds])
        for name, value in values.items():
            self.counts[name][source] += _counted(MEASURES[name].edges, value)
        self.unknown_velocities += int((velocity == 0).sum())
        for voice in np.unique(notes["voice"]):
            own = notes["voice"] == voice
            self.voice_notes[voice] += own.sum()
            self.voice_hours[voice] += _sounding(onset[own], offset[own]) / 3600


def _counted(edges: npt.NDArray[np.float64], values: npt.NDArray[np.generic]) -> Counts:
    size = len(edges) - 1
    which = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, size - 1)
    return np.bincount(which, minlength=size)


def _sounding(onset: npt.NDArray[np.float64], offset: npt.NDArray[np.float64]) -> float:
    """Seconds in which at least one of the notes sounds."""
    order = np.argsort(onset, kind="stable")
    ends = np.maximum.accumulate(offset[order])
    begins = np.maximum(onset[order], np.concatenate([[-np.inf], ends[:-1]]))
    return float(np.maximum(ends - begins, 0).sum())
