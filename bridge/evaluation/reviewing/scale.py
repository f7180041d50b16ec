"""What is usual: quantiles of every measure among held-out human pieces, kept with the package.

`antiphon review --learn DATA` makes them anew. What a model says of a piece is compared with what the same model says
of the others; a model that the scale does not know gives no percentile there.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from bridge.system.plain_files import write_plain

PACKAGED: Final = Path(__file__).with_name("scale.json")
_STEPS: Final = 20  # a quantile for every twentieth part
Tables = Mapping[str, Mapping[str, Sequence[float]]]


@dataclass(frozen=True, slots=True)
class Scale:
    """Quantiles by group and measure; `groups` names the models by digest, `pieces` how many there were."""

    pieces: int
    tables: Tables

    def percentile(self, group: str, measure: str, value: float) -> float | None:
        """The share of human pieces below `value`, 0 to 100; None where that is not known."""
        quantiles = self.tables.get(group, {}).get(measure)
        if not quantiles or not math.isfinite(value):
            return None
        low = float(np.searchsorted(quantiles, value, side="left"))
        high = float(np.searchsorted(quantiles, value, side="right"))
        if low < high:  # as many pieces are exactly so
            return 100.0 * (low + high - 1) / 2 / _STEPS
        place = int(low)
        if place in (0, len(quantiles)):
            return 0.0 if place == 0 else 100.0
        below, above = quantiles[place - 1], quantiles[place]
        return 100.0 * (place - 1 + (value - below) / (above - below)) / _STEPS

    def middle(self, group: str, measure: str) -> float | None:
        """What half of the human pieces are below."""
        quantiles = self.tables.get(group, {}).get(measure)
        return quantiles[_STEPS // 2] if quantiles else None


def load(path: Path = PACKAGED) -> Scale:
    """Raises OSError or ValueError for a file that is no scale."""
    if not path.exists():
        return Scale(0, {})
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return Scale(int(found["pieces"]), found["tables"])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is no scale of reviews ({error}): make it with antiphon review --learn") from None


def save(scale: Scale, path: Path) -> None:
    """One line for each measure: short to read, and a change shows."""
    groups = []
    for name, table in scale.tables.items():
        rows = [f"   {json.dumps(measure)}: {json.dumps(list(values))}" for measure, values in table.items()]
        groups.append(f"  {json.dumps(name)}: {{\n" + ",\n".join(rows) + "\n  }")
    write_plain(path, f'{{\n "pieces": {scale.pieces},\n "tables": {{\n' + ",\n".join(groups) + "\n }\n}\n")


def quantiles_of(rows: Sequence[Mapping[str, float]]) -> dict[str, list[float]]:
    """Of every measure in `rows`, one for each piece; those that too few pieces have are left out."""
    out: dict[str, list[float]] = {}
    for name in dict.fromkeys(name for row in rows for name in row):
        values = np.array([row[name] for row in rows if name in row])
        values = values[np.isfinite(values)]
        if len(values) > _STEPS:
            found = np.quantile(values, np.linspace(0, 1, _STEPS + 1))
            out[name] = [round(float(value), 4) for value in found]
    return out
