"""The same performance without a clock: the core, the real outbox and a scripted human in simulated time.

An eight-hour set takes minutes, and comes out the same each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from bridge.midi.manual import FakePort
from bridge.midi.port import PortStatus
from bridge.performer.step_times import StepTimes
from bridge.sessions.log import Session
from bridge.vocabulary.events import Input, Output

# What one piece of work of the model's takes, in simulated seconds.
STEP: Final = 0.002


class Simulation:
    """Plays scripted inputs to a session over a fake port on a manual clock that begins at `start` seconds.

    `step` is how long one step of the model takes, in simulated seconds (or says so of the one just done), and a piece
    of work as many as `Performer.steps_taken` says: its notes are ready only then. `outputs` collects (time, output)
    when `keep` is set; `sent` is what left the port, as (time, MIDI message).
    """

    def __init__(
        self, session: Session, *, step: float | Callable[[], float] = STEP, keep: bool = True, start: float = 0.0
    ) -> None:
        self.session = session
        self.port = FakePort()
        self.now = start
        self.outputs: list[tuple[float, Output]] = []
        self.step = step
        self._steps = StepTimes()
        self._keep = keep
        self.port.advance(start)
        self.port.start()

    @property
    def sent(self) -> list[tuple[float, bytes]]:
        """What left the port."""
        return self.port.sent

    def play(self, script: Iterable[Input], until: float) -> None:
        """Go on to time `until`, receiving each input of `script` (in order of time) at its own time."""
        for item in script:
            self.run_to(min(item.time, until))
            if item.time > until:
                break
            self.receive(item)
        self.run_to(until)

    def receive(self, item: Input) -> None:
        """Have the session receive an input now, whenever it was made."""
        self.session.receive(item, self.now)
        self._flush()

    def close(self) -> None:
        """End the set: everything that sounds ends."""
        self.port.close()

    def run_to(self, until: float) -> None:
        """Let planned notes leave and the performer work until `until`."""
        while True:
            self._take_reports()
            if self._work():
                if self.now >= until:
                    return
                continue
            if self.now >= until:
                return
            wake = min(self.session.performer.wakeup(self.now), self.port.next_wake(self.now), until)
            if wake <= self.now and not self._take_reports():
                wake = min(self.now + STEP, until)
            self._move_to(wake)

    def _work(self) -> bool:
        """One piece of work, which takes its time. True when there was some.

        The performer is told how long its steps take as the daemon tells it.
        """
        worked = self.session.advance(self.now)
        steps = self.session.performer.steps_taken
        if worked and steps:
            took = self.step() if callable(self.step) else self.step
            self._move_to(self.now + took * steps)
            self._steps.add(self.now, took)
            news = self._steps.news(self.now, closely=self.session.performer.watches_steps)
            if news is not None:
                self.session.receive(news, self.now)
        self._flush()
        return worked

    def _move_to(self, time: float) -> None:
        self.now = max(self.now, time)
        self.port.advance(self.now)

    def _take_reports(self) -> bool:
        items = [item for item in self.port.receive() if not isinstance(item, PortStatus)]
        for item in items:
            self.receive(item)
        return bool(items)

    def _flush(self) -> None:
        outputs = self.session.take_outputs(self.now)
        if outputs:
            self.port.send(outputs)
            if self._keep:
                self.outputs.extend((self.now, output) for output in outputs)
