"""Both play at once: the machine plans a little ahead, in its own voices, and waits where it expects the human."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from bridge.engine.constraints import Constraints
from bridge.performer.held_notes import HeldNote
from bridge.performer.ledger import AT_ONCE, LedgerNote, NoteState
from bridge.performer.mode_stage import ModeStage
from bridge.performer.modes.base import NEVER, Mode
from bridge.performer.modes.duet_pace import DuetPace
from bridge.performer.modes.partner import Partner
from bridge.performer.modes.space import Company
from bridge.performer.sampling import Draft
from bridge.timing.grid import next_beat
from bridge.vocabulary.codec import DRUMS, TICKS_PER_BEAT
from bridge.vocabulary.events import Turn

# The model's finest step in time, in beats.
TICK: Final = 1 / TICKS_PER_BEAT
# Notes at once where `texture` says nothing.
AT_MOST_AT_ONCE: Final = 2
# By the pace the next note is some beats away: a note lasts so many times as long at least, and at most; and LONGEST.
LASTS: Final = (0.3, 2.0)
LONGEST: Final = 4.0
# On a beat the machine comes so much later than that, in seconds: a key on that beat is heard first, and answered
# within its head start, so that both strike together and on one chord.
LISTEN_FOR: Final = 0.012
# A key so long before a planned note, in seconds, takes that note along.
TOGETHER: Final = 0.1
# A note that clashes with a new key and would go on for longer than this, in seconds, is cut short.
RUBBING: Final = 0.1
# The density that is asked for changes by so many steps to the octave (twice as many).
AIM_STEPS: Final = 2
# The last note of a phrase is held for so many beats.
LAST_NOTE: Final = (2.0, 4.0)
# What was played so long ago, in beats, has nothing to end.
STALE: Final = 16.0


class Duet(Mode):
    """Who plays next is part of the prediction (competing clocks), how busily is not: `DuetPace` says that.

    The next note is drawn among the machine's voices and the human's, within the bounds of the pace. When it is one of
    the machine's within the lookahead, it is planned. When it is the human's, that is a wait; when it lies beyond the
    lookahead, it is drawn again later under the condition that nothing came until then, which leaves its distribution
    as it was. A model that has heard one player alone expects no other, and would wait for ever: while the machine is
    owed a note, it is drawn among its own voices only.

    What it plays goes with what the human plays: `Partner` says which pitches do, at that place. One or two notes sound
    at once unless `texture` says otherwise. A key that comes just before a planned note is answered at once, and one
    that rubs against what sounds ends it. `Company` says when the human has stopped: then the phrase is brought to an
    end, on a held tone of the home triad, and the machine waits.
    """

    name = "duet"

    def __init__(self, stage: ModeStage) -> None:
        super().__init__(stage)
        self._decided_until: float | None = None
        self._look_again = NEVER
        self._company = Company(stage)
        self._pace = DuetPace(stage, self._company)
        self._partner = Partner(stage)
        self._together: int | None = None  # the voice that is to strike with the key just heard
        self._last_notes: list[int] | None = None  # voices that still have a last note to play; None: not ending

    @property
    def voices(self) -> list[int]:
        """All it may use but the human's."""
        theirs = self.stage.human.plays(self.stage.human.role)
        return [voice for voice in self.stage.voices.enabled if voice not in theirs]

    # --- what happens ----------------------------------------------------------------------------

    def heard(self, note: HeldNote, now: float) -> None:
        """A key: what is planned and has not begun is thought over."""
        self._together = self._meant_for(note.onset)
        self.stage.cancel_planned()
        self._pace.heard(note)
        self._company.heard(note)
        self._partner.heard(note)
        self._last_notes = None
        self._make_way(note, now)
        self._think_again(now)
        self.stage.pass_turn(Turn.BOTH)

    def lifted(self, time: float) -> None:
        """A key came up: the human is alone with us from there."""
        self._company.lifted(time)

    def respond(self, now: float) -> None:
        """Come in now, if anything was heard."""
        if self._decided_until is None and not self.stage.memory.empty:
            self._company.greet(now)
            self._think_again(now)
            self.stage.pass_turn(Turn.BOTH)

    def retime(self, moved: Callable[[float], float]) -> None:
        """What is decided is decided in beats."""
        if self._decided_until is not None:
            self._decided_until = moved(self._decided_until)
            self._look_again = moved(self._look_again)

    def stop(self, now: float) -> None:
        """Wait for the human's next note."""
        self._decided_until = self._together = self._last_notes = None
        self._look_again = NEVER
        self.stage.pass_turn(Turn.HUMAN)

    def replan(self, now: float) -> None:
        """Take back what has not begun, and think again from now on."""
        self.stage.cancel_planned()
        self._together = None
        if self._decided_until is not None:
            self._think_again(now)

    def wakeup(self, now: float) -> float:
        """When the lookahead next reaches beyond what is decided."""
        return self._look_again

    def work(self, now: float) -> bool:
        """Draw one note and plan it, or find that there is none to plan yet."""
        stage = self.stage
        if self._decided_until is None or now < self._look_again or stage.memory.empty:
            return False
        together, self._together = self._together, None
        if not self.voices:
            self._look_again = NEVER
        elif self._last_notes is not None or self._company.over(now) or self._company.breathing(now):
            self._end(now)
        else:
            self._go_on(together, now)
        return True

    # --- going on ------------------------------------------------------------------------------------

    def _go_on(self, together: int | None, now: float) -> None:
        stage, clock = self.stage, self.stage.clock
        assert self._decided_until is not None
        stage.fell_behind(self._decided_until, now)
        lookahead = stage.lookahead
        horizon = now + lookahead
        free = max(now + stage.head_start, self._decided_until)
        last = clock.beat_at(stage.ledger.last_onset())
        if together is None:
            free = max(free, self._first(last, now))
        free = self._room_from(free, now)
        machine = stage.entered(stage.playable(self.voices), free)
        if not machine or free >= horizon or self._company.full(now):
            self._wait(min(max(free, now + TICK), horizon) if machine else horizon, lookahead)
            return
        self._aim(now)
        owed = self._pace.owed(now)
        latest = None
        if together in machine:
            machine, owed, latest = [together], True, free
        elif owed:
            latest = max(clock.time_at(self._pace.last_beat(max(last, clock.beat_at(now) - STALE), now)), free)
        draft = self._draw(machine, free, latest, owed=owed, now=now)
        if draft.onset > horizon or draft.voice not in machine:
            # The human did not come in at that moment: what is drawn next lies after it, a tick at least, or a model
            # that is sure of them would be asked without pause.
            self._wait(min(max(draft.onset, clock.time_at(clock.beat_at(free) + TICK)), horizon), lookahead)
        else:
            stage.play(draft, now)
            self._decided_until = draft.onset

    def _first(self, last: float, now: float) -> float:
        """The soonest moment for the next note by the pace; where a texture is asked for, together with the last."""
        stage = self.stage
        if not math.isfinite(last):
            return now
        time = stage.clock.time_at(last)
        with_it = [note for note in stage.ledger.sounding(time) if abs(note.onset - time) < AT_ONCE]
        if stage.values.texture and len(with_it) < self._at_once and time >= now + stage.head_start:
            return time
        return stage.clock.time_at(self._pace.first_beat(last, now))

    @property
    def _at_once(self) -> int:
        texture = self.stage.values.texture
        return max(math.ceil(texture), 1) if texture else AT_MOST_AT_ONCE

    def _room_from(self, time: float, now: float) -> float:
        """First moment from `time` on at which pace, texture, `polyphony` and `most` let a note begin."""
        stage = self.stage
        while math.isfinite(time):
            room = stage.headroom.room_from(self._pace.room_from(stage.ledger.free_from(time, self._at_once), now))
            if room <= time:
                break
            time = room
        return time

    def _aim(self, now: float) -> None:
        """What the model is asked for where nothing is set."""
        # In steps, so that the guide is not made anew at each draw.
        density = 2.0 ** (round(AIM_STEPS * math.log2(self._pace.aim(now))) / AIM_STEPS)
        self.stage.steering.aim({"density": density})

    def _draw(self, machine: list[int], free: float, latest: float | None, *, owed: bool, now: float) -> Draft:
        """The next note, of the machine's or (unless it is `owed`) the human's; the machine's go with what is heard."""
        stage, clock = self.stage, self.stage.clock
        beat = clock.beat_at(free)
        opening = stage.drawing.between(free, latest)
        opening.may.only_voices(machine if owed else [*machine, *stage.human.plays(stage.human.role)])
        rows = {voice: self._partner.row(voice, beat, strong=False) for voice in machine}
        for voice, row in rows.items():
            opening.may.pitch[voice] = row
        self._limit_duration(opening.may, now)
        draft = stage.drawing.draw(opening)
        if draft.voice not in machine:
            return draft
        draft = self._placed(draft, free)
        voice = self._partner.voice_for(draft.voice, machine, draft.onset_beat)
        row = self._partner.row(voice, draft.onset_beat, strong=self._partner.is_strong(draft.onset_beat))
        if voice == draft.voice and row[draft.pitch]:
            return draft
        again = stage.drawing.between(draft.onset, draft.onset)
        again.may.only_voices([voice])
        again.may.pitch[voice] = row
        self._limit_duration(again.may, now)
        better = stage.drawing.draw(again)
        return replace(better, onset=draft.onset, onset_beat=draft.onset_beat)

    def _placed(self, draft: Draft, free: float) -> Draft:
        """A note that is meant to be on a beat: there, and a little later than the human where they play."""
        clock = self.stage.clock
        beat = self._partner.beat_near(draft.onset_beat)
        if beat is None or self.stage.values.quantize:
            return draft
        onset = max(clock.time_at(beat) + LISTEN_FOR, free)
        return replace(draft, onset=onset, onset_beat=clock.beat_at(onset))

    def _limit_duration(self, constraints: Constraints, now: float) -> None:
        """Long enough to sing, short enough that the next note finds room."""
        if self.stage.values.texture:
            return
        low, high = (min(times / self._pace.aim(now), LONGEST) for times in LASTS)
        constraints.duration_between(low * TICKS_PER_BEAT, max(high * TICKS_PER_BEAT, low * TICKS_PER_BEAT + 1))

    # --- with the human's keys -----------------------------------------------------------------------

    def _meant_for(self, onset: float) -> int | None:
        """The voice that planned a note for about this moment, and has not begun it."""
        near = [
            note
            for note in self.stage.ledger
            if note.state is NoteState.PLANNED and -AT_ONCE <= note.onset - onset <= TOGETHER
        ]
        return near[0].voice if near else None

    def _make_way(self, struck: HeldNote, now: float) -> None:
        """What rubs against the key just struck ends."""
        stage = self.stage
        if stage.human.voice_of(struck.channel) == DRUMS:
            return
        for note in stage.ledger.sounding(now):
            if note.voice != DRUMS and self._partner.clashes_with(note.pitch, struck.pitch) and _lasts(note, now):
                stage.cut_short(note, now)

    # --- coming to an end ----------------------------------------------------------------------------

    def _end(self, now: float) -> None:
        """The last note of each voice that played, one a call; then it waits for the human."""
        stage, clock = self.stage, self.stage.clock
        if self._last_notes is None:
            self._last_notes = self._with_something_to_end(now)
            stage.cancel_planned()
        if not self._last_notes:
            self.stop(now)
            return
        earliest = max(now + stage.head_start, self._decided_until or now)
        place = clock.time_at(next_beat(clock, clock.beat_at(earliest))) if clock.metered else earliest
        if place > now + stage.lookahead:
            self._decided_until = place
            self._look_again = place - stage.lookahead
            return
        voices = stage.entered(stage.playable([self._last_notes.pop()]), place)
        if voices and stage.headroom.room_from(place) <= place:
            stage.play(self._last(voices[0], place), now)

    def _with_something_to_end(self, now: float) -> list[int]:
        """The voices with pitches that played in the last beats, as many as sound at once."""
        since = self.stage.clock.beat_at(now) - STALE
        voices = [
            voice
            for voice in self.stage.playable(self.voices)
            if voice != DRUMS and any(note.beat > since for note in self.stage.ledger.latest(voice, 1))
        ]
        return voices[: self._at_once]

    def _last(self, voice: int, place: float) -> Draft:
        stage = self.stage
        beat = stage.clock.beat_at(place)
        stage.steering.aim({}, ending=0.0)
        opening = stage.drawing.between(place, place)
        opening.may.only_voices([voice])
        opening.may.pitch[voice] = self._partner.home(voice, beat)
        opening.may.duration_between(*(beats * TICKS_PER_BEAT for beats in LAST_NOTE))
        return replace(stage.drawing.draw(opening), onset=place, onset_beat=beat)

    # --- waiting -------------------------------------------------------------------------------------

    def _think_again(self, now: float) -> None:
        """Nothing is decided but what can no longer be drawn in time."""
        self._decided_until = now + self.stage.head_start
        self._look_again = now

    def _wait(self, until: float, lookahead: float) -> None:
        """Nothing of ours before `until`: look again when half the lookahead is left before it, and time for a note."""
        self._decided_until = until
        self._look_again = until - max(lookahead / 2, min(1.5 * self.stage.head_start, lookahead))


def _lasts(note: LedgerNote, now: float) -> bool:
    return note.state is NoteState.SOUNDED and note.release is not None and note.release > now + RUBBING
