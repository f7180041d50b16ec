"""A model's continuations beside the human's: metrics, distributions of notes, copying and answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bridge.data.encode import Stretch
from bridge.engine.model import Model
from bridge.evaluation import answers
from bridge.evaluation.bootstrap import Interval, mean
from bridge.evaluation.continuations import Drawing, draw, feed_prompt
from bridge.evaluation.copying import Library
from bridge.evaluation.distributions import compare_sets, distance, overlap
from bridge.evaluation.metrics import METRICS, pitched
from bridge.evaluation.phrases import HeldOutPhrase, join
from bridge.vocabulary import codec
from bridge.vocabulary.guide import manner_of

Floats = npt.NDArray[np.float64]
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Libraries:
    """The training music to look for copies in: with rhythm, and by intervals alone."""

    exact: Library
    intervals: Library


def continue_all(model: Model, phrases: Sequence[HeldOutPhrase], progress: Progress, seed: int = 0) -> list[Stretch]:
    """The model's continuation of each phrase, as long as the human's."""
    played = []
    for number, phrase in enumerate(phrases):
        feed_prompt(model, phrase.prompt)
        played.append(draw(model, phrase.prompt, phrase.beats, seed + number))
        progress((number + 1) / len(phrases))
    return played


def answer_all(model: Model, phrases: Sequence[HeldOutPhrase], progress: Progress, seed: int = 0) -> list[Stretch]:
    """The model's answer to each phrase, as in `respond`: asked for the phrase's own density, energy and register."""
    played = []
    for number, phrase in enumerate(phrases):
        prompt = phrase.prompt
        velocity = prompt.velocity[prompt.velocity > 0]
        manner = manner_of(prompt.onset / codec.TICKS_PER_BEAT, pitched(prompt).pitch, velocity)
        feed_prompt(model, prompt)
        played.append(draw(model, prompt, phrase.beats, seed + number, Drawing(controls=manner, paced=True)))
        progress((number + 1) / len(phrases))
    return played


def measure(stretches: Sequence[Stretch]) -> dict[str, Floats]:
    """Every metric of every stretch, {name: [stretches]}."""
    return {name: np.array([metric(s) for s in stretches]) for name, metric in METRICS.items()}


def note_values(stretches: Sequence[Stretch]) -> dict[str, Floats]:
    """Numbers of single notes of all stretches together: known velocities, log2 of beats of duration, pitches."""
    tuned = [pitched(s) for s in stretches]
    ticks = np.concatenate([np.maximum(s.offset - s.onset, 1.0) for s in tuned])
    velocity = np.concatenate([s.velocity for s in stretches])
    return {
        "velocity": velocity[velocity > 0].astype(np.float64),
        "log2 duration": np.log2(ticks / codec.TICKS_PER_BEAT),
        "pitch": np.concatenate([s.pitch for s in tuned]).astype(np.float64),
    }


def compare(
    phrases: Sequence[HeldOutPhrase], played: Sequence[Stretch], answered: Sequence[Stretch], libraries: Libraries
) -> dict[str, Any]:
    """All of the comparison, for the report: of continuations `played` and answers `answered`."""
    human = [phrase.human for phrase in phrases]
    theirs, ours = measure(human), measure(played)
    notes_human, notes_machine = note_values(human), note_values(played)
    return {
        "phrases": len(phrases),
        "notes": {"human": sum(len(s.onset) for s in human), "machine": sum(len(s.onset) for s in played)},
        "metrics": {name: _metric(theirs[name], ours[name]) for name in METRICS},
        "distributions": {
            name: {
                "overlap": _number(overlap(notes_human[name], notes_machine[name])),
                "distance": _number(distance(notes_human[name], notes_machine[name])),
            }
            for name in notes_human
        },
        "copying": {
            who: {
                "rhythm": _copies(stretches, libraries.exact),
                "intervals": _copies(stretches, libraries.intervals),
            }
            for who, stretches in (("human", human), ("machine", list(played)))
        },
        "answers": {
            who: answers.summary(answers.answer_rows(phrases, stretches, libraries.exact))
            for who, stretches in (("human", human), ("machine", list(answered)))
        },
        "repetition_with_phrase": {
            who: mean([METRICS["repeated_figures"](join(p.prompt, s)) for p, s in zip(phrases, stretches, strict=True)]
                      ).as_json()
            for who, stretches in (("human", human), ("machine", list(played)))
        },
    }  # fmt: skip


def _metric(human: Floats, machine: Floats) -> dict[str, Any]:
    both: dict[str, Interval] = {"human": mean(human), "machine": mean(machine), "difference": mean(machine - human)}
    sets = compare_sets(human, machine)
    return {
        **{name: interval.as_json() for name, interval in both.items()},
        "overlap": _number(sets.overlap),
        "divergence": _number(sets.divergence),
    }


def _copies(stretches: Sequence[Stretch], library: Library) -> dict[str, Any]:
    notes = np.array([match.notes for match in library.longest_matches(stretches)])
    return {"median": float(np.median(notes)), "p90": float(np.quantile(notes, 0.9)), "longest": int(notes.max())}


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 4)
