"""Bits per note on held-out pieces: how surprised a model is, beside counting how often each class occurs.

Every piece is heard as it was written (no augmentation, durations told), in chunks of 1,024 events that
start with an empty memory. A velocity that the file does not know costs nothing, for model and baseline alike.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
import torch

from bridge import codec
from bridge.data.corpus import Corpus
from bridge.data.encode import IGNORE, Ints, Stretch, encode, event_classes, in_playing_order, stretch_of, targets_of
from bridge.data.notes import Piece
from bridge.guide import GUIDE_SIZE
from bridge.training.crops import Batch, echo_for
from bridge.training.network import Network

CHUNK: Final = 1024
_SHORTEST: Final = 16

Nats = npt.NDArray[np.float64]


class Tally:
    """Sums of nats by field for one group of notes."""

    def __init__(self) -> None:
        self.nats = np.zeros(len(codec.FIELDS))
        self.counts = np.zeros(len(codec.FIELDS))

    def add(self, nats: Nats, targets: Ints) -> None:
        """`nats` and `targets` are [N, 5]; where the target is IGNORE nothing is counted."""
        known = targets != IGNORE
        self.nats += np.where(known, nats, 0.0).sum(axis=0)
        self.counts += known.sum(axis=0)

    def report(self) -> dict[str, float]:
        """Bits per note in all (`total`), and of each field where it is known; and the number of notes."""
        bits = self.nats / math.log(2)
        notes = self.counts[0]
        out = {"notes": float(notes), "total": float(bits.sum() / max(notes, 1))}
        out |= {name: float(bits[i] / max(self.counts[i], 1)) for i, name in enumerate(codec.FIELDS)}
        return out


class Unigram:
    """Frequencies of each field's classes over training pieces, add-one smoothed."""

    def __init__(self, corpus: Corpus, pieces: Iterable[Piece]) -> None:
        counts = [np.ones(size) for size in codec.SIZES]
        for piece in pieces:
            targets = targets_of(event_classes(_as_written(corpus, piece, slice(None))))
            for i, count in enumerate(counts):
                known = targets[targets[:, i] != IGNORE, i]
                count += np.bincount(known, minlength=len(count))
        self._log_prob = [np.log(count / count.sum()) for count in counts]

    def nats(self, targets: Ints) -> Nats:
        """-log p of each field of `targets` [N, 5] (of class 0 where it is IGNORE)."""
        return np.stack([-self._log_prob[i][np.maximum(targets[:, i], 0)] for i in range(len(codec.FIELDS))], axis=1)


def _as_written(corpus: Corpus, piece: Piece, notes: slice) -> Stretch:
    chosen = np.array(corpus.notes(piece)[notes])
    return in_playing_order(stretch_of(chosen, free=not piece.has_beats))


def chunks(
    corpus: Corpus, pieces: Iterable[Piece], per_piece: int | None = None, echo: bool = False
) -> Iterator[tuple[Piece, Batch]]:
    """Each piece in chunks of up to CHUNK events (B = 1), the first `per_piece` of them."""
    for piece in pieces:
        starts = range(0, piece.stop - piece.start, CHUNK)
        for start in starts[:per_piece]:
            events, context = encode(_as_written(corpus, piece, slice(start, start + CHUNK)))
            if len(events) >= _SHORTEST:
                said = np.zeros((1, len(events) - 1, GUIDE_SIZE), np.int64)
                heard, told = events[:-1], echo_for(events[:-1], echo)
                yield piece, Batch(heard[None], context[None, :-1], targets_of(events)[None, 1:], said, told[None])


@torch.inference_mode()
def evaluate(
    model: Network, corpus: Corpus, pieces: Iterable[Piece], unigram: Unigram | None = None,
    per_piece: int | None = None,
) -> dict[str, dict[str, dict[str, float]]]:  # fmt: skip
    """Bits per note of `model` (and `unigram`): {model: {group: report}}, groups `all`, `voice:V`, `source:S`."""
    tallies: dict[str, dict[str, Tally]] = defaultdict(lambda: defaultdict(Tally))
    for piece, batch in chunks(corpus, pieces, per_piece, model.config.echo):
        targets = batch.targets[0]
        hidden = model(*(torch.from_numpy(part) for part in (batch.events, batch.context, batch.echo)))
        surprise = {
            "model": model.losses(hidden, torch.from_numpy(batch.targets), torch.from_numpy(batch.guide))[0]
            .double()
            .numpy()
        }
        if unigram is not None:
            surprise["unigram"] = unigram.nats(targets)
        for name, nats in surprise.items():
            tallies[name]["all"].add(nats, targets)
            tallies[name][f"source:{piece.source}"].add(nats, targets)
            for voice in np.unique(targets[:, 1]):
                mine = targets[:, 1] == voice
                tallies[name][f"voice:{codec.VOICES[voice]}"].add(nats[mine], targets[mine])
    return {
        name: {group: tally.report() for group, tally in sorted(groups.items())} for name, groups in tallies.items()
    }
