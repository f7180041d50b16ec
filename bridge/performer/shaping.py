"""What an answer's next note is held to beside the rules: the sketch, the phrase's range, leaps and note values, home.

All of these are wishes. Each narrows the constraints of a draw as far as something is left of them, and gives way to
what is set (ranges, scales, the pace) where nothing would be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.engine.constraints import Constraints
from bridge.performer.heard_phrase import HeardPhrase
from bridge.performer.phrase_measures import CHORD, notes_at_once, velocity_spread
from bridge.performer.sampling import Draft
from bridge.performer.sketches import Sketch, Step
from bridge.vocabulary.codec import DRUMS, DT_TICKS, DURATION_TICKS, TICKS_PER_BEAT

# A note value counts as one of the phrase's within this part of it, or a tick.
_ALIKE: Final = 0.08
# An answer goes so many semitones beyond the phrase's range, or leaps so far where the phrase has smaller leaps.
_BEYOND: Final = 4
_LEAP: Final = 5
# Chords are held at most so many times as long as drawn, velocities lie so many times as far from their mean.
_FULLER: Final = 2.5
_LIVELIER: Final = 1.75
# What people go on to play has velocities a little further apart than the phrase they played.
_SPREAD: Final = 1.1
# The last note of a line is no further than this from the one before it, in semitones.
_TO_THE_END: Final = 5
# Where a register is set, pitches lie within so many semitones of it; those of chords within more.
_AROUND: Final = 8
_AROUND_CHORDS: Final = 13
# The mean so far is made up for by moving that range, by no more than so many semitones.
_MADE_UP: Final = 6.0
_SETTLED: Final = 4
# A note that would be held so many times as long as the phrase's longest is followed by a rest.
_NO_REST: Final = 1.1
# Where an energy is set, velocities lie within so much of it.
_LOUDER: Final = 14


def possible(narrow: Callable[[], None]) -> bool:
    """Narrow constraints if something is left of them; whether that was so."""
    try:
        narrow()
    except ValueError:
        return False
    return True


def keep_to_register(
    constraints: Constraints, voices: Sequence[int], register: float, played: Sequence[Draft], texture: float
) -> None:
    """Pitches around a mean of `register`, with what the notes `played` so far are off by made up for."""
    pitches = [draft.pitch for draft in played if draft.voice != DRUMS]
    off = register - sum(pitches) / len(pitches) if pitches else 0.0
    off *= min(len(pitches), _SETTLED) / 2
    middle = register + min(max(off, -_MADE_UP), _MADE_UP)
    around = _AROUND if 0 < texture < 2 else _AROUND_CHORDS
    possible(lambda: constraints.pitch_range(round(middle - around), round(middle + around), voices))


def keep_to_energy(constraints: Constraints, energy: float) -> None:
    """Velocities around a mean of `energy`."""
    low, high = max(round(energy - _LOUDER), 1), min(round(energy + _LOUDER), 127)
    possible(lambda: constraints.velocity_between(low, high))


def keep_near(
    constraints: Constraints,
    voices: Sequence[int],
    phrase: HeardPhrase,
    last: int | None,
    *,
    in_range: bool,
    higher: float = 0.0,
) -> None:
    """Pitches in the phrase's range and a little beyond (with `in_range`); of a line, leaps no larger than its own.

    That range lies so many semitones `higher`.
    """
    pitches = phrase.measured.pitch
    if not len(pitches):
        return
    if in_range:
        moved = round(higher)
        low, high = int(pitches.min()) - _BEYOND + moved, int(pitches.max()) + _BEYOND + moved
        possible(lambda: constraints.pitch_range(low, high, voices))
    if phrase.one_line and last is not None:
        most = max([_LEAP, *(abs(step) for step in phrase.measured.intervals)])
        possible(lambda: constraints.pitch_range(last - most, last + most, voices))


def keep_to_step(constraints: Constraints, voices: Sequence[int], step: Step) -> bool:
    """The sketch's pitches and duration; False where it has pitches and none of them may be played."""
    duration, pitches = step.duration, step.pitches
    if duration is not None:
        possible(lambda: constraints.duration_among(_like(DURATION_TICKS, [duration])))
    return pitches is None or possible(lambda: constraints.allow_pitches(pitches, voices))


def keep_to_values(constraints: Constraints, sketch: Sketch, phrase: HeardPhrase, *, waits: bool) -> None:
    """The phrase's durations and (with `waits`) its onset intervals, where the sketch keeps to them."""
    if not sketch.values or phrase.drums_alone:
        return
    if waits and len(phrase.waits):
        possible(lambda: constraints.dt_among(_like(DT_TICKS, phrase.waits)))
    possible(lambda: constraints.duration_among(_like(DURATION_TICKS, phrase.measured.durations)))


def keep_home(constraints: Constraints, voices: Sequence[int], home: frozenset[int], last: int | None) -> None:
    """Tones of home, near to the last pitch of a line where there is one."""
    pitches = [pitch for pitch in range(128) if pitch % 12 in home]
    near = [pitch for pitch in pitches if last is not None and abs(pitch - last) <= _TO_THE_END]
    if not (near and possible(lambda: constraints.allow_pitches(near, voices))):
        possible(lambda: constraints.allow_pitches(pitches, voices))


