"""The musician: hears the human, decides who plays, plans what the machine plays.

The core of the program. It owns no port, no thread and no clock: it is handed timestamped inputs and the time, and
leaves timestamped outputs. The same calls with the same model give the same notes, live, simulated or replayed.

    performer.receive(item, now)     cheap, at once: hands, silence, parameters
    performer.advance(now)           one piece of work with the model; True when there was some
    performer.wakeup(now)            when `advance` will next have something to do
    performer.take_outputs()         what to carry out
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Final

from bridge.engine.model import Model
from bridge.performer.clip_player import ClipPlayer, heard_just_now
from bridge.performer.going_on import GoingOn, heard_before, planned_in
from bridge.performer.held_notes import HeldNote
from bridge.performer.key_releases import KeyReleases
from bridge.performer.modes import MODES, Mode
from bridge.performer.mpe_zones import MOST_MEMBERS, Zones
from bridge.performer.overload import Rung
from bridge.performer.overload_actions import SteppingBack
from bridge.performer.settings import CHANNELS, Desk, Settings
from bridge.performer.stage import Stage
from bridge.performer.thru import Thru
from bridge.timing.clock import SessionClock, beats_per_bar
from bridge.timing.conductor import ClockInput, Conductor
from bridge.vocabulary.actions import stepped
from bridge.vocabulary.codec import VOICES
from bridge.vocabulary.events import (
    MODE_NAMES,
    Again,
    ClockContinue,
    ClockStart,
    ClockStop,
    ClockTick,
    Control,
    Dropped,
    Fired,
    Input,
    InputLost,
    Keep,
    Learn,
    LinkState,
    NoteOff,
    NoteOn,
    Offered,
    Output,
    Panic,
    PlayClip,
    PrimeWith,
    Raw,
    Recall,
    Remember,
    Reset,
    Respond,
    SetClock,
    SetMode,
    SetParameter,
    SetRange,
    SetTempo,
    SetTransport,
    SetVoice,
    Severity,
    SongPosition,
    Sounded,
    StepTime,
    Stop,
    Tap,
    TooLate,
    Turn,
    Unlearn,
)
from bridge.vocabulary.parts import NOT_HEARD

# Notes waiting for the model beyond this are not heard by it (held, ended and counted they are all the same).
MOST_WAITING: Final = 64
PRUNE_EVERY: Final = 2.0
SYSTEM_RESET: Final = b"\xff"
# What an action is to the core, where it is a command; and how far it steps among the modes.
_COMMANDS: Final[Mapping[str, Callable[[float], Input]]] = {
    "respond": Respond, "again": Again, "keep": Keep, "stop": Stop, "panic": Panic
}  # fmt: skip
_MODE_STEPS: Final = {"next_mode": 1, "last_mode": -1}
# A warning of the same kind is not given again within this many seconds.
QUIET_FOR: Final = 10.0


class Performer:
    """One performance. Not thread-safe: one thread owns it.

    Parameters that are `pinned` stay as the settings have them, whatever comes. Raises ValueError for a setting that
    does not exist or is out of range.
    """

    def __init__(self, model: Model, settings: Settings | None = None, pinned: Collection[str] = ()) -> None:
        settings = settings or Settings()
        settings.check()
        self._settings = settings
        zones = Zones(MOST_MEMBERS if settings.mpe else 0)
        self.stage = Stage(model, settings.seed, settings.human_voice, settings.drum_channel, settings.parts, zones)
        self._listen = frozenset(settings.listen or range(1, CHANNELS + 1))
        self.unheard = 0
        self._began = 0.0
        self._next_prune = 0.0
        self._warned: dict[str, float] = {}
        self._desk = Desk(self.stage, settings.controllers, binds=settings.binds)
        self._desk.recall(Recall(0.0, "", settings.values, settings.voices, settings.ranges))
        self._desk.pin(pinned)
        self.stage.take_outputs()
        self.thru = Thru(lambda: self.stage.values, self.stage.emit, zones.master_of)
        self._preset = settings.preset
        self.conductor = Conductor(settings.clock, settings.tempo, self._bar(), beats_time=settings.clock_out)
        self.stage.beats_time = settings.clock_out
        self._stepping_back = SteppingBack(self.stage)
        self._clip = ClipPlayer(self.stage)
        self._releases = KeyReleases(self.stage, self.thru, self._desk.triggers, lambda: self._mode)
        self._take_mode(self._make_mode(settings.mode))
        self._keep_time(0.0)

    @property
    def mode(self) -> str:
        """The name of the mode."""
        return self._mode.name

    # --- in ------------------------------------------------------------------------------------

    def begin(self, now: float) -> None:
        """The set begins: beats, bars and seconds count from here, and not from when the machine was turned on."""
        self._began = now
        self.conductor.count_from(now)
        self._keep_time(now)

    def receive(self, item: Input, now: float) -> None:
        """Take one input. Raises ValueError for a mode, voice, parameter or value that does not exist."""
        match item:
            case NoteOn():
                self._note_on(item, now)
            case NoteOff():
                self._note_off(item, now)
            case Control():
                self._control(item, now)
            case Raw(time, data):
                if data == SYSTEM_RESET:
                    self._releases.all_go(time, now)
                if not self._fires(item, now):
                    self.thru.other(data)
            case InputLost(time):
                self._desk.triggers.let_go()
                self._releases.all_go(time, now)
            case Sounded(time, note_id):
                self.stage.sounded(note_id, time)
            case Dropped(_, note_id):
                self.stage.dropped(note_id, now)
            case TooLate(_, note_id):
                self.stage.withhold(note_id, now)
            case (
                SetTempo() | Tap() | SetTransport() | SetClock() | ClockTick() | ClockStart() | ClockContinue()
                | ClockStop() | SongPosition() | LinkState()
            ):  # fmt: skip
                self._beat(item, now)
            case _:
                self._command(item, now)
        self._prune(now)

    def _prune(self, now: float) -> None:
        """Let go of notes that are long over: as inputs come, which are noted, so that a replay does it just then."""
        if now >= self._next_prune:
            self.stage.ledger.prune(now)
            self._next_prune = now + PRUNE_EVERY

    def _command(self, item: Input, now: float) -> None:
        stage = self.stage
        match item:
            case SetMode(_, name):
                self._change_mode(name, now)
            case SetParameter() | SetVoice() | SetRange() | Recall() | Learn() | Unlearn():
                self._set(item, now)
                stage.steering.assign(self._mode.voices)
            case StepTime(_, p99, latest):
                stage.keeping_up.stepped(p99, latest, now)
            case Respond():
                self._find_a_beat(now)
                self._mode.respond(now)
            case Again():
                self._find_a_beat(now)
                self._mode.again(now)
            case Keep():
                self._mode.keep(now)
            case Stop():
                self._releases.all_go(now, now)
                self._clip.stop()
                if not self._mode.finish(now):
                    stage.silence(now)
                    self._mode.stop(now)
            case Panic():
                self._releases.all_go(now, now)
                stage.silence(now, all_channels=True)
                self._mode.stop(now)
            case Reset():
                self._reset(now)
            case PlayClip():
                self._find_a_beat(now)
                self._clip.begin(item, bool(self.conductor.tempo), now)
            case PrimeWith():
                self._prime(item, now)
            case Offered():
                pass  # it is the human's to choose
            case Remember(_, notes):
                for note in [*heard_before(notes, stage.clock.beat_at(now))]:
                    stage.tell(note)

    def _prime(self, clip: PrimeWith, now: float) -> None:
        notes = heard_just_now(clip, self.stage, now)
        self.stage.cancel_planned()
        self.stage.prime(notes)
        self._mode.replan(now)

    def change_model(self, model: Model, now: float) -> None:
        """Go on with another model, which is told what was heard last; what was planned is thought over."""
        self.stage.cancel_planned()
        self.stage.change_model(model)
        self._mode.replan(now)

    def recover(self, now: float) -> None:
        """After a fault in the model: silence, and tell it again what it should know."""
        self.stage.memory.lose_batch()
        self.stage.silence(now)
        self._mode.stop(now)
        self.stage.change_model(self.stage.memory.model)

    # --- work ----------------------------------------------------------------------------------

    def advance(self, now: float) -> bool:
        """Do the most urgent piece of work, at most one call of the model or a few. True when there was some.

        `steps_taken` says how much it was.
        """
        self.stage.steps_taken = 1.0
        worked = self.watch_time(now)
        gave = self._clip.work(now)
        if self._mode.decide(now):
            self.stage.steps_taken = 0.0
            return True
        worked = self.stage.catch_up(now) or gave or worked
        if self.stage.behind or gave:  # what was given out leaves before anything is drawn after it
            return True
        worked = self._stepping_back.work(now, self._mode) or worked
        # With a note just heard the mode may act at once: every moment counts.
        return self._mode.work(now) or worked

    @property
    def steps_taken(self) -> float:
        """How many steps, each a note heard and one drawn, the last piece of work was worth; 0 without the model."""
        return self.stage.steps_taken

    def watch_time(self, now: float) -> bool:
        """Notice what the clock's source does not do any more; as `advance` does. True where that was something."""
        noticed = self.conductor.watch(now)
        if noticed:
            self._keep_time(now)
        return noticed

    def wakeup(self, now: float) -> float:
        """When `advance` will next have something to do as things stand, in seconds; infinity when it will not."""
        if self.stage.behind or self.stage.recasting:
            return now
        return min(
            self._mode.wakeup(now), self._clip.wakeup(now), self.conductor.wakeup(), self._stepping_back.wakeup(now)
        )

    def too_late(self, now: float) -> list[int]:
        """Notes among what was decided since the last call of `take_outputs` that cannot be played in time any more.

        Whoever takes the outputs tells `receive` that they are `TooLate` before that.
        """
        return self.stage.too_late(now)

    @property
    def watches_steps(self) -> bool:
        """Whether it wants to be told of every step (`StepTime`): so it does while it does not keep up."""
        return self.stage.keeping_up.rung > Rung.FULL

    def is_bound(self, item: Input) -> bool:
        """Whether a program change fires an action, or is to be learnt for one: then it is nobody else's."""
        return isinstance(item, Raw) and self._desk.triggers.wants(item)

    def going_on(self, now: float) -> GoingOn:
        """What another set needs to go on with this one as it is at `now`."""
        stage = self.stage
        settings = replace(
            self._desk.as_settings(self._settings),
            mode=self.mode,
            tempo=self.conductor.tempo,
            clock=self.conductor.choice,
            preset=self._preset,
        )
        return GoingOn(settings, stage.memory.notes, stage.clock.beat_at(now), planned_in(stage))

    def take_outputs(self) -> list[Output]:
        """What was decided since the last call, in order."""
        return self.stage.take_outputs()

    def status(self, now: float = 0.0) -> dict[str, object]:
        """What a performer at the controls wants to see at `now`; JSON types only."""
        stage = self.stage
        plays = self._mode.voices if self.mode != "off" else ()
        return {
            "mode": self.mode,
            "seconds": round(max(now - self._began, 0.0), 1),
            "turn": str(stage.turn),
            **self.conductor.status(now),
            **stage.memory.status(),
            **stage.ledger.status(),
            "missed": stage.keeping_up.missed,
            "keeping_up": stage.keeping_up.rung.label,
            "lookahead_ms": round(1000 * stage.lookahead, 1),
            "unheard": self.unheard,
            "own_notes_ignored": stage.feedback.count + self.thru.echoes,
            "human": VOICES[stage.human.role],
            "key": str(stage.tuning.harmony.key or ""),
            "chord": str(stage.tuning.harmony.chord or ""),
            "answer": self._mode.status(),
            "clip": self._clip.title if self._clip.playing else "",
            "preset": self._preset,
            "mpe": {str(master): count for master, count in stage.human.zones.members.items() if count},
            "plays": {VOICES[voice]: stage.voices.channel_of(voice) for voice in plays},
            **self._desk.status(),
        }

    # --- the human's playing -------------------------------------------------------------------

    def _note_on(self, item: NoteOn, now: float) -> None:
        if item.velocity == 0:
            self._note_off(NoteOff(item.time, item.pitch, item.channel), now)
            return
        stage = self.stage
        is_own = stage.feedback.is_own_on(item.pitch, item.velocity, item.channel, item.time)
        if is_own or self.thru.is_echo(item):
            self._warn_once(now, *stage.feedback.warning)
            return
        if self._fires(item, now):
            return
        if self.thru.press(item):
            stage.feedback.passed(item.pitch, item.velocity, item.time)
        if not self._is_heard(item.channel) or stage.human.part_of(item.pitch, item.channel) == NOT_HEARD:
            return
        note = HeldNote(item.time, item.pitch, item.velocity, item.channel)
        repeated = stage.hands.press(note)
        if repeated is not None:
            self._releases.ended([repeated], now)
        self._find_a_beat(now)
        if self.conductor.hear(item.time, now):
            self._keep_time(now)
        stage.follow_hands(item.time, note)
        # First the reaction (an answer falls silent), then the note as the model will know it.
        self._mode.heard(note, now)
        if stage.waiting >= MOST_WAITING:
            stage.skip_oldest()
            self.unheard += 1
            self._warn_once(now, "too-many-notes", f"more notes than the model can hear: {self.unheard} left out")
        role = stage.human.role
        stage.tell(stage.listened(note))
        if stage.human.role != role:
            stage.steering.assign(self._mode.voices)
        self._mode.react(note, now)

    def _note_off(self, item: NoteOff, now: float) -> None:
        if self.stage.feedback.is_own_off(item.pitch, item.channel) or self._fires(item, now):
            return
        self.thru.lift(item.pitch, item.channel)
        if not self._is_heard(item.channel):
            return
        was_down = self.stage.hands.is_down(item.pitch, item.channel)
        ended = self.stage.hands.lift(item.pitch, item.channel, item.time)
        self.stage.follow_hands(item.time)
        self._check_plan(now)
        if was_down:
            self._mode.lifted(item.time)
        if ended is not None:
            self._releases.ended([ended], now)

    def _control(self, item: Control, now: float) -> None:
        if self._fires(item, now):
            return
        if self.stage.human.zones.hear(item):
            self.stage.human.zones_changed()
            self._releases.let_go(item.time, now)  # their pedals may be other channels' now
        if self._is_heard(item.channel):
            self._releases.control(item, now)
        if self.stage.human.zones.is_member(item.channel):  # one note's timbre is no knob
            self.thru.control(item)
            return
        before = self._rules()
        if self._desk.move(item):
            self._replan_since(before, now)
            return
        self.thru.control(item)

    def _is_heard(self, channel: int) -> bool:
        return channel in self._listen or self.stage.human.zones.master_of(channel) in self._listen

    def _fires(self, item: NoteOn | NoteOff | Control | Raw, now: float) -> bool:
        """Whether a message fires an action, or belongs to what does, and is nobody else's; the action is done."""
        zones = self.stage.human.zones
        if isinstance(item, (NoteOn, NoteOff)):
            item = replace(item, channel=zones.master_of(item.channel))
        elif isinstance(item, Control) and zones.is_member(item.channel):
            return False
        if self._desk.learn_trigger(item):
            self._releases.give_up_bound(item.time, now)
            return True
        ours, action = self._desk.triggers.hear(item)
        if action:
            self._act(action, item.time, now)
        return ours

    def _act(self, action: str, time: float, now: float) -> None:
        """Do what was fired; what is not the core's to do the shell does, being told."""
        self.stage.emit(Fired(action))
        if action in _COMMANDS:
            self._command(_COMMANDS[action](time), now)
        elif action == "tap":
            self._beat(Tap(time), now)
        elif action in _MODE_STEPS:
            self._change_mode(stepped(MODE_NAMES, self.mode, _MODE_STEPS[action]), now)

    # --- time ------------------------------------------------------------------------------------

    def _beat(self, item: ClockInput, now: float) -> None:
        self.conductor.receive(item, now)
        self._keep_time(now)

    def _keep_time(self, now: float) -> None:
        """What is planned follows the conductor's clock."""
        for output in self.conductor.take_outputs():
            self.stage.emit(output)
        before, clock = self.stage.clock, self.conductor.clock
        if clock is before:
            return
        self.stage.keep_time(clock, now)
        self._mode.retime(lambda second: _moved(second, before, clock))
        self._check_plan(now)

    def _check_plan(self, now: float) -> None:
        """What is planned was drawn by the rules of a moment that is past: think it over where it breaks today's."""
        if not self.stage.plan_is_allowed:
            self._mode.replan(now)

    def _find_a_beat(self, now: float) -> None:
        """Where the mode plays by the bar and nobody beats time, the internal tempo begins."""
        if self._mode.needs_beat and self.conductor.begin(now):
            self._keep_time(now)

    def _bar(self) -> float:
        return beats_per_bar(self.stage.values.signature)

    # --- settings ------------------------------------------------------------------------------

    def _make_mode(self, name: str) -> Mode:
        if name not in MODES:
            raise ValueError(f"no mode {name!r}: there are {', '.join(MODES)}")
        return MODES[name](self.stage)

    def _change_mode(self, name: str, now: float) -> None:
        mode = self._make_mode(name)
        self._releases.let_go(now, now)
        self.stage.silence(now)
        self._take_mode(mode)
        self.stage.pass_turn(Turn.HUMAN)

    def _take_mode(self, mode: Mode) -> None:
        self._mode = mode
        self.stage.needed_voices = mode.needed_voices
        self.stage.voices.in_role = mode.in_role
        self.stage.steering.assign(mode.voices)

    def _set(self, item: SetParameter | SetVoice | SetRange | Recall | Learn | Unlearn, now: float) -> None:
        before = self._rules()
        if isinstance(item, Recall):
            self._recall(item, now)
        else:
            self._desk.apply(item)
        if isinstance(item, SetVoice):
            self._mode.replan(now)
        self._replan_since(before, now)

    def _recall(self, item: Recall, now: float) -> None:
        if item.mode:
            self._make_mode(item.mode)  # refused before anything is set
        self._desk.recall(item)
        self._preset = item.preset
        if item.binds:
            self._releases.give_up_bound(now, now)
        if item.voices or item.usual:
            self._mode.replan(now)
        if item.mode and item.mode != self.mode:
            self._change_mode(item.mode, now)

    def _rules(self) -> tuple[int, tuple[int, ...]]:
        """What a plan was made by: which pitches, and how many notes, of whatever pitch."""
        values = self.stage.values
        return self.stage.tuning.palette.version, (values.polyphony, values.most, values.repeats)

    def _replan_since(self, rules: tuple[int, tuple[int, ...]], now: float) -> None:
        """Where what is set allows other pitches than before, or fewer notes, the mode thinks its plan over.

        So are the bars, where the time signature is another. Fewer notes are for what was given out: what is drawn for
        later is held to their number as it is given out.
        """
        version, counts = rules
        if self._bar() != self.conductor.clock.beats_per_bar:
            self.conductor.set_bars(self._bar())
            self._keep_time(now)
        fewer = any(after < before for after, before in zip(self._rules()[1], counts, strict=True))
        if self.stage.tuning.palette.version != version or (fewer and self.stage.ledger.planned()):
            self._mode.replan(now)

    def _reset(self, now: float) -> None:
        self._releases.all_go(now, now)
        self.stage.silence(now)
        self._mode.stop(now)
        self.stage.forget_all()

    def _warn_once(self, now: float, code: str, text: str) -> None:
        if now - self._warned.get(code, -QUIET_FOR) >= QUIET_FOR:
            self._warned[code] = now
            self.stage.report(Severity.WARNING, code, text)


def _moved(second: float, before: SessionClock, after: SessionClock) -> float:
    """The second at which one clock has the beat that the other had at `second`."""
    return after.time_at(before.beat_at(second))
