"""Measurements, briefly, with a small model: that they measure, not what; and parts of them without ports and time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from required import missing

from bridge.bench import jack_server
from bridge.bench.registry import MEASUREMENTS
from bridge.bench.result import Conditions, Result

if TYPE_CHECKING:
    from bridge.bench.keyboard import HeardMessage


def small_model(folder: Path) -> Path:
    """A model folder in `folder` that takes no time."""
    pytest.importorskip("onnx")
    from engine_models import write_model

    return write_model(folder / "small")


def measured(name: str, folder: Path, model: Path | None = None) -> Result:
    """What `antiphon bench NAME --quick` measures: nothing is lost, hangs or sounds on. Times are not looked at."""
    if MEASUREMENTS[name].needs_jack and jack_server.missing():
        missing(jack_server.missing())
    told: list[float] = []
    result = MEASUREMENTS[name].run(Conditions(str(model or small_model(folder)), quick=True, progress=told.append))
    assert not (result.skipped or result.failed), result
    assert told and 0 < told[-1] <= 1
    counts = [figure for figure in result.figures if not figure.unit and figure.bar is not None]
    assert [figure for figure in counts if not figure.met] == []
    return result


class Clock:
    """Stands in for the `time` module of what is measured: whoever sleeps on it has slept at once."""

    def __init__(self, now: float = 100.0) -> None:
        self.now = now

    def perf_counter(self) -> float:
        return self.now

    monotonic = perf_counter

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.now += seconds


class FakeKeyboard:
    """What `bridge.bench.keyboard.Keyboard` is to a measurement, without ports.

    `arrives` says what comes back, in the same moment, for a message that is sent; `coming` what comes at each wait.
    """

    def __init__(
        self,
        clock: Clock,
        arrives: Callable[[bytes], Sequence[bytes]] = lambda message: (),
        coming: Sequence[Sequence[bytes]] = (),
    ) -> None:
        from bridge.bench.keyboard import HeardMessage

        self._made = HeardMessage
        self._clock = clock
        self._arrives = arrives
        self._coming = list(coming)
        self.sent: list[bytes] = []
        self.heard: list[HeardMessage] = []

    def send(self, message: bytes) -> float:
        self.sent.append(message)
        self._hear(self._arrives(message))
        return self._clock.now

    def wait(self, wanted: Callable[[bytes], bool], timeout: float, since: int = 0) -> HeardMessage | None:
        if self._coming:
            self._hear(self._coming.pop(0))
        return next((heard for heard in self.heard[since:] if wanted(heard.data)), None)

    def sounding(self) -> set[tuple[int, int]]:
        from bridge.bench.keyboard import Keyboard

        return Keyboard.sounding(self)  # type: ignore[arg-type]

    def _hear(self, messages: Sequence[bytes]) -> None:
        self.heard += [self._made(self._clock.now, message) for message in messages]


class FakeDaemon:
    """A daemon that says `statuses`, one after the other, the last again and again; `sent` is what it was told."""

    def __init__(self, *statuses: dict[str, Any]) -> None:
        self._statuses = list(statuses)
        self.sent: list[tuple[Any, ...]] = []

    def send(self, *message: Any) -> None:
        self.sent.append(message)

    def sure_status(self) -> dict[str, Any]:
        return self._statuses.pop(0) if len(self._statuses) > 1 else self._statuses[0]
