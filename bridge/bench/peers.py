"""Bare JACK clients to measure against, each a process of its own: `python -m bridge.bench.peers ROLE NAME`.

    echo     every message in goes straight out again, from rtmidi's callback
    sender   sends notes at absolute deadlines, sleeping in between; tells the deadlines when it is done
    player   plays what its standard input says (hex messages) and tells what it hears

Ports are NAME-in:in and NAME-out:out. A role ends when its standard input does.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

# The gaps between notes of the bare sender, in seconds: uneven, so that they do not beat with the server's period.
_SHORTEST_GAP: Final = 0.02
_LONGEST_GAP: Final = 0.18


def main(role: str, name: str) -> None:
    """Play a role until standard input ends."""
    from bridge.midi.rtmidi_binding import JACK, open_device

    midi_in = open_device("MidiIn", JACK, f"{name}-in")
    midi_out = open_device("MidiOut", JACK, f"{name}-out")
    midi_in.open_virtual_port("in")
    midi_out.open_virtual_port("out")
    if role == "echo":
        midi_in.set_callback(lambda event, _: midi_out.send_message(bytes(event[0])))
    elif role == "player":
        midi_in.set_callback(lambda event, _: _say(f"{time.perf_counter()!r} {bytes(event[0]).hex()}"))
    _say("ready")
    for line in sys.stdin:
        if role == "sender":
            _say(json.dumps(_send_at_deadlines(midi_out, float(line))))
        elif role == "player":
            midi_out.send_message(bytes.fromhex(line))
    # In good order: a client that just vanishes keeps the server from closing others for seconds. With the server
    # dead this may hang; then `peer` ends it.
    for port in (midi_in, midi_out):
        port.close_port()
        port.delete()


def _send_at_deadlines(midi_out: object, seconds: float) -> list[tuple[float, int]]:
    """(deadline, pitch) of notes sent for `seconds`, each as soon after its deadline as sleeping allows."""
    draw = random.Random(1)
    send = midi_out.send_message  # type: ignore[attr-defined]
    deadline = time.perf_counter() + 0.05
    end = deadline + seconds
    sent: list[tuple[float, int]] = []
    while deadline < end:
        pitch = 36 + len(sent) % 60
        time.sleep(max(deadline - time.perf_counter(), 0.0))
        send((0x90, pitch, 64))
        sent.append((deadline, pitch))
        deadline += draw.uniform(_SHORTEST_GAP, _LONGEST_GAP)
    return sent


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def ending_with_us() -> list[str]:
    """What to start a program with so that it does not outlive the thread that started it, where there is such a thing.

    For those that are in a session of their own (jackd begins one): whoever ends a measurement with all of its
    processes does not reach them. Politely: JACK's registry has no room for many servers that were killed.
    """
    return ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []


def python_environment() -> dict[str, str]:
    """This process's environment, in which `python -m bridge` finds this very package."""
    root = str(Path(__file__).resolve().parents[2])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUNBUFFERED": "1"}


@contextmanager
def ready(module: str, *arguments: str, refusal: str) -> Iterator[subprocess.Popen[str]]:
    """A module as a process that said "ready"; it is ended on leaving. Where it did not: BenchError with `refusal`.

    It is told and tells by lines.
    """
    from bridge.bench.result import BenchError

    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=python_environment(),
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        if process.stdout.readline().strip() != "ready":
            raise BenchError(refusal)
        yield process
    finally:
        try:
            process.stdin.close()
            process.wait(2.0)
        except (subprocess.TimeoutExpired, BrokenPipeError):
            process.kill()
            process.wait()
        process.stdout.close()


@contextmanager
def peer(role: str, name: str) -> Iterator[subprocess.Popen[str]]:
    """A peer process, ready; it is ended on leaving. Raises BenchError when it does not get ready."""
    refusal = f"the {role} that is measured against did not start: is the JACK server up?"
    with ready("bridge.bench.peers", role, name, refusal=refusal) as process:
        yield process


if __name__ == "__main__":
    main(*sys.argv[1:])
