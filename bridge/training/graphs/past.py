"""What `sample.onnx` makes of what is told of the past: as `echoing.EchoCopy` and `recalling.Recall`, node by node."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from onnx import TensorProto

from bridge.engine.repetition import (
    ECHO_SIZE,
    KEY,
    KEYS_SIZE,
    LINE,
    LINES_SIZE,
    NO_PITCH,
    RECALL,
    RECENT,
    STREAM_SIZE,
    VIEWS,
)
from bridge.training.echoing import LENGTHS, TELLING, TRUST_SCALE
from bridge.training.families import Config
from bridge.training.graphs.builder import LayerBuilder
from bridge.training.recalling import COUNTED, READINGS, SOURCES
from bridge.vocabulary import codec

_PITCHES: Final = codec.SIZES[codec.FIELDS.index("pitch")]
_ALL_VOICES: Final = codec.SIZES[codec.FIELDS.index("voice")]


@dataclass(slots=True)
class Told:
    """Values of the graph: what followed in the stream [views, fields], the lengths of its runs [views], all lines.

    `lines` [voices, LINE] and `keys` [voices * 128, KEY] hold every voice's; `line` [LINE] and `key` [KEY] are those of
    the note, once its voice and pitch are taken.
    """

    follow: str
    lengths: str
    lines: str
    keys: str
    line: str = ""
    key: str = ""


def declare_hidden(g: LayerBuilder, config: Config) -> tuple[str, Told | None]:
    """Declare the hidden state; its first `width` numbers, and what is told behind them (None: nothing)."""
    if not config.echo:
        return g.input("hidden", TensorProto.FLOAT, [1, config.width]), None
    hidden = g.input("hidden", TensorProto.FLOAT, [1, config.width + ECHO_SIZE])
    sizes = g.integers(config.width, STREAM_SIZE, LINES_SIZE, KEYS_SIZE)
    h, stream, lines, keys = g.ops("Split", 4, hidden, sizes, axis=1)
    count = len(codec.FIELDS)
    by_view = g.op("Reshape", g.op("Cast", stream, to=TensorProto.INT64), g.integers(-1, count + 1))
    follow, lengths = g.ops("Split", 2, by_view, g.integers(count, 1), axis=1)
    return h, Told(
        follow,
        g.op("Reshape", lengths, g.integers(-1)),
        g.op("Reshape", lines, g.integers(-1, len(LINE))),
        g.op("Reshape", keys, g.integers(-1, len(KEY))),
    )


def copied(g: LayerBuilder, logits: str, normed: str, told: Told, taken: Mapping[str, str], field: str) -> str:
    """`logits` [2, n] with what followed in the stream the last time made likelier."""
    place, views = codec.FIELDS.index(field), len(VIEWS)
    agree = [g.op("Equal", _column(g, told.follow, i), taken[codec.FIELDS[i]]) for i in TELLING if i < place]
    flags = functools.reduce(lambda one, other: g.op("And", one, other), agree) if agree else None
    rows = (place * views + np.arange(views)) * 2 * LENGTHS
    if flags is None:
        rows = rows + LENGTHS
    trust = _trust(g, "head.copy.trust", f"copy.{field}", rows, told.lengths, flags)
    boost = g.op("Add", trust, g.outward(g.linear(normed, f"head.copy.listen.{field}")))
    return _boosted(g, logits, _column(g, told.follow, place), told.lengths, boost, field)


def read(g: LayerBuilder, h: str, told: Told, taken: Mapping[str, str], field: str) -> str:
    """`h` [2, width] with what `field` reads of its line and key added."""
    _look_up(g, told, taken, field)
    if field not in READINGS:
        return h
    readings = READINGS[field]
    starts = np.cumsum([0, *(reading.rows for reading in readings[:-1])])
    by_voice = np.tile(starts, (_ALL_VOICES, 1))
    by_voice[codec.DRUMS] += [reading.values if reading.drums_apart else 0 for reading in readings]
    offsets = g.op("Gather", g.constant(f"recall.rows.{field}", by_voice, np.int64), taken["voice"], axis=0)
    said = _recalled(g, told, f"read.{field}", [reading.column for reading in readings])
    rows = g.op("Add", said, g.op("Reshape", offsets, g.integers(-1)))
    name = f"head.recall.embed.{field}.weight"
    table = g.op("Gather", g.numbers(name, g.parameters[name]), rows, axis=0)
    return g.op("Add", h, g.op("ReduceSum", table, g.integers(0), keepdims=1))


def suggested(
    g: LayerBuilder, logits: str, normed: str, inner: str, told: Told, taken: Mapping[str, str], field: str
) -> str:
    """`logits` [2, n] of `field` with what its line and key suggest made likelier."""
    if field not in SOURCES:
        return logits
    if field == "pitch":
        logits = g.op("Add", logits, _by_step(g, inner, told, taken))
    if field in COUNTED:
        logits = g.op("Add", logits, _by_count(g, normed, told, taken, field))
    sources = SOURCES[field]
    classes = _recalled(g, told, f"classes.{field}", [source.class_column for source in sources])
    counts = _recalled(g, told, f"counts.{field}", [source.count_column for source in sources])
    together = g.op("Equal", taken["dt"], g.integers(0))
    flags = [
        together
        if source.follows < 0
        else g.op("Equal", _recalled(g, told, f"follows.{i}.{field}", [source.follows]), taken["pitch"])
        for i, source in enumerate(sources)
    ]
    rows = np.arange(len(sources)) * 2 * LENGTHS
    trust = _trust(g, f"head.recall.trust.{field}", f"recall.{field}", rows, counts, g.op("Concat", *flags, axis=0))
    boost = g.op("Add", trust, g.outward(g.linear(normed, f"head.recall.listen.{field}")))
    return _boosted(g, logits, classes, counts, boost, field)


def _look_up(g: LayerBuilder, told: Told, taken: Mapping[str, str], field: str) -> None:
    """Once the voice is taken its line is known, once the pitch is, the key; as integers."""
    if field == "pitch":
        line = g.op("Gather", told.lines, taken["voice"], axis=0)
        told.line = g.op("Cast", g.op("Reshape", line, g.integers(-1)), to=TensorProto.INT64)
    elif field == "velocity":
        row = g.op("Mul", taken["voice"], g.integers(_PITCHES))
        key = g.op("Gather", told.keys, g.op("Add", row, taken["pitch"]), axis=0)
        told.key = g.op("Cast", g.op("Reshape", key, g.integers(-1)), to=TensorProto.INT64)


def _recalled(g: LayerBuilder, told: Told, name: str, columns: list[int]) -> str:
    """These numbers of RECALL, [columns]."""
    if max(columns) < len(LINE):
        return g.op("Gather", told.line, g.constant(f"recall.{name}", columns, np.int64), axis=0)
    both = g.op("Concat", told.line, told.key, axis=0)
    return g.op("Gather", both, g.constant(f"recall.{name}", columns, np.int64), axis=0)


def _trust(g: LayerBuilder, table: str, name: str, rows: np.ndarray, counts: str, flags: str | None) -> str:
    """The trust in each source, [sources], by how much speaks for it and, LENGTHS rows further on, its flag."""
    place = g.op("Add", g.constant(f"{name}.rows", rows, np.int64), counts)
    if flags is not None:
        further = g.op("Where", flags, g.constant("further", LENGTHS, np.int64), g.constant("no_class", 0, np.int64))
        place = g.op("Add", place, further)
    weight = g.constant(f"{table}.weight", g.parameters[f"{table}.weight"], np.float32)
    trust = g.op("Reshape", g.op("Gather", weight, place, axis=0), g.integers(-1))
    return g.op("Mul", trust, g.constant("trust_scale", TRUST_SCALE, np.float32))


def _boosted(g: LayerBuilder, logits: str, classes: str, counts: str, boost: str, field: str) -> str:
    """`logits` [2, n] with `boost` [2, sources] added at `classes` [sources], where `counts` say that there is one."""
    nothing = g.constant("no_class", 0, np.int64)
    size = g.constant(f"classes_of_{field}", codec.SIZES[codec.FIELDS.index(field)], np.int64)
    said = g.op("And", g.op("Greater", counts, nothing), g.op("Less", classes, size))
    boost = g.op("Where", said, boost, g.constant("zero_probability", 0.0, np.float32))
    target = g.op("Expand", g.op("Where", said, classes, nothing), g.op("Shape", boost))
    return g.op("ScatterElements", logits, target, boost, axis=1, reduction="add")


def _by_step(g: LayerBuilder, inner: str, told: Told, taken: Mapping[str, str]) -> str:
    """What the step from the line's last pitch adds to the logit of every pitch, [2, 128]; nothing for drums."""
    last = _recalled(g, told, "last", [RECALL.index("line_pitch")])
    drums = g.op("Equal", taken["voice"], g.integers(codec.DRUMS))
    known = g.op("And", g.op("Less", last, g.integers(NO_PITCH)), g.op("Not", drums))
    from_last = g.op("Sub", g.constant("steps_up", np.arange(_PITCHES) + _PITCHES - 1, np.int64),
                     g.op("Where", known, last, g.integers(0)))  # fmt: skip
    steps = g.outward(g.linear(inner, "head.recall.step"))
    by_pitch = g.op("Gather", steps, from_last, axis=1)
    return g.op("Where", known, by_pitch, g.constant("zero_probability", 0.0, np.float32))


