"""Two sets of numbers, the human's and the machine's: how far they are apart and how much they share."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import gaussian_kde, wasserstein_distance

Floats = npt.NDArray[np.float64]

_POINTS: Final = 1000
_FEWEST: Final = 3
_BINS: Final = 48


class SetComparison(NamedTuple):
    """Overlapping area (0 to 1, 1 the same) and Kullback-Leibler divergence (nats, 0 the same); nan for too few."""

    overlap: float
    divergence: float


def compare_sets(human: npt.ArrayLike, machine: npt.ArrayLike) -> SetComparison:
    """Whether the machine's pieces differ from the human's as the human's do from each other; one number a piece.

    The distances between any two of the human's (intra-set) and between the human's and the machine's (inter-set) are
    smoothed by Gaussian kernels and compared: Yang and Lerch, "On the Evaluation of Generative Models in Music",
    Neural Computing and Applications 32, 2020. nan values are left out.
    """
    ours, theirs = _known(human), _known(machine)
    if len(ours) < _FEWEST or len(theirs) < _FEWEST:
        return SetComparison(np.nan, np.nan)
    intra = np.abs(ours[:, None] - ours[None, :])[np.triu_indices(len(ours), 1)]
    inter = np.abs(ours[:, None] - theirs[None, :]).ravel()
    if np.ptp(intra) < 1e-9 or np.ptp(inter) < 1e-9:
        return SetComparison(np.nan, np.nan)  # no density can be drawn of equal numbers
    reach = np.concatenate([intra, inter])
    margin = 0.25 * np.ptp(reach)
    grid = np.linspace(reach.min() - margin, reach.max() + margin, _POINTS)
    p, q = (np.maximum(gaussian_kde(values)(grid), 1e-12) for values in (intra, inter))
    p, q = p / p.sum(), q / q.sum()
    return SetComparison(float(np.minimum(p, q).sum()), float((p * np.log(p / q)).sum()))


def overlap(human: npt.ArrayLike, machine: npt.ArrayLike, bins: npt.ArrayLike | None = None) -> float:
    """The area under both histograms of single notes, 0 to 1; nan where a set is empty."""
    ours, theirs = _known(human), _known(machine)
    if not len(ours) or not len(theirs):
        return np.nan
    both = np.concatenate([ours, theirs])
    edges = np.linspace(both.min() - 1e-9, both.max() + 1e-9, _BINS) if bins is None else np.asarray(bins)
    p, q = (np.histogram(values, edges)[0] / len(values) for values in (ours, theirs))
    return float(np.minimum(p, q).sum())


def distance(human: npt.ArrayLike, machine: npt.ArrayLike) -> float:
    """How far the one must be moved to be the other, in its unit (the 1-Wasserstein distance); nan for an empty set."""
    ours, theirs = _known(human), _known(machine)
    if not len(ours) or not len(theirs):
        return np.nan
    return float(wasserstein_distance(ours, theirs))


def _known(values: npt.ArrayLike) -> Floats:
    numbers = np.asarray(values, dtype=np.float64).ravel()
    return numbers[~np.isnan(numbers)]
