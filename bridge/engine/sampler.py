"""Drawing events: `sample.onnx` of contract 3, for one music or for several candidates in one call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from bridge.engine.checks import check_drawn, check_given, check_sampling
from bridge.engine.manifest import Manifest
from bridge.engine.model import DRAW, Draw, Sample
from bridge.engine.onnx_session import BOOLEAN, FLOAT, INTEGER, BoundCall, OnnxSession, Signature, Slot
from bridge.engine.repetition import KEY, LINE, LINES_SIZE, STREAM_SIZE, EchoMemory
from bridge.vocabulary.codec import FIELDS, SIZES, VOICES, Event
from bridge.vocabulary.guide import FREE, Guide, check_guide

_COUNT: Final = len(FIELDS)
# The graph's sums may be off by a rounding: a number this near 1 would reach beyond the last class.
_HIGHEST: Final = np.float32(1 - 2**-20)
_FIRST_CONTROL: Final = len(VOICES)
_VELOCITY: Final = FIELDS.index("velocity")
_LINES: Final = (len(VOICES), len(LINE))
_KEYS: Final = (len(VOICES), SIZES[2], len(KEY))


def sample_signature(manifest: Manifest) -> tuple[Signature, Signature]:
    """Inputs and outputs of `sample.onnx`, as the contract says; None stands for N candidates or G guides."""
    inputs: dict[str, Slot] = {"hidden": (FLOAT, (None, manifest.hidden))}
    if manifest.echo:
        inputs |= {
            "echo": (INTEGER, (None, STREAM_SIZE)),
            "lines": (INTEGER, (None, *_LINES)),
            "keys": (INTEGER, (None, *_KEYS)),
        }
    inputs |= {name: (FLOAT, (None, _COUNT)) for name in ("uniform", "temperature", "top_p")}
    for field, size in zip(FIELDS, SIZES, strict=True):
        inputs[f"{field}_mask"] = (BOOLEAN, (None, SIZES[1], size) if field == "pitch" else (None, size))
    inputs |= {"guide": (INTEGER, (None, None, manifest.guide)), "given": (INTEGER, (None, _COUNT))}
    return inputs, {"event": (INTEGER, (None, _COUNT)), "logits": (FLOAT, (None, sum(SIZES)))}


class After(NamedTuple):
    """What a draw follows: hidden float32 [H], and for a model that listens to it the stream's echo and the memory."""

    hidden: npt.NDArray[np.float32]
    echo: npt.NDArray[np.int64] | None = None
    memory: EchoMemory | None = None


class Before(NamedTuple):
    """What N events follow: hidden float32 [N, H], and for a model that listens to it the echo, [N, ECHO_SIZE]."""

    hidden: npt.NDArray[np.float32]
    told: npt.NDArray[np.int64] | None

    def shifted(self, before: Before | None) -> Before:
        """What each of the events after which these are follows itself: the first follows `before`, if anything."""
        if before is None:
            return Before(self.hidden[:-1], None if self.told is None else self.told[:-1])
        hidden = np.concatenate([before.hidden, self.hidden[:-1]])
        if self.told is None or before.told is None:
            return Before(hidden, None)
        return Before(hidden, np.concatenate([before.told, self.told[:-1]]))


class _Buffers:
    """One bound call for so many candidates and guides each."""

    def __init__(self, session: OnnxSession, manifest: Manifest, count: int, guides: int) -> None:
        self.hidden = np.zeros((count, manifest.hidden), dtype=np.float32)
        self.uniform, self.temperature, self.top_p = (np.ones((count, _COUNT), dtype=np.float32) for _ in range(3))
        self.masks = {
            field: np.ones((count, SIZES[1], size) if field == "pitch" else (count, size), dtype=np.bool_)
            for field, size in zip(FIELDS, SIZES, strict=True)
        }
        self.guide = np.zeros((count, guides, manifest.guide), dtype=np.int64)
        self.given = np.full((count, _COUNT), DRAW, dtype=np.int64)
        self.event = np.zeros((count, _COUNT), dtype=np.int64)
        self.logits = np.zeros((count, sum(SIZES)), dtype=np.float32)
        inputs: dict[str, npt.NDArray[Any]] = {
            "hidden": self.hidden,
            "uniform": self.uniform,
            "temperature": self.temperature,
            "top_p": self.top_p,
            **{f"{field}_mask": mask for field, mask in self.masks.items()},
            "guide": self.guide,
            "given": self.given,
        }
        self.echo = np.zeros((count, STREAM_SIZE), dtype=np.int64)
        self.lines = np.zeros((count, *_LINES), dtype=np.int64)
        self.keys = np.zeros((count, *_KEYS), dtype=np.int64)
        if manifest.echo:
            inputs |= {"echo": self.echo, "lines": self.lines, "keys": self.keys}
        self.call: BoundCall = session.bind(inputs, {"event": self.event, "logits": self.logits}, {})


