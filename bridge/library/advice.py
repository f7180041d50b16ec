"""What to set for what is played: a mode and a few parameters, by rules over measures that can be read.

No network: seven measures of the last notes, and rules in the order in which they are tried, each with its reason. So
whoever is advised can say why, and disagree. The measures are made from what the model is told of each note, so that a
file and a set that goes on are measured alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.data.encode import contexts, ticks_of
from bridge.evaluation.reviewing.music import Music
from bridge.performer.keys import find_key
from bridge.performer.model_memory import HeardNote
from bridge.timing.clock import SessionClock
from bridge.vocabulary.codec import DRUMS, TICKS_PER_BEAT
from bridge.vocabulary.scales import tones

Numbers = npt.NDArray[np.float64]

FEWEST: Final = 12  # notes that say something
LATEST: Final = 160  # of them the last count
# A rest between phrases lasts so long, in seconds, and so many times as long as the usual wait between onsets.
_REST: Final = 0.9
_LONGER: Final = 3.0
_AT_ONCE: Final = 0.04  # seconds: nearer onsets are one stroke
# The edges of the words.
SLOW, BUSY = 2.5, 6.0  # strokes a second
ONE_LINE, CHORDS = 1.5, 2.6  # different tones that sound as a note begins
TWO_HANDS: Final = 22.0  # semitones from a tenth of the notes to nine tenths of them
PHRASES: Final = 3.0  # rests a minute
CHROMATIC_FROM: Final = 0.15  # of the notes outside the key


@dataclass(frozen=True, slots=True)
class Measures:
    """`pace` in strokes a second; `tones` that sound as a note begins; `spread` in semitones; `rests` a minute.

    `drums` and `outside` (of the key) are shares of the notes, 0 to 1; `tempo` in beats a minute, 0 without a clock.
    `pitch_classes` are shares of the notes with a pitch, from C on.
    """

    pace: float
    tones: float
    spread: float
    rests: float
    drums: float
    outside: float
    tempo: float
    pitch_classes: tuple[float, ...] = (0.0,) * 12

    @property
    def words(self) -> tuple[str, ...]:
        """As musicians say it."""
        pace = "slow" if self.pace < SLOW else "busy" if self.pace > BUSY else "at a walking pace"
        if self.drums > 0.5:
            what = "drums"
        elif self.tones < ONE_LINE:
            what = "one line"
        elif self.spread >= TWO_HANDS:
            what = "two hands"
        else:
            what = "chords" if self.tones >= CHORDS else "a few notes at once"
        return (
            pace,
            what,
            "in phrases" if self.rests >= PHRASES else "without a rest",
            f"on a clock at {self.tempo:.0f}" if self.tempo else "no clock",
            *(["chromatic"] if self.outside > CHROMATIC_FROM and self.drums <= 0.5 else []),
        )


@dataclass(frozen=True, slots=True)
class Advice:
    """A mode and values of parameters to set, what was measured in words, and why this."""

    mode: str
    values: Mapping[str, float | str]
    heard: tuple[str, ...]
    reason: str

    @property
    def text(self) -> str:
        """In a line: "slow, two hands, no clock: respond, temperature 0.7 (...)"."""
        settings = [self.mode, *(f"{name} {_shown(value)}" for name, value in self.values.items())]
        return f"{', '.join(self.heard)}: {', '.join(settings)} ({self.reason})"


def _shown(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def measure(seconds: Numbers, pitch: Numbers, voice: Numbers, sounding: Numbers, tempo: float) -> Measures:
    """Of notes [N] in the order of their onsets; `sounding` is how many tones sounded as each began.

    Raises ValueError for fewer than FEWEST.
    """
    if len(seconds) < FEWEST:
        raise ValueError(f"{len(seconds)} notes say too little to advise by: play {FEWEST} at least")
    seconds, pitch, voice, sounding = (one[-LATEST:] for one in (seconds, pitch, voice, sounding))
    pitched = voice != DRUMS
    strokes = seconds[np.concatenate([[True], np.diff(seconds) > _AT_ONCE])]
    waits = np.diff(strokes)
    usual = float(np.median(waits)) if len(waits) else 1.0
    resting = waits[waits > max(_REST, _LONGER * usual)]
    minutes = max(float(seconds[-1] - seconds[0]), 1.0) / 60
    playing = max(60 * minutes - float(resting.sum()), 1.0)
    classes = pitch[pitched].astype(np.int64)
    low, high = np.quantile(classes, (0.1, 0.9)) if len(classes) else (0.0, 0.0)
    return Measures(
        pace=len(strokes) / playing,
        tones=float(sounding[pitched].mean()) if len(classes) else 0.0,
        spread=float(high - low),
        rests=len(resting) / minutes,
        drums=float(1 - pitched.mean()),
        outside=_outside(classes),
        tempo=tempo,
        pitch_classes=tuple((np.bincount(classes % 12, minlength=12) / max(len(classes), 1)).tolist()),
    )


def _outside(pitches: npt.NDArray[np.int64]) -> float:
    if not len(pitches):
        return 0.0
    key = find_key(pitches, np.ones(len(pitches)))
    inside = set(tones(key.root, key.scale))
    if key.scale == "minor":
        inside.add((key.root - 1) % 12)  # its leading tone
    return float(np.mean([int(pitch) % 12 not in inside for pitch in pitches]))


def measure_heard(notes: Sequence[HeardNote], clock: SessionClock, tempo: float) -> Measures:
    """Of what the human played in a set. Raises ValueError as `measure`."""
    own = [note for note in notes if note.note_id is None]
    return measure(
        np.array([clock.time_at(note.beat) for note in own]),
        np.array([note.pitch for note in own]),
        np.array([note.voice for note in own]),
        np.array([float(note.context[:12].sum()) for note in own]),
        tempo,
    )


def measure_music(music: Music) -> Measures:
    """Of a piece, or of what the human played in a session. Raises ValueError as `measure`."""
    stretch = music.stretch
    sounding = contexts(stretch, ticks_of(stretch.onset), ticks_of(stretch.offset))[:, :12].sum(axis=1)
    own = ~music.machine
    beats = np.diff(stretch.onset[own]).sum() / TICKS_PER_BEAT
    seconds = float(np.ptp(music.seconds[own])) if own.any() else 0.0
    tempo = 60 * beats / seconds if music.has_beats and seconds else 0.0
    return measure(
        music.seconds[own],
        stretch.pitch[own].astype(np.float64),
        stretch.voice[own].astype(np.float64),
        sounding[own].astype(np.float64),
        tempo,
    )


def advise(found: Measures) -> Advice:
    """What suits what was measured: the first rule that holds says the mode."""
    mode, reason, values = _mode(found)
    if found.drums <= 0.5 and mode in ("respond", "duet"):
        if found.outside > CHROMATIC_FROM:
            values = {**values, "pull": 0.3}
            reason += "; you leave the key, so it may"
        calm = found.pace < SLOW
        values = {**values, "temperature": 0.7 if calm else 0.9}
    return Advice(mode, values, found.words, reason)


def _mode(found: Measures) -> tuple[str, str, dict[str, float | str]]:
    full = found.tones >= ONE_LINE and found.spread >= TWO_HANDS
    if found.drums > 0.5:
        trade: dict[str, float | str] = {"trade": 4.0} if found.tempo else {}
        return "respond", "drums are best answered, in turns", trade
    if found.rests >= PHRASES:
        if found.tempo:
            return "respond", "you play in phrases on a clock: trade fours", {"trade": 4.0}
        return "respond", "you play in phrases, and leave room to answer", {}
    if found.tempo and found.tones >= ONE_LINE:
        return "accompany", "your chords on a clock want a band under them", {}
    if full:
        return "respond", "two hands leave no room to play along: it answers when you rest", {}
    if found.tones < ONE_LINE and found.pace < SLOW:
        return "harmonize", "a slow line has room for harmonies", {"harmonies": 2.0}
    if found.tempo:
        return "accompany", "a line on a clock wants a band under it", {}
    return "duet", "you go on without a rest: it plays along", {"texture": 1.0}
