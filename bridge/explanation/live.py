"""One note of a set that goes on, as a question: what its draw was told, and what the model had heard before it.

`Told` is kept of each note as it is planned, on the engine thread: references and one small copy. `asked_about` puts
the rest to it when somebody asks, and `Asked` is what is sent to the process that explains.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, runtime_checkable

import msgspec
import numpy as np
import numpy.typing as npt

from bridge.engine.constraints import Constraints
from bridge.engine.manifest import Manifest
from bridge.engine.model import Draw
from bridge.explanation.case import Case, Facts
from bridge.explanation.explain import Explanation, Field
from bridge.performer.model_memory import HeardNote, encoded
from bridge.performer.performer import Performer
from bridge.timing.clock import SessionClock
from bridge.vocabulary.codec import CONTEXT_SIZE, FIELDS, SIZES, VOICES, Event
from bridge.vocabulary.events import Chosen, PlayNote
from bridge.vocabulary.guide import Guide
from bridge.vocabulary.requests import Explained, ExplainedCause, ExplainedField

# Notes before the explained one that count.
BEFORE: Final = 256
_EDGES: Final = np.cumsum(SIZES)[:-1]
_VOICE: Final = FIELDS.index("voice")


@runtime_checkable
class Keeps(Protocol):
    """A model that knows how it was some events ago (`bridge.engine.streaming.StreamingModel`)."""

    manifest: Manifest

    def hidden_before(self, back: int) -> npt.NDArray[np.float32] | None:
        """A copy of the hidden state as it was `back` events ago, float32 [H]; None where that is not kept."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the machine went by as it planned a note. `logits` are those of its draw; None where no draw brought it."""

    mode: str
    key: object
    chord: object
    human: int
    answer: Chosen | None
    event: Event | None = None
    logits: npt.NDArray[np.float32] | None = None
    guide: Guide | None = None


def told_of(performer: Performer, play: PlayNote, answer: Chosen | None) -> Told:
    """What is to be kept of a note that was planned just now; on the engine thread, before anybody takes its odds."""
    stage = performer.stage
    harmony = stage.tuning.harmony
    known = performer.mode, harmony.key, harmony.chord, stage.human.role, answer
    drawn = stage.odds.of(play.note_id)
    if drawn is None or drawn[0].event.pitch != play.pitch:
        return Told(*known)
    sample, guide = drawn
    return Told(*known, event=sample.event, logits=sample.logits(), guide=guide)


