"""From a checkpoint to a folder that plays: both graphs, checked against PyTorch, and the manifest.

The folder appears whole or not at all: everything is written and tried out beside it, then renamed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bridge.data.corpus import Corpus
from bridge.engine.critic import OnnxCritic
from bridge.engine.errors import ModelError
from bridge.engine.folders import MANIFEST_NAME, is_plain
from bridge.engine.manifest import (
    CONTRACT,
    CriticEntry,
    Graph,
    Weights,
    echo_terms,
    load_manifest,
    read_graph,
    vocabulary,
)
from bridge.system.plain_files import NotWritten, write_plain
from bridge.training.checkpoint import config_to_json, load_model
from bridge.training.families import family_of
from bridge.training.graphs import build_attention, build_feed, build_sample, parameters_of
from bridge.training.network import Network
from bridge.training.starting_point import starting_model
from bridge.training.verify import verify
from bridge.vocabulary import codec


def export(
    checkpoint: Path,
    out: Path,
    name: str = "duo",
    *,
    rewind: int = 256,
    max_chunk: int = 64,
    weights: Weights = "float32",
    training: Mapping[str, Any] | None = None,
    metrics: Mapping[str, Any] | None = None,
) -> Path:
    """Write the model of `checkpoint` to `out/name`, in the place of one that is there; returns that folder.

    `checkpoint` may be a folder that was exported in float32 too, by an older version say: then what its manifest says
    of training and metrics is kept. `training` and `metrics` go into the manifest. Raises ValueError for a name that is
    not plain, no checkpoint, or a streaming result that differs from the full pass by more than verify.TOLERANCES
    allow; then nothing is written.
    """
    if (checkpoint / MANIFEST_NAME).exists():
        manifest = load_manifest(checkpoint)
        model, spent, best = starting_model(checkpoint), manifest.training, manifest.metrics
    else:
        progress = checkpoint / "progress.json"
        told = json.loads(progress.read_text(encoding="utf-8")) if progress.exists() else {}
        model = load_model(checkpoint)
        spent = {name: round(told.get(name, 0)) for name in ("seconds", "processor_seconds", "notes_seen")}
        best = {} if told.get("best") is None else {"held_out_bits_per_note": round(told["best"], 3)}
    return export_model(
        model.eval(),
        out,
        name,
        rewind=rewind,
        max_chunk=max_chunk,
        weights=weights,
        training={**spent, **(training or {})},
        metrics={**best, **(metrics or {})},
    )


def export_model(
    model: Network,
    out: Path,
    name: str,
    *,
    rewind: int = 256,
    max_chunk: int = 64,
    weights: Weights = "float32",
    training: Mapping[str, Any] | None = None,
    metrics: Mapping[str, Any] | None = None,
) -> Path:
    """As `export`, for a model in memory."""
    if not is_plain(name):
        raise ValueError(f"name {name!r} is not plain: letters, digits, dot, dash and underscore, no folders")
    max_chunk = min(max_chunk, rewind)
    folder, partial, previous = (out / entry for entry in (name, f".{name}.partial", f".{name}.previous"))
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        manifest = {"contract": CONTRACT, "name": name, "rewind": rewind, "max_chunk": max_chunk}
        manifest |= _write_graphs(model, partial, rewind, weights)
        manifest |= {"training": dict(training or {}), "metrics": dict(metrics or {})}
        _write_manifest(partial / MANIFEST_NAME, manifest)
        verify(partial, model)
        if folder.exists():
            _carry_over(folder, partial)
            shutil.rmtree(previous, ignore_errors=True)
            folder.rename(previous)
        partial.rename(folder)
    except OSError as error:
        raise NotWritten(folder, error) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    shutil.rmtree(previous, ignore_errors=True)
    return folder


def _write_graphs(model: Network, folder: Path, rewind: int, weights: Weights) -> dict[str, Any]:
    """Write both graphs; the manifest's entries that follow from them and the network's shape."""
    config, parameters = model.config, parameters_of(model)
    feed = build_feed(parameters, config, rewind, weights)
    graphs = {}
    for key, graph in (("feed", feed.graph), ("sample", build_sample(parameters, config, weights))):
        graphs[key] = _write_graph(folder, key, graph.SerializeToString())
    attention, further = build_attention(parameters, config, weights), {}
    if attention is not None:
        further["attention"] = _write_graph(folder, "attention", attention.SerializeToString())
    return {
        "family": family_of(config),
        "weights": weights,
        "parameters": model.size(),
        "hidden": config.width,
        **({"echo": echo_terms()} if config.echo else {}),
        **feed.entries,
        "vocabulary": vocabulary(),
        "voices": list(codec.VOICES),
        "network": config_to_json(config),
        "state": [asdict(tensor) for tensor in feed.state],
        "graphs": graphs,
        **further,
    }


def _write_graph(folder: Path, name: str, data: bytes) -> dict[str, Any]:
    """Write one graph into a file of that name; what the manifest says of it."""
    write_plain(folder / f"{name}.onnx", data)
    return {"file": f"{name}.onnx", "sha256": hashlib.sha256(data).hexdigest()}


def _write_manifest(path: Path, manifest: Mapping[str, Any]) -> None:
    """One line for each key: short to read, and a change shows as one line. What was there stays until it is whole."""
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in manifest.items()]
    write_plain(path, "{\n" + ",\n".join(lines) + "\n}\n")


def add_critic(folder: Path, graph: bytes, features: Sequence[str]) -> None:
    """Give the exported model in `folder` a critic, in the place of one that is there.

    `graph` is an ONNX model as `docs/model-contract.md` says: `features` float32 [N, F] in, `score` float32 [N] out;
    `features` names the F numbers. Raises ModelError, leaving the folder as it was, for one that cannot be used.
    """
    manifest = _read_manifest(folder)

    def check(written: Graph) -> None:
        OnnxCritic(CriticEntry(written, tuple(features)), manifest["name"])

    _add_graph(folder, manifest, "critic", graph, {"features": list(features)}, check)


def add_attention(folder: Path, model: Network) -> None:
    """Give the folder that was exported of `model` what its attention is read from, in the place of one that is there.

    Raises ValueError for a model that pays none, ModelError for a folder that cannot be used.
    """
    manifest = _read_manifest(folder)
    graph = build_attention(parameters_of(model), model.config, load_manifest(folder).weights)
    if graph is None:
        raise ValueError(f"{folder}: a {family_of(model.config)} pays no attention: only a transformer does")
    _add_graph(folder, manifest, "attention", graph.SerializeToString(), {})


def add_embedding(folder: Path, graph: bytes, width: int) -> None:
    """Give the exported model in `folder` an ear for likeness, in the place of one that is there.

    `graph` is an ONNX model as `docs/model-contract.md` says. Raises ModelError for a folder that cannot be used.
    """
    _add_graph(folder, _read_manifest(folder), "embedding", graph, {"width": width})


def _add_graph(
    folder: Path,
    manifest: dict[str, Any],
    key: str,
    data: bytes,
    more: Mapping[str, Any],
    check: Callable[[Graph], None] = lambda written: None,
) -> None:
    """Write a further graph, and a manifest that has it, in the place of one that is there.

    Whenever this is killed the manifest names files that are whole: the graph that it names is not written over, and
    its file goes once the new manifest is there. What `check` raises leaves the folder as it was.
    """
    before, file = manifest.get(key, {}).get("file"), f"{key}.onnx"
    if before == file and (folder / file).is_file() and (folder / file).read_bytes() != data:
        file = f"{key}-{hashlib.sha256(data).hexdigest()[:8]}.onnx"
    try:
        written = _write_graph(folder, Path(file).stem, data)
        check(Graph(folder / file, written["sha256"]))
        manifest[key] = {**written, **more}
        _write_manifest(folder / MANIFEST_NAME, manifest)  # from here on the old file is nobody's
    except (ModelError, OSError):
        if file != before:
            (folder / file).unlink(missing_ok=True)
        raise
    if before not in (None, file) and is_plain(before):
        (folder / before).unlink(missing_ok=True)


def _read_manifest(folder: Path) -> dict[str, Any]:
    load_manifest(folder)
    manifest: dict[str, Any] = json.loads((folder / MANIFEST_NAME).read_text(encoding="utf-8"))
    return manifest


def _carry_over(old: Path, new: Path) -> None:
    """What people keep beside a model (its card, say) and its critic stay when the model is exported again.

    So does its ear for likeness, where the model hears as it did.
    """
    for entry in old.iterdir():
        if entry.suffix in {".md", ".txt", ".png"} and entry.is_file():
            shutil.copy2(entry, new / entry.name)
    with contextlib.suppress(ModelError):  # What was there need not be a model of this version.
        before = load_manifest(old)
        if before.critic is not None:
            add_critic(new, read_graph(before.critic.graph), before.critic.features)
        if before.embedding is not None and before.ear == load_manifest(new).ear:
            add_embedding(new, read_graph(before.embedding.graph), before.embedding.width)


def training_data(corpus: Corpus) -> list[dict[str, Any]]:
    """What a model was trained on: pieces of each source and licence, of the split `train`."""
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for piece in corpus.split("train"):
        counts[piece.source, piece.licence] += 1
    return [{"source": s, "licence": licence, "pieces": n} for (s, licence), n in sorted(counts.items())]
