"""Training for what a set is: a phrase that is all there is to remember, what follows it, and further turns.

A stretch begins where a phrase does and is cut where people breathe (`bridge.data.phrasing`) into turns, of which the
human is said to play the even ones and the machine the odd ones. Often it is one line alone, in any role that could
play it. At times each turn is thinned to a texture of its own, so that what comes next does not follow from what was
heard, and the control `texture` has something to say.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from bridge.data.encode import Ints, Stretch, ticks_of
from bridge.data.guides import control_classes, controls_ahead
from bridge.data.phrasing import breaths
from bridge.vocabulary import codec
from bridge.vocabulary.guide import (
    CONTROL_NAMES,
    CONTROLS,
    ENDING,
    ENDING_ENTRY,
    FREE,
    GUIDE_SIZE,
    HUMAN,
    MACHINE,
    SILENT,
    UNKNOWN,
)

_SHORTEST_TURN, _LONGEST_TURN = 5, 32  # notes, before the breath that ends it is looked for
_LATEST_BREATH: Final = 32  # notes beyond that
_FEWEST_IN_LINE: Final = 24  # notes of a line worth hearing alone
_LOW: Final = 50  # a line whose mean pitch is below this may be a bass
# Who could play a line, and how often each does: the usual instruments of a melody, and of a low line.
_MELODY: Final = {"keys": 0.35, "lead": 0.3, "guitar": 0.12, "strings": 0.13, "other": 0.1}
_BASS: Final = {"bass": 0.6, "keys": 0.2, "guitar": 0.1, "other": 0.1}
_HIDDEN_BELOW: Final = 4  # semitones under a note that still sounds: an inner voice, not the line
_STILL_SOUNDS: Final = 6  # ticks
_TEXTURE: Final = CONTROL_NAMES.index("texture")
# What is heard of a piece, by its kind: one line of it, all with a pitch as one pair of hands, its drums, or all.
_PARTS: Final = {
    "band": {"line": 0.4, "drums": 0.15, "all": 0.45},
    "drums": {"all": 1.0},
    "sheet": {"line": 0.55, "hands": 0.2, "all": 0.25},
    "expressive": {"line": 0.4, "hands": 0.4, "all": 0.2},
    "flat": {"line": 0.5, "hands": 0.3, "all": 0.2},
}


class Turns(NamedTuple):
    """A stretch, and whose turn each of its notes is, int64 [N] from 0 up.

    `thinned`: whether textures differ between turns; `ended`: whether the last turn ends where the stretch does.
    """

    stretch: Stretch
    turn: Ints
    thinned: bool = False
    ended: bool = False


def part_of(stretch: Stretch, kind: str, rng: np.random.Generator) -> Stretch:
    """What is heard of a piece of this kind (`bridge.data.notes`): one line, a pair of hands, its drums, or all."""
    shares = _PARTS[kind]
    part = rng.choice(list(shares), p=list(shares.values()))
    pitched = stretch.voice != codec.DRUMS
    if part == "line" and pitched.any():
        line = one_line(stretch, rng)
        return line if len(line.onset) >= _FEWEST_IN_LINE else stretch
    if part == "drums" and np.count_nonzero(~pitched) >= _FEWEST_IN_LINE:
        return stretch.reordered(np.flatnonzero(~pitched))
    if part == "hands" and np.count_nonzero(pitched) >= _FEWEST_IN_LINE:
        hands = stretch.reordered(np.flatnonzero(pitched))
        hands.voice = np.full(len(hands.onset), codec.VOICES.index("keys"))
        return _without_doubles(hands)
    return stretch


def one_line(stretch: Stretch, rng: np.random.Generator) -> Stretch:
    """The top line (of a bass mostly, of others at times, the lowest) of one pitched voice, as somebody's who could."""
    voice = int(rng.choice(np.unique(stretch.voice[stretch.voice != codec.DRUMS])))
    own = stretch.reordered(np.flatnonzero(stretch.voice == voice))
    lowest = rng.random() < (0.9 if voice == codec.VOICES.index("bass") else 0.15)
    line = own.reordered(outer_line(own, top=not lowest))
    line.offset[:-1] = np.minimum(line.offset[:-1], np.maximum(line.onset[1:], line.onset[:-1] + 1))
    players = _BASS if line.pitch.mean() < _LOW else _MELODY
    player = codec.VOICES.index(str(rng.choice(list(players), p=list(players.values()))))
    line.voice = np.full(len(line.onset), player)
    return line


