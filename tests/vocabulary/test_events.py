"""Every input and output is a frozen value with a time, and the names of what can be set are in one place."""

from __future__ import annotations

import dataclasses
from typing import get_args

import pytest

from bridge.performer.modes import MODES
from bridge.vocabulary import events
from bridge.vocabulary.events import CLOCK_NAMES, MODE_NAMES, Input, Output, PlayNote

KINDS = sorted({*get_args(Input), *get_args(Output)}, key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_event_is_a_frozen_value(kind: type) -> None:
    assert dataclasses.is_dataclass(kind)
    assert kind.__dataclass_params__.frozen, "it is handed from thread to thread"  # type: ignore[attr-defined]
    assert not hasattr(kind, "__dict__") or "__slots__" in vars(kind)


@pytest.mark.parametrize("kind", get_args(Input), ids=lambda kind: kind.__name__)
def test_an_input_says_when_it_happened_first_of_all(kind: type) -> None:
    assert dataclasses.fields(kind)[0].name == "time", "replays and the simulator go by it"


def test_names_of_modes_and_clocks_are_those_that_there_are() -> None:
    assert set(MODE_NAMES) == set(MODES) and len(MODE_NAMES) == len(set(MODE_NAMES))
    assert len(CLOCK_NAMES) == len(set(CLOCK_NAMES)) >= 3


def test_equal_values_are_equal_events() -> None:
    assert PlayNote(1, 1.0, 2.0, 60, 80, 1) == PlayNote(1, 1.0, 2.0, 60, 80, 1) != PlayNote(2, 1.0, 2.0, 60, 80, 1)


def test_no_event_is_both_in_and_out() -> None:
    assert not set(get_args(Input)) & set(get_args(Output)), "a log tells them apart by their kind"
    assert all(getattr(events, kind.__name__) is kind for kind in KINDS)
