"""From a note-on that interrupts an answer to the machine's last note-off."""

from __future__ import annotations

import random
import time
from typing import Final

from bridge.bench.beside_echo import beside_echo
from bridge.bench.keyboard import Keyboard, ends_note, note_off, note_on, quiet, starts_note
from bridge.bench.result import BenchError, Conditions, Figure, Result, above

BARS: Final = (5.0, 10.0)
# After so long without a message the machine is taken to have fallen silent, in seconds.
_SETTLED: Final = 0.12
_ANSWERS_WITHIN: Final = 3.0


def measure(conditions: Conditions) -> Result:
    """Let it answer a phrase, play into the answer, and see when it has let go of every key; echo in turns."""
    count = 6 if conditions.quick else 40
    options = ("--mode", "respond", "--set", "silence=0.1", "--set", "length=4")
    with beside_echo(conditions.model, *options) as (server, _, keyboard, bare):
        draw = random.Random(5)
        silenced: list[float] = []
        echoed: list[float] = []
        stragglers = tries = 0
        with quiet():
            while len(silenced) < count:
                tries += 1
                if tries > 4 * count:
                    raise BenchError(f"only {len(silenced)} of {tries} answers sounded when they were interrupted")
                _phrase(keyboard, draw)
                outcome = _barge_in(keyboard, draw)
                if outcome is not None:
                    silenced.append(outcome[0])
                    stragglers += outcome[1]
                back = bare.ping(60)
                if back is not None:
                    echoed.append(back)
                conditions.progress(len(silenced) / count)
    conditions.draw("barge-in", {"barge-in to last note-off": silenced, "bare echo": echoed})
    return Result(
        "barge-in",
        (
            *above("note-on to last note-off", silenced, echoed, BARS),
            Figure("note-ons after the last note-off", stragglers, "", bar=0),
        ),
        f"{count} answers interrupted while they sounded, JACK dummy driver, {server.period} frames at 48 kHz",
    )


def _phrase(keyboard: Keyboard, draw: random.Random) -> None:
    """Four quick notes: something to answer."""
    for _ in range(4):
        pitch = draw.randrange(55, 72)
        keyboard.send(note_on(pitch))
        time.sleep(0.05)
        keyboard.send(note_off(pitch))
        time.sleep(0.01)


def _barge_in(keyboard: Keyboard, draw: random.Random) -> tuple[float, int] | None:
    """Interrupt the answer: (seconds to the last note-off, note-ons that came after). None when none sounded then."""
    since = len(keyboard.heard)
    if keyboard.wait(starts_note, _ANSWERS_WITHIN, since) is None:
        return None
    time.sleep(draw.uniform(0.05, 0.4))
    deadline = time.perf_counter() + 1.0
    while not keyboard.sounding() and time.perf_counter() < deadline:
        time.sleep(0.003)
    held = keyboard.sounding()
    barged = len(keyboard.heard)
    sent = keyboard.send(note_on(40))
    time.sleep(_SETTLED)
    keyboard.send(note_off(40))
    after = keyboard.heard[barged:]
    offs = [heard.time for heard in after if ends_note(heard.data)]
    if not held or not offs:
        return None
    if keyboard.sounding():
        raise BenchError(f"keys still sound {_SETTLED} s after a barge-in: {sorted(keyboard.sounding())}")
    ons = [heard.time for heard in after if starts_note(heard.data)]
    return max(offs) - sent, sum(on > max(offs) for on in ons)
