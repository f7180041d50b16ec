"""The chord progression under what is heard, a hidden Markov model of key and chord, followed note by note.

The state is one of 24 keys (or none) and one of 48 chords. From beat to beat a chord stays or goes to another, by how
often it did at that place of the bar and after that chord in the lead sheets of the training data (`progressions.json`,
made by `python docs/learn_progressions.py`). Music also comes round: what was made out 1, 2, 4, 8 or 16 bars ago
is foretold as well, and each foretelling is believed as far as it was right lately (fixed share, Herbster & Warmuth,
"Tracking the Best Expert", 1998). Notes speak for the state by where they lie in it: the lowest as bass, the highest as
tune, those between as parts of the chord, counted on the same sheets. So chords that are played, riffs, power chords
and a tune alone are one case (harmonizing tunes so: Simon, Morris & Basu, "MySong", 2008), and what is foretold is
there to be read before its beat comes.

What is kept is the filtered probability of each state (Rabiner, "A Tutorial on Hidden Markov Models", 1989, III.A).
Nothing happens between the human's keys but that beats pass, and that is made up for when somebody asks or plays.
"""

from __future__ import annotations

import json
import math
from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from bridge.vocabulary.scales import PITCH_CLASSES

Weights = npt.NDArray[np.float64]

TABLE: Final = Path(__file__).with_name("progressions.json")
# Chords as the model tells them apart, and those of `bridge.performer.chords` each stands for.
FAMILIES: Final = ("", "m", "7", "dim")
_MEMBERS: Final = (("", "maj7", "6", "aug", "sus4"), ("m", "m7", "m6"), ("7",), ("dim", "m7b5", "dim7"))
CHORDS: Final = 12 * len(FAMILIES)
MODES: Final = ("major", "minor")
# The last key is none: what has no key is heard as such, and pulls to none.
KEYS: Final = 12 * len(MODES) + 1
NO_KEY: Final = KEYS - 1

# How likely keys are before anything is heard, and that a beat brings another.
_MINOR: Final = 0.2
_NONE: Final = 0.02
KEY_CHANGES: Final = 0.005
# What was seldom counted is likely all the same: counts added, by how common a chord is at all; ...
_SELDOM_FOLLOWS: Final = 12.0
# ... with this probability any chord follows, in or out of the key; to each share of tones this is added.
ANY_FOLLOWS: Final = 0.1
_SELDOM_TONE: Final = 0.01
# A change is counted on so few lead sheets in some metres that these are added: changes, beats.
_SELDOM_CHANGES: Final = (2, 8)
# How likely a beat changes the chord where no bar is known.
FREE_CHANGE: Final = 0.3
# A key's own tones count for this power beside the chord's.
KEY_POWER: Final = 0.25
# Keys that stay down over a beat speak for what they spoke for once more, with this weight.
STILL_DOWN: Final = 0.2
# A note so little before a beat, in beats, belongs to it; notes within as much are one chord.
EARLY: Final = 0.1
TOGETHER: Final = 0.1
# Below this pitch a note alone is a bass.
LOW: Final = 50
# So many bars back what was made out is foretold again; trust at first in the chords' own course, how fast trust is
# lost to what does better now, and how much of a foretelling is left open.
BARS_BACK: Final = (1, 2, 4, 8, 16)
_OWN_COURSE: Final = 0.8
_SHARE: Final = 0.02
_OPEN: Final = 0.1
# The fourth in place of the third: the sheets have few, guitars have many. Added to its share in these families.
_SUSPENDED: Final = (0, 2)
_SUSPENSION: Final = 0.05
# After a silence no more beats than these are gone through, and none further ahead is foretold.
MOST_BEATS: Final = 16
_LONGEST_BAR: Final = 12
_LEAST: Final = 1e-12
_FIRST_TRUST: Final = np.array([_OWN_COURSE] + [(1.0 - _OWN_COURSE) / len(BARS_BACK)] * len(BARS_BACK))

