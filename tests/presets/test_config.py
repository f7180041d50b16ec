"""A file of settings, value by value; how its mistakes are told is in tests/test_cli.py."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.presets import config
from bridge.vocabulary.controllers import Binding


def test_config_values(tmp_path: Path) -> None:
    path = tmp_path / "set.toml"
    path.write_text('mode = "duet"\n[parameters]\ntemperature = 0.5\n[voices]\nbass = 7\ndrums = "off"\n')
    loaded = config.load(path, {"mode"})
    assert loaded["mode"] == "duet"
    assert config.parameter_values(loaded["parameters"]) == {"temperature": 0.5}
    assert config.voice_settings(loaded["voices"]) == {"bass": (True, 7), "drums": (False, 10)}


def test_ranges_and_controllers(tmp_path: Path) -> None:
    path = tmp_path / "set.toml"
    path.write_text(
        "[ranges]\nbass = [28, 55]\n[controllers]\ntop_p = 20\n"
        "temperature = {cc = 21, channel = 1, low = 0.5, high = 1.5}\n"
    )
    loaded = config.load(path, set())
    assert config.range_settings(loaded["ranges"]) == {"bass": (28, 55)}
    assert config.range_settings({"bass": "28-55"}) == {"bass": (28, 55)}
    assert config.controller_settings(loaded["controllers"]) == {
        "top_p": Binding(20, 0, 0.05, 1.0),
        "temperature": Binding(21, 1, 0.5, 1.5),
    }


@pytest.mark.parametrize(
    ("read", "given", "message"),
    [
        (config.voice_settings, {"bass": "²"}, "voice bass cannot be '²': a channel from 1 to 16, or off"),
        (config.range_settings, {"bass": "²-55"}, "range of bass cannot be '²-55': two pitches from 0 to 127"),
        (config.controller_settings, {"top_p": "²"}, "controller of top_p: cc cannot be '²': a whole number"),
    ],
)
def test_what_looks_like_a_digit_and_is_no_number_is_refused_like_any_other_text(
    read: Callable[[dict[str, object]], object], given: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        read(given)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("mode = ", "set.toml is not TOML"),
        ("\xff", "set.toml is not TOML"),
        ('mdoe = "duet"', "set.toml: unknown key 'mdoe': did you mean 'mode'?"),
        ('xyz = "duet"', "set.toml: unknown key 'xyz': there are binds, controllers, mode"),
        ("voices = 3", r"set.toml: 'voices' must be a table, \[voices\]"),
        ("parts = []", r"'parts' must be a table"),
    ],
)
def test_a_file_that_is_wrong_is_named_with_the_place_and_the_way_out(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "set.toml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ValueError, match=message):
        config.load(path, {"mode"})


def test_a_file_without_any_table_is_one() -> None:
    config.check_table({}, "voices")
    config.check_table({"voices": {}}, "voices")


def test_numbers_from_a_command_line_are_read_and_words_are_left_as_they_are() -> None:
    assert config.parameter_values({"temperature": "0.5", "scale": "major"}) == {"temperature": 0.5, "scale": "major"}
    for name, value, message in (
        ("temperature", "hot", "temperature cannot be 'hot': it is a number"),
        ("temperature", 99.0, "temperature"),
        ("scale", "12", "scale"),
        ("temprature", "0.5", "temprature"),
        ("temprature", 0.5, "temprature"),
    ):
        with pytest.raises(ValueError, match=message):
            config.parameter_values({name: value})


@pytest.mark.parametrize("channel", [1, 16, "1", "16"])
def test_a_voice_plays_on_any_of_sixteen_channels(channel: object) -> None:
    assert config.voice_settings({"bass": channel}) == {"bass": (True, int(str(channel)))}


@pytest.mark.parametrize("channel", [0, 17, -1, "", "on", "2.5", 2.5, True, None, [2]])
def test_a_voice_on_no_channel_is_refused(channel: object) -> None:
    with pytest.raises(ValueError, match=r"voice bass cannot be .*: a channel from 1 to 16, or off"):
        config.voice_settings({"bass": channel})


@pytest.mark.parametrize("span", [[0, 127], [60, 60], "0-127", "60-60"])
def test_a_range_may_be_the_whole_keyboard_or_one_key(span: object) -> None:
    low, high = config.range_settings({"bass": span})["bass"]
    assert (low, high) in {(0, 127), (60, 60)}


@pytest.mark.parametrize(
    "span", [[60], [1, 2, 3], [-1, 50], [50, 40], [0, 128], "50-40", "0-128", "40", "40-", "a-b", "1-2-x", 40, None, []]
)
def test_what_is_no_range_is_refused(span: object) -> None:
    with pytest.raises(ValueError, match=r"range of bass cannot be .*: two pitches from 0 to 127, the lower one first"):
        config.range_settings({"bass": span})


@pytest.mark.parametrize("read", [config.voice_settings, config.range_settings])
def test_a_voice_that_does_not_exist_is_answered_by_those_that_do(read: object) -> None:
    with pytest.raises(ValueError, match="no voice 'violin': there are keys, guitar, bass"):
        read({"violin": 3})  # type: ignore[operator]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("temperature", "x", "controller of temperature: cc cannot be 'x': a whole number"),
        ("temperature", {"channel": 1}, "controller of temperature: cc cannot be ''"),
        ("temperature", {"cc": 21, "channel": "all"}, "controller of temperature: channel cannot be 'all'"),
        ("temperature", {"cc": 21, "lwo": 1}, "controller of temperature: unknown key 'lwo': did you mean 'low'"),
        ("temprature", 21, "controller of temprature: "),
        ("temperature", 64, "controller of temperature: "),
        ("temperature", 300, "controller of temperature: "),
    ],
)
def test_a_controller_that_cannot_be_is_refused_by_the_name_of_what_it_would_steer(
    name: str, value: object, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        config.controller_settings({name: value})


def test_words_of_a_command_line_are_pairs_and_a_value_may_have_an_equals_sign() -> None:
    assert config.pairs(["a=1", "b=", "c=x=y"], "--set") == {"a": "1", "b": "", "c": "x=y"}
    for word in ("a", "=1", ""):
        with pytest.raises(ValueError, match=f"--set {word!r}: write NAME=VALUE"):
            config.pairs([word], "--set")
