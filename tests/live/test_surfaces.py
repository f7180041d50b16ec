"""A surface that overrides nothing is in nobody's way."""

from __future__ import annotations

import inspect
from collections import deque
from collections.abc import Mapping

from engine_of_surfaces import AskedEngine, FakeEngine

from bridge.live.daemon import Daemon
from bridge.live.surfaces import Attached, Engine, Surface, reply
from bridge.sessions.log import Entry
from bridge.vocabulary.events import ErrorReport, Input, NoteOn, SetTempo, Severity
from bridge.vocabulary.requests import Asker, Capture, Notice, Report, ShellRequest


def test_it_does_nothing_and_leaves_all_to_others() -> None:
    surface = Surface()
    surface.start()
    surface.accept(["in", 1.0, NoteOn(1.0, 60, 80)])
    surface.tell(Notice("hello"))
    surface.publish({"mode": "duet"})
    assert not surface.take(Capture(), None) and not surface.take(SetTempo(1.0, 120.0), None)
    assert dict(surface.status()) == {}
    surface.close()
    surface.close()


def test_the_daemon_is_all_that_a_surface_may_ask() -> None:
    asked = [name for name, _ in inspect.getmembers(Engine, inspect.isfunction) if not name.startswith("_")]
    assert asked == ["hand_in", "show", "tell"]
    for name in asked:
        theirs = inspect.signature(getattr(Engine, name))
        assert list(inspect.signature(getattr(Daemon, name)).parameters) == list(theirs.parameters)


class Guest(Surface):
    """Notes what it is called for, and raises where it is to."""

    def __init__(self, name: str, calls: list[str], *, raises: str = "") -> None:
        self._name = name
        self._calls = calls
        self._raises = raises

    def _called(self, what: str) -> None:
        self._calls.append(f"{self._name} {what}")
        if what == self._raises:
            raise RuntimeError(f"no {what} today")

    def start(self) -> None:
        self._called("start")

    def accept(self, entry: Entry) -> None:
        self._called(f"accept {entry[0]}")

    def tell(self, report: Report) -> None:
        self._called("tell")

    def take(self, item: Input | ShellRequest, asker: Asker | None) -> bool:
        self._called("take")
        return isinstance(item, Capture)

    def status(self) -> dict[str, object]:
        self._called("status")
        return {self._name: True, "last": self._name}

    def publish(self, status: Mapping[str, object]) -> None:
        self._called("publish")

    def close(self) -> None:
        self._called("close")


def attached(*raises: str) -> tuple[Attached, list[str], list[ErrorReport]]:
    """Surfaces named a, b, ...; what they are called for, and what is told of them."""
    calls: list[str] = []
    complaints: list[ErrorReport] = []
    surfaces = Attached(complaints.append)
    for name, what in zip("abc", raises, strict=False):
        surfaces.add(Guest(name, calls, raises=what))
    return surfaces, calls, complaints


def test_all_are_told_in_order_and_closed_from_the_last_one_on() -> None:
    surfaces, calls, complaints = attached("", "")
    surfaces.start()
    entries = deque([["begin", 1.0], ["go", 2.0]])
    surfaces.accept_all(entries)
    surfaces.tell(Notice("hello"))
    surfaces.publish({})
    surfaces.close()
    assert calls == [
        "a start", "b start", "a accept begin", "b accept begin", "a accept go", "b accept go", "a tell", "b tell",
        "a publish", "b publish", "b close", "a close",
    ]  # fmt: skip
    assert not entries and not complaints
    assert [type(surface) for surface in surfaces] == [Guest, Guest]


def test_what_is_asked_for_is_carried_out_by_the_first_one_whose_it_is() -> None:
    surfaces, calls, _ = attached("", "")
    assert surfaces.take(Capture(), None) and calls == ["a take"]
    assert not surfaces.take(SetTempo(1.0, 120.0), None) and calls == ["a take", "a take", "b take"]
    assert not attached()[0].take(Capture(), None)


def test_what_they_add_to_the_status_is_told_together() -> None:
    assert attached("", "")[0].status() == {"a": True, "b": True, "last": "b"}


def test_one_that_raises_is_told_of_once_and_the_others_go_on() -> None:
    surfaces, calls, complaints = attached("accept go", "status", "take")
    surfaces.accept_all(deque([["go", 1.0], ["go", 2.0]]))
    assert calls == [f"{name} accept go" for name in "abcabc"]
    assert [(one.severity, one.code, one.text) for one in complaints] == [
        (Severity.ERROR, "surface-fault", "Guest failed: no accept go today")
    ]
    assert surfaces.status() == {"a": True, "c": True, "last": "c"}
    assert surfaces.take(Capture(), None), "by the first"
    assert not surfaces.take(SetTempo(1.0, 120.0), None)
    assert [one.text for one in complaints[1:]] == ["Guest failed: no status today", "Guest failed: no take today"]


def test_who_asked_is_told_and_where_nobody_waits_people_are_told_what_went_wrong() -> None:
    engine, asker = FakeEngine(), AskedEngine()
    fault = ErrorReport(Severity.ERROR, "code", "text")
    for report in (fault, Notice("done")):
        reply(engine, asker, report)
        assert asker.said.get_nowait() == report and not engine.shown
        reply(engine, None, report)
        assert engine.shown == ([fault] if report is fault else [])
        engine.shown.clear()
