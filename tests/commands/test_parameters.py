"""`antiphon parameters`: what can be set."""

from __future__ import annotations

import pytest
from typed import run

from bridge.vocabulary.parameters import PARAMETERS


@pytest.mark.parametrize("width", [60, 80, 120])
def test_parameters_lists_all_and_keeps_to_the_width(width: int) -> None:
    out = run("parameters", width=width)
    assert all(name in out for name in PARAMETERS)
    assert max(map(len, out.splitlines())) <= width


def test_parameters_by_name() -> None:
    out = run("parameters", "bars", "scale")
    assert "0 to 64, whole" in out and "dorian" in out and "temperature" not in out
    assert "did you mean 'density'" in " ".join(run("parameters", "densty", code=2).split())
