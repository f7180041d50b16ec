"""Does an eight-hour set leave the process as big as it found it?

Run as `python -m bridge.bench.memory HOURS MODEL TRACE [CHUNK]` it is the process that is measured: it plays a
simulated set and tells its size after every CHUNK simulated seconds.
"""

from __future__ import annotations

import gc
import json
import os
import random
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from bridge.bench.peers import python_environment
from bridge.bench.result import BenchError, Conditions, Figure, Result
from bridge.vocabulary.events import Input, NoteOff, NoteOn, SetMode

BAR: Final = 5.0
FAKE: Final = "-"
# The set is played in chunks of so many simulated seconds, each in the next mode; the first round warms up.
_CHUNK: Final = 600.0
_MODES: Final = ("respond", "duet", "harmonize")
_WARM_UP: Final = 2 * len(_MODES)


class Size(NamedTuple):
    """After a chunk: simulated hours, resident megabytes, megabytes of Python objects (when traced), events heard."""

    hours: float
    resident: float
    traced: float
    heard: int


def measure(conditions: Conditions) -> Result:
    """A long set with the stand-in model, a shorter one with every Python object traced, one with the real model.

    Where quick, a short one of the first kind.
    """
    plans: tuple[tuple[str, float, str, bool, float], ...] = (("2 h, stand-in model", 2.0, FAKE, False, 1.0),)
    if not conditions.quick:
        plans = (
            ("8 h, stand-in model", 8.0, FAKE, False, 0.7),
            ("2.5 h, stand-in model, Python objects", 2.5, FAKE, True, 0.85),
            (f"2 h, {conditions.model}", 2.0, conditions.model, False, 1.0),
        )
    figures, notes = [], []
    for label, length, model, traced, part in plans:
        sizes = _run(length, model, traced)
        begin, end = sizes[_WARM_UP - 1], sizes[-1]
        growth = end.traced - begin.traced if traced else end.resident - begin.resident
        figures.append(Figure(f"growth after warm-up: {label}", growth, "MB", bar=BAR))
        notes.append(f"{label}: {begin.resident:.1f} to {end.resident:.1f} MB resident, {end.heard:,} events heard")
        conditions.progress(part)
    return Result("memory", tuple(figures), "; ".join(notes))


def _run(hours: float, model: str, traced: bool) -> list[Size]:
    command = [sys.executable, "-m", "bridge.bench.memory", str(hours), model, str(int(traced))]
    done = subprocess.run(command, capture_output=True, text=True, env=python_environment(), check=False)
    if done.returncode:
        raise BenchError(f"the simulated set ended early: {done.stderr.strip().splitlines()[-1:]}")
    return [Size(*json.loads(line)) for line in done.stdout.splitlines()]


def scripted_human(begin: float, end: float, seed: int) -> Iterator[Input]:
    """Phrases of quick notes with rests between them, from `begin` to `end` in seconds."""
    draw = random.Random(seed)
    time = begin
    while time < end - 4.0:
        for _ in range(draw.randrange(3, 12)):
            pitch = draw.randrange(48, 84)
            length = draw.uniform(0.08, 0.3)
            yield NoteOn(time, pitch, draw.randrange(40, 110))
            yield NoteOff(time + length, pitch)
            time += length + draw.uniform(0.01, 0.2)
        time += draw.uniform(0.3, 4.0)


def _play_set(hours: float, model_name: str, traced: bool, length: float) -> None:
    from bridge.engine.fake import FakeModel
    from bridge.engine.model import Model
    from bridge.performer.performer import Performer
    from bridge.performer.settings import Settings
    from bridge.sessions.log import Session
    from bridge.sessions.simulation import Simulation

    model: Model
    if model_name == FAKE:
        model = FakeModel()
    else:
        from bridge.engine.folders import find_model
        from bridge.engine.streaming import StreamingModel

        model = StreamingModel.load(find_model(model_name), provider="cpu")
        model.warm_up()
    if traced:
        tracemalloc.start()
    simulation = Simulation(Session(Performer(model, Settings(seed=1))), keep=False)
    for chunk in range(round(hours * 3600 / length)):
        begin, end = chunk * length, (chunk + 1) * length
        mode: Input = SetMode(begin, _MODES[chunk % len(_MODES)])
        simulation.play(iter([mode, *scripted_human(begin + 0.5, end, seed=chunk)]), end)
        # A fake port keeps all it sent: for tests, and not part of what plays.
        simulation.sent.clear()
        gc.collect()
        size = Size(
            end / 3600,
            _resident() / 1e6,
            tracemalloc.get_traced_memory()[0] / 1e6 if traced else 0.0,
            model.position,
        )
        sys.stdout.write(json.dumps(size) + "\n")


def _resident() -> int:
    """Bytes of memory this process has resident: now on Linux, at most so far on macOS. Raises OSError elsewhere."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        if sys.platform == "win32":
            raise
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    _play_set(float(sys.argv[1]), sys.argv[2], sys.argv[3] == "1", float(sys.argv[4]) if sys.argv[4:] else _CHUNK)
