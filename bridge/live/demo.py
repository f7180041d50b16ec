"""The demonstration as a surface: a human's part that plays itself, until there is a human."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from bridge.live.surfaces import Engine, Surface
from bridge.sessions.log import Entry
from bridge.vocabulary.events import NoteOff, NoteOn, Turn, TurnChanged
from bridge.vocabulary.requests import Notice, Report

# Seconds: what a beat lasts; the quiet before the first phrase; how long an answer may be waited for, and how long a
# human is given to take over before the next phrase.
BEAT: Final = 0.5
FIRST_AFTER: Final = 1.5
ANSWER_WITHIN: Final = 6.0
NOW_YOU: Final = 9.0
# Somebody who opens the page is waited for no longer than this, in seconds.
PAGE_WITHIN: Final = 20.0
CHANNEL: Final = 1
# How much of its length a note is held.
_HELD: Final = 0.85
YOUR_TURN: Final = "now you: play a phrase, and stop"


class Tone(NamedTuple):
    """A note of a phrase: its pitch and its length in beats."""

    pitch: int
    beats: float


def _phrase(*tones: tuple[int, float]) -> tuple[Tone, ...]:
    return tuple(Tone(*tone) for tone in tones)


# Beginnings that everybody knows and nobody owns: Beethoven's ninth, Greensleeves, Frère Jacques.
PHRASES: Final = (
    _phrase((64, 1), (64, 1), (65, 1), (67, 1), (67, 1), (65, 1), (64, 1), (62, 1), (60, 1), (60, 1), (62, 1), (64, 1),
            (64, 1.5), (62, 0.5), (62, 2)),
    _phrase((69, 1), (72, 2), (74, 1), (76, 1.5), (77, 0.5), (76, 1), (74, 2), (71, 1), (67, 1.5), (69, 0.5), (71, 1),
            (72, 2), (69, 1)),
    _phrase((60, 1), (62, 1), (64, 1), (60, 1), (60, 1), (62, 1), (64, 1), (60, 1), (64, 1), (65, 1), (67, 2)),
)  # fmt: skip


class DemoSurface(Surface):
    """Plays a phrase once somebody looks at the page, waits for the answer, and says "now you".

    Where nobody takes over it plays the next one. The first key of anybody else's ends it for good. `sleep(seconds)`
    returns True where it is to end.
    """

    def __init__(
        self, engine: Engine, phrases: Sequence[Sequence[Tone]] = PHRASES, sleep: Callable[[float], bool] | None = None
    ) -> None:
        self._engine = engine
        self._phrases = phrases
        self._closing = threading.Event()
        self._sleep = sleep or self._closing.wait
        self._seen = threading.Event()
        self._answered = threading.Event()
        self._own: set[float] = set()  # when its own keys went down
        self._taken_over = False
        self._to_say: list[Report] = []
        self._thread = threading.Thread(target=self._run, name="demo", daemon=True)

    def start(self) -> None:
        """Begin to wait for somebody."""
        self._thread.start()

    def accept(self, entry: Entry) -> None:
        """Hear the answer, and the human."""
        match entry:
            case ["out", _, TurnChanged(turn)] if turn is Turn.HUMAN:
                self._answered.set()
            case ["in", _, NoteOn(moment, _, velocity)] if velocity and moment not in self._own:
                self._taken_over = True

    def status(self) -> Mapping[str, Any]:
        """Whether it plays by itself: then a page sounds the human's part as well."""
        return {"demo": not self._taken_over}

    def publish(self, status: Mapping[str, Any]) -> None:
        """Say what is to be said; see whether somebody is there."""
        if status.get("pages"):
            self._seen.set()
        while self._to_say:
            self._engine.tell(self._to_say.pop(0))

    def close(self) -> None:
        """End."""
        self._closing.set()
        self._seen.set()
        self._answered.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        self._seen.wait(PAGE_WITHIN)
        if self._sleep(FIRST_AFTER):
            return
        while not (self._taken_over or self._closing.is_set()):
            for phrase in self._phrases:
                if not self._play(phrase):
                    return
                self._answered.wait(ANSWER_WITHIN + sum(tone.beats for tone in phrase) * BEAT)
                if self._taken_over or self._closing.is_set():
                    return
                self._to_say.append(Notice(YOUR_TURN))
                if self._sleep(NOW_YOU) or self._taken_over:
                    return

    def _play(self, phrase: Sequence[Tone]) -> bool:
        """Play a phrase; False where somebody took over, or it is to end."""
        for place, tone in enumerate(phrase):
            if self._taken_over or self._closing.is_set():
                return False
            now = time.perf_counter()
            self._own.add(now)
            self._engine.hand_in([NoteOn(now, tone.pitch, 88 if place % 4 == 0 else 74, CHANNEL)], None)
            stopped = self._sleep(tone.beats * BEAT * _HELD)
            self._answered.clear()
            self._engine.hand_in([NoteOff(time.perf_counter(), tone.pitch, CHANNEL)], None)
            if stopped or self._sleep(tone.beats * BEAT * (1 - _HELD)):
                return False
        return True