def keep_to_the_end(constraints: Constraints, voices: Sequence[int], last: int) -> None:
    """Pitches near to the last one of a line: it does not leap away as it ends."""
    possible(lambda: constraints.pitch_range(last - _TO_THE_END, last + _TO_THE_END, voices))


def held_like(phrase: HeardPhrase, drafts: Sequence[Draft]) -> list[Draft]:
    """One line's notes held for as much of the wait to the next one as the phrase's are; a longer wait is a rest."""
    held = list(drafts)
    for place, (draft, after) in enumerate(pairwise(drafts)):
        whole = (after.onset_beat - draft.onset_beat) * phrase.legato
        if draft.duration < whole <= _NO_REST * phrase.longest_held:
            held[place] = replace(draft, duration=whole)
    return held


def as_full(phrase: HeardPhrase, drafts: Sequence[Draft], last: float, most: float) -> list[Draft]:
    """Chords held so much longer that as many notes sound at once as in the phrase; none beyond beat `last`.

    Each up to the next onset on its pitch, and all of them less where more than `most` would sound at once somewhere.
    What is as full as the phrase, or fuller, stays as it is.
    """
    pitched = [draft for draft in drafts if draft.voice != DRUMS]
    if len(pitched) < 2 or not len(phrase.measured.pitch):
        return list(drafts)
    longer = phrase.measured.once(notes_at_once) / max(_at_once(pitched), 1.0)
    if longer <= 1.0:
        return list(drafts)
    longer = min(longer, _FULLER)

    def held(draft: Draft, longer: float) -> Draft:
        again = [other.onset_beat for other in pitched if other.pitch == draft.pitch]
        until = min((onset for onset in again if onset > draft.onset_beat), default=last)
        whole = min(draft.duration * longer, until - draft.onset_beat)
        return replace(draft, duration=whole) if draft.voice != DRUMS and whole > draft.duration else draft

    for part in (1.0, 0.7, 0.4, 0.2):
        fuller = [held(draft, 1.0 + part * (longer - 1.0)) for draft in drafts]
        if _most_at_once(fuller) <= most:
            return fuller
    return list(drafts)


def as_lively(phrase: HeardPhrase, drafts: Sequence[Draft], loudness: float = 1.0) -> list[Draft]:
    """Notes with their velocities as far from their mean as the phrase's are (by `loudness`), where nearer."""
    velocities = [draft.velocity for draft in drafts]
    asked = _SPREAD * loudness * phrase.measured.once(velocity_spread)
    own = float(np.std(velocities)) if velocities else 0.0
    if not own or not asked > own:  # not known is not more
        return list(drafts)
    mean, wider = float(np.mean(velocities)), min(asked / own, _LIVELIER)
    return [
        replace(draft, velocity=min(max(round(mean + wider * (draft.velocity - mean)), 1), 127)) for draft in drafts
    ]


def _most_at_once(drafts: Sequence[Draft]) -> int:
    """How many of these sound at once where most do."""
    onsets = np.array([draft.onset_beat for draft in drafts])
    ends = onsets + [draft.duration for draft in drafts]
    return int(((onsets[None, :] <= onsets[:, None]) & (ends[None, :] > onsets[:, None])).sum(axis=1).max())


def _at_once(drafts: Sequence[Draft]) -> float:
    """How many of these sound at once, on average over the time in which any does."""
    sounding, end = 0.0, -np.inf
    for draft in sorted(drafts, key=lambda draft: draft.onset_beat):
        ends = draft.onset_beat + draft.duration
        sounding += max(ends - max(draft.onset_beat, end), 0.0)
        end = max(end, ends)
    return sum(draft.duration for draft in drafts) / max(sounding, 1e-6)


def let_go(drafts: Sequence[Draft], home: frozenset[int]) -> list[Draft]:
    """Notes with those released that would ring into the last chord over its top note, or outside the triad of home.

    A tone of home below the top may ring on: a pedal point.
    """
    if not drafts:
        return []
    last = max(draft.onset_beat for draft in drafts) - CHORD
    chord = [draft for draft in drafts if draft.onset_beat > last]
    begun = min(draft.onset_beat for draft in chord)
    top = max(draft.pitch for draft in chord)

    def shortened(draft: Draft) -> Draft:
        rings = draft.onset_beat < begun < draft.onset_beat + draft.duration
        blurs = draft.voice != DRUMS and (draft.pitch > top or draft.pitch % 12 not in home)
        return replace(draft, duration=begun - draft.onset_beat) if rings and blurs else draft

    return [shortened(draft) for draft in drafts]


def _like(grid: npt.NDArray[np.int64], beats: Sequence[float] | npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Which values of a grid (ticks) are near to any of these times."""
    ticks = np.asarray(beats, dtype=np.float64)[:, None] * TICKS_PER_BEAT
    # Where the grid is coarse the nearest value is as near as it gets.
    reach = np.maximum(np.maximum(ticks * _ALIKE, 1.0), np.abs(grid[None, :] - ticks).min(axis=1, keepdims=True))
    return np.asarray((np.abs(grid[None, :] - ticks) <= reach + 1e-9).any(axis=0))
