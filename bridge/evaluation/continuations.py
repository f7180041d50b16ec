"""A model's own continuations of phrases, drawn as the live engine draws: what came before fed, then note by note."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from bridge.data.encode import Stretch, contexts, event_classes, ticks_of
from bridge.engine.constraints import Constraints
from bridge.engine.model import Model, Sample
from bridge.generation.loop import Request, Struck, answered, asking, chances, insists, wait_of
from bridge.performer.density import Pace
from bridge.performer.sampling import FOR_OTHERS
from bridge.vocabulary import codec
from bridge.vocabulary.guide import guide_of
from bridge.vocabulary.parameters import PARAMETERS

_REPEATS: Final = int(PARAMETERS["repeats"].default)
_NEAR_THE_END: Final = codec.TICKS_PER_BEAT // 4
_MOST_A_BEAT: Final = 48  # notes; a model that draws more is stuck in one chord


@dataclass(frozen=True, slots=True)
class Drawing:
    """How to draw: temperature and top-p, by default those of play, and the values of controls to ask for.

    With `paced` the density asked for is that of the whole, and what is asked for at a note is what is still missing.
    `roles` say who plays what; with `ends` the draw is told at each note how far off the end is, and the first note to
    begin within a quarter of a beat of it is the last.
    """

    temperature: float = FOR_OTHERS
    top_p: float = float(PARAMETERS["top_p"].default)
    controls: Mapping[str, float] = field(default_factory=dict)
    paced: bool = False
    roles: Mapping[str, int] = field(default_factory=dict)
    ends: bool = False


def feed_prompt(model: Model, prompt: Stretch) -> None:
    """Reset the model and let it hear the prompt."""
    model.reset()
    model.feed(event_classes(prompt), contexts(prompt, ticks_of(prompt.onset), ticks_of(prompt.offset)))


def draw(model: Model, prompt: Stretch, beats: float, seed: int, how: Drawing = Drawing()) -> Stretch:
    """What a model that has just heard `prompt` plays in the `beats` after its last onset, in the prompt's voices.

    Notes on the prompt's time line, in playing order; the same for the same seed. A note that would double one of the
    same voice, pitch and onset, or its voice's last ones too often, is drawn again, as in play.
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    line = _Line(prompt)
    end = line.now + beats * codec.TICKS_PER_BEAT
    voices = sorted(set(prompt.voice.tolist()))
    asked = dict(how.controls)
    pace = Pace(asked["density"], 0.0, beats) if how.paced and "density" in asked else None
    while len(line.written) < _MOST_A_BEAT * beats:
        allowed = Constraints()
        allowed.only_voices(voices)
        if pace is not None:
            asked["density"] = pace.asked(line.beats, len(line.written))
            _keep_pace(allowed, pace, line)
        left = (end - line.now) / codec.TICKS_PER_BEAT
        guide = guide_of(how.roles, asked, left if how.ends else None)
        request = Request(allowed, line.now, how.temperature, how.top_p, guide)
        event = answered(asking(request, chances(rng), _event_of, line.is_unwanted), lambda draw: draw.of(model))
        if line.now + codec.DT_TICKS[event.dt] > end:
            break
        context = line.write(event)
        if how.ends and line.now > end - _NEAR_THE_END:
            break
        model.feed(np.array([event], dtype=np.int64), context[None])
    return line.stretch()


def _keep_pace(allowed: Constraints, pace: Pace, line: _Line) -> None:
    """Allow the waits that keep the pace, as far as they can be told apart."""
    earliest, latest = ((bound - line.beats) * codec.TICKS_PER_BEAT for bound in pace.bounds(len(line.written)))
    low = wait_of(round(earliest))
    allowed.dt_between(low, None if latest == math.inf else max(latest, low))


def _event_of(sample: Sample) -> codec.Event:
    return sample.event


class _Written(NamedTuple):
    """A note, its times in ticks."""

    onset: int
    offset: int
    voice: int
    pitch: int
    velocity: int


class _Line:
    """The notes so far and what still sounds, in ticks."""

    def __init__(self, prompt: Stretch) -> None:
        onset, offset = ticks_of(prompt.onset), ticks_of(prompt.offset)
        self.now = int(onset[-1])
        # (voice, pitch, onset, offset) of what may still sound.
        self._held = list(
            zip(prompt.voice.tolist(), prompt.pitch.tolist(), onset.tolist(), offset.tolist(), strict=True)
        )
        self._bar_beat, self._bar = float(prompt.bar_beat[-1]), float(prompt.beats_per_bar[-1])
        self._start = self.now
        self.written: list[_Written] = []

    @property
    def beats(self) -> float:
        """How long what was written is so far."""
        return (self.now - self._start) / codec.TICKS_PER_BEAT

    def is_unwanted(self, event: codec.Event) -> bool:
        """Whether the same voice strikes the same pitch at that moment already, or never leaves it."""
        onset = self.now + int(codec.DT_TICKS[event.dt])
        struck = (event.voice, event.pitch, onset)
        doubled = any((voice, pitch, begun) == struck for voice, pitch, begun, _ in self._held)
        before = (Struck(note.voice, note.pitch, note.onset / codec.TICKS_PER_BEAT) for note in reversed(self.written))
        return doubled or insists(Struck(event.voice, event.pitch, onset / codec.TICKS_PER_BEAT), before, _REPEATS)

    def write(self, event: codec.Event) -> npt.NDArray[np.float32]:
        """Add a note; the context that goes with it."""
        self.now += int(codec.DT_TICKS[event.dt])
        offset = self.now + int(codec.DURATION_TICKS[event.duration])
        self._held = [held for held in self._held if held[3] > self.now]
        self._held.append((event.voice, event.pitch, self.now, offset))
        self.written.append(_Written(self.now, offset, event.voice, event.pitch, codec.velocity_of(event.velocity)))
        beat = self._beat(self.now)
        sounding = (pitch for voice, pitch, _, _ in self._held if voice != codec.DRUMS)
        return codec.context(sounding, None if np.isnan(beat) else beat, self._bar)

    def stretch(self) -> Stretch:
        """The notes written."""
        columns = np.array(self.written, dtype=np.int64).reshape(-1, 5).T
        onset, offset, voice, pitch, velocity = columns
        beats = np.array([self._beat(tick) for tick in onset.tolist()])
        return Stretch(
            onset.astype(np.float64), offset.astype(np.float64), voice, pitch, velocity, beats % self._bar,
            np.full(len(onset), self._bar),
        )  # fmt: skip

    def _beat(self, tick: int) -> float:
        """Beats since the bar line before the prompt's last note; nan where bars are unknown."""
        return self._bar_beat + (tick - self._start) / codec.TICKS_PER_BEAT
