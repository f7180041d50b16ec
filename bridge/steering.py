"""What every draw is told besides what was heard: who plays which voice, and what the next notes should be like."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bridge.guide import CONTROL_NAMES, free_guide, guide_of, roles_of


class Steering:
    """Keeps the guide (`bridge.guide`), which is made anew only when something changes."""

    def __init__(self, values: Mapping[str, float | str]) -> None:
        self.guide = free_guide()
        self._values = values
        self._machine_plays: Collection[int] = ()
        self._human_played: set[int] = set()
        self._aimed: float | None = None

    def settle(self, values: Mapping[str, float | str]) -> None:
        """Go by these parameters."""
        self._values = values
        self._steer()

    def assign(self, voices: Collection[int]) -> None:
        """The voices that the machine plays from now on."""
        self._machine_plays = voices
        self._aimed = None
        self._steer()

    def aim(self, density: float | None) -> None:
        """Ask for so many notes per beat where nobody else asks for a density; None: as the model likes."""
        if density != self._aimed:
            self._aimed = density
            self._steer()

    def heard(self, voice: int) -> None:
        """The human plays this voice."""
        if voice not in self._human_played:
            self._human_played.add(voice)
            self._steer()

    def clear(self) -> None:
        """Forget what the human played."""
        self._human_played.clear()
        self._steer()

    def _steer(self) -> None:
        controls = {name: float(self._values[name]) for name in CONTROL_NAMES}
        if self._aimed is not None and not controls["density"]:
            controls["density"] = self._aimed
        self.guide = guide_of(roles_of(self._machine_plays, self._human_played), controls)
