"""An answer of the machine's, note by note: drawn ahead of the moment it is due, or while it sounds."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import replace
from itertools import compress
from typing import Final

from bridge.engine.constraints import Constraints
from bridge.generation.loop import Asking, answered
from bridge.performer.brief import Brief
from bridge.performer.candidates import Candidate
from bridge.performer.density import Pace, Strokes
from bridge.performer.ledger import AT_ONCE
from bridge.performer.mode_stage import ModeStage
from bridge.performer.modes.base import NEVER
from bridge.performer.phrase_measures import CHORD
from bridge.performer.sampling import Draft
from bridge.performer.shaping import (
    as_full,
    as_lively,
    held_like,
    keep_home,
    keep_near,
    keep_to_energy,
    keep_to_register,
    keep_to_step,
    keep_to_the_end,
    keep_to_values,
    let_go,
    possible,
)
from bridge.performer.sketches import Step
from bridge.vocabulary.codec import DRUMS, TICKS_PER_BEAT
from bridge.vocabulary.parameters import PARAMETERS

# Pauses inside an answer are no longer than this, in seconds.
LONGEST_PAUSE: Final = 1.5
# Before it is due, no more notes of an answer are drawn than these.
MOST_AHEAD: Final = 48
# A model that goes on as in a piece it learnt by heart plays what is likeliest, note by note. One note in so many is
# another, and ends that.
RECITED: Final = 20
# A line that is behind its pace goes on as soon as after this part of the usual wait.
_HURRIED: Final = 0.5
# The `most` that sets no limit.
MOST: Final = PARAMETERS["most"].high
_TICK: Final = 1 / TICKS_PER_BEAT
# A note of a sketch is placed to so many beats.
_NEAR: Final = 2 * _TICK


class Answer:
    """It begins at `start` with a note, begins none after `end`, and rings `ring` longer at most, all in beats.

    Until it is `due` it is drawn on a branch of the stage, where nobody hears it. `horizon` is its last onset so far.
    It has `notes` notes at most. A density of its manner, or one that is set, is kept to.
    """

    def __init__(self, start: float, end: float, ring: float, notes: int, brief: Brief) -> None:
        self.start, self.end, self.ring = start, end, ring
        self.brief = brief
        self.due = self.complete = False
        self.note_ids: list[int] = []
        self.horizon = -math.inf
        # Its notes so far, and what was drawn before and is still to be played.
        self.drafts: list[Draft] = []
        self.script: deque[Draft] = deque()
        self._notes_left = notes
        self._ending = brief.ending
        self._closing = False
        self._script_is_whole = False
        self._sketch = deque(brief.sketch.steps)
        self._strokes = Strokes(0.0)
        # How many more notes the present stroke is to have.
        self._wanting = 0

    # --- before it is due, and when it is ----------------------------------------------------------

    def as_candidate(self, stage: ModeStage) -> Candidate:
        """It as a candidate; a line is held as the phrase's is, from note to note, and nothing rings over its end."""
        drafts, phrase = self.drafts, self.brief.phrase
        if phrase is not None and phrase.one_line and self.brief.held_alike and self._strokes.texture == 1.0:
            drafts = held_like(phrase, drafts)
        elif phrase is not None and not phrase.one_line and not stage.values.texture:
            drafts = as_full(phrase, drafts, self.end + self.ring, min(stage.values.polyphony, stage.values.most))
        if phrase is not None and not stage.values.energy:
            drafts = as_lively(phrase, drafts, stage.values.velocity)
        home = self._home(stage)
        if home is not None and self._closing:
            drafts = let_go(drafts, home)
        return Candidate(tuple(drafts), self.start, self.complete, self.brief)

    def begin(self, stage: ModeStage, now: float, candidate: Candidate | None, *, on_the_clock: bool) -> None:
        """It is due now: `candidate` is played, moved where it was drawn for another moment, and gone on from.

        On the clock, or on a grid, nothing may be moved: what comes too late for its line is drawn again from here.
        """
        beat, at_once = stage.clock.beat_at(now), AT_ONCE * stage.clock.bpm / 60.0
        self.due = True
        if beat - self.start > at_once:
            self._ending = self.brief.moved(beat - self.start).ending
            self.start = beat
        bound = on_the_clock or stage.placing.by_the_bar or stage.values.most < MOST
        if candidate is None or (bound and abs(self.start - candidate.start) > at_once):
            return
        moved = self.start - candidate.start
        self.script.extend(replace(draft, onset_beat=draft.onset_beat + moved) for draft in candidate.drafts)
        self._script_is_whole = candidate.whole
        voices = [draft.voice for draft in candidate.drafts]
        while self.script and self.next_work(stage) <= now:
            self._recite(stage, voices, now)

    def interrupt(self, stage: ModeStage, now: float) -> None:
        """Think what has not begun over, and go on from here."""
        stage.cancel_planned()
        kept = [stage.ledger.is_kept(number) for number in self.note_ids]
        self.note_ids = list(compress(self.note_ids, kept))
        self.drafts = list(compress(self.drafts, kept))
        self._notes_left += kept.count(False)
        self.complete = self._notes_left <= 0
        self.script.clear()
        self._sketch.clear()
        self._closing, self._wanting = False, 0
        self.horizon = stage.clock.beat_at(now + stage.head_start)

    def next_work(self, stage: ModeStage) -> float:
        """When `plan` should next be called, in seconds; NEVER when it is complete, or far enough ahead."""
        if self.complete or (not self.due and len(self.drafts) >= MOST_AHEAD):
            return NEVER
        if self.due:
            return stage.clock.time_at(max(self.horizon, self.start)) - stage.lookahead
        return -math.inf

    def over(self, stage: ModeStage) -> float:
        """When its last note ends, in seconds."""
        return stage.ledger.last_release(self.note_ids)

    # --- one note ----------------------------------------------------------------------------------

    def plan(self, stage: ModeStage, voices: list[int], now: float) -> None:
        """Plan one more note, or find that there is none."""
        answered(self.planning(stage, voices, now), stage.memory.sample)

    def planning(self, stage: ModeStage, voices: list[int], now: float) -> Asking[None]:
        """`plan` by whoever makes the draws that it asks for."""
        if self.script and self._recite(stage, voices, now):
            return
        clock, first = stage.clock, not self.note_ids
        if self.due and not first:
            stage.fell_behind(clock.time_at(max(self.start, self.horizon)), now)
        self._strokes.texture = self._texture(stage, voices)
        earliest = self._earliest(stage, now)
        voices = stage.entered(stage.playable(voices), earliest)
        # Notes that are held without end cannot be here: every note of an answer has its release.
        if stage.memory.empty or not voices or not math.isfinite(earliest):
            self.complete = True
            return
        beat = clock.beat_at(earliest)
        if self._room(beat) < _TICK or (beat > self.end and not first):
            self.complete = True
            return
        if self._closing or self._is_time_to_close(stage, beat):
            draft = yield from self._draw_last(stage, voices, earliest)
        else:
            draft = yield from self._draw(stage, voices, earliest)
            if self._is_time_to_close(stage, draft.onset_beat):
                draft = yield from self._draw_last(stage, voices, earliest)
        if first:
            draft = _at_beat(stage, draft, clock.beat_at(earliest))
        self._add(stage, draft, now)

    def _earliest(self, stage: ModeStage, now: float) -> float:
        """From when on the next note may begin, in seconds."""
        clock = stage.clock
        earliest = max(clock.time_at(max(self.start, self.horizon)), now + stage.head_start if self.due else -math.inf)
        most = self._strokes.most
        if most is not None and not self._wanting:
            earliest = stage.ledger.free_from(earliest, most)
        room = stage.headroom.room_from(earliest)
        if room > earliest:
            self._wanting = 0
        return room

    def _room(self, beat: float) -> float:
        """Beats that a note from `beat` on may last."""
        return self.end + self.ring - beat

    def _recite(self, stage: ModeStage, voices: list[int], now: float) -> bool:
        """Play the next note of what was drawn before; False where it may not be played as things stand."""
        draft = self.script[0]
        draft = replace(draft, onset=stage.clock.time_at(draft.onset_beat))
        begin = max(draft.onset, now)
        allowed = stage.tuning.allowed(stage.hands)[draft.voice, draft.pitch]
        able = allowed and draft.voice in stage.entered(stage.playable(voices), begin)
        if not able or stage.headroom.room_from(begin) > begin or stage.ledger.strikes(draft.pitch, draft.voice, begin):
            self.script.clear()
            self._sketch.clear()
            return False
        self.script.popleft()
        self._add(stage, draft, now)
        self.complete = self.complete or (not self.script and self._script_is_whole)
        if self._sketch:
            self._sketch.popleft()
        return True

    def _add(self, stage: ModeStage, draft: Draft, now: float) -> None:
        first = not self.note_ids
        room = self._room(draft.onset_beat)
        if room < _TICK or (draft.onset_beat > self.end and not first):
            self.complete = True
            return
        draft = replace(draft, duration=min(draft.duration, room))
        # What is drawn ahead goes out when the answer begins, and not before that.
        earliest = now if self.due else stage.clock.time_at(self.start)
        self.note_ids.append(stage.play(draft, earliest).note_id)
        self.drafts.append(draft)
        self._count_stroke(stage, draft)
        self.horizon = draft.onset_beat
        self._notes_left -= 1
        self.complete = self._notes_left <= 0 or (self._closing and not self._wanting)

    def _count_stroke(self, stage: ModeStage, draft: Draft) -> None:
        """Whether more notes are to begin together with this one."""
        if self._wanting:
            self._wanting -= 1
            return
        most = self._strokes.most
        if self._closing and self._ending is not None:
            self._wanting = (self._last_chord(stage) if most is None else most) - 1
        elif most is not None and draft.voice != DRUMS:
            sounding = stage.ledger.sounding(stage.clock.time_at(draft.onset_beat))
            self._wanting = max(most - sum(note.voice != DRUMS for note in sounding), 0)
            self._strokes.begin()

    # --- what is drawn -----------------------------------------------------------------------------

    def _draw(self, stage: ModeStage, voices: list[int], earliest: float) -> Asking[Draft]:
        """The next note, by the sketch as far as that goes, by pace and manner, as the model likes."""
        clock, first = stage.clock, not self.note_ids
        # The first note comes in at once: the phrase's end is the moment that everybody waits for.
        latest = earliest + (0.0 if first else LONGEST_PAUSE)
        beat = clock.beat_at(earliest)
        room = self._room(beat)
        pace, step = self._pace(stage), None if self._wanting else self._next_step(beat)
        manner = dict(self.brief.manner)
        if pace is not None:
            manner["density"] = pace.asked(beat, len(self.note_ids))
        stage.steering.aim(manner, None if self._ending is None else self._ending.beat - max(self.horizon, self.start))
        if step is not None and step.at is not None and not first:
            place = self.start + step.at
            earliest = max(earliest, clock.time_at(place - _NEAR))
            latest = max(clock.time_at(place + _NEAR), earliest)
        elif self._wanting:
            latest = earliest
        elif pace is not None and not first:
            low, high = pace.bounds(len(self.note_ids))
            earliest = max(earliest, min(clock.time_at(low), latest))
            latest = max(min(latest, clock.time_at(high) if math.isfinite(high) else math.inf), earliest)
        opening = stage.drawing.between(earliest, latest)
        opening.may.only_voices(voices)
        opening.may.duration_between(1, max(room * TICKS_PER_BEAT, 1))
        self._shape(stage, opening.may, voices, step)
        recited = len(self.drafts) % RECITED == RECITED - 1
        draft = yield from stage.drawing.asking(
            opening, loose=self.brief.loose, surprise=recited, wilder=self.brief.wilder
        )
        if pace is not None and self._strokes.most == 1:
            # One note after another: each leaves room for the next one to come in time, and to catch up when late.
            after = pace.bounds(len(self.note_ids) + 1)[1] - draft.onset_beat
            draft = replace(draft, duration=min(draft.duration, max(after, _HURRIED / pace.density)))
        return draft

    def _shape(self, stage: ModeStage, constraints: Constraints, voices: list[int], step: Step | None) -> None:
        """Hold a draw to what the answer is to be like, as far as can be."""
        phrase, tuned = self.brief.phrase, [voice for voice in voices if voice != DRUMS]
        register = stage.values.register
        if stage.values.energy:
            keep_to_energy(constraints, stage.values.energy)
        if tuned and register:
            keep_to_register(constraints, tuned, register, self.drafts, self._strokes.texture)
        if step is not None:
            if not keep_to_step(constraints, tuned or voices, step):
                self._sketch.clear()
            return
        if phrase is None:
            return
        if tuned:
            keep_near(constraints, tuned, phrase, self._last_pitch, in_range=not register, higher=self.brief.higher)
        keep_to_values(constraints, self.brief.sketch, phrase, waits=bool(self.note_ids) and not self._wanting)

    def _draw_last(self, stage: ModeStage, voices: list[int], earliest: float) -> Asking[Draft]:
        """The note that ends it, or one more of the chord that does."""
        clock, ending = stage.clock, self._ending
        place = max(ending.beat if ending is not None else -math.inf, clock.beat_at(earliest))
        slack = ending.slack if ending is not None else 0.0
        if self._wanting:
            place, slack = self.horizon, 0.0
        self._closing = True
        self._sketch.clear()
        first, last = clock.time_at(place - slack), clock.time_at(min(place + slack, max(self.end, place)))
        first = max(first, earliest)
        room = self._room(clock.beat_at(first))
        hold = min(ending.hold if ending is not None else 0.0, room)
        opening = stage.drawing.between(first, max(last, first))
        constraints = opening.may
        constraints.only_voices(voices)
        constraints.duration_between(1, max(room * TICKS_PER_BEAT, 1))
        most = min(ending.most, room) if ending is not None else room
        possible(lambda: constraints.duration_between(hold * TICKS_PER_BEAT, max(most, hold) * TICKS_PER_BEAT))
        if stage.values.energy:
            keep_to_energy(constraints, stage.values.energy)
        tuned = [voice for voice in voices if voice != DRUMS]
        if tuned:
            register, phrase = stage.values.register, self.brief.phrase
            if register:
                keep_to_register(constraints, tuned, register, self.drafts, self._strokes.texture)
            elif phrase is not None:
                keep_near(constraints, tuned, phrase, None, in_range=True, higher=self.brief.higher)
            home = self._home(stage)
            before = self._last_pitch if phrase is not None and phrase.one_line else None
            if home is not None:
                keep_home(constraints, tuned, home, before)
            elif before is not None:
                keep_to_the_end(constraints, tuned, before)
        draft = yield from stage.drawing.asking(opening)
        if ending is not None and not self._wanting and stage.clock.metered:
            return _at_beat(stage, draft, place)
        return draft

    def _home(self, stage: ModeStage) -> frozenset[int] | None:
        """Pitch classes of the triad that it ends on: of the phrase's key, else of the key heard; None: unknown."""
        phrase, key = self.brief.phrase, stage.tuning.harmony.key
        if not self.brief.at_home:
            return None
        if phrase is not None and phrase.key_tones is not None:
            return phrase.key_tones[1]
        return None if key is None else key.triad

    def _is_time_to_close(self, stage: ModeStage, beat: float) -> bool:
        """Whether the note that begins at `beat` is to be the last."""
        ending = self._ending
        if not self.note_ids or self._wanting:
            return False
        chord = ending.notes if ending is not None else 1
        if self._notes_left <= chord:
            return True
        # What would come just before the last note is left out: so near to it, it would be one of its chord.
        before = max(min(self._pulse(stage) / 2, 0.5), CHORD + (0.0 if ending is None else ending.slack))
        return ending is not None and beat > ending.beat - before

    def _last_chord(self, stage: ModeStage) -> int:
        """How many notes end it: with a density that is set no more than are still missing."""
        assert self._ending is not None
        density, notes = stage.values.density, self._ending.notes
        missing = math.ceil(density * (self._ending.beat - self.start)) - len(self.drafts) + 1
        return max(min(notes, missing), 1) if density else notes

    def _pulse(self, stage: ModeStage) -> float:
        """The phrase's in beats, or that of a density that is set."""
        density = stage.values.density
        pulse = self.brief.phrase.pulse if self.brief.phrase is not None else 1.0
        return min(pulse, 1.0 / density) if density else pulse

    @property
    def _last_pitch(self) -> int | None:
        """The pitch of its last note, drums aside; else of the phrase's last."""
        own = [draft.pitch for draft in self.drafts[-4:] if draft.voice != DRUMS]
        if own:
            return own[-1]
        phrase = self.brief.phrase
        return phrase.measured.top[-1] if phrase is not None and phrase.measured.top else None

    def _next_step(self, beat: float) -> Step | None:
        """What the sketch says of the next note, which begins at `beat` at the earliest; a sketch run late is over."""
        if not self._sketch:
            return None
        at = self._sketch[0].at
        if at is not None and self.note_ids and beat > self.start + at + 2 * _NEAR:
            self._sketch.clear()
            return None
        return self._sketch.popleft()

    def _texture(self, stage: ModeStage, voices: list[int]) -> float:
        """Notes at once to build it of; 0: as the model likes."""
        if voices == [DRUMS]:
            return 0.0
        one_line = self.brief.phrase is not None and self.brief.phrase.one_line
        return stage.values.texture or self.brief.texture or float(one_line)

    def _pace(self, stage: ModeStage) -> Pace | None:
        """The density to keep to: the one that is set, else the manner's."""
        density = stage.values.density or self.brief.manner.get("density", 0.0)
        last = self.end if self._ending is None else self._ending.beat
        return Pace(density, self.start, last) if density and last > self.start else None


def _at_beat(stage: ModeStage, draft: Draft, beat: float) -> Draft:
    """The note, to begin at this beat, or on the grid near it."""
    beat = stage.placing.on_grid(beat, beat)
    return replace(draft, onset=stage.clock.time_at(beat), onset_beat=beat)
