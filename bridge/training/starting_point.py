"""A model for a new run to train on from: a checkpoint, or an exported folder, whose graphs hold every weight.

So a model that somebody ships can be taught somebody else's music, with nothing but the folder that plays. A run that
was stopped does not begin here: it goes on from its own folder (`resumable_run`).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import numpy_helper

from bridge.engine.folders import MANIFEST_NAME, find_model_by_name, is_plain
from bridge.engine.manifest import Graph, load_manifest, read_graph
from bridge.training.checkpoint import config_from_json, load_model
from bridge.training.graphs import parameters
from bridge.training.network import Network


def starting_model(folder: Path) -> Network:
    """The model of a checkpoint folder, a training run's folder or a folder that `antiphon export` wrote in float32.

    Such an exported folder may go by its name instead, as everywhere. Raises ValueError when `folder` is none of
    these, or its weights do not fit together.
    """
    if not folder.exists() and is_plain(str(folder)):
        folder = find_model_by_name(str(folder))
    for place in (folder, folder / "checkpoint"):
        if (place / "config.json").exists():
            return load_model(place)
    if (folder / MANIFEST_NAME).exists():
        return _from_graphs(folder)
    raise ValueError(f"{folder}: neither a training run nor an exported model; give a folder with {MANIFEST_NAME}")


def _from_graphs(folder: Path) -> Network:
    manifest = load_manifest(folder)
    if manifest.weights != "float32":
        raise ValueError(f"{folder}: its weights are {manifest.weights}, rounded; train on from the float32 export")
    model = Network(config_from_json(_network(folder)))
    wanted = {name: tuple(value.shape) for name, value in model.state_dict().items()}
    try:
        found = parameters.from_constants({**_constants(manifest.feed), **_constants(manifest.sample)}, wanted)
        model.load_state_dict({name: torch.from_numpy(array) for name, array in found.items()})
    except (KeyError, ValueError, IndexError, RuntimeError) as error:
        raise ValueError(f"{folder}: its graphs do not hold the weights of its network ({error})") from None
    return model


def _network(folder: Path) -> dict[str, Any]:
    """The network's shape, as the manifest of a folder tells it."""
    network = json.loads((folder / MANIFEST_NAME).read_text(encoding="utf-8")).get("network")
    if not isinstance(network, dict):
        raise ValueError(f"{folder}: the manifest does not say of which network; antiphon export wrote no such folder")
    return network


def _constants(graph: Graph) -> dict[str, npt.NDArray[np.float32]]:
    """All constants of a graph, by name."""
    tensors = onnx.load_model_from_string(read_graph(graph)).graph.initializer
    return {tensor.name: numpy_helper.to_array(tensor) for tensor in tensors}
