"""The echo of a whole passage whose continuation is known: of lines and keys only what the coming note needs."""

from __future__ import annotations

from typing import Final

import numpy as np

from bridge.engine.repetition.lines import NEW_KEY, NEW_LINE, RECALL_SIZE, recalls
from bridge.engine.repetition.matching import Ints
from bridge.engine.repetition.stream import STREAM_SIZE, echoes

TOLD_SIZE: Final = STREAM_SIZE + RECALL_SIZE
NOTHING_TOLD: Final[Ints] = np.concatenate([np.zeros(STREAM_SIZE, np.int64), NEW_LINE, NEW_KEY])


def told(events: Ints) -> Ints:
    """After each of `events` [N, 5] but the last, the stream's echo and RECALL of the next: [N - 1, TOLD_SIZE]."""
    return np.concatenate([echoes(events[:-1]), recalls(events)[1:]], axis=1)
