"""Drawing notes from the model: what it is told, what it may not draw, and what a draw comes to on the clock.

What it may not draw: what `bridge.performer.pitch_rules` leaves out, and for one draw the pull to key and chord,
repeats and pitches that sound.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Final, Self

import numpy as np

from bridge.engine.constraints import Constraints
from bridge.engine.model import DRAW, Draw, Sample
from bridge.generation.loop import Asking, Request, Struck, answered, asking, chances, insists, wait_of
from bridge.performer.held_notes import Hands
from bridge.performer.ledger import Ledger
from bridge.performer.model_memory import Memory
from bridge.performer.pitch_rules import Tuning
from bridge.timing.grid import ON_THE_LINE
from bridge.timing.placing import Placing
from bridge.vocabulary import codec
from bridge.vocabulary.codec import DRUMS, DT_TICKS, FIELDS, SIZES, TICKS_PER_BEAT, VOICES
from bridge.vocabulary.events import PlayNote
from bridge.vocabulary.guide import Guide, free_guide, guide_of, roles_of
from bridge.vocabulary.parameters import NO_END, Values
from bridge.vocabulary.requests import RUNNERS_UP, NoteOdds
from bridge.vocabulary.scales import CHROMATIC

# How far from what a wait stands for it may be meant to lie, in ticks, float [SIZES[0]].
_REACH: Final = np.maximum(np.gradient(DT_TICKS.astype(np.float64)) / 2, 0.5)


# Temperatures of voices that are lines, and of all others, and the lowest there is.
FOR_LINES: Final = 0.7
FOR_OTHERS: Final = 0.9
# That of velocities where none is set: safer pitches are no reason to play evenly.
LOUDNESS: Final = 1.0
COLDEST: Final = 0.05
_PITCH: Final = FIELDS.index("pitch")
_VELOCITY: Final = FIELDS.index("velocity")
_NO_CHANCE: Final = np.zeros(len(FIELDS), dtype=np.float32)
_LINES: Final = np.array([voice in ("lead", "bass") for voice in VOICES])
_TUNED: Final = np.array([index for index in range(len(VOICES)) if index != DRUMS])
_CLASSES: Final = np.arange(SIZES[2]) % 12
# Notes of which it is known at most how sure the model was; older ones are forgotten first.
MOST_ODDS: Final = 128
# The least that another pitch may have to be told as one that could have been.
_LEAST_LIKELY: Final = 1e-6


class Steering:
    """What every draw is told besides what was heard: who plays which voice, and what the next notes should be like.

    Keeps the guide (`bridge.vocabulary.guide`), which is made anew only when something changes.
    """

    def __init__(self, values: Values) -> None:
        self.guide = free_guide()
        self._values = values
        self._machine_plays: Collection[int] = ()
        self._human_played: set[int] = set()
        self._aimed: dict[str, float] = {}
        self._ending: float | None = None

    def branch(self) -> Self:
        """One that says the same, to be aimed elsewhere."""
        other = copy(self)
        other._human_played = self._human_played.copy()
        return other

    def settle(self, values: Values) -> None:
        """Go by these parameters."""
        self._values = values
        self._steer()

    def assign(self, voices: Collection[int]) -> None:
        """The voices that the machine plays from now on."""
        self._machine_plays = voices
        self._aimed, self._ending = {}, None
        self._steer()

    def aim(self, controls: Mapping[str, float], ending: float | None = None) -> None:
        """Ask for these values of controls where nobody set one; for nothing of the others.

        `ending` is how many beats after the last event the phrase's last note is to begin; None leaves it open.
        """
        if controls != self._aimed or ending != self._ending:
            self._aimed, self._ending = dict(controls), ending
            self._steer()

    def heard(self, voice: int) -> None:
        """The human plays this voice."""
        if voice not in self._human_played:
            self._human_played.add(voice)
            self._steer()

    def is_now(self, before: int, voice: int) -> None:
        """What was taken for the human's voice `before` is `voice`."""
        self._human_played.discard(before)
        self._human_played.add(voice)
        self._steer()

    def clear(self) -> None:
        """Forget what the human played."""
        self._human_played.clear()
        self._aimed, self._ending = {}, None
        self._steer()

    def _steer(self) -> None:
        controls = self._values.controls
        controls |= {name: value for name, value in self._aimed.items() if not controls[name]}
        self.guide = guide_of(roles_of(self._machine_plays, self._human_played), controls, self._ending)


