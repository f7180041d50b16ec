"""Which of the presets somebody saved suits what is played: by what it sets, beside what was heard and is advised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bridge.library.advice import Advice, Measures
from bridge.presets.presets import Preset
from bridge.presets.store import PresetShelf
from bridge.vocabulary.parameters import PARAMETERS
from bridge.vocabulary.scales import CHROMATIC, HEARD, PITCH_CLASSES, tones

# So much of a parameter's range apart, two values are the same to a musician.
_NEAR: Final = 0.1
# A scale suits where it has such a part of what was played, and is wrong from so few on.
_INSIDE: Final = 0.9
_OUTSIDE: Final = 0.75
_ENOUGH: Final = 2.0  # points: its mode, or its scale


@dataclass(frozen=True, slots=True)
class PresetFit:
    """A preset that suits, by how many `points`, and why, in words."""

    name: str
    points: float
    reason: str

    @property
    def text(self) -> str:
        """In a line."""
        return f"your preset {self.name} suits: {self.reason}"


def best_preset(presets: Mapping[str, Preset], advice: Advice, found: Measures) -> PresetFit | None:
    """The preset that suits best, of several alike the first by name; None where none does."""
    fits = [fit for name in sorted(presets) if (fit := fit_of(name, presets[name], advice, found)) is not None]
    return max(fits, key=lambda fit: fit.points, default=None)


def fit_of(name: str, preset: Preset, advice: Advice, found: Measures) -> PresetFit | None:
    """How a preset suits; None for one that contradicts what is heard, or says too little to tell."""
    if preset.mode not in ("", advice.mode) or (_number(preset, "trade") > 0 and not found.tempo):
        return None
    points, same, reasons = 0.0, [], []
    for parameter, wanted in advice.values.items():
        if parameter in preset.values:
            near = _near(parameter, preset.values[parameter], wanted)
            points += 1.0 if near else -1.0
            if near:
                same.append(f"{parameter} {_shown(preset.values[parameter])}")
    if preset.mode:
        points += 2.0
        reasons.append(f"{preset.mode}{' with ' + ' and '.join(same) if same else ''}, as advised")
    elif same:
        reasons.append(f"{' and '.join(same)}, as advised")
    inside = _inside(preset, found)
    if inside is not None:
        share, scale = inside
        if share < _OUTSIDE:
            return None
        if share >= _INSIDE:
            points += 2.0
            reasons.append(f"{100 * share:.0f} % of what you play is in its {scale}")
    return PresetFit(name, points, "; ".join(reasons)) if points >= _ENOUGH else None


def readable_presets(shelf: PresetShelf) -> dict[str, Preset]:
    """Those that can be read, by name; a broken one is told when it is asked for."""
    found = {}
    for name in shelf.names():
        try:
            found[name] = shelf.load(name)
        except ValueError:
            continue
    return found


def _inside(preset: Preset, found: Measures) -> tuple[float, str] | None:
    """The part of the notes heard that lie in a preset's scale, and its name; None where it names none."""
    scale, root = preset.values.get("scale", CHROMATIC), preset.values.get("root", HEARD)
    if scale in (CHROMATIC, HEARD) or root == HEARD or not sum(found.pitch_classes):
        return None
    inside = tones(PITCH_CLASSES.index(str(root)), str(scale))
    return sum(found.pitch_classes[tone] for tone in inside), f"{root} {scale}"


def _near(parameter: str, value: float | str, wanted: float | str) -> bool:
    if isinstance(value, str) or isinstance(wanted, str):
        return value == wanted
    entry = PARAMETERS[parameter]
    return abs(value - wanted) <= _NEAR * (entry.high - entry.low)


def _number(preset: Preset, parameter: str) -> float:
    value = preset.values.get(parameter, 0.0)
    return 0.0 if isinstance(value, str) else value


def _shown(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"
