"""The band: its members, and what they know of the moment they play in."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from bridge.performer.band_part import FIFTH, Cue, Ground, Member, Moment
from bridge.performer.bass_line import BASS, BassLine
from bridge.performer.chords import EVERY_CHORD, Chord, ExpectedChord, chord_on
from bridge.performer.comping import MOST_NOTES, Comping
from bridge.performer.drummer import Drummer, Opinion, no_opinion
from bridge.performer.groove_pattern import STEPS_PER_BEAT
from bridge.performer.held_notes import HeldNote
from bridge.performer.keys import Key
from bridge.performer.ledger import AT_ONCE
from bridge.performer.mode_stage import ModeStage
from bridge.performer.progression import LOW
from bridge.timing.accents import Accents
from bridge.vocabulary.codec import DRUMS

# The human's own velocities set how loud the band is, within these factors.
USUAL_VELOCITY: Final = 80.0
SOFTEST: Final = 0.7
LOUDEST: Final = 1.25
# The human's tune is the top of what they struck in the last beats, where that is not below middle C.
TUNE_BEATS: Final = 4.0
TUNE_FROM: Final = 60
# From this swing on the music swings, and on a grid of thirds of a beat.
SWUNG: Final = 0.56
TRIPLETS: Final = (12.0, 24.0, 48.0)
# A chord may be about to change on the strong beats where one changed in the last bars, and on the weak ones where one
# did on such a one, this near to it, in beats; and in the first bars on the bar lines.
CHANGES_KEPT: Final = 16
BARS_LOOKED_BACK: Final = 8
FIRST_BARS: Final = 5
SAME_SPOT: Final = 0.25
# A chord that is foretold is played before it is heard where it is as likely as this.
SURE: Final = 0.9
LIKELY: Final = 0.5
# Chords whose tones are no other chord's.
UNMISTAKABLE: Final = ("", "m", "7", "maj7", "dim")
# A human who has struck nothing for so many bars changes no chord.
STILL_BARS: Final = 2.0
# Drums and bass have so many of the notes that may sound at once, whatever the others do.
KEPT_FOR_RHYTHM: Final = 4


class Band:
    """Members by voice, made when they are first needed; `stage` is what they hear."""

    def __init__(self, stage: ModeStage) -> None:
        self._stage = stage
        self._begins = 0.0
        self._strokes: deque[tuple[float, int]] = deque(maxlen=64)
        self._velocities: deque[int] = deque(maxlen=16)
        # When another chord was struck, in beats, and whether that was on a weak beat.
        self._changes: deque[tuple[float, bool]] = deque(maxlen=CHANGES_KEPT)
        self._root: int | None = None
        # The chord that the human holds whole, and the pitch class under it.
        self._in_hand: Chord | None = None
        self._under_hand = 0
        # How many keys the human's last stroke was of.
        self.keys_at_once = 0
        # The lowest of the first keys: what is played on until a chord is made out.
        self._home: int | None = None
        self.begin(0.0)

    def begin(self, beat: float) -> None:
        """The band comes in on the bar line at `beat`: with new parts."""
        self._begins = beat
        chance = self._stage.drawing.chance
        self._drummer = Drummer(chance)
        self._bass = BassLine(chance)
        self._members: dict[int, Member] = {DRUMS: self._drummer, BASS: self._bass}

    def heard(self, note: HeldNote) -> None:
        """The human pressed a key; the harmony was followed already."""
        beat = self._stage.clock.beat_at(note.onset)
        self._velocities.append(note.velocity)
        if self._stage.human.voice_of(note.channel) == DRUMS:
            return
        if self._strokes and note.onset - self._strokes[-1][0] < AT_ONCE:
            self.keys_at_once += 1
            self._strokes[-1] = (self._strokes[-1][0], max(self._strokes[-1][1], note.pitch))
            if self._home is not None and len(self._strokes) == 1:
                self._home = min(self._home, note.pitch)
        else:
            self.keys_at_once = 1
            self._strokes.append((note.onset, note.pitch))
            if self._home is None:
                self._home = note.pitch
        self._look_at_hands()
        ground = self.ground_at(beat)
        root = None if ground is None else ground.bass
        if root != self._root:
            if self._root is not None:
                self._changes.append((beat, self._is_weak(beat)))
            self._root = root

    def ground_at(self, beat: float) -> Ground | None:
        """The harmony at a beat; None where the band is bound to none (`chord` off), or nothing was heard."""
        stage = self._stage
        if stage.values.chord == "off":
            return None
        key = stage.tuning.harmony.key
        scale = None if key is None else key.tones
        expected = self._expected_at(beat)
        if expected is not None:
            return Ground(expected.chord.root, expected.bass, expected.chord.tones, scale)
        if key is not None and stage.tuning.harmony.key_evidence >= LIKELY:
            return _tonic(key)
        return None if self._home is None else Ground.on(self._home % 12)

    def _expected_at(self, beat: float) -> ExpectedChord | None:
        """The chord to play on at a beat.

        Where the human plays chords it is theirs until they play another, unless that is all but sure.
        """
        stage = self._stage
        expected = stage.chord_at(beat)
        if self._in_hand is not None and expected is not None and not expected.decided:
            return ExpectedChord(self._in_hand, self._under_hand, 1.0, decided=False)
        if expected is None or expected.decided or not self._strokes or expected.evidence >= SURE:
            return expected
        return stage.chord_at(min(beat, stage.clock.beat_at(self._strokes[-1][0])))

    def moment(self, beat: float, grid: float, busy: float) -> Moment:
        """The line of the grid at `beat`, and all that is known there."""
        stage, clock = self._stage, self._stage.clock
        metre = Accents.of(stage.values.signature)
        song = beat + clock.song_offset
        bars = math.floor(song / metre.bar + 1e-6)
        place = max(song - bars * metre.bar, 0.0)
        bar = max(round((beat - place - self._begins) / metre.bar), 0)
        swung = stage.values.swing >= SWUNG or stage.values.quantize in TRIPLETS
        opinion = no_opinion if stage.memory.empty else self._opinion_at(clock.time_at(beat))
        groove = self._drummer.settle(stage.values.signature, swung, clock.bpm, busy, bar, opinion)
        places = [step / STEPS_PER_BEAT for step in range(len(groove.strokes))]
        self._bass.follow(tuple(place for place in places if groove.kicks(place)))
        ground = self.ground_at(beat)
        coming = self._coming(beat - place + metre.bar, ground)
        return Moment(
            beat=beat,
            place=place,
            bar=bar,
            grid=grid,
            metre=metre,
            ground=ground,
            coming=coming,
            busy=busy,
            loudness=self._loudness(),
            tune=self._tune(clock.time_at(beat - TUNE_BEATS)),
            swung=swung,
            first=abs(beat - self._begins) < grid / 2,
        )

    def _opinion_at(self, time: float) -> Opinion:
        """How likely the model finds drums at that time, in seconds: a step for each of them."""
        stage = self._stage

        def opinion(drums: Sequence[int]) -> Sequence[float]:
            stage.steps_taken += len(drums)
            return stage.drawing.likelihoods(DRUMS, drums, time)

        return opinion

    def _coming(self, beat: float, ground: Ground | None) -> Ground | None:
        """The ground of the next bar line, where another is likely there: to lead into, not to play on."""
        expected = self._stage.chord_at(beat)
        if ground is None or expected is None or expected.bass == ground.bass or expected.evidence < LIKELY:
            return None
        return Ground(expected.chord.root, expected.bass, expected.chord.tones, ground.scale)

    def cues(self, moment: Moment, voices: Collection[int]) -> list[Cue]:
        """What these voices are to play on this line, what matters most first."""
        chords = [voice for voice in voices if voice not in (DRUMS, BASS)]
        room = self._stage.values.polyphony - KEPT_FOR_RHYTHM
        notes = min(max(room // max(len(chords), 1), 1), MOST_NOTES)
        found: list[Cue] = []
        for voice in (BASS, DRUMS, *chords):
            if voice in voices:
                member = self._member(voice)
                if isinstance(member, Comping):
                    member.notes, member.pure = notes, self._stage.values.chord == "on"
                found += member.cues(moment)
        return sorted(found, key=lambda cue: cue.weight)

    def played(self, moment: Moment, voice: int, pitch: int, velocity: int, duration: float) -> list[Cue]:
        """A member's note was drawn: what else is to be played for it."""
        if self._home is None and voice == BASS:
            # The human plays drums alone: the bass decides.
            self._home = pitch
        return self._member(voice).played(moment, pitch, velocity, duration)

    def last(self, moment: Moment, voice: int) -> list[Cue]:
        """What a voice ends with: the chord that the human holds, else the key's own."""
        key = self._stage.tuning.harmony.key
        if moment.ground is not None and key is not None and not self._stage.hands.playing:
            moment = replace(moment, ground=_tonic(key))
        return self._member(voice).last(moment)

    def change_is_likely(self, moment: Moment, now: float) -> bool:
        """Whether the human may be about to strike another chord on this line, for all that is known.

        Where only a tune is heard its tone on a strong beat says most of the chord there, unless that is all but sure.
        """
        clock, bar = self._stage.clock, moment.metre.bar
        if not self._strokes or moment.ground is None:
            return False
        if clock.beat_at(now) - clock.beat_at(self._strokes[-1][0]) > STILL_BARS * bar:
            return False
        expected = self._stage.chord_at(moment.beat)
        strong = moment.metre.is_strong(moment.place)
        if expected is None or expected.decided:
            return expected is not None and strong and expected.evidence < SURE
        if strong and moment.bar < FIRST_BARS and moment.place < moment.grid / 2:
            return True
        if not moment.metre.is_pulse(moment.place):
            return False
        recent = (weak for beat, weak in self._changes if moment.beat - beat < BARS_LOOKED_BACK * bar)
        return any(strong or weak for weak in recent)

    def fits(self, voice: int, pitch: int, ground: Ground | None) -> bool:
        """Whether a note that has just begun is right for this harmony."""
        if ground is None or voice == DRUMS:
            return True
        return pitch % 12 == ground.bass if voice == BASS else pitch % 12 in ground.allowed

    def _look_at_hands(self) -> None:
        """A chord that is struck whole needs no making out; it counts until other keys are struck together."""
        below = self._stage.values.split or 128
        down = sorted(pitch for pitch in self._stage.hands.tuned_down(self._stage.human.drum_channel) if pitch < below)
        whole = _whole_chord(down) or _whole_chord(down[:-1])  # with a tune on top
        if whole is None and self.keys_at_once > 1:
            whole = self._power_chord(down)
        if whole is not None or self.keys_at_once > 1 or len(down) < 2:
            self._in_hand = whole
        if whole is not None:
            self._under_hand = down[0] % 12 if down[0] < LOW else whole.root

    def _power_chord(self, down: Sequence[int]) -> Chord | None:
        """The chord of a root and its fifth alone, with the third that the key has; None where that is not all."""
        if not down:  # all that is struck together lies above the split
            return None
        root = down[0] % 12
        if {pitch % 12 for pitch in down} != {root, (root + FIFTH) % 12}:
            return None
        key = self._stage.tuning.harmony.key
        minor = key is not None and (root + 4) % 12 not in key.tones and (root + 3) % 12 in key.tones
        return chord_on(root, "m" if minor else "")

    def _is_weak(self, beat: float) -> bool:
        """Whether that is about on a weak beat."""
        metre = Accents.of(self._stage.values.signature)
        place = (beat + self._stage.clock.song_offset + SAME_SPOT) % metre.bar - SAME_SPOT
        nearest = min(metre.pulses, key=lambda pulse: abs(pulse - place))
        return abs(nearest - place) < SAME_SPOT and not metre.is_strong(nearest)

    def _member(self, voice: int) -> Member:
        if voice not in self._members:
            self._members[voice] = Comping(voice, self._stage.drawing.chance)
        return self._members[voice]

    def _loudness(self) -> float:
        asked = self._stage.values.energy
        heard = sum(self._velocities) / len(self._velocities) if self._velocities else USUAL_VELOCITY
        return min(max((asked or heard) / USUAL_VELOCITY, SOFTEST if not asked else 0.1), LOUDEST)

    def _tune(self, since: float) -> int | None:
        tops = [pitch for onset, pitch in self._strokes if onset >= since and pitch >= TUNE_FROM]
        return min(tops, default=None)


def _whole_chord(pitches: list[int]) -> Chord | None:
    """The chord that has just these tones; None where that is none, or might be two."""
    classes = frozenset(pitch % 12 for pitch in pitches)
    found = [chord for chord in EVERY_CHORD if chord.kind in UNMISTAKABLE and chord.tones == classes]
    return found[0] if len(found) == 1 else None


def _tonic(key: Key) -> Ground:
    """The triad on a key's first tone."""
    return Ground(key.root, key.root, key.triad, key.tones)
