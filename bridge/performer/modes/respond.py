"""Call and response: a phrase, its end, and an answer of about the same length, or turns by the bar.

As soon as the human rests on a key, or is silent, several answers are drawn side by side for the moment at which the
phrase will be over: as many as `choose` says, or as there is time for. While a key is down that moment is a guess, and
so is the phrase; where it turns out otherwise they are drawn anew. When the moment comes the best is played
(`bridge.performer.candidates`), its first notes with no call of the model in between. Should the human go on, none of
it leaves a trace.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from statistics import median
from typing import Final

from bridge.performer.answer_ending import ending_of
from bridge.performer.brief import Brief
from bridge.performer.candidates import Candidate, Candidates, Judge
from bridge.performer.departure import AS_USUAL, Departure
from bridge.performer.heard_phrase import HeardPhrase
from bridge.performer.held_notes import HeldNote
from bridge.performer.mode_stage import ModeStage
from bridge.performer.modes.answer import MOST, MOST_AHEAD, Answer
from bridge.performer.modes.base import NEVER, Mode
from bridge.performer.modes.side_by_side import SideBySide, how_many, worth
from bridge.performer.modes.trading import MachineTurn, Trading
from bridge.performer.phrase_end import Listener
from bridge.performer.sketches import sketch_of
from bridge.vocabulary.events import Chosen, Kept, Severity, Turn

# What may still ring after the answer's end, in seconds, the shortest answer there is, and the longest.
RING: Final = 1.0
SHORTEST: Final = 1.0
LONGEST: Final = 60.0
# An answer has at most this many times as many notes as the phrase (and never fewer than a handful).
BUSIEST: Final = 2.0
HANDFUL: Final = 6
# An answer of so many bars has at most so many notes a beat: the bar line ends it, not the count.
FULL: Final = 8.0
# One for which a density is set has room for so many times as many notes.
SPARE: Final = 1.25
# A note so soon after an answer began, in seconds, was on its way before: the phrase was not over.
COLLISION: Final = 0.25
# Nothing happens for so long, in seconds, before an answer is drawn, and so many times as long as between the player's
# last notes.
HESITATE: Final = 0.1
BEYOND_STEP: Final = 1.1
# What was drawn is of use while the phrase is as long as it was then, to this part of it.
AS_LONG: Final = 1 / 8
# Candidates to a line are drawn at so many times the usual temperature, in turn: the best is played, so not all have to
# be safe, and lines leap and range about as far as people's.
WILDER: Final = (1.0, 1.2, 1.4, 1.6)
# A turn on the clock is planned so long before it, in seconds.
AHEAD: Final = 0.5
# What is planned is given out so long before it is due, in seconds, that it leaves on time from a busy machine; played
# into, it is taken back like any plan.
GIVEN_OUT: Final = 0.01
# Notes of a phrase, the last ones, that its manner is taken from.
MOST_PLAYED: Final = 256
# The expected moment has moved when it did by more than this, in beats.
MOVED: Final = 0.01
# Chances that the candidates to a phrase may take are told apart by a number below this.
_SEEDS: Final = 2**31
# A note so soon after a bar line, in beats, still ends the human's turn: it does not interrupt the machine's.
LANDING: Final = 0.25


@dataclass(frozen=True, slots=True)
class _Due:
    """When the machine may come in, as things stand, in beats, and from when on (seconds) that is worth a plan.

    `guessed`: a key is down, and this is how it would be should that come up about when the phrase's others did.
    """

    start: float
    end: float
    ring: float
    plan_from: float
    turn: MachineTurn | None = None
    guessed: bool = False


class Respond(Mode):
    """Listens to a phrase; at its end answers with about as much, in its manner; stops when the human plays again."""

    name = "respond"
    in_role = True

    def __init__(self, stage: ModeStage) -> None:
        super().__init__(stage)
        self._listener = Listener()
        self._trading = Trading()
        # What plays; what is being drawn, and what was drawn, to the phrase, for a moment and by settings that were.
        self._answer: Answer | None = None
        self._drawing: SideBySide | None = None
        self._candidates: Candidates | None = None
        self._departure = AS_USUAL
        self._seed = self._begun = 0
        self._drawn_for = _Due(math.nan, math.nan, 0.0, 0.0)
        self._drawn_by = stage.values
        self._phrase: HeardPhrase | None = None  # the one that is answered
        # What was drawn to it and not played, the last answer, and what was said of it.
        self._not_taken: Candidates | None = None
        self._last: Answer | None = None
        self._chosen: Chosen | None = None
        self._until = -math.inf  # a late landing of the human's is forgiven until this beat
        self._played: deque[HeldNote] = deque(maxlen=MOST_PLAYED)  # of the phrase

    @property
    def voices(self) -> list[int]:
        """The human's own, unless others were chosen."""
        return self.stage.voices.answering

    @property
    def needs_beat(self) -> bool:
        """A trade is by the bar."""
        return self.stage.values.trade > 0

    def heard(self, note: HeldNote, now: float) -> None:
        """A key: part of the phrase, or the end of our answer."""
        stage, answer = self.stage, self._answer
        beat = stage.clock.beat_at(note.onset)
        if answer is None:
            self._start_over()
        elif stage.values.barge_in == "off" or beat < self._until:
            answer.interrupt(stage, now)
        else:
            self._answer = None
            stage.silence(now)
            stage.pass_turn(Turn.HUMAN)
        collided = answer is not None and note.onset < stage.clock.time_at(answer.start) + COLLISION
        held = stage.hands.pedalled or any(other is not note for other in stage.hands.notes_down())
        self._listener.heard(note.onset, collided, math.inf if held else stage.values.silence)
        self._played.append(note)
        if self._bars_each():
            self._trading.heard(beat, self._bars_each(), stage.clock)

    def lifted(self, time: float) -> None:
        """A key or the pedal came up: silence is counted from that."""
        self._listener.moved(time)

    def respond(self, now: float) -> None:
        """Answer what there is, now."""
        if self.stage.memory.empty and self._listener.phrase is None:
            self.stage.report(Severity.WARNING, "nothing-heard", "nothing to answer yet: play something first")
        elif self._answer is None:
            self._begin(self._asked(now), now)

    def again(self, now: float) -> None:
        """Answer the same phrase another way; where the human has played since, answer that."""
        stage = self.stage
        if self._listener.phrase is not None or self._phrase is None or stage.memory.empty:
            self.respond(now)
            return
        if self._answer is not None:
            self._answer = None
            stage.silence(now)
        # The next best of what was drawn to it; where none fits the moment, one is drawn as it plays.
        self._drawing, self._candidates = None, self._not_taken
        self._begin(self._asked(now), now)

    def keep(self, now: float) -> None:
        """The last answer is liked."""
        kept = () if self._last is None else tuple(filter(self.stage.ledger.is_kept, self._last.note_ids))
        if kept:
            self.stage.emit(Kept(kept))
        else:
            self.stage.report(Severity.WARNING, "nothing-to-keep", "no answer to keep: it is kept while it is fresh")

    def status(self) -> dict[str, object]:
        """Out of how many the last answer was chosen, and why."""
        chosen = self._chosen
        if chosen is None:
            return {}
        terms = {name: round(value, 3) for name, value in chosen.terms.items()}
        score = round(chosen.score, 3)
        return {"candidates": chosen.candidates, "began_from": chosen.kind, "score": score, "terms": terms}

    def replan(self, now: float) -> None:
        """Take back what has not begun of the answer and go on from here; one not begun at all is planned again."""
        if self._answer is not None:
            self._answer.interrupt(self.stage, now)
        else:
            self._start_over()

    def stop(self, now: float) -> None:
        """Back to listening, with a clean slate."""
        self._listener.take()
        self._played.clear()
        self._trading.stop()
        self._answer = None
        self._start_over()
        self.stage.pass_turn(Turn.HUMAN)

    def work(self, now: float) -> bool:
        """Draw one note of the candidates or an answer, declare the end of a phrase, or the end of an answer."""
        if self._answer is None:
            return self._get_ready(now)
        if self._answer.next_work(self.stage) <= now:
            self._answer.plan(self.stage, self.voices, now)
            return True
        if not self._answer.complete or self._answer.over(self.stage) > now:
            return False
        self._answer = None
        self.stage.pass_turn(Turn.HUMAN)
        return True

    def wakeup(self, now: float) -> float:
        """The end of the phrase or the planning before it, the next stretch of the answer, or its end."""
        answer = self._answer
        if answer is not None:
            return answer.over(self.stage) if answer.complete else answer.next_work(self.stage)
        due = self._due(now)
        if due is None:
            return NEVER
        start = NEVER if due.guessed else self.stage.clock.time_at(due.start) - GIVEN_OUT
        return min(due.plan_from, start) if self._can_draw(due, max(due.plan_from, now)) else start

    def _get_ready(self, now: float) -> bool:
        """Before an answer is due: draw candidates, anew where they would not fit; begin it when its moment comes."""
        due = self._due(now)
        if due is None or (self._candidates is not None and not self._fits(due)):
            return self._start_over()
        if not due.guessed and self.stage.clock.time_at(due.start) - GIVEN_OUT <= now:
            self._begin(due, now)
            return True
        if now < due.plan_from or not self._can_draw(due, now):
            return False
        self._draw_candidates(due, now)
        return True

    def _fits(self, due: _Due) -> bool:
        """Whether what was drawn may still be played then: as long, by the same settings, and at a place that suits.

        Without bars and other bounds an answer may begin whenever it likes.
        """
        before = self._drawn_for
        if self.stage.values is not self._drawn_by and self.stage.values != self._drawn_by:
            return False
        if not due.guessed and self._is_bound(due) and abs(due.start - before.start) > MOVED:
            return False
        length = before.end - before.start
        return due.guessed or abs(due.end - due.start - length) <= max(AS_LONG * length, MOVED)

    def _is_bound(self, due: _Due) -> bool:
        """Whether the place at which an answer begins is more than a moment: what was drawn for it fits no other."""
        stage = self.stage
        by_the_bar = due.turn is not None or stage.clock.metered or stage.placing.by_the_bar
        return by_the_bar or stage.values.most < MOST

    def _can_draw(self, due: _Due, now: float) -> bool:
        """Whether there is something to draw at `now`, and time for it: nothing may make the answer late.

        A few notes there are always: those are what it begins with.
        """
        stage, drawing = self.stage, self._drawing
        if stage.memory.empty or not self.voices:
            return False
        if drawing is not None and drawing.has_whole:
            return now + stage.keeping_up.step < self._latest(due)
        if drawing is not None and drawing.in_use and len(drawing):
            in_time = now + (1.0 + worth(len(drawing))) * stage.keeping_up.step < self._latest(due)
            return in_time or not (self._candidates or self._ready)
        return self._candidates is None or self._how_many(due, now) > 0

    def _latest(self, due: _Due) -> float:
        """Until when candidates may be drawn, in seconds."""
        return self.stage.clock.time_at(due.start) - GIVEN_OUT

    def _how_many(self, due: _Due, now: float) -> int:
        """How many more answers to draw side by side: as many as there is time for."""
        stage = self.stage
        left = stage.values.choose - self._begun
        notes = 1.0 if self._phrase is None else self._phrase.count * stage.values.length
        steps = (self._latest(due) - now) / stage.keeping_up.step
        most = min(left, stage.memory.model.most_candidates)
        return how_many(steps, min(max(notes, HANDFUL), MOST_AHEAD), most)

    @property
    def _ready(self) -> bool:
        """Whether something that is being drawn reaches as far as notes are planned ahead."""
        stage = self.stage
        answer = None if self._drawing is None else self._drawing.furthest
        if answer is None:
            return False
        return stage.clock.time_at(answer.horizon) - stage.clock.time_at(answer.start) > stage.lookahead

    def _draw_candidates(self, due: _Due, now: float) -> None:
        """One more note of the candidates, or one that has all its notes is judged and put to the others."""
        stage = self.stage
        if self._candidates is None:
            until = self._expected_lift(now) if due.guessed else -math.inf
            self._phrase = self._heard_phrase(now, until)
            self._drawn_for, self._drawn_by = due, stage.values
            if self._phrase is not None:
                self._departure = Departure.drawn(self._phrase, stage.drawing.chance)
            self._seed, self._begun = stage.drawing.pick(_SEEDS), 0
            self._candidates = Candidates(self._judge(), self._seed)
        drawing = self._drawing
        whole = None if drawing is None else drawing.take_whole()
        if whole is not None:
            self._candidates.add(whole.as_candidate(self.stage))
            return
        if drawing is not None and not drawing.in_use:
            # More was heard since (a note of ours that left late, say): those are to be begun again.
            self._begun -= len(drawing)
            drawing = None
        if drawing is None or not len(drawing):
            drawing = self._draw_more(max(self._how_many(due, now), 1))
        stage.steps_taken = worth(len(drawing))
        drawing.step(self.voices, now)

    def _draw_more(self, count: int) -> SideBySide:
        """So many more, which have not been begun."""
        first, self._begun = self._begun, self._begun + count
        numbers = range(first, self._begun)
        self._drawing = SideBySide(
            self.stage, numbers, self._seed, lambda branch, number: self._make(self._drawn_for, number, stage=branch)
        )
        return self._drawing

    def _judge(self) -> Judge:
        return Judge(self._phrase, self._asked_for, self.stage.memory.model.critic)

    @property
    def _asked_for(self) -> dict[str, float]:
        """The controls as they are set, 0 where none is."""
        return self.stage.values.controls

    def _start_over(self) -> bool:
        """What was drawn does not fit any more. False where there was nothing."""
        if self._drawing is None and self._candidates is None:
            return False
        self._stop_drawing()
        self._candidates = None
        return True

    def _stop_drawing(self) -> SideBySide | None:
        drawing, self._drawing = self._drawing, None
        if drawing is not None:
            drawing.drop()
        return drawing

    def _begin(self, due: _Due, now: float) -> None:
        """The human's turn is over: one of the best that were drawn goes out at once."""
        stage = self.stage
        candidates, self._candidates = self._candidates, None
        drawing = self._stop_drawing()
        if candidates is not None and not candidates and drawing is not None:
            # There was no time to judge them: the first will do.
            whole = drawing.take_whole()
            if whole is not None:
                candidates.add(whole.as_candidate(self.stage))
        self._phrase = self._heard_phrase(now)
        best = candidates.best_first(self._may_be_played) if candidates is not None else []
        drawn = None if drawing is None else drawing.furthest
        chosen = best[0] if best else drawn.as_candidate(self.stage) if drawn is not None else None
        self._chosen = _said_of(chosen, len(candidates) if candidates is not None else 0)
        stage.emit(self._chosen)
        if candidates is not None and best:
            candidates.take_out(best[0])
        self._not_taken = candidates
        answer = self._make(due, 0, chosen)
        answer.begin(stage, now, chosen, on_the_clock=due.turn is not None)
        self._answer = self._last = answer
        self._listener.take()
        stage.give_up_stuck_keys(now + GIVEN_OUT)
        self._played.clear()
        self._until = -math.inf
        if due.turn is not None:
            self._trading.taken(due.turn)
            self._until = due.turn.start + LANDING
        stage.pass_turn(Turn.MACHINE)

    def _may_be_played(self, candidate: Candidate) -> bool:
        """Whether all its notes are allowed as things stand."""
        allowed = self.stage.tuning.allowed(self.stage.hands)
        return all(draft.voice in self.voices and allowed[draft.voice, draft.pitch] for draft in candidate.drafts)

    # --- when, and how much --------------------------------------------------------------------

    def _bars_each(self) -> float:
        """Bars to each player, 0 where nobody counts."""
        return self.stage.values.trade if self.stage.clock.metered else 0.0

    def _due(self, now: float) -> _Due | None:
        """When the machine comes in, should the human play no more."""
        clock = self.stage.clock
        bars = self._bars_each()
        if bars:
            turn = self._trading.machine_turn(clock.beat_at(now), bars, clock)
            if turn is None:
                return None
            return _Due(turn.start, turn.end, 0.0, clock.time_at(turn.start) - AHEAD, turn)
        silence, hands, phrase = self.stage.values.silence, self.stage.hands, self._listener.phrase
        if phrase is None:
            return None
        time, until = self._listener.end(silence, hands, clock), phrase.last_activity
        guessed = time == NEVER
        if guessed:
            until = self._expected_lift(now)
            time = self._listener.end(silence, hands, clock, lifted=until)
        start = clock.beat_at(time)
        ring = 0.0 if clock.metered and self.stage.values.bars else RING * clock.bpm / 60.0
        # In the midst of a run it would be in vain: the next note comes when the ones before did.
        plan_from = max(
            phrase.last_activity + min(HESITATE, (time - until) / 2),
            phrase.last_onset + min(BEYOND_STEP * self._listener.longest_step, (time - phrase.last_onset) / 2),
        )
        return _Due(start, start + self._length(until), ring, plan_from, guessed=guessed)

    def _expected_lift(self, now: float) -> float:
        """When the keys that are down may come up, in seconds: held as long as the phrase's others were, or now."""
        held = [note.released - note.onset for note in self._played if note.released is not None]
        down = self.stage.hands.notes_down()
        last = max((note.onset for note in down), default=now)
        return max(now, last + (median(held) if held else 0.0))

    def _asked(self, now: float) -> _Due:
        """The machine was asked to come in now."""
        clock, bars = self.stage.clock, self._bars_each()
        start = clock.beat_at(now)
        if bars:
            turn = self._trading.take_now(bars, start, clock)
            return _Due(start, turn.end, 0.0, now, turn)
        return _Due(start, start + self._length(), RING * clock.bpm / 60.0, now)

    def _length(self, until: float = -math.inf) -> float:
        """Beats of an answer to the phrase as it is, or as it will be should it last until then (seconds)."""
        stage, phrase = self.stage, self._listener.phrase
        bars = stage.values.bars
        if bars:
            return bars * stage.clock.beats_per_bar
        beat = 60.0 / stage.clock.bpm
        lasted = 0.0 if self._phrase is None else self._phrase.lasted * beat
        if phrase is not None:
            lasted = max(phrase.last_activity, until) - phrase.start
        return min(max(lasted * stage.values.length, SHORTEST), LONGEST) / beat

    def _heard_phrase(self, now: float, until: float = -math.inf) -> HeardPhrase | None:
        """What was played since the last answer; the phrase before where nothing was; None where there is neither.

        Should the keys that are down come up only then, it lasts `until` (seconds).
        """
        phrase, stage = self._listener.phrase, self.stage
        if phrase is None or not self._played:
            return self._phrase
        lasted = max(phrase.last_activity, until) - phrase.start
        return HeardPhrase.of(self._played, stage.human.voice_of, stage.clock, max(now, until), lasted, phrase.notes)

    def _make(self, due: _Due, number: int, chosen: Candidate | None = None, stage: ModeStage | None = None) -> Answer:
        """An answer that begins then, with nothing drawn: candidate `number`, or to be played as `chosen`."""
        stage, phrase = stage or self.stage, self._phrase
        bars = due.turn is not None or stage.values.bars > 0
        notes = 0 if phrase is None else phrase.count
        most = max(HANDFUL, math.ceil(notes * stage.values.length * BUSIEST))
        density = stage.values.density
        if density:
            most = max(most, math.ceil((due.end - due.start) * density * SPARE))
        if bars:
            most = max(most, math.ceil((due.end - due.start) * FULL))
        if chosen is not None:
            brief = chosen.brief.moved(due.start - chosen.start)
        elif phrase is None:
            brief = Brief()
        else:
            departure, key = self._departure, stage.tuning.harmony.key
            tones = phrase.key_tones[0] if phrase.key_tones is not None else None if key is None else key.tones
            asked, figures = self._asked_for, departure.figures
            sketch = sketch_of(phrase, number, tones, stage.drawing.pick, asked, due.start, figures=figures)
            # A passage in all its voices has a texture of its own.
            in_strokes = phrase.in_chords and number % 2 and not density and not (figures and sketch.steps)
            brief = Brief(
                phrase,
                ending_of(phrase, due.start, due.end, due.end + due.ring, measured=bars, number=number),
                sketch,
                departure.manner(phrase),
                at_home=not departure.open,
                held_alike=number % 2 == 0,
                higher=departure.higher,
                loose=departure.loose,
                wilder=WILDER[number % len(WILDER)] if phrase.one_line else 1.0,
                texture=phrase.texture if in_strokes else 0.0,
            )
        stage.steering.aim(brief.manner, None if brief.ending is None else brief.ending.beat - due.start)
        return Answer(due.start, due.end, due.ring, most, brief)


def _said_of(chosen: Candidate | None, candidates: int) -> Chosen:
    """What is told of an answer that begins: one that nothing was drawn of is the only candidate."""
    if chosen is None:
        return Chosen(1, "drawn as it plays", 0.0, {})
    return Chosen(max(candidates, 1), chosen.brief.sketch.kind, chosen.score, chosen.terms)
