"""Does a recorded session come out again, note for note?"""

from __future__ import annotations

import random
import tempfile
import time
from pathlib import Path
from typing import Final

from bridge.bench.live import LiveDaemon
from bridge.bench.result import BenchError, Conditions, Figure, Result
from bridge.engine.folders import find_model
from bridge.engine.model import Model
from bridge.engine.streaming import StreamingModel
from bridge.sessions.log import read_log, replay
from bridge.vocabulary.events import PlayNote

_MODES: Final = ("respond", "duet", "harmonize")


def measure(conditions: Conditions) -> Result:
    """Play to the daemon by OSC in every mode while it records; replay the log; compare everything that came out."""
    seconds = 1.5 if conditions.quick else 8.0
    with tempfile.TemporaryDirectory() as folder:
        options = ("--no-midi", "--record", folder, "--set", "silence=0.3", "--provider", "cpu")
        with LiveDaemon("--model", conditions.model, *options) as daemon:
            for number, mode in enumerate(_MODES):
                daemon.send("/antiphon/mode", mode)
                _play(daemon, seconds, seed=number)
                conditions.progress((number + 1) / (len(_MODES) + 1))
            daemon.stop()
        logs = sorted(Path(folder).glob("*/session.jsonl"))
        if not logs:
            raise BenchError(f"the daemon recorded nothing: {daemon.words}")
        log = read_log(logs[0])
    model = find_model(conditions.model)

    def load(name: str, digest: str) -> Model:
        return StreamingModel.load(model, provider="cpu")

    before, after = log.outputs(), replay(log, load)
    different = sum(one != other for one, other in zip(before, after, strict=False)) + abs(len(before) - len(after))
    notes = sum(isinstance(item, PlayNote) for _, item in before)
    if not notes:
        raise BenchError("the machine played nothing: there is nothing to compare")
    return Result(
        "replay",
        (Figure("outputs that differ", different, "", bar=0), Figure("notes of the machine", notes, "")),
        f"{len(before)} outputs of a live session in {', '.join(_MODES)}: identical in kind, time, pitch, velocity, "
        "channel and release",
    )


def _play(daemon: LiveDaemon, seconds: float, seed: int) -> None:
    draw = random.Random(seed)
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        for _ in range(draw.randrange(2, 6)):
            pitch = draw.randrange(50, 75)
            daemon.send("/antiphon/note", pitch, draw.randrange(50, 100), 1)
            time.sleep(draw.uniform(0.05, 0.2))
            daemon.send("/antiphon/note", pitch, 0, 1)
        time.sleep(draw.uniform(0.2, 1.2))
