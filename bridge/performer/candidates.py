"""Several answers to one phrase, and which of them is played: what speaks for each, in terms that a musician can read.

Every term is between 0 (spoils it) and 1 (as it should be) and has a weight; an answer's score is their weighted mean.
Where the model's folder has a critic, which was taught what humans go on to play, its judgement is one more term.

The best is the most ordinary one: whoever always takes it is known by that. So the better an answer is, the likelier
it comes first, and a poor one hardly ever does.

This is the order in which they are offered. The pick itself is made where an answer begins (`Respond._begin` in
`modes/respond`): the first one that may still be played, or what there is when there was no time to judge any.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from bridge.engine.model import Critic
from bridge.performer.brief import Brief
from bridge.performer.heard_phrase import HeardPhrase
from bridge.performer.phrase_features import FEATURES, UNKNOWN
from bridge.performer.phrase_measures import Notes
from bridge.performer.sampling import Draft
from bridge.vocabulary.codec import DRUMS

# Share of the phrase's motifs in an answer: less is no answer, more is a parrot's.
MOTIF: Final = (0.15, 0.40)
LONGEST_RUN: Final = 0.40
# Weight of the critic's term beside the musician's together.
CRITIC: Final = 4.0
# How much is left to chance: an answer comes first with odds of its score's odds to the power of one over this.
CHANCE: Final = 0.2
# Of chords more: what the critic likes best of these lies further from what people play than any of them does.
CHANCE_OF_CHORDS: Final = 0.6
_LEAST: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate answer as it was drawn. Its notes' `onset_beat` are those of an answer that begins at `start`.

    `whole`: whether it came to its end; else it is played on from where it stops. `rank` is its score with what chance
    adds to it: the highest comes first.
    """

    drafts: tuple[Draft, ...]
    start: float
    whole: bool
    brief: Brief
    score: float = 0.0
    rank: float = 0.0
    terms: Mapping[str, float] = field(default_factory=dict)


class Judge:
    """Says what speaks for and against answers to one phrase. `asked` are controls that were set, by name."""

    def __init__(self, phrase: HeardPhrase | None, asked: Mapping[str, float], critic: Critic | None = None) -> None:
        self._phrase, self._asked = phrase, asked
        # One that was taught on other measures cannot judge.
        self._critic = critic if critic is not None and set(critic.features) <= set(FEATURES) else None

    @property
    def chance(self) -> float:
        """How much of the choice among these answers is left to chance."""
        return CHANCE_OF_CHORDS if self._phrase is not None and self._phrase.many_voiced else CHANCE

    def terms(self, drafts: Sequence[Draft]) -> dict[str, float]:
        """What speaks for an answer of these notes, each from 0 to 1; what cannot be told is left out."""
        notes = notes_of(drafts)
        if self._phrase is None:
            return self._as_asked(notes)
        row = self._phrase.reference.features(notes)
        found = {name: float(value) for name, value in zip(FEATURES, row.tolist(), strict=True) if value != UNKNOWN}
        terms = {name: term(found) for name, (_, term) in _TERMS.items()}
        terms |= self._as_asked(notes)
        if self._asked.get("register"):
            del terms["near"], terms["begins near"]
        if self._critic is not None:
            odds = float(self._critic.score(row[None, [FEATURES.index(name) for name in self._critic.features]])[0])
            terms["critic"] = 1.0 / (1.0 + math.exp(-min(max(odds, -30.0), 30.0)))
        return {name: value for name, value in terms.items() if math.isfinite(value)}

    def judged(self, candidate: Candidate) -> Candidate:
        """The candidate with its terms and its score."""
        terms = self.terms(candidate.drafts)
        weights = {name: _weight(name) for name in terms}
        total = sum(weights.values())
        score = sum(weights[name] * value for name, value in terms.items()) / total if total else 0.0
        return replace(candidate, score=score, terms=terms)

    def _as_asked(self, notes: Notes) -> dict[str, float]:
        """How near the answer is to the controls that were set; these go before what the phrase was like."""
        near: dict[str, float] = {}
        pitches = notes.pitch[~notes.drum]
        if self._asked.get("register") and len(pitches):
            near["register"] = _falling(abs(float(pitches.mean()) - self._asked["register"]), 1.0, 6.0)
        if self._asked.get("texture") and len(pitches):
            measured = HeardPhrase(notes, None, 0.0, 0).texture
            near["texture"] = _falling(abs(math.log2(max(measured, 0.5) / self._asked["texture"])), 0.1, 1.0)
        if self._asked.get("density") and len(notes.onset) > 1:
            per_beat = (len(notes.onset) - 1) / max(float(notes.onset[-1] - notes.onset[0]), 1e-6)
            near["density"] = _falling(abs(math.log2(per_beat / self._asked["density"])), 0.1, 1.0)
        return near


