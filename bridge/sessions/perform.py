"""What would the machine have played to this? A piece played to the core on the simulated clock, faster than real time.

    performance = perform(model, Settings(mode="duet", seed=1), human, Timeline.steady(96.0))
    performance.machine  # what it played, in beats of the timeline and in seconds

No port, no thread, no clock: the same model, settings, notes and timeline give the same performance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from bridge.engine.model import Model
from bridge.performer.ledger import NoteState
from bridge.performer.performer import Performer
from bridge.performer.settings import Settings
from bridge.sessions.log import Entry, Session, SessionLog, played_notes
from bridge.sessions.simulation import STEP, Simulation
from bridge.timing.clock import FASTEST_BPM, SLOWEST_BPM, beats_per_bar
from bridge.timing.timeline import Metre, Timeline
from bridge.vocabulary.codec import VOICES
from bridge.vocabulary.events import (
    ErrorReport,
    Input,
    NoteOff,
    NoteOn,
    Output,
    PlayNote,
    SetParameter,
    SetTempo,
    SetTransport,
    Turn,
    TurnChanged,
)
from bridge.vocabulary.parameters import SIGNATURES

# Where nobody says how long to go on after the human's last note: so many bars, but in respond.
TAIL_BARS: Final = 2.0
# In respond the answer has ended after so many seconds at the latest, or nothing more is awaited.
LONGEST_ANSWER: Final = 180.0
# How often it is looked whether the answer has ended, in seconds.
_LOOK_EVERY: Final = 0.05


@dataclass(frozen=True, slots=True)
class HumanNote:
    """A note of the human's. Times in beats of the timeline."""

    onset: float
    length: float
    pitch: int
    velocity: int
    channel: int = 1


@dataclass(frozen=True, slots=True)
class MachineNote:
    """A note that the machine played, as it sounded: in beats of the timeline, and in seconds."""

    onset: float
    length: float
    pitch: int
    velocity: int
    channel: int
    voice: str
    onset_seconds: float
    length_seconds: float


@dataclass(frozen=True, slots=True)
class Performance:
    """What the human played and what the machine played to it, both in order of onset.

    `end` is when simulated time stopped, in seconds. `ended` says that the machine had come to an end by itself by
    then: nothing of it was planned or sounding. `reports` is what it had to say on the way, each thing once. `log` is
    the whole session, to be drawn, written or replayed.
    """

    human: tuple[HumanNote, ...]
    machine: tuple[MachineNote, ...]
    timeline: Timeline
    end: float
    ended: bool
    reports: tuple[ErrorReport, ...]
    log: SessionLog


def perform(
    model: Model,
    settings: Settings,
    human: Sequence[HumanNote],
    timeline: Timeline | None = None,
    *,
    also: Iterable[Input] = (),
    tail_beats: float | None = None,
    step: float = STEP,
    model_sha256: str = "",
) -> Performance:
    """Play `human` to the machine and return what both played.

    The timeline's tempo and metre are the clock (`settings.tempo` and the parameter `signature` are taken from it); a
    free one is no clock, and in one that is left out beats are half seconds. `also` are further inputs, pedals or
    settings say, their times in seconds. In respond time goes on after the last of it until the answer has ended; in
    the other modes for `tail_beats`, or TAIL_BARS. One piece of the model's work takes `step` seconds. The model is
    reset first; `model_sha256` is for the log. Raises ValueError for settings and inputs that are refused.
    """
    timeline = timeline or Timeline.without_beat()
    settings = _by_the_timeline(settings, timeline)
    model.reset()
    session = Session(Performer(model, settings))
    entries: list[Entry] = []
    voices: dict[int, str] = {}

    def note_down(entry: Entry) -> None:
        entries.append(entry)
        item = entry[2] if len(entry) > 2 else None
        if isinstance(item, PlayNote):
            planned = session.performer.stage.ledger.get(item.note_id)
            assert planned is not None, "a note that is given out is in the ledger"
            voices[item.note_id] = VOICES[planned.voice]

    session.journal = note_down
    simulation = Simulation(session, step=step)
    script = sorted([*_keys(human, timeline), *also], key=lambda item: item.time)
    for time, item in _in_order(script, timeline):
        simulation.run_to(time)
        if item is None:
            _keep_time(simulation, timeline)
        else:
            simulation.receive(item)
    last = script[-1].time if script else 0.0
    if settings.mode == "respond":
        _await_the_answer(simulation, _last_onset(script))
    else:
        beat = timeline.beat_at(last)
        tail = TAIL_BARS * timeline.metre_at(beat).beats_per_bar if tail_beats is None else tail_beats
        _go_on(simulation, timeline, timeline.seconds_at(beat + tail))
    log = SessionLog(settings, model.name, model_sha256, tuple(entries))
    return Performance(
        human=tuple(sorted(human, key=lambda note: (note.onset, note.pitch))),
        machine=tuple(_machine_notes(log, voices, timeline, simulation.now)),
        timeline=timeline,
        end=simulation.now,
        ended=_is_silent(simulation),
        reports=tuple(_reports(output for _, output in simulation.outputs)),
        log=log,
    )


# --- what the human does -------------------------------------------------------------------------


