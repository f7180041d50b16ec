"""What a candidate begins from: nothing, or material of the phrase that comes back varied.

Musicians answer with what they were asked: the opening figure a step higher, the last one turned upside down, the same
rhythm with other notes; two hands begin as the phrase did, or so a step higher, and go on otherwise. A sketch says of
the first notes of an answer when each begins, which pitches it may have, and how long it lasts, any of these; the model
draws the rest, and plays on freely after it.

Where bars are known, a figure of a line keeps its place in the bar: an upbeat that came back on the one would be
another. So an answer that begins on a bar line takes the phrase up from a note that began on one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.performer.heard_phrase import HeardPhrase, LineNote
from bridge.performer.phrase_measures import CHORD

Pick = Callable[[int], int]
"""A number from 0 to one less than what it is given, by the performance's own chance."""

# A figure has so many notes at most, and is at most this part of the phrase's line.
_FIGURE: Final = 6
_FEWEST: Final = 4
_PART: Final = 0.45
# A passage of all voices is so much of the phrase's strokes, and has so many notes at most.
_PASSAGE_PART: Final = 0.5
_PASSAGE: Final = 32
# Where a figure comes back: so many steps of the key higher or lower, at one of those that begin nearest to where the
# phrase ended.
_STEPS: Final = (1, -1, 2, -2, 3, -3, 4)
_NEAREST: Final = 4
# How far a pitch may be from the phrase's at that place, where only the shape is kept, in semitones.
_NEAR: Final = 5


@dataclass(frozen=True, slots=True)
class Step:
    """One note of a sketch: `at` beats after the answer's start, with these pitches, `duration` beats; None: free."""

    at: float | None = None
    pitches: frozenset[int] | None = None
    duration: float | None = None

    def higher(self, semitones: int) -> Step:
        """The same on pitches so much higher, where there are any."""
        moved = frozenset(pitch + semitones for pitch in self.pitches or () if 0 <= pitch + semitones < 128)
        return replace(self, pitches=moved) if moved else self


@dataclass(frozen=True, slots=True)
class Sketch:
    """The first notes of a candidate. `values`: whether its other notes keep to the phrase's note values."""

    kind: str
    steps: tuple[Step, ...] = ()
    values: bool = True


FREE: Final = Sketch("free", values=False)
IN_ITS_VALUES: Final = Sketch("note values")


@dataclass(frozen=True, slots=True)
class _Material:
    """The phrase, the pitch classes that its figures are moved in, chance, and the beat at which the answer begins."""

    phrase: HeardPhrase
    key: frozenset[int] | None
    pick: Pick
    start: float

    def figure(self, *, from_end: bool) -> Sequence[LineNote]:
        """A few notes of the line, from its beginning or its end, that lie in the bar as they did.

        `at` is counted from the first of them.
        """
        line = self.phrase.line
        count = min(max(int(len(line) * _PART), _FEWEST), _FIGURE, len(line))
        last = len(line) - _FEWEST if from_end else len(line) // 2
        first = self.in_place([note.at for note in line], len(line) - count if from_end else 0, last)
        begin = line[first].at
        return [replace(note, at=note.at - begin) for note in line[first : first + count]]

    def in_place(self, at: Sequence[float], usual: int, last: int) -> int:
        """Which note to begin with, `last` at most: the one nearest to `usual` that begins where the answer does.

        In the bar, else in its half, else in the beat; `at` are beats after the phrase's first onset. Else `usual`.
        """
        bars = self.phrase.bars
        if bars is None or not len(self.phrase.notes.onset):
            return usual
        off = float(self.phrase.notes.onset[0]) - self.start
        halves = (bars.length / 2,) if bars.length % 2 == 0 else ()
        for unit in (bars.length, *halves, 1.0):
            able = [i for i in range(last + 1) if abs((at[i] + off + unit / 2) % unit - unit / 2) <= CHORD]
            if able:
                return min(able, key=lambda i: abs(i - usual))
        return usual

    def passage(self, *, from_end: bool = False) -> list[LineNote]:
        """As `figure`, strokes of the phrase with the notes of all voices; `at` is counted from the first stroke."""
        notes, onsets = self.phrase.notes, self.phrase.measured.onsets
        count = max(int(len(onsets) * _PASSAGE_PART), 1)
        last = len(onsets) - 1 if from_end else len(onsets) // 2
        begin = onsets[self.in_place((onsets - onsets[0]).tolist(), len(onsets) - count if from_end else 0, last)]
        end = onsets[onsets >= begin][:count][-1] + CHORD
        which = np.flatnonzero((notes.onset >= begin) & (notes.onset < end) & ~notes.drum)[:_PASSAGE]
        columns = notes.onset[which] - begin, notes.pitch[which], notes.offset[which] - notes.onset[which]
        return [LineNote(*note) for note in zip(*(column.tolist() for column in columns), strict=True)]

    def moved(self, pitches: Sequence[int]) -> list[int]:
        """The pitches of a figure that comes back some steps of the key away."""
        last = self.phrase.line[-1].pitch
        near = sorted(_STEPS, key=lambda steps: abs(_moved(pitches[:1], steps, self.key)[0] - last))
        return _moved(pitches, near[self.pick(_NEAREST)], self.key)


