"""Reading and checking `manifest.json`, as `docs/model-contract.md` describes it.

Everything in a model folder may come from a stranger: every value is checked before it is used, and a refusal says
which one it was.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, cast, get_args

from bridge.engine.errors import ModelError
from bridge.engine.folders import (
    LARGEST_GRAPH,
    LARGEST_MANIFEST,
    MANIFEST_NAME,
    find_model,
    find_model_by_name,
    is_plain,
    list_models,
    read_file,
)
from bridge.engine.repetition import KEY, LINE, LONGEST, RECENT, VIEWS, WINDOW
from bridge.vocabulary.codec import (
    CONTEXT_SIZE,
    DT_TICKS,
    DURATION_TICKS,
    FIELDS,
    SIZES,
    TICKS_PER_BEAT,
    VELOCITY_STEP,
    VOICES,
)
from bridge.vocabulary.guide import CONTROLS, ENDING, ENDING_ENTRY, GUIDE_SIZE, ROLES, Control

__all__ = [
    "CONTRACT",
    "OLDEST_CONTRACT",
    "CriticEntry",
    "Graph",
    "Manifest",
    "ModelError",
    "Rotary",
    "StateTensor",
    "Weights",
    "echo_terms",
    "find_model",
    "find_model_by_name",
    "list_models",
    "load_manifest",
    "read_graph",
    "vocabulary",
]

CONTRACT: Final = 3
OLDEST_CONTRACT: Final = 2
_ENDING: Final = "ending"
# More is a mistake or an attack: numbers of all state together (a gibibyte of float32), events looked at or taken
# back, width of the hidden state.
_STATE_NUMBERS: Final = 1 << 28
_MOST_EVENTS: Final = 1 << 16
_WIDEST: Final = 1 << 14

StateKind = Literal["ring", "snapshot"]
StateType = Literal["float32", "float16"]
Weights = Literal["float32", "int8", "float16"]


@dataclass(frozen=True, slots=True)
class StateTensor:
    """One tensor of memory: its name in `feed.onnx`, the type of its numbers and its shape."""

    name: str
    kind: StateKind
    dtype: StateType
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """An ONNX file in the model's folder."""

    path: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class CriticEntry:
    """The graph that scores candidates, and the names of the numbers it is given of each, in order."""

    graph: Graph
    features: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EmbeddingEntry:
    """The graph that makes one vector of the hidden states of a phrase, and how long that vector is."""

    graph: Graph
    width: int


@dataclass(frozen=True, slots=True)
class Rotary:
    """Rotary positions: width of a head and base of the frequencies."""

    head_dim: int
    base: float


@dataclass(frozen=True, slots=True)
class Manifest:
    """A model folder, checked except for its graphs' insides. `window` is 0 where memory has no fixed length.

    `sha256` is that of the manifest's own bytes, which name those of the graphs: equal ones are the same model.
    `kind` is that of all state tensors; only a ring can have `rotary` positions. `weights` is how the graphs hold their
    numbers, for people. `echo`: whether it is told at each event what followed the last time
    (`bridge.engine.repetition`). `guide` is how many entries of a guide its `sample.onnx` takes, the first ones.
    `reaches`: how many events back each layer of a convolution looks; empty for others. `critic`, `attention` and
    `embedding` are graphs that a folder may lack; the last two are no part of how the model plays, nor of its digest.
    """

    folder: Path
    sha256: str
    contract: int
    name: str
    family: str
    weights: Weights
    kind: StateKind
    window: int
    rewind: int
    max_chunk: int
    hidden: int
    echo: bool
    guide: int
    rotary: Rotary | None
    reaches: tuple[int, ...]
    state: tuple[StateTensor, ...]
    feed: Graph
    sample: Graph
    critic: CriticEntry | None
    attention: Graph | None
    embedding: EmbeddingEntry | None
    training: Mapping[str, Any]
    metrics: Mapping[str, Any]

    @property
    def slots(self) -> int:
        """Events that a ring holds: those looked at and those that can be taken back."""
        return self.window + self.rewind

    @property
    def digest(self) -> str:
        """Sha256 over all graphs: models of equal digest play equally."""
        critic = "" if self.critic is None else self.critic.graph.sha256
        return hashlib.sha256(f"{self.feed.sha256}{self.sample.sha256}{critic}".encode()).hexdigest()

    @property
    def ear(self) -> str:
        """Sha256 over the graphs that hear and draw: models of equal ones find the same notes equally likely."""
        return hashlib.sha256(f"{self.feed.sha256}{self.sample.sha256}".encode()).hexdigest()


