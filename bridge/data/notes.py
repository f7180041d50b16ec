"""What prepared data is made of: notes, pieces that own a stretch of them, and the kinds of pieces there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.vocabulary import codec

NOTE: Final = np.dtype(
    [
        ("onset_beats", "f8"),
        ("offset_beats", "f8"),
        ("onset_seconds", "f8"),
        ("offset_seconds", "f8"),
        ("bar_beat", "f4"),  # beats since the bar line; nan where the file's bars mean nothing
        ("beats_per_bar", "f4"),
        ("voice", "u1"),
        ("pitch", "u1"),
        ("velocity", "u1"),  # 0: the file does not know
    ]
)
NoteArray = npt.NDArray[np.void]


@dataclass(frozen=True, slots=True)
class Piece:
    """Where a piece lies: notes[start:stop] of a shard, ordered by onset in beats."""

    name: str
    source: str
    split: str
    licence: str
    start: int
    stop: int
    has_beats: bool
    shard: str = ""  # a file of the prepared folder
    file: str = ""  # what it was read from, as the manifest or the folder has it
    group: str = ""  # pieces of one group are one piece of music, or kin
    heard: int = 0  # its first notes that somebody else played, whom the rest answers; only the rest is learnt
    plays: str = ""  # styles that a player of it plays in, between semicolons (`bridge.data.sources`)


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
