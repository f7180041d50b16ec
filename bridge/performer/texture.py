"""How many notes an answer has at once, by construction: strokes of so many notes, none before there is room for it.

A model that is asked for a texture through its guide goes by what it hears, not by what it is asked. So where a texture
is set, or the phrase is one line, an answer is built of strokes: a note is begun only once fewer sound than there
may be, and then as many more at the same moment as are wanting.
"""

from __future__ import annotations

import math


class Strokes:
    """Notes at once for each stroke in turn, `texture` on average over the notes; 0: nothing is asked."""

    __slots__ = ("_begun", "texture")

    def __init__(self, texture: float) -> None:
        self.texture = texture
        self._begun = 0

    @property
    def most(self) -> int | None:
        """As many notes may sound at once in the present stroke; None: any number."""
        if not self.texture:
            return None
        low = max(math.floor(self.texture), 1)
        # Strokes of the larger size come as often as it takes for the mean to come out, evenly spread.
        part = min(max(self.texture - low, 0.0), 1.0)
        return low + int(math.floor((self._begun + 1) * part + 1e-9) > math.floor(self._begun * part + 1e-9))

    def begin(self) -> None:
        """The next stroke begins."""
        self._begun += 1