@dataclass(frozen=True, slots=True)
class Draft:
    """A note as drawn from the model, not yet played. Times in seconds, `onset_beat` and `duration` in beats."""

    onset: float
    onset_beat: float
    duration: float
    voice: int
    pitch: int
    velocity: int
    # What the model drew it from, for whoever wants to know how sure it was; None: it comes of a rule.
    sample: Sample | None = field(default=None, compare=False, repr=False)
    # What that draw was told besides what was heard.
    guide: Guide | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Opening:
    """Where a note may begin, and what it may be: narrow `may`, then hand it to `Drawing.draw`, once.

    Its wait is counted from tick `since` of what the model has heard. A class of the time field stands for a stretch of
    time; of the first stretch allowed, what lies before `earliest` (seconds) is cut off.
    """

    may: Constraints
    since: int
    earliest: float = -math.inf


class Drawing:
    """Draws the machine's notes: open a place for one, narrow it, then `draw`. Nothing is played or remembered here.

    Two of the same `seed` (a number, or several) take the same chances.
    """

    def __init__(
        self,
        memory: Memory,
        ledger: Ledger,
        tuning: Tuning,
        hands: Hands,
        steering: Steering,
        seed: int | Sequence[int],
    ) -> None:
        self._memory = memory
        self._ledger = ledger
        self._tuning = tuning
        self._hands = hands
        self._steering = steering
        self._random = np.random.Generator(np.random.PCG64(seed))

    def go_by(self, values: Values, placing: Placing) -> None:
        """Go by these parameters, and place notes like this. Before anything is drawn."""
        self._placing = placing
        self._temperature, self._top_p = values.temperature, values.top_p
        # A scale that is set rules more strictly than this.
        self._pull = values.pull if values.scale == CHROMATIC else 0.0
        self._loudness = values.velocity
        self._repeats = values.repeats

    def deviation(self) -> float:
        """Seconds by which the next note is to leave its place."""
        groove = self._placing.groove
        return groove.deviation(self._random.standard_normal() if groove.unevenness else 0.0)

    def pick(self, count: int) -> int:
        """A number from 0 to `count` - 1, by the performance's own chance."""
        return int(self._random.integers(count))

    def chance(self) -> float:
        """A number from 0 to 1, the same in every replay: for what is decided around the model."""
        return float(self._random.random())

    def rules(self) -> Constraints:
        """The constraints that always hold: the pitches, of voices that are `playable`. Rows of others mean nothing."""
        allowed, constraints = self._tuning.allowed(self._hands), Constraints()
        constraints.only_pitches(np.where(allowed.any(axis=1, keepdims=True), allowed, self._tuning.palette.base))
        return constraints

    def anywhere(self) -> Opening:
        """A note at any time from the last one that the model has heard on."""
        return Opening(self.rules(), self._memory.believed_ticks)

    def between(self, earliest: float, latest: float | None = None) -> Opening:
        """A note that begins between these seconds, to the grid's precision."""
        low_tick = round(self._placing.clock.beat_at(earliest) * TICKS_PER_BEAT)
        since, constraints = self._memory.reference(low_tick), self.rules()
        low, high = wait_of(low_tick - since), None
        if latest is not None:
            high = max(math.floor(self._placing.clock.beat_at(latest) * TICKS_PER_BEAT) - since, low)
        constraints.dt_between(low, high)
        return Opening(constraints, since, earliest)

    def on_lines(self, earliest: float, latest: float, grid: float) -> Opening:
        """A note on a line of the song's grid, one every `grid` beats, between these session beats.

        To the precision of the waits that can be said: the nearest line is meant. Where none can, the nearest wait is
        what is left.
        """
        clock = self._placing.clock
        low_tick = round(earliest * TICKS_PER_BEAT)
        since, constraints = self._memory.reference(low_tick), self.rules()
        beats = (since + DT_TICKS) / TICKS_PER_BEAT
        lines = np.floor((beats + clock.song_offset) / grid + 0.5) * grid - clock.song_offset
        allowed = np.abs(beats - lines) <= _REACH / TICKS_PER_BEAT
        allowed &= (lines >= earliest - ON_THE_LINE) & (lines <= latest + ON_THE_LINE)
        if not allowed.any():
            allowed[codec.dt_class(max(low_tick - since, 0))] = True
        constraints.dt_among(allowed)
        return Opening(constraints, since, clock.time_at(earliest))

    def draw(self, opening: Opening, *, lean: bool = True) -> Draft:
        """Draw the next note as `opening` has it. It is neither played nor remembered yet.

        A note that the machine strikes at that moment already, or that its voice has struck `repeats` times in a row,
        is drawn again. Who has chosen pitches by the key and chord already lets it not `lean` towards them once more.
        """
        return answered(self.asking(opening, lean=lean), self._memory.sample)

    def likelihoods(self, voice: int, pitches: Sequence[int], time: float) -> list[float]:
        """How likely the model finds each of these pitches for a note of `voice` at `time` (seconds): probabilities.

        A draw for each; no chance is taken, and nothing is remembered. 0 for a pitch that may not be played.
        """
        found = []
        for pitch in pitches:
            opening = self.between(time, time)
            if not opening.may.pitch[voice, pitch]:
                found.append(0.0)
                continue
            opening.may.only_voices([voice])
            given = [DRAW] * len(FIELDS)
            given[_PITCH] = pitch
            draw = Draw(opening.may, _NO_CHANCE, 1.0, 1.0, self._steering.guide, given)
            found.append(math.exp(self._memory.sample(draw).log_prob[_PITCH]))
        return found

    def asking(
        self, opening: Opening, *, lean: bool = True, loose: float = 1.0, surprise: bool = False, wilder: float = 1.0
    ) -> Asking[Draft]:
        """`draw` by whoever makes the draws that it asks for. With `surprise` not on the pitch that is likeliest.

        The pull to the key is taken to the power of `loose`: a whole one stays whole. Where no temperature is set, the
        usual one is made so many times `wilder`.
        """
        if lean:
            self._lean(opening.may, loose)
        request = self._request(opening, wilder)
        likeliest: list[int] = []  # of the first draw alone: what is likeliest after that is no longer

        def note_of(sample: Sample) -> Draft:
            if not likeliest:
                likeliest.append(sample.alternatives[_PITCH][0] if surprise and sample.event.voice != DRUMS else -1)
            return self._draft(request, opening.earliest, sample)

        def unwanted(draft: Draft) -> bool:
            return draft.pitch == likeliest[0] or self._is_unwanted(draft)

        return (yield from asking(request, chances(self._random), note_of, unwanted))

    def _lean(self, constraints: Constraints, loose: float) -> None:
        """Forbid, by chance, pitch classes that do not belong to the key and chord heard: the surer, the likelier.

        So a class outside is drawn as rarely as it is unlikely to belong, and where nothing is sure nothing is
        forbidden. A voice that would be left without a pitch keeps those it has.
        """
        if not self._pull:
            return
        chances = 1.0 - self._pull**loose * (1.0 - self._tuning.harmony.tone_weights)
        kept = self._random.random(12) < chances
        if kept.all():
            return
        pitches = constraints.pitch[_TUNED] & kept[_CLASSES]
        left = pitches.any(axis=1)
        constraints.pitch[_TUNED[left]] = pitches[left]

    def temperature(self, constraints: Constraints) -> float:
        """What is set, or, where that is 0, what suits the voices that may be drawn: lines are played more safely."""
        if self._temperature:
            return max(self._temperature, COLDEST)
        return FOR_LINES if _LINES[constraints.voice].all() else FOR_OTHERS

    def _is_unwanted(self, draft: Draft) -> bool:
        if self._ledger.strikes(draft.pitch, draft.voice, draft.onset):
            return True
        if self._repeats >= NO_END:
            return False
        before = (Struck(note.voice, note.pitch, note.beat) for note in self._memory.own_notes)
        return insists(Struck(draft.voice, draft.pitch, draft.onset_beat), before, self._repeats)

    def _request(self, opening: Opening, wilder: float) -> Request:
        temperature = self.temperature(opening.may) * (1.0 if self._temperature else wilder)
        loudness = temperature if self._temperature else LOUDNESS
        temperatures = (*(temperature,) * _VELOCITY, loudness, temperature)
        return Request(opening.may, opening.since, temperatures, self._top_p, self._steering.guide)

    def _draft(self, request: Request, earliest: float, sample: Sample) -> Draft:
        """What a draw comes to on the clock."""
        event, clock = sample.event, self._placing.clock
        beat = request.beat_of(event)
        velocity = round(codec.velocity_of(event.velocity) * self._loudness)
        if clock.time_at(beat) < earliest:
            beat = clock.beat_at(earliest)
        if math.isfinite(earliest):  # else it follows a key at once, and no grid
            beat = self._placing.on_grid(beat, clock.beat_at(earliest))
        return Draft(
            onset=clock.time_at(beat),
            onset_beat=beat,
            duration=codec.duration_beats(event.duration),
            voice=event.voice,
            pitch=event.pitch,
            velocity=min(max(velocity, 1), 127),
            sample=sample,
            guide=request.guide,
        )