class Sampler:
    """Draws events from hidden states."""

    def __init__(self, session: OnnxSession, manifest: Manifest) -> None:
        self._session = session
        self._manifest = manifest
        self._buffers: dict[tuple[int, int], _Buffers] = {}
        for guides in (1, 2):
            self._of(1, guides)

    def draw(self, after: Sequence[After], draws: Sequence[Draw]) -> list[Sample]:
        """The next event of each candidate, drawn as its `Draw` asks.

        Raises ValueError as `check_sampling`, `check_guide` and `check_given`, ModelError where the graph broke its
        contract.
        """
        # Without a control both guides would say the same, at twice the cost.
        controlled = any(draw.guide is not None and draw.guide[_FIRST_CONTROL:].any() for draw in draws)
        buffers = self._of(len(draws), 1 + controlled)
        for row, (place, draw) in enumerate(zip(after, draws, strict=True)):
            self._fill(buffers, row, place, draw)
        buffers.call.run()
        events = [Event(*event) for event in buffers.event.tolist()]
        for row, event in enumerate(events):
            check_drawn(self._manifest.name, event, draws[row].constraints, tuple(buffers.given[row].tolist()))
        logits = buffers.logits.copy()
        return [Sample.of_logits(event, row) for event, row in zip(events, logits, strict=True)]

    def score(self, before: Before, events: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Log-probabilities, field by field, of N events [N, 5], each after its own `before`, under no constraint.

        Float64 [N, 5]; nan where a class cannot be drawn (an unknown velocity or duration).
        """
        buffers = _Buffers(self._session, self._manifest, len(events), 1)
        buffers.hidden[:] = before.hidden
        if before.told is not None:
            stream, lines, keys = np.split(before.told, (STREAM_SIZE, STREAM_SIZE + LINES_SIZE), axis=1)
            buffers.echo[:] = stream
            buffers.lines[:] = lines.reshape(-1, *_LINES)
            buffers.keys[:] = keys.reshape(-1, *_KEYS)
        drawable = events < np.array(SIZES)
        known = drawable | (np.arange(_COUNT) == _VELOCITY)  # an unknown velocity can be given all the same
        buffers.given[:] = np.where(known, events, DRAW)
        buffers.call.run()
        parts = np.split(buffers.logits.astype(np.float64), np.cumsum(SIZES)[:-1], axis=1)
        out = np.full(events.shape, np.nan)
        for field, part in enumerate(parts):
            rows = np.flatnonzero(drawable[:, field])
            highest = part.max(axis=1, keepdims=True)
            odds = part - (highest + np.log(np.exp(part - highest).sum(axis=1, keepdims=True)))
            out[rows, field] = odds[rows, events[rows, field]]
        return out

    def rehearse(self) -> None:
        """Draw as for the last music, for nobody."""
        self._of(1, 1).call.run()

    def _of(self, count: int, guides: int) -> _Buffers:
        found = self._buffers.get((count, guides))
        if found is None:
            found = self._buffers[count, guides] = _Buffers(self._session, self._manifest, count, guides)
        return found

    def _fill(self, buffers: _Buffers, row: int, after: After, draw: Draw) -> None:
        buffers.temperature[row], buffers.top_p[row] = check_sampling(draw.uniform, draw.temperature, draw.top_p)
        np.minimum(draw.uniform, _HIGHEST, out=buffers.uniform[row])
        self._guide(buffers.guide[row], draw.guide)
        buffers.given[row] = DRAW if draw.given is None else check_given(draw.given)
        buffers.hidden[row] = after.hidden
        if after.memory is not None and after.echo is not None:
            buffers.echo[row] = after.echo
            buffers.lines[row] = after.memory.lines
            buffers.keys[row] = after.memory.keys.reshape(_KEYS)
        constraints = draw.constraints
        buffers.masks["dt"][row] = constraints.dt
        buffers.masks["voice"][row] = constraints.voice
        buffers.masks["pitch"][row] = constraints.pitch
        buffers.masks["velocity"][row] = constraints.velocity
        buffers.masks["duration"][row] = constraints.duration

    def _guide(self, rows: npt.NDArray[np.int64], guide: Guide | None) -> None:
        """The guide as the graph takes it [G, entries]: of two rows the first is without controls."""
        if guide is None:
            rows.fill(FREE)
            return
        check_guide(guide)
        rows[:] = guide[: rows.shape[1]]
        if len(rows) > 1:
            rows[0, _FIRST_CONTROL:] = FREE
