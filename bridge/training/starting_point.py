"""A model to train on from: a checkpoint, or an exported folder, whose graphs hold every weight.

So a model that somebody ships can be taught somebody else's music, with nothing but the folder that plays.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import numpy_helper

from bridge import codec
from bridge.training.checkpoint import load_model
from bridge.training.families import TransformerConfig as Config
from bridge.training.network import Network as Transformer

_TRANSPOSED: Final = ".transposed"

Arrays = dict[str, npt.NDArray[Any]]


def starting_model(folder: Path) -> Transformer:
    """The model of a checkpoint folder, a training run's folder or an exported transformer.

    Raises ValueError when `folder` is none of these, or its weights do not fit together.
    """
    for place in (folder, folder / "checkpoint"):
        if (place / "config.json").exists():
            return load_model(place)
    if (folder / "manifest.json").exists():
        return _from_graphs(folder)
    raise ValueError(f"{folder}: neither a training run nor an exported model; give a folder with manifest.json")


def _from_graphs(folder: Path) -> Transformer:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    if manifest.get("family") != "transformer":
        raise ValueError(f"{folder}: a {manifest.get('family')!r} model; only transformers can be trained on from")
    arrays: Arrays = {}
    epsilon = Config().norm_epsilon
    for key in ("feed", "sample"):
        name = str(manifest["graphs"][key]["file"])
        if Path(name).name != name:
            raise ValueError(f"{folder}: graph file {name!r} is not a plain name inside the folder; not opened")
        graph = onnx.load(str(folder / name), load_external_data=False).graph
        arrays |= {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
        for node in graph.node:
            if node.op_type == "RMSNormalization":
                epsilon = next((a.f for a in node.attribute if a.name == "epsilon"), epsilon)
    try:
        config = _config(manifest, arrays, float(np.float32(epsilon)))
        model = Transformer(config)
        model.load_state_dict(_state(model, arrays))
    except (KeyError, RuntimeError, IndexError) as error:
        raise ValueError(f"{folder}: its graphs do not hold the weights of our transformer ({error})") from None
    return model


def _config(manifest: dict[str, Any], arrays: Arrays, epsilon: float) -> Config:
    """The network's shape, from the shapes of its weights (stored transposed: inputs, outputs)."""
    head_dim = int(manifest["rotary"]["head_dim"])
    width, projected = arrays["blocks.0.qkv.transposed"].shape
    mixed = arrays["blocks.0.output.transposed"].shape[0]
    return Config(
        width=width,
        layers=sum(name.endswith(".qkv.transposed") for name in arrays),
        heads=mixed // head_dim,
        kv_heads=(projected - mixed) // (2 * head_dim),
        head_dim=head_dim,
        mlp_width=arrays["blocks.0.up.transposed"].shape[1],
        window=int(manifest["window"]),
        rotary_base=float(manifest["rotary"]["base"]),
        norm_epsilon=epsilon,
    )


def _state(model: Transformer, arrays: Arrays) -> dict[str, torch.Tensor]:
    """Every parameter by its own name: matrices turned back, the one table of all fields cut into the fields' own."""
    wanted = model.state_dict()
    sizes = [len(wanted[f"embed.{name}.weight"]) for name in codec.FIELDS]
    tables = np.split(arrays["embed.tables"], np.cumsum(sizes)[:-1])
    known = {f"embed.{name}.weight": table for name, table in zip(codec.FIELDS, tables, strict=True)}
    for name, array in arrays.items():
        if name.endswith(_TRANSPOSED):
            known[name.removesuffix(_TRANSPOSED) + ".weight"] = array.T
        else:
            known.setdefault(name, array)
    return {name: torch.from_numpy(np.array(known[name], order="C")) for name in wanted}