def _keys(human: Sequence[HumanNote], timeline: Timeline) -> list[Input]:
    """Keys going down and up, in order of time, ups first: a key that is struck again comes up before that.

    Of two notes that begin at once on one key the longer one is played: a key cannot go down twice.
    """
    keys: dict[tuple[int, int], list[HumanNote]] = {}
    for note in sorted(human, key=lambda note: (note.onset, -note.length)):
        struck = keys.setdefault((note.channel, note.pitch), [])
        if struck and struck[-1].onset == note.onset:
            continue
        if struck and struck[-1].onset + struck[-1].length > note.onset:
            struck[-1] = replace(struck[-1], length=note.onset - struck[-1].onset)
        struck.append(note)
    downs: list[Input] = []
    ups: list[Input] = []
    for note in (note for struck in keys.values() for note in struck):
        downs.append(NoteOn(timeline.seconds_at(note.onset), note.pitch, note.velocity, note.channel))
        ups.append(NoteOff(timeline.seconds_at(note.onset + note.length), note.pitch, note.channel))
    return sorted([*ups, *downs], key=lambda item: item.time)


def _last_onset(script: Sequence[Input]) -> float:
    return max((item.time for item in script if isinstance(item, NoteOn)), default=0.0)


# --- time ----------------------------------------------------------------------------------------


class _Change(NamedTuple):
    time: float
    item: Input | None  # None: tempo or metre change here


def _in_order(script: Sequence[Input], timeline: Timeline) -> Iterator[_Change]:
    """The script and the changes of tempo and metre within it; a change comes before a key of the same moment."""
    changes = _changes(timeline)
    end = script[-1].time if script else 0.0
    merged = [*(_Change(time, None) for time in changes if time <= end), *(_Change(item.time, item) for item in script)]
    yield from sorted(merged, key=lambda change: change.time)


def _changes(timeline: Timeline) -> list[float]:
    """When tempo or metre change after the beginning, in seconds."""
    if timeline.free:
        return []
    beats = {tempo.beat for tempo in timeline.tempos[1:]} | {metre.beat for metre in timeline.metres[1:]}
    return sorted(timeline.seconds_at(beat) for beat in beats)


def _by_the_timeline(settings: Settings, timeline: Timeline) -> Settings:
    if timeline.free:
        return replace(settings, tempo=0.0, clock="internal")
    values = {**settings.values, "signature": signature_of(timeline.metre_at(0.0))}
    return replace(settings, tempo=playable_tempo(timeline.tempo_at(0.0)), values=values)


def playable_tempo(bpm: float) -> float:
    """The nearest tempo that a session clock can keep."""
    return min(max(bpm, SLOWEST_BPM), FASTEST_BPM)


def signature_of(metre: Metre) -> str:
    """The signature the machine plays `metre` by: itself, or else the one whose bars are nearest in length."""
    if str(metre) in SIGNATURES:
        return str(metre)
    return min(SIGNATURES, key=lambda signature: abs(beats_per_bar(signature) - metre.beats_per_bar))


def _keep_time(simulation: Simulation[Session], timeline: Timeline) -> None:
    """Tell the machine the tempo and the place in the bar of this moment.

    The simulation may be a step late for a change, as a live clock is; so the phase is told as well.
    """
    now = simulation.now
    beat = timeline.beat_at(now)
    metre = timeline.metre_at(beat)
    signature = signature_of(metre)
    bar, within = timeline.bar_at(beat)
    if simulation.session.performer.stage.values.signature != signature:
        simulation.receive(SetParameter(now, "signature", signature))
    simulation.receive(SetTempo(now, playable_tempo(timeline.tempo_at(beat))))
    simulation.receive(SetTransport(now, True, bar * beats_per_bar(signature) + within))


def _go_on(simulation: Simulation[Session], timeline: Timeline, until: float) -> None:
    """On to `until`, keeping the timeline's time."""
    for time in _changes(timeline):
        if simulation.now < time <= until:
            simulation.run_to(time)
            _keep_time(simulation, timeline)
    simulation.run_to(until)


# --- the end -------------------------------------------------------------------------------------


def _await_the_answer(simulation: Simulation[Session], last_onset: float) -> None:
    """On until the answer to what was played last has ended, or none will come."""
    latest = simulation.now + LONGEST_ANSWER
    while simulation.now < latest:
        if _is_silent(simulation):
            answered = any(
                time > last_onset and isinstance(output, TurnChanged) and output.turn is Turn.MACHINE
                for time, output in reversed(simulation.outputs)
            )
            if answered or simulation.session.performer.wakeup(simulation.now) > latest:
                return
        simulation.run_to(simulation.now + _LOOK_EVERY)


def _is_silent(simulation: Simulation[Session]) -> bool:
    """Whether nothing of the machine's sounds or is planned, and the floor is not its."""
    stage = simulation.session.performer.stage
    quiet = not simulation.port.sounding and not stage.ledger.counts[NoteState.PLANNED]
    return quiet and stage.turn is not Turn.MACHINE


# --- what came of it -----------------------------------------------------------------------------


def _machine_notes(log: SessionLog, voices: dict[int, str], timeline: Timeline, end: float) -> Iterator[MachineNote]:
    """The notes that sounded; what still sounds at `end`, in seconds, ends there."""
    for note in played_notes(log):
        if not note.machine or note.cancelled:
            continue
        length = max(min(note.onset + note.duration, end) - note.onset, 0.0)
        onset = timeline.beat_at(note.onset)
        yield MachineNote(
            onset=onset,
            length=timeline.beat_at(note.onset + length) - onset,
            pitch=note.pitch,
            velocity=note.velocity,
            channel=note.channel,
            voice=voices[note.note_id],
            onset_seconds=note.onset,
            length_seconds=length,
        )


def _reports(outputs: Iterable[Output]) -> Iterator[ErrorReport]:
    told: set[str] = set()
    for output in outputs:
        if isinstance(output, ErrorReport) and output.code not in told:
            told.add(output.code)
            yield output
