"""What the modes act on: the clock, the human's hands, the model's memory, the ledger, and what goes out."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge import codec, parameters
from bridge.bars import ON_THE_LINE, next_beat
from bridge.clock import SessionClock
from bridge.codec import DRUMS, DT_TICKS, TICKS_PER_BEAT, VOICES
from bridge.engine.constraints import Constraints
from bridge.engine.model import Model
from bridge.events import (
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
from bridge.feedback import FeedbackGuard
from bridge.groove import Groove
from bridge.guide import CONTROL_NAMES, free_guide, guide_of, roles_of
from bridge.hands import Hands, HeldNote
from bridge.ledger import Ledger, LedgerNote, NoteState
from bridge.memory import HeardNote, Memory
from bridge.telling import Telling
from bridge.tuning import Tuning

DRUM_CHANNEL: Final = 10
# A plan needs this head start, in seconds, to leave on time.
HEAD_START: Final = 0.005
# Where the lookahead is the machine's to choose: so many slow steps (a chord's), within these seconds. Until any step
# was measured one is believed to take FIRST_STEP.
STEPS_AHEAD: Final = 4
LEAST_LOOKAHEAD: Final = 0.03
MOST_LOOKAHEAD: Final = 0.5
FIRST_STEP: Final = 0.02
# How far from what a wait stands for it may be meant to lie, in ticks, float [SIZES[0]].
_REACH: Final = np.maximum(np.gradient(DT_TICKS.astype(np.float64)) / 2, 0.5)
# A note that would double another is drawn again so often at most.
MOST_REDRAWS: Final = 4


@dataclass(slots=True)
class VoiceSetting:
    """Whether the machine may use a voice, and on which MIDI channel it plays it."""

    enabled: bool
    channel: int


def default_voices() -> dict[str, VoiceSetting]:
    """Keys and bass on channels 1 and 2; the others off, each with a channel of its own."""
    channels = {"keys": 1, "bass": 2, "guitar": 3, "lead": 4, "strings": 5, "other": 6, "drums": DRUM_CHANNEL}
    return {voice: VoiceSetting(voice in ("keys", "bass"), channels[voice]) for voice in VOICES}


@dataclass(frozen=True, slots=True)
class Draft:
    """A note as drawn from the model, not yet played. Times in seconds, `onset_beat` and `duration` in beats."""

    onset: float
    onset_beat: float
    duration: float
    voice: int
    pitch: int
    velocity: int


class Stage:
    """The state of a performance. Modes read it and act through its methods; `take_outputs` empties the outbox."""

    def __init__(self, model: Model, seed: int, human_voice: str) -> None:
        self.clock = SessionClock()
        self.hands = Hands()
        self.memory = Memory(model)
        self._telling = Telling(self.memory)
        self.ledger = Ledger()
        self.feedback = FeedbackGuard()
        self.values = parameters.defaults()
        self.voices = default_voices()
        # By voice: its lowest and highest pitch, where it has a range of its own.
        self.ranges: dict[str, tuple[int, int]] = {}
        self.tuning = Tuning(self.values, DRUM_CHANNEL)
        self.human_voice = VOICES.index(human_voice)
        self.turn = Turn.HUMAN
        # What a slow step of the model takes, in seconds, as the shell measures it.
        self.step_p99 = FIRST_STEP
        # Whether somebody is beaten time to.
        self.beats_time = False
        self._random = np.random.Generator(np.random.PCG64(seed))
        self._constraints = Constraints()
        # What the next draw's wait is counted from, in ticks.
        self._drawn_from = 0
        # What every draw is told; made anew only when it changes.
        self._guide = free_guide()
        self._machine_plays: Collection[int] = ()
        self._human_played: set[int] = set()
        self._aimed: float | None = None
        # From which beat on a voice that was enabled may begin.
        self._enters: dict[int, float] = {}
        self._outputs: list[Output] = []
        # Planned and told to the model, but not given out: what would be played if the human played no more.
        self._aside: list[HeardNote] = []

    def value(self, name: str) -> float:
        """The number a parameter is set to."""
        return float(self.values[name])

    def choice(self, name: str) -> str:
        """The word a parameter is set to."""
        return str(self.values[name])

    def settle(self, values: Mapping[str, float | str], ranges: Mapping[str, tuple[int, int]]) -> None:
        """Go on with these parameters and ranges. Raises ValueError, and changes nothing, where they leave no pitch."""
        self.tuning.settle(values, ranges)
        self.values, self.ranges = dict(values), dict(ranges)
        self._steer()

    def emit(self, output: Output) -> None:
        """Something for the shell to carry out."""
        self._outputs.append(output)

    def take_outputs(self) -> list[Output]:
        """What was emitted since the last call, in order."""
        taken, self._outputs = self._outputs, []
        return taken

    def report(self, severity: Severity, code: str, text: str) -> None:
        """Tell the people at the controls."""
        self.emit(ErrorReport(severity, code, text))

    def pass_turn(self, turn: Turn) -> None:
        """The floor changes hands (nothing happens when it was theirs already)."""
        if turn is not self.turn:
            self.turn = turn
            self.emit(TurnChanged(turn))

    # --- time --------------------------------------------------------------------------------------

    @property
    def groove(self) -> Groove:
        """How notes are placed."""
        return Groove.of(self.values)

    @property
    def head_start(self) -> float:
        """A note planned now has its beat at least this many seconds away, to leave on time."""
        return HEAD_START + self.groove.head_start

    @property
    def lookahead(self) -> float:
        """Seconds ahead that notes are planned; no less than some slow steps of the model and a groove need."""
        wanted = self.value("lookahead")
        if not wanted:
            wanted = min(max(HEAD_START + STEPS_AHEAD * self.step_p99, LEAST_LOOKAHEAD), MOST_LOOKAHEAD)
        return wanted + self.groove.head_start

    def keep_time(self, clock: SessionClock, now: float) -> None:
        """Go on by this clock: what is held to beats and has not sounded, or not ended, moves with it."""
        self.clock = clock
        aside = {note.note_id for note in self._aside}
        moved = [note for note in self.ledger.retime(self._moment_of, now) if note.note_id not in aside]
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

    def _moment_of(self, beat: float) -> float:
        """Seconds at which a straight session beat sounds; only where bars are known does it swing."""
        if self.clock.metered:
            beat = self.groove.swung(beat + self.clock.song_offset) - self.clock.song_offset
        return self.clock.time_at(beat)

    def _on_grid(self, beat: float, earliest: float) -> float:
        """A drawn session beat, quantized where bars are known, and not before `earliest` (session beats)."""
        if not self.clock.metered:
            return beat
        offset = self.clock.song_offset
        return self.groove.quantized(beat + offset, earliest + offset) - offset

    # --- the human's notes -------------------------------------------------------------------------

    def voice_of(self, channel: int) -> int:
        """The voice a human's note on `channel` is heard as."""
        return DRUMS if channel == DRUM_CHANNEL else self.human_voice

    def listened(self, note: HeldNote) -> HeardNote:
        """The human's note as the model will be told it: as it begins, its length unknown."""
        voice = self.voice_of(note.channel)
        if voice not in self._human_played:
            self._human_played.add(voice)
            self._steer()
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
        self.tuning.follow(self.hands, self.clock.beat_at(time), struck)

    # --- the machine's notes -----------------------------------------------------------------------

    @property
    def machine_voices(self) -> list[int]:
        """The voices the machine may use."""
        return [index for index, voice in enumerate(VOICES) if self.voices[voice].enabled]

    def set_voice(self, voice: int, enabled: bool, channel: int, now: float) -> None:
        """Let the machine play a voice or not: from the next beat on where one is known, else from now on.

        A voice that goes out begins no new note and ends there.
        """
        self.cancel_planned()
        setting = self.voices[VOICES[voice]]
        beat = self.clock.beat_at(now)
        beat = next_beat(self.clock, beat) if self.clock.metered else beat
        if enabled and not setting.enabled:
            self._enters[voice] = beat
        elif setting.enabled and not enabled:
            self.end_sounding(beat, [voice])
        setting.enabled, setting.channel = enabled, channel

    def entered(self, voices: Iterable[int], time: float) -> list[int]:
        """Those of `voices` that may begin a note at `time`, in seconds."""
        beat = self.clock.beat_at(time) + ON_THE_LINE
        return [voice for voice in voices if self._enters.get(voice, -math.inf) <= beat]

    def end_sounding(self, beat: float, voices: Collection[int]) -> None:
        """End what these voices sound, and what they are planned to, at `beat` at the latest."""
        time = self.clock.time_at(beat)
        for note in self.ledger.sounding(time):
            if note.voice in voices:
                note.release = time
                self.emit(ReleaseNote(note.note_id, time))

    def aim(self, density: float | None) -> None:
        """Ask for so many notes per beat where nobody else asks for a density; None: as the model likes."""
        if density != self._aimed:
            self._aimed = density
            self._steer()

    def playable(self, voices: Iterable[int]) -> list[int]:
        """Those of `voices` that have a pitch to play at this moment; the others must rest."""
        allowed = self.tuning.allowed(self.hands)
        return [voice for voice in voices if allowed[voice].any()]

    @property
    def plan_is_allowed(self) -> bool:
        """Whether everything that is planned may still be played, by the key, chord and hands of this moment."""
        allowed = self.tuning.allowed(self.hands)
        return all(allowed[note.voice, note.pitch] for note in self.ledger if note.state is NoteState.PLANNED)

    def assign(self, voices: Collection[int]) -> None:
        """The voices that the machine plays from now on; the model is told with every draw."""
        self._machine_plays = voices
        self._aimed = None
        self._steer()

    def _steer(self) -> None:
        controls = {name: self.value(name) for name in CONTROL_NAMES}
        if self._aimed is not None and not controls["density"]:
            controls["density"] = self._aimed
        self._guide = guide_of(roles_of(self._machine_plays, self._human_played), controls)

    def narrow(self) -> Constraints:
        """The constraints that always hold, fresh: the pitches. Narrow them further before `draw`.

        Only voices that are `playable` may be drawn; the rows of others mean nothing.
        """
        self._drawn_from = self.memory.believed_ticks
        allowed = self.tuning.allowed(self.hands)
        self._constraints.allow_all()
        self._constraints.only_pitches(np.where(allowed.any(axis=1, keepdims=True), allowed, self.tuning.palette.base))
        return self._constraints

    def uncrowded_from(self, time: float) -> float:
        """First moment from `time` on, in seconds, at which `most` lets a note begin."""
        return self.ledger.room_from(time, int(self.value("most")), 60.0 / self.clock.bpm)

    def room_from(self, time: float) -> float:
        """First moment from `time` on, in seconds, at which `polyphony` and `most` let a note begin; infinity: none."""
        while math.isfinite(time):
            free = self.uncrowded_from(self.ledger.free_from(time, int(self.value("polyphony"))))
            if free == time:
                break
            time = free
        return time

    def onset_between(self, constraints: Constraints, earliest: float, latest: float | None = None) -> None:
        """Constrain the next onset to these seconds, to the grid's precision; pass `earliest` to `draw` as well."""
        low_tick = round(self.clock.beat_at(earliest) * TICKS_PER_BEAT)
        believed = self._drawn_from = self.memory.reference(low_tick)
        low = int(DT_TICKS[codec.dt_class(max(low_tick - believed, 0))])
        high = None
        if latest is not None:
            high = max(math.floor(self.clock.beat_at(latest) * TICKS_PER_BEAT) - believed, low)
        constraints.dt_between(low, high)

    def onset_on_lines(self, constraints: Constraints, earliest: float, latest: float, grid: float) -> None:
        """Constrain the next onset to lines of the song's grid, one every `grid` beats, between these session beats.

        To the precision of the waits that can be said: the nearest line is meant. Where none can, the nearest wait is
        what is left.
        """
        low_tick = round(earliest * TICKS_PER_BEAT)
        believed = self._drawn_from = self.memory.reference(low_tick)
        beats = (believed + DT_TICKS) / TICKS_PER_BEAT
        lines = np.floor((beats + self.clock.song_offset) / grid + 0.5) * grid - self.clock.song_offset
        allowed = np.abs(beats - lines) <= _REACH / TICKS_PER_BEAT
        allowed &= (lines >= earliest - ON_THE_LINE) & (lines <= latest + ON_THE_LINE)
        if not allowed.any():
            allowed[codec.dt_class(max(low_tick - believed, 0))] = True
        constraints.dt_among(allowed)

    def draw(self, constraints: Constraints, earliest: float = -math.inf) -> Draft:
        """Draw the next note under `constraints`. It is neither played nor remembered yet.

        A class of the time field stands for a stretch of time; of the first stretch allowed, what lies before
        `earliest` (seconds) is cut off. A note that the machine strikes at that moment already is drawn again.
        """
        draft = self._draw_once(constraints, earliest)
        for _ in range(MOST_REDRAWS):
            if not self.ledger.strikes(draft.pitch, draft.voice, draft.onset):
                break
            try:
                constraints.forbid_pitches([draft.pitch], [draft.voice])
            except ValueError:  # the only pitch there is
                break
            draft = self._draw_once(constraints, earliest)
        return draft

    def _draw_once(self, constraints: Constraints, earliest: float) -> Draft:
        event = self.memory.model.sample(
            constraints,
            self._random.random(len(codec.FIELDS), dtype=np.float32),
            self.value("temperature"),
            self.value("top_p"),
            self._guide,
        ).event
        beat = (self._drawn_from + int(DT_TICKS[event.dt])) / TICKS_PER_BEAT
        velocity = round(codec.velocity_of(event.velocity) * self.value("velocity"))
        onset = self.clock.time_at(beat)
        if onset < earliest:
            beat = self.clock.beat_at(earliest)
        if math.isfinite(earliest):  # else it follows a key at once, and no grid
            beat = self._on_grid(beat, self.clock.beat_at(earliest))
        return Draft(
            onset=self.clock.time_at(beat),
            onset_beat=beat,
            duration=codec.duration_beats(event.duration),
            voice=event.voice,
            pitch=event.pitch,
            velocity=min(max(velocity, 1), 127),
        )

    def play(
        self, draft: Draft, now: float, *, onset: float | None = None, held: bool = False, aside: bool = False
    ) -> LedgerNote:
        """Plan a drawn note: into the ledger, out to the outbox, and (soon) into the model's memory.

        It is played with the groove, never before `now`; the model is told of it straight. `onset` replaces the drawn
        one, without groove. With `held` the note has no release of its own. With `aside` it is not given out yet: see
        `give_out`.
        """
        beat, shift = draft.onset_beat, 0.0
        if onset is None:
            groove = self.groove
            shift = groove.deviation(self._random.standard_normal() if groove.unevenness else 0.0)
            begin = max(self._moment_of(beat) + shift, now)
        else:
            begin = max(onset, now)
            beat = self.clock.beat_at(begin)
        end = self._moment_of(beat + draft.duration) + shift
        release = None if held else max(end, begin)
        channel = self.voices[VOICES[draft.voice]].channel
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
        if aside:
            self._aside.append(told)
        else:
            self.emit(PlayNote(note.note_id, begin, release, draft.pitch, draft.velocity, channel))
        # Told only when it is on its way: the next draw needs that, this note does not.
        self.tell(told)
        return note

    def give_out(self, now: float, later: float = 0.0) -> list[int]:
        """Send out what was set aside, `later` beats after (or before) it was planned for; its ledger numbers.

        No call of the model is needed. Where the plan moved, the model is told it again at its new place.
        """
        aside, self._aside = self._aside, []
        given: list[int] = []
        for told in aside:
            note = self.ledger.get(told.note_id or 0)
            if note is None or note.state is not NoteState.PLANNED:
                continue
            if later:
                note = self._moved(note, told, later)
            note.onset = max(self._moment_of(note.beat) + note.shift, now)
            end = self._moment_of(note.beat + (note.length or 0.0)) + note.shift
            note.release = max(end, note.onset)
            self.emit(PlayNote(note.note_id, note.onset, note.release, note.pitch, note.velocity, note.channel))
            given.append(note.note_id)
        return given

    def _moved(self, first: LedgerNote, told: HeardNote, later: float) -> LedgerNote:
        """A note that was set aside, planned anew: what the model was told of the first is taken back."""
        self.ledger.cancel(first)
        self._telling.forget([first.note_id])
        onset = self._moment_of(first.beat + later) + first.shift
        context = self._context_at(onset, None if told.voice == DRUMS else told.pitch)
        note = self.ledger.plan(
            onset,
            onset,
            first.pitch,
            first.velocity,
            first.channel,
            first.voice,
            beat=first.beat + later,
            length=first.length,
            shift=first.shift,
        )
        self.tell(replace(told, beat=told.beat + later, context=context, note_id=note.note_id))
        return note

    def release(self, note: LedgerNote, now: float) -> None:
        """End a held note of the machine's."""
        if note.release is None:
            note.release = now
            self.emit(ReleaseNote(note.note_id, now))

    def cancel_planned(self) -> None:
        """Take back everything that has not begun; the model forgets it before it is next used."""
        cancelled = [note.note_id for note in self.ledger.cancel_planned()]
        self._telling.forget(cancelled)
        kept_back = {note.note_id for note in self._aside}
        self._aside.clear()
        given_out = tuple(number for number in cancelled if number not in kept_back)
        if given_out:
            self.emit(CancelNotes(given_out))

    def silence(self, now: float, *, all_channels: bool = False) -> None:
        """Take back everything that has not begun and end everything that sounds."""
        self._telling.forget(note.note_id for note in self.ledger.cancel_planned())
        self._aside.clear()
        self.ledger.end_all(now)
        self.emit(Silence(all_channels))

    def sounded(self, note_id: int, time: float) -> None:
        """A note left at `time`. If it was cancelled and slipped out, the model is made to know it after all."""
        note = self.ledger.get(note_id)
        if note is not None:
            self.feedback.sent(note.pitch, note.velocity, note.channel, time)
        if self.ledger.confirm(note_id, time) is not None:
            self._telling.remember(note_id)

    def dropped(self, note_id: int) -> None:
        """A note was too late, and was not played."""
        if self.ledger.drop(note_id) is not None:
            self._telling.forget([note_id])

    # --- the model's memory --------------------------------------------------------------------------

    def tell(self, note: HeardNote) -> None:
        """Have the model hear a note before it is next used."""
        self._telling.tell(note)

    @property
    def behind(self) -> int:
        """How many notes the model still has to be told."""
        return self._telling.behind

    def put_plans_after(self) -> None:
        """What is planned and has not begun is told again after the human's note, which came before it."""
        self._telling.put_after(note.note_id for note in self.ledger if note.state is NoteState.PLANNED)

    def skip_oldest(self) -> None:
        """Leave out the note that has waited longest."""
        self._telling.skip_oldest()

    def catch_up(self, now: float) -> bool:
        """Bring the model's memory up to date, or a good part of the way. True when there was something to do."""
        self._telling.forget(note.note_id for note in self.ledger.cancel_lost(now))
        return self._telling.catch_up()

    def forget_all(self) -> None:
        """Empty the model's memory."""
        self._aside.clear()
        self._telling.clear()
        self.tuning.clear()
        self._human_played.clear()
        self._steer()

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
