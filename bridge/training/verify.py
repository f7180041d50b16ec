"""Does an exported folder compute what the network computes? Streaming, past its ring, beside PyTorch's full pass."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import torch

from bridge.data.encode import Ints
from bridge.engine.constraints import Constraints
from bridge.engine.manifest import Weights
from bridge.engine.model import DRAW, Draw
from bridge.engine.repetition import RECALL_SIZE, recalls, told
from bridge.engine.streaming import StreamingModel
from bridge.training.network import Network
from bridge.vocabulary import codec
from bridge.vocabulary.guide import GUIDE_SIZES

# Largest difference of a number of the hidden state or of a log-probability. Fewer bits of weight are rounded more: on
# random music the three trained families were at most 0.7 (int8, of an unlikely class) and 0.02 (float16) off.
TOLERANCES: Final[dict[Weights, float]] = {"float32": 1e-4, "int8": 1.0, "float16": 0.1}
_PAST_THE_RING: Final = 64
_UNCONSTRAINED: Final = Constraints()
_NO_CHANCE: Final = np.zeros(len(codec.FIELDS), dtype=np.float32)


def verify(folder: Path, model: Network) -> float:
    """Stream random music through the folder until its ring was overwritten; the worst difference from `model`.

    Compares the hidden state after every event (with some heard in chunks) and the log-probabilities of events, partly
    drawn and partly given, under random guides. Raises ValueError above what TOLERANCES allow.
    """
    streaming = StreamingModel.load(folder, provider="cpu")
    length = streaming.manifest.window + streaming.manifest.rewind + _PAST_THE_RING
    random = np.random.default_rng(0)
    events = np.stack([random.integers(0, size, length) for size in codec.SIZES], axis=1)
    context = random.random((length, codec.CONTEXT_SIZE), dtype=np.float32)
    events[length // 2 :] = events[: length - length // 2]  # something to echo
    coming = np.concatenate([events, events[:1]])
    with torch.no_grad():
        full = model(*(torch.from_numpy(part)[None] for part in (events, context, told(coming))))[0]
    worst, place, chunk = 0.0, 0, 1
    while place < length:
        stop = min(place + chunk, length)
        streaming.feed(events[place:stop], context[place:stop])
        hidden = full[stop - 1] if model.echo is None else full[stop - 1][:-RECALL_SIZE]
        worst = max(worst, float(np.abs(streaming.hidden - hidden.numpy()[: len(streaming.hidden)]).max()))
        worst = max(worst, _sampling_difference(streaming, model, hidden, events[:stop], random))
        chunk = 1 if place % 7 else streaming.manifest.max_chunk // 2 + 1
        place = stop
    worst = max(worst, batch_difference(streaming, random))
    allowed = TOLERANCES[streaming.manifest.weights]
    if not worst <= allowed:
        raise ValueError(f"{folder}: streaming differs from the full pass by {worst:.2g}, more than {allowed:g}")
    return worst


def batch_difference(streaming: StreamingModel, random: np.random.Generator, count: int = 3, most: int = 9) -> float:
    """Worst difference between candidates told side by side and the same told one after the other.

    Of log-probabilities after each event, and of the hidden state of the one that the model goes on from. Each
    candidate has one event fewer than the one before it, `most` at most.
    """
    length = min(most, streaming.manifest.rewind)
    count = min(count, length)
    events = [np.stack([random.integers(0, size, length - i) for size in codec.SIZES], axis=1) for i in range(count)]
    context = random.random((length, codec.CONTEXT_SIZE), dtype=np.float32)
    batch, side_by_side = streaming.fork(count), np.zeros((count, length, len(codec.FIELDS)))
    for place in range(length):
        rows = [row for row in range(count) if place < len(events[row])]
        asked = [Draw(_UNCONSTRAINED, _NO_CHANCE, 1.0, 1.0, given=events[row][place]) for row in rows]
        for row, drawn in zip(rows, batch.sample(rows, asked), strict=True):
            side_by_side[row, place] = drawn.log_prob
        batch.feed(rows, np.stack([events[row][place] for row in rows]), np.tile(context[place], (len(rows), 1)))
    batch.commit(0)
    kept, worst = streaming.hidden, 0.0
    streaming.rewind(length)
    for row in reversed(range(count)):
        for place, event in enumerate(events[row]):
            alone = streaming.score(event.tolist())
            worst = max(worst, float(np.abs(alone - side_by_side[row, place]).max()))
            streaming.feed(event[None], context[place : place + 1])
        if row:
            streaming.rewind(len(events[row]))
    return max(worst, float(np.abs(streaming.hidden - kept).max()))


def _sampling_difference(
    streaming: StreamingModel, model: Network, hidden: torch.Tensor, heard: Ints, random: np.random.Generator
) -> float:
    """Worst difference in log-probability, field by field, of one event after `hidden` [H] and all that was `heard`."""
    guide = random.integers(0, GUIDE_SIZES)
    known = random.random(len(codec.FIELDS)) < 0.5
    given = np.where(known, random.integers(0, codec.SIZES), DRAW)
    uniform = random.random(len(codec.FIELDS), dtype=np.float32)
    drawn = streaming.sample(Constraints(), uniform, 1.0, 1.0, guide, given)
    if model.echo is not None:  # what is known of the line and key of just this event
        recall = recalls(np.concatenate([heard, [drawn.event]]))[-1]
        hidden = torch.cat([hidden, torch.from_numpy(recall).float()])
    with torch.no_grad():
        every_logits = model.head.emphasised(hidden, torch.tensor(drawn.event), torch.from_numpy(guide))
    return max(
        abs(float(logits.log_softmax(-1)[value]) - log_prob)
        for logits, value, log_prob in zip(every_logits, drawn.event, drawn.log_prob, strict=True)
    )
