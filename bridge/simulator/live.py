"""Plays a set: the core on the simulated clock, among people who act and things that go wrong, with a watch on it all.

More like life than `Simulation` alone: what the engine decides leaves only when the work that decided it is done, work
takes its time and now and then much more, ports come and go, and the model fails.
"""

from __future__ import annotations

from collections.abc import Callable

from bridge.midi import bytes as midi_bytes
from bridge.sessions.log import Session
from bridge.sessions.simulation import Simulation
from bridge.simulator.deeds import Cable, Deed, Deeds, Fault, Ports, Room, Stall, SwapModel, Wait
from bridge.simulator.watch import Watch
from bridge.simulator.witness import ModelFailed, Witness
from bridge.vocabulary.events import Input, SetLinkPlaying, SetLinkTempo, TurnChanged, ValueReport


class LiveSet(Simulation):
    """A set that begins at time 0. `load(name)` makes a model that is swapped to, and says its hash.

    `step` is how long one piece of work takes, in simulated seconds. Raises Broken as soon as an invariant does.
    """

    def __init__(
        self,
        session: Session,
        room: Room,
        watch: Watch,
        witness: Witness,
        load: Callable[[str], tuple[Witness, str]],
        step: float,
    ) -> None:
        self._room = room
        self._watch = watch
        self._witness = witness
        self._load = load
        self._stall = 0.0
        self._cable = False
        self.refused = self.faults = 0
        watch.look_at(session.performer)
        super().__init__(session, step=step, keep=False)

    def perform(self, deeds: Deeds, until: float) -> None:
        """Go on to time `until`, having each deed done at its own time."""
        for deed in deeds:
            self.run_to(min(deed.time, until))
            if deed.time > until:
                break
            self._do(deed)
            self._watch.stepped(self.now)
        self.run_to(until)

    def finish(self) -> None:
        """End the set: everything that sounds ends. Raises Broken where it does not."""
        self.port.set_ports(input_open=True, output_open=True)
        self._watch.books.port_open = True
        self.close()
        self._collect()
        if self._watch.books.sounding:
            raise self._watch.invariants[0].broken(self.now, f"the set is over: {sorted(self._watch.books.sounding)}")

    def receive(self, item: Input) -> None:
        """Have the session receive an input now; what it refuses is counted."""
        try:
            self.session.receive(item, self.now)
        except ValueError:
            self.refused += 1
        except ModelFailed:
            self._heal()
        else:
            self._watch.received(self.now, item)
        self._flush()

    def _do(self, deed: Deed) -> None:
        match deed:
            case Wait():
                pass
            case Stall(_, seconds):
                self._stall = seconds
            case Ports(_, input_open, output_open):
                self.port.set_ports(input_open, output_open)
                self._watch.books.port_open = output_open
                self._collect()
            case Cable(_, plugged):
                self._cable = plugged
            case SwapModel(_, name):
                self._swap(name)
            case Fault():
                self._witness.fails = True
            case _:
                self.receive(deed)

    def _work(self) -> bool:
        began = self.now
        try:
            worked = self.session.advance(began)
        except ModelFailed:
            self._heal()
            worked = True
        if worked:
            step = self.step() if callable(self.step) else self.step
            self._move_to(began + (self._stall or step * self.session.performer.steps_taken))
            self._stall = 0.0
        self._flush(began)
        self._watch.stepped(self.now)
        return worked

    def _heal(self) -> None:
        """As the daemon does it."""
        self.faults += 1
        self._watch.moving(self._witness)
        self.session.recover(self.now)
        self._flush()
        self._watch.moved(self._witness)

    def _swap(self, name: str) -> None:
        before, (self._witness, digest) = self._witness, self._load(name)
        self._watch.moving(before)
        self.session.change_model(self._witness, digest, self.now)
        self._flush()
        self._watch.moved(self._witness)

    def _move_to(self, time: float) -> None:
        super()._move_to(time)
        self._collect()

    def _flush(self, made: float | None = None) -> None:
        outputs = self.session.take_outputs(self.now)
        if not outputs:
            return
        room = self._room
        for output in outputs:
            self._watch.gave(self.now if made is None else made, self.now, output)
            match output:
                case TurnChanged(turn):
                    room.turn = turn
                case SetLinkTempo(bpm):
                    room.link_bpm = bpm
                case SetLinkPlaying(playing):
                    room.link_playing = playing
                case ValueReport("late", value):
                    self.port.set_late(float(value))
        self.port.send(outputs)
        self._collect()

    def _collect(self) -> None:
        """Look at what left."""
        if not self.port.sent:
            return
        sent, self.port.sent = self.port.sent, []
        for time, message in sent:
            self._watch.sent(time, message)
            if self._cable and message[0] & 0xF0 in (midi_bytes.NOTE_ON, midi_bytes.NOTE_OFF):
                self.port.play(message, time=time)
