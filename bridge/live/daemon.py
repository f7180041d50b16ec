"""The live program: the engine thread, which owns the performer and the model, and is the only one that touches them.

It sleeps until a MIDI message, something handed in or the performer's own wakeup, and does one small piece of work at a
time, so that it always hears the human soon. The MIDI ports and their deadlines live in a process of their own
(`bridge.midi.client`). Whatever else is attached, OSC, Link, a recorder, is a surface (`bridge.live.surfaces`), and the
daemon knows none of them by name.
"""

from __future__ import annotations

import contextlib
import gc
import json
import logging
import math
import select
import socket
import threading
import time
from collections import deque
from pathlib import Path
from typing import Any, Final

from bridge.live.inbox import Inbox
from bridge.live.latency import Reaction
from bridge.live.model_swap import LoadedModel, ModelLoader, ModelSwap
from bridge.live.surfaces import Attached, Batch, Surface
from bridge.midi.port import MidiPort, PortState, PortStatus
from bridge.performer.going_on import GoingOn
from bridge.performer.performer import Performer
from bridge.performer.settings import Settings
from bridge.performer.step_times import StepTimes
from bridge.presets.requests import is_program_change
from bridge.presets.store import PresetShelf
from bridge.presets.worker import Done, PresetClerk
from bridge.sessions.log import Entry, Session
from bridge.vocabulary.events import (
    Again,
    Control,
    ErrorReport,
    Fired,
    Input,
    NoteOff,
    NoteOn,
    PastNote,
    PlayNote,
    Raw,
    Recall,
    Remember,
    Respond,
    SetMode,
    Severity,
    Sounded,
    ValueReport,
)
from bridge.vocabulary.requests import (
    Advise,
    Asker,
    AttachPort,
    Capture,
    Explain,
    Get,
    LatencyReport,
    LibraryRequest,
    ListPorts,
    LoadModel,
    Notice,
    PresetRequest,
    Record,
    Report,
    SoundedNote,
    StatusReport,
    StatusRequest,
    StepPreset,
    UsePort,
)

log = logging.getLogger("antiphon")

LONGEST_NAP: Final = 0.5
# Seconds after its last work for which an idle model may be kept in the caches.
NEAR_FOR: Final = 10.0
# No more batches that were handed in are taken before MIDI is looked at again.
MOST_A_TURN: Final = 8
# Whoever asks for the status is answered no more often than this, in seconds.
ANSWER_EVERY: Final = 0.02
STATUS_EVERY: Final = 0.2
LATENCY_EVERY: Final = 1.0
# So many faults of the model within so many seconds, and the machine only listens.
MOST_FAULTS: Final = 3
FAULTS_WITHIN: Final = 10.0
# How far an action steps among the presets.
_PRESET_STEPS: Final = {"next_preset": 1, "last_preset": -1}
# What the machine reacts to: from one of these to the next planned note is its reaction.
_PLAYED: Final = (NoteOn, NoteOff, Control, Respond, Again)


