"""A band under the human: bass, drums and chords on the clock, from one bar line to another."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from bridge.engine.constraints import Constraints
from bridge.performer.held_notes import HeldNote
from bridge.performer.modes.base import NEVER, Mode
from bridge.performer.modes.space import Company
from bridge.performer.sampling import Draft
from bridge.performer.stage import Stage
from bridge.timing.grid import ON_THE_LINE, line_from, next_bar, next_beat
from bridge.timing.groove import BEATS_PER_WHOLE
from bridge.vocabulary.codec import DRUMS, TICKS_PER_BEAT, VELOCITY_STEP, VOICES
from bridge.vocabulary.events import Severity, Turn

BASS: Final = VOICES.index("bass")
# Notes are placed on sixteenths, or on the `quantize` grid where that is set, in beats.
SIXTEENTH: Final = 0.25
# A voice begins at most so many notes at once (the bass one, the drums three), and all together so many in a beat.
MOST_IN_VOICE: Final = 4
MOST_OF_DRUMS: Final = 3
MOST_IN_BEAT: Final = 8
# A side stick counts in, louder on the one.
CLICK: Final = 37
CLICK_VELOCITIES: Final = (VELOCITY_STEP * 26, VELOCITY_STEP * 20)
CLICK_LENGTH: Final = 0.25
# The last chord rings for so many beats.
LAST_NOTE: Final = 1.0
# The human's key may be so late for a bar line, in beats, that the band begins on that line still.
ON_THE_BAR: Final = 0.05
# Less than any grid, in beats.
A_HAIR: Final = 1e-3


class Accompany(Mode):
    """Begins on the bar line after the human's first note (or when asked), after `count_in` bars of clicks.

    Only its own voices are drawn, at most a bar after its last note, so it never waits for the human for ever; a note
    in a place that is full is drawn again, later. The human's notes do not disturb what is planned: the model hears
    them before it, and the plan reaches no further than the lookahead. Asked to stop it plays the bar to its end, and
    the one after it; asked twice it is silent at once. It then waits until it is asked, or the human, having
    been silent for a bar, begins again.
    """

    name = "accompany"
    needed_voices = (BASS, DRUMS)

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._company = Company(stage)
        self._cursor: float | None = None  # beats: what is before it is decided; None: not playing
        self._begins = 0.0  # the bar line after the count-in, in beats
        self._ends: float | None = None  # the bar line of the last note, in beats
        self._last_line = 0.0  # where the machine last played something, in beats
        self._closing: list[int] | None = None  # voices that still have their last note to play
        self._dismissed = False
        self._last_key = -math.inf

    @property
    def needs_beat(self) -> bool:
        """It is on the clock."""
        return True

    @property
    def voices(self) -> list[int]:
        """All it may use but the human's."""
        return [voice for voice in self.stage.machine_voices if voice != self.stage.human_voice]

    # --- what happens ----------------------------------------------------------------------------

    def heard(self, note: HeldNote, now: float) -> None:
        """A key: the band comes in; if it plays, it goes on, and the model hears the key before what is planned."""
        clock = self.stage.clock
        paused = clock.beat_at(note.onset) - clock.beat_at(self._last_key) >= clock.beats_per_bar
        self._last_key = note.onset
        self._company.heard(note)
        if self._cursor is not None and self.stage.plan_is_allowed:
            self.stage.put_plans_after()
        elif self._cursor is not None:
            self.replan(now)
        elif paused or not self._dismissed:
            self._come_in(now)

    def lifted(self, time: float) -> None:
        """A key came up."""
        self._company.lifted(time)

    def respond(self, now: float) -> None:
        """Come in, whoever plays or not."""
        if self._cursor is None:
            self._come_in(now)

    def replan(self, now: float) -> None:
        """Take back what has not begun: nothing is decided beyond now."""
        self.stage.cancel_planned()
        beat = self.stage.clock.beat_at(now + self.stage.head_start)
        if self._cursor is not None and (self._ends is None or beat < self._ends):
            self._cursor = beat
            self._closing = None

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
        if self._closing == []:
            return clock.time_at(self._last_line + LAST_NOTE)
        return clock.time_at(self._cursor) - self.stage.lookahead

    def work(self, now: float) -> bool:
        """Plan one note, or find that there is none for some time."""
        if self._cursor is None or now < self.wakeup(now):
            return False
        if not self.stage.clock.metered:
            # Whoever beat time has stopped: so does the band.
            self.stage.silence(now)
            self._leave()
        elif self._closing == []:
            self._leave()
        elif self._cursor < self._begins - ON_THE_LINE:
            self._count_in(self._cursor, now)
        else:
            earliest = self.stage.clock.beat_at(now + self.stage.head_start)
            if line_from(self.stage.clock, self._cursor, self._grid) < earliest - A_HAIR:
                self.stage.keeping_up.miss(now)
            self._play(max(self._cursor, earliest), now)
        return True

    # --- coming and going --------------------------------------------------------------------------

    def _come_in(self, now: float) -> None:
        stage, clock = self.stage, self.stage.clock
        if not clock.metered:
            return
        if not self.voices:
            stage.report(Severity.WARNING, "no-voice", "no voice to accompany with: enable bass, drums or another")
        bars = stage.value("count_in")
        if stage.memory.empty and not self._last_key > -math.inf:
            # There is nothing to go on yet but the beat itself.
            bars = max(bars, 1.0)
        self._dismissed = False
        self._ends = self._closing = None
        first = next_bar(clock, clock.beat_at(now) - ON_THE_BAR)
        self._cursor = max(first, clock.beat_at(now + stage.head_start))
        self._begins = first + bars * clock.beats_per_bar
        self._last_line = -math.inf
        self._company.greet(clock.time_at(self._begins))
        stage.pass_turn(Turn.BOTH)

    def _leave(self) -> None:
        self._cursor = self._ends = self._closing = None
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
        beat = next_beat(clock, max(earliest, clock.beat_at(now)))
        if beat >= self._begins - ON_THE_LINE:
            self._cursor = self._begins
            return
        if beat > clock.beat_at(now + stage.lookahead) + A_HAIR:
            self._cursor = beat  # as any note: no further ahead than the lookahead
            return
        on_the_one = next_bar(clock, beat) - beat < A_HAIR
        velocity = CLICK_VELOCITIES[0 if on_the_one else 1]
        if stage.drawing.narrow().pitch[DRUMS, CLICK]:
            stage.play(Draft(clock.time_at(beat), beat, CLICK_LENGTH, DRUMS, CLICK, velocity), now)
        self._cursor = next_beat(clock, beat + A_HAIR)

    # --- notes ---------------------------------------------------------------------------------------

    def _play(self, earliest: float, now: float) -> None:
        """Draw one note from beat `earliest` on; plan it if it lies within the lookahead."""
        stage, clock = self.stage, self.stage.clock
        if self._ends is None and self._company.over(now):
            self._close(now)
        horizon = clock.beat_at(now + stage.lookahead)
        free = stage.room_from(clock.time_at(earliest))
        line = line_from(clock, min(clock.beat_at(free), horizon + A_HAIR), self._grid)
        first = self._last_line < self._begins - ON_THE_LINE
        if first:
            line = next_beat(clock, line)
        if self._ends is not None and line >= self._ends - ON_THE_LINE:
            if self._closing is None and self._ends > horizon + A_HAIR:
                self._cursor = self._ends  # as any note: no further ahead than the lookahead
            else:
                self._play_last(self._ends, now)
        elif line > horizon:
            self._cursor = line
        elif stage.memory.empty or self._is_full(line):
            self._cursor = next_beat(clock, line + A_HAIR)
        else:
            voices = self._with_room(stage.entered(stage.playable(self.voices), clock.time_at(line)), line)
            self._decide(voices, line, line if first else self._last_line + clock.beats_per_bar, now)

    def _decide(self, voices: list[int], line: float, latest: float, now: float) -> None:
        """What comes next on this line or a later one: play it, or find the place taken or far off."""
        stage = self.stage
        if not voices:
            self._cursor = self._line_after(line)
            return
        horizon = stage.clock.beat_at(now + stage.lookahead)
        draft = self._draw(voices, line, max(latest, line))
        at = draft.onset_beat
        if at > horizon:
            # It is drawn again when the lookahead reaches there, given that nothing came until then.
            self._cursor = self._line_after(horizon)
        elif not self._with_room([draft.voice], at) or stage.ledger.strikes(draft.pitch, draft.voice, draft.onset):
            self._cursor = self._line_after(at)
        else:
            stage.play(draft, now)
            self._cursor = self._last_line = at

    def _draw(self, voices: list[int], line: float, latest: float) -> Draft:
        """A note on a line of the grid between the beats `line` and `latest`."""
        stage, clock = self.stage, self.stage.clock
        stage.steering.aim(self._company.aims(clock.time_at(line)))
        constraints = self._narrow()
        constraints.only_voices(voices)
        stage.drawing.onset_on_lines(constraints, line, latest, self._grid)
        draft = stage.drawing.draw(constraints, clock.time_at(line))
        beat = line_from(clock, draft.onset_beat - self._grid / 2, self._grid)
        beat = min(max(beat, line), latest)
        return replace(draft, onset_beat=beat, onset=clock.time_at(beat))

    def _narrow(self) -> Constraints:
        """What always holds, and unless it is set otherwise the bass keeps to the human's chord where it can.

        It would sit on one tone for minutes: what it plays most surely is what it played last.
        """
        constraints = self.stage.drawing.narrow()
        tones = self.stage.tuning.chord_tones
        if tones is not None and self.stage.choice("chord") == "bass":
            kept = constraints.pitch[BASS] & tones
            if kept.any():
                constraints.pitch[BASS] = kept
        return constraints

    def _play_last(self, line: float, now: float) -> None:
        """Every voice's last note, on the last bar line; what sounded before it ends there."""
        stage = self.stage
        voices = stage.entered(self.voices, stage.clock.time_at(line))
        if self._closing is None:
            stage.end_sounding(line, range(len(VOICES)))
            self._closing = [] if stage.memory.empty else voices
            self._last_line = line
        elif self._closing:
            voices = stage.playable([self._closing.pop()])
            time = stage.clock.time_at(line)
            if not voices or stage.room_from(time) > time:
                return
            constraints = stage.drawing.narrow()
            constraints.only_voices(voices)
            stage.drawing.onset_on_lines(constraints, line, line, self._grid)
            constraints.duration_between(1, LAST_NOTE * TICKS_PER_BEAT)
            draft = stage.drawing.draw(constraints, time)
            stage.play(replace(draft, onset_beat=line, onset=time), now)

    # --- the grid, and what has room on it -----------------------------------------------------------

    @property
    def _grid(self) -> float:
        notes = self.stage.value("quantize")
        return BEATS_PER_WHOLE / notes if notes else SIXTEENTH

    def _line_after(self, beat: float) -> float:
        return line_from(self.stage.clock, beat + A_HAIR, self._grid)

    def _is_full(self, line: float) -> bool:
        """Whether the beat of that line, or the time before it, has all the notes it may have."""
        clock = self.stage.clock
        beat = next_beat(clock, line + A_HAIR) - 1.0
        begun = self.stage.ledger.begun_between(beat - A_HAIR, beat + 1.0 - A_HAIR)
        return len(begun) >= MOST_IN_BEAT or self._company.full(clock.time_at(line))

    def _with_room(self, voices: list[int], line: float) -> list[int]:
        """Those of `voices` that may begin one more note on that line."""
        begun = [note.voice for note in self.stage.ledger.begun_between(line - A_HAIR, line + A_HAIR)]
        return [voice for voice in voices if begun.count(voice) < most_at_once(voice)]


def most_at_once(voice: int) -> int:
    """How many notes a voice may begin on one line."""
    return 1 if voice == BASS else MOST_OF_DRUMS if voice == DRUMS else MOST_IN_VOICE
