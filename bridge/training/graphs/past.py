"""What `sample.onnx` makes of what is told of the past: as `echoing.EchoCopy` and `recalling.Recall`, for N draws.

All that is told stands in one row of numbers, PAST: the stream's echo, then (once the voice is taken) its line, then
(once the pitch is) its key. What velocity and duration need of it is looked up for both at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from onnx import TensorProto

from bridge.engine.repetition import KEY, LINE, NO_PITCH, RECALL, RECENT, STREAM_SIZE, VIEWS
from bridge.training.echoing import LENGTHS, TRUST_SCALE
from bridge.training.graphs.builder import LayerBuilder
from bridge.training.graphs.parameters import joined
from bridge.training.recalling import COUNTED, READINGS, SOURCES
from bridge.vocabulary import codec

_VIEWS: Final = len(VIEWS)
_FIELDS: Final = len(codec.FIELDS)
_PITCHES: Final = codec.SIZES[codec.FIELDS.index("pitch")]
_VOICES: Final = codec.SIZES[codec.FIELDS.index("voice")]
_LENGTH: Final = _FIELDS  # the column of a view's length, behind its fields
_LATE: Final = ("velocity", "duration")  # fields of which all is known once the pitch is taken
_FIRST_RECALL: Final = STREAM_SIZE
_DRUM_LIKE: Final = 1 << 20  # added to a drum's last pitch: no pitch to step from


@dataclass(frozen=True, slots=True)
class _Source:
    """A class that may be made likelier: its column in PAST, that of how much speaks for it, and its row of trust."""

    class_column: int
    count_column: int
    trust_row: int
    size: int


@dataclass(slots=True)
class Boost:
    """What is made likelier of one field: `classes` int64 [N, k], by `trust` float32 [N, k], where `said`, bool."""

    classes: str
    trust: str
    said: str


class GraphPast:
    """Declares what is told, and looks it up draw by draw."""

    def __init__(self, g: LayerBuilder) -> None:
        self._g = g
        self._past = g.input("echo", TensorProto.INT64, ["N", STREAM_SIZE])
        self._lines = g.input("lines", TensorProto.INT64, ["N", _VOICES, len(LINE)])
        self._keys = g.input("keys", TensorProto.INT64, ["N", _VOICES, _PITCHES, len(KEY)])
        self._trust_rows: dict[str, int] = {}
        self._trust = self._declare_trust()
        self._agree = ""  # bool [N, views]: whether what followed agrees so far with what is taken
        self._together = ""  # bool [N, 1]: whether the note is in a chord with the last
        self._boosts: dict[str, Boost] = {}
        self._reads: dict[str, str] = {}
        self._counts: dict[str, tuple[str, str]] = {}

    def take(self, field: str, taken: Mapping[str, str]) -> None:
        """`field` was taken: look up what the fields after it need."""
        g = self._g
        if field in ("dt", "voice", "pitch"):
            columns = np.arange(_VIEWS) * (_FIELDS + 1) + codec.FIELDS.index(field)
            same = g.op("Equal", self._gather(f"follow.{field}", columns), taken[field])
            self._agree = g.op("And", self._agree, same) if self._agree else same
        if field == "dt":
            self._together = g.op("Equal", taken["dt"], g.integers(0))
        if field == "voice":
            line = g.op("GatherND", self._lines, taken["voice"], batch_dims=1)
            self._past = g.op("Concat", self._past, line, axis=1)
        if field == "pitch":
            place = g.op("Concat", taken["voice"], taken["pitch"], axis=1)
            self._past = g.op("Concat", self._past, g.op("GatherND", self._keys, place, batch_dims=1), axis=1)
            self._look_up_late(taken)

    def boost(self, field: str) -> Boost:
        """What is made likelier of `field`, whose turn it is."""
        if field in self._boosts:
            return self._boosts[field]
        sources = self._sources(field)
        flags = [self._agree, *[self._together] * (len(sources) - _VIEWS)] if self._agree else []
        return self._look_up(field, sources, flags)

    def read(self, field: str, by_voice: Mapping[str, str]) -> str | None:
        """What `field` reads of its line and key, [N, 1, width]; None where nothing."""
        if field in self._reads:
            return self._reads[field]
        if field not in READINGS:
            return None
        g, readings = self._g, READINGS[field]
        said = self._gather(f"read.{field}", _FIRST_RECALL + np.array([reading.column for reading in readings]))
        rows = g.op("Add", said, by_voice["readings"])
        embedded = g.op("Gather", g.table(f"head.recall.embed.{field}.weight"), rows, axis=0)
        return g.op("ReduceSum", embedded, g.integers(1), keepdims=1)

    def step(self, logits: str, steps: str, by_voice: Mapping[str, str]) -> str:
        """`logits` [N, 128] of the pitch with those of the steps from the line's last, [N, STEPS]; none for drums."""
        g = self._g
        last = self._gather("last", np.array([_FIRST_RECALL + RECALL.index("line_pitch")]))
        known = g.op("Less", g.op("Add", last, by_voice["drums"]), g.integers(NO_PITCH))
        up = g.constant("steps_up", np.arange(_PITCHES) + _PITCHES - 1, np.int64)
        by_pitch = g.op("GatherElements", steps, g.op("Sub", up, g.op("Where", known, last, g.integers(0))), axis=1)
        return g.op("Add", logits, g.op("Where", known, by_pitch, g.constant("no_boost", 0.0, np.float32)))

    def counted(self, logits: str, favour: str, field: str) -> str:
        """`logits` [N, n] with what the line's last notes add to every class that they took; `favour` [N, 1]."""
        g = self._g
        trust, more = self._counts[field]
        return g.op("Add", g.op("Add", logits, trust), g.op("Mul", favour, more))

    def copied(self, logits: str, listened: str, boost: Boost) -> str:
        """`logits` [N, n] with `boost` and what is listened to, [N, k], where there is something to copy."""
        g = self._g
        added = g.op("Where", boost.said, g.op("Add", boost.trust, listened), g.constant("no_boost", 0.0, np.float32))
        return g.op("ScatterElements", logits, boost.classes, added, axis=1, reduction="add")

    def by_voice(self, voice: str) -> dict[str, str]:
        """What follows of the voice taken [N, 1] alone: where the pitch's readings begin; what keeps drums apart."""
        g, readings = self._g, READINGS["pitch"]
        starts = np.cumsum([0, *(reading.rows for reading in readings[:-1])])
        table = np.tile(np.array([*starts, 0]), (_VOICES, 1))
        table[codec.DRUMS] += [*(reading.values if reading.drums_apart else 0 for reading in readings), _DRUM_LIKE]
        row = g.op("GatherND", g.constant("recall.by_voice", table, np.int64), voice)
        begins, drums = g.ops("Split", 2, row, g.integers(len(readings), 1), axis=1)
        return {"readings": begins, "drums": drums}

    def _look_up_late(self, taken: Mapping[str, str]) -> None:
        """All that velocity and duration need."""
        g = self._g
        followers = [source.follows for source in SOURCES[_LATE[0]] if source.follows >= 0]
        same = g.op("Equal", self._gather("line_follow", _FIRST_RECALL + np.array(followers)), taken["pitch"])
        habits = len(SOURCES[_LATE[0]]) - len(followers)  # they come before the followers
        flags = [self._agree, *[self._together] * habits, same]
        sources = [self._sources(field) for field in _LATE]
        both = self._look_up("late", [*sources[0], *sources[1]], [*flags, *flags])
        sizes = g.integers(*(len(every) for every in sources))
        parts = [g.ops("Split", 2, value, sizes, axis=1) for value in (both.classes, both.trust, both.said)]
        for i, field in enumerate(_LATE):
            self._boosts[field] = Boost(*(part[i] for part in parts))
        self._look_up_readings()
        self._look_up_counts()

    def _look_up_readings(self) -> None:
        g = self._g
        readings = [reading for field in _LATE for reading in READINGS[field]]
        begins = np.cumsum([0, *(reading.rows for reading in readings[:-1])])
        said = self._gather("read.late", _FIRST_RECALL + np.array([reading.column for reading in readings]))
        rows = g.op("Add", said, g.constant("read.late.begins", begins, np.int64))
        table = g.table(*(f"head.recall.embed.{field}.weight" for field in _LATE))
        embedded = g.op("Gather", table, rows, axis=0)
        shape = g.integers(
            0, len(_LATE), len(READINGS[_LATE[0]]), g.parameters[f"head.recall.embed.{_LATE[0]}.weight"].shape[1]
        )
        summed = g.op("ReduceSum", g.op("Reshape", embedded, shape), g.integers(2), keepdims=0)
        parts = g.ops("Split", len(_LATE), summed, axis=1, num_outputs=len(_LATE))
        self._reads |= zip(_LATE, parts, strict=True)

    def _look_up_counts(self) -> None:
        g = self._g
        sizes = [codec.SIZES[codec.FIELDS.index(field)] for field in _LATE]
        columns = np.concatenate([COUNTED[field] + np.arange(size) for field, size in zip(_LATE, sizes, strict=True)])
        counts = self._gather("counts", _FIRST_RECALL + columns)
        begins = np.repeat(np.arange(len(_LATE)) * 2 * (RECENT + 1), sizes)
        further = g.op("Where", self._together, g.integers(RECENT + 1), g.integers(0))
        rows = g.op("Add", g.op("Add", counts, g.constant("counts.begins", begins, np.int64)), further)
        names = [f"head.recall.counted_trust.{field}.weight" for field in _LATE]
        trust = g.op("Gather", _scaled(g, names), rows, axis=0)
        logs = g.constant("log_of_one_more", np.log1p(np.arange(RECENT + 1)), np.float32)
        more = g.op("Gather", logs, counts, axis=0)
        every = [g.ops("Split", len(_LATE), value, g.integers(*sizes), axis=1) for value in (trust, more)]
        self._counts |= {field: (every[0][i], every[1][i]) for i, field in enumerate(_LATE)}

    def _declare_trust(self) -> str:
        names = ["head.copy.trust.weight", *(f"head.recall.trust.{field}.weight" for field in SOURCES)]
        begin = 0
        for name in names:
            self._trust_rows[name] = begin
            begin += len(self._g.parameters[name])
        return _scaled(self._g, names)

    def _sources(self, field: str) -> list[_Source]:
        """What may be copied of a field: from each view of the stream, then from line and key."""
        place, size = codec.FIELDS.index(field), codec.SIZES[codec.FIELDS.index(field)]
        first = self._trust_rows["head.copy.trust.weight"] + place * _VIEWS * 2 * LENGTHS
        stream = [
            _Source(view * (_FIELDS + 1) + place, view * (_FIELDS + 1) + _LENGTH, first + view * 2 * LENGTHS, size)
            for view in range(_VIEWS)
        ]
        first = self._trust_rows.get(f"head.recall.trust.{field}.weight", 0)
        return stream + [
            _Source(
                _FIRST_RECALL + source.class_column, _FIRST_RECALL + source.count_column, first + i * 2 * LENGTHS, size
            )
            for i, source in enumerate(SOURCES.get(field, ()))
        ]

    def _look_up(self, name: str, sources: list[_Source], flags: list[str]) -> Boost:
        """Classes and trust of `sources`; `flags` bool [N, ...], end to end one for each (none: all are true)."""
        g = self._g
        classes = self._gather(f"classes.{name}", np.array([source.class_column for source in sources]))
        counts = self._gather(f"speaking.{name}", np.array([source.count_column for source in sources]))
        sizes = g.constant(f"sizes.{name}", [source.size for source in sources], np.int64)
        said = g.op("And", g.op("Greater", counts, g.integers(0)), g.op("Less", classes, sizes))
        begins = np.array([source.trust_row for source in sources])
        if flags:
            flag = g.op("Concat", *flags, axis=1) if len(flags) > 1 else flags[0]
            plain, flagged = (
                g.constant(f"trust.{name}", begins, np.int64),
                g.constant(f"trust.{name}.agree", begins + LENGTHS, np.int64),
            )
            rows = g.op("Add", counts, g.op("Where", flag, flagged, plain))
        else:
            rows = g.op("Add", counts, g.constant(f"trust.{name}", begins + LENGTHS, np.int64))
        return Boost(g.op("Where", said, classes, g.integers(0)), g.op("Gather", self._trust, rows, axis=0), said)

    def _gather(self, name: str, columns: npt.NDArray[Any]) -> str:
        """These columns of PAST, [N, columns]."""
        return self._g.op("Gather", self._past, self._g.constant(f"past.{name}", columns, np.int64), axis=1)


def _scaled(g: LayerBuilder, names: list[str]) -> str:
    """Columns of trust, end to end, in logits and in float32: the runtime works this out once, when it loads."""
    column = np.concatenate([g.parameters[name] for name in names])
    table = g.constant(joined(*names), column, np.float32)
    scaled = g.op("Mul", table, g.constant("trust_scale", TRUST_SCALE, np.float32))
    return g.op("Reshape", scaled, g.integers(-1))
