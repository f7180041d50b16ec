"""The viewpoints of each field, from the general to the particular."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from bridge.evaluation.ladders.dt import dt_ladder
from bridge.evaluation.ladders.duration import duration_ladder
from bridge.evaluation.ladders.pitch import pitch_ladder
from bridge.evaluation.ladders.velocity import velocity_ladder
from bridge.evaluation.ladders.voice import voice_ladder
from bridge.evaluation.past import Past
from bridge.evaluation.viewpoints import Viewpoint

# In the order of codec.FIELDS.
LADDERS: Final[tuple[Callable[[Past], Iterator[Viewpoint]], ...]] = (
    dt_ladder,
    voice_ladder,
    pitch_ladder,
    velocity_ladder,
    duration_ladder,
)
