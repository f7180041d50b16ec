"""Model folders for the engine's tests, one of each family, and the music they hear."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import engine_graphs
import numpy as np
import onnx
from engine_graphs import BASE, GRU_WIDTH, HEAD_DIM, KV_HEADS, REWIND, SLOTS, WIDTH, WINDOW, Weights

from bridge.engine.manifest import OLDEST_CONTRACT, vocabulary
from bridge.engine.streaming import StreamingModel
from bridge.vocabulary import codec

__all__ = ["FAMILIES", "REWIND", "WIDTH", "WINDOW", "change_manifest", "full_pass", "load", "music", "write_model"]


@dataclass(frozen=True)
class Family:
    """A small network: its weights, its graph, the same from the start by numpy, and what its manifest says."""

    weights: Callable[[], Weights]
    feed: Callable[[Weights, str], onnx.ModelProto]
    full: Callable[[Weights, np.ndarray, np.ndarray, str], np.ndarray]
    hidden: int
    kind: str
    state: dict[str, list[int]]
    entries: dict[str, Any]


_RING = {"window": WINDOW, "max_chunk": REWIND}
FAMILIES = {
    "transformer": Family(
        engine_graphs.transformer_weights,
        engine_graphs.transformer_feed,
        engine_graphs.transformer_full,
        WIDTH,
        "ring",
        {name: [1, KV_HEADS, SLOTS, HEAD_DIM] for name in engine_graphs.transformer_state()},
        {**_RING, "rotary": {"head_dim": HEAD_DIM, "base": BASE}},
    ),
    "convolution": Family(
        engine_graphs.convolution_weights,
        engine_graphs.convolution_feed,
        engine_graphs.convolution_full,
        WIDTH,
        "ring",
        {name: [1, 1, SLOTS, WIDTH] for name in engine_graphs.convolution_state()},
        _RING,
    ),
    "gru": Family(
        engine_graphs.gru_weights,
        engine_graphs.gru_feed,
        engine_graphs.gru_full,
        GRU_WIDTH,
        "snapshot",
        {"h": [1, 1, GRU_WIDTH]},
        {"max_chunk": 1},
    ),
}


def music(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Random events [count, 5], UNKNOWN classes among them, and contexts [count, 29]."""
    random = np.random.default_rng(seed)
    read = (*codec.SIZES[:3], codec.UNKNOWN_VELOCITY + 1, codec.UNKNOWN_DURATION + 1)
    events = np.stack([random.integers(0, size, count) for size in read], axis=1)
    return events, random.random((count, codec.CONTEXT_SIZE), dtype=np.float32)


def full_pass(family: str, events: np.ndarray, context: np.ndarray, dtype: str = "float32") -> np.ndarray:
    """Hidden states [T, H] of the family's network, by numpy, from the start."""
    network = FAMILIES[family]
    return network.full(network.weights(), events, context, dtype)


def write_model(
    folder: Path,
    family: str = "transformer",
    *,
    dtype: str = "float32",
    head: Weights | None = None,
    **weights: np.ndarray,
) -> Path:
    """Write a model into `folder`, which names it. `dtype` is that of its state; `weights` replace its own."""
    network = FAMILIES[family]
    feed = network.feed({**network.weights(), **weights}, dtype)
    head = engine_graphs.head_weights(network.hidden) if head is None else head
    folder.mkdir(parents=True)
    graphs = {}
    for key, graph in (("feed", feed), ("sample", engine_graphs.sample(head))):
        data = graph.SerializeToString()
        (folder / f"{key}.onnx").write_bytes(data)
        graphs[key] = {"file": f"{key}.onnx", "sha256": hashlib.sha256(data).hexdigest()}
    state = [{"name": name, "kind": network.kind, "dtype": dtype, "shape": s} for name, s in network.state.items()]
    manifest = {
        "contract": OLDEST_CONTRACT,
        "name": folder.name,
        "family": family,
        "rewind": REWIND,
        "hidden": network.hidden,
        "vocabulary": vocabulary(),
        "voices": list(codec.VOICES),
        "state": state,
        "graphs": graphs,
        **network.entries,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def load(folder: Path) -> StreamingModel:
    return StreamingModel.load(folder, provider="cpu")


def change_manifest(folder: Path, **changes: Any) -> None:
    """Replace top-level entries of a folder's manifest."""
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))
