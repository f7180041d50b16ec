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