# The lowest tone above the root, by family: nobody counted it, since the sheets have the root below by definition.
_BASS: Final = (
    (0.70, 0.005, 0.03, 0.005, 0.08, 0.02, 0.005, 0.12, 0.01, 0.03, 0.02, 0.02),
    (0.70, 0.005, 0.03, 0.08, 0.005, 0.02, 0.005, 0.12, 0.02, 0.01, 0.04, 0.01),
    (0.68, 0.005, 0.03, 0.005, 0.08, 0.02, 0.005, 0.12, 0.01, 0.03, 0.05, 0.01),
    (0.60, 0.01, 0.02, 0.12, 0.01, 0.02, 0.12, 0.01, 0.03, 0.04, 0.03, 0.02),
)  # fmt: skip


class Bars(NamedTuple):
    """Where bars are: the song's beat is the session's and `offset`; a bar has `length` beats."""

    offset: float
    length: float


class Pulse(NamedTuple):
    """Where beats are in free time, by the human's onsets: one at the session's beat `beat`, and one every `period`.

    Both are in beats of the session; `number` is that beat's own.
    """

    beat: float
    period: float
    number: int


def family_of(kind: str) -> int:
    """Which of FAMILIES a kind of chord (`bridge.performer.chords.CHORDS`) belongs to."""
    return next(index for index, kinds in enumerate(_MEMBERS) if kind in kinds)


def kinds_of(family: int) -> tuple[str, ...]:
    """The kinds of chord that one of FAMILIES stands for, the plain one first."""
    return _MEMBERS[family]


@dataclass(frozen=True, slots=True)
class Table:
    """What is counted, as probabilities; logarithms for the tones.

    first    float64 [KEYS, CHORDS]          the first chord
    follows  float64 [KEYS, CHORDS, CHORDS]  the next one, where it changes
    keys     float64 [KEYS]
    new_key  float64 [KEYS, CHORDS]          what a beat adds that begins another key
    changes  by beats in a bar: how likely each beat brings another chord
    tones    float64 [12, KEYS, CHORDS] each: "on_beat" and "off_beat" of a tune, "inner", "bass"
    """

    first: Weights
    follows: Weights
    keys: Weights
    new_key: Weights
    changes: dict[int, Weights]
    tones: dict[str, Weights]

    def __post_init__(self) -> None:
        for counted in (
            self.first,
            self.follows,
            self.keys,
            self.new_key,
            *self.changes.values(),
            *self.tones.values(),
        ):
            counted.setflags(write=False)  # one for all


def _shares(counts: Weights) -> Weights:
    return np.asarray(counts / counts.sum(axis=-1, keepdims=True))


def _chord_names() -> list[str]:
    return [name + family for family in FAMILIES for name in PITCH_CLASSES]


def _by_key(of_mode: Sequence[Weights], axes: int) -> Weights:
    """For every major and minor key what was counted as if on C; `axes` (the last ones) are chords."""
    chords = np.arange(CHORDS)
    rows = []
    for counted in of_mode:
        for tonic in range(12):
            seen = chords // 12 * 12 + (chords % 12 - tonic) % 12
            rows.append(counted[np.ix_(*[seen] * axes)])
    return np.stack(rows)


def _followers(read: dict[str, Any]) -> tuple[Weights, Weights]:
    """How often each chord was first, float64 [modes, CHORDS], and came after each other, [modes, CHORDS, CHORDS]."""
    place = {name: index for index, name in enumerate(_chord_names())}
    first, after = np.zeros((len(MODES), CHORDS)), np.zeros((len(MODES), CHORDS, CHORDS))
    for mode, name in enumerate(MODES):
        for chord, count in read["first"][name].items():
            first[mode, place[chord]] = count
        for chord, others in read["follows"][name].items():
            for other, count in others.items():
                after[mode, place[chord], place[other]] = count
    return first, after


