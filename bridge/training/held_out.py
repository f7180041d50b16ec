"""Bits per note on pieces that are not trained on, heard by all processes together: what early stopping goes by.

The whole pass of PyTorch, for speed; `bridge.evaluation` measures what was exported, as it plays.
"""

from __future__ import annotations

import math

import numpy as np
import torch

from bridge.data.corpus import Corpus
from bridge.data.notes import Piece
from bridge.evaluation.bits import Tally
from bridge.evaluation.chunks import Chunk, chunks
from bridge.training.crops import told_for
from bridge.training.network import Network
from bridge.training.processes import Processes
from bridge.vocabulary import codec
from bridge.vocabulary.guide import GUIDE_SIZE


def check_pieces(corpus: Corpus, most: int) -> list[Piece]:
    """At most `most` pieces of `valid`, evenly through all of them; [] where there are none."""
    pieces = [piece for piece in corpus.pieces if piece.split == "valid"]
    return [pieces[i * len(pieces) // most] for i in range(most)] if len(pieces) > most else pieces


def held_out_bits(model: Network, corpus: Corpus, pieces: list[Piece], processes: Processes) -> dict[str, float]:
    """Bits per note of the first chunk of each of `pieces`, each heard by one process.

    In all (`total`) and of each field where it is known; and the number of `notes`.
    """
    tally, training = Tally(), model.training
    model.eval()
    mine = pieces[processes.rank :: processes.count]
    for piece in mine:
        first = next(chunks(corpus, [piece]), None)
        if first is not None:
            tally.add(nats_of(model, first, processes), first.targets)
    model.train(training)
    # float32 on some devices: whole counts up to 2 ** 24 are exact, and so are sums over few processes.
    both = processes.total(torch.from_numpy(np.stack([tally.nats, tally.counts]))).cpu().numpy()
    bits, counts = both[0] / math.log(2), both[1]
    report = {"notes": float(counts[0]), "total": float(bits.sum() / max(counts[0], 1))}
    return report | {name: float(bits[i] / max(counts[i], 1)) for i, name in enumerate(codec.FIELDS)}


@torch.inference_mode()
def nats_of(model: Network, chunk: Chunk, processes: Processes) -> np.ndarray:
    """-log p of each field of the chunk's targets under a free guide, float64 [N - 1, 5]; 0 where they are IGNORE."""
    heard = chunk.events[:-1]
    said = np.zeros((len(heard), GUIDE_SIZE), np.int64)
    parts = (heard, chunk.contexts()[:-1], told_for(chunk.events, model.config.echo), chunk.targets, said)
    events, context, told, targets, guide = (torch.from_numpy(part)[None].to(processes.device) for part in parts)
    with processes.precision():
        nats = model.losses(model(events, context, told), targets, guide)
    return np.asarray(nats[0].double().cpu().numpy())
