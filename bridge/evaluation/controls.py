"""Whether the controls of a guide do what they say: turned up in steps, is there more of what they ask for?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.stats import spearmanr

from bridge.data.encode import Stretch, ticks_of
from bridge.data.guides import controls_ahead
from bridge.engine.model import Model
from bridge.evaluation.chunks import Chunk
from bridge.evaluation.continuations import Drawing, draw, feed_prompt
from bridge.evaluation.phrases import HeldOutPhrase, join
from bridge.vocabulary import codec
from bridge.vocabulary.guide import CONTROL_NAMES, CONTROLS, HORIZON_BEATS, LEVELS, Control

Floats = npt.NDArray[np.float64]
Progress = Callable[[float], None]

STEPS: Final = 5
_LOOKS: Final = 16
_LOW, _HIGH = 10, 90  # percentiles of the training music that the steps lie between


@dataclass(frozen=True, slots=True)
class Sweep:
    """One control turned up: what was asked for at each step, and what came, [STEPS, phrases] (nan: too few notes)."""

    control: str
    asked: Floats
    measured: Floats

    @property
    def rank_correlation(self) -> float:
        """Spearman's, of step and measurement over every step of every phrase."""
        steps = np.repeat(np.arange(len(self.asked)), self.measured.shape[1])
        values = self.measured.ravel()
        return spearman(steps[~np.isnan(values)], values[~np.isnan(values)])

    @property
    def rank_correlation_of_means(self) -> float:
        """Spearman's, of step and the mean measurement of the step."""
        return spearman(np.arange(len(self.asked)), self.means)

    @property
    def means(self) -> Floats:
        """The mean measurement of each step, [STEPS]; nan where nothing could be measured."""
        return np.array([row[~np.isnan(row)].mean() if (~np.isnan(row)).any() else np.nan for row in self.measured])

    def as_json(self) -> dict[str, Any]:
        """For the report."""
        return {
            "asked": [round(float(x), 3) for x in self.asked],
            "mean": [None if np.isnan(x) else round(float(x), 3) for x in self.means],
            "rank_correlation": _finite(self.rank_correlation),
            "rank_correlation_of_means": _finite(self.rank_correlation_of_means),
            "phrases": self.measured.shape[1],
        }


def usual_values(chunks: Sequence[Chunk]) -> Floats:
    """The controls as measured at _LOOKS places of each chunk, evenly spread, float64 [N, controls].

    So many whatever the chunk's length: else dense music would have the say. nan where there is too little to measure.
    """
    rows = []
    for chunk in chunks:
        everyone = np.ones(len(chunk.events), np.bool_)
        onset, offset = ticks_of(chunk.stretch.onset), ticks_of(chunk.stretch.offset)
        ahead = controls_ahead(chunk.stretch, onset, offset, everyone)
        rows.append(ahead[np.linspace(0, len(ahead) - 1, _LOOKS).astype(np.int64)])
    return np.concatenate(rows)


def steps_between(control: Control, values: Floats) -> Floats:
    """STEPS values of the control's own levels, evenly spread over the middle 80 % of `values`, all different."""
    known = values[~np.isnan(values)]
    if not len(known):
        raise ValueError(f"control {control.name}: the training music has nothing to measure it by")
    low, high = control.classes(np.percentile(known, (_LOW, _HIGH))).tolist()
    low = max(min(low, high - STEPS + 1), 1)
    high = min(max(high, low + STEPS - 1), LEVELS)
    low = min(low, high - STEPS + 1)
    levels = np.rint(np.linspace(low, high, STEPS)).astype(np.int64)
    return np.asarray(control.levels[levels - 1])


def measured_after(prompt: Stretch, played: Stretch) -> Floats:
    """The controls of what was played in the HORIZON_BEATS after the prompt's last note, float64 [controls]."""
    last = prompt.reordered(np.array([len(prompt.onset) - 1]))
    # A note of nobody's beyond the horizon: a pause at its end belongs to it.
    beyond = last.reordered(np.array([0]))
    beyond.onset = last.onset + HORIZON_BEATS * codec.TICKS_PER_BEAT + 1
    beyond.offset = beyond.onset + 1
    music = join(join(last, played), beyond)
    machine = np.ones(len(music.onset), np.bool_)
    machine[[0, -1]] = False
    return np.asarray(controls_ahead(music, ticks_of(music.onset), ticks_of(music.offset), machine)[0])


def sweep(
    model: Model, phrases: Sequence[HeldOutPhrase], values: Floats, progress: Progress, seed: int = 0
) -> list[Sweep]:
    """Every control in STEPS steps after every phrase, all else left free; `values` as `usual_values` gives them.

    One of which these say nothing is left out (where nobody played louder or softer there is no energy). The random
    numbers of a phrase are the same at every step, so that the steps differ by what was asked alone.
    """
    known = [i for i in range(len(CONTROLS)) if not np.isnan(values[:, i]).all()]
    asked = {i: steps_between(CONTROLS[i], values[:, i]) for i in known}
    measured = np.full((len(CONTROLS), STEPS, len(phrases)), np.nan)
    for number, phrase in enumerate(phrases):
        feed_prompt(model, phrase.prompt)
        heard = model.snapshot()
        for control in known:
            for step in range(STEPS):
                model.restore(heard)
                how = Drawing(controls={CONTROL_NAMES[control]: float(asked[control][step])})
                played = draw(model, phrase.prompt, HORIZON_BEATS, seed + number, how)
                measured[control, step, number] = measured_after(phrase.prompt, played)[control]
        progress((number + 1) / len(phrases))
    return [Sweep(CONTROL_NAMES[i], asked[i], measured[i]) for i in known]


def as_told(correlation: float, digits: int = 2) -> str:
    """A rank correlation in print; a dash where one of the two did not vary."""
    return "–" if np.isnan(correlation) else f"{correlation:.{digits}f}"


def spearman(steps: npt.ArrayLike, values: npt.ArrayLike) -> float:
    """Spearman's rank correlation of two [N]; nan where one of the two does not vary."""
    steps, values = np.asarray(steps), np.asarray(values)
    if len(values) < 2 or np.ptp(values) == 0 or np.ptp(steps) == 0 or np.isnan(values).any():
        return np.nan
    return float(spearmanr(steps, values).statistic)


def _finite(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 4)
