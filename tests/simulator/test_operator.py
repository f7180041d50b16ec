"""Each who acts in a set does all that is theirs, and together they do all that the core can be told."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import get_args

import numpy as np
import pytest

from bridge.simulator.clocks import CLOCKS
from bridge.simulator.happenings import Happenings, Room
from bridge.simulator.operator import controls, mishaps
from bridge.simulator.players import plays_anything, plays_pads, plays_phrases
from bridge.vocabulary import events
from bridge.vocabulary.events import CLOCK_NAMES, MODE_NAMES
from bridge.vocabulary.parameters import PARAMETERS

# What each who acts in a set does sooner or later, asked each alone: nobody's dice depend on another's.
ACTS: dict[str, tuple[Callable[[np.random.Generator], Happenings], set[str]]] = {
    "controls": (
        lambda draw: controls(draw, Room(), 0.0, ("red", "blue")),
        {
            "SetParameter",
            "SetMode",
            "SetVoice",
            "SetRange",
            "Recall",
            "Learn",
            "Unlearn",
            "Control",
            "SetClock",
            "SetTempo",
        }
        | {"SetTransport", "Tap", "Respond", "Again", "Keep", "Stop", "Panic", "Reset", "SwapModel"}
        | {"Offered", "PlayClip", "PrimeWith"},
    ),
    "mishaps": (lambda draw: mishaps(draw, Room(), 0.0), {"Cable", "Fault", "Ports", "Stall", "StepTime"}),
    "phrases": (lambda draw: plays_phrases(draw, Room(), 0.0), {"NoteOn", "NoteOff", "Control"}),
    "anything": (lambda draw: plays_anything(draw, Room(), 0.0), {"NoteOn", "NoteOff", "Control", "Raw"}),
    "pads": (lambda draw: plays_pads(draw, Room(), 0.0), {"NoteOn", "NoteOff", "Control", "Raw"}),
    "internal clock": (lambda draw: CLOCKS["internal"](draw, Room(), 0.0), {"SetTempo"}),
    "link": (lambda draw: CLOCKS["link"](draw, Room(), 0.0), {"LinkState"}),
    "osc clock": (lambda draw: CLOCKS["osc"](draw, Room(), 0.0), {"SetTempo", "SetTransport"}),
    "midi clock": (
        lambda draw: CLOCKS["midi"](draw, Room(), 0.0),
        {"ClockTick", "ClockStart", "ClockStop", "ClockContinue", "SongPosition"},
    ),
}


# What comes of the port or of the program around the core, not of anybody's acts.
REPORTS = {"Sounded", "Dropped", "TooLate", "InputLost", "Remember"}


@pytest.mark.parametrize("who", ACTS)
def test_each_who_acts_does_all_that_is_theirs(who: str) -> None:
    acts, theirs = ACTS[who]
    done = {
        type(happening).__name__
        for happening in islice(acts(np.random.default_rng(1)), 60_000 if "clock" in who else 5_000)
    }
    assert done - {"Wait"} == theirs


def test_somebody_does_whatever_the_core_can_be_told() -> None:
    done = set().union(*(theirs for _, theirs in ACTS.values()))
    assert {kind.__name__ for kind in get_args(events.Input)} - done == REPORTS


def test_knobs_are_turned_to_all_that_they_can_be_set_to() -> None:
    happenings = list(islice(controls(np.random.default_rng(1), Room(), 0.0, ()), 5_000))
    assert {happening.name for happening in happenings if isinstance(happening, events.SetParameter)} >= set(PARAMETERS)
    assert {happening.mode for happening in happenings if isinstance(happening, events.SetMode)} >= set(MODE_NAMES)
    assert {happening.source for happening in happenings if isinstance(happening, events.SetClock)} >= set(CLOCK_NAMES)
