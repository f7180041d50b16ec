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


@pytest.mark.parametrize(
    ("values", "wanted", "expected"),
    [
        (
            {"temperature": 0.7, "pull": 0.3},
            {"temperature": 0.7, "pull": 0.3},
            "temperature 0.7 and pull 0.3, as advised",
        ),
        ({"temperature": 0.7, "pull": 1.0}, {"temperature": 0.7, "pull": 0.3}, None),
        ({"temperature": 0.7}, {"temperature": 0.7, "pull": 0.3}, None),
        ({"scale": "blues", "root": "C"}, {"scale": "blues", "root": "C"}, "scale blues and root C, as advised"),
        ({"scale": "blues", "root": "C"}, {"scale": "dorian", "root": "D"}, None),
    ],
)
def test_without_a_mode_a_preset_suits_by_what_it_sets_as_advised(
    values: dict[str, float | str], wanted: dict[str, float | str], expected: str | None
) -> None:
    silent = replace(FOUND, pitch_classes=(0.0,) * 12)
    fit = fit_of("one", Preset(values), Advice("respond", wanted, ("slow",), "a reason"), silent)
    assert (None if fit is None else fit.reason) == expected


@pytest.mark.parametrize(("outside", "expected"), [(0.05, 4.0), (0.2, 2.0), (0.3, None)])
def test_a_scale_suits_is_no_matter_or_is_wrong_by_how_much_of_the_music_lies_in_it(
    outside: float, expected: float | None
) -> None:
    heard = [share * (1 - outside) for share in DORIAN]
    heard[1] = outside  # C#, which is not in D dorian
    found = replace(FOUND, pitch_classes=tuple(heard))
    assert points(Preset({"scale": "dorian", "root": "D"}, mode="respond"), found) == expected


@pytest.mark.parametrize(
    "values", [{"scale": "chromatic", "root": "F#"}, {"scale": "heard", "root": "F#"}, {"root": "F#"}]
)
def test_a_root_without_a_scale_of_its_own_rules_nothing_out(values: dict[str, str]) -> None:
    assert points(Preset(dict(values), mode="respond")) == 2.0


def test_of_presets_that_suit_alike_the_first_by_name_is_told() -> None:
    presets = {name: Preset(mode="respond") for name in ("zither", "alto", "mid")}
    best = best_preset(presets, ADVICE, FOUND)
    assert best is not None and best.name == "alto"
