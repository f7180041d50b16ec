"""What is measured of the notes of a phrase, and of an answer beside it.

Times are beats on one time line (where no tempo is known, half a second each). The *top line* of some notes is, at each
onset, the highest of those that begin there, unless a higher note still sounds over it (the skyline of Uitdenbogerd and
Zobel, "Melodic Matching Techniques for Large Music Databases", ACM Multimedia 1999). Drums have no pitch here: they
count in rhythm and loudness, and their keys where a measure says so.

Where something cannot be measured (no bar is known, no loudness, fewer than two notes) it is nan. The measures by name,
as a critic is given them, are `bridge.performer.phrase_features`.
"""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.performer.keys import Key, find_key

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Onsets nearer than this are one chord; times are compared to the nearest of so many cells of a beat.
CHORD: Final = 1 / 12
CELLS: Final = 12
_MOTIF: Final = 3  # intervals of a motif of four notes
# Edges of the classes of onset intervals and durations, in beats: half an octave each, from 1/12 beat up.
_TIME_EDGES: Final = (2.0 ** np.arange(-3.75, 3.5, 0.5)).tolist()
_STEADY: Final = 16  # points at which two contours are compared


@dataclass(frozen=True, slots=True)
class Notes:
    """Notes in order of their onsets; arrays are [N]. `velocity` 0: unknown. `drum` notes have keys for pitches."""

    onset: Floats  # beats
    offset: Floats
    pitch: Ints
    velocity: Ints
    drum: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, rows: Iterable[tuple[float, float, int, int]], *, drums: bool = False) -> Notes:
        """From (onset, offset, pitch, velocity), in any order."""
        columns = np.array(sorted(rows), np.float64).reshape(-1, 4).T
        return cls(
            columns[0], columns[1], columns[2].astype(np.int64), columns[3].astype(np.int64),
            np.full(columns.shape[1], drums),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bars:
    """Where bars begin: at `line` and every `length` beats before and after it."""

    length: float = 4.0
    line: float = 0.0


class Measured:
    """Notes with what is worked out from them once, on first use."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.pitched = np.flatnonzero(~notes.drum)
        self._known: dict[Callable[[Measured], float], float] = {}

    def once(self, measure: Callable[[Measured], float]) -> float:
        """What `measure` says of these notes, worked out the first time."""
        if measure not in self._known:
            self._known[measure] = measure(self)
        return self._known[measure]

    @cached_property
    def pitch(self) -> Ints:
        """Pitches of all but the drums."""
        return self.notes.pitch[self.pitched]

    @cached_property
    def line(self) -> Ints:
        """Places of the top line's notes, in order of their onsets."""
        onset, offset = self.notes.onset[self.pitched], self.notes.offset[self.pitched]
        middle = (onset + offset) / 2
        pitch = self.pitch
        begun = onset[None, :] < onset[:, None] + CHORD
        over = (pitch[None, :] > pitch[:, None]) & begun & (
            (offset[None, :] > middle[:, None]) | (onset[None, :] > onset[:, None] - CHORD)
        )  # fmt: skip
        return np.asarray(self.pitched[~over.any(axis=1)])

    @cached_property
    def top(self) -> list[int]:
        """Pitches of the top line."""
        return [int(pitch) for pitch in self.notes.pitch[self.line].tolist()]

    @cached_property
    def intervals(self) -> list[int]:
        """Semitones from each note of the top line to the next."""
        return [after - before for before, after in itertools.pairwise(self.top)]

    @cached_property
    def onsets(self) -> Floats:
        """When something begins, chords counted once."""
        onset = self.notes.onset
        if not len(onset):
            return onset
        return np.asarray(onset[np.concatenate([[True], np.diff(onset) >= CHORD])])

    @cached_property
    def waits(self) -> Floats:
        """Beats from each onset to the next."""
        return np.diff(self.onsets)

    @cached_property
    def durations(self) -> Floats:
        """Beats each note is held, drums aside."""
        return np.maximum(self.notes.offset[self.pitched] - self.notes.onset[self.pitched], 1e-3)

    @cached_property
    def span(self) -> float:
        """Beats from the first onset to the last offset (of drums: the last onset)."""
        if not len(self.notes.onset):
            return 0.0
        ends = np.where(self.notes.drum, self.notes.onset, self.notes.offset)
        return float(max(ends.max(), self.notes.onset[-1]) - self.notes.onset[0])

    @cached_property
    def sounding(self) -> float:
        """Beats in which any note sounds, drums aside."""
        onset, end = self.notes.onset[self.pitched], np.maximum.accumulate(self.notes.offset[self.pitched])
        if not len(onset):
            return 0.0
        return float(end[-1] - onset[0] - np.maximum(onset[1:] - end[:-1], 0.0).sum())

    @cached_property
    def key(self) -> Key | None:
        """The key of the notes, None without pitches."""
        return find_key(self.pitch, self.durations) if len(self.pitch) else None


def motif_share(phrase: Measured, answer: Measured) -> float:
    """Share of the answer's motifs (three intervals in a row of the top line) that the phrase has, transposed too."""
    return _share_known(_runs(phrase.intervals), _runs(answer.intervals))


def rhythm_share(phrase: Measured, answer: Measured) -> float:
    """Share of the answer's rhythms (three waits in a row, to the nearest 1/12 beat) that the phrase has."""
    return _share_known(_runs(_cells(phrase.waits)), _runs(_cells(answer.waits)))


def contour_share(phrase: Measured, answer: Measured) -> float:
    """As `motif_share`, of directions and sizes alone: an interval is none, a step (to 2), a skip (to 4) or a leap."""
    return _share_known(_runs(_sizes(phrase.intervals)), _runs(_sizes(answer.intervals)))


def longest_run(phrase: Measured, answer: Measured) -> float:
    """The longest run of intervals of the answer's top line that the phrase's has too, as a part of the answer's."""
    return _longest_common(answer.intervals, phrase.intervals) / max(len(answer.intervals), 1)


def literal_run(phrase: Measured, answer: Measured) -> float:
    """The longest run of pitches of the answer's top line that the phrase's has too, as a part of the answer's."""
    return _longest_common(answer.top, phrase.top) / max(len(answer.top), 1)


def own_motifs(notes: Measured) -> float:
    """Share of the motifs of a top line that came earlier in it: 0 nothing comes back, towards 1 one figure."""
    runs = _runs(notes.intervals)
    return 1.0 - len(set(runs)) / len(runs) if runs else math.nan


def leap(notes: Measured) -> float:
    """Mean size of the intervals of the top line, semitones."""
    return _mean([abs(step) for step in notes.intervals])


def repeated(notes: Measured) -> float:
    """Share of the top line's intervals that are none."""
    return _mean([step == 0 for step in notes.intervals])


def steps(notes: Measured) -> float:
    """Share of the top line's intervals of one or two semitones."""
    return _mean([1 <= abs(step) <= 2 for step in notes.intervals])


def leaps_turned(notes: Measured) -> float:
    """Share of intervals above four semitones that are followed by one in the other direction (gap fill)."""
    pairs = itertools.pairwise(notes.intervals)
    return _mean([first * second < 0 for first, second in pairs if abs(first) > 4])


def notes_at_once(notes: Measured) -> float:
    """Notes that sound at once on average, over the time in which any does; drums aside (MusPy's polyphony)."""
    return float(notes.durations.sum()) / max(notes.sounding, 1e-6) if len(notes.pitch) else math.nan


def notes_an_onset(notes: Measured) -> float:
    """Notes for each onset: 1 is one line."""
    return len(notes.notes.onset) / len(notes.onsets) if len(notes.onsets) else math.nan


def in_key(phrase: Measured, notes: Measured) -> float:
    """Share of the notes that belong to the phrase's key; minor has both its sixths and both its sevenths."""
    if phrase.key is None or not len(notes.pitch):
        return math.nan
    return float(_of(notes.pitch, phrase.key.melodic_tones))


def in_classes(phrase: Measured, answer: Measured) -> float:
    """Share of the answer's notes whose pitch class the phrase has."""
    return float(_of(answer.pitch, frozenset((phrase.pitch % 12).tolist()))) if len(answer.pitch) else math.nan


def ends_in_triad(phrase: Measured, notes: Measured) -> float:
    """1 where the last note of the top line is in the tonic triad of the phrase's key, else 0."""
    return math.nan if phrase.key is None or not notes.top else float(notes.top[-1] % 12 in phrase.key.triad)


def ends_on_tonic(phrase: Measured, notes: Measured) -> float:
    """1 where the last note of the top line is the tonic of the phrase's key, else 0."""
    return math.nan if phrase.key is None or not notes.top else float((notes.top[-1] - phrase.key.root) % 12 == 0)


def last_length(notes: Measured) -> float:
    """Beats that the last note of the top line is held."""
    if not len(notes.line):
        return math.nan
    return float(notes.notes.offset[notes.line[-1]] - notes.notes.onset[notes.line[-1]])


def last_longer(notes: Measured) -> float:
    """Octaves (log2) by which the last note is longer than the middle one of the line's notes."""
    if len(notes.line) < 2:
        return math.nan
    held = np.maximum(notes.notes.offset[notes.line] - notes.notes.onset[notes.line], CHORD).tolist()
    return math.log2(held[-1] / statistics.median(held))


def place_in_bar(onset: float, bars: Bars) -> float:
    """How strong a place is: 1 the bar line, 0.75 the middle of an even bar, 0.5 a beat, 0.25 half a beat, else 0."""
    beat = (onset - bars.line) % bars.length
    beat = 0.0 if bars.length - beat < CHORD else beat

    def near(unit: float) -> bool:
        return abs(beat / unit - round(beat / unit)) * unit <= CHORD

    if beat <= CHORD:
        return 1.0
    if bars.length % 2 == 0 and near(bars.length / 2):
        return 0.75
    return 0.5 if near(1.0) else 0.25 if near(0.5) else 0.0


def divergence(first: Floats, second: Floats) -> float:
    """Jensen-Shannon divergence of two histograms, in bits: 0 alike to 1 nothing in common. nan where one is empty.

    Lin, "Divergence Measures Based on the Shannon Entropy", IEEE Transactions on Information Theory 37(1), 1991.
    """
    total, other = float(first.sum()), float(second.sum())
    if total <= 0 or other <= 0:
        return math.nan
    bits = 0.0
    # A few classes of a short phrase: plain numbers are faster here than arrays.
    for count, counted in zip(first.tolist(), second.tolist(), strict=True):
        one, two = count / total, counted / other
        between = (one + two) / 2
        bits += (one * math.log2(one / between) if one else 0.0) + (two * math.log2(two / between) if two else 0.0)
    return min(max(bits / 2, 0.0), 1.0)


def wait_divergence(phrase: Measured, answer: Measured) -> float:
    """`divergence` of the onset intervals, in classes of half an octave."""
    return divergence(_times(phrase.waits), _times(answer.waits))


def duration_divergence(phrase: Measured, answer: Measured) -> float:
    """`divergence` of the durations, in classes of half an octave; drums aside."""
    return divergence(_times(phrase.durations), _times(answer.durations))


def pitch_class_divergence(phrase: Measured, answer: Measured) -> float:
    """`divergence` of the pitch classes, each note counted once."""
    return divergence(_counted(phrase.pitch % 12, 12), _counted(answer.pitch % 12, 12))


def interval_divergence(phrase: Measured, answer: Measured) -> float:
    """`divergence` of the top lines' intervals, from an octave down to one up."""
    return divergence(_counted_intervals(phrase), _counted_intervals(answer))


def drum_divergence(phrase: Measured, answer: Measured) -> float:
    """`divergence` of the drum keys."""
    own, other = phrase.notes, answer.notes
    return divergence(_counted(own.pitch[own.drum], 128), _counted(other.pitch[other.drum], 128))


def beat_place_divergence(phrase: Measured, answer: Measured, bars: Bars | None) -> float:
    """`divergence` of the onsets' places in the beat, to the nearest twelfth; nan where no beat is known."""
    if bars is None:
        return math.nan
    first, second = (np.rint((notes.onsets - bars.line) * CELLS).astype(np.int64) % CELLS for notes in (phrase, answer))
    return divergence(_counted(first, CELLS), _counted(second, CELLS))


def octaves(value: float, other: float) -> float:
    """How many times `value` is double `other` (log2 of their ratio); nan where either is not above 0."""
    return math.log2(value / other) if value > 0 and other > 0 else math.nan


def density(notes: Measured) -> float:
    """Notes per beat from the first onset to the last; nan for fewer than two onsets."""
    onset = notes.notes.onset
    beats = float(onset[-1] - onset[0]) if len(onset) else 0.0
    return (len(onset) - 1) / beats if beats > 0 else math.nan


def density_ratio(phrase: Measured, answer: Measured) -> float:
    """Octaves (log2) by which the answer is denser than the phrase."""
    return octaves(answer.once(density), phrase.once(density))


def pitch_mean(notes: Measured) -> float:
    """Mean pitch, drums aside."""
    return float(notes.pitch.mean()) if len(notes.pitch) else math.nan


def pitch_spread(notes: Measured) -> float:
    """Semitones from the lowest to the highest pitch, drums aside."""
    return float(np.ptp(notes.pitch)) if len(notes.pitch) else math.nan


def top_mean(notes: Measured) -> float:
    """Mean pitch of the top line."""
    return _mean(notes.top)


def contour_correlation(phrase: Measured, answer: Measured) -> float:
    """Correlation of the two top lines, each followed at 16 points evenly spread over its notes; nan for a flat one."""
    if len(phrase.top) < 3 or len(answer.top) < 3:
        return math.nan
    first, second = _contour(phrase.top), _contour(answer.top)
    length = math.sqrt(float((first * first).sum() * (second * second).sum()))
    return float((first * second).sum()) / length if length > 1e-9 else math.nan


def direction(notes: Measured) -> float:
    """Where the top line goes as a whole: semitones from its first note to its last."""
    return float(notes.top[-1] - notes.top[0]) if len(notes.top) > 1 else math.nan


def first_interval(phrase: Measured, answer: Measured) -> float:
    """Semitones between the phrase's last note and the answer's first, of the top lines, up or down."""
    return float(abs(answer.top[0] - phrase.top[-1])) if phrase.top and answer.top else math.nan


def velocity_mean(notes: Measured) -> float:
    """Mean velocity of the notes whose velocity is known."""
    known = notes.notes.velocity[notes.notes.velocity > 0]
    return float(known.mean()) if len(known) else math.nan


def velocity_spread(notes: Measured) -> float:
    """Standard deviation of the known velocities."""
    known = notes.notes.velocity[notes.notes.velocity > 0]
    return float(known.std()) if len(known) else math.nan


def rests(notes: Measured) -> float:
    """Share of the time from the first onset to the last offset in which nothing sounds; drums aside."""
    if not len(notes.pitch):
        return math.nan
    first = float(notes.notes.onset[notes.pitched[0]])
    span = float(notes.notes.offset[notes.pitched].max()) - first
    return 1.0 - notes.sounding / span if span > 0 else math.nan


def mean_wait(notes: Measured) -> float:
    """Mean wait from one onset to the next, beats."""
    return _mean(notes.waits.tolist())


def longest_wait(notes: Measured) -> float:
    """The longest wait between two onsets, beats."""
    return float(notes.waits.max()) if len(notes.waits) else math.nan


def evenness(notes: Measured) -> float:
    """Share of onset intervals that are the same as the one before, to 1/12 beat."""
    cells = _cells(notes.waits)
    return _mean([before == after for before, after in itertools.pairwise(cells)])


def mean_duration(notes: Measured) -> float:
    """Mean beats that a note is held, drums aside."""
    return _mean(notes.durations.tolist())


def articulation(notes: Measured) -> float:
    """Mean part of the wait to the next onset that a note is held, at most 2: near 1 legato, near 0 staccato."""
    if len(notes.pitch) < 2:
        return math.nan
    onset, ends = notes.notes.onset[notes.pitched], notes.onsets
    later = ends[np.minimum(np.searchsorted(ends, onset + CHORD), len(ends) - 1)]
    waits = later - onset
    known = waits > 1e-6
    return float(np.minimum(notes.durations[known] / waits[known], 2.0).mean()) if known.any() else math.nan


def off_grid(notes: Measured, bars: Bars | None) -> float:
    """Mean distance of the onsets from the nearest quarter or third of a beat, in beats; nan where no beat is known."""
    if bars is None or not len(notes.onsets):
        return math.nan
    place = notes.onsets - bars.line
    return float(np.minimum(*(np.abs(place * parts - np.rint(place * parts)) / parts for parts in (4, 3))).mean())


def on_beat(notes: Measured, bars: Bars | None) -> float:
    """Share of the onsets within 1/12 beat of a beat; nan where no beat is known."""
    if bars is None or not len(notes.onsets):
        return math.nan
    place = notes.onsets - bars.line
    return float((np.abs(place - np.rint(place)) <= CHORD).mean())


def sharp_clashes(notes: Measured) -> float:
    """Share of pairs of notes that sound together whose interval is a minor second or a major seventh, or compound.

    nan where no two notes sound together.
    """
    onset, offset, pitch = notes.notes.onset[notes.pitched], notes.notes.offset[notes.pitched], notes.pitch
    together = np.triu((np.minimum(offset[:, None], offset) - np.maximum(onset[:, None], onset)) > CHORD, 1)
    apart = np.abs(pitch[:, None] - pitch)[together] % 12
    return float(((apart == 1) | (apart == 11)).mean()) if len(apart) else math.nan


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else math.nan


def _of(pitch: Ints, classes: frozenset[int]) -> float:
    table = np.zeros(12)
    table[list(classes)] = 1.0
    return float(table[pitch % 12].mean())


def _runs(values: Sequence[int]) -> list[tuple[int, ...]]:
    return [tuple(values[i : i + _MOTIF]) for i in range(len(values) - _MOTIF + 1)]


def _share_known(known: Sequence[tuple[int, ...]], asked: Sequence[tuple[int, ...]]) -> float:
    if not known or not asked:
        return math.nan
    there = set(known)
    return sum(run in there for run in asked) / len(asked)


def _sizes(intervals: Sequence[int]) -> list[int]:
    def size(step: int) -> int:
        return 0 if step == 0 else 1 if step <= 2 else 2 if step <= 4 else 3

    return [size(abs(step)) * (1 if step > 0 else -1) for step in intervals]


def _cells(times: Floats) -> list[int]:
    return [int(cell) for cell in np.rint(times * CELLS).astype(np.int64).tolist()]


def _longest_common(first: Sequence[int], second: Sequence[int]) -> int:
    """Length of the longest run that two rows have in common: runs grow by one as long as any is in both."""
    places, length = list(range(len(first))), 0
    while places:
        there = {tuple(second[i : i + length + 1]) for i in range(len(second) - length)}
        places = [i for i in places if i + length < len(first) and tuple(first[i : i + length + 1]) in there]
        length += bool(places)
    return length


def _times(times: Floats) -> Floats:
    return _counted(np.searchsorted(_TIME_EDGES, times), len(_TIME_EDGES) + 1)


def _counted(classes: npt.NDArray[np.integer], size: int) -> Floats:
    return np.bincount(classes, minlength=size).astype(np.float64)


def _counted_intervals(notes: Measured) -> Floats:
    return _counted(np.clip(np.array(notes.intervals, np.int64), -12, 12) + 12, 25)


def _contour(top: Sequence[int]) -> Floats:
    points = np.interp(np.linspace(0, len(top) - 1, _STEADY), np.arange(len(top)), top)
    return np.asarray(points - points.mean())
