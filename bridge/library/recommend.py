"""Which phrases of a library fit what is played: the most alike, with the way in key and tempo to them.

How alike two phrases are is the model's ear; likes and skips move what is alike up or down (`preferences`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from bridge.library.preferences import Preferences
from bridge.library.store import Entry, Index, IndexedPhrase, Vectors
from bridge.performer.keys import MAJOR_AND_MINOR

# So many phrases are looked at for each that is offered: of a file one is offered, and taste moves them.
_LOOKED_AT: Final = 20
_FEWEST: Final = 200
_AT_ONCE: Final = 20  # that are looked up together
_CLOSE: Final = 0.08  # a tempo within so much is the same


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A phrase that fits. `score` is how alike it is, -1 to 1, moved by taste; `transpose` semitones bring it into key.

    `tempo` is its tempo as a part of yours; nan where one of them has none.
    """

    entry: Entry
    score: float
    alike: float
    transpose: int
    tempo: float

    @property
    def key(self) -> str:
        """Its key, as musicians write it; empty for drums alone."""
        phrase = self.entry.phrase
        return "" if phrase.tonic < 0 else str(MAJOR_AND_MINOR[phrase.tonic + 12 * phrase.minor])

    @property
    def title(self) -> str:
        """The file, and where in it."""
        return f"{self.entry.path}, {place_of(self.entry.phrase)}"

    @property
    def name(self) -> str:
        """The same without the file's folders and ending, for whoever may be told no path."""
        return name_of(self.entry)

    @property
    def reason(self) -> str:
        """Why, in words."""
        words = [f"{100 * max(self.alike, 0.0):.0f} % alike"]
        if self.key:
            moved = f"; {abs(self.transpose)} semitones {'up' if self.transpose > 0 else 'down'} it is in yours"
            words.append(f"in {self.key}" + (moved if self.transpose else ", as you are"))
        if math.isfinite(self.tempo):
            close = abs(self.tempo - 1.0) <= _CLOSE
            words.append("at your tempo" if close else f"at {self.tempo:.2f} times your tempo")
        if abs(self.score - self.alike) > 0.01:
            words.append("liked" if self.score > self.alike else "less to your taste")
        return ", ".join(words)


def place_of(phrase: IndexedPhrase) -> str:
    """Where in its file a phrase is, in words."""
    if not phrase.first_bar:
        return f"beat {phrase.begin_beat:.0f}"
    first, last = int(phrase.first_bar), int(phrase.last_bar)
    return f"bars {first} to {last}" if last > first else f"bar {first}"


def name_of(entry: Entry) -> str:
    """A phrase by its file's name, without folders and ending, and its place."""
    return f"{PurePosixPath(entry.path).stem}, {place_of(entry.phrase)}"


def recommend(
    index: Index,
    vector: Vectors,
    heard: IndexedPhrase,
    count: int,
    preferences: Preferences | None = None,
    leave_out: Sequence[str] = (),
) -> list[Recommendation]:
    """The `count` phrases that fit best, of each file one, for what was `heard`, whose vector is `vector`.

    Files of `leave_out` are not offered. An empty library has nothing to offer.
    """
    found = index.search(vector, max(count * _LOOKED_AT, _FEWEST))
    out: list[Recommendation] = []
    seen = set(leave_out)
    for entry, alike, moved in _best_first(index, found, preferences):
        if entry.path in seen:
            continue
        seen.add(entry.path)
        way, tempo = way_in_key(heard, entry.phrase), tempo_beside(heard, entry.phrase)
        out.append(Recommendation(entry, alike + moved, alike, way, tempo))
        if len(out) == count:
            break
    return out


def _best_first(
    index: Index, found: Sequence[tuple[int, float]], preferences: Preferences | None
) -> Iterator[tuple[Entry, float, float]]:
    """What was found as entries, each with how alike it is and by how much taste moves it."""
    alike = dict(found)
    if not preferences:  # nothing was said yet: nothing is moved, and the first few are enough as a rule
        for begin in range(0, len(found), _AT_ONCE):
            for entry in index.entries([row for row, _ in found[begin : begin + _AT_ONCE]]):
                yield entry, alike[entry.row], 0.0
        return
    entries = index.entries(list(alike))
    if not entries:  # an empty library
        return
    taste = preferences.taste(index.vectors[[entry.row for entry in entries]], [entry.phrase for entry in entries])
    ranked = sorted(zip(entries, taste.tolist(), strict=True), key=lambda pair: -(alike[pair[0].row] + pair[1]))
    for entry, moved in ranked:
        yield entry, alike[entry.row], moved


def way_in_key(heard: IndexedPhrase, phrase: IndexedPhrase) -> int:
    """Semitones, -6 to 5, that bring a phrase into the key of what was heard; relative keys share their tones."""
    if heard.tonic < 0 or phrase.tonic < 0:
        return 0
    up = (_major(heard) - _major(phrase)) % 12
    return up - 12 if up > 5 else up


def _major(phrase: IndexedPhrase) -> int:
    return (phrase.tonic + (3 if phrase.minor else 0)) % 12


def tempo_beside(heard: IndexedPhrase, phrase: IndexedPhrase) -> float:
    """A phrase's tempo as a part of what was heard's; nan where one of them has none."""
    return phrase.bpm / heard.bpm if heard.bpm and phrase.bpm else math.nan
