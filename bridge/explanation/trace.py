"""What each of the machine's notes was drawn from: a session replayed with a model that writes down what it is asked.

The core is deterministic, so a replay asks the model what the set asked it. A note that is told to the model was drawn
where the same notes had been heard: that is how a draw, perhaps of a candidate that was taken back and played later,
and the note that came of it are brought together. Nothing of this is on the note path, nor known to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.engine.constraints import Constraints
from bridge.engine.model import MOST_CANDIDATES, Batch, Contexts, Draw, Events, Given, Model, PerField, Sample
from bridge.engine.model_around import BatchAround, ModelAround
from bridge.explanation.case import MOST_BEFORE, Case, Facts
from bridge.performer.performer import Performer
from bridge.sessions.log import SessionLog, replay
from bridge.vocabulary.codec import Event
from bridge.vocabulary.events import Output, PlayNote
from bridge.vocabulary.guide import Guide

# Two places are the same where so many notes before them are on the same pitches.
_ALIKE: Final = 16
# Draws that are kept in case a note comes of them.
_KEPT: Final = 20_000


@dataclass(frozen=True, slots=True)
class Link:
    """An event that a model holds, and the one before it."""

    before: Link | None
    event: tuple[int, ...]
    context: npt.NDArray[np.float32]
    pitches: tuple[int, ...]  # of the last events, this one's the last

    def back(self) -> Iterator[Link]:
        """This one, and those before it."""
        link: Link | None = self
        while link is not None:
            yield link
            link = link.before


@dataclass(frozen=True, slots=True)
class Drawn:
    """A draw, after which event, and what came of it."""

    after: Link | None
    draw: Draw
    event: Event


_Key = tuple[tuple[int, ...], int, int]


class Book:
    """The draws of a session by the pitches before them, and the voice and pitch drawn.

    Candidates that take up one figure agree in these: of their draws the one is meant that is most like the note.
    """

    def __init__(self) -> None:
        self._drawn: dict[_Key, list[Drawn]] = {}
        self._count = 0

    def add(self, after: Link | None, draw: Draw, event: Event) -> None:
        """Note a draw."""
        key = _key(after, event.voice, event.pitch)
        alike = self._drawn.pop(key, [])
        self._drawn[key] = [*alike[1 - MOST_CANDIDATES :], Drawn(after, _kept(draw), event)]
        self._count += len(self._drawn[key]) - len(alike)
        while self._count > _KEPT:
            self._count -= len(self._drawn.pop(next(iter(self._drawn))))

    def of(self, note: Link) -> Drawn | None:
        """The draw that an event came of, of equally likely ones the latest; None where it came of none."""
        alike = self._drawn.get(_key(note.before, note.event[1], note.event[2]), [])
        return min(reversed(alike), key=lambda drawn: _apart(note, drawn), default=None)


def _apart(note: Link, drawn: Drawn) -> int:
    """How far the last notes as they were drawn are from those as they are told, in classes of wait, force and length.

    Not the same: what is chosen is held as the phrase is, made livelier, moved to another moment.
    """
    told = (link.event for link in note.back())
    before = () if drawn.after is None else (link.event for link in drawn.after.back())
    pairs = zip(islice(told, _ALIKE), (drawn.event, *islice(before, _ALIKE)), strict=False)
    return sum(abs(one - other) for event, own in pairs for one, other in zip(event, own, strict=True))


def _key(after: Link | None, voice: int, pitch: int) -> _Key:
    return () if after is None else after.pitches, voice, pitch


def _kept(draw: Draw) -> Draw:
    """A copy: whoever draws uses the same constraints again."""
    given = None if draw.given is None else tuple(int(value) for value in draw.given)
    return Draw(draw.constraints.copy(), draw.uniform.copy(), draw.temperature, draw.top_p, draw.guide, given)


def _follow(link: Link | None, events: Events, context: Contexts) -> Link | None:
    for event, around in zip(events.tolist(), context, strict=True):
        pitches = () if link is None else link.pitches
        link = Link(link, tuple(event), around.copy(), (*pitches[-_ALIKE + 1 :], event[2]))
    return link


class Traced(ModelAround):
    """Satisfies `bridge.engine.model.Model`: is the model to whoever plays it, and writes down what it is asked."""

    def __init__(self, model: Model, book: Book) -> None:
        super().__init__(model)
        self.book = book
        self.link: Link | None = None  # the last event that is remembered as heard

    def fork(self, count: int) -> Batch:
        """As the model's."""
        return _TracedBatch(self, self.model.fork(count))

    def feed(self, events: Events, context: Contexts) -> None:
        """As the model's."""
        self.model.feed(events, context)
        self.link = _follow(self.link, events, context)

    def sample(
        self,
        constraints: Constraints,
        uniform: npt.NDArray[np.float32],
        temperature: PerField,
        top_p: PerField,
        guide: Guide | None = None,
        given: Given | None = None,
    ) -> Sample:
        """As the model's."""
        draw = Draw(constraints, uniform, temperature, top_p, guide, given)
        sample = draw.of(self.model)
        self.book.add(self.link, draw, sample.event)
        return sample

    def rewind(self, count: int) -> None:
        """As the model's."""
        self.model.rewind(count)
        for _ in range(count):
            assert self.link is not None
            self.link = self.link.before

    def reset(self) -> None:
        """As the model's."""
        self.model.reset()
        self.link = None


