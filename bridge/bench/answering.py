"""From the end of a phrase, as the player's silence declares it, to the first note of the answer."""

from __future__ import annotations

import random
import time
from typing import Final

from bridge.bench.beside_echo import beside_echo
from bridge.bench.keyboard import Keyboard, note_off, note_on, quiet, starts_note
from bridge.bench.result import BenchError, Conditions, Result, above

# Median and p99 above the echo, in milliseconds: the answer is planned by then.
BARS: Final = (5.0, 10.0)
# Seconds of silence that end a phrase: longer than the player's pace asks for, and than planning takes.
SILENCE: Final = 0.4
_ANSWERS_WITHIN: Final = 3.0
_SETTLED: Final = 0.1


def measure(conditions: Conditions) -> Result:
    """Play phrases and wait for answers; echo in turns.

    The phrase is over SILENCE after its last note-off, on the player's own clock. From there to the first note-on back
    is the way in, the answer's beginning and the way out: the echo's round trip, and what the machine adds to it.
    """
    count = 8 if conditions.quick else 100
    options = ("--mode", "respond", "--set", f"silence={SILENCE}")
    with beside_echo(conditions.model, *options) as (server, daemon, keyboard, bare):
        draw = random.Random(7)
        answered: list[float] = []
        echoed: list[float] = []
        tries = 0
        with quiet():
            while len(answered) < count:
                tries += 1
                if tries > 2 * count:
                    raise BenchError(f"only {len(answered)} of {tries} phrases were answered")
                over = _phrase(keyboard, draw) + SILENCE
                first = keyboard.wait(starts_note, _ANSWERS_WITHIN, len(keyboard.heard))
                daemon.send("/antiphon/stop")
                if first is not None:
                    answered.append(first.time - over)
                time.sleep(_SETTLED)
                back = bare.ping(60)
                if back is not None:
                    echoed.append(back)
                conditions.progress(len(answered) / count)
    conditions.draw("answer", {"end of phrase to first note": answered, "bare echo": echoed})
    return Result(
        "answer",
        above("end of phrase to first note", answered, echoed, BARS),
        f"{count} phrases answered, over after {SILENCE:g} s of silence, JACK dummy driver, {server.period} frames "
        "at 48 kHz",
    )


def _phrase(keyboard: Keyboard, draw: random.Random) -> float:
    """A few quick notes; when the last one was let go, in `time.perf_counter()` seconds."""
    let_go = 0.0
    for _ in range(draw.randrange(3, 7)):
        pitch = draw.randrange(55, 72)
        keyboard.send(note_on(pitch))
        time.sleep(draw.uniform(0.04, 0.12))
        let_go = keyboard.send(note_off(pitch))
        time.sleep(0.01)
    return let_go