@cache
def table() -> Table:
    """The table of TABLE, read once."""
    read = json.loads(TABLE.read_text(encoding="utf-8"))
    first, after = _followers(read)
    firsts, follows = [], []
    for mode in range(len(MODES)):
        common = _shares(after[mode].sum(axis=0) + 0.5)
        rows = after[mode] + _SELDOM_FOLLOWS * common
        np.fill_diagonal(rows, 0.0)
        follows.append(_shares(rows))
        firsts.append(_shares(first[mode] + 5.0 * common))
    plain = _shares(after.sum(axis=(0, 1)).reshape(len(FAMILIES), 12).sum(axis=1) + 0.5)
    anything = np.repeat(plain / 12.0, 12)
    every_follow = np.concatenate([_by_key(follows, 2), np.tile(anything, (1, CHORDS, 1))])
    keys = np.repeat(((1.0 - _MINOR - _NONE) / 12.0, _MINOR / 12.0), 12)
    first_chords = np.concatenate([_by_key(firsts, 1), anything[None]])
    each = np.append(keys, _NONE)
    return Table(
        first=first_chords,
        follows=(1.0 - ANY_FOLLOWS) * every_follow + ANY_FOLLOWS * anything,
        keys=each,
        new_key=KEY_CHANGES * each[:, None] * first_chords,
        changes={int(bar): _changes(np.array(counts, dtype=float)) for bar, counts in read["changes"].items()},
        tones=_tones(read),
    )


def _changes(counts: Weights) -> Weights:
    more, of = _SELDOM_CHANGES
    return np.asarray((counts[:, 0] + more) / (counts[:, 1] + of))


