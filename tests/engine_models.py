"""Small models for the engine's tests: random music, a random transformer, a hand-built GRU, as exported folders."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from bridge import codec
from bridge.engine.manifest import vocabulary
from bridge.engine.streaming import StreamingModel
from bridge.training.export import export_model
from bridge.training.graph import build_sample
from bridge.training.transformer import Config, Transformer

SMALL = Config(width=32, layers=2, heads=4, kv_heads=2, head_dim=8, mlp_width=64, window=16)
REWIND = 8
GRU_WIDTH = 16

torch.set_num_threads(1)  # These networks are so small that a second thread only waits for the first.


def music(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Random events [count, 5], UNKNOWN classes among them, and contexts [count, 29]."""
    random = np.random.default_rng(seed)
    read = (*codec.SIZES[:3], codec.UNKNOWN_VELOCITY + 1, codec.UNKNOWN_DURATION + 1)
    events = np.stack([random.integers(0, size, count) for size in read], axis=1)
    return events, random.random((count, codec.CONTEXT_SIZE), dtype=np.float32)


def transformer(config: Config = SMALL, seed: int = 0, sharpness: float = 1.0) -> Transformer:
    """Random weights; logits multiplied by `sharpness`."""
    torch.manual_seed(seed)
    model = Transformer(config).eval()
    with torch.no_grad():
        for outer in model.head.outer.values():
            outer.weight *= sharpness
    return model


def full_pass(model: Transformer, events: np.ndarray, context: np.ndarray) -> np.ndarray:
    """Hidden states [T, H] by PyTorch, all at once."""
    with torch.no_grad():
        hidden = model(torch.from_numpy(events)[None], torch.from_numpy(context)[None])[0]
    return np.asarray(hidden.numpy())


def load(folder: Path) -> StreamingModel:
    return StreamingModel.load(folder, provider="cpu")


def export_small(out: Path, **options: Any) -> Path:
    return export_model(transformer(), out, "small", rewind=REWIND, max_chunk=REWIND, **options)


def change_manifest(folder: Path, **changes: Any) -> None:
    """Replace top-level entries of a folder's manifest."""
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def gru_feed() -> onnx.ModelProto:
    """A GRU over the plain numbers of each event: the smallest network with snapshot state."""
    random = np.random.default_rng(0)
    inputs = len(codec.FIELDS) + codec.CONTEXT_SIZE

    def constant(name: str, array: np.ndarray) -> TensorProto:
        return numpy_helper.from_array(array, name)

    def weights(*shape: int) -> np.ndarray:
        return random.normal(0, 0.3, shape).astype(np.float32)

    constants = [
        constant("scale", np.array([1 / size for size in codec.SIZES], dtype=np.float32)),
        constant("input_weights", weights(1, 3 * GRU_WIDTH, inputs)),
        constant("recurrent_weights", weights(1, 3 * GRU_WIDTH, GRU_WIDTH)),
        constant("batch_axis", np.array([1])),
        constant("flat", np.array([-1, GRU_WIDTH])),
    ]
    nodes = [
        helper.make_node("Cast", ["events"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["numbers", "scale"], ["scaled"]),
        helper.make_node("Concat", ["scaled", "context"], ["joined"], axis=1),
        helper.make_node("Unsqueeze", ["joined", "batch_axis"], ["sequence"]),
        helper.make_node(
            "GRU",
            ["sequence", "input_weights", "recurrent_weights", "", "", "h"],
            ["every", "h_out"],
            hidden_size=GRU_WIDTH,
        ),
        helper.make_node("Reshape", ["every", "flat"], ["hidden"]),
    ]
    value = helper.make_tensor_value_info
    state = [1, 1, GRU_WIDTH]
    graph = helper.make_graph(
        nodes,
        "gru",
        [
            value("events", TensorProto.INT64, ["T", len(codec.FIELDS)]),
            value("context", TensorProto.FLOAT, ["T", codec.CONTEXT_SIZE]),
            value("h", TensorProto.FLOAT, state),
        ],
        [value("hidden", TensorProto.FLOAT, ["T", GRU_WIDTH]), value("h_out", TensorProto.FLOAT, state)],
        constants,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)


def write_gru(folder: Path) -> Path:
    """A model folder of another family, written by hand as the contract says."""
    folder.mkdir(parents=True)
    head = transformer(Config(width=GRU_WIDTH, layers=0, heads=2, kv_heads=1, head_dim=8, window=1))
    weights = {name: tensor.detach().numpy() for name, tensor in head.state_dict().items()}
    graphs = {}
    for key, graph in (("feed", gru_feed()), ("sample", build_sample(weights, head.config))):
        data = graph.SerializeToString()
        (folder / f"{key}.onnx").write_bytes(data)
        graphs[key] = {"file": f"{key}.onnx", "sha256": hashlib.sha256(data).hexdigest()}
    manifest = {
        "contract": 1,
        "name": "gru",
        "family": "gru",
        "rewind": REWIND,
        "max_chunk": 1,
        "hidden": GRU_WIDTH,
        "vocabulary": vocabulary(),
        "voices": list(codec.VOICES),
        "state": [{"name": "h", "kind": "snapshot", "dtype": "float32", "shape": [1, 1, GRU_WIDTH]}],
        "graphs": graphs,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder
