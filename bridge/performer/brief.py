"""What an answer is to be like, all of it said before its first note is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bridge.performer.answer_ending import Ending
from bridge.performer.heard_phrase import HeardPhrase
from bridge.performer.sketches import FREE, Sketch


@dataclass(frozen=True, slots=True)
class Brief:
    """The phrase it answers, where it ends, what it begins from, and values of controls to ask for where none is set.

    `phrase` is None where nothing is known of one, `ending` where there is no room for one. `at_home`: it ends on a
    tone of the home triad; else on any that it may play, as people's phrases do that are to be gone on from.
    `held_alike`: a line's notes are held as the phrase's are; else as they are drawn. `higher`: its range lies so many
    semitones above the phrase's. `texture`: notes at once to build it of, 0 as it comes.
    `loose`: the pull to the key is taken to this power. `wilder`: the usual temperature is made so many times as high.
    """

    phrase: HeardPhrase | None = None
    ending: Ending | None = None
    sketch: Sketch = FREE
    manner: Mapping[str, float] = field(default_factory=dict)
    at_home: bool = True
    held_alike: bool = True
    higher: float = 0.0
    texture: float = 0.0
    loose: float = 1.0
    wilder: float = 1.0

    def moved(self, beats: float) -> Brief:
        """The same for an answer so many beats later."""
        if self.ending is None or not beats:
            return self
        return replace(self, ending=replace(self.ending, beat=self.ending.beat + beats))