def _tones(read: dict[str, Any]) -> dict[str, Weights]:
    scales = [_shares(_shares(np.array(read["scale"][mode], dtype=float)) + _SELDOM_TONE) for mode in MODES]
    in_key = np.stack([np.roll(scale, tonic) for scale in scales for tonic in range(12)] + [np.full(12, 1 / 12)])
    found = {}
    for place in ("on_beat", "off_beat", "inner", "bass"):
        counts = _BASS if place == "bass" else [read["tones"][place][family] for family in FAMILIES]
        shares = _shares(np.array(counts, dtype=float))
        above_root = shares if place == "bass" else _shares(shares + _SELDOM_TONE)
        if place == "inner":
            above_root[_SUSPENDED, 5] += _SUSPENSION
        in_chord = np.stack([np.roll(above_root[chord // 12], chord % 12) for chord in range(CHORDS)])
        both = in_chord[None] * in_key[:, None] ** KEY_POWER
        # Without a key any tone may be any part of a tune.
        both[NO_KEY] = in_chord if place in ("bass", "inner") else (in_chord + 1 / 12) / 2
        found[place] = np.ascontiguousarray(np.log(_shares(both)).transpose(2, 0, 1))
    return found


class Progression:
    """Follows what is heard. `weights` is how likely each key and chord is now, float64 [KEYS, CHORDS]."""

    def __init__(self) -> None:
        self._table = table()
        # Counts what changes how things stand.
        self.version = 0
        self._seen, self._seen_at = self._table.first, -1
        self.clear()

    def clear(self) -> None:
        """Forget what was heard."""
        self._weights = np.log(self._table.keys[:, None] * self._table.first)
        self._slot: int | None = None
        self._bars: Bars | Pulse | None = None
        self._restart()
        self._down: tuple[int, ...] = ()
        # Notes struck together, when the first of them was, and how things stood before.
        self._cluster: list[int] = []
        self._cluster_beat = -math.inf
        self._before = self._weights
        self.version += 1

    def _restart(self) -> None:
        """What came before lies in other bars."""
        self._past: deque[Weights] = deque(maxlen=BARS_BACK[-1] * _LONGEST_BAR)
        self._trust = _FIRST_TRUST
        self._foretold: Weights | None = None
        self._expected = np.zeros(CHORDS)

    def hear(self, beat: float, held: Collection[int], struck: int | None, bars: Bars | Pulse | None) -> None:
        """The keys held from `beat` on are these pitches, `struck` among them just now."""
        self.pass_to(beat, bars)
        self._down = tuple(sorted(held))
        if struck is None:
            return
        if beat - self._cluster_beat > TOGETHER or not self._cluster:
            self._cluster, self._cluster_beat, self._before = [], beat, self._weights
        self._cluster.append(struck)
        self._weights = self._before + self._spoken(self._cluster, self._down or (struck,), self._on_beat(beat))
        self.version += 1

    def pass_to(self, beat: float, bars: Bars | Pulse | None) -> None:
        """Beats pass until `beat`."""
        slot = _slot(beat, bars)
        same = _alike(bars, self._bars)
        self._bars = bars
        if same and isinstance(bars, Pulse) and self._slot is not None:
            slot = max(slot, self._slot)  # what is followed may turn back a little
        if self._slot is None or not same or slot < self._slot:
            if self._slot is not None:
                self._restart()
            self._slot = slot
            return
        if slot - self._slot > MOST_BEATS:
            self._restart()
            self._slot = slot - MOST_BEATS
        while self._slot < slot:
            self._slot += 1
            self._next_beat()

    @property
    def beat(self) -> int | None:
        """The beat that things stand at, counted from the song's first (or the session's); None: nothing was heard."""
        return self._slot

    def is_now(self, beat: float, bars: Bars | Pulse | None) -> bool:
        """Whether `beat` lies in the beat that things stand at, or before it."""
        return self._slot is None or _slot(beat, bars) <= self._slot

    @property
    def weights(self) -> Weights:
        """How likely each key and chord is now, float64 [KEYS, CHORDS]."""
        if self._seen_at != self.version:
            self._seen, self._seen_at = _likely(self._weights), self.version
        return self._seen

    def ahead(self, beat: float, bars: Bars | Pulse | None) -> Weights:
        """How likely each key and chord will be at `beat`, should nothing more be heard, float64 [KEYS, CHORDS]."""
        weights = self.weights
        if self._slot is None:
            return weights
        past = deque(self._past, maxlen=self._past.maxlen)
        for slot in range(self._slot + 1, min(_slot(beat, bars), self._slot + MOST_BEATS) + 1):
            past.append(weights.sum(axis=0))
            weights, _ = self._foretell(weights, past, slot)
            if slot == self._slot + 1 and self._down:
                weights = _likely(np.log(weights + _LEAST) + self._still_down())
        return weights

    def _next_beat(self) -> None:
        weights = self.weights
        chords = weights.sum(axis=0)
        self._learn_whom_to_trust(chords)
        self._past.append(chords)
        assert self._slot is not None
        ahead, self._foretold = self._foretell(weights, self._past, self._slot)
        self._expected = ahead.sum(axis=0)
        self._weights = np.log(ahead + _LEAST)
        if self._down:
            self._weights = self._weights + self._still_down()
        self._before, self._cluster = self._weights, []
        self.version += 1

    def _still_down(self) -> Weights:
        return STILL_DOWN * self._spoken(self._down, self._down, on_beat=True)

    def _foretell(self, weights: Weights, past: deque[Weights], slot: int) -> tuple[Weights, Weights]:
        """What `slot` will bring after these weights, and the chord by each foreteller, [foretellers, CHORDS]."""
        known = self._table
        changes = self._change_at(slot)
        course = np.einsum("kc,kcd->kd", weights, known.follows)
        course *= changes * (1.0 - KEY_CHANGES)
        course += ((1.0 - changes) * (1.0 - KEY_CHANGES)) * weights
        course += known.new_key
        chords = course.sum(axis=0)
        foretold = np.zeros((1 + len(BARS_BACK), CHORDS))
        foretold[0] = chords
        trust = self._trust.copy()
        for index, bars in enumerate(BARS_BACK, start=1):
            back = bars * self._beats_per_bar
            if 0 < back <= len(past):
                foretold[index] = past[len(past) - back]
                foretold[index] *= 1.0 - _OPEN
                foretold[index] += _OPEN * chords
            else:
                trust[index] = 0.0
        mixed = (trust[:, None] * foretold).sum(axis=0) / trust.sum()
        # Who cannot say yet keeps the trust there is (Freund et al., "Using and combining predictors that specialize").
        foretold[trust == 0.0] = mixed
        ahead = course * (mixed / (chords + _LEAST))
        return ahead / ahead.sum(), foretold

    def _learn_whom_to_trust(self, chords: Weights) -> None:
        """The beat is over, and these are its chords: each who foretold it is trusted by how right it was."""
        if self._foretold is None:
            return
        spoke = chords / (self._expected + _LEAST)
        trust = self._trust * ((self._foretold * spoke).sum(axis=1) + _LEAST)
        self._trust = (1.0 - _SHARE) * trust / trust.sum() + _SHARE * _FIRST_TRUST

    def _spoken(self, notes: Sequence[int], held: Sequence[int], on_beat: bool) -> Weights:
        """The logarithm of how likely these notes are in each key and chord, [KEYS, CHORDS]; each class counts once."""
        tones = self._table.tones
        lowest, highest = held[0], held[-1]
        together = len({pitch % 12 for pitch in notes}) > 1 or len({pitch % 12 for pitch in held}) > 2
        spoken = np.zeros((KEYS, CHORDS))
        seen: set[int] = set()
        for pitch in sorted(notes):
            if pitch % 12 in seen:
                continue
            seen.add(pitch % 12)
            if pitch == lowest and pitch < LOW:
                place = "bass"
            elif together and pitch == lowest != highest:
                # The lowest tone of a hand in the middle of the keyboard may be any of its chord.
                spoken += (tones["bass"][pitch % 12] + tones["inner"][pitch % 12]) / 2
                continue
            elif pitch == highest or not together:
                place = "on_beat" if on_beat else "off_beat"
            else:
                place = "inner"
            spoken += tones[place][pitch % 12]
        return spoken

    @property
    def _beats_per_bar(self) -> int:
        return max(round(self._bars.length), 1) if isinstance(self._bars, Bars) else 0

    def _change_at(self, slot: int) -> float:
        beats = self._beats_per_bar
        if not beats:
            return FREE_CHANGE
        counted = self._table.changes.get(beats)
        if counted is None:
            # A metre nobody counted: its bar line as that of four beats, the rest as the beats between.
            counted = self._table.changes[4][[0] + [1] * (beats - 1)]
        return float(counted[slot % beats])

    def _on_beat(self, beat: float) -> bool:
        place = _place(beat, self._bars)
        return abs(place - round(place)) < EARLY


def _alike(one: Bars | Pulse | None, other: Bars | Pulse | None) -> bool:
    """Whether beats are counted in the same way by both."""
    if isinstance(one, Bars) and isinstance(other, Bars):
        return one.length == other.length
    return type(one) is type(other)


def _place(beat: float, bars: Bars | Pulse | None) -> float:
    """Where `beat` lies in beats that divide the bar evenly; in free time in those of the pulse, if there is one."""
    if bars is None:
        return beat
    if isinstance(bars, Pulse):
        return bars.number + (beat - bars.beat) / bars.period
    return (beat + bars.offset) * max(round(bars.length), 1) / bars.length


def _slot(beat: float, bars: Bars | Pulse | None) -> int:
    return math.floor(_place(beat, bars) + EARLY)


def _likely(logarithms: Weights) -> Weights:
    likely = np.exp(logarithms - logarithms.max())
    return np.asarray(likely / likely.sum())