def sketch_of(
    phrase: HeardPhrase,
    number: int,
    key: frozenset[int] | None,
    pick: Pick,
    asked: Mapping[str, float],
    start: float,
    *,
    figures: bool = True,
) -> Sketch:
    """The sketch of candidate `number`, counted from 0, for an answer that begins at beat `start`.

    `key`: the pitch classes that figures are moved in. `asked`: controls that were set, 0 where not; a density has
    figures without the phrase's time, a register has them near to it, a texture of chords none of the whole phrase.
    `figures`: whether the phrase's pitches come back at all.
    """
    if phrase.drums_alone:
        return FREE
    line = phrase.one_line and len(phrase.line) >= _FEWEST + 1
    kinds = (_LINE if figures else _OTHER_LINE) if line else _CHORDS if figures else _OTHER_CHORDS
    sketch = kinds[number % len(kinds)](_Material(phrase, key, pick, start))
    if asked["texture"] and not line:
        sketch = IN_ITS_VALUES
    if asked["density"]:
        steps = tuple(Step(None, step.pitches) for step in sketch.steps if step.pitches is not None)
        sketch = Sketch(sketch.kind, steps, values=False)
    if asked["register"] and len(phrase.measured.pitch):
        octaves = round((asked["register"] - float(phrase.measured.pitch.mean())) / 12)
        sketch = replace(sketch, steps=tuple(step.higher(12 * octaves) for step in sketch.steps))
    return sketch


def _in_its_values(given: _Material) -> Sketch:
    return IN_ITS_VALUES


def _free(given: _Material) -> Sketch:
    return FREE


