"""Whether somebody at the page costs the notes anything: the same with a busy page open and with none, in turns."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from bridge.bench.arrivals import Arrival, matched, played, recorded
from bridge.bench.harmonize import fill_window
from bridge.bench.jack_server import JackServer
from bridge.bench.keyboard import Keyboard, keep_busy, quiet
from bridge.bench.live import LiveDaemon
from bridge.bench.page_visitor import NOTES_A_SECOND, Visitor, visitor
from bridge.bench.result import Conditions, Figure, Result, quantiles_ms

# A page may add so much to the 99th percentile: a tenth.
BAR: Final = 1.1
WEB_PORT: Final = 17402
# The page's notes come on a channel that is not listened to: they go the whole way, and no model hears them.
LISTEN: Final = 1
UNHEARD: Final = 16
_WARM_UP: Final = 20
# So many notes, or so many seconds of a duet, then the page comes or goes.
_TURN: Final = 20
_DUET: Final = 8.0
# What a note of the keyboard takes, with the pause after it, in seconds, on average.
_A_NOTE: Final = 0.055
_OPTIONS: Final = (
    "--mode", "harmonize", "--listen", str(LISTEN), "--web-port", str(WEB_PORT), "--provider", "cpu", "--seed", "1",
    # With a voice of its own the human leaves the keys and the bass of the duet to the machine.
    "--human-voice", "lead",
)  # fmt: skip


def measure(conditions: Conditions) -> Result:
    """Latency of harmonies, then jitter of a duet, each in turns with and without a page that plays and is told all.

    `conditions.minutes` is how long the page is there in all.
    """
    if conditions.minutes:
        notes, seconds = 60 * conditions.minutes / _A_NOTE, 60 * conditions.minutes
    else:
        notes, seconds = (80, 4 * _DUET) if conditions.quick else (1200, 10 * _DUET)
    turns = _Turns()
    with tempfile.TemporaryDirectory() as folder:
        with (
            JackServer() as server,
            LiveDaemon("--model", conditions.model, "--record", folder, *_OPTIONS) as daemon,
            visitor(f"ws://127.0.0.1:{WEB_PORT}/live", UNHEARD) as page,
            Keyboard("bench") as keyboard,
        ):
            daemon.wait_for_midi()
            keyboard.connect(server.name, into="Antiphon In", out_of="Antiphon Out")
            fill_window(daemon)
            with quiet():
                latencies = _latencies(keyboard, page, conditions, turns, round(notes / _TURN))
                step = daemon.sure_status()["step_ms"]
                turns.spans.clear()
                daemon.send("/antiphon/mode", "duet")
                _play_a_duet(keyboard, page, conditions, turns, max(2, round(seconds / _DUET)))
            time.sleep(0.2)
            heard = list(keyboard.heard)
            daemon.stop()
        jitters = _jitters(matched(played(recorded(folder)), heard), turns)
    conditions.draw("page", {"with a page": latencies[True], "nobody there": latencies[False]})
    conditions.draw("page-jitter", {"with a page": jitters[True], "nobody there": jitters[False]})
    median, p99 = quantiles_ms(latencies[True])
    alone_median, alone_p99 = quantiles_ms(latencies[False])
    jitter_median, jitter_p99 = quantiles_ms(jitters[True])
    alone_jitter_median, alone_jitter_p99 = quantiles_ms(jitters[False])
    return Result(
        "page",
        (
            Figure("p99 with a page, as a part of p99 without", p99 / alone_p99, "×", bar=BAR),
            Figure("median with a page, as a part of the median without", median / alone_median, "×", bar=BAR),
            Figure("jitter p99 with a page, as a part of that without", jitter_p99 / alone_jitter_p99, "×", bar=BAR),
            Figure("with a page, median", median),
            Figure("with a page, p99", p99),
            Figure("nobody there, median", alone_median),
            Figure("nobody there, p99", alone_p99),
            Figure("jitter with a page, median", jitter_median),
            Figure("jitter with a page, p99", jitter_p99),
            Figure("jitter with nobody there, median", alone_jitter_median),
            Figure("jitter with nobody there, p99", alone_jitter_p99),
        ),
        f"latency: {len(latencies[True])} and {len(latencies[False])} notes in turns of {_TURN}; jitter: "
        f"{len(jitters[True])} and {len(jitters[False])} notes of a duet in turns of {_DUET:g} s; the page said "
        f"{NOTES_A_SECOND} notes and ends a second and was told {turns.told} lines in {turns.stayed:.0f} s; "
        f"model step {step} ms",
    )


@dataclass(slots=True)
class _Turns:
    """The page comes and goes; how long it stayed in all (seconds), and how many lines it was told."""

    stayed: float = 0.0
    told: int = 0
    spans: list[tuple[float, float, bool]] = field(default_factory=list)  # (begin, end, whether it was there)

    @contextmanager
    def turn(self, page: Visitor, number: int) -> Iterator[bool]:
        """Turn `number`: in each second one the page is there, which is given."""
        here = number % 2 == 1
        if here:
            page.come()
        began = time.perf_counter()
        yield here
        ended = time.perf_counter()
        self.spans.append((began, ended, here))
        if here:
            self.stayed += ended - began
            self.told += page.go()

    def was_here(self, moment: float) -> bool | None:
        """Whether the page was there at a moment; None between turns."""
        return next((here for began, ended, here in self.spans if began <= moment < ended), None)


def _latencies(
    keyboard: Keyboard, page: Visitor, conditions: Conditions, turns: _Turns, count: int
) -> dict[bool, list[float]]:
    """Seconds from a note to its first harmony, by whether the page was there."""
    times: dict[bool, list[float]] = {True: [], False: []}
    draw = random.Random(5)
    for _ in range(_WARM_UP):
        keyboard.ping(draw.randrange(48, 72))
    for number in range(count):
        with turns.turn(page, number) as here:
            for _ in range(_TURN):
                seconds = keyboard.ping(draw.randrange(48, 72))
                if seconds is not None:
                    times[here].append(seconds)
                time.sleep(draw.uniform(0.02, 0.05))
        conditions.progress((number + 1) / count / 2)
    return times


def _play_a_duet(keyboard: Keyboard, page: Visitor, conditions: Conditions, turns: _Turns, count: int) -> None:
    """In a duet the machine plans ahead, so that its notes have times to be measured against."""
    for number in range(count):

        def progress(part: float, number: int = number) -> None:
            conditions.progress(0.5 + (number + part) / count / 2)

        with turns.turn(page, number):
            keep_busy(keyboard, _DUET, progress)


def _jitters(arrivals: Sequence[Arrival], turns: _Turns) -> dict[bool, list[float]]:
    """How far from its planned time each note arrived, in seconds less their median, by whether the page was there."""
    late: dict[bool, list[float]] = {True: [], False: []}
    for note, heard in arrivals:
        here = turns.was_here(note.left)
        if here is not None:
            late[here].append(heard - note.onset)
    return {here: _from_their_median(times) for here, times in late.items()}


def _from_their_median(times: list[float]) -> list[float]:
    middle = float(np.median(times)) if times else 0.0
    return [abs(time - middle) for time in times]
