"""All that can be said of one note: its odds, what narrowed the choice, its causes, and the passage that it goes on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.engine.attention import Attention
from bridge.engine.constraints import Constraints
from bridge.engine.model import Draw, Model
from bridge.explanation.case import Case
from bridge.explanation.causes import NEAR, Cause, Occlusion, asked_of, with_attention
from bridge.vocabulary import codec
from bridge.vocabulary.codec import DRUMS, DT_TICKS, FIELDS, SIZES, TICKS_PER_BEAT, VOICES
from bridge.vocabulary.scales import pitch_name

# The likeliest classes of a field that are told.
ALTERNATIVES: Final = 4
# A passage is as many notes that went the same way before, or more.
SHORTEST: Final = 3
LogProbs = Sequence[npt.NDArray[np.float64]]  # of every class, field by field

_PITCH: Final = FIELDS.index("pitch")
_VOICE: Final = FIELDS.index("voice")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the note: its value in words, its probability and rank among the classes that were allowed.

    `free` is its probability had everything been allowed, and `allowed` how much of what the model would have played
    the rules allowed, 0 to 1: near 1 they narrowed nothing. `alternatives` are the likeliest values with their
    probabilities. A field that is not known, or was forbidden, has none of these: nan and 0.
    """

    name: str
    value: str
    probability: float
    rank: int
    classes: int
    free: float
    allowed: float
    alternatives: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """The latest place where the last notes went as they do now: `notes` of them alike, this one too.

    `place` is the earlier note that this one is like; `moved` is how many semitones higher this one is.
    """

    place: int
    notes: int
    moved: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Of one case. `causes` is empty where nobody asked for them; the one that the note owes most to is the first."""

    case: Case
    fields: tuple[Field, ...]
    causes: tuple[Cause, ...]
    passage: Passage | None

    @property
    def probability(self) -> float:
        """Of all known fields together, as it was asked for."""
        return math.prod(field.probability for field in self.fields if math.isfinite(field.probability))


def explain(
    case: Case, model: Model, attention: Attention | None = None, *, near: int = NEAR, causes: bool = True
) -> Explanation:
    """Explain a case. The model is reset. Without `causes` nothing is left out, which takes most of the time.

    Raises ValueError for a note that nothing came before.
    """
    found: list[Cause] = []
    if causes:
        found = Occlusion(model, case, near).each()
    elif len(case.events):
        model.reset()
        model.feed(case.events, case.context)
        places = range(max(len(case.events) - near, 0), len(case.events))
        found = [Cause(place, math.nan) for place in places] if attention is not None else []
    else:
        raise ValueError("it was the first note of all: nothing came before it")
    if attention is not None:
        found = with_attention(found, attention.of(case.events, case.context))
        if not causes:
            found.sort(key=lambda cause: -cause.attention)
    return Explanation(case, odds(case, model), tuple(found), passage(case))


def odds(case: Case, model: Model) -> tuple[Field, ...]:
    """Probability, rank and alternatives of each field, for a model that has heard the case."""
    told = asked_of(case).of(model).all_log_probs()
    return fields_of(case, told, freely(case).of(model).all_log_probs())


def freely(case: Case) -> Draw:
    """What the note's draw was asked, had everything been allowed."""
    asked = asked_of(case)
    return Draw(Constraints(), asked.uniform, 1.0, 1.0, asked.guide, asked.given)


def fields_of(case: Case, told: LogProbs, free: LogProbs) -> tuple[Field, ...]:
    """Each field, by the log-probabilities of its classes as they were `told`, and had they been `free`."""
    masks = _masks(asked_of(case).constraints, case.event[_VOICE])
    return tuple(_field(place, case.event, told[place], free[place], masks[place]) for place in range(len(FIELDS)))


def _masks(constraints: Constraints, voice: int) -> list[npt.NDArray[np.bool_]]:
    masks: list[npt.NDArray[np.bool_]] = [getattr(constraints, name) for name in FIELDS]
    masks[_PITCH] = constraints.pitch[voice]
    return masks


def _field(
    place: int,
    event: Sequence[int],
    told: npt.NDArray[np.float64],
    free: npt.NDArray[np.float64],
    mask: npt.NDArray[np.bool_],
) -> Field:
    taken, classes = event[place], int(mask.sum())
    allowed = float(np.exp(free[mask]).sum())
    best = np.argsort(-told, kind="stable")[:ALTERNATIVES]
    alternatives = tuple(
        (words_of(place, int(value), event), float(np.exp(told[value]))) for value in best if np.isfinite(told[value])
    )
    name, value = FIELDS[place], words_of(place, taken, event)
    if taken >= SIZES[place] or not np.isfinite(told[taken]):
        return Field(name, value, math.nan, 0, classes, math.nan, allowed, alternatives)
    rank = 1 + int((told > told[taken]).sum())
    return Field(
        name, value, float(np.exp(told[taken])), rank, classes, float(np.exp(free[taken])), allowed, alternatives
    )


def words_of(place: int, value: int, event: Sequence[int]) -> str:
    """A class of a field as musicians say it."""
    if value >= SIZES[place]:
        return "not known"
    match FIELDS[place]:
        case "dt":
            ticks = int(DT_TICKS[value])
            return "at once" if ticks == 0 else f"{ticks / TICKS_PER_BEAT:.3g} beats later"
        case "voice":
            return VOICES[value]
        case "pitch":
            return f"drum {value}" if event[_VOICE] == DRUMS else pitch_name(value)
        case "velocity":
            return f"velocity {codec.velocity_of(value)}"
        case _:
            return f"{codec.duration_beats(value):.3g} beats long"


def passage(case: Case) -> Passage | None:
    """Where the note's own voice went the same way before, the longest and then the latest; None where it never did.

    Steps from note to note are compared, so that a passage that comes back higher or lower is found.
    """
    event = case.event
    if event.voice == DRUMS:
        return None
    mine = np.flatnonzero(case.events[:, _VOICE] == event.voice)
    pitches = [*case.events[mine, _PITCH].tolist(), event.pitch]
    steps = np.diff(pitches)
    if len(steps) < SHORTEST:
        return None
    best = Passage(-1, 0, 0)
    last = len(steps) - 1
    for end in range(last - 1, -1, -1):
        alike = 0
        while alike <= end and steps[end - alike] == steps[last - alike]:
            alike += 1
        if alike + 1 > best.notes:
            best = Passage(int(mine[end + 1]), alike + 1, event.pitch - pitches[end + 1])
    return best if best.notes >= SHORTEST + 1 else None
