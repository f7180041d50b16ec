"""A whole musician in a hundred lines: it listens on one virtual MIDI port and plays along on another.

    python docs/examples/musician.py [MODE] [MODEL]

Everything musical is in `Performer`, which knows no port and no clock: it is told what came in and what time it is, and
says what is to leave. What is left to do is in this file: wait, tell it, have it work, carry out what it decided, and
say how long its model takes, so that it plans as far ahead as that needs. `antiphon jam` (bridge/live/daemon.py) does
the same, and also takes OSC, records, swaps models and survives their faults.
"""

from __future__ import annotations

import select
import sys
import time
from collections.abc import Callable

from bridge.engine.folders import find_model
from bridge.engine.model import Model
from bridge.engine.streaming import StreamingModel
from bridge.midi.client import MidiLink
from bridge.midi.port import MidiPort, PortSettings, PortStatus
from bridge.performer.performer import Performer
from bridge.performer.settings import Settings
from bridge.performer.step_times import StepTimes
from bridge.vocabulary.events import ErrorReport, Input, TooLate, TurnChanged

LONGEST_NAP = 0.5  # seconds


class Musician:
    """Plays on a port until it is told to end. `clock` gives the port's time in seconds."""

    def __init__(self, model: Model, settings: Settings, port: MidiPort, clock: Callable[[], float]) -> None:
        self.performer = Performer(model, settings)
        self._port = port
        self._clock = clock
        self._steps = StepTimes()

    def turn(self) -> None:
        """Hear what came in and do one piece of work, so that the human is heard again soon."""
        for item in self._port.receive():
            if isinstance(item, PortStatus):
                say(f"MIDI: {item.state} {item.detail}")
            else:
                self._hear(item)
        self._work()

    def next_turn(self) -> float:
        """The latest time for the next turn, should nothing come in before."""
        now = self._clock()
        return min(self.performer.wakeup(now), self._port.next_wake(now), now + LONGEST_NAP)

    def _hear(self, item: Input) -> None:
        try:
            self.performer.receive(item, self._clock())
        except ValueError as refusal:  # a value that cannot be set, say: nothing has changed
            say(str(refusal))
        self._carry_out()

    def _work(self) -> None:
        began = self._clock()
        if not self.performer.advance(began):
            return
        ended = self._clock()
        if self.performer.steps_taken:  # else it was done without the model
            self._steps.add(ended, (ended - began) / self.performer.steps_taken)
        self._carry_out()
        news = self._steps.news(ended, closely=self.performer.watches_steps)
        if news is not None:
            self._hear(news)

    def _carry_out(self) -> None:
        """Send what was decided; a note whose time has passed is taken back instead."""
        now = self._clock()
        for note_id in self.performer.too_late(now):
            self.performer.receive(TooLate(now, note_id), now)
        outputs = self.performer.take_outputs()
        self._port.send(outputs)
        for output in outputs:
            if isinstance(output, TurnChanged):
                say(f"turn: {output.turn}")
            elif isinstance(output, ErrorReport):
                say(f"{output.severity}: {output.text}")


def say(text: str) -> None:
    """A line for the human."""
    sys.stdout.write(f"{text}\n")


def main(mode: str = "harmonize", model_name: str = "duo") -> None:
    """Play on ports of one's own until Ctrl-C."""
    model = StreamingModel.load(find_model(model_name))
    model.warm_up()
    port = MidiLink(PortSettings(virtual_in="Musician In", virtual_out="Musician Out"))
    musician = Musician(model, Settings(mode=mode), port, time.perf_counter)
    port.start()
    try:
        while True:
            nap = max(musician.next_turn() - time.perf_counter(), 0.0)
            select.select(port.connections, [], [], nap)
            musician.turn()
    except KeyboardInterrupt:
        pass
    finally:
        port.close()  # ends whatever sounds


if __name__ == "__main__":
    main(*sys.argv[1:])
