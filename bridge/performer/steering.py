"""What every draw is told besides what was heard: who plays which voice, and what the next notes should be like."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import copy
from typing import Self

from bridge.vocabulary.guide import free_guide, guide_of, roles_of
from bridge.vocabulary.parameters import Values


class Steering:
    """Keeps the guide (`bridge.vocabulary.guide`), which is made anew only when something changes."""

    def __init__(self, values: Values) -> None:
        self.guide = free_guide()
        self._values = values
        self._machine_plays: Collection[int] = ()
        self._human_played: set[int] = set()
        self._aimed: dict[str, float] = {}
        self._ending: float | None = None

    def branch(self) -> Self:
        """One that says the same, to be aimed elsewhere."""
        other = copy(self)
        other._human_played = self._human_played.copy()
        return other

    def settle(self, values: Values) -> None:
        """Go by these parameters."""
        self._values = values
        self._steer()

    def assign(self, voices: Collection[int]) -> None:
        """The voices that the machine plays from now on."""
        self._machine_plays = voices
        self._aimed, self._ending = {}, None
        self._steer()

    def aim(self, controls: Mapping[str, float], ending: float | None = None) -> None:
        """Ask for these values of controls where nobody set one; for nothing of the others.

        `ending` is how many beats after the last event the phrase's last note is to begin; None leaves it open.
        """
        if controls != self._aimed or ending != self._ending:
            self._aimed, self._ending = dict(controls), ending
            self._steer()

    def heard(self, voice: int) -> None:
        """The human plays this voice."""
        if voice not in self._human_played:
            self._human_played.add(voice)
            self._steer()

    def is_now(self, before: int, voice: int) -> None:
        """What was taken for the human's voice `before` is `voice`."""
        self._human_played.discard(before)
        self._human_played.add(voice)
        self._steer()

    def clear(self) -> None:
        """Forget what the human played."""
        self._human_played.clear()
        self._aimed, self._ending = {}, None
        self._steer()

    def _steer(self) -> None:
        controls = self._values.controls
        controls |= {name: value for name, value in self._aimed.items() if not controls[name]}
        self.guide = guide_of(roles_of(self._machine_plays, self._human_played), controls, self._ending)
