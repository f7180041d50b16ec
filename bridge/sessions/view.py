"""What happened in a recorded session, on its own clock: where its beats and bars were, and whose turn it was when."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from bridge.engine.fake import FakeModel
from bridge.performer.performer import Performer
from bridge.sessions.log import SessionLog
from bridge.timing.clock import SessionClock
from bridge.timing.grid import ON_THE_LINE
from bridge.vocabulary.events import Dropped, Sounded, TooLate, Turn, TurnChanged


@dataclass(frozen=True, slots=True)
class Beat:
    """A beat of the song at `time` (seconds). `bar` is the bar's number, from 1, where it begins one, else None."""

    time: float
    bar: int | None


@dataclass(frozen=True, slots=True)
class TurnSpan:
    """Who had the floor from `begin` to `end`, in seconds."""

    begin: float
    end: float
    turn: Turn


def beats(log: SessionLog) -> list[Beat]:
    """The beats of a session where bars were known, in order, as its clock had them: the grid bends with the tempo.

    The clock depends on what came in and never on what the model drew, so the calls are made again with a stand-in.
    """
    performer = Performer(FakeModel(), log.settings)
    found: list[Beat] = []
    since = log.entries[0][1] if log.entries else 0.0
    for entry in (*log.earlier, *log.entries):
        kind, now = entry[0], entry[1]
        found += _between(performer.conductor.clock, since, now)
        since = max(since, now)
        if kind == "begin":
            performer.begin(now)
        elif kind == "go":
            performer.watch_time(now)  # what it plays moves no clock
        elif kind == "in" and not isinstance(entry[2], (Sounded, Dropped, TooLate)):
            performer.receive(entry[2], now)
        performer.take_outputs()
    return found


def turns(log: SessionLog) -> list[TurnSpan]:
    """Who had the floor when, from the first call to the last; the human at first."""
    if not log.entries:
        return []
    spans: list[TurnSpan] = []
    begin, turn = log.entries[0][1], Turn.HUMAN
    for entry in log.earlier:
        if entry[0] == "out" and isinstance(entry[2], TurnChanged):
            turn = entry[2].turn
    for time, output in log.outputs():
        if isinstance(output, TurnChanged):
            spans.append(TurnSpan(begin, time, turn))
            begin, turn = time, output.turn
    spans.append(TurnSpan(begin, log.entries[-1][1], turn))
    return [span for span in spans if span.end > span.begin]


def _between(clock: SessionClock, since: float, until: float) -> Iterator[Beat]:
    """The song's beats from moment `since` to before `until`; none where no bar is known."""
    if not clock.metered or until <= since:
        return
    first = math.ceil(clock.beat_at(since) + clock.song_offset - ON_THE_LINE)
    last = math.ceil(clock.beat_at(until) + clock.song_offset - ON_THE_LINE)
    for number in range(first, last):
        bar, beat = divmod(number, clock.beats_per_bar)
        yield Beat(clock.time_at(number - clock.song_offset), int(bar) + 1 if beat < ON_THE_LINE else None)
