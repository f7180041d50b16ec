"""Turns by the bar: the human has so many, then the machine as many, on the clock."""

from __future__ import annotations

from typing import Final, NamedTuple

from bridge.timing.clock import SessionClock
from bridge.timing.grid import nearest_line

# With less than this left of its turn, in beats, the machine leaves it out.
MISSED: Final = 0.5


class MachineTurn(NamedTuple):
    """From bar line to bar line, in beats."""

    start: float
    end: float


class Trading:
    """Whose turn it is. The human's first note begins their turn, on the bar line nearest to it.

    From there on the turns alternate strictly. A turn in which the human plays nothing ends the trade: the machine
    does not answer it, and their next note begins another. A transport that jumps moves the bar lines, and the turns
    to the nearest of them.
    """

    def __init__(self) -> None:
        self._begun: float | None = None  # the human's turn, in beats
        self._last_onset = float("-inf")

    def heard(self, beat: float, bars: float, clock: SessionClock) -> None:
        """The human pressed a key at `beat`, trading so many bars."""
        begun = self._begun_at(beat, bars, clock)
        if begun is None:
            begun = nearest_line(clock, beat, clock.beats_per_bar)
        self._begun, self._last_onset = begun, beat

    def machine_turn(self, beat: float, bars: float, clock: SessionClock) -> MachineTurn | None:
        """The machine's coming turn, or the present one, as things stand at `beat`; None when there is none."""
        begun = self._begun_at(beat, bars, clock)
        return None if begun is None or not self._played(begun, clock) else _turn(begun, bars, clock)

    def take_now(self, bars: float, beat: float, clock: SessionClock) -> MachineTurn:
        """The machine was asked to play at `beat`, out of turn: so many bars, to a bar line."""
        bar = clock.beats_per_bar
        return MachineTurn(beat, nearest_line(clock, beat, bar) + bars * bar)

    def taken(self, turn: MachineTurn) -> None:
        """The machine took its turn (or missed it): the human's next one begins where it ends."""
        self._begun = turn.end

    def stop(self) -> None:
        """The trade is over."""
        self._begun = None

    def _begun_at(self, beat: float, bars: float, clock: SessionClock) -> float | None:
        """Where the human's turn began that is under way, or answered, at `beat`; None when nobody trades."""
        begun = self._begun
        if begun is None or bars <= 0:
            return begun
        turn = _turn(begun, bars, clock)
        if self._played(begun, clock):
            # A turn that the machine missed is over as well.
            return begun if beat < turn.end - MISSED else turn.end
        return begun if beat < turn.start else None

    def _played(self, begun: float, clock: SessionClock) -> bool:
        """Whether the human played in the turn that began there, or an upbeat to it (half a bar)."""
        return self._last_onset >= begun - clock.beats_per_bar / 2


def _turn(begun: float, bars: float, clock: SessionClock) -> MachineTurn:
    """The machine's turn after the human's that began there."""
    bar = clock.beats_per_bar
    start, end = (nearest_line(clock, begun + turns * bars * bar, bar) for turns in (1, 2))
    return MachineTurn(start, end)
