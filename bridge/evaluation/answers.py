"""Whether a model's answers fit the phrases they answer, each beside what the human went on to play.

Of a phrase with its human continuation and the model's answer to it, of the same length:

    in key      the share of the answer's notes (drums aside) that belong to the phrase's key, found by
                `keys.find_key` in the phrase alone; a minor key has both its sixths and both its sevenths
    density     whether the answer's notes per beat lie within the middle half of the human's: the 25th to 75th
                percentile over windows of 2 beats, one beat apart, of phrase and human continuation together
    register    whether the answer's mean pitch lies within the middle half of the human's pitches, phrase and
                continuation together (drums aside)
    copied      notes of the answer's longest exact match with the training pieces, transposed too

The human continuation is put to the same test; it is not always within the middle half of its own notes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from bridge.data.encode import Stretch
from bridge.evaluation.bootstrap import Interval, mean
from bridge.evaluation.copying import Library
from bridge.evaluation.metrics import pitched
from bridge.evaluation.phrases import HeldOutPhrase, join
from bridge.performer.keys import find_key
from bridge.vocabulary import codec

# A longer copy is a recitation.
LONGEST_COPY: Final = 24
_WINDOW: Final = 2.0  # beats
_HOP: Final = 1.0


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer measured: `in_key` 0 to 1 (nan without pitches), within the human's range or not, notes copied."""

    in_key: float
    density_fits: bool
    register_fits: bool
    copied: int


def answer_rows(phrases: Sequence[HeldOutPhrase], answers: Sequence[Stretch], library: Library) -> list[Answer]:
    """Each answer beside its phrase; the human's own continuations go in as answers too."""
    matches = library.longest_matches(answers)
    return [
        Answer(in_key(phrase.prompt, answer), density_fits(phrase, answer), register_fits(phrase, answer), match.notes)
        for phrase, answer, match in zip(phrases, answers, matches, strict=True)
    ]


def summary(rows: Sequence[Answer]) -> Mapping[str, Any]:
    """Means with their intervals over the phrases, and the longest copy of all."""
    columns: dict[str, Interval] = {
        "in_key": mean([row.in_key for row in rows]),
        "density_fits": mean([float(row.density_fits) for row in rows]),
        "register_fits": mean([float(row.register_fits) for row in rows]),
        "not_copied": mean([float(row.copied < LONGEST_COPY) for row in rows]),
    }
    return {
        **{name: interval.as_json() for name, interval in columns.items()},
        "longest_copy": max((row.copied for row in rows), default=0),
        "phrases": len(rows),
    }


def in_key(phrase: Stretch, answer: Stretch) -> float:
    """The share of the answer's notes in the phrase's key; nan where either has no pitch."""
    heard, played = pitched(phrase), pitched(answer)
    if not len(heard.pitch) or not len(played.pitch):
        return np.nan
    key = find_key(heard.pitch, heard.offset - heard.onset)
    return float(np.isin(played.pitch % 12, list(key.melodic_tones)).mean())


def density_fits(phrase: HeldOutPhrase, answer: Stretch) -> bool:
    """Whether the answer has as many notes per beat as the human usually has."""
    human = join(phrase.prompt, phrase.human)
    first, last = human.onset[0], phrase.start + phrase.beats * codec.TICKS_PER_BEAT
    window = _WINDOW * codec.TICKS_PER_BEAT
    begins = np.arange(first, max(last - window, first) + 1, _HOP * codec.TICKS_PER_BEAT)
    counts = np.searchsorted(human.onset, begins + window) - np.searchsorted(human.onset, begins)
    low, high = np.quantile(counts / _WINDOW, (0.25, 0.75))
    return bool(low <= len(answer.onset) / phrase.beats <= high)


def register_fits(phrase: HeldOutPhrase, answer: Stretch) -> bool:
    """Whether the answer's mean pitch lies where the human's pitches mostly are."""
    pitch = pitched(answer).pitch
    low, high = np.quantile(pitched(join(phrase.prompt, phrase.human)).pitch, (0.25, 0.75))
    return bool(len(pitch) and low <= pitch.mean() <= high)
