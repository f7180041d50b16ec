"""Bits per note on pieces that are not trained on, heard by all processes together: what early stopping goes by."""

from __future__ import annotations

import numpy as np
import torch

from bridge.data.corpus import Corpus
from bridge.data.notes import Piece
from bridge.training.evaluate_bits import Tally, chunks
from bridge.training.network import Network
from bridge.training.processes import Processes


def check_pieces(corpus: Corpus, most: int) -> list[Piece]:
    """At most `most` pieces of `valid`, evenly through all of them; [] where there are none."""
    pieces = [piece for piece in corpus.pieces if piece.split == "valid"]
    return [pieces[i * len(pieces) // most] for i in range(most)] if len(pieces) > most else pieces


@torch.inference_mode()
def held_out_bits(model: Network, corpus: Corpus, pieces: list[Piece], processes: Processes) -> dict[str, float]:
    """`Tally.report` of the first chunk of each of `pieces`, each heard by one process."""
    tally = Tally()
    for _, batch in chunks(corpus, pieces[processes.rank :: processes.count], per_piece=1, echo=model.config.echo):
        events, context, targets, guide, echo = (torch.from_numpy(part).to(processes.device) for part in batch)
        with processes.precision():
            nats = model.losses(model(events, context, echo), targets, guide)
        tally.add(nats[0].double().cpu().numpy(), batch.targets[0])
    # float32 on some devices: whole counts up to 2 ** 24 are exact, and so are sums over few processes.
    both = processes.total(torch.from_numpy(np.stack([tally.nats, tally.counts]))).cpu().numpy()
    tally.nats, tally.counts = both[0], both[1]
    return tally.report()
