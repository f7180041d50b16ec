"""Small networks of every family and their exported folders, for the tests of export."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from bridge.engine.repetition import echoes, recalls, told
from bridge.engine.streaming import StreamingModel
from bridge.training.export import export_model
from bridge.training.families import Config
from bridge.training.families.convolution import ConvolutionConfig
from bridge.training.families.gru import GruConfig
from bridge.training.families.transformer import TransformerConfig
from bridge.training.network import Network
from bridge.vocabulary import codec

REWIND = 8
WIDTH = 128
# Wide enough for whole blocks of weights in 8 bits, which the narrowest matrices are not.
SMALL: dict[str, Config] = {
    "transformer": TransformerConfig(width=WIDTH, layers=2, heads=4, kv_heads=2, head_dim=16, mlp_width=256, window=16),
    "gru": GruConfig(width=WIDTH, layers=2, units=128),
    "convolution": ConvolutionConfig(width=WIDTH, dilations=(1, 2, 4, 8)),
}
# The same, listening to the echo.
SMALL |= {f"{name}-echo": replace(config, echo=True) for name, config in SMALL.items() if name != "convolution"}

torch.set_num_threads(1)  # These networks are so small that a second thread only waits for the first.


def network(family: str, seed: int = 0) -> Network:
    """Random weights, those of the guide too, which training begins with as good as nothing."""
    torch.manual_seed(seed)
    model = Network(SMALL[family]).eval()
    torch.nn.init.normal_(model.head.guide.weight, std=0.3)
    torch.nn.init.normal_(model.head.mix_down.weight, std=0.05)
    if model.echo is not None and model.head.copy is not None:  # whose gates begin closed
        torch.nn.init.normal_(model.echo.gate.weight, std=0.5)
        torch.nn.init.normal_(model.head.copy.trust.weight, std=0.1)
        for listen in model.head.copy.listen.values():
            torch.nn.init.normal_(listen.weight, std=0.05)
    if model.head.recall is not None:  # which begins with nothing read
        for parameter in model.head.recall.parameters():
            torch.nn.init.normal_(parameter, std=0.05)
    return model


def export_small(out: Path, family: str = "transformer", **options: Any) -> Path:
    return export_model(network(family), out, "small", rewind=REWIND, max_chunk=REWIND, **options)


def load(folder: Path) -> StreamingModel:
    return StreamingModel.load(folder, provider="cpu")


def music(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Random events [count, 5] that come back, UNKNOWN classes among them, and contexts [count, 29]."""
    random = np.random.default_rng(seed)
    read = (*codec.SIZES[:3], codec.UNKNOWN_VELOCITY + 1, codec.UNKNOWN_DURATION + 1)
    events = np.stack([random.integers(0, size, count) for size in read], axis=1)
    for start in range(8, count - 4, 16):
        events[start : start + 4] = events[start - 8 : start - 4]
    return events, random.random((count, codec.CONTEXT_SIZE), dtype=np.float32)


def full_pass(model: Network, events: np.ndarray, context: np.ndarray) -> np.ndarray:
    """What the network makes of music, [T, width], by PyTorch all at once; without what is told of the past."""
    coming = np.concatenate([events, events[:1]])
    with torch.no_grad():
        hidden = model(*(torch.from_numpy(part)[None] for part in (events, context, told(coming))))[0]
    return np.asarray(hidden[:, : model.config.width].numpy())


def head_log_probs(
    model: Network, hidden: np.ndarray, heard: np.ndarray, event: np.ndarray, guide: np.ndarray
) -> list[np.ndarray]:
    """Log-probabilities of all classes of every field after an exported model's `hidden` [H], by PyTorch.

    `heard` [T, 5] is all that it was told.
    """
    if model.echo is not None:
        behind = np.concatenate([echoes(heard)[-1], recalls(np.concatenate([heard, event[None]]))[-1]])
        hidden = np.concatenate([hidden, behind.astype(np.float32)])
    with torch.no_grad():
        every = model.head.emphasised(torch.from_numpy(hidden), torch.from_numpy(event), torch.from_numpy(guide))
    return [logits.log_softmax(-1).numpy() for logits in every]
