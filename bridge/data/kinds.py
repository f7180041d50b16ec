"""What a piece is, seen from its notes, so that training can weigh pieces whoever collected them."""

from __future__ import annotations

from typing import Final

import numpy as np

from bridge.data.notes import NoteArray
from bridge.vocabulary import codec

KINDS: Final = ("band", "drums", "sheet", "expressive", "flat")
_BASS, _LEAD = codec.VOICES.index("bass"), codec.VOICES.index("lead")


def kind_of(notes: NoteArray) -> str:
    """One of KINDS, of a piece NOTE [N].

    band        drums and others
    drums       nothing else
    sheet       a lead over a bass, without drums
    expressive  any other music whose velocities are known
    flat        any other
    """
    played = np.bincount(notes["voice"], minlength=len(codec.VOICES)) > 0
    if played[codec.DRUMS]:
        return "band" if played.sum() > 1 else "drums"
    if played[_BASS] and played[_LEAD]:
        return "sheet"
    return "expressive" if 2 * np.count_nonzero(notes["velocity"]) > len(notes) else "flat"
