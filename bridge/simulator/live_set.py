"""Plays a set: the core on the simulated clock, among people who act and things that go wrong, with a watch on it all.

More like life than `Simulation` alone: what the engine decides leaves only when the work that decided it is done, work
takes its time and now and then much more, ports come and go, and the model fails.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bridge.midi import bytes as midi_bytes
from bridge.performer.performer import Performer
from bridge.sessions.log import Session
from bridge.sessions.simulation import Hooks, Simulation
from bridge.simulator.happenings import Cable, Fault, Happening, Happenings, Ports, Room, Stall, SwapModel, Wait
from bridge.simulator.watch import Watch
from bridge.simulator.watched_model import ModelFailed, WatchedModel
from bridge.vocabulary.events import Input, Output, SetLinkPlaying, SetLinkTempo, TurnChanged, ValueReport


class LiveSet:
    """A set that begins at time 0. `load(name)` makes a model that is swapped to, and says its hash.

    `step` is how long one step of the model takes, in simulated seconds. Raises Broken as soon as an invariant does.
    """

    def __init__(
        self,
        session: Session,
        room: Room,
        watch: Watch,
        model: WatchedModel,
        load: Callable[[str], tuple[WatchedModel, str]],
        step: float,
    ) -> None:
        watch.look_at(session.performer)
        self._watch = watch
        self._hooks = _Watched(room, watch, step)
        self._playing = _FailingSession(session, watch, model)
        self._simulation = Simulation(self._playing, keep=False, hooks=self._hooks)
        self._hooks.simulation = self._playing.simulation = self._simulation
        self._load = load

    @property
    def now(self) -> float:
        """Seconds of the set."""
        return self._simulation.now

    @property
    def refused(self) -> int:
        """How many inputs the core refused."""
        return self._playing.refused

    @property
    def faults(self) -> int:
        """How often the model failed."""
        return self._playing.faults

    def perform(self, happenings: Happenings, until: float) -> None:
        """Go on to time `until`, having each thing happen at its own time."""
        for happening in happenings:
            self._simulation.run_to(min(happening.time, until))
            if happening.time > until:
                break
            self._happens(happening)
            self._watch.stepped(self.now)
        self._simulation.run_to(until)

    def finish(self) -> None:
        """End the set: everything that sounds ends. Raises Broken where it does not."""
        self._simulation.port.set_ports(input_open=True, output_open=True)
        self._watch.books.port_open = True
        self._simulation.close()
        self._hooks.moved()
        if self._watch.books.sounding:
            raise self._watch.invariants[0].broken(self.now, f"the set is over: {sorted(self._watch.books.sounding)}")

    def _happens(self, happening: Happening) -> None:
        match happening:
            case Wait():
                pass
            case Stall(_, seconds):
                self._hooks.stall = seconds
            case Ports(_, input_open, output_open):
                self._simulation.port.set_ports(input_open, output_open)
                self._watch.books.port_open = output_open
                self._hooks.moved()
            case Cable(_, plugged):
                self._hooks.cable = plugged
            case SwapModel(_, name):
                self._playing.swap(*self._load(name))
            case Fault():
                self._playing.model.fails = True
            case _:
                self._simulation.receive(happening)


class _FailingSession:
    """A session whose model may fail, and be swapped: what is refused and what fails is counted and made good."""

    simulation: Simulation[_FailingSession]

    def __init__(self, session: Session, watch: Watch, model: WatchedModel) -> None:
        self._session = session
        self._watch = watch
        self.model = model
        self.refused = self.faults = 0

    @property
    def performer(self) -> Performer:
        return self._session.performer

    def receive(self, item: Input, now: float) -> None:
        try:
            self._session.receive(item, now)
        except ValueError:
            self.refused += 1
        except ModelFailed:
            self._recover(now)
        else:
            self._watch.received(now, item)

    def advance(self, now: float) -> bool:
        try:
            return self._session.advance(now)
        except ModelFailed:
            self._recover(now)
            return True

    def take_outputs(self, now: float) -> list[Output]:
        return self._session.take_outputs(now)

    def swap(self, model: WatchedModel, digest: str) -> None:
        """This model takes over."""
        before, self.model = self.model, model
        self._watch.moving(before)
        self._session.change_model(model, digest, self.simulation.now)
        self.simulation.flush()
        self._watch.moved(model)

    def _recover(self, now: float) -> None:
        """As the daemon does it."""
        self.faults += 1
        self._watch.moving(self.model)
        self._session.recover(now)
        self.simulation.flush()
        self._watch.moved(self.model)


class _Watched(Hooks):
    """Tells the watch and the room what is decided and what leaves. The next piece of work takes `stall` if it is set.

    While the `cable` is plugged in, notes that leave come back in.
    """

    simulation: Simulation[_FailingSession]

    def __init__(self, room: Room, watch: Watch, step: float) -> None:
        self._room = room
        self._watch = watch
        self._step = step
        self.stall = 0.0
        self.cable = False

    def lasted(self, steps: float) -> float:
        lasted, self.stall = self.stall or self._step * steps, 0.0
        return lasted

    def gave(self, made: float, outputs: Sequence[Output]) -> None:
        room = self._room
        for output in outputs:
            self._watch.gave(made, self.simulation.now, output)
            match output:
                case TurnChanged(turn):
                    room.turn = turn
                case SetLinkTempo(bpm):
                    room.link_bpm = bpm
                case SetLinkPlaying(playing):
                    room.link_playing = playing
                case ValueReport("late", value):
                    self.simulation.port.set_late(float(value))

    def worked(self) -> None:
        self._watch.stepped(self.simulation.now)

    def moved(self) -> None:
        port = self.simulation.port
        if not port.sent:
            return
        sent, port.sent = port.sent, []
        for time, message in sent:
            self._watch.sent(time, message)
            if self.cable and message[0] & 0xF0 in (midi_bytes.NOTE_ON, midi_bytes.NOTE_OFF):
                port.play(message, time=time)