def _by_count(g: LayerBuilder, normed: str, told: Told, taken: Mapping[str, str], field: str) -> str:
    """What the line's last notes add to the logit of every class that they took, [2, n]."""
    size = codec.SIZES[codec.FIELDS.index(field)]
    begin = g.constant(f"counts_begin.{field}", [COUNTED[field]], np.int64)
    end = g.constant(f"counts_end.{field}", [COUNTED[field] + size], np.int64)
    counts = g.op("Slice", told.line, begin, end)
    together = g.op("Equal", taken["dt"], g.integers(0))
    further = g.op("Where", together, g.integers(RECENT + 1), g.integers(0))
    name = f"head.recall.counted_trust.{field}.weight"
    table = g.constant(name, g.parameters[name], np.float32)
    trust = g.op("Reshape", g.op("Gather", table, g.op("Add", counts, further), axis=0), g.integers(-1))
    trust = g.op("Mul", trust, g.constant("trust_scale", TRUST_SCALE, np.float32))
    more = g.op("Add", g.op("Cast", counts, to=TensorProto.FLOAT), g.constant("one_more", 1.0, np.float32))
    favour = g.outward(g.linear(normed, f"head.recall.favour.{field}"))
    return g.op("Add", trust, g.op("Mul", favour, g.op("Log", more)))


def _column(g: LayerBuilder, follow: str, place: int) -> str:
    """One field of what followed, [views]."""
    return g.op("Gather", follow, g.constant(f"column_{place}", place, np.int64), axis=1)
