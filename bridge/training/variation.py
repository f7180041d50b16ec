"""What is varied in music each time it is drawn: hands, instruments, keys, loudness, who comes in when."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.data.encode import FREE_BEATS_PER_SECOND, Ints, Stretch
from bridge.vocabulary import codec
from bridge.vocabulary.guide import HUMAN

_BASS_BELOW: Final = 50
_FEWEST_LEFT: Final = 16  # notes in a stretch after a voice was left out


def with_late_entries(stretch: Stretch, rng: np.random.Generator) -> Stretch:
    """At times voices are left out, to the end or up to a moment: so that a voice never heard may yet come in.

    Some of the voices but never all, each from a moment of its own on or all from the same.
    """
    present = np.unique(stretch.voice)
    if len(present) < 2 or rng.random() > 0.3:
        return stretch
    together = rng.choice(stretch.onset) if rng.random() < 0.5 else None
    kept = np.ones(len(stretch.onset), bool)
    for voice in rng.permutation(present)[: rng.integers(1, len(present))]:
        enters = rng.choice(stretch.onset) if together is None else together
        if rng.random() < 0.3:
            enters = np.inf
        kept &= (stretch.voice != voice) | (stretch.onset >= enters)
    return stretch.reordered(np.flatnonzero(kept)) if kept.sum() >= _FEWEST_LEFT else stretch


def loosen(stretch: Stretch, rng: np.random.Generator) -> None:
    """Half of the time, fingers that are not together: up to 12 ms (standard deviation) on each onset."""
    if rng.random() < 0.5:
        spread = rng.uniform(0.0, 0.012) * FREE_BEATS_PER_SECOND * codec.TICKS_PER_BEAT
        stretch.onset += rng.normal(0.0, spread, len(stretch.onset))
        stretch.offset = np.maximum(stretch.offset, stretch.onset + 0.5)


def forget_bars(stretch: Stretch) -> None:
    """Beats that nobody counts: where in the bar a note is is not known."""
    stretch.bar_beat = np.full(len(stretch.onset), np.nan)
    stretch.beats_per_bar = np.full(len(stretch.onset), np.nan)


def revoice(stretch: Stretch, rng: np.random.Generator) -> None:
    """Other instruments: a solo keyboard's low notes to the bass at times, or one pitched voice as another."""
    keys, bass = codec.VOICES.index("keys"), codec.VOICES.index("bass")
    present = np.unique(stretch.voice[stretch.voice != codec.DRUMS])
    if bass not in present and keys in present and rng.random() < 0.2:
        stretch.voice[(stretch.voice == keys) & (stretch.pitch < _BASS_BELOW)] = bass
    elif len(present) and rng.random() < 0.2:
        other = [v for v in range(len(codec.VOICES)) if v not in present and v not in (codec.DRUMS, bass)]
        if other:
            stretch.voice[stretch.voice == rng.choice(present)] = rng.choice(other)


def transpose(stretch: Stretch, rng: np.random.Generator) -> None:
    """All pitches up to a tritone up or down; drums stay."""
    pitched = stretch.voice != codec.DRUMS
    if pitched.any():
        lowest, highest = stretch.pitch[pitched].min(), stretch.pitch[pitched].max()
        stretch.pitch[pitched] += int(np.clip(rng.integers(-6, 7), -lowest, 127 - highest))


def scale_velocity(stretch: Stretch, rng: np.random.Generator) -> None:
    """All of it louder or softer, each voice by a little of its own; what is unknown stays so."""
    known = stretch.velocity > 0
    factors = rng.uniform(0.85, 1.15) * rng.uniform(0.93, 1.07, len(codec.VOICES))
    scaled = np.rint(stretch.velocity * factors[stretch.voice]).astype(np.int64)
    stretch.velocity = np.where(known, np.clip(scaled, 1, 127), 0)


def vary_velocity_known(events: Ints, rng: np.random.Generator) -> None:
    """Hide the velocities of one stretch in ten; make some up, for reading only, in half of those that have none.

    Whoever plays live is heard with velocities. Music that was only ever written flat would otherwise be known in
    a form in which it never comes.
    """
    unknown = events[:, 3] == codec.UNKNOWN_VELOCITY
    if not unknown.any():
        if rng.random() < 0.1:
            events[:, 3] = codec.UNKNOWN_VELOCITY
    elif rng.random() < 0.5:
        level = rng.uniform(10.0, 26.0, len(codec.VOICES))[events[:, 1]]
        touch = rng.normal(0.0, rng.uniform(0.5, 3.0), len(events))
        made_up = np.clip(np.rint(level + touch), 0, codec.VELOCITY_CLASSES - 1).astype(np.int64)
        events[:, 3] = np.where(unknown, made_up, events[:, 3])


def hidden_durations(voice: Ints, roles: Ints, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Of which notes [N] the model is not told the duration, as it is not while a key is still down.

    Of none, of those that are said to be the human's (as live), of some voices, of all, or of 30 % anywhere.
    """
    choice = rng.choice(["none", "human", "voices", "all", "some"], p=[0.25, 0.25, 0.25, 0.15, 0.1])
    if choice == "none":
        return np.zeros(len(voice), bool)
    if choice == "all":
        return np.ones(len(voice), bool)
    if choice == "some":
        return rng.random(len(voice)) < 0.3
    if choice == "human" and (roles == HUMAN).any():
        return np.equal(roles[voice], HUMAN)
    return np.asarray(rng.random(len(codec.VOICES)) < 0.5)[voice]