class Odds:
    """How sure the model was of each of the last notes, for whoever asks soon enough. Changes nothing that is played.

    They are worked out when they are asked for, which the shell does once a note's MIDI has left: a draw does not wait
    for them. They are no output of the core, so logs and replays are what they were.
    """

    def __init__(self) -> None:
        self._samples: dict[int, Sample] = {}
        self._guides: dict[int, Guide | None] = {}

    def keep(self, note_id: int, sample: Sample | None, guide: Guide | None = None) -> None:
        """Remember what a note was drawn from, and what that draw was told; None: it comes of a rule."""
        if sample is None:
            return
        self._samples[note_id] = sample
        self._guides[note_id] = guide
        if len(self._samples) > MOST_ODDS:
            oldest = next(iter(self._samples))
            del self._samples[oldest], self._guides[oldest]

    def of(self, note_id: int) -> tuple[Sample, Guide | None] | None:
        """What a note was drawn from, and what that draw was told, while nobody took its odds."""
        sample = self._samples.get(note_id)
        return None if sample is None else (sample, self._guides[note_id])

    def take(self, play: PlayNote) -> NoteOdds | None:
        """The odds of a note that was planned, once; None where it was not drawn, or moved to another pitch."""
        sample = self._samples.pop(play.note_id, None)
        self._guides.pop(play.note_id, None)
        if sample is None or sample.event.pitch != play.pitch:
            return None
        ranked = zip(sample.alternatives[_PITCH], sample.alternative_probs[_PITCH], strict=True)
        others = [(pitch, odds) for pitch, odds in ranked if pitch != play.pitch and odds > _LEAST_LIKELY]
        own = min(math.exp(sample.log_prob[_PITCH]), 1.0)
        return NoteOdds(play.note_id, play.onset, play.pitch, play.channel, own, tuple(others[:RUNNERS_UP]))
