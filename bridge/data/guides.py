"""What the guide would have been: its controls (`bridge.vocabulary.guide`), measured in music that is there."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.data.encode import Ints, Stretch
from bridge.vocabulary import codec
from bridge.vocabulary.guide import CONTROL_NAMES, CONTROLS, HORIZON_BEATS

_SHORTEST_SPAN: Final = 2.0  # beats; over less than this a density says little
_FEWEST: Final = 2  # notes that an average is taken of

Bools = npt.NDArray[np.bool_]


def controls_ahead(
    stretch: Stretch, onset: Ints, offset: Ints, machine: Bools, until: Ints | None = None
) -> npt.NDArray[np.float64]:
    """For every event, the controls of the machine's notes in the HORIZON_BEATS that follow, float64 [N, 4].

    `onset` and `offset` int64 [N] in ticks, in playing order; `machine` bool [N], whose notes are the machine's.
    `until` int64 [N] is, for every event, the first one after it that no longer counts: of a phrase that ends sooner.
    In the order and units of `guide.CONTROLS`; nan where there is too little to measure.
    """
    count = len(onset)
    horizon = int(HORIZON_BEATS * codec.TICKS_PER_BEAT)
    begin, stop = np.arange(1, count + 1), np.searchsorted(onset, onset + horizon, side="right")
    last = np.full(count, count) if until is None else until
    stop = np.minimum(stop, last)
    span = np.minimum(HORIZON_BEATS, (onset[last - 1] - onset) / codec.TICKS_PER_BEAT) if count else np.zeros(0)

    def total(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        sums = np.concatenate([[0.0], np.cumsum(values)])
        return np.asarray(sums[stop] - sums[begin])

    def mean(values: npt.NDArray[np.float64], which: Bools) -> npt.NDArray[np.float64]:
        number = total(which.astype(np.float64))
        return np.where(number >= _FEWEST, total(np.where(which, values, 0.0)) / np.maximum(number, 1), np.nan)

    pitched = machine & (stretch.voice != codec.DRUMS)
    measured = {
        "density": total(machine.astype(np.float64)) / np.maximum(span, _SHORTEST_SPAN),
        "energy": mean(stretch.velocity.astype(np.float64), machine & (stretch.velocity > 0)),
        "register": mean(stretch.pitch.astype(np.float64), pitched),
        "texture": mean(_sounding(onset, offset, pitched), pitched),
    }
    ahead = np.stack([measured[name] for name in CONTROL_NAMES], axis=1)
    ahead[span < _SHORTEST_SPAN] = np.nan
    return ahead


def control_classes(values: npt.NDArray[np.float64]) -> Ints:
    """Classes int64 [N, 4] of control values [N, 4]; FREE where they are nan."""
    return np.stack([control.classes(values[:, i]) for i, control in enumerate(CONTROLS)], axis=1)


def _sounding(onset: Ints, offset: Ints, which: Bools) -> npt.NDArray[np.float64]:
    """How many of the notes `which` sound at each event's onset, those that begin there counted, those that end not."""
    begun = np.searchsorted(np.sort(onset[which]), onset, side="right")
    ended = np.searchsorted(np.sort(offset[which]), onset, side="right")
    return (begun - ended).astype(np.float64)
