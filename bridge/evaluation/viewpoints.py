"""What a field is predicted from: a few columns of the past, and how its classes are counted.

After Conklin and Witten, "Multiple Viewpoint Systems for Music Prediction", JNMR 24(1), 1995. A pitch may be counted as
its distance from a reference that the past gives (an interval, a degree of the running key), so that what was learnt
holds in every key. Distances are taken modulo 128, so that each reference turns the 128 pitches around and every
distribution stays whole. A long-term viewpoint is counted over the training pieces, a short-term one over the chunk so
far (Pearce, "The Construction and Evaluation of Statistical Models of Melodic Structure", PhD thesis, City University
2005).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bridge.evaluation.past import Column, Past

PITCHES: Final = 128


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """One rung: `columns` of context, the `reference` that pitches are counted from (None: 0), and its memory."""

    name: str
    columns: tuple[Column, ...]
    reference: Column | None = None
    short_term: bool = False

    def symbols(self, classes: Column) -> Column:
        """The classes [N] to be predicted, as this viewpoint counts them."""
        return classes if self.reference is None else (classes - self.reference) % PITCHES


def trained(name: str, *columns: Column, reference: Column | None = None) -> Viewpoint:
    """A long-term viewpoint."""
    return Viewpoint(name, columns, reference)


def heard(past: Past, name: str, *columns: Column, reference: Column | None = None) -> Viewpoint:
    """A short-term viewpoint."""
    return Viewpoint(f"{name}, here", (past.chunk, *columns), reference, short_term=True)
