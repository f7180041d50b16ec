"""What music is like, in numbers: one figure for each stretch of notes, by definitions from the literature.

Times are ticks (`codec.TICKS_PER_BEAT` to the beat). A figure is nan where there is too little to measure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.data.encode import Stretch
from bridge.vocabulary import codec

Floats = npt.NDArray[np.float64]

_BAR_BEATS: Final = 4
_CELLS: Final = 12  # onset positions in a beat: sixteenths and triplets
_MAJOR: Final = (0, 2, 4, 5, 7, 9, 11)
_GRAM: Final = 4


def pitched(stretch: Stretch) -> Stretch:
    """The notes that have a pitch: all but the drums."""
    return stretch.reordered(np.flatnonzero(stretch.voice != codec.DRUMS))


def pitch_class_entropy(stretch: Stretch) -> float:
    """Entropy of the 12 pitch classes in bits: 0 (one) to 3.58 (all equally often).

    Wu and Yang, "The Jazz Transformer on the Front Line", ISMIR 2020, section 5 (H).
    """
    pitch = pitched(stretch).pitch
    if not len(pitch):
        return np.nan
    share = np.bincount(pitch % 12, minlength=12) / len(pitch)
    share = share[share > 0]
    return float(-(share * np.log2(share)).sum())


def scale_consistency(stretch: Stretch) -> float:
    """The share of notes in the major scale (or its relative minor) that holds the most of them.

    Mogren, "C-RNN-GAN: Continuous Recurrent Neural Networks with Adversarial Training", 2016, section 4.
    """
    pitch = pitched(stretch).pitch
    if not len(pitch):
        return np.nan
    share = np.bincount(pitch % 12, minlength=12) / len(pitch)
    return float(max(sum(share[(tonic + step) % 12] for step in _MAJOR) for tonic in range(12)))


def groove_vectors(stretch: Stretch) -> npt.NDArray[np.bool_]:
    """Where in each 4-beat bar something begins, bool [bars, 48]; bars are counted from the first onset."""
    if not len(stretch.onset):
        return np.zeros((0, _BAR_BEATS * _CELLS), np.bool_)
    cell = np.rint((stretch.onset - stretch.onset.min()) * _CELLS / codec.TICKS_PER_BEAT).astype(np.int64)
    bars = int(cell.max()) // (_BAR_BEATS * _CELLS) + 1
    out = np.zeros(bars * _BAR_BEATS * _CELLS, np.bool_)
    out[cell] = True
    return out.reshape(bars, _BAR_BEATS * _CELLS)


def groove_similarity(stretch: Stretch) -> float:
    """How alike the rhythms of its bars are, 0 to 1: 1 - the share of positions in which two differ, over all pairs.

    Wu and Yang 2020, section 5 (GS), with 48 positions in a bar of 4 beats.
    """
    grooves = groove_vectors(stretch).astype(np.float64)
    count = len(grooves)
    if count < 2:
        return np.nan
    alike = grooves @ grooves.T + (1 - grooves) @ (1 - grooves).T
    return float(alike[np.triu_indices(count, 1)].mean() / grooves.shape[1])


def polyphony(stretch: Stretch) -> float:
    """Notes that sound at once, on average over the time in which any does; drums aside.

    Dong et al., "MusPy: A Toolkit for Symbolic Music Generation", ISMIR 2020 (polyphony).
    """
    notes = pitched(stretch)
    if not len(notes.onset):
        return np.nan
    order = np.argsort(notes.onset)
    begin, end = notes.onset[order], np.maximum.accumulate(notes.offset[order])
    gaps = np.maximum(begin[1:] - end[:-1], 0.0).sum()
    return float((notes.offset - notes.onset).sum() / max(end[-1] - begin[0] - gaps, 1e-9))


def density(stretch: Stretch) -> float:
    """Notes per beat, from the first onset to the last; nan for fewer than two onsets."""
    if len(stretch.onset) < 2:
        return np.nan
    beats = float(np.ptp(stretch.onset)) / codec.TICKS_PER_BEAT
    return (len(stretch.onset) - 1) / beats if beats > 0 else np.nan


def mean_velocity(stretch: Stretch) -> float:
    """Mean MIDI velocity of the notes that have one."""
    known = stretch.velocity[stretch.velocity > 0]
    return float(known.mean()) if len(known) else np.nan


def mean_duration(stretch: Stretch) -> float:
    """Geometric mean of the durations in beats, drums aside."""
    notes = pitched(stretch)
    if not len(notes.onset):
        return np.nan
    ticks = np.maximum(notes.offset - notes.onset, 1.0)
    return float(np.exp(np.log(ticks / codec.TICKS_PER_BEAT).mean()))


def mean_pitch(stretch: Stretch) -> float:
    """Mean MIDI pitch, drums aside."""
    pitch = pitched(stretch).pitch
    return float(pitch.mean()) if len(pitch) else np.nan


def self_similarity(stretch: Stretch) -> Floats:
    """How alike each two beats are, [beats, beats] from 0 to 1: cosine of what begins in them, by position and pitch.

    A self-similarity matrix as in Foote, "Visualizing Music and Audio using Self-Similarity", ACM Multimedia 1999. Of a
    pitch its class counts, of a drum its key. A beat in which nothing begins is like no other: 0, with itself too.
    """
    if not len(stretch.onset):
        return np.zeros((0, 0))
    cell = np.rint((stretch.onset - stretch.onset.min()) * _CELLS / codec.TICKS_PER_BEAT).astype(np.int64)
    beats = int(cell.max()) // _CELLS + 1
    kind = np.where(stretch.voice == codec.DRUMS, 12 + stretch.pitch, stretch.pitch % 12)
    struck = np.zeros((beats, _CELLS, 140))
    struck[cell // _CELLS, cell % _CELLS, kind] = 1.0
    rows = struck.reshape(beats, -1)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1.0)
    return np.asarray(rows @ rows.T)


def repetition(stretch: Stretch) -> float:
    """How well each beat after the first is found among those before it: the mean of the best self-similarities.

    Only beats in which something begins count.
    """
    alike = self_similarity(stretch)
    later = [i for i in range(1, len(alike)) if alike[i, i] > 0]
    return float(np.mean([alike[i, :i].max() for i in later])) if later else np.nan


def repeated_figures(stretch: Stretch) -> float:
    """The share of runs of 4 steps (interval, and time to the nearest 1/12 beat) that came before, transposed too."""
    notes = pitched(stretch)
    steps = np.diff(notes.pitch)
    waits = np.rint(np.diff(notes.onset) * _CELLS / codec.TICKS_PER_BEAT).astype(np.int64)
    runs = [tuple(zip(steps[i : i + _GRAM].tolist(), waits[i : i + _GRAM].tolist(), strict=True))
            for i in range(len(steps) - _GRAM + 1)]  # fmt: skip
    return 1.0 - len(set(runs)) / len(runs) if runs else np.nan


METRICS: Final[Mapping[str, Callable[[Stretch], float]]] = {
    "pitch_class_entropy": pitch_class_entropy,
    "scale_consistency": scale_consistency,
    "groove_similarity": groove_similarity,
    "polyphony": polyphony,
    "density": density,
    "velocity": mean_velocity,
    "duration": mean_duration,
    "pitch": mean_pitch,
    "repetition": repetition,
    "repeated_figures": repeated_figures,
}
