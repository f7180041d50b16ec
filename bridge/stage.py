"""What the modes act on: the clock, the human's hands, the model's memory, the ledger, and what goes out."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge import codec, parameters
from bridge.clock import SessionClock
from bridge.codec import DRUMS, DT_TICKS, TICKS_PER_BEAT, VOICES
from bridge.engine.constraints import Constraints
from bridge.engine.model import Model
from bridge.events import (
    CancelNotes,
    ErrorReport,
    Output,
    PlayNote,
    ReleaseNote,
    Severity,
    Silence,
    Turn,
    TurnChanged,
)
from bridge.feedback import FeedbackGuard
from bridge.guide import CONTROL_NAMES, free_guide, guide_of, roles_of
from bridge.hands import Hands, HeldNote
from bridge.ledger import Ledger, LedgerNote
from bridge.memory import HeardNote, Memory

DRUM_CHANNEL: Final = 10
# A plan needs this head start, in seconds, to leave on time.
HEAD_START: Final = 0.005
# Forgotten notes that are kept, in case one turns out to have been played.
MOST_FORGOTTEN: Final = 256
# A note that would double another is drawn again so often at most.
MOST_REDRAWS: Final = 4
# The model hears at most this many notes in one go, so that no call lasts long.
MOST_AT_ONCE: Final = 16


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
        self.ledger = Ledger()
        self.feedback = FeedbackGuard()
        self.values = parameters.defaults()
        self.voices = default_voices()
        self.human_voice = VOICES.index(human_voice)
        self.turn = Turn.HUMAN
        self.last_onset = -math.inf
        self._random = np.random.Generator(np.random.PCG64(seed))
        self._constraints = Constraints()
        # What every draw is told; made anew only when it changes.
        self._guide = free_guide()
        self._machine_plays: Collection[int] = ()
        self._human_played: set[int] = set()
        self._outputs: list[Output] = []
        # Cancelled notes that the model still has to be made to forget, before it is next used.
        self._stale: set[int] = set()
        self._forgotten: dict[int, HeardNote] = {}
        self._untold: deque[HeardNote] = deque()

    def value(self, name: str) -> float:
        """The number a parameter is set to."""
        return float(self.values[name])

    def set_value(self, name: str, value: object) -> None:
        """Turn a knob. Raises ValueError for an unknown name or a refused value."""
        self.values = parameters.changed(self.values, name, value)
        if name in CONTROL_NAMES:
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

    # --- the machine's notes -----------------------------------------------------------------------

    @property
    def machine_voices(self) -> list[int]:
        """The voices the machine may use."""
        return [index for index, voice in enumerate(VOICES) if self.voices[voice].enabled]

    def assign(self, voices: Collection[int]) -> None:
        """The voices that the machine plays from now on; the model is told with every draw."""
        self._machine_plays = voices
        self._steer()

    def _steer(self) -> None:
        controls = {name: self.value(name) for name in CONTROL_NAMES}
        self._guide = guide_of(roles_of(self._machine_plays, self._human_played), controls)

    def narrow(self) -> Constraints:
        """The constraints that always hold, fresh: the pitch range. Narrow them further before `draw`."""
        self._constraints.allow_all()
        self._constraints.pitch_range(int(self.value("low")), int(self.value("high")))
        return self._constraints

    def onset_between(self, constraints: Constraints, earliest: float, latest: float | None = None) -> None:
        """Constrain the next onset to these seconds, to the grid's precision; pass `earliest` to `draw` as well."""
        low_tick = round(self.clock.beat_at(earliest) * TICKS_PER_BEAT)
        self.memory.elide(low_tick)
        believed = self.memory.believed_ticks
        low = int(DT_TICKS[codec.dt_class(max(low_tick - believed, 0))])
        high = None
        if latest is not None:
            high = max(math.floor(self.clock.beat_at(latest) * TICKS_PER_BEAT) - believed, low)
        constraints.dt_between(low, high)

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
        beat = (self.memory.believed_ticks + int(DT_TICKS[event.dt])) / TICKS_PER_BEAT
        velocity = round(codec.velocity_of(event.velocity) * self.value("velocity"))
        onset = self.clock.time_at(beat)
        if onset < earliest:
            onset, beat = earliest, self.clock.beat_at(earliest)
        return Draft(
            onset=onset,
            onset_beat=beat,
            duration=codec.duration_beats(event.duration),
            voice=event.voice,
            pitch=event.pitch,
            velocity=min(max(velocity, 1), 127),
        )

    def play(self, draft: Draft, now: float, *, onset: float | None = None, held: bool = False) -> LedgerNote:
        """Plan a drawn note: into the ledger, out to the outbox, and (soon) into the model's memory.

        `onset` replaces the drawn one (never before `now`). With `held` the note has no release of its own.
        """
        begin = max(draft.onset if onset is None else onset, now)
        release = None if held else begin + draft.duration * 60.0 / self.clock.bpm
        channel = self.voices[VOICES[draft.voice]].channel
        context = self._context_at(begin, None if draft.voice == DRUMS else draft.pitch)
        note = self.ledger.plan(begin, release, draft.pitch, draft.velocity, channel, draft.voice)
        self.emit(PlayNote(note.note_id, begin, release, draft.pitch, draft.velocity, channel))
        self.last_onset = max(self.last_onset, begin)
        # Told only when it is on its way: the next draw needs that, this note does not.
        self.tell(
            HeardNote(
                beat=draft.onset_beat,
                voice=draft.voice,
                pitch=draft.pitch,
                velocity=draft.velocity,
                duration=None if held else draft.duration,
                context=context,
                note_id=note.note_id,
            )
        )
        return note

    def release(self, note: LedgerNote, now: float) -> None:
        """End a held note of the machine's."""
        if note.release is None:
            note.release = now
            self.emit(ReleaseNote(note.note_id, now))

    def cancel_planned(self) -> None:
        """Take back everything that has not begun; the model forgets it before it is next used."""
        cancelled = [note.note_id for note in self.ledger.cancel_planned()]
        if cancelled:
            self._stale.update(cancelled)
            self.emit(CancelNotes(tuple(cancelled)))

    def silence(self, now: float, *, all_channels: bool = False) -> None:
        """Take back everything that has not begun and end everything that sounds."""
        self._stale.update(note.note_id for note in self.ledger.cancel_planned())
        self.ledger.end_all(now)
        self.last_onset = -math.inf
        self.emit(Silence(all_channels))

    def sounded(self, note_id: int, time: float) -> None:
        """A note left at `time`. If it was cancelled and slipped out, the model is made to know it after all."""
        note = self.ledger.get(note_id)
        if note is not None:
            self.feedback.sent(note.pitch, note.velocity, note.channel, time)
        if self.ledger.confirm(note_id, time) is None:
            return
        if note_id in self._stale:
            self._stale.discard(note_id)
        elif note_id in self._forgotten:
            self.tell(self._forgotten.pop(note_id))

    def dropped(self, note_id: int) -> None:
        """A note was too late, and was not played."""
        if self.ledger.drop(note_id) is not None:
            self._stale.add(note_id)

    # --- the model's memory --------------------------------------------------------------------------

    def tell(self, note: HeardNote) -> None:
        """Have the model hear a note before it is next used."""
        self._untold.append(note)

    @property
    def behind(self) -> int:
        """How many notes the model still has to be told."""
        return len(self._untold)

    def skip_oldest(self) -> None:
        """Leave out the note that has waited longest."""
        self._untold.popleft()

    def catch_up(self, now: float) -> bool:
        """Bring the model's memory up to date, or a good part of the way. True when there was something to do."""
        self._stale.update(note.note_id for note in self.ledger.cancel_lost(now))
        worked = bool(self._stale)
        if self._stale:
            self._forget_stale()
        if self._untold:
            self.memory.hear([self._untold.popleft() for _ in range(min(len(self._untold), MOST_AT_ONCE))])
            worked = True
        return worked

    def forget_all(self) -> None:
        """Empty the model's memory."""
        self._stale.clear()
        self._untold.clear()
        self._forgotten.clear()
        self.memory.clear()
        self._human_played.clear()
        self._steer()

    def change_model(self, model: Model) -> None:
        """Go on with another model, told what this one remembered."""
        self._forget_stale()
        self.memory.move_to(model)

    def _forget_stale(self) -> None:
        stale, self._stale = self._stale, set()
        gone = [note for note in self._untold if note.note_id in stale]
        if gone:
            self._untold = deque(note for note in self._untold if note.note_id not in stale)
        gone += self.memory.forget(stale)
        for note in gone:
            if note.note_id is not None:
                self._forgotten[note.note_id] = note
        # Only the latest can still turn out to have been played.
        while len(self._forgotten) > MOST_FORGOTTEN:
            del self._forgotten[next(iter(self._forgotten))]

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