def vocabulary() -> dict[str, Any]:
    """What a manifest must say about fields, classes, context and guide."""
    return {
        "ticks_per_beat": TICKS_PER_BEAT,
        "fields": dict(zip(FIELDS, SIZES, strict=True)),
        "context": CONTEXT_SIZE,
        "velocity_step": VELOCITY_STEP,
        "dt_ticks": DT_TICKS.tolist(),
        "duration_ticks": DURATION_TICKS.tolist(),
        "roles": list(ROLES),
        "controls": {control.name: _levels(control) for control in CONTROLS},
        _ENDING: _levels(ENDING),
    }


def _levels(control: Control) -> list[float]:
    """Rounded: the last digits of a power depend on the machine it was computed on."""
    return [round(level, 4) for level in control.levels.tolist()]


def echo_terms() -> dict[str, Any]:
    """What the manifest of a model that listens to the echo must say about it."""
    return {
        "views": list(VIEWS),
        "line": [name for name in LINE if "count" not in name] + ["velocity_count", "duration_count"],
        "key": list(KEY),
        "window": WINDOW,
        "longest": LONGEST,
        "recent": RECENT,
    }


def load_manifest(folder: Path) -> Manifest:
    """Read and check the manifest in `folder`. Raises ModelError naming what is wrong, and in which file."""
    path = folder / MANIFEST_NAME
    data = read_file(path, LARGEST_MANIFEST)
    fields = _Fields(path, _parse(path, data))
    contract = fields.whole("contract", 0)
    if not OLDEST_CONTRACT <= contract <= CONTRACT:
        raise ModelError(
            f"{path}: contract {contract} is not {OLDEST_CONTRACT} to {CONTRACT}: "
            "export the model again with this version"
        )
    _check_vocabulary(path, fields)
    kind, state = _state(fields)
    window = fields.whole("window", int(kind == "ring"), _MOST_EVENTS, default=None if kind == "ring" else 0)
    rewind, max_chunk = fields.whole("rewind", 1, _MOST_EVENTS), fields.whole("max_chunk", 1)
    if max_chunk > rewind:
        raise ModelError(
            f"{path}: max_chunk {max_chunk} is more than rewind {rewind}: a chunk would overwrite its past"
        )
    manifest = Manifest(
        folder=folder,
        sha256=hashlib.sha256(data).hexdigest(),
        contract=contract,
        name=fields.plain("name"),
        family=fields.text("family"),
        weights=_weights(fields),
        kind=kind,
        window=window,
        rewind=rewind,
        max_chunk=max_chunk,
        hidden=fields.whole("hidden", 1, _WIDEST),
        echo=_echo(fields),
        guide=GUIDE_SIZE if _ENDING in fields.inner("vocabulary").values else ENDING_ENTRY,
        rotary=_rotary(fields, kind),
        reaches=_reaches(fields, kind, window) if contract >= 3 else (),
        state=state,
        feed=_graph(fields.inner("graphs"), folder, "feed"),
        sample=_graph(fields.inner("graphs"), folder, "sample"),
        critic=_critic(fields, folder),
        attention=_attention(fields, folder, kind),
        embedding=_embedding(fields, folder),
        training=fields.inner("training", optional=True).values,
        metrics=fields.inner("metrics", optional=True).values,
    )
    _check_rings(path, manifest)
    _check_size(path, manifest)
    return manifest


def read_graph(graph: Graph) -> bytes:
    """The bytes of a graph, which are those the manifest vouches for. Raises ModelError where they are not.

    Bytes and not a path go to the runtime: what was hashed is what runs, and no external file can be drawn in.
    """
    data = read_file(graph.path, LARGEST_GRAPH)
    found = hashlib.sha256(data).hexdigest()
    if found != graph.sha256:
        raise ModelError(
            f"{graph.path}: sha256 is {found[:12]}…, the manifest says {graph.sha256[:12]}…: "
            "the file was changed or cut short; copy or export the model again"
        )
    return data


