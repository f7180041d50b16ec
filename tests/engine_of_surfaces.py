"""The set that a surface is attached to, in tests: remembers what it is asked. One answers from other threads, too."""

from __future__ import annotations

import queue
from typing import Generic, TypeVar

from bridge.live.surfaces import Batch, Surface
from bridge.vocabulary.events import ErrorReport
from bridge.vocabulary.requests import Asker, Report, ShellRequest

Attached = TypeVar("Attached", bound=Surface)


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


class AskedEngine(Generic[Attached]):
    """An engine, and who asks, in one: for a surface that answers from a thread or process of its own."""

    sender = ("test", 1)
    surface: Attached

    def __init__(self) -> None:
        self.handed_in: queue.Queue[Batch] = queue.Queue()
        self.said: queue.Queue[Report] = queue.Queue()

    def hand_in(self, batch: Batch, asker: Asker | None) -> None:
        self.handed_in.put(batch)

    def show(self, report: ErrorReport) -> None:
        self.said.put(report)

    def tell(self, report: Report) -> None:
        raise AssertionError("nothing is told on the engine thread")

    def send(self, report: Report) -> None:
        self.said.put(report)

    def ask(self, item: ShellRequest, within: float = 60.0) -> Report:
        """The first answer, waited for so many seconds."""
        assert self.surface.take(item, self)
        return self.said.get(timeout=within)
