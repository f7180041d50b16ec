"""Advice beside a set: asked, answered on a thread of its own, or told that too little was played."""

from __future__ import annotations

import queue

from performing import phrase, settle, simulation

from bridge.library.advice_surface import AdviceSurface
from bridge.vocabulary.events import ErrorReport, NoteOn
from bridge.vocabulary.requests import Advise, Advised, Report


class Asks:
    sender = ("test", 1)

    def __init__(self) -> None:
        self.said: queue.Queue[Report] = queue.Queue()

    def send(self, report: Report) -> None:
        self.said.put(report)


def test_who_asks_is_answered() -> None:
    sim, asks = simulation("off"), Asks()
    surface = AdviceSurface(None, lambda: sim.session.performer)  # type: ignore[arg-type]
    surface.start()
    try:
        assert surface.take(Advise(), asks) and not surface.take(NoteOn(0.0, 60, 80), asks)
        little = asks.said.get(timeout=20)
        assert isinstance(little, ErrorReport) and "say too little" in little.text
        for start in (1.0, 9.0, 17.0):
            sim.play(phrase(start), until=start + 7.0)
        settle(sim)
        assert surface.take(Advise(), asks)
        told = asks.said.get(timeout=20)
        assert isinstance(told, Advised) and told.mode == "respond" and "in phrases" in told.text
    finally:
        surface.close()
        surface.close()
