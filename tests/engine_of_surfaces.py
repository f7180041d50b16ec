"""The set that a surface is attached to, in tests: remembers what it is asked."""

from __future__ import annotations

from bridge.live.surfaces import Batch
from bridge.vocabulary.events import ErrorReport
from bridge.vocabulary.requests import Asker, Report


class FakeEngine:
    """As `bridge.live.surfaces.Engine`."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.shown: list[ErrorReport] = []
        self.told: list[Report] = []

    def hand_in(self, batch: Batch, asker: Asker | None) -> None:
        self.batches.append(batch)

    def show(self, report: ErrorReport) -> None:
        self.shown.append(report)

    def tell(self, report: Report) -> None:
        self.told.append(report)
