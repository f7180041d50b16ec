"""Short phrases out of real songs (CC0), for simulated players."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

TICKS_PER_BEAT: Final = 24


class PhraseNote(NamedTuple):
    """A note of a phrase: onset and length in beats."""

    onset: float
    pitch: int
    length: float


class Phrase(NamedTuple):
    """A few bars of a song, from its first note on."""

    title: str
    notes: tuple[PhraseNote, ...]


@cache
def phrases() -> tuple[Phrase, ...]:
    """All there are, always in the same order."""
    text = files("bridge.simulator").joinpath("phrases.tsv").read_text(encoding="utf-8")
    return tuple(_parse(line) for line in text.splitlines() if not line.startswith("#"))


def _parse(line: str) -> Phrase:
    title, notes = line.split("\t")
    return Phrase(title, tuple(_note(note) for note in notes.split()))


def _note(text: str) -> PhraseNote:
    onset, pitch, length = map(int, text.split(":"))
    return PhraseNote(onset / TICKS_PER_BEAT, pitch, length / TICKS_PER_BEAT)
