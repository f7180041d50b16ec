"""A step beside Notochord's."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from measuring import small_model

from bridge.bench import notochord
from bridge.bench.result import BenchError, Conditions


def test_a_machine_without_notochord_skips_it_and_says_how_to_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(notochord.VARIABLE, sys.executable)
    result = notochord.measure(Conditions())
    assert result.met is None
    assert "no notochord in" in result.skipped and "ANTIPHON_NOTOCHORD" in result.skipped


def test_steps_are_taken_in_turns_and_the_first_of_both_do_not_count(tmp_path: Path) -> None:
    from engine_models import load

    warm_up = notochord._WARM_UP
    asked, told = io.StringIO(), io.StringIO("9.0\n" * warm_up + "0.002\n" * 6)
    model = load(small_model(tmp_path))
    ours, theirs = notochord._in_turns(model, asked, told, 6, Conditions())
    assert theirs == [0.002] * 6 and len(ours) == 6 and min(ours) > 0
    assert asked.getvalue() == "\n" * (warm_up + 6) and model.position == warm_up + 6


def test_one_that_ends_before_it_answers_is_named() -> None:
    with pytest.raises(BenchError, match="notochord ended"):
        notochord._told(io.StringIO(""))