@dataclass(frozen=True, slots=True)
class _Fields:
    """A JSON object with typed access; errors name the file and the key."""

    path: Path
    values: Mapping[str, Any]
    prefix: str = ""

    def get(self, key: str, kind: type | tuple[type, ...], what: str) -> Any:
        value = self.values.get(key)
        if not isinstance(value, kind) or isinstance(value, bool):
            shown = repr(value) if key in self.values else "missing"
            raise ModelError(f"{self.path}: {self.prefix}{key} is {shown[:60]}, not {what}")
        return value

    def whole(self, key: str, low: int, high: int = (1 << 31) - 1, default: int | None = None) -> int:
        if default is not None and self.values.get(key) is None:
            return default
        value: int = self.get(key, int, "a whole number")
        if not low <= value <= high:
            shown = str(value) if abs(value) < 1 << 63 else "a number of many digits"
            raise ModelError(f"{self.path}: {self.prefix}{key} is {shown}: {low} to {high} is needed")
        return value

    def text(self, key: str) -> str:
        value: str = self.get(key, str, "a text")
        return value

    def plain(self, key: str) -> str:
        value = self.text(key)
        if not is_plain(value):
            raise ModelError(
                f"{self.path}: {self.prefix}{key} {value!r} is not a plain name: "
                "letters, digits, dot, dash and underscore, no folders"
            )
        return value

    def inner(self, key: str, optional: bool = False) -> _Fields:
        if optional and key not in self.values:
            return _Fields(self.path, {})
        return _Fields(self.path, self.get(key, dict, "an object"), f"{self.prefix}{key}.")


def _parse(path: Path, data: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path}: not JSON ({error}); export the model again") from None
    if not isinstance(value, dict):
        raise ModelError(f"{path}: not a JSON object; export the model again")
    return value


def _check_vocabulary(path: Path, fields: _Fields) -> None:
    given = fields.inner("vocabulary").values
    for key, ours in vocabulary().items():
        if key == _ENDING and key not in given:
            continue  # a model that is not told where a phrase ends
        if given.get(key) != ours:
            raise ModelError(
                f"{path}: vocabulary.{key} is {str(given.get(key))[:60]}, this version reads {str(ours)[:60]}: "
                "train and export the model with this version"
            )
    if fields.get("voices", list, "a list of voices") != list(VOICES):
        raise ModelError(f"{path}: voices are {fields.values['voices']}, this version has {list(VOICES)}")


def _state(fields: _Fields) -> tuple[StateKind, tuple[StateTensor, ...]]:
    tensors = []
    for i, entry in enumerate(fields.get("state", list, "a list of tensors")):
        if not isinstance(entry, dict):
            raise ModelError(f"{fields.path}: state[{i}] is {str(entry)[:60]}, not an object")
        tensor = _Fields(fields.path, entry, f"state[{i}].")
        if tensor.text("kind") not in ("ring", "snapshot"):
            raise ModelError(f"{fields.path}: state[{i}].kind is {tensor.text('kind')!r}: ring or snapshot is needed")
        if tensor.text("dtype") not in get_args(StateType):
            raise ModelError(
                f"{fields.path}: state[{i}].dtype is {tensor.text('dtype')!r}: float32 or float16 is needed"
            )
        tensors.append(StateTensor(tensor.plain("name"), entry["kind"], entry["dtype"], _shape(tensor)))
    names = [tensor.name for tensor in tensors]
    kinds = {tensor.kind for tensor in tensors}
    if len(set(names)) != len(names):
        raise ModelError(f"{fields.path}: two state tensors have one name: {', '.join(names)}")
    if len(kinds) != 1:
        raise ModelError(
            f"{fields.path}: state kinds are {sorted(kinds) or 'none'}: all ring or all snapshot is needed"
        )
    return kinds.pop(), tuple(tensors)


def _shape(tensor: _Fields) -> tuple[int, ...]:
    shape = tensor.get("shape", list, "a list of whole numbers")
    total = 1
    for size in shape:
        if not isinstance(size, int) or isinstance(size, bool) or size < 1:
            raise ModelError(f"{tensor.path}: {tensor.prefix}shape is {shape}: whole numbers above 0 are needed")
        total *= size
        if total > _STATE_NUMBERS:
            raise ModelError(f"{tensor.path}: {tensor.prefix}shape {shape} holds more than {_STATE_NUMBERS} numbers")
    return tuple(shape)


def _weights(fields: _Fields) -> Weights:
    value = fields.text("weights") if "weights" in fields.values else "float32"
    if value not in get_args(Weights):
        raise ModelError(f"{fields.path}: weights are {value!r}: {', '.join(get_args(Weights))} can be said")
    return cast(Weights, value)


def _echo(fields: _Fields) -> bool:
    if "echo" not in fields.values:
        return False
    told = fields.inner("echo").values
    if told != echo_terms():
        raise ModelError(f"{fields.path}: echo is {told}, this version makes {echo_terms()}: export the model again")
    return True