def _rhythm(given: _Material) -> Sketch:
    """The phrase's rhythm, or the first half of it, with other pitches."""
    line = given.phrase.line
    count = len(line) - 1 if given.pick(2) else max(len(line) // 2, _FEWEST)
    first = given.in_place([note.at for note in line], 0, len(line) // 2)
    begin = line[first].at
    steps = (Step(note.at - begin, None, note.duration) for note in line[first : min(first + count, len(line) - 1)])
    return Sketch("rhythm", tuple(steps))


def _opening(given: _Material) -> Sketch:
    """The opening figure, moved by some steps of the key."""
    figure = given.figure(from_end=False)
    return Sketch("opening moved", _steps(figure, given.moved(_pitches(figure))))


def _closing(given: _Material) -> Sketch:
    """The last figure, taken up and moved by some steps of the key."""
    figure = given.figure(from_end=True)
    return Sketch("close moved", _steps(figure, given.moved(_pitches(figure))))


def _inverted(given: _Material) -> Sketch:
    """The opening figure upside down around its first note, in its rhythm."""
    figure = given.figure(from_end=False)
    return Sketch("inverted", _steps(figure, _upside_down(_pitches(figure), given.key)))


def _other_rhythm(given: _Material) -> Sketch:
    """The opening figure's pitches, moved, in a rhythm of the model's."""
    figure = given.figure(from_end=False)
    pitches = given.moved(_pitches(figure))
    return Sketch("other rhythm", tuple(Step(None, frozenset((pitch,))) for pitch in pitches))


def _passage(given: _Material) -> Sketch:
    """The opening in all its voices, where it was."""
    passage = given.passage()
    return Sketch("passage", _steps(passage, _pitches(passage)))


def _passage_moved(given: _Material) -> Sketch:
    """The opening in all its voices, moved by some steps of the key."""
    return Sketch("passage moved", _all_moved(given, given.passage()))


def _close_moved(given: _Material) -> Sketch:
    """The last strokes in all their voices, taken up and moved by some steps of the key."""
    return Sketch("close moved", _all_moved(given, given.passage(from_end=True)))


def _shape(given: _Material) -> Sketch:
    """The phrase's rhythm in all its voices, each note near to where it was and not on it."""
    notes = given.phrase.notes
    stop = len(notes.onset) if given.pick(2) else max(len(notes.onset) // 2, 1)
    begin = float(notes.onset[0])
    steps = []
    for onset, offset, pitch in zip(notes.onset[:stop], notes.offset[:stop], notes.pitch[:stop].tolist(), strict=True):
        near = frozenset(range(max(pitch - _NEAR, 0), min(pitch + _NEAR, 127) + 1))
        steps.append(Step(float(onset) - begin, near, float(offset - onset)))
    return Sketch("shape", tuple(steps))


_LINE: Final = (
    _in_its_values, _opening, _rhythm, _closing, _other_rhythm, _inverted, _in_its_values, _opening, _rhythm, _free,
)  # fmt: skip
_OTHER_LINE: Final = (_in_its_values, _rhythm, _free, _in_its_values, _rhythm)
_CHORDS: Final = (_passage, _passage_moved, _passage, _close_moved)
_OTHER_CHORDS: Final = (_in_its_values, _free, _shape, _in_its_values, _free)


def _pitches(figure: Sequence[LineNote]) -> list[int]:
    return [note.pitch for note in figure]


def _all_moved(given: _Material, passage: Sequence[LineNote]) -> tuple[Step, ...]:
    """A passage moved as its first stroke's top note is."""
    top = max((note.pitch for note in passage if note.at < CHORD), default=0)
    _, *pitches = given.moved([top, *_pitches(passage)])
    return _steps(passage, pitches)


def _steps(figure: Sequence[LineNote], pitches: Sequence[int]) -> tuple[Step, ...]:
    return tuple(Step(note.at, frozenset((pitch,)), note.duration) for note, pitch in zip(figure, pitches, strict=True))


def _moved(pitches: Sequence[int], steps: int, key: frozenset[int] | None) -> list[int]:
    """A figure's pitches moved by so many steps of the key (of two semitones, where none is known).

    A tone outside the key stays as far above its neighbour in it.
    """
    ladder = _ladder(key)
    places = [_place(ladder, pitch) for pitch in pitches]
    return [
        _on(ladder, place + steps, pitch, pitch - int(ladder[place]))
        for place, pitch in zip(places, pitches, strict=True)
    ]


def _upside_down(pitches: Sequence[int], key: frozenset[int] | None) -> list[int]:
    """A figure's pitches as far below its first one, in steps of the key, as they lie above it."""
    ladder, axis = _ladder(key), pitches[0]
    places = [_place(ladder, pitch) for pitch in pitches]
    return [
        axis if pitch == axis else _on(ladder, 2 * places[0] - place, pitch, int(ladder[place]) - pitch)
        for place, pitch in zip(places, pitches, strict=True)
    ]


@cache
def _ladder(key: frozenset[int] | None) -> npt.NDArray[np.int64]:
    """The pitches that figures move on, in order."""
    classes = key or frozenset(range(0, 12, 2))
    return np.array([pitch for pitch in range(128) if pitch % 12 in classes], np.int64)


def _place(ladder: npt.NDArray[np.int64], pitch: int) -> int:
    """The step that is nearest to a pitch, the lower of two."""
    return int(np.argmin(np.abs(ladder - pitch)))


def _on(ladder: npt.NDArray[np.int64], step: int, pitch: int, altered: int) -> int:
    """The pitch so many semitones above a step; `pitch` where the ladder has none."""
    found = int(ladder[step]) + altered if 0 <= step < len(ladder) else pitch
    return found if 0 <= found < 128 else pitch
