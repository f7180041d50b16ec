"""What a piece is recognised by, in whatever key, tempo or resolution: a min-wise sketch of its short melodic figures.

A figure is four steps of the skeleton (the highest notes of successive onsets, and apart from them the lowest): the
pitch intervals, and the ratios of successive inter-onset times to the nearest power of two. Both stay when all pitches
are shifted or all times stretched. Drums have no key: their steps are the sets of drums struck, and finer ratios,
since what tells two takes of one groove apart is their timing.

The sketch holds the smallest value that each of `SIZE` hash functions takes over the set of figures. Two sketches
agree in a place with the probability of the Jaccard similarity of the two sets (A. Broder, "On the resemblance and
containment of documents", 1997; Broder, Charikar, Frieze and Mitzenmacher, "Min-wise independent permutations", 1998).
`BANDS` are what similar sketches meet in (Indyk and Motwani, "Approximate nearest neighbors", 1998).
"""

from __future__ import annotations

import hashlib
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.data.notes import NoteArray
from bridge.vocabulary import codec

SIZE: Final = 126
BANDS: Final = 42
"""Equal parts of a sketch; pieces of similarity J agree in some whole part with probability 1 - (1 - J^3)^42: 0.04 at
0.1, 0.68 at 0.3, 0.996 at 0.5."""
BAND_BYTES: Final = SIZE // BANDS * 4
_STEPS: Final = 4
_CHORD: Final = 0.225  # onsets closer than this part of a usual gap are one chord; no ratio of notes is just that
_USUAL: Final = 0.75  # the quantile of the gaps that is called usual: in expressive playing half of them lie in chords
_PITCHED_FINENESS: Final = 1  # classes to a doubling of the time ratio
_DRUM_FINENESS: Final = 3

Hashes = npt.NDArray[np.uint64]
Sketch = npt.NDArray[np.uint32]

_RANDOM: Final = np.random.default_rng(1997)
_FACTORS: Final[Hashes] = _RANDOM.integers(1, 2**63, SIZE, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
_SHIFTS: Final[Hashes] = _RANDOM.integers(1, 2**63, SIZE, dtype=np.uint64)
_SEED: Final = np.uint64(0x9E3779B97F4A7C15)


def mixed(values: Hashes) -> Hashes:
    """A bijection of 64-bit numbers whose every output bit depends on every input bit (the finaliser of splitmix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def figures(notes: NoteArray) -> Hashes:
    """The distinct figures of a piece, each as a hash, sorted; `notes` NOTE [N] in any order."""
    drums = notes["voice"] == codec.DRUMS
    only_drums = bool(drums.all())
    chosen = notes if only_drums else notes[~drums]
    order = np.argsort(chosen["onset_beats"], kind="stable")
    onset, pitch = chosen["onset_beats"][order], chosen["pitch"][order]
    first = _chord_starts(onset)
    if only_drums:
        struck = np.bitwise_xor.reduceat(mixed(pitch.astype(np.uint64) + _SEED), first)
        return np.unique(_windows(struck[1:], _ratios(onset[first], _DRUM_FINENESS), 2))
    ratio = _ratios(onset[first], _PITCHED_FINENESS)
    outer = np.maximum.reduceat(pitch, first), np.minimum.reduceat(pitch, first)
    lines = [_windows(np.diff(line.astype(np.int64)), ratio, salt) for salt, line in enumerate(outer)]
    return np.unique(np.concatenate(lines))


def _chord_starts(onset: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    gaps = np.diff(onset)
    apart = gaps[gaps > 1e-9]
    usual = np.quantile(apart, _USUAL, method="lower") if len(apart) else 0.0
    return np.concatenate([[0], 1 + np.flatnonzero(gaps > usual * _CHORD)])


def _ratios(onset: npt.NDArray[np.float64], fineness: int) -> npt.NDArray[np.int64]:
    gaps = np.diff(onset)
    classes: npt.NDArray[np.int64] = np.rint(fineness * np.log2(gaps[1:] / gaps[:-1])).astype(np.int64)
    return classes


def _windows(steps: npt.NDArray[np.int64] | Hashes, ratios: npt.NDArray[np.int64], salt: int) -> Hashes:
    """Hashes [len(steps) - _STEPS + 1] of _STEPS steps in a row and the ratios between them."""
    count = len(steps) - _STEPS + 1
    if count < 1:
        return np.zeros(0, np.uint64)
    out = mixed(np.full(count, salt, np.uint64) + _SEED)
    for i in range(_STEPS):
        out = mixed(out * np.uint64(31) + steps[i : i + count].astype(np.uint64))
        if i:
            out = mixed(out * np.uint64(37) + ratios[i - 1 : i - 1 + count].astype(np.uint64))
    return out


def digest(notes: NoteArray) -> bytes:
    """16 bytes that are the same for the same notes (onset, pitch, drum or not), whatever else differs."""
    onset = np.rint(notes["onset_beats"] * 960).astype(np.int64)
    parts = onset.tobytes(), notes["pitch"].tobytes(), (notes["voice"] == codec.DRUMS).tobytes()
    return hashlib.blake2b(b"".join(parts), digest_size=16).digest()


def sketch(figures: Hashes) -> Sketch:
    """The sketch uint32 [SIZE] of a set of figures; all ones where there is none."""
    out = np.full(SIZE, 2**32 - 1, np.uint32)
    for begin in range(0, len(figures), 4096):
        hashed = (figures[begin : begin + 4096, None] * _FACTORS + _SHIFTS) >> np.uint64(32)
        np.minimum(out, hashed.min(axis=0).astype(np.uint32), out=out)
    return out


def similarity(one: Sketch, other: Sketch) -> float:
    """The estimated Jaccard similarity, 0 to 1, of two sets of figures; its deviation is 0.044 at most."""
    return float((one == other).mean())
