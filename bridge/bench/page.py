"""Whether somebody at the page costs the note path anything: the same notes with a busy page open and with none."""

from __future__ import annotations

import random
import time
from typing import Final

from bridge.bench.harmonize import fill_window
from bridge.bench.jack_server import JackServer
from bridge.bench.keyboard import Keyboard, quiet
from bridge.bench.live import LiveDaemon
from bridge.bench.result import Conditions, Figure, Result, quantiles_ms
from bridge.bench.visitor import NOTES_A_SECOND, visitor

# A page may add so much to the 99th percentile: a tenth.
BAR: Final = 1.1
WEB_PORT: Final = 17402
# The page's notes come on a channel that is not listened to: they go the whole way, and no model hears them.
LISTEN: Final = 1
UNHEARD: Final = 16
_WARM_UP: Final = 20
# So many notes, then the page comes or goes.
_TURN: Final = 20


def measure(conditions: Conditions) -> Result:
    """Harmonize over JACK, in turns with and without a page that plays and is told everything."""
    count = 80 if conditions.quick else 1200
    options = ("--mode", "harmonize", "--listen", str(LISTEN), "--web-port", str(WEB_PORT), "--provider", "cpu")
    times: dict[bool, list[float]] = {True: [], False: []}
    told, stayed = 0, 0.0
    with (
        JackServer() as server,
        LiveDaemon("--model", conditions.model, *options) as daemon,
        visitor(f"ws://127.0.0.1:{WEB_PORT}/live", UNHEARD) as page,
        Keyboard("bench") as keyboard,
    ):
        daemon.wait_for_midi()
        keyboard.connect(server.name, into="Antiphon In", out_of="Antiphon Out")
        fill_window(daemon)
        draw = random.Random(5)
        for _ in range(_WARM_UP):
            keyboard.ping(draw.randrange(48, 72))
        with quiet():
            for turn in range(count // _TURN):
                here = turn % 2 == 1
                if here:
                    page.come()
                    came = time.perf_counter()
                for _ in range(_TURN):
                    seconds = keyboard.ping(draw.randrange(48, 72))
                    if seconds is not None:
                        times[here].append(seconds)
                    time.sleep(draw.uniform(0.02, 0.05))
                if here:
                    stayed += time.perf_counter() - came
                    told += page.go()
                conditions.progress((turn + 1) * _TURN / count)
        status = daemon.sure_status()
    conditions.draw("page", {"with a page": times[True], "nobody there": times[False]})
    median, p99 = quantiles_ms(times[True])
    alone_median, alone_p99 = quantiles_ms(times[False])
    return Result(
        "page",
        (
            Figure("p99 with a page, as a part of p99 without", p99 / alone_p99, "×", bar=BAR),
            Figure("median with a page, as a part of the median without", median / alone_median, "×", bar=BAR),
            Figure("with a page, median", median),
            Figure("with a page, p99", p99),
            Figure("nobody there, median", alone_median),
            Figure("nobody there, p99", alone_p99),
        ),
        f"{len(times[True])} and {len(times[False])} notes in turns of {_TURN}; the page said {NOTES_A_SECOND} "
        f"notes and ends a second and was told {told} lines in {stayed:.0f} s; model step {status['step_ms']} ms",
    )
