"""An answer beside the phrase that it answers, in numbers by name: what the critic and the taught listener judge by.

`features` is the form that the critic of a model folder and the listener of `antiphon evaluate` share. What cannot be
measured is UNKNOWN.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.performer.phrase_measures import (
    Bars,
    Measured,
    Notes,
    articulation,
    beat_place_divergence,
    contour_correlation,
    contour_share,
    density_ratio,
    direction,
    drum_divergence,
    duration_divergence,
    ends_in_triad,
    ends_on_tonic,
    evenness,
    first_interval,
    in_classes,
    in_key,
    interval_divergence,
    last_length,
    last_longer,
    leap,
    leaps_turned,
    literal_run,
    longest_run,
    longest_wait,
    mean_duration,
    mean_wait,
    motif_share,
    notes_an_onset,
    notes_at_once,
    octaves,
    off_grid,
    on_beat,
    own_motifs,
    pitch_class_divergence,
    pitch_mean,
    pitch_spread,
    place_in_bar,
    repeated,
    rests,
    rhythm_share,
    sharp_clashes,
    steps,
    top_mean,
    velocity_mean,
    velocity_spread,
    wait_divergence,
)

UNKNOWN: Final = -9.0
"""A feature that could not be measured; no feature has this value otherwise."""

# What each feature is, given phrase, answer and bars. A name's end says what it is relative to the phrase:
# _change is answer less phrase, _ratio is log2(answer / phrase).
_Feature = Callable[[Measured, Measured, Bars | None], float]


def _of_answer(measure: Callable[[Measured], float]) -> _Feature:
    return lambda phrase, answer, bars: answer.once(measure)


def _change(measure: Callable[[Measured], float]) -> _Feature:
    return lambda phrase, answer, bars: answer.once(measure) - phrase.once(measure)


def _ratio(measure: Callable[[Measured], float]) -> _Feature:
    return lambda phrase, answer, bars: octaves(answer.once(measure), phrase.once(measure))


def _both(measure: Callable[[Measured, Measured], float]) -> _Feature:
    return lambda phrase, answer, bars: measure(phrase, answer)


def _on_bars(measure: Callable[[Measured, Bars | None], float]) -> _Feature:
    return lambda phrase, answer, bars: measure(answer, bars) - measure(phrase, bars)


def _last_place(phrase: Measured, answer: Measured, bars: Bars | None) -> float:
    if bars is None or not len(answer.line):
        return math.nan
    return place_in_bar(float(answer.notes.onset[answer.line[-1]]), bars)


_TABLE: Final[Mapping[str, _Feature]] = {
    "motif_share": _both(motif_share),
    "contour_share": _both(contour_share),
    "rhythm_share": _both(rhythm_share),
    "longest_run": _both(longest_run),
    "literal_run": _both(literal_run),
    "own_motifs_change": _change(own_motifs),
    "leap": _of_answer(leap),
    "leap_change": _change(leap),
    "repeated_change": _change(repeated),
    "steps_change": _change(steps),
    "leaps_turned": _of_answer(leaps_turned),
    "notes_at_once": _of_answer(notes_at_once),
    "notes_at_once_change": _change(notes_at_once),
    "notes_an_onset_change": _change(notes_an_onset),
    "in_key": _both(in_key),
    "in_key_change": lambda phrase, answer, bars: in_key(phrase, answer) - in_key(phrase, phrase),
    "in_classes": _both(in_classes),
    "ends_in_triad": _both(ends_in_triad),
    "ends_on_tonic": _both(ends_on_tonic),
    "last_length": _of_answer(last_length),
    "last_longer": _of_answer(last_longer),
    "last_longer_change": _change(last_longer),
    "last_place": _last_place,
    "wait_divergence": _both(wait_divergence),
    "duration_divergence": _both(duration_divergence),
    "pitch_class_divergence": _both(pitch_class_divergence),
    "interval_divergence": _both(interval_divergence),
    "drum_divergence": _both(drum_divergence),
    "beat_place_divergence": beat_place_divergence,
    "density_ratio": _both(density_ratio),
    "wait_ratio": _ratio(mean_wait),
    "duration_ratio": _ratio(mean_duration),
    "longest_wait_ratio": _ratio(longest_wait),
    "pitch_change": _change(pitch_mean),
    "pitch_spread_change": _change(pitch_spread),
    "top_change": _change(top_mean),
    "contour_correlation": _both(contour_correlation),
    "direction": _of_answer(direction),
    "first_interval": _both(first_interval),
    "rests_change": _change(rests),
    "evenness_change": _change(evenness),
    "articulation_change": _change(articulation),
    "on_beat_change": _on_bars(on_beat),
    "off_grid_change": _on_bars(off_grid),
    "sharp_clashes": _of_answer(sharp_clashes),
    "velocity_change": _change(velocity_mean),
    "velocity_spread_change": _change(velocity_spread),
}
FEATURES: Final[tuple[str, ...]] = tuple(_TABLE)
"""Names of the numbers that `features` gives, in their order."""

LOUDNESS: Final = frozenset({"velocity_change", "velocity_spread_change"})
"""Features to leave out where a notated human has no loudness."""
TIMING: Final = frozenset({"off_grid_change", "articulation_change"})
"""Features to leave out where a notated human has no timing of their own."""
ENDING: Final = frozenset(
    {"ends_in_triad", "ends_on_tonic", "last_length", "last_longer", "last_longer_change", "last_place"}
)
"""Features of how an answer ends."""


class Reference:
    """A phrase, measured once, to put many answers beside. `bars` None: where bars and beats lie is not known."""

    def __init__(self, phrase: Notes, bars: Bars | None = None) -> None:
        self.phrase = Measured(phrase)
        self.bars = bars

    def features(self, answer: Notes) -> npt.NDArray[np.float32]:
        """The answer in numbers, float32 [len(FEATURES)], UNKNOWN where there is too little to measure."""
        measured = Measured(answer)
        found = [feature(self.phrase, measured, self.bars) for feature in _TABLE.values()]
        return np.array([value if math.isfinite(value) else UNKNOWN for value in found], np.float32)


def features(phrase: Notes, answer: Notes, bars: Bars | None = None) -> npt.NDArray[np.float32]:
    """`answer` beside `phrase` in numbers, float32 [len(FEATURES)]; see `Reference` for many answers to one phrase."""
    return Reference(phrase, bars).features(answer)


def without(names: Iterable[str], rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Rows of features [..., len(FEATURES)] with these made UNKNOWN. ValueError for a name that is none."""
    out = rows.copy()
    for name in names:
        if name not in _TABLE:
            raise ValueError(f"no feature {name!r}: there are {', '.join(FEATURES)}")
        out[..., FEATURES.index(name)] = UNKNOWN
    return out
