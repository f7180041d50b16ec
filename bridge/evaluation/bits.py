"""Bits per note on held-out pieces: how surprised a predictor is, by field, by voice and by source."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from bridge.data.encode import IGNORE, Ints
from bridge.evaluation.bootstrap import Interval, ratio
from bridge.evaluation.chunks import Chunk
from bridge.vocabulary import codec

Nats = npt.NDArray[np.float64]
Progress = Callable[[float], None]
TOTAL: Final = "total"
_AT_ONCE: Final = 16  # chunks; enough for a counting model to be quick, few enough for a progress bar to move


class Predictor(Protocol):
    """Whatever gives every field of the next event a probability, given the events before it in its chunk."""

    @property
    def name(self) -> str:
        """A plain word for tables."""

    def nats(self, chunks: Sequence[Chunk]) -> list[Nats]:
        """-log p of each field of each chunk's `targets`, float64 [N - 1, 5]; anything where they are IGNORE."""


class BitsTally:
    """Sums of nats by field for one group of notes."""

    def __init__(self) -> None:
        self.nats = np.zeros(len(codec.FIELDS))
        self.counts = np.zeros(len(codec.FIELDS))

    def add(self, nats: Nats, targets: Ints) -> None:
        """`nats` and `targets` are [N, 5]; where the target is IGNORE nothing is counted."""
        known = targets != IGNORE
        self.nats += np.where(known, nats, 0.0).sum(axis=0)
        self.counts += known.sum(axis=0)


class Bits:
    """What one predictor's notes cost: a Tally for each group (`all`, `voice:V`, `source:S`) and piece."""

    def __init__(self) -> None:
        self._tallies: dict[str, dict[str, BitsTally]] = defaultdict(lambda: defaultdict(BitsTally))

    def add(self, chunk: Chunk, nats: Nats) -> None:
        """Count a chunk's notes; `nats` [N - 1, 5] are those of its targets."""
        targets = chunk.targets
        piece = f"{chunk.piece.source}/{chunk.piece.name}/{chunk.piece.start}"
        self._tallies["all"][piece].add(nats, targets)
        self._tallies[f"source:{chunk.piece.source}"][piece].add(nats, targets)
        for voice in np.unique(targets[:, 1]):
            mine = targets[:, 1] == voice
            self._tallies[f"voice:{codec.VOICES[voice]}"][piece].add(nats[mine], targets[mine])

    @property
    def groups(self) -> list[str]:
        """All, then voices, then sources."""
        return sorted(self._tallies, key=lambda name: (name != "all", name.startswith("source"), name))

    def notes(self, group: str) -> int:
        """Notes of a group."""
        return int(sum(tally.counts[0] for tally in self._tallies[group].values()))

    def interval(self, group: str, field: str = TOTAL) -> Interval:
        """Bits per note, of one field where it is known or of all five together."""
        return ratio(*self._columns(group, field))

    def difference(self, other: Bits, group: str) -> Interval:
        """Bits per note of this one above the other's, both on the same pieces in every resample.

        Raises ValueError where they did not hear the same.
        """
        (mine, counts), (theirs, their_counts) = self._columns(group, TOTAL), other._columns(group, TOTAL)
        if not np.array_equal(counts, their_counts):
            raise ValueError(f"the two predictors heard different notes of {group}: evaluate both on the same pieces")
        return ratio(mine - theirs, counts)

    def _columns(self, group: str, field: str) -> tuple[Nats, Nats]:
        """Sums of bits and counts of notes by piece, both [P]."""
        tallies = [tally for _, tally in sorted(self._tallies[group].items())]
        bits = np.array([tally.nats for tally in tallies]) / math.log(2)
        counts = np.array([tally.counts for tally in tallies])
        if field == TOTAL:
            return bits.sum(axis=1), counts[:, 0]
        place = codec.FIELDS.index(field)
        return bits[:, place], counts[:, place]

    def as_json(self) -> dict[str, Any]:
        """By group: notes, and the interval of the total and of each field."""
        return {
            group: {
                "notes": self.notes(group),
                "pieces": len(self._tallies[group]),
                **{name: self.interval(group, name).as_json() for name in (TOTAL, *codec.FIELDS)},
            }
            for group in self.groups
        }


class Unigram:
    """Frequencies of each field's classes over training chunks, add-one smoothed."""

    name = "unigram"

    def __init__(self, chunks: Iterable[Chunk]) -> None:
        counts = [np.ones(size) for size in codec.SIZES]
        for chunk in chunks:
            for i, count in enumerate(counts):
                known = chunk.targets[:, i][chunk.targets[:, i] != IGNORE]
                count += np.bincount(known, minlength=len(count))
        self._log_prob = [np.log(count / count.sum()) for count in counts]

    def nats(self, chunks: Sequence[Chunk]) -> list[Nats]:
        """-log p of each field of each chunk's targets."""
        return [
            np.stack([-log_prob[np.maximum(chunk.targets[:, i], 0)] for i, log_prob in enumerate(self._log_prob)], 1)
            for chunk in chunks
        ]


def measure(predictor: Predictor, chunks: Sequence[Chunk], progress: Progress) -> Bits:
    """Bits of a predictor on chunks. Raises ValueError when it gives a note no probability, naming piece and field."""
    bits = Bits()
    for start in range(0, len(chunks), _AT_ONCE):
        some = chunks[start : start + _AT_ONCE]
        for chunk, nats in zip(some, predictor.nats(some), strict=True):
            _check(predictor.name, chunk, nats)
            bits.add(chunk, nats)
        progress(min(start + _AT_ONCE, len(chunks)) / len(chunks))
    return bits


def _check(name: str, chunk: Chunk, nats: Nats) -> None:
    bad = np.argwhere(~np.isfinite(nats) & (chunk.targets != IGNORE))
    if len(bad):
        row, field = bad[0].tolist()
        raise ValueError(
            f"{name}: log-probability {-nats[row, field]} for {codec.FIELDS[field]} class {chunk.targets[row, field]}, "
            f"note {row + 1} of a stretch of {chunk.piece.name}; every class needs a probability"
        )
