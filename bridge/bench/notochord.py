"""One note's worth of work beside Notochord's own: its `feed` and `query`, step about in one run.

Notochord (PyPI `notochord`; Shepardson, Armitage and Magnusson, AIMC 2022) brings PyTorch and pins it, so it is asked
to live in an environment of its own: ANTIPHON_NOTOCHORD names the Python in which `import notochord` works. Its
default network is timed with fresh weights: what they are does not change what they cost.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import IO, Final

import numpy as np

from bridge.bench.result import BenchError, Conditions, Figure, Result, quantiles_ms
from bridge.bench.step import move_to, random_music
from bridge.engine.constraints import Constraints
from bridge.engine.folders import find_model
from bridge.engine.streaming import StreamingModel
from bridge.vocabulary.codec import CONTEXT_SIZE, FIELDS

VARIABLE: Final = "ANTIPHON_NOTOCHORD"
# Ours must be at most this part of theirs, and within these times (ms).
SHARE: Final = 1 / 3
BARS: Final = (2.5, 5.0)
_WARM_UP: Final = 50

# Runs in the other environment: one line in, one feed and query, the seconds they took out.
_PEER: Final = """
import json, sys, time
import torch
torch.set_num_threads(1)
from notochord import Notochord
model = Notochord().eval()
print(json.dumps(sum(p.numel() for p in model.parameters())), flush=True)
for number, _ in enumerate(sys.stdin):
    began = time.perf_counter()
    model.feed(inst=1 + number % 8, pitch=36 + number * 7 % 48, time=0.1, vel=40 + number % 80)
    model.query()
    print(json.dumps(time.perf_counter() - began), flush=True)
"""


def measure(conditions: Conditions) -> Result:
    """Median and p99 of a step of ours and of Notochord's, and their ratio."""
    python = os.environ.get(VARIABLE, sys.executable)
    if subprocess.run([python, "-c", "import notochord"], capture_output=True).returncode:
        return Result("notochord", skipped=f"no notochord in {python}: install it, name its Python in {VARIABLE}")
    model = StreamingModel.load(find_model(conditions.model), provider="cpu")
    model.warm_up()
    move_to(model, max(model.manifest.window, 1), conditions, (0.0, 0.1))
    with subprocess.Popen([python, "-c", _PEER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as peer:
        if peer.stdin is None or peer.stdout is None:
            raise BenchError("notochord: no pipe to it")
        size = _told(peer.stdout)
        try:
            ours, theirs = _in_turns(model, peer.stdin, peer.stdout, 300 if conditions.quick else 1_500, conditions)
        finally:
            peer.stdin.close()
    conditions.draw("notochord", {"antiphon": ours, "notochord": theirs})
    (median, p99), (their_median, their_p99) = quantiles_ms(ours), quantiles_ms(theirs)
    return Result(
        "notochord",
        (
            Figure("ours, median", median, bar=BARS[0]),
            Figure("ours, p99", p99, bar=BARS[1]),
            Figure("notochord, median", their_median),
            Figure("notochord, p99", their_p99),
            Figure("ours / notochord, medians", median / their_median, "×", bar=SHARE),
        ),
        f"{len(ours)} steps each, in turns, one thread each; its default network, {size / 1e6:.1f} M parameters",
    )


def _in_turns(
    model: StreamingModel, ask: IO[str], answer: IO[str], count: int, conditions: Conditions
) -> tuple[list[float], list[float]]:
    """Seconds of `count` steps of each, the first `_WARM_UP` of both left out."""
    ours: list[float] = []
    theirs: list[float] = []
    events = random_music(count + _WARM_UP)
    context = np.zeros((1, CONTEXT_SIZE), dtype=np.float32)
    uniforms = np.random.default_rng(0).random((len(events), len(FIELDS)), dtype=np.float32)
    constraints = Constraints()
    for number, uniform in enumerate(uniforms):
        began = time.perf_counter()
        model.feed(events[number : number + 1], context)
        model.sample(constraints, uniform, 1.0, 0.95)
        ours.append(time.perf_counter() - began)
        ask.write("\n")
        ask.flush()
        theirs.append(_told(answer))
        conditions.progress(0.1 + 0.9 * number / len(events))
    return ours[_WARM_UP:], theirs[_WARM_UP:]


def _told(answer: IO[str]) -> float:
    line = answer.readline()
    if not line:
        raise BenchError("notochord ended before it answered: try its Python by hand with `import notochord`")
    return float(json.loads(line))