class Where(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A note as a page knows it: its number, 0 for a human's, its onset in seconds and its pitch."""

    note_id: int
    onset: float
    pitch: int


class Asked(msgspec.Struct, frozen=True, gc=False):
    """A note to be explained by the model in `folder`; arrays as bytes (events int64 [T, 5], context float32 [T, 29]).

    `hidden` is the state after the last event before it; None where it is not kept.
    """

    note_id: int
    folder: str
    event: tuple[int, int, int, int, int]
    logits: bytes | None
    guide: tuple[int, ...] | None
    hidden: bytes | None
    events: bytes
    context: bytes
    where: tuple[Where, ...]
    mode: str
    key: str
    chord: str
    human: str
    answer: dict[str, object]


def asked_about(performer: Performer, note_id: int, told: Told | None) -> Callable[[], Asked]:
    """The question about a note, on the engine thread: copies, and how to put them together elsewhere.

    Raises ValueError for a note that the model does not remember, or a model that keeps nothing.
    """
    memory = performer.stage.memory
    model = memory.model
    if not isinstance(model, Keeps):
        raise ValueError(f"model {model.name} keeps nothing that could be explained")
    notes = memory.notes
    back = next((back for back, note in enumerate(reversed(notes), start=1) if note.note_id == note_id), 0)
    if not back:
        raise ValueError(
            f"note {note_id} is not among the last {len(notes)} that the model was told: too long ago, or taken back"
        )
    place = len(notes) - back
    if not place:
        raise ValueError(f"note {note_id} was the first of all: nothing came before it")
    hidden, clock = model.hidden_before(back), performer.stage.clock
    before, folder = notes[max(place - BEFORE, 0) : place + 1], str(model.manifest.folder)
    return lambda: _put_together(note_id, folder, told, hidden, before, clock)


def _put_together(
    note_id: int,
    folder: str,
    told: Told | None,
    hidden: npt.NDArray[np.float32] | None,
    notes: Sequence[HeardNote],
    clock: SessionClock,
) -> Asked:
    events, context = encoded(notes)
    event = tuple(events[-1].tolist())
    answer = None if told is None else told.answer
    return Asked(
        note_id=note_id,
        folder=folder,
        event=event if told is None or told.event is None else tuple(told.event),  # type: ignore[arg-type]
        logits=None if told is None or told.logits is None else told.logits.tobytes(),
        guide=None if told is None or told.guide is None else tuple(told.guide.tolist()),
        hidden=None if hidden is None else hidden.tobytes(),
        events=events[:-1].tobytes(),
        context=context[:-1].tobytes(),
        where=tuple([Where(note.note_id or 0, clock.time_at(note.beat), note.pitch) for note in notes[:-1]]),
        mode="" if told is None else told.mode,
        key="" if told is None else str(told.key or ""),
        chord="" if told is None else str(told.chord or ""),
        human="" if told is None else VOICES[told.human],
        answer={}
        if answer is None
        else {"candidates": answer.candidates, "began_from": answer.kind, "terms": dict(answer.terms)},
    )


def case_of(asked: Asked) -> Case:
    """The case of what is asked."""
    events = np.frombuffer(asked.events, dtype=np.int64).reshape(-1, len(FIELDS))
    context = np.frombuffer(asked.context, dtype=np.float32).reshape(-1, CONTEXT_SIZE)
    draw = None
    if asked.logits is not None:
        logits = np.frombuffer(asked.logits, dtype=np.float32)
        guide = None if asked.guide is None else np.array(asked.guide, dtype=np.int64)
        uniform = np.zeros(len(FIELDS), dtype=np.float32)
        draw = Draw(allowed_by(logits, asked.event[_VOICE]), uniform, 1.0, 1.0, guide)
    facts = Facts(asked.mode, asked.key, asked.chord, asked.human, asked.answer)
    return Case(events, context, Event(*asked.event), tuple(one.note_id != 0 for one in asked.where), draw, facts)


def allowed_by(logits: npt.NDArray[np.float32], voice: int) -> Constraints:
    """The constraints that a draw's logits were under, as far as they say: pitches of the voice drawn."""
    constraints = Constraints()
    for name, part in zip(FIELDS, np.split(np.isfinite(logits), _EDGES), strict=True):
        if name == "pitch":
            constraints.pitch[voice] = part
        else:
            getattr(constraints, name)[...] = part
    return constraints


def as_report(asked: Asked, found: Explanation, part: str, words: Sequence[str], most: int) -> Explained:
    """An explanation as it is told, with at most so many causes."""
    causes = tuple(
        ExplainedCause(
            *_where(asked.where[cause.place]),
            effect=0.0 if math.isnan(cause.effect) else round(cause.effect, 3),
            attention=-1.0 if math.isnan(cause.attention) else round(cause.attention, 4),
        )
        for cause in found.causes[:most]
    )
    return Explained(asked.note_id, part, tuple(words), tuple(map(_field, found.fields)), causes)


def _where(one: Where) -> tuple[int, float, int]:
    return one.note_id, round(one.onset, 4), one.pitch


def _field(one: Field) -> ExplainedField:
    def known(number: float) -> float:
        return round(number, 4) if math.isfinite(number) else -1.0

    alternatives = tuple((text, known(odds)) for text, odds in one.alternatives)
    return ExplainedField(
        one.name, one.value, known(one.probability), one.rank, one.classes, known(one.allowed), alternatives
    )
