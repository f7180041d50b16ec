"""What a partner may play to what the human plays: which register is theirs and which tones fit, moment by moment.

A partner leaves the register of the tune, the human's highest line, alone: it lies below, or clearly above where below
there is no room, and does not change sides for a note or two; a bass lies where basses do. In strong places (on beats;
in free time everywhere) it has tones of the chord, as `ToneWeights` hears it, and nowhere a semitone, or its octaves,
against a note that sounds. Between the beats it may pass by step through the key, from a tone of the chord to the next.
It is a second part: of tones that the chord is about as likely to have it takes one a third, a sixth, a fourth or a
fifth from the tune's, and its own in another octave only where that is much the likeliest.

These are wishes, not rules: where one would leave a voice nothing that it may play, it is given up, the last one first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.performer.bass_line import BASS
from bridge.performer.held_notes import HeldNote
from bridge.performer.mode_stage import ModeStage
from bridge.performer.pitch_rules import pitches_of
from bridge.performer.tone_weights import ToneWeights
from bridge.timing.grid import next_bar, next_beat
from bridge.vocabulary.codec import DRUMS

Row = npt.NDArray[np.bool_]

# A bass plays from E1 to G3.
BASS_RANGE: Final = (28, 55)
# A partner that is no bass plays nothing below this.
LOWEST: Final = 43
# So far it stays below the tune, and above it, in semitones; so far it reaches from there.
BELOW: Final = 3
ABOVE: Final = 5
REACH: Final = 18
# It goes above where it has less room than the first of these below, and back where it has the second.
ROOM: Final = (6, 12)
# The tune's notes that make its register, and which part of them may lie lower than that: a dip is no change of it.
REGISTER_OF: Final = 24
DIPS: Final = 5
USUAL: Final = 65
# A tone fits in a strong place that is this likely to be in the chord, as a part of the likeliest.
FITS: Final = 0.95
# What that chance counts for beside the tune's tone of the moment: that of the same tone in another octave, those of
# seconds and sevenths (which are wrong oftener than the chords say), 1 of all others.
DOUBLING: Final = 0.73
SECONDS: Final = 0.85
# A tone that the tune dwells on is the chord's: held for b beats it counts (1 + b) to this power times as much.
DWELLING: Final = 0.15
DWELLS: Final = 4.0
# A chord that is this sure is what the bass goes by.
SURE: Final = 0.5
# How far a line goes from its last pitch, in semitones, and a bass; and how far where it passes through the key.
LEAP: Final = 9
OCTAVE: Final = 12
STEP: Final = 2
# So often in a row a pitch may be struck.
AGAIN: Final = 2
# What lies so near to a beat, in beats, is on it.
ON_THE_BEAT: Final = 0.07

_PITCHES: Final = np.arange(128)
# By semitones above the tune's tone, octaves aside, float64 [12].
_BESIDE: Final = np.array([DOUBLING, SECONDS, SECONDS, *(1.0,) * 7, SECONDS, SECONDS])


class Partner:
    """Hears the human's notes and says, voice by voice, which pitches go with them."""

    def __init__(self, stage: ModeStage) -> None:
        self._stage = stage
        self._tones = ToneWeights(stage)
        self._tune: deque[int] = deque(maxlen=REGISTER_OF)
        self._is_above = False

    def heard(self, note: HeldNote) -> None:
        """The human pressed a key."""
        self._tones.heard(note)
        drums = self._stage.human.drum_channel
        if note.channel == drums or note.pitch < max(self._stage.hands.tuned_down(drums), default=0):
            return
        self._tune.append(note.pitch)
        room = self._lowest_of_tune - BELOW - LOWEST
        self._is_above = room < ROOM[1] if self._is_above else room < ROOM[0]

    def beat_near(self, beat: float) -> float | None:
        """The beat that a note at `beat` is meant to be on; None where it lies between two, or none is known."""
        clock = self._stage.clock
        if not clock.metered:
            return None
        nearest = next_beat(clock, beat - ON_THE_BEAT)
        return nearest if nearest <= beat + ON_THE_BEAT else None

    def is_strong(self, beat: float) -> bool:
        """Whether a note at `beat` is exposed: on a beat, or anywhere in free time."""
        return not self._stage.clock.metered or self.beat_near(beat) is not None

    def voice_for(self, drawn: int, voices: Sequence[int], beat: float) -> int:
        """The voice for a note at `beat` that was drawn in another: a bass among others carries the bars.

        It begins each bar where bars are known, and plays nothing between the beats.
        """
        others = [voice for voice in voices if voice not in (BASS, DRUMS)]
        if BASS not in voices or not others or drawn == DRUMS or not self._stage.clock.metered:
            return drawn
        if self._on_the_one(beat):
            last = self._stage.ledger.latest(BASS, 1)
            return BASS if not last or abs(last[0].beat - beat) > ON_THE_BEAT else others[0]
        return others[0] if drawn == BASS and not self.is_strong(beat) else drawn

    def row(self, voice: int, beat: float, *, strong: bool) -> Row:
        """The pitches of `voice` that go with what is heard, for a note at `beat`, bool [128]."""
        if voice == DRUMS:
            allowed: Row = self._stage.tuning.allowed(self._stage.hands)[voice]
            return allowed
        last, row = self._recent(voice)
        near = _around(voice, last)
        if last is not None and row >= AGAIN:
            near[last] = False
        reach = self._as_far_as_possible(voice, (self._free_of_clashes(beat), self._register(voice), near))
        tones = self._fitting(voice, beat, reach)
        key = self._tones.key
        # One passing tone at a time: it comes from a tone of the chord, and what follows goes on to one. Where nobody
        # plays the chord there is none: passing through a guess sounds like a mistake.
        expected = self._stage.chord_at(beat)
        played = expected is not None and not expected.decided
        if played and not strong and key is not None and last is not None and tones[last]:
            tones = tones | (pitches_of(key.tones) & (np.abs(_PITCHES - last) <= STEP))
        narrowed = reach & tones
        return narrowed if narrowed.any() else reach

    def home(self, voice: int, beat: float) -> Row:
        """The tones of the home triad that `voice` may end on at `beat`, bool [128]: near its last note."""
        key = self._tones.key
        triad = np.ones(128, dtype=np.bool_)
        if key is not None:
            triad = pitches_of(frozenset([key.root]) if voice == BASS else key.triad)
        last, _ = self._recent(voice)
        wishes = (self._free_of_clashes(beat), self._register(voice), triad, _around(voice, last))
        return self._as_far_as_possible(voice, wishes)

    def clashes_with(self, pitch: int, other: int) -> bool:
        """Whether the two make a semitone, or one with octaves between."""
        return (pitch - other) % 12 in (1, 11)

    # --- what a row is made of -----------------------------------------------------------------------

    def _as_far_as_possible(self, voice: int, wishes: Iterable[Row]) -> Row:
        """What is allowed, narrowed by one wish after another as long as something is left."""
        allowed: Row = self._stage.tuning.allowed(self._stage.hands)[voice]
        for wish in wishes:
            narrowed = allowed & wish
            if narrowed.any():
                allowed = narrowed
        return allowed

    def _fitting(self, voice: int, beat: float, reach: Row) -> Row:
        """The tones within `reach` that make a second part: in the chord nearly as likely as the likeliest of them."""
        expected = self._stage.chord_at(beat)
        if voice == BASS and expected is not None and expected.evidence >= SURE:
            root, on_the_one = frozenset([expected.bass]), self._on_the_one(beat)
            if on_the_one or not expected.decided:
                return pitches_of(root if on_the_one else root | expected.chord.tones)
        weights = self._tones.at(beat) * self._beside_the_tune(beat)
        best = weights[_PITCHES[reach] % 12].max(initial=0.0)
        return np.asarray((weights >= FITS * best)[_PITCHES % 12])

    def _beside_the_tune(self, beat: float) -> npt.NDArray[np.float64]:
        """What the chance of each pitch class counts for in a second part, float64 [12]; while the tune rests, 1."""
        tone = self._tones.tone_at(beat)
        if tone is None:
            return np.ones(12)
        counts = np.roll(_BESIDE, tone.pitch % 12)
        counts[tone.pitch % 12] *= (1.0 + min(tone.held, DWELLS)) ** DWELLING
        return counts

    def _on_the_one(self, beat: float) -> bool:
        clock = self._stage.clock
        return clock.metered and next_bar(clock, beat - ON_THE_BEAT) <= beat + ON_THE_BEAT

    def _free_of_clashes(self, beat: float) -> Row:
        stage = self._stage
        sounding = {*stage.hands.tuned(stage.human.drum_channel)}
        time = stage.clock.time_at(beat)
        sounding.update(note.pitch for note in stage.ledger.sounding(time) if note.voice != DRUMS)
        if not sounding:
            return np.ones(128, dtype=np.bool_)
        rubbing = frozenset((pitch + step) % 12 for pitch in sounding for step in (1, 11))
        return np.asarray(~pitches_of(rubbing))

    def _register(self, voice: int) -> Row:
        """Where this voice does not get in the human's way; everywhere where `register` is set."""
        if self._stage.values.register:
            return np.ones(128, dtype=np.bool_)
        lowest = self._lowest_of_tune
        if voice == BASS:
            return _span(BASS_RANGE[0], min(BASS_RANGE[1], max(lowest - 1, BASS_RANGE[0] + REACH)))
        if self._is_above:
            highest = max(self._tune)
            return _span(highest + ABOVE, highest + ABOVE + REACH)
        return _span(max(LOWEST, lowest - BELOW - REACH), lowest - BELOW)

    @property
    def _lowest_of_tune(self) -> int:
        """Where the tune's register begins; the usual one, before there is a tune."""
        return sorted(self._tune)[len(self._tune) // DIPS] if self._tune else USUAL

    def _recent(self, voice: int) -> tuple[int | None, int]:
        """The last pitch of a voice, and how often in a row it was struck."""
        last, row = None, 0
        for note in self._stage.ledger.latest(voice, AGAIN + 1):
            if last is not None and note.pitch != last:
                break
            last, row = note.pitch, row + 1
        return last, row


def _span(low: int, high: int) -> Row:
    return (low <= _PITCHES) & (high >= _PITCHES)


def _around(voice: int, last: int | None) -> Row:
    """Where the line that had `last` may go on."""
    if last is None:
        return np.ones(128, dtype=np.bool_)
    return np.abs(_PITCHES - last) <= (OCTAVE if voice == BASS else LEAP)
