"""The same performance without a clock: the core, the real outbox and a scripted human in simulated time.

An eight-hour set takes minutes, and comes out the same each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, Generic, Protocol, TypeVar

from bridge.midi.manual import FakePort
from bridge.midi.port import PortStatus
from bridge.performer.performer import Performer
from bridge.performer.step_times import StepTimes
from bridge.vocabulary.events import Input, Output

# What one piece of work of the model's takes, in simulated seconds.
STEP: Final = 0.002


class Playing(Protocol):
    """What a simulation plays: a `Session`, or whatever stands around one. Times in seconds."""

    @property
    def performer(self) -> Performer:
        """Who plays."""

    def receive(self, item: Input, now: float) -> None:
        """Take an input."""

    def advance(self, now: float) -> bool:
        """One piece of work; True when there was some."""

    def take_outputs(self, now: float) -> list[Output]:
        """What was decided since the last call."""


_PlayingT = TypeVar("_PlayingT", bound=Playing)


class Hooks:
    """What may be said to a simulation, and heard of it, at each point of the way; these say and do nothing."""

    def lasted(self, steps: float) -> float | None:
        """How long a piece of work lasted, of so many steps of the model's, in seconds.

        None: as long as its steps, of which the performer is told as the daemon tells it.
        """
        return None

    def gave(self, made: float, outputs: Sequence[Output]) -> None:
        """These were decided at `made`, and reach the port now."""

    def moved(self) -> None:
        """Time went on, or the port was given something: some of it may have left."""

    def worked(self) -> None:
        """The performer was asked for a piece of work, and what came of it reached the port."""


_NO_HOOKS: Final = Hooks()


class Simulation(Generic[_PlayingT]):
    """Plays scripted inputs to a session over a fake port on a manual clock that begins at `start` seconds.

    `step` is how long one step of the model takes, in simulated seconds (or says so of the one just done), and a piece
    of work as many as `Performer.steps_taken` says: its notes are ready only then. `outputs` collects (time, output)
    when `keep` is set; `sent` is what left the port, as (time, MIDI message).
    """

    def __init__(
        self,
        session: _PlayingT,
        *,
        step: float | Callable[[], float] = STEP,
        keep: bool = True,
        start: float = 0.0,
        hooks: Hooks = _NO_HOOKS,
    ) -> None:
        self.session = session
        self.port = FakePort()
        self.now = start
        self.outputs: list[tuple[float, Output]] = []
        self.step = step
        self._steps = StepTimes()
        self._keep = keep
        self._hooks = hooks
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
        self.flush()

    def flush(self) -> None:
        """Hand to the port what the session decided."""
        self._flush(self.now)

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
        """One piece of work, which takes its time. True when there was some."""
        began = self.now
        worked = self.session.advance(began)
        if worked:
            steps = self.session.performer.steps_taken
            lasted = self._hooks.lasted(steps)
            if lasted is not None:
                self._move_to(began + lasted)
            elif steps:
                self._time_steps(steps)
        self._flush(began)
        self._hooks.worked()
        return worked

    def _time_steps(self, steps: float) -> None:
        """A piece of work lasts as long as its steps, of which the performer is told as the daemon tells it."""
        took = self.step() if callable(self.step) else self.step
        self._move_to(self.now + took * steps)
        self._steps.add(self.now, took)
        news = self._steps.news(self.now, closely=self.session.performer.watches_steps)
        if news is not None:
            self.session.receive(news, self.now)

    def _move_to(self, time: float) -> None:
        self.now = max(self.now, time)
        self.port.advance(self.now)
        self._hooks.moved()

    def _take_reports(self) -> bool:
        items = [item for item in self.port.receive() if not isinstance(item, PortStatus)]
        for item in items:
            self.receive(item)
        return bool(items)

    def _flush(self, made: float) -> None:
        outputs = self.session.take_outputs(self.now)
        if not outputs:
            return
        self._hooks.gave(made, outputs)
        self.port.send(outputs)
        self._hooks.moved()
        if self._keep:
            self.outputs.extend((self.now, output) for output in outputs)
