"""Where and how an answer ends: on its last beat, on a tone of home, held.

An answer is planned as a phrase. Its last onset lies where the phrase's own did, counted from its beginning (times
`length`), and where bars are known on the strongest beat near there; an answer of so many bars ends on the last strong
beat that leaves its last note room to be held. The last note is a tone of the triad of the key, by the key that is
heard, and is held longer than the notes before it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from bridge.performer.heard_phrase import HeardPhrase
from bridge.performer.phrase_measures import place_in_bar

# The last note is held so many times as long as the middle one of the phrase's (of one line; of chords, whose last one
# is hardly longer than the others), and at least this part of a beat.
HELD: Final = 1.5
HELD_CHORDS: Final = 1.0
SHORTEST: Final = 0.5
LONGEST: Final = 4.0
# A stronger place is looked for within so many beats of where the phrase would have ended, and a beat costs this much.
NEAR: Final = 1.5
_A_BEAT: Final = 0.4
_IN_PLACE: Final = 0.5
# One that is held briefly lasts at most so many times as long as it must.
BRIEF: Final = 1.5
# An answer lasts at least so long to its last onset, in beats.
_LEAST: Final = 0.5


@dataclass(frozen=True, slots=True)
class Ending:
    """The last onset is at `beat`, or within `slack` beats of it; it is held from `hold` to `most` beats.

    `notes` are struck at once.
    """

    beat: float
    slack: float
    hold: float
    notes: int = 1
    most: float = math.inf


def ending_of(
    phrase: HeardPhrase, start: float, end: float, last: float, *, measured: bool, number: int = 0
) -> Ending | None:
    """The end of an answer to `phrase` that begins at beat `start`, for candidate `number`.

    No note begins after `end` nor sounds after `last`. Where it is `measured` (by bars, or a turn of a trade), it goes
    on to its last bar; else it ends where the phrase did. People end a phrase that is gone on from sooner and on
    weaker beats than one that is over: of four candidates one (of chords two) is held hardly longer than its notes are
    long, and two end on the beat where the phrase did. None where there is no room for more than a note.
    """
    briefly, in_place = number % 4 == 3 or (number % 4 == 0 and not phrase.one_line), number // 2 % 2 == 1
    usual = (HELD if phrase.one_line else HELD_CHORDS) * phrase.held
    hold = min(max(usual, 0.0 if briefly else min(phrase.last_held, LONGEST), SHORTEST), LONGEST)
    room = last - start
    if room < _LEAST + SHORTEST or not len(phrase.notes.onset):
        return None
    hold = min(hold, room / 2)
    latest = min(end, last - hold)
    lasted = phrase.lasted if phrase.lasted > 0 else 1.0
    natural = latest if measured else start + phrase.span * (end - start) / lasted
    natural = min(max(natural, start + _LEAST), latest)
    beat = natural
    if phrase.bars is not None:
        beat = _strong_place(phrase, natural, start + _LEAST, latest, near=_IN_PLACE if in_place else NEAR)
    slack = 1 / 24 if phrase.bars is not None else min(phrase.pulse / 2, 0.25)
    notes = 1 if phrase.one_line else max(1, min(round(phrase.measured.notes.onset.size / max(_onsets(phrase), 1)), 4))
    return Ending(beat, slack, hold, notes, BRIEF * hold if briefly else math.inf)


def _onsets(phrase: HeardPhrase) -> int:
    return len(phrase.measured.onsets)


def _strong_place(phrase: HeardPhrase, natural: float, earliest: float, latest: float, *, near: float) -> float:
    """The beat within `near` of `natural` at which a phrase best ends; `natural` where there is none."""
    bars = phrase.bars
    assert bars is not None
    first = math.ceil(natural - near - bars.line)
    beats = [bars.line + first + i for i in range(int(2 * near) + 1)]
    able = [beat for beat in beats if earliest <= beat <= latest + 1e-6 and beat <= natural + near]
    if not able:
        return natural
    return max(able, key=lambda beat: (place_in_bar(beat, bars) - _A_BEAT * abs(beat - natural), -beat))