def outer_line(stretch: Stretch, top: bool) -> Ints:
    """The events of the highest (or lowest) line of a stretch in order of onset: one note at a time.

    Of each moment the outermost note, unless it lies well inside of one that still sounds.
    """
    tick, sign = ticks_of(stretch.onset), 1 if top else -1
    height = sign * stretch.pitch
    order = np.lexsort((-height, tick))
    first = order[np.diff(tick[order], prepend=tick.min() - 1) > 0]
    kept: list[int] = []
    for event in first.tolist():
        if kept:
            last = kept[-1]
            sounds = stretch.offset[last] > stretch.onset[event] + _STILL_SOUNDS
            if sounds and height[event] < height[last] - _HIDDEN_BELOW:
                continue
        kept.append(event)
    return np.array(kept, np.int64)


def _without_doubles(stretch: Stretch) -> Stretch:
    """Of notes that one voice would strike twice at one moment the first."""
    key = (ticks_of(stretch.onset) * len(codec.VOICES) + stretch.voice) * 128 + stretch.pitch
    return stretch.reordered(np.sort(np.unique(key, return_index=True)[1]))


def in_turns(stretch: Stretch, most: int, rng: np.random.Generator) -> Turns:
    """At most `most` notes from a breath on (or the stretch's begin), each turn of 5 to 32 notes and on to a breath."""
    ends = breaths(stretch)
    begins = np.append(0, ends[ends < len(stretch.onset) - most // 2] + 1)
    first = int(rng.choice(begins))
    cut = stretch.reordered(np.arange(first, min(first + most, len(stretch.onset))))
    turn = np.zeros(len(cut.onset), np.int64)
    begin, ends = 0, ends[ends >= first] - first
    moments = np.flatnonzero(np.diff(ticks_of(cut.onset)) > 0)
    while True:
        soonest = begin + int(rng.integers(_SHORTEST_TURN, _LONGEST_TURN + 1)) - 1
        breath = ends[(ends >= soonest) & (ends < soonest + _LATEST_BREATH) & (ends < len(cut.onset) - 1)]
        anywhere = moments[moments >= soonest]
        if not len(breath) and (soonest + _LATEST_BREATH >= len(cut.onset) or not len(anywhere)):
            return Turns(cut, turn)  # where the last turn ends is beyond the cut
        end = int(breath[0] if len(breath) else anywhere[0])
        turn[end + 1 :] += 1
        begin = end + 1


def thinned(turns: Turns, rng: np.random.Generator) -> Turns:
    """Each turn with at most 1, 2, 3 or any number of notes at once, drums aside, the highest (of one: the line)."""
    stretch, turn = turns.stretch, turns.turn
    caps = rng.choice([1, 1, 2, 3, 64], int(turn[-1]) + 1)
    kept = np.zeros(len(turn), bool)
    for number, cap in enumerate(caps.tolist()):
        own = np.flatnonzero(turn == number)
        kept[own[at_most(stretch.reordered(own), cap)]] = True
    which = np.flatnonzero(kept)
    order, renumbered = np.unique(turn[which], return_inverse=True)
    return Turns(stretch.reordered(which), renumbered.astype(np.int64), len(order) > 1)


def at_most(stretch: Stretch, most: int) -> Ints:
    """The events left when no more than `most` notes that are not drums sound at once: of a moment the highest.

    One is the top line; of more, what is struck while so many still sound is left out.
    """
    if most == 1:
        pitched = np.flatnonzero(stretch.voice != codec.DRUMS)
        line = pitched[outer_line(stretch.reordered(pitched), top=True)] if len(pitched) else pitched
        return np.sort(np.concatenate([line, np.flatnonzero(stretch.voice == codec.DRUMS)]))
    tick, kept, sounding = ticks_of(stretch.onset), [], list[int]()
    at_moment: dict[int, int] = {}
    for event in np.lexsort((-stretch.pitch, tick)).tolist():
        if stretch.voice[event] == codec.DRUMS:
            kept.append(event)
            continue
        struck = at_moment.get(int(tick[event]), 0)
        sounding = [other for other in sounding if stretch.offset[other] > stretch.onset[event] + _STILL_SOUNDS]
        if struck >= most or len(sounding) >= most:
            continue
        at_moment[int(tick[event])] = struck + 1
        sounding.append(event)
        kept.append(event)
    return np.sort(np.array(kept, np.int64))


def answered_elsewhere(turns: Turns, rng: np.random.Generator) -> Turns:
    """The machine's turns (the odd ones) in another pitched voice than the human's, where all of it is one voice."""
    present = np.unique(turns.stretch.voice)
    if len(present) != 1 or present[0] == codec.DRUMS:
        return turns
    other = [v for v in range(len(codec.VOICES)) if v not in (codec.DRUMS, int(present[0]))]
    voice = np.where(turns.turn % 2 == 1, rng.choice(other), turns.stretch.voice)
    turns.stretch.voice = voice
    return turns


def roles_in_turns(turns: Turns, who: str) -> Ints:
    """Who is said to play what at each event, [N, 7], for the note that comes next.

    `who` is "machine" (all that is played here, as in call and response on one voice), "turns" (the voices of each turn
    are those of its player), "voices" (the human's are those of the even turns, the machine's those of the odd ones) or
    "unsaid". Voices that nobody plays are silent.
    """
    voice, turn = turns.stretch.voice, turns.turn
    roles = np.full((len(turn), len(codec.VOICES)), SILENT, np.int64)
    if who == "unsaid":
        roles[:] = UNKNOWN
    elif who == "machine":
        roles[:, np.unique(voice)] = MACHINE
    elif who == "turns":
        machine = (np.append(turn[1:], turn[-1]) % 2 == 1)[:, None]
        roles[:, np.unique(voice)] = np.where(machine, MACHINE, HUMAN)
    else:
        roles[:, np.unique(voice[turn % 2 == 0])] = HUMAN
        roles[:, np.unique(voice[turn % 2 == 1])] = MACHINE
    return roles


def guide_in_turns(turns: Turns, who: str, rng: np.random.Generator) -> Ints:
    """The guide at each event, [N, GUIDE_SIZE]: roles, mostly some controls of the turn to come, often its ending.

    Half of the time controls stay through a turn what they were at its beginning, as a performer asks for the manner of
    a whole answer.
    """
    stretch, turn = turns.stretch, turns.turn
    out = np.zeros((len(turn), GUIDE_SIZE), np.int64)
    out[:, : len(codec.VOICES)] = roles_in_turns(turns, who)
    coming = np.append(turn[1:], turn[-1])  # whose turn the next note is
    until = np.searchsorted(turn, coming, side="right")
    onset, offset = ticks_of(stretch.onset), ticks_of(stretch.offset)
    if rng.random() < 0.8 or turns.thinned:
        machine = turn % 2 == 1 if who in ("turns", "voices") else np.ones(len(turn), bool)
        ahead = control_classes(controls_ahead(stretch, onset, offset, machine, until))
        if rng.random() < 0.5:
            ahead = ahead[np.maximum(np.searchsorted(turn, coming) - 1, 0)]
        told = rng.random(len(CONTROLS)) < 0.5
        told[_TEXTURE] |= turns.thinned
        out[:, len(codec.VOICES) : ENDING_ENTRY] = np.where(told, ahead, FREE)
    if rng.random() < 0.6:
        left = (onset[until - 1] - onset) / codec.TICKS_PER_BEAT
        # Of most stretches nobody knows whether the last turn ends where they were cut.
        out[:, ENDING_ENTRY] = np.where((coming < turn[-1]) | turns.ended, ENDING.classes(left), FREE)
    return out


def held_keys(turns: Turns, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Of which notes [N] no duration is known yet: mostly the human's, as in playing; at times nobody's."""
    if rng.random() < 0.3:
        return np.zeros(len(turns.turn), bool)
    return np.asarray(turns.turn % 2 == 0)
