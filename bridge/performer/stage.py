"""What is planned: the clock, the ledger, the model's memory, and what goes out; what is heard is the `human`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from copy import copy
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from bridge.engine.model import Model
from bridge.performer.chords import ExpectedChord
from bridge.performer.feedback_loop import FeedbackGuard
from bridge.performer.headroom import Headroom
from bridge.performer.held_notes import HeldNote
from bridge.performer.human import Human
from bridge.performer.ledger import AT_ONCE, Ledger, LedgerNote, NoteState
from bridge.performer.machine_voices import MachineVoices
from bridge.performer.model_memory import HeardNote, Memory, Telling
from bridge.performer.mpe_zones import Zones
from bridge.performer.overload import HEAD_START, KeepingUp
from bridge.performer.programs import Programs
from bridge.performer.sampling import Draft, Drawing, Odds, Steering
from bridge.timing.clock import SessionClock
from bridge.timing.grid import ON_THE_LINE, next_beat
from bridge.timing.placing import Placing
from bridge.vocabulary import codec
from bridge.vocabulary.codec import DRUMS, VOICES
from bridge.vocabulary.events import (
    BeatLine,
    CancelNotes,
    ErrorReport,
    MoveNotes,
    Output,
    PlayNote,
    ReleaseNote,
    Severity,
    Silence,
    Turn,
    TurnChanged,
)
from bridge.vocabulary.parameters import Values
from bridge.vocabulary.parts import Part
from bridge.vocabulary.voices import DRUM_CHANNEL, default_voices

# A planned note that is ready so much later than its time, in seconds, is too late for it.
_TOO_LATE: Final = 0.01


class Stage:
    """The state of a performance. Modes read it and act through its methods; `take_outputs` empties the outbox."""

    def __init__(
        self,
        model: Model,
        seed: int,
        human_voice: str,
        drum_channel: int = DRUM_CHANNEL,
        parts: tuple[Part, ...] = (),
        zones: Zones | None = None,
    ) -> None:
        self.clock = SessionClock()
        self.values = Values()
        self.human = Human(human_voice, self.values, drum_channel, parts, zones or Zones())
        self.hands, self.tuning = self.human.hands, self.human.tuning
        self.memory = Memory(model)
        self._telling = Telling(self.memory)
        self.ledger = Ledger()
        self.feedback = FeedbackGuard()
        self.voices = MachineVoices(self.human)
        # By voice: its lowest and highest pitch, where it has a range of its own.
        self.ranges: dict[str, tuple[int, int]] = {}
        self.turn = Turn.HUMAN
        self.keeping_up = KeepingUp()
        # The voices that go on where not all can.
        self.needed_voices: Collection[int] = ()
        # Whether somebody is beaten time to.
        self.beats_time = False
        self.steering = Steering(self.values)
        self.drawing = Drawing(self.memory, self.ledger, self.tuning, self.hands, self.steering, seed)
        self._place()
        self._outputs: list[Output] = []
        # How often there was silence: what goes on by itself ends with it.
        self.silences = 0
        # Steps of one candidate that the present piece of work is worth.
        self.steps_taken = 1.0
        self._programs = Programs(self.emit)
        self.odds = Odds()

    def branch(self, seed: Sequence[int]) -> Self:
        """A stage to draw an answer on that may never be played.

        It knows what this one does, is set as it is, and takes chances of its own; what is planned on it happens
        nowhere else, and the model hears nothing of it: that is up to whoever asked (`take_untold`).
        """
        other = copy(self)
        other.memory, other.ledger, other.steering = self.memory.branch(), self.ledger.branch(), self.steering.branch()
        other._telling, other.odds = Telling(other.memory), Odds()
        other._outputs = []
        other._programs = Programs(other.emit)
        other.drawing = Drawing(other.memory, other.ledger, self.tuning, self.hands, other.steering, seed)
        other._place()
        return other

    def settle(self, values: Values, ranges: Mapping[str, tuple[int, int]]) -> None:
        """Go on with these parameters and ranges. Raises ValueError, and changes nothing, where they leave no pitch."""
        self.tuning.settle(values, ranges)
        self.values, self.ranges = values, dict(ranges)
        if values.programs == "off":
            self._programs.forget()
        self.steering.settle(values)
        self._place()

    def emit(self, output: Output) -> None:
        """Something for the shell to carry out."""
        self._outputs.append(output)

    def take_outputs(self) -> list[Output]:
        """What was emitted since the last call, in order."""
        taken, self._outputs = self._outputs, []
        return taken

    def give_up_stuck_keys(self, now: float) -> None:
        """Count no more on keys that nobody will lift, and say which."""
        if self.hands.stuck_from > now:
            return
        for note in self.hands.notes_down():
            self.hands.forget(note)
            self.report(
                Severity.WARNING,
                "stuck-key",
                f"pitch {note.pitch} on channel {note.channel} has been down for {now - note.onset:.0f} s: it no "
                "longer holds up the end of your phrase; a lost note-off? Panic forgets all keys",
            )

    def report(self, severity: Severity, code: str, text: str) -> None:
        """Tell the people at the controls."""
        self.emit(ErrorReport(severity, code, text))

    def pass_turn(self, turn: Turn) -> None:
        """The floor changes hands (nothing happens when it was theirs already)."""
        if turn is not self.turn:
            self.turn = turn
            self.emit(TurnChanged(turn))

    # --- time --------------------------------------------------------------------------------------

    def _place(self) -> None:
        self.placing = Placing.of(self.clock, self.values)
        self.headroom = Headroom(self.ledger, self.placing, self.values.polyphony, self.values.most)
        self.drawing.go_by(self.values, self.placing)

    @property
    def head_start(self) -> float:
        """A note planned now has its beat at least this many seconds away, to be drawn and to leave on time."""
        return HEAD_START + self.keeping_up.step + self.placing.groove.head_start

    @property
    def lookahead(self) -> float:
        """Seconds ahead that notes are planned; no less than some slow steps of the model and a groove need."""
        return self.keeping_up.lookahead(self.values.lookahead) + self.placing.groove.head_start

    def keep_time(self, clock: SessionClock, now: float) -> None:
        """Go on by this clock: what is held to beats and has not sounded, or not ended, moves with it."""
        self.clock = clock
        self._place()
        moved = self.ledger.retime(self.placing.moment_of, now)
        if moved:
            self.emit(
                MoveNotes(
                    tuple(note.note_id for note in moved),
                    tuple(note.onset for note in moved),
                    tuple(note.release for note in moved if note.release is not None),
                )
            )
        if self.beats_time:
            song = clock.anchor_beat + clock.song_offset
            self.emit(BeatLine(clock.anchor_time, song, clock.bpm, clock.metered, clock.lag, clock.settled_at))

    # --- the human's notes -------------------------------------------------------------------------

    def listened(self, note: HeldNote) -> HeardNote:
        """The human's note as the model will be told it: as it begins, its length unknown.

        Where it makes the human another voice than was thought, the model is told again what it heard of that.
        """
        recast = self.human.make_out(note)
        if recast is not None:
            self._telling.hear_as(*recast)
            self.steering.is_now(recast.before, recast.voice)
        voice = self.human.voice_of_note(note)
        self.steering.heard(voice)
        return HeardNote(
            beat=self.clock.beat_at(note.onset),
            voice=voice,
            pitch=note.pitch,
            velocity=note.velocity,
            duration=None,
            context=self._context_at(note.onset, note.pitch),
        )

    def follow_hands(self, time: float, struck: HeldNote | None = None) -> None:
        """The human's keys changed at `time`: see what key and chord that makes."""
        self.tuning.follow(self.hands, self.clock, time, struck)

    def chord_at(self, beat: float) -> ExpectedChord | None:
        """The human's chord now, or the one to expect at a later `beat` (of the session clock); None: not known."""
        return self.tuning.chord_at(beat, self.clock)

    # --- the machine's notes -----------------------------------------------------------------------

    def set_voice(self, voice: int, enabled: bool, channel: int, now: float) -> None:
        """Let the machine play a voice or not: from the next beat on where one is known, else from now on.

        A voice that goes out begins no new note and ends there.
        """
        self.cancel_planned()
        beat = self.clock.beat_at(now)
        beat = next_beat(self.clock, beat) if self.clock.metered else beat
        if self.voices.choose(voice, enabled, channel, beat):
            self.end_sounding(beat, [voice])

    def free_voice(self, voice: int, now: float) -> None:
        """Have a voice as at first, chosen by nobody."""
        setting, usual = self.voices[VOICES[voice]], default_voices()[VOICES[voice]]
        if setting != usual:
            self.set_voice(voice, usual.enabled, usual.channel, now)
            self.voices.free(voice)

    def entered(self, voices: Iterable[int], time: float) -> list[int]:
        """Those of `voices` that may begin a note at `time`, in seconds."""
        return self.voices.entered(voices, self.clock.beat_at(time) + ON_THE_LINE)

    def end_sounding(self, beat: float, voices: Collection[int]) -> None:
        """End what these voices sound, and what they are planned to, at `beat` at the latest."""
        time = self.clock.time_at(beat)
        for note in self.ledger.sounding(time):
            if note.voice in voices:
                note.release = time
                if note.length is not None:
                    # A clock that changes does not lengthen it again.
                    note.length = max(beat - note.beat, 0.0)
                self.emit(ReleaseNote(note.note_id, time))

    def playable(self, voices: Iterable[int]) -> list[int]:
        """Those of `voices` that the machine keeps up and that have a pitch to play now; the others must rest."""
        allowed = self.tuning.allowed(self.hands)
        return self.keeping_up.voices([voice for voice in voices if allowed[voice].any()], self.needed_voices)

    @property
    def plan_is_allowed(self) -> bool:
        """Whether everything that is planned may still be played, by the key, chord and hands of this moment."""
        allowed = self.tuning.allowed(self.hands)
        return all(allowed[note.voice, note.pitch] for note in self.ledger.planned() if not note.fixed)

    def _placed(self, draft: Draft, earliest: float) -> float:
        """When a drafted note sounds, in seconds, with the groove; straight where its own deviation breaks a rule."""
        shifts = (self.drawing.deviation(), self.placing.groove.offset)
        return self.headroom.placed(draft.onset_beat, draft.duration, shifts, earliest)

    def play(
        self, draft: Draft, now: float, *, onset: float | None = None, held: bool = False, fixed: bool = False
    ) -> LedgerNote:
        """Plan a drawn note: into the ledger, out to the outbox, and (soon) into the model's memory.

        It is played with the groove, never before `now`; the model is told of it straight. `onset` replaces the drawn
        one, without groove. With `held` the note has no release of its own. A `fixed` one is played where it stands,
        whatever else sounds, and the rules of the moment do not take it back.
        """
        beat, shift = draft.onset_beat, 0.0
        if onset is None:
            begin = max(self.placing.moment_of(beat), now) if fixed else self._placed(draft, now)
            shift = begin - self.placing.moment_of(beat)
        else:
            begin = max(onset, now)
            beat = self.clock.beat_at(begin)
        release = None if held else max(self.placing.moment_of(beat + draft.duration) + shift, begin)
        channel = self.voices.channel_of(draft.voice)
        context = self._context_at(begin, None if draft.voice == DRUMS else draft.pitch)
        note = self.ledger.plan(
            begin,
            release,
            draft.pitch,
            draft.velocity,
            channel,
            draft.voice,
            beat=beat,
            length=None if held else draft.duration,
            shift=shift,
            fixed=fixed,
        )
        told = HeardNote(
            beat=draft.onset_beat,
            voice=draft.voice,
            pitch=draft.pitch,
            velocity=draft.velocity,
            duration=None if held else draft.duration,
            context=context,
            note_id=note.note_id,
        )
        if self.values.programs == "on":
            self._programs.use(draft.voice, channel, lambda last: self.voices.plays_on(last, channel))
        self.emit(PlayNote(note.note_id, begin, release, draft.pitch, draft.velocity, channel))
        self.odds.keep(note.note_id, draft.sample, draft.guide)
        # Told only when it is on its way: the next draw needs that, this note does not.
        self.tell(told)
        return note

    def release(self, note: LedgerNote, now: float) -> None:
        """End a held note of the machine's."""
        if note.release is None:
            note.release = now
            self.emit(ReleaseNote(note.note_id, now))

    def cut_short(self, note: LedgerNote, now: float) -> None:
        """End a note that sounds now, before its time. It is no longer held to beats."""
        if note.release is None or note.release > now:
            note.release, note.length = now, None
            self.emit(ReleaseNote(note.note_id, now))

    def cancel_planned(self, which: Callable[[LedgerNote], bool] | None = None) -> list[LedgerNote]:
        """Take back everything that has not begun, or those notes of it; the model forgets them before it is next used.

        What is fixed stays. Returns them, in the order they were planned.
        """
        taken_back = self.ledger.cancel_planned(lambda note: not note.fixed and (which is None or which(note)))
        cancelled = tuple(note.note_id for note in taken_back)
        self._telling.forget(cancelled)
        if cancelled:
            self.emit(CancelNotes(cancelled))
        return taken_back

    def cancel_fixed(self) -> None:
        """Take back what is fixed and has not begun."""
        cancelled = tuple(note.note_id for note in self.ledger.cancel_planned(lambda note: note.fixed))
        self._telling.forget(cancelled)
        if cancelled:
            self.emit(CancelNotes(cancelled))

    def silence(self, now: float, *, all_channels: bool = False) -> None:
        """Take back everything that has not begun and end everything that sounds."""
        self.silences += 1
        self._telling.forget(note.note_id for note in self.ledger.cancel_planned())
        self.ledger.end_all(now)
        self.emit(Silence(all_channels))
        if all_channels:
            self._programs.forget()

    def sounded(self, note_id: int, time: float) -> None:
        """A note left at `time`. If it was cancelled and slipped out, the model is made to know it after all."""
        note = self.ledger.get(note_id)
        if note is not None:
            self.feedback.sent(note.pitch, note.velocity, note.channel, time)
        if self.ledger.confirm(note_id, time) is not None:
            self._telling.remember(note_id)

    def dropped(self, note_id: int, now: float) -> None:
        """A note could not leave in time, and was not played."""
        if self.ledger.drop(note_id) is not None:
            self._telling.forget([note_id])
            self.keeping_up.miss(now)

    # --- keeping up ----------------------------------------------------------------------------------

    def too_late(self, now: float) -> list[int]:
        """Notes waiting to be taken as outputs whose time has passed."""
        late = self.values.late
        return [
            output.note_id
            for output in self._outputs
            if isinstance(output, PlayNote)
            # One that a key holds was due at once; the others at a time that was known.
            and now - output.onset > (late if output.release is None else min(late, _TOO_LATE))
        ]

    def withhold(self, note_id: int, now: float) -> None:
        """A note came too late from the model: it is not played."""
        self._outputs = [one for one in self._outputs if not (isinstance(one, PlayNote) and one.note_id == note_id)]
        note = self.ledger.get(note_id)
        if note is not None and note.state is NoteState.PLANNED:
            self.ledger.cancel(note)
            self._telling.forget([note_id])
            self.keeping_up.miss(now)

    def fell_behind(self, decided: float, now: float) -> None:
        """More is planned now, what is decided reaching to `decided` (seconds): a gap before it can go on is a miss."""
        if now + self.head_start - decided > AT_ONCE:
            self.keeping_up.miss(now)

    # --- the model's memory --------------------------------------------------------------------------

    def tell(self, note: HeardNote) -> None:
        """Have the model hear a note before it is next used."""
        self._telling.tell(note)

    def prime(self, notes: Sequence[HeardNote]) -> None:
        """Have the model hear these, all of them before now, as what came last; what it heard moves back."""
        self._telling.insert(notes)

    @property
    def behind(self) -> int:
        """How many notes the model still has to be told."""
        return self._telling.behind

    @property
    def waiting(self) -> int:
        """How many of these were played just now."""
        return self._telling.waiting

    @property
    def recasting(self) -> bool:
        """Whether the model still has to be told another voice of what it heard of the human, when there is time."""
        return self._telling.recasting

    def take_untold(self) -> list[HeardNote]:
        """What is still to be told, for whoever tells a candidate of the model's instead."""
        return self._telling.take_all()

    def untold(self) -> list[HeardNote]:
        """What is still to be told, which stays so."""
        return self._telling.waiting_notes()

    def put_plans_after(self) -> None:
        """What is planned and has not begun is told again after the human's note, which came before it."""
        self._telling.put_after(note.note_id for note in self.ledger if note.state is NoteState.PLANNED)

    def skip_oldest(self) -> None:
        """Leave out the note that has waited longest."""
        self._telling.skip_oldest()

    def catch_up(self, now: float) -> bool:
        """Bring the model's memory up to date, or a good part of the way. True when there was something to do."""
        lost = self.ledger.cancel_lost(now)
        if lost:
            self._telling.forget(note.note_id for note in lost)
        return self._telling.catch_up()

    def forget_all(self) -> None:
        """Empty the model's memory."""
        self._telling.clear()
        self.human.forget()
        self.steering.clear()

    def change_model(self, model: Model) -> None:
        """Go on with another model, told what this one remembered."""
        self._telling.move_to(model)

    def _context_at(self, time: float, also: int | None) -> npt.NDArray[np.float32]:
        """What sounds at `time` (with the pitch `also`, which begins then) and where in the bar that is."""
        return codec.context(self._pitches_at(time, also), self.clock.bar_beat_at(time), self.clock.beats_per_bar)

    def _pitches_at(self, time: float, also: int | None) -> Iterable[int]:
        for note in self.ledger.sounding(time):
            if note.voice != DRUMS:
                yield note.pitch
        yield from self.hands.pitches_down()
        if also is not None:
            yield also
