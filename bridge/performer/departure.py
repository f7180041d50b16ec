"""How far an answer goes from its phrase, drawn once for each: people's answers lie as far apart.

What is drawn holds for all candidates of an answer. Were each to have its own, whoever chooses among them would take
the one nearest to the usual every time, and every answer would come home, in the middle of the register.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

from bridge.performer.heard_phrase import HeardPhrase

Chance = Callable[[], float]
"""A number from 0 to 1, by the performance's own chance."""

# How often an answer may end on any tone, of one line and of more. People's phrases come home about every other time;
# nearly four in five of ours do: some of these do by themselves, and not all that mean to come home get there.
OPEN: Final = 0.27
OPEN_CHORDS: Final = 0.3
# How often it keeps to the key less strictly, and the power to which the pull is taken then: of 0.9 a fifth is left.
FREE_OF_KEY: Final = 0.5
LOOSE: Final = 16.0
# Of more than one line: how many semitones higher or lower, and octaves denser or sparser, it is at most.
HIGHER: Final = 6.0
DENSER: Final = 0.6
# How often pitches of the phrase come back, in answers to one line and to more. Of the lines that people go on to play
# one in two, and of their chords one in six, begin as the phrase did or have a figure of four notes of it.
FIGURES: Final = 0.8
FIGURES_CHORDS: Final = 0.12
# How often a line's answer is as dense as it comes, instead of as dense as the phrase.
OWN_PACE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Departure:
    """`open`: it may end on any tone. `loose`: the pull to the key is taken to this power. It is so much `higher`
    (semitones) and `denser` (octaves) than the phrase; at its `own_pace` it is as dense as it comes. `figures`: whether
    pitches of the phrase come back in it, varied.
    """

    open: bool = False
    loose: float = 1.0
    higher: float = 0.0
    denser: float = 0.0
    own_pace: bool = False
    figures: bool = True

    @classmethod
    def drawn(cls, phrase: HeardPhrase, chance: Chance) -> Self:
        """One by chance. A line keeps to its register, which a few notes say more surely than chords do."""
        rolled = [chance() for _ in range(8)]
        chords = phrase.many_voiced
        # The sum of two is nearer to the middle more often, as people are.
        higher, denser = rolled[1] + rolled[2] - 1.0, rolled[3] + rolled[4] - 1.0
        return cls(
            open=rolled[0] < (OPEN if phrase.one_line else OPEN_CHORDS),
            loose=LOOSE if rolled[5] < FREE_OF_KEY else 1.0,
            higher=HIGHER * higher if chords else 0.0,
            denser=DENSER * denser if chords else 0.0,
            own_pace=phrase.one_line and rolled[6] < OWN_PACE,
            figures=rolled[7] < (FIGURES if phrase.one_line else FIGURES_CHORDS),
        )

    def manner(self, phrase: HeardPhrase) -> dict[str, float]:
        """The phrase's manner, so much higher and denser."""
        found = dict(phrase.manner)
        if "register" in found:
            found["register"] += self.higher
        if self.own_pace:
            found.pop("density", None)
        elif "density" in found:
            found["density"] *= 2.0**self.denser
        return found


AS_USUAL: Final = Departure()
"""In the phrase's manner, and home."""
