"""Presets: text to values and back, and what lies between two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.presets.presets import Preset, morph, parse, text_of
from bridge.vocabulary.parameters import PARAMETERS

VERSE = """
mode = "duet"
program = 3

[parameters]
temperature = 0.5
low = 30
scale = "dorian"

[voices]
bass = 2
drums = "off"
lead = "usual"

[ranges]
bass = [28, 55]

[binds]
respond = "cc:67"
next-mode = ["note:36@10", "program:5"]
"""


def test_a_preset_as_it_is_written() -> None:
    assert parse(VERSE, "verse") == Preset(
        values={"temperature": 0.5, "low": 30.0, "scale": "dorian"},
        voices={"bass": (True, 2), "drums": (False, 10)},
        ranges={"bass": (28, 55)},
        mode="duet",
        program=3,
        binds={"respond": ("cc:67",), "next_mode": ("note:36@10", "program:5")},
        usual=("lead",),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("temperature = ", "preset 'verse' is not TOML"),
        ("colour = 3", "preset 'verse': unknown key 'colour'"),
        ("paramaters = 3", "did you mean 'parameters'"),
        ("parameters = 3", "must be a table"),
        ("[parameters]\nwarmth = 1", "no parameter 'warmth': there are"),
        ("[parameters]\ntemperature = 9", "temperature cannot be 9: the range is 0 to 3"),
        ("[parameters]\ntemperature = nan", "temperature cannot be nan"),
        ("[parameters]\nlow = 70\nhigh = 60", "low 70 would lie above high 60"),
        ("[parameters]\nscale = 'jazz'", "choose from chromatic"),
        ("[voices]\nkazoo = 1", "no voice 'kazoo'"),
        ("[voices]\nbass = 17", "a channel from 1 to 16"),
        ("[ranges]\nbass = [55, 28]", "the lower one first"),
        ("[ranges]\nbass = [28]", "two pitches from 0 to 127"),
        ("[ranges]\nbass = 28", "two pitches from 0 to 127"),
        ("mode = 'jazz'", "mode cannot be 'jazz'"),
        ("program = 128", "program cannot be 128"),
        ("binds = 3", "'binds' must be a table"),
        ("[binds]\nsing = 'cc:3'", "no action 'sing'"),
        ("[binds]\nstop = 'cc:3'\nrespond = 'cc:3'", "give each its own"),
        ("program = true", "program cannot be True"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_taken(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse(text, "verse")


def values() -> st.SearchStrategy[dict[str, float | str]]:
    def one(name: str) -> st.SearchStrategy[float | str]:
        parameter = PARAMETERS[name]
        if parameter.choices:
            return st.sampled_from(parameter.choices)
        if parameter.whole:
            return st.integers(int(parameter.low), int(parameter.high)).map(float)
        return st.floats(parameter.low, parameter.high)

    everything: dict[str, st.SearchStrategy[float | str]] = {name: one(name) for name in PARAMETERS}
    everything["low"], everything["high"] = st.integers(0, 60).map(float), st.integers(60, 127).map(float)
    return st.fixed_dictionaries({}, optional=everything)


SPAN = st.tuples(st.integers(0, 60), st.integers(60, 127))
ANY_PRESET = st.builds(
    Preset,
    values(),
    st.dictionaries(st.sampled_from(["keys", "bass", "drums"]), st.tuples(st.just(True), st.integers(1, 16))),
    st.dictionaries(st.sampled_from(["keys", "bass"]), SPAN),
    st.sampled_from(["", "duet", "off"]),
    st.none() | st.integers(0, 127),
)


@given(ANY_PRESET)
def test_text_and_back(preset: Preset) -> None:
    assert parse(text_of(preset), "x") == preset


@given(ANY_PRESET, ANY_PRESET, st.floats(0.0, 1.0))
def test_what_lies_between_two_presets_is_one(first: Preset, second: Preset, amount: float) -> None:
    between = morph(first, second, amount)
    assert parse(text_of(between), "x") == between
    for name in first.values.keys() & second.values.keys():
        ends = [first.values[name], second.values[name]]
        if PARAMETERS[name].choices:
            assert between.values[name] == ends[amount >= 0.5]
        else:
            assert min(ends) <= between.values[name] <= max(ends)  # type: ignore[type-var]


@given(ANY_PRESET, ANY_PRESET)
def test_the_ends_are_the_presets_themselves(first: Preset, second: Preset) -> None:
    start, end = morph(first, second, 0.0), morph(first, second, 1.0)
    assert (start.values, start.voices, start.ranges, start.mode) == (
        first.values, first.voices, first.ranges, first.mode,
    )  # fmt: skip
    assert (end.values, end.voices, end.ranges, end.mode) == (second.values, second.voices, second.ranges, second.mode)


def test_half_way() -> None:
    first = Preset({"temperature": 0.5, "polyphony": 2.0, "thru": "off", "share": 1.0}, {}, {"bass": (20, 40)})
    second = Preset({"temperature": 1.5, "polyphony": 5.0, "thru": "on"}, {"lead": (True, 4)}, {"bass": (30, 60)})
    assert morph(first, second, 0.25) == Preset(
        {"temperature": 0.75, "polyphony": 3.0, "thru": "off", "share": 1.0}, {}, {"bass": (22, 45)}
    )
    assert morph(first, second, 0.5) == Preset(
        {"temperature": 1.0, "polyphony": 4.0, "thru": "on"}, {"lead": (True, 4)}, {"bass": (25, 50)}
    )


@pytest.mark.parametrize("amount", [-0.1, 1.1, float("nan")])
def test_there_is_nothing_beyond_the_ends(amount: float) -> None:
    with pytest.raises(ValueError, match="0 is the first preset"):
        morph(Preset(), Preset(), amount)