class _TracedBatch(BatchAround):
    """A batch of a traced model: each candidate goes on from where the model is."""

    def __init__(self, traced: Traced, batch: Batch) -> None:
        self._traced = traced
        super().__init__(batch)
        self._links = [traced.link] * batch.count

    def feed(self, rows: Sequence[int], events: Events, context: Contexts) -> None:
        """As the batch's."""
        self.batch.feed(rows, events, context)
        for row, event, around in zip(rows, events, context, strict=True):
            self._links[row] = _follow(self._links[row], event[None], around[None])

    def sample(self, rows: Sequence[int], draws: Sequence[Draw]) -> list[Sample]:
        """As the batch's."""
        samples = self.batch.sample(rows, draws)
        for row, draw, sample in zip(rows, draws, samples, strict=True):
            self._traced.book.add(self._links[row], draw, sample.event)
        return samples

    def commit(self, row: int) -> None:
        """As the batch's."""
        self.batch.commit(row)
        self._traced.link = self._links[row]


def trace(log: SessionLog, load_model: Callable[[str, str], Model]) -> dict[int, Case]:
    """The case of each of the machine's notes in a session, by the note's number.

    A note that the model was never told of has none. Raises as `bridge.sessions.log.replay`.
    """
    tracer = _Tracer(load_model)
    replay(log, tracer.load, tracer.watch)
    return tracer.cases


class _Tracer:
    def __init__(self, load_model: Callable[[str, str], Model]) -> None:
        self._load = load_model
        self._book = Book()
        self._waiting: dict[int, Facts] = {}
        self.cases: dict[int, Case] = {}

    def load(self, name: str, digest: str) -> Model:
        return Traced(self._load(name, digest), self._book)

    def watch(self, performer: Performer, came_out: Sequence[tuple[float, Output]]) -> None:
        """Find the notes that were given out among what the model was told."""
        for _, output in came_out:
            if isinstance(output, PlayNote):
                self._waiting[output.note_id] = _facts(performer)
        memory = performer.stage.memory
        if not self._waiting or not isinstance(memory.model, Traced) or memory.model.link is None:
            return
        notes = memory.notes
        links = zip(reversed(notes), memory.model.link.back(), strict=False)
        for number, (note, link) in enumerate(links):
            if note.note_id not in self._waiting:
                continue
            facts = self._waiting.pop(note.note_id)
            mine = [other.note_id is not None for other in notes[: len(notes) - 1 - number]]
            self.cases[note.note_id] = self._case(link, mine, facts)
            if not self._waiting:
                break

    def _case(self, link: Link, mine: Sequence[bool], facts: Facts) -> Case:
        drawn = self._book.of(link)
        # Of a candidate its own past counts: what was heard as it was drawn.
        after = link.before if drawn is None else drawn.after
        before = [] if after is None else list(after.back())[:MOST_BEFORE][::-1]
        events = np.array([one.event for one in before], dtype=np.int64).reshape(-1, len(link.event))
        context = np.array([one.context for one in before], dtype=np.float32).reshape(len(before), -1)
        known = tuple([False] * max(len(before) - len(mine), 0) + list(mine)[max(len(mine) - len(before), 0) :])
        event = Event(*link.event) if drawn is None else drawn.event
        return Case(events, context, event, known, None if drawn is None else drawn.draw, facts)


def _facts(performer: Performer) -> Facts:
    status = performer.status()
    answer = status["answer"]
    return Facts(
        mode=str(status["mode"]),
        key=str(status["key"]),
        chord=str(status["chord"]),
        human=str(status["human"]),
        answer=answer if isinstance(answer, dict) else {},
    )