class Daemon:
    """Runs a performance on real ports until `stop`.

    `load_model(name)` is called on a thread of its own for a hot swap; it raises ValueError with the reason when the
    model cannot be had, and the one that plays goes on.
    """

    def __init__(
        self,
        loaded: LoadedModel,
        settings: Settings,
        port: MidiPort,
        load_model: ModelLoader,
        *,
        presets: Path = Path("presets"),
        program_channel: int | None = None,
        keep_near: float = 0.0,
        remember: tuple[PastNote, ...] = (),
    ) -> None:
        # What was heard in the set that this one goes on with.
        self._remember = remember
        self._loaded = loaded
        self._session = Session(Performer(loaded.model, settings))
        # What happened since the surfaces were last told of it.
        self._noted: deque[Entry] = deque()
        self._session.journal = self._noted.append
        self._port = port
        self._swap = ModelSwap(load_model, self._wake)
        self._presets = PresetClerk(PresetShelf(presets), self._wake)
        # The channel on which program changes select presets, ANY_CHANNEL for every one; None: nowhere.
        self._program_channel = program_channel
        self._surfaces = Attached(self.show)
        self._inbox = Inbox()
        self._dropped_told = 0
        self._next_answer = 0.0
        self._door: tuple[socket.socket, socket.socket] | None = None  # (inside, outside); while it runs
        self._stopping = threading.Event()
        self._steps = StepTimes()
        self._reaction = Reaction()
        self._faults: deque[float] = deque(maxlen=MOST_FAULTS)
        # Seconds after which an idle model is run for nobody, so that it stays in the caches; 0: never.
        self._keep_near = keep_near
        self._next_near, self._near_until = math.inf, 0.0
        self._next_status = 0.0
        self._next_latency = 0.0
        self._port_status = port.status
        self._status: dict[str, Any] = {}
        self._messages: deque[str] = deque(maxlen=64)

    # --- for other threads -----------------------------------------------------------------------

    def attach(self, surface: Surface) -> None:
        """Be played, steered or watched through this too. Before `run`; the last one attached is closed first."""
        self._surfaces.add(surface)

    def abandon(self) -> None:
        """Give back what is attached, of a set that will not be run."""
        self._surfaces.close()

    def hand_in(self, batch: Batch, asker: Asker | None) -> None:
        """Take what came together; from any thread."""
        self._inbox.put(batch, asker)
        self._wake()

    def show(self, report: ErrorReport) -> None:
        """Show a line to the people at the terminal; from any thread."""
        self._messages.append(f"{report.severity}: {report.text}")

    def stop(self) -> None:
        """Have `run` end; from any thread or a signal handler."""
        self._stopping.set()
        self._wake()

    def going_on(self) -> GoingOn:
        """What another set needs to go on with this one; on the engine thread alone."""
        return self._session.performer.going_on(time.perf_counter())

    @property
    def performer(self) -> Performer:
        """Who plays, to be looked at and left alone; on the engine thread alone."""
        return self._session.performer

    @property
    def status(self) -> dict[str, Any]:
        """The newest status, as `/antiphon/status` tells it. A fresh dict each time it changes."""
        return self._status

    def take_messages(self) -> list[str]:
        """Lines for the people at the terminal since the last call."""
        return [self._messages.popleft() for _ in range(len(self._messages))]

    # --- the engine thread -------------------------------------------------------------------------

    def run(self) -> None:
        """Play until `stop`. Whatever happens, nothing is left sounding."""
        inside, outside = socket.socketpair()
        inside.setblocking(False)
        outside.setblocking(False)
        self._door = inside, outside
        try:
            # What was made so far lives as long as the program: the collector need not look at it again.
            gc.collect()
            gc.freeze()
            self._session.begin(time.perf_counter())
            if self._remember:
                self._receive(Remember(time.perf_counter(), self._remember))
            self._publish_status(time.perf_counter())
            self._presets.start()
            self._port.start()
            self._surfaces.start()
            self._surfaces.accept_all(self._noted)  # that it has begun
            while not self._stopping.is_set():
                self._turn(inside)
        finally:
            self._port.close()
            self._surfaces.accept_all(self._noted)
            self._surfaces.close()
            self._presets.close()
            self._door = None
            inside.close()
            outside.close()

    def _turn(self, door: socket.socket) -> None:
        """Wait for the next thing, take everything that came, do one piece of work."""
        now = time.perf_counter()
        until = min(
            self._session.performer.wakeup(now), self._port.next_wake(now), self._next_status, now + LONGEST_NAP
        )
        until = min(until, self._next_near)
        if not self._inbox.empty:
            until = now
        elif self._inbox.asked:
            until = min(until, self._next_answer)
        connections = [*self._port.connections, door]
        readable, _, _ = select.select(connections, [], [], max(until - now, 0.0))
        if door in readable:
            with contextlib.suppress(BlockingIOError):
                door.recv(4096)
        self._take_midi()
        self._take_inbox()
        while (done := self._presets.take()) is not None:
            self._finish_preset(done)
        swapped = self._swap.take()
        if swapped is not None:
            self._finish_swap(swapped)
        self._flush()
        self._work()
        self._flush()
        now = time.perf_counter()
        if now >= self._next_near:
            self._stay_near(now)
        if now >= self._next_status:
            self._publish_status(now)

    def _take_midi(self) -> None:
        for item in self._port.receive():
            if isinstance(item, PortStatus):
                self._port_changed(item)
                continue
            if (
                self._program_channel is not None
                and is_program_change(item, self._program_channel)
                and not self._session.performer.is_bound(item)
            ):
                self._presets.ask(item, None, {})
                continue
            self._receive(item)
            if isinstance(item, Sounded):
                self._tell_sounded(item)
            elif isinstance(item, _PLAYED):
                self._reaction.began(item.time)

    def _take_inbox(self) -> None:
        """Some of what was handed in; the rest waits until the MIDI that came meanwhile was heard."""
        for _ in range(MOST_A_TURN):
            handed_in = self._inbox.take()
            if handed_in is None:
                break
            self._take_batch(*handed_in)
        now = time.perf_counter()
        if now >= self._next_answer and (askers := self._inbox.take_askers()):
            self._next_answer = now + ANSWER_EVERY
            report = self._status_report(now)
            for asker in askers:
                asker.send(report)
        if self._inbox.dropped > self._dropped_told:
            dropped, self._dropped_told = self._inbox.dropped - self._dropped_told, self._inbox.dropped
            self.tell(ErrorReport(Severity.WARNING, "inbox-full", f"{dropped} messages came too fast to be read"))

    def _status_report(self, now: float) -> StatusReport:
        """How things stand at `now`, as it is told."""
        self._publish_status(now)
        return StatusReport(json.dumps(self._status))

    def _take_batch(self, batch: Batch, asker: Asker | None) -> None:
        for item in batch:
            if self._surfaces.take(item, asker):
                continue
            match item:
                case Get(name) if asker is not None:
                    asker.send(ValueReport(name, self._session.performer.stage.values.named(name)))
                case StatusRequest() if asker is not None:
                    asker.send(self._status_report(time.perf_counter()))
                case Get() | StatusRequest():
                    pass  # nobody to answer
                case LoadModel(name):
                    self._start_swap(name)
                case _ if isinstance(item, PresetRequest):
                    self._presets.ask(item, asker, self._session.performer.status())
                case Record() | Capture() | ListPorts() | UsePort() | AttachPort():
                    pass  # nobody here records, or knows of ports
                case Explain() | Advise():
                    self._refuse(ValueError("nobody here explains or advises"), asker)
                case _ if isinstance(item, LibraryRequest):
                    self._refuse(ValueError("no library is open: start antiphon jam with --library FOLDER"), asker)
                case _:
                    if isinstance(item, _PLAYED):
                        self._reaction.began(item.time)
                    self._receive(item, asker)

    def _finish_preset(self, done: Done) -> None:
        outcome, asker = done
        match outcome:
            case Recall() | Raw():
                self._receive(outcome, asker)
            case _ if asker is not None:
                asker.send(outcome)
            case ErrorReport():
                self.tell(outcome)

    def _receive(self, item: Input, asker: Asker | None = None) -> None:
        now = time.perf_counter()
        try:
            self._session.receive(item, now)
        except ValueError as refusal:
            self._refuse(refusal, asker)
        except Exception as fault:  # noqa: BLE001 - as in _work
            self._heal(fault)
        # An answer that must fall silent does so before anything else is looked at.
        self._flush()

    def _refuse(self, refusal: ValueError, asker: Asker | None) -> None:
        report = ErrorReport(Severity.ERROR, "refused-value", str(refusal))
        if asker is not None:
            asker.send(report)
        else:
            self.tell(report)

    def _work(self) -> None:
        began = time.perf_counter()
        try:
            worked = self._session.advance(began)
        except Exception as fault:  # noqa: BLE001 - whatever the model's runtime throws, the set goes on
            self._heal(fault)
            return
        steps = self._session.performer.steps_taken
        if worked and steps:
            ended = time.perf_counter()
            if self._keep_near:
                self._next_near, self._near_until = ended + self._keep_near, ended + NEAR_FOR
            self._steps.add(ended, (ended - began) / steps)
            news = self._steps.news(ended, closely=self._session.performer.watches_steps)
            if news is not None:
                self._receive(news)

    def _stay_near(self, now: float) -> None:
        """Run the idle model for nobody, for a while after it last worked."""
        try:
            self._loaded.model.keep_near()
        except Exception as fault:  # noqa: BLE001 - as in _work
            self._heal(fault)
        self._next_near = time.perf_counter() + self._keep_near if now < self._near_until else math.inf

    def _heal(self, fault: Exception) -> None:
        """The model failed: silence, start it again, and go on; when it fails again and again, only listen."""
        now = time.perf_counter()
        log.error("the model failed: %s", fault, exc_info=fault)
        self._faults.append(now)
        self.tell(ErrorReport(Severity.ERROR, "engine-fault", f"the model failed and was started again: {fault}"))
        try:
            self._session.recover(now)
        except Exception as again:
            log.error("the model did not start again: %s", again, exc_info=again)
            if not self._hopeless(now):
                self._start_swap(self._loaded.model.name)
        self._flush()
        if self._hopeless(now):
            self.tell(
                ErrorReport(
                    Severity.ERROR,
                    "engine-off",
                    f"{MOST_FAULTS} faults of the model within {FAULTS_WITHIN:g} s: mode is off now; "
                    "load another with /antiphon/model, then set the mode again",
                )
            )
            self._session.receive(SetMode(now, "off"), now)
            self._flush()

    def _hopeless(self, now: float) -> bool:
        return len(self._faults) == MOST_FAULTS and now - self._faults[0] < FAULTS_WITHIN

    def _flush(self) -> None:
        """Carry out what the performer decided: MIDI first."""
        now = time.perf_counter()
        outputs = self._session.take_outputs(now)
        if outputs:
            self._port.send(outputs)
            self._reaction.answered(outputs, time.perf_counter())
        for output in outputs:
            if isinstance(output, ValueReport) and output.name == "late":
                self._port.set_late(float(output.value))
        self._surfaces.accept_all(self._noted)
        for output in outputs:
            if isinstance(output, ErrorReport):
                self.tell(output)
            elif isinstance(output, PlayNote):
                if (odds := self._session.performer.stage.odds.take(output)) is not None:
                    self.tell(odds)
            elif isinstance(output, Fired) and output.action in _PRESET_STEPS:
                step = StepPreset(_PRESET_STEPS[output.action])
                self._presets.ask(step, None, self._session.performer.status())

    def _tell_sounded(self, item: Sounded) -> None:
        note = self._session.performer.stage.ledger.get(item.note_id)
        if note is not None:
            self.tell(SoundedNote(note.pitch, note.velocity, note.channel))

    def tell(self, report: Report) -> None:
        """Tell every surface, and the people at the terminal what is for people; on the engine thread alone."""
        match report:
            case ErrorReport():
                self.show(report)
            case Notice(text):
                self._messages.append(text)
        self._surfaces.tell(report)

    # --- ports and models ------------------------------------------------------------------------

    def _port_changed(self, status: PortStatus) -> None:
        if (status.state, status.detail) != (self._port_status.state, self._port_status.detail):
            if status.backend == "fake":
                self.tell(Notice("no MIDI ports: OSC only"))
            elif status.state is PortState.OPEN:
                self.tell(Notice(f"MIDI ({status.backend}): in {status.input_name!r}, out {status.output_name!r}"))
            elif status.detail:
                self.tell(ErrorReport(Severity.WARNING, f"midi-{status.state.replace(' ', '-')}", status.detail))
        self._port_status = status

    def _start_swap(self, name: str) -> None:
        refusal = self._swap.start(name)
        if refusal is not None:
            self.tell(refusal)

    def _finish_swap(self, outcome: LoadedModel | ErrorReport) -> None:
        if isinstance(outcome, ErrorReport):
            self.tell(outcome)
            return
        try:
            self._session.change_model(outcome.model, outcome.digest, time.perf_counter())
        except Exception as fault:  # noqa: BLE001 - as in _work
            self.tell(ErrorReport(Severity.ERROR, "model-refused", f"{outcome.model.name}: {fault}"))
            self._go_back()
            return
        self._loaded = outcome
        self.tell(Notice(f"model: {outcome.model.name}"))

    def _go_back(self) -> None:
        try:
            self._session.change_model(self._loaded.model, self._loaded.digest, time.perf_counter())
        except Exception as fault:  # noqa: BLE001 - as in _work
            self._heal(fault)

    # --- status ------------------------------------------------------------------------------------

    def _publish_status(self, now: float) -> None:
        self._next_status = now + STATUS_EVERY
        step, step_p99 = self._steps.quantiles()
        reaction, reaction_p99 = self._reaction.measured.quantiles()
        port = self._port_status
        status = {
            **self._session.performer.status(now),
            "step_ms": round(1000 * step, 3),
            "step_p99_ms": round(1000 * step_p99, 3),
            "reaction_ms": round(1000 * reaction, 3),
            "reaction_p99_ms": round(1000 * reaction_p99, 3),
            **port.as_dict(),
            **self._surfaces.status(),
        }
        self._status = status
        self._surfaces.publish(status)
        if step and now >= self._next_latency:
            self._next_latency = now + LATENCY_EVERY
            self.tell(LatencyReport("step", step, step_p99))
            if self._reaction.measured.count:
                self.tell(LatencyReport("reaction", reaction, reaction_p99))

    def _wake(self) -> None:
        door = self._door
        if door is not None:
            # A full pipe already wakes it.
            with contextlib.suppress(BlockingIOError, OSError):
                door[1].send(b"\0")
