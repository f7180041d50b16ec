"""A model folder, playing: events in, hidden state on, events out, and back again when they were not played.

`StreamingModel` joins what one model is made of: `feed` takes events into the state, a cache of keys and values or a
copy of everything (`state`, `tape`), `sample` draws the next one (`sampler`), `fork` goes on several ways at once
(`forks`). `rewind` takes the last events back: how far that can go and where the state then stands is worked out in
`rewind.py`, and the state is told to `go_to` that place.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bridge.engine.batch import Heard, LoneBatch, StreamingBatch
from bridge.engine.batch_checks import BatchGuard
from bridge.engine.checks import check_events, check_scored
from bridge.engine.constraints import Constraints
from bridge.engine.critic import OnnxCritic, load_critic
from bridge.engine.errors import ModelError
from bridge.engine.forks import Arena, CandidateBatch, RingCandidates, SnapshotCalls, SnapshotCandidates
from bridge.engine.manifest import Manifest, load_manifest
from bridge.engine.model import MOST_CANDIDATES, Batch, Contexts, Draw, Events, Given, PerField, Sample, Snapshot
from bridge.engine.onnx_session import OnnxSession
from bridge.engine.providers import Provider, choose_provider
from bridge.engine.repetition import ECHO_SIZE, STREAM_SIZE, EchoMemory, echoes
from bridge.engine.rewind import History, RingPosition
from bridge.engine.sampler import After, Before, Sampler, sample_signature
from bridge.engine.sampler_v2 import SamplerV2 as SamplerV2
from bridge.engine.sampler_v2 import sample_signature as sample_signature_v2
from bridge.engine.state import RingState, SnapshotState, State, echo_size, feed_signature
from bridge.engine.tape import TapeState
from bridge.vocabulary.codec import CONTEXT_SIZE, FIELDS, SIZES
from bridge.vocabulary.guide import GUIDE_SIZES, Guide

_TRIAL_EVENTS: Final = 24
_TRIAL_EVENT: Final = tuple(size // 2 for size in SIZES)
# How far CUDA and the CPU may lie apart: fewer bits of weight or state are rounded differently.
_TRIAL_TOLERANCE: Final = {"float32": 1e-3, "int8": 5e-2, "float16": 5e-2}
_UNCONSTRAINED: Final = Constraints()
_NO_CHANCE: Final = np.zeros(len(FIELDS), dtype=np.float32)


class StreamingModel:
    """Satisfies `bridge.engine.model.Model` with any folder that meets `docs/model-contract.md`."""

    def __init__(self, manifest: Manifest, provider: Provider, threads: int = 1) -> None:
        """Open the graphs, check them against the contract and try them out. Raises ModelError."""
        self.manifest = manifest
        self._provider = provider
        feed, sample = OnnxSession(manifest.feed, provider, threads), OnnxSession(manifest.sample, provider, threads)
        feed.check(*feed_signature(manifest))
        ring = RingState if manifest.contract < 3 else TapeState
        self._state: State = (ring if manifest.kind == "ring" else SnapshotState)(feed, manifest)
        self._sampler: Sampler | SamplerV2
        self._room: Arena | SnapshotCalls | None = None  # what candidates need
        if manifest.contract >= 3:
            sample.check(*sample_signature(manifest))
            self._sampler = Sampler(sample, manifest)
            self._room = Arena(feed, manifest) if manifest.kind == "ring" else SnapshotCalls(feed, manifest)
        else:
            sample.check(*sample_signature_v2(manifest))
            self._sampler = SamplerV2(sample, manifest)
        self._changes = 0
        self._position = RingPosition(max(manifest.window, 1), manifest.rewind)
        self._hidden = History(manifest.rewind + 1, (manifest.hidden,))
        self._echo = EchoMemory(manifest.rewind) if manifest.echo else None
        self._echoes = np.zeros((self._state.steps[0], echo_size(manifest)), dtype=np.int64)
        # What was told of the stream after each event; of contract 2 it lies in hidden.
        self._told = History(manifest.rewind + 1, (STREAM_SIZE,), np.int64)
        self._critic = load_critic(manifest)
        self._identity = f"{manifest.name} {manifest.digest}"
        self._try_out()

    @classmethod
    def load(cls, folder: Path, provider: str = "auto", threads: int = 1) -> StreamingModel:
        """The model in `folder`, ready to play. Raises ModelError with the reason when it is refused.

        `auto` takes CUDA where it is there, agrees with the CPU and is faster than it; a small model often is not.
        """
        manifest, chosen = load_manifest(folder), choose_provider(provider)
        if not chosen.cuda or provider == "cuda":
            return cls(manifest, chosen, threads)
        cpu = cls(manifest, chosen._replace(name="CPU", cuda=False), threads)
        try:
            cuda = cls(manifest, chosen, threads)
        except Exception as error:  # noqa: BLE001 - a GPU that does not work, however it says so, must not stop the music
            cpu._provider = cpu._provider._replace(reason=f"CPU, because CUDA failed ({error})")
            return cpu
        (heard, cpu_seconds), (again, cuda_seconds) = cpu._trial(), cuda._trial()
        speeds = f"{cuda_seconds * 1e3:.2f} ms a note on CUDA, {cpu_seconds * 1e3:.2f} on the CPU"
        if np.abs(heard - again).max() > _TRIAL_TOLERANCE[manifest.weights]:
            cpu._provider = cpu._provider._replace(reason="CPU, because CUDA computed something else")
            return cpu
        best, word = (cuda, "CUDA") if cuda_seconds < cpu_seconds else (cpu, "CPU")
        best._provider = best._provider._replace(reason=f"{word}, the faster: {speeds}")
        return best

    @property
    def name(self) -> str:
        """The model's name."""
        return self.manifest.name

    @property
    def provider(self) -> str:
        """Where it runs and why, in one line."""
        return self._provider.reason

    @property
    def position(self) -> int:
        """Events heard since the last reset, those taken back not counted."""
        return self._position.position

    @property
    def rewindable(self) -> int:
        """How many of the last events can be taken back now."""
        return self._position.rewindable

    @property
    def critic(self) -> OnnxCritic | None:
        """What chooses among candidates; None where the folder has none."""
        return self._critic

    @property
    def hidden(self) -> npt.NDArray[np.float32]:
        """A copy of the hidden state after the last event, float32 [H]. Raises RuntimeError before any."""
        return self._last_hidden().copy()

    def recent(self, count: int) -> npt.NDArray[np.float32]:
        """A copy of the hidden states after the last `count` events, oldest first, float32 [T, H].

        T is less where fewer were heard, or fewer are kept: one more than can be taken back. Nothing is computed.
        """
        place = self._position.position
        return self._hidden.last(place, max(min(count, place, self._position.rewindable + 1), 0))

    def hidden_before(self, back: int) -> npt.NDArray[np.float32] | None:
        """A copy of the hidden state as it was `back` events ago, float32 [H]; None where that is not kept."""
        place = self._position.position - back
        if place < 1 or back > self._position.rewindable:
            return None
        return self._hidden.at(place).copy()

    def drawn_after(self, hidden: npt.NDArray[np.float32], events: Events, draw: Draw) -> Sample:
        """What it would draw where its hidden state was `hidden` [H] after it had heard `events` last, int64 [T, 5].

        Nothing of that is heard, and what was is left alone. Raises ValueError for a folder of contract 2, and as
        `sample`.
        """
        if isinstance(self._sampler, SamplerV2):
            raise ValueError(f"model {self.name} is of contract 2: export it again")
        after = After(hidden)
        if self.manifest.echo:
            memory = EchoMemory(1)
            told = np.zeros((len(events), ECHO_SIZE), dtype=np.int64)
            memory.hear(events, told)
            after = After(hidden, told[-1, :STREAM_SIZE], memory)
        return self._sampler.draw([after], [draw])[0]

    def feed(self, events: Events, context: Contexts) -> None:
        """Hear T events in order: int64 [T, 5] and float32 [T, CONTEXT_SIZE]. Raises ValueError, hearing nothing."""
        for _ in self._hear(events, context, self._echoes):
            pass

    def read(self, events: Events, context: Contexts) -> npt.NDArray[np.float32]:
        """`feed`, and the hidden state after each of the T events, float32 [T, H]."""
        out = np.empty((len(events), self.manifest.hidden), dtype=np.float32)
        for begin, hidden, _ in self._hear(events, context, self._echoes):
            out[begin : begin + len(hidden)] = hidden
        return out

    def read_whole(self, events: Events, context: Contexts) -> npt.NDArray[np.float32]:
        """The hidden state after each of all events of a piece, float32 [T, H]: as `reset` and `read`, much cheaper.

        What came before in the piece is looked up for all events at once. The model has forgotten everything before
        and after. Raises ValueError, hearing nothing, as `read`.
        """
        if self.manifest.contract < 3:
            self.reset()
            hidden = self.read(events, context)
            self.reset()
            return hidden
        check_events(events, context)
        self.reset()
        told = echoes(events)[:, : self._echoes.shape[1]] if self._echo is not None else None
        out = np.empty((len(events), self.manifest.hidden), dtype=np.float32)
        done = 0
        while done < len(events):
            most = min(len(events) - done, self._state.room(done))
            stop = done + next(step for step in self._state.steps if step <= most)
            part = None if told is None else told[done:stop]
            out[done:stop] = self._state.hear(events[done:stop], context[done:stop], part, done)
            done = stop
        self.reset()
        return out

    def score_all(self, events: Events, context: Contexts) -> npt.NDArray[np.float64]:
        """`feed`, and the log-probabilities, field by field, of each of the T events as the next one, float64 [T, 5].

        As `score` before each of them, in many fewer calls. nan for the first event of all, for a velocity or duration
        that is unknown. Raises ValueError for a folder of contract 2.
        """
        if isinstance(self._sampler, SamplerV2):
            raise ValueError(f"model {self.name} is of contract 2 and scores one note at a time: export it again")
        out = np.full((len(events), len(FIELDS)), np.nan)
        before: Before | None = None
        if self._position.position:
            after = self._after()
            told = None if self._echo is None else self._echo.told(self._told.at(self._position.position))
            before = Before(after.hidden[None], told)
        echoes = None if self._echo is None else np.zeros((self._state.steps[0], ECHO_SIZE), dtype=np.int64)
        for begin, hidden, told in self._hear(events, context, echoes):
            now = Before(hidden.copy(), None if told is None else told.copy())
            rows = now.shifted(before)
            first = begin + len(hidden) - len(rows.hidden)
            if len(rows.hidden):
                known = events[first : begin + len(hidden)]
                out[first : begin + len(hidden)] = self._sampler.score(rows, known)
            before = Before(now.hidden[-1:], None if now.told is None else now.told[-1:])
        return out

    def _hear(
        self, events: Events, context: Contexts, echoes: npt.NDArray[np.int64] | None
    ) -> Iterator[tuple[int, npt.NDArray[np.float32], npt.NDArray[np.int64] | None]]:
        """Hear T events in chunks: of each its first event's number, hidden states, and what was told (in `echoes`).

        What is handed out is valid until the next chunk.
        """
        check_events(events, context)
        self._changes += 1
        done, total, size = 0, len(events), self._echoes.shape[1]
        while done < total:
            most = min(total - done, self._state.room(self._position.position))
            count = next(step for step in self._state.steps if step <= most)
            stop = done + count
            told = echo = None
            if self._echo is not None and echoes is not None:
                told = echoes[:count]
                self._echo.hear(events[done:stop], told)
                echo = told[:, :size]
            hidden = self._state.hear(events[done:stop], context[done:stop], echo, self._position.position)
            for i, row in enumerate(hidden):
                self._position.advance(1)
                self._hidden.put(self._position.position, row)
                if echo is not None:
                    self._told.put(self._position.position, echo[i, :STREAM_SIZE])
            yield done, hidden, told
            done = stop

    def sample(
        self,
        constraints: Constraints,
        uniform: npt.NDArray[np.float32],
        temperature: PerField,
        top_p: PerField,
        guide: Guide | None = None,
        given: Given | None = None,
    ) -> Sample:
        """Draw the next event. Raises RuntimeError before any feed, ValueError for numbers out of range."""
        if isinstance(self._sampler, SamplerV2):
            return self._sampler.draw(self._last_hidden(), constraints, uniform, temperature, top_p, guide, given)
        asked = Draw(constraints, uniform, temperature, top_p, guide, given)
        return self._sampler.draw([self._after()], [asked])[0]

    def score(self, event: Sequence[int], guide: Guide | None = None) -> tuple[float, ...]:
        """Log-probabilities of `event` as the next one, field by field, under no constraint. Raises as `sample`."""
        check_scored(event)
        return self.sample(_UNCONSTRAINED, _NO_CHANCE, 1.0, 1.0, guide, event).log_prob

    @property
    def most_candidates(self) -> int:
        """How many candidates `fork` can make at once: 1 for a folder of contract 2."""
        return 1 if self._room is None else MOST_CANDIDATES

    def fork(self, count: int) -> Batch:
        """Candidates that go on from here. Raises ValueError for less than 1 or more than `most_candidates`.

        RuntimeError before any feed.
        """
        if not 1 <= count <= self.most_candidates:
            raise ValueError(f"{count} candidates: model {self.name} makes 1 to {self.most_candidates} at once")
        self._last_hidden()
        if isinstance(self._sampler, SamplerV2):
            return LoneBatch(self, self.manifest.rewind)
        here = self._position.position
        candidates: CandidateBatch
        if isinstance(self._state, TapeState):
            assert isinstance(self._room, Arena)
            candidates = RingCandidates(self._room, self._state, here, count)
        else:
            assert isinstance(self._room, SnapshotCalls) and isinstance(self._state, SnapshotState)
            candidates = SnapshotCandidates(self._room, self._state, here, count)
        # Another batch may use the arena: this one is of no more use then.
        self._changes += 1
        guard = BatchGuard(lambda: self._changes)
        return StreamingBatch(
            candidates, self._sampler, self._after(), count, self.manifest.rewind, guard, self._go_on_from
        )

    def _go_on_from(self, heard: Sequence[Heard]) -> None:
        """Go on from a candidate whose state is ours already."""
        self._changes += 1
        for event, hidden, echo in heard:
            self._position.advance(1)
            self._hidden.put(self._position.position, hidden)
            self._told.put(self._position.position, echo)
            if self._echo is not None:
                self._echo.hear(event[None], self._echoes[:1])

    def _after(self) -> After:
        hidden = self._last_hidden()
        if self._echo is None:
            return After(hidden)
        return After(hidden, self._told.at(self._position.position), self._echo)

    def rewind(self, count: int) -> None:
        """Take back the last `count` events exactly. Raises ValueError for more than `rewindable`."""
        self._position.rewind(count)
        self._changes += 1
        self._state.go_to(self._position.position)
        if self._echo is not None:
            self._echo.rewind(count)

    def reset(self) -> None:
        """Forget everything."""
        self._changes += 1
        self._position.reset()
        self._state.clear()
        if self._echo is not None:
            self._echo.clear()

    def snapshot(self) -> Snapshot:
        """A copy of the state."""
        arrays: dict[str, npt.NDArray[Any]] = {**self._state.arrays(), "hidden": self._hidden.values.copy()}
        if self._echo is not None:
            arrays |= {**self._echo.arrays(), "echo.told": self._told.values.copy()}
        return Snapshot(self._identity, self._position.position, self._position.high_water, arrays)

    def restore(self, snapshot: Snapshot) -> None:
        """Go on from a snapshot. Raises ValueError, changing nothing, for one of another model or shape."""
        if snapshot.model != self._identity:
            raise ValueError(f"this snapshot is of model {snapshot.model}, not of {self._identity}")
        arrays = dict(snapshot.arrays)
        hidden = arrays.pop("hidden", np.zeros(0))
        told = arrays.pop("echo.told", np.zeros(0)) if self._echo is not None else self._told.values
        for name, found, own in (("hidden", hidden, self._hidden.values), ("echo.told", told, self._told.values)):
            if found.shape != own.shape:
                raise ValueError(f"snapshot of {name} is {list(found.shape)}, {list(own.shape)} is needed")
        RingPosition(self._position.window, self._position.rewind_limit).move_to(snapshot.position, snapshot.high_water)
        echo = {name: arrays.pop(name) for name in list(arrays) if name.startswith("echo.")}
        self._restore_memories(arrays, echo)
        self._hidden.values[:], self._told.values[:] = hidden, told
        self._changes += 1
        self._position.move_to(snapshot.position, snapshot.high_water)

    def _restore_memories(self, arrays: dict[str, npt.NDArray[Any]], echo: dict[str, npt.NDArray[Any]]) -> None:
        """Take back what the state and the echo hold: both, or neither, with a ValueError."""
        if self._echo is None:
            self._state.restore(arrays)
            return
        before = self._echo.arrays()
        self._echo.restore(echo)
        try:
            self._state.restore(arrays)
        except ValueError:
            self._echo.restore(before)
            raise

    def keep_near(self) -> None:
        """Compute a step that nobody asked for. Nothing of it is kept; before any feed nothing is done."""
        if self.position:
            self._state.rehearse(self.position)
            self._sampler.rehearse()

    def time_a_note(self) -> float:
        """Median seconds to hear and draw a note, back to back, on some fixed music; forgets what was heard before."""
        return self._trial()[1]

    def warm_up(self) -> None:
        """Run every bound call, so that the first note is not the slow one. The state is as before."""
        before = self.snapshot() if self.position else None
        self._trial()
        if before is not None:
            self.restore(before)

    def _last_hidden(self) -> npt.NDArray[np.float32]:
        if not self._position.position:
            raise RuntimeError(f"model {self.name} has heard nothing: feed it an event first")
        return self._hidden.at(self._position.position)

    def _try_out(self) -> None:
        """Refuse a model that computes no numbers, fails to run or breaks its constraints."""
        try:
            hidden, _ = self._trial()
            odds = self._trial_score()
        except ModelError:
            raise
        except Exception as error:  # noqa: BLE001 - the runtime's exceptions share no base class
            raise ModelError(f"{self.manifest.folder}: the model does not run ({error}); export it again") from None
        if not np.isfinite(hidden).all():
            raise ModelError(
                f"{self.manifest.folder}: the model computes {hidden[~np.isfinite(hidden)][0]}; train it again"
            )
        if np.isnan(odds).any():
            raise ModelError(f"{self.manifest.folder}: the model gives log-probabilities {odds}; train it again")

    def _trial_score(self) -> tuple[float, ...]:
        """Log-probabilities of one event under a guide that says all it can. ModelError where others are drawn."""
        events = np.array([_TRIAL_EVENT], dtype=np.int64)
        self.feed(events, np.zeros((1, CONTEXT_SIZE), dtype=np.float32))
        odds = self.score(_TRIAL_EVENT, np.array(GUIDE_SIZES, dtype=np.int64) - 1)
        self.reset()
        return odds

    def _trial(self) -> tuple[npt.NDArray[np.float32], float]:
        """Hear and draw some fixed music from the start, then forget it: (hidden [n, H], median seconds a note)."""
        self.reset()
        random = np.random.default_rng(0)
        constraints, heard, seconds = Constraints(), [], []
        for count in (*self._state.steps, *(1,) * _TRIAL_EVENTS):
            events = np.stack([random.integers(0, size, count) for size in SIZES], axis=1)
            uniform = random.random(len(FIELDS), dtype=np.float32)
            began = time.perf_counter()
            self.feed(events, np.zeros((count, CONTEXT_SIZE), dtype=np.float32))
            self.sample(constraints, uniform, 1.0, 0.95)
            seconds.append(time.perf_counter() - began)
            heard.append(self.hidden)
        self.reset()
        return np.stack(heard), float(np.median(seconds[-_TRIAL_EVENTS:]))
