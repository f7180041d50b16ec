"""Many sets, over some processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.engine.fake import FakeModel
from bridge.performer.overload import KeepingUp
from bridge.sessions.log import replay
from bridge.simulator.campaign import STAND_IN, play, save_log


def plans_far_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KeepingUp, "lookahead", lambda self, wanted: wanted + 3.0)


def test_the_log_of_a_set_that_broke_replays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bridge.sessions.log import read_log

    plans_far_ahead(monkeypatch)
    outcome = next(outcome for outcome in play(range(20), 60.0, [STAND_IN]) if outcome.broken is not None)
    log = read_log(save_log(outcome, tmp_path))
    assert len(log.outputs()) > 1
    assert replay(log, lambda name, digest: FakeModel(name)) == log.outputs()


def test_sets_in_two_processes_come_in_order_and_the_same() -> None:
    alone, together = (list(play(range(2, 5), 5.0, [STAND_IN], jobs)) for jobs in (1, 2))
    assert [one.seed for one in together] == [2, 3, 4]
    assert [(one.heard, one.played, one.draws) for one in together] == [
        (one.heard, one.played, one.draws) for one in alone
    ]
