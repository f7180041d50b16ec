"""The figures that playing is to reach: what a report says is reached or missed.

Set from what people and today's trivial players reach on the same phrases; between the two bounds, either of them may
be open.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

LISTENER: Final = "listener"
SECOND: Final = "second listener"


@dataclass(frozen=True, slots=True)
class Bar:
    """From `low` to `high`."""

    low: float = -math.inf
    high: float = math.inf

    def reached(self, value: float) -> bool:
        """Whether a figure lies within."""
        return self.low <= value <= self.high

    def __str__(self) -> str:
        if math.isinf(self.low):
            return f"≤ {self.high:g}"
        return f"≥ {self.low:g}" if math.isinf(self.high) else f"{self.low:g} to {self.high:g}"


_LINE: Final = {
    LISTENER: Bar(high=0.65),
    SECOND: Bar(high=0.70),
    "motif_share": Bar(0.15, 0.40),
    "longest_run": Bar(high=0.40),
    "leap": Bar(high=2.6),
    "notes_at_once": Bar(high=1.12),
    "in_key": Bar(low=0.90),
    "ends_in_triad": Bar(low=0.70),
    "wait_divergence": Bar(high=0.16),
    "duration_divergence": Bar(high=0.2),
}
_DRUMS: Final = {
    "bar_similarity": Bar(0.64, 0.85),
    "snare_on_2_and_4": Bar(low=0.7),
    "kick_on_1": Bar(low=0.7),
}
_IN: Final = {"bass_plays": Bar(low=1.0), "drums_play": Bar(low=1.0)}

BARS: Final = {
    ("respond", "single line"): _LINE,
    ("respond", "two hands"): {
        LISTENER: Bar(high=0.55),
        SECOND: Bar(high=0.65),
        "in_key": Bar(low=0.92),
        "ends_in_triad": Bar(low=0.70),
    },
    ("respond", "controls"): {
        "density": Bar(low=0.96),
        "energy": Bar(low=0.96),
        "texture": Bar(low=0.7),
        "register_near": Bar(low=0.8),
    },
    ("respond", "first answer of a set"): dict.fromkeys(("arpeggio", "scale", "tune"), Bar(low=0.95)),
    ("respond", "copies from training"): {"longest": Bar(high=23.0)},
    ("accompany", "whole-note triads"): {"silent": Bar(high=0.0)},
    ("duet", "tune"): {
        "too_many": Bar(high=0.02),
        "notes_per_note": Bar(0.5, 3.0),
        "chord_tones": Bar(low=0.7),
        "tune_doubled": Bar(high=0.35),
        "sharp_clashes": Bar(high=0.04),
    },
    ("accompany", "lead sheet"): {
        "root_on_strong": Bar(low=0.85),
        "root_after_change": Bar(low=0.75),
        "chord_tones": Bar(low=0.9),
        "below_e1": Bar(high=0.02),
        **_DRUMS,
        **_IN,
    },
    ("accompany", "band"): {**_DRUMS, **_IN},
    ("harmonize", "tune"): {
        "added_per_note": Bar(low=1.8),
        "above_the_tune": Bar(high=0.10),
        "chord_tones": Bar(low=0.62),
        "scale_tones": Bar(low=0.95),
    },
}


def bar_of(mode: str, style: str, measure: str) -> Bar | None:
    """The bar of a measure in a mode and a style, None where none is set."""
    return BARS.get((mode, style), {}).get(measure)