def _rotary(fields: _Fields, kind: StateKind) -> Rotary | None:
    if "rotary" not in fields.values:
        return None
    if kind != "ring":
        raise ModelError(f"{fields.path}: rotary is given, but the state is of kind {kind}: only a ring has positions")
    inner = fields.inner("rotary")
    head_dim, base = inner.whole("head_dim", 2), inner.get("base", (int, float), "a number")
    if head_dim % 2 or not 1.0 < base < 1e12:
        raise ModelError(f"{fields.path}: rotary head_dim {head_dim}, base {base}: an even width and a base above 1")
    return Rotary(head_dim, float(base))


def _graph(fields: _Fields, folder: Path, key: str) -> Graph:
    inner = fields.inner(key)
    return Graph(folder / inner.plain("file"), inner.text("sha256").lower())


def _critic(fields: _Fields, folder: Path) -> CriticEntry | None:
    if "critic" not in fields.values:
        return None
    inner = fields.inner("critic")
    features = inner.get("features", list, "a list of names")
    if not features or not all(isinstance(name, str) and name for name in features):
        raise ModelError(f"{fields.path}: critic.features are {str(features)[:60]}: one or more names are needed")
    if len(set(features)) != len(features):
        raise ModelError(f"{fields.path}: critic.features name one twice: {', '.join(features)[:200]}")
    return CriticEntry(_graph(fields, folder, "critic"), tuple(features))


def _attention(fields: _Fields, folder: Path, kind: StateKind) -> Graph | None:
    if "attention" not in fields.values:
        return None
    if kind != "ring" or "rotary" not in fields.values:
        raise ModelError(f"{fields.path}: attention is given, but only a ring with rotary positions pays any")
    return _graph(fields, folder, "attention")


def _embedding(fields: _Fields, folder: Path) -> EmbeddingEntry | None:
    if "embedding" not in fields.values:
        return None
    return EmbeddingEntry(_graph(fields, folder, "embedding"), fields.inner("embedding").whole("width", 1, _WIDEST))


def _reaches(fields: _Fields, kind: StateKind, window: int) -> tuple[int, ...]:
    if "reaches" not in fields.values:
        return ()
    reaches = fields.get("reaches", list, "a list of whole numbers")
    whole = all(isinstance(reach, int) and not isinstance(reach, bool) and 1 <= reach < window for reach in reaches)
    if kind != "ring" or not reaches or not whole:
        raise ModelError(
            f"{fields.path}: reaches are {str(reaches)[:60]}: of a ring, whole numbers from 1 to window - 1 are needed"
        )
    return tuple(reaches)


def _check_rings(path: Path, manifest: Manifest) -> None:
    if manifest.kind == "snapshot":
        wrong = [tensor for tensor in manifest.state if manifest.contract >= 3 and tensor.shape[:1] != (1,)]
        needed = "[1, ...] is needed: the first axis is that of the candidates"
    elif manifest.contract >= 3:
        slots = manifest.slots + bool(manifest.reaches)
        wrong = [tensor for tensor in manifest.state if len(tensor.shape) != 3 or tensor.shape[:2] != (1, slots)]
        nothing = " + 1 that is never written" if manifest.reaches else ""
        needed = f"[1, {slots}, width] is needed (window {manifest.window} + rewind {manifest.rewind}{nothing})"
    else:
        places = [(tensor, tensor.shape[:1] + tensor.shape[2:3]) for tensor in manifest.state]
        wrong = [tensor for tensor, place in places if len(tensor.shape) != 4 or place != (1, manifest.slots)]
        needed = f"[1, heads, {manifest.slots}, width] is needed (window {manifest.window} + rewind {manifest.rewind})"
    if wrong:
        raise ModelError(f"{path}: state {wrong[0].name} has shape {list(wrong[0].shape)}: {needed}")


def _check_size(path: Path, manifest: Manifest) -> None:
    """Memory is asked for by what the manifest says: it must be little enough to be there."""
    copies = manifest.rewind + 1 if manifest.kind == "snapshot" else 1
    numbers = copies * sum(math.prod(tensor.shape) for tensor in manifest.state)
    numbers += (manifest.rewind + 1) * manifest.hidden
    if numbers > _STATE_NUMBERS:
        raise ModelError(
            f"{path}: state, hidden {manifest.hidden} and rewind {manifest.rewind} ask for {numbers:,} numbers of "
            f"memory: {_STATE_NUMBERS:,} at most"
        )
