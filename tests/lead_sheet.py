"""A tune over two chords with a bass, as an excerpt of a lead sheet."""

from __future__ import annotations

from collections.abc import Mapping

from bridge.data.notes import Piece
from bridge.evaluation.playing.excerpts import Excerpt
from bridge.performer.phrase_measures import Bars, Notes
from bridge.timing.timeline import Timeline

TUNE = Notes.of([(i, i + 1, pitch, 80) for i, pitch in enumerate((60, 64, 67, 65, 65, 69, 72, 69))])
TRIADS = ((0, (48, 52, 55)), (4, (53, 57, 60)))
CHORDS = Notes.of([(begin, begin + 4, pitch, 80) for begin, triad in TRIADS for pitch in triad])
ROOTS = Notes.of([(0, 4, 36, 80), (4, 8, 41, 80)])


def excerpt(phrase: Notes = TUNE, voices: Mapping[str, Notes] | None = None) -> Excerpt:
    piece = Piece("sheet", "mine", "valid", "CC0", 0, 8, True, plays="lead sheet; tune")
    return Excerpt(
        piece=piece, style="tune", phrase=phrase, human=Notes.of([]), timeline=Timeline.steady(120.0), bars=Bars(),
        loud=False, timed=False, ends=False, own=("lead",),
        voices={"keys": CHORDS, "bass": ROOTS} if voices is None else voices,
    )  # fmt: skip
