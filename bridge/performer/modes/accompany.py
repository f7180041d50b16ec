"""A band under the human: bass, drums and chords on the clock, from one bar line to another."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import replace
from typing import Final

import numpy as np

from bridge.engine.constraints import Constraints
from bridge.performer.band import Band
from bridge.performer.band_part import Cue, Ground, Moment, Weight
from bridge.performer.bass_line import BASS
from bridge.performer.held_notes import HeldNote
from bridge.performer.ledger import LedgerNote
from bridge.performer.mode_stage import ModeStage
from bridge.performer.modes.base import NEVER, Mode
from bridge.performer.modes.space import WINDOW, Company
from bridge.performer.overload import STEPS_AHEAD
from bridge.performer.sampling import Draft
from bridge.timing.accents import Accents
from bridge.timing.grid import ON_THE_LINE, line_from, next_bar, next_beat
from bridge.timing.groove import BEATS_PER_WHOLE
from bridge.vocabulary.codec import DRUMS, DURATION_TICKS, TICKS_PER_BEAT, VELOCITY_STEP, VOICES
from bridge.vocabulary.events import Severity, Turn

# Notes are placed on sixteenths, or on the `quantize` grid where that is set, in beats.
SIXTEENTH: Final = 0.25
# All voices together begin so many notes in a beat, but for what carries the beat.
MOST_IN_BEAT: Final = 12
# Where there is a ceiling, so much of it is open to what matters this much: the beat is kept for as long as possible.
OPEN_TO: Final = {Weight.BEAT: 1.0, Weight.CHORD: 0.8, Weight.COLOUR: 0.6, Weight.ORNAMENT: 0.4}
# A side stick counts in, louder on the one.
CLICK: Final = 37
CLICK_VELOCITIES: Final = (VELOCITY_STEP * 26, VELOCITY_STEP * 20)
CLICK_LENGTH: Final = 0.25
# The last chord rings for so many beats.
LAST_NOTE: Final = 1.0
# A key so near to a bar line, in seconds, is meant to be on it; a chord so near to a beat changes on that beat.
NEAR: Final = 0.06
# What answers a key, the first one or a chord's, sounds so many seconds after it: when the others of a chord are down.
ANSWERS_IN: Final = 0.015
# Where the chord may be about to change, bass and chords wait for it so long.
WAITS: Final = 0.02
# Less than any grid, in beats.
A_HAIR: Final = 1e-3


class Accompany(Mode):
    """Begins with the human's first note where that is on a bar line, else on the next (or when asked), after
    `count_in` bars of clicks.

    From line to line of the grid the members of the band say what is to be played there, and the model draws it, note
    by note. What the human plays does not disturb the plan, which reaches no further than the lookahead, unless it is
    another chord: then bass and chords take back what has not begun, and what began with the beat that the chord came
    on is put right. Asked to stop it plays the bar to its end, and the one after it; asked twice it is silent at once.
    It then waits until it is asked, or the human, having been silent for a bar, begins again.
    """

    name = "accompany"
    needed_voices = (BASS, DRUMS)

    def __init__(self, stage: ModeStage) -> None:
        super().__init__(stage)
        self._company = Company(stage)
        self._band = Band(stage)
        self._cursor: float | None = None  # beats: what is before it is decided; None: not playing
        self._begins = 0.0  # the bar line after the count-in, in beats
        self._ends: float | None = None  # the bar line of the last note, in beats
        self._closing = False  # the last notes are being played, or were
        self._dismissed = False
        self._last_key = -math.inf
        # The line that is being filled, and what is still to be played on it.
        self._moment: Moment | None = None
        self._cues: deque[Cue] = deque()
        self._struck: set[int] = set()
        # Of the line at the cursor: only these voices are still to be played, and not before this moment (seconds).
        self._only: frozenset[int] | None = None
        self._answering: float | None = None
        # What bass and chords last played on, and where, in beats.
        self._ground: Ground | None = None
        self._grounded = -math.inf

    @property
    def needs_beat(self) -> bool:
        """It is on the clock."""
        return True

    @property
    def voices(self) -> list[int]:
        """All it may use but the human's; drums and bass too unless they are turned off."""
        theirs = self.stage.human.plays(self.stage.human.voice)
        return [voice for voice in self.stage.voices.band if voice not in theirs]

    # --- what happens ----------------------------------------------------------------------------

    def heard(self, note: HeldNote, now: float) -> None:
        """A key: the band comes in; if it plays, it goes on, and the model hears the key before what is planned."""
        clock = self.stage.clock
        paused = clock.beat_at(note.onset) - clock.beat_at(self._last_key) >= clock.beats_per_bar
        self._last_key = note.onset
        self._company.heard(note)
        self._band.heard(note)
        if self._cursor is None:
            if paused or not self._dismissed:
                self._come_in(now)
            return
        if self.stage.plan_is_allowed:
            self.stage.put_plans_after()
        else:
            self.replan(now)
        self._take_up(note, now)

    def lifted(self, time: float) -> None:
        """A key came up."""
        self._company.lifted(time)

    def respond(self, now: float) -> None:
        """Come in, whoever plays or not."""
        if self._cursor is None:
            self._come_in(now)

    def replan(self, now: float) -> None:
        """Take back what has not begun: nothing is decided beyond now."""
        taken = self.stage.cancel_planned()
        beat = self.stage.clock.beat_at(now + self.stage.head_start)
        if self._cursor is None or (self._ends is not None and beat >= self._ends):
            return
        self._closing = False
        nearest = self.stage.clock.beat_at(now - NEAR)
        lines = [note.beat for note in taken if note.beat > nearest]
        if self._moment is not None:
            lines.append(self._moment.beat)
        if lines:
            self._reopen(min(lines), taken, [], now)
        else:
            self._cursor = beat

    def finish(self, now: float) -> bool:
        """End with the bar. False when it is ending already, or not playing yet: then there is silence at once."""
        if not self._close(now):
            return False
        self._dismissed = True
        return True

    def stop(self, now: float) -> None:
        """Silence; wait until it is asked, or the human begins again after a pause."""
        self._dismissed = True
        self._leave()

    def wakeup(self, now: float) -> float:
        """When the lookahead next reaches beyond what is decided."""
        if self._cursor is None:
            return NEVER
        clock = self.stage.clock
        if not clock.metered:
            return now
        if self._moment is not None:
            return self._due(self._moment, self._cues[0], now) - self.stage.lookahead
        if self._closing and self._ends is not None:
            return clock.time_at(self._ends + LAST_NOTE)
        return clock.time_at(self._cursor) - self.stage.lookahead

    def work(self, now: float) -> bool:
        """Plan one note, or find that there is none for some time."""
        if self._cursor is None or now < self.wakeup(now):
            return False
        if not self.stage.clock.metered:
            # Whoever beat time has stopped: so does the band.
            self.stage.silence(now)
            self._leave()
        elif self._moment is not None:
            self._play_next(self._moment, now)
        elif self._closing:
            self._leave()
        elif self._cursor < self._begins - ON_THE_LINE:
            self._count_in(self._cursor, now)
        else:
            self._open_line(now)
        return True

    # --- coming and going --------------------------------------------------------------------------

    def _come_in(self, now: float) -> None:
        stage, clock = self.stage, self.stage.clock
        if not clock.metered:
            return
        if not self.voices:
            stage.report(Severity.WARNING, "no-voice", "no voice to accompany with: enable bass, drums or another")
        bars = stage.values.count_in
        if stage.memory.empty and not self._last_key > -math.inf:
            # There is nothing to go on yet but the beat itself.
            bars = max(bars, 1)
        self._dismissed = self._closing = False
        self._ends = self._moment = None
        first = next_bar(clock, clock.beat_at(now) - self._near)
        self._cursor, self._only = first, None
        self._begins = first + bars * clock.beats_per_bar
        # A key on the bar line is answered on it, as late as it was.
        on_the_key = clock.time_at(first) - NEAR <= self._last_key <= now
        self._answering = self._last_key + ANSWERS_IN if on_the_key and not bars else None
        self._band.begin(self._begins)
        self._ground, self._grounded = None, -math.inf
        self._company.greet(clock.time_at(self._begins))
        stage.pass_turn(Turn.BOTH)

    def _leave(self) -> None:
        self._cursor = self._ends = self._moment = None
        self._closing = False
        self._cues.clear()
        self.stage.pass_turn(Turn.HUMAN)

    def _close(self, now: float) -> bool:
        """Let the next bar line be the last. False when there is none to wait for."""
        clock = self.stage.clock
        if self._cursor is None or self._ends is not None or not clock.metered:
            return False
        if clock.beat_at(now) < self._begins:
            return False
        self._ends = next_bar(clock, max(self._cursor, clock.beat_at(now + self.stage.head_start)) + A_HAIR)
        return True

    def _count_in(self, earliest: float, now: float) -> None:
        """One click on each beat; the model hears them, they are the first it can go by."""
        stage, clock = self.stage, self.stage.clock
        beat = next_beat(clock, max(earliest, clock.beat_at(now) - self._near))
        if beat >= self._begins - ON_THE_LINE:
            self._cursor = self._begins
            return
        if beat > clock.beat_at(now + stage.lookahead) + A_HAIR:
            self._cursor = beat  # as any note: no further ahead than the lookahead
            return
        on_the_one = next_bar(clock, beat) - beat < A_HAIR
        velocity = CLICK_VELOCITIES[0 if on_the_one else 1]
        if stage.drawing.rules().pitch[DRUMS, CLICK]:
            stage.play(Draft(clock.time_at(beat), beat, CLICK_LENGTH, DRUMS, CLICK, velocity), now)
        self._cursor = next_beat(clock, beat + A_HAIR)

    # --- lines ---------------------------------------------------------------------------------------

    def _open_line(self, now: float) -> None:
        """See what is to be played on the next line, where that lies within the lookahead."""
        stage, clock = self.stage, self.stage.clock
        assert self._cursor is not None
        if self._ends is None and self._company.over(now):
            self._close(now)
        horizon = clock.beat_at(now + stage.lookahead) + A_HAIR
        line = line_from(clock, self._cursor, self._grid)
        earliest = clock.beat_at(now + stage.head_start)
        if self._answering is None and line < earliest - A_HAIR:
            # Without what carries the beat it was only a thinner line.
            moment = self._band.moment(line, self._grid, self._busy(line))
            if any(cue.weight is Weight.BEAT for cue in self._band.cues(moment, stage.playable(self.voices))):
                stage.keeping_up.miss(now)
            line = line_from(clock, max(earliest, line + A_HAIR), self._grid)
        last = self._ends is not None and line >= self._ends - ON_THE_LINE
        line = self._ends if last and self._ends is not None else line
        if line > horizon:
            self._cursor = line
        elif stage.memory.empty:
            self._cursor = next_beat(clock, line + A_HAIR)
        else:
            self._fill(line, last)

    def _fill(self, line: float, last: bool) -> None:
        stage = self.stage
        moment = self._band.moment(line, self._grid, self._busy(line))
        voices = stage.entered(stage.playable(self.voices), stage.clock.time_at(line))
        if self._only is not None:
            voices = [voice for voice in voices if voice in self._only]
        if last:
            stage.end_sounding(line, range(len(VOICES)))
            self._closing = True
            cues = [cue for voice in voices for cue in self._band.last(moment, voice)]
        else:
            cues = self._band.cues(moment, voices)
        self._cursor = line
        self._moment, self._cues = moment, deque(cues[:STEPS_AHEAD])
        self._struck.clear()
        if not cues:
            self._end_line()

    def _end_line(self) -> None:
        if self._moment is not None:
            self._cursor = line_from(self.stage.clock, self._moment.beat + A_HAIR, self._grid)
        self._moment = self._only = self._answering = None
        self._cues.clear()

    def _reopen(self, line: float, taken: list[LedgerNote], wrong: list[LedgerNote], answering: float) -> None:
        """Play a line again for the voices whose notes were taken back, or are `wrong`, and those that had none yet."""
        voices = {note.voice for note in wrong}
        voices |= {note.voice for note in taken if abs(note.beat - line) < A_HAIR}
        if self._moment is not None and abs(self._moment.beat - line) < A_HAIR:
            voices |= {cue.voice for cue in self._cues}
        if self._only is not None and self._moment is None:
            voices |= self._only
        self._moment = None
        self._cues.clear()
        self._cursor, self._only, self._answering = line, frozenset(voices), answering

    def _take_up(self, note: HeldNote, now: float) -> None:
        """The human struck a key: where that makes another chord, what bass and chords are about to play is redone."""
        stage, clock = self.stage, self.stage.clock
        beat = clock.beat_at(note.onset)
        ground = self._band.ground_at(max(beat, self._grounded))
        if ground is None or self._ground is None or ground.is_like(self._ground):
            return
        # One key is a tone of the tune, more at once are a chord.
        since = clock.beat_at(note.onset - NEAR) if self._band.keys_at_once > 1 else math.inf
        wrong = [
            one
            for one in stage.ledger.begun_between(since, beat + A_HAIR)
            if one.onset <= now and self._on_a_pulse(one.beat) and not self._band.fits(one.voice, one.pitch, ground)
        ]
        planned = [one for one in stage.ledger.planned() if one.voice != DRUMS and one not in wrong]
        lines = [one.beat for one in (*wrong, *planned)]
        if self._moment is not None:
            lines.append(self._moment.beat)
        if not lines or self._closing:
            return
        line = min(lines)
        soon = now + stage.head_start + NEAR / 2
        taken = stage.cancel_planned(
            lambda one: (
                one.beat > line - A_HAIR and one not in wrong
                if one.voice != DRUMS
                else one.beat > line + A_HAIR and one.onset > soon
            )
        )
        answering = note.onset + ANSWERS_IN
        stage.end_sounding(clock.beat_at(max(answering, now)), {one.voice for one in wrong})
        self._reopen(line, taken, wrong, answering)

    def _on_a_pulse(self, beat: float) -> bool:
        metre = Accents.of(self.stage.values.signature)
        place = (beat + self.stage.clock.song_offset + A_HAIR) % metre.bar - A_HAIR
        return metre.is_pulse(max(place, 0.0))

    # --- notes ---------------------------------------------------------------------------------------

    def _play_next(self, moment: Moment, now: float) -> None:
        """Draw the next note of this line and plan it, where there is room for it and time."""
        cue = self._cues.popleft()
        due = self._due(moment, cue, now)
        if due < now + self.stage.head_start - A_HAIR and self._answering is None:
            if cue.weight is Weight.BEAT:
                self.stage.keeping_up.miss(now)
            self._cues.clear()
        elif self._has_room(moment, cue, due):
            self._cues.extendleft(reversed(self._play(moment, cue, due, now)))
        if not self._cues:
            self._end_line()

    def _play(self, moment: Moment, cue: Cue, due: float, now: float) -> list[Cue]:
        """Plan one note; what else it calls for."""
        stage = self.stage
        draft = self._draw(moment, cue)
        if draft is None or stage.ledger.strikes(draft.pitch, draft.voice, due):
            return []
        if cue.voice != DRUMS and cue.voice not in self._struck:
            stage.end_sounding(stage.clock.beat_at(stage.placing.sounding_of(due)), [cue.voice])
        self._struck.add(cue.voice)
        stage.play(draft, max(due, now))
        if cue.voice != DRUMS:
            self._ground, self._grounded = moment.ground, moment.beat
        return self._band.played(moment, draft.voice, draft.pitch, draft.velocity, draft.duration)

    def _draw(self, moment: Moment, cue: Cue) -> Draft | None:
        """The model's note for a cue; None where the rules leave it none, or the model a free one for later."""
        stage = self.stage
        time = stage.clock.time_at(moment.beat)
        stage.steering.aim(self._company.aims(time))
        latest = moment.beat if cue.must else moment.beat + moment.metre.bar
        opening = stage.drawing.on_lines(moment.beat, latest, self._grid)
        if not _keep_to(opening.may, cue):
            return None
        draft = stage.drawing.draw(opening)
        if draft.onset_beat > moment.beat + self._grid / 2 and not cue.must:
            return None
        duration = min(max(draft.duration, cue.shortest), max(cue.longest, 1.0 / TICKS_PER_BEAT))
        return replace(draft, onset_beat=moment.beat, onset=time, duration=duration)

    def _due(self, moment: Moment, cue: Cue, now: float) -> float:
        """When the note of a cue is to sound, in seconds, but for the groove."""
        stage = self.stage
        line = stage.clock.time_at(moment.beat)
        if self._answering is not None:
            return max(line, self._answering, now + stage.head_start if line < now + stage.head_start else line)
        if cue.voice != DRUMS and not self._closing and self._band.change_is_likely(moment, now):
            return line + WAITS
        return line

    def _has_room(self, moment: Moment, cue: Cue, due: float) -> bool:
        """Whether one more note may begin: less of what matters less, the nearer a ceiling is."""
        stage, clock = self.stage, self.stage.clock
        if not stage.playable([cue.voice]) or stage.headroom.room_from(due) > due:
            return False
        if self._closing:
            return True
        beat = next_beat(clock, moment.beat + A_HAIR) - 1.0
        begun = len(stage.ledger.begun_between(beat - A_HAIR, beat + 1.0 - A_HAIR))
        if cue.weight > Weight.BEAT and begun >= MOST_IN_BEAT:
            return False
        time = clock.time_at(moment.beat)
        ceiling = self._company.ceiling(time) * WINDOW * OPEN_TO[cue.weight]
        return not math.isfinite(ceiling) or self._company.had(time) < math.ceil(ceiling)

    @property
    def _grid(self) -> float:
        notes = self.stage.values.quantize
        return BEATS_PER_WHOLE / notes if notes else SIXTEENTH

    @property
    def _near(self) -> float:
        """NEAR in beats."""
        return NEAR * self.stage.clock.bpm / 60.0

    def _busy(self, line: float) -> float:
        """How busily the human plays, in strokes a beat; what is asked for where that is."""
        asked = self.stage.values.density
        return asked / 2.0 if asked else self._company.strokes_per_beat(self.stage.clock.time_at(line))


def _keep_to(constraints: Constraints, cue: Cue) -> bool:
    """Narrow to a cue, as far as the rules leave it anything. False where they leave a strict one nothing."""
    row = constraints.pitch[cue.voice]
    for pitches in cue.pitches:
        kept = np.zeros_like(row)
        kept[list(pitches)] = True
        kept &= row
        if kept.any():
            row[:] = kept
            break
    else:
        if cue.strict:
            return False
    constraints.only_voices([cue.voice])
    constraints.velocity_between(cue.softest, cue.loudest)
    lengths = (cue.shortest, cue.longest)
    shortest, longest = (np.abs(DURATION_TICKS - beats * TICKS_PER_BEAT).argmin() for beats in lengths)
    constraints.duration_between(int(DURATION_TICKS[shortest]), int(DURATION_TICKS[longest]))
    return True
