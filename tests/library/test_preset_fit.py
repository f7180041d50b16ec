"""Presets that suit what is played: by mode, by what is advised, by their scale."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bridge.library.advice import Advice, Measures
from bridge.library.preset_fit import best_preset, fit_of, readable_presets
from bridge.presets.presets import Preset
from bridge.presets.store import PresetShelf

# As somebody plays who keeps to D dorian, without a clock.
DORIAN = tuple(1 / 7 if tone in (0, 2, 4, 5, 7, 9, 11) else 0.0 for tone in range(12))
FOUND = Measures(2.0, 2.0, 30.0, 0.0, 0.0, 0.0, 0.0, DORIAN)
ADVICE = Advice("respond", {"temperature": 0.7}, ("slow",), "a reason")


def points(preset: Preset, found: Measures = FOUND) -> float | None:
    fit = fit_of("one", preset, ADVICE, found)
    return None if fit is None else fit.points


@pytest.mark.parametrize(
    ("preset", "expected"),
    [
        (Preset(mode="respond"), 2.0),
        (Preset({"temperature": 0.8}, mode="respond"), 3.0),
        (Preset({"temperature": 2.0}, mode="respond"), None),  # wild, where calm is advised
        (Preset(mode="duet"), None),
        (Preset({"temperature": 0.7}), None),  # one number alone says little
        (Preset({"scale": "dorian", "root": "D"}), 2.0),
        (Preset({"scale": "dorian", "root": "D", "temperature": 0.7}, mode="respond"), 5.0),
        (Preset({"scale": "major", "root": "F#"}, mode="respond"), None),  # none of its tones are played
        (Preset({"scale": "dorian"}, mode="respond"), 2.0),  # its root is what is heard: nothing to compare
        (Preset({"trade": 4.0}, mode="respond"), None),  # bars, without a clock
    ],
)
def test_a_preset_is_compared_with_what_is_heard(preset: Preset, expected: float | None) -> None:
    assert points(preset) == expected


def test_with_a_clock_bars_may_be_traded() -> None:
    assert points(Preset({"trade": 4.0}, mode="respond"), replace(FOUND, tempo=120.0)) == 2.0


def test_the_best_one_is_told_with_its_reason() -> None:
    presets = {
        "ballad": Preset({"temperature": 0.7, "scale": "dorian", "root": "D"}, mode="respond"),
        "another": Preset(mode="respond"),
        "band": Preset(mode="accompany"),
    }
    best = best_preset(presets, ADVICE, FOUND)
    assert best is not None and best.text == (
        "your preset ballad suits: respond with temperature 0.7, as advised; 100 % of what you play is in its D dorian"
    )
    assert best_preset({"band": presets["band"]}, ADVICE, FOUND) is None
    assert best_preset({}, ADVICE, FOUND) is None


def test_a_broken_preset_stands_in_nobodys_way(tmp_path: Path) -> None:
    shelf = PresetShelf(tmp_path)
    shelf.save("whole", Preset(mode="duet"))
    (tmp_path / "broken.toml").write_text("mode = ")
    assert list(readable_presets(shelf)) == ["whole"]