class Candidates:
    """The answers drawn so far to one phrase. With the same `seed` the same chances; None leaves nothing to chance."""

    def __init__(self, judge: Judge, seed: int | None = None) -> None:
        self._judge = judge
        self._random = None if seed is None else np.random.Generator(np.random.PCG64(seed))
        self.drawn: list[Candidate] = []

    def __len__(self) -> int:
        return len(self.drawn)

    def add(self, candidate: Candidate) -> None:
        """One more; one without a note is none."""
        if candidate.drafts:
            judged = self._judge.judged(candidate)
            self.drawn.append(replace(judged, rank=self._rank(judged.score)))

    def best_first(self, allowed: Callable[[Candidate], bool] = lambda candidate: True) -> list[Candidate]:
        """Those that are `allowed`, in the order of their ranks; of equal ones the earlier first."""
        able = [candidate for candidate in self.drawn if allowed(candidate)]
        return sorted(able, key=lambda candidate: -round(candidate.rank, 9))

    def take_out(self, candidate: Candidate) -> None:
        """One that is played is a candidate no more."""
        self.drawn.remove(candidate)

    def _rank(self, score: float) -> float:
        """The logit of a score, and where something is left to chance Gumbel noise (that is a draw by the odds)."""
        sure = min(max(score, _LEAST), 1.0 - _LEAST)
        chance = 0.0 if self._random is None else self._judge.chance * float(self._random.gumbel())
        return math.log(sure / (1.0 - sure)) + chance


def notes_of(drafts: Iterable[Draft]) -> Notes:
    """Drafts as notes on the beat, in order of their onsets."""
    ordered = sorted(drafts, key=lambda draft: draft.onset_beat)
    onset = np.array([draft.onset_beat for draft in ordered])
    return Notes(
        onset,
        onset + np.array([draft.duration for draft in ordered]),
        np.array([draft.pitch for draft in ordered], np.int64),
        np.array([draft.velocity for draft in ordered], np.int64),
        np.array([draft.voice == DRUMS for draft in ordered], np.bool_),
    )


# --- the terms -----------------------------------------------------------------------------------------


def _falling(value: float, free: float, most: float) -> float:
    """1 up to `free`, falling to 0 at `most`."""
    return min(max((most - value) / (most - free), 0.0), 1.0)


def _within(value: float, low: float, high: float) -> float:
    """1 between these, falling to 0 at 0 and at 1."""
    return value / low if value < low else 1.0 if value <= high else max(1.0 - (value - high) / (1.0 - high), 0.0)


Found = Mapping[str, float]


def _known(found: Found, name: str) -> float:
    return found.get(name, math.nan)


def _motif(found: Found) -> float:
    """The phrase's motifs come back, and not all the time; contours and rhythms count a little as well."""
    share = _known(found, "motif_share")
    return math.nan if math.isnan(share) else _within(share, *MOTIF)


def _own_words(found: Found) -> float:
    """It does not say the phrase again: neither in its intervals nor, above all, on its pitches."""
    runs = max(found.get("longest_run", 0.0), found.get("literal_run", 0.0))
    return _falling(runs, LONGEST_RUN * 0.9, 0.8)


def _texture(found: Found) -> float:
    return _falling(abs(_known(found, "notes_at_once_change")), 0.05, 1.0)


def _key(found: Found) -> float:
    """No more tones outside the key than the phrase itself has."""
    return _falling(-_known(found, "in_key_change"), 0.0, 0.4)


def _home(found: Found) -> float:
    return 0.85 * _known(found, "ends_in_triad") + 0.15 * found.get("ends_on_tonic", 0.0)


def _held(found: Found) -> float:
    """The last note is longer than most."""
    return min(max(0.4 + 0.6 * _known(found, "last_longer"), 0.0), 1.0)


def _leap(found: Found) -> float:
    """The top line goes by steps as large as the phrase's."""
    return _falling(abs(_known(found, "leap_change")), 0.3, 4.0)


def _moves(found: Found) -> float:
    """It does not sit on one pitch more than the phrase does."""
    return _falling(_known(found, "repeated_change"), 0.1, 0.6)


_TERMS: Final[Mapping[str, tuple[float, Callable[[Found], float]]]] = {
    "motif": (1.5, _motif),
    "own words": (1.0, _own_words),
    "contour": (0.4, lambda found: min(0.5 + found.get("contour_share", math.nan), 1.0)),
    "texture": (1.0, _texture),
    "key": (1.5, _key),
    "home": (1.5, _home),
    "held": (0.5, _held),
    "place": (0.5, lambda found: _known(found, "last_place")),
    "leap": (1.2, _leap),
    "moves": (0.6, _moves),
    "rhythm": (1.5, lambda found: _falling(_known(found, "wait_divergence"), 0.05, 0.6)),
    "durations": (1.2, lambda found: _falling(_known(found, "duration_divergence"), 0.05, 0.7)),
    "density": (0.6, lambda found: _falling(abs(_known(found, "density_ratio")), 0.1, 1.0)),
    "near": (0.6, lambda found: _falling(abs(_known(found, "top_change")), 3.0, 14.0)),
    "begins near": (0.4, lambda found: _falling(_known(found, "first_interval"), 5.0, 14.0)),
    "clashes": (0.6, lambda found: _falling(_known(found, "sharp_clashes"), 0.03, 0.4)),
}
# Weight of a control that was set and that the phrase has no say in.
_ASKED_FOR: Final = 2.0


def _weight(name: str) -> float:
    if name == "critic":
        return CRITIC * sum(weight for weight, _ in _TERMS.values())
    return _TERMS[name][0] if name in _TERMS else _ASKED_FOR
