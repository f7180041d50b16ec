"""What a candidate begins from: nothing, or material of the phrase that comes back varied.

Musicians answer with what they were asked: the opening figure a step higher, the last one turned upside down, the same
rhythm with other notes. A sketch says of the first notes of an answer when each begins, which pitches it may have, and
how long it lasts, any of these; the model draws the rest, and plays on freely after it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.performer.heard_phrase import HeardPhrase, LineNote

Pick = Callable[[int], int]
"""A number from 0 to one less than what it is given, by the performance's own chance."""

# A figure has so many notes at most, and is at most this part of the phrase's line.
_FIGURE: Final = 6
_FEWEST: Final = 4
_PART: Final = 0.45
# Where a figure comes back: so many steps of the key higher or lower.
_STEPS: Final = (1, -1, 2, -2, 3, -3, 4)
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


def sketch_of(
    phrase: HeardPhrase, number: int, key: frozenset[int] | None, pick: Pick, asked: Mapping[str, float]
) -> Sketch:
    """The sketch of candidate `number`, counted from 0.

    `key`: the pitch classes that figures are moved in. `asked`: controls that were set, 0 where not; a density has
    figures without the phrase's time, a register has them near to it, a texture of chords none of the whole phrase.
    """
    if phrase.drums_alone:
        return FREE
    kinds = _ONE_LINE if phrase.one_line and len(phrase.line) >= _FEWEST + 1 else _CHORDS
    sketch = kinds[number % len(kinds)](phrase, key, pick)
    if asked["texture"] and kinds is _CHORDS:
        sketch = IN_ITS_VALUES
    if asked["density"]:
        steps = tuple(Step(None, step.pitches) for step in sketch.steps if step.pitches is not None)
        sketch = Sketch(sketch.kind, steps, values=False)
    if asked["register"] and len(phrase.measured.pitch):
        octaves = round((asked["register"] - float(phrase.measured.pitch.mean())) / 12)
        sketch = replace(sketch, steps=tuple(step.higher(12 * octaves) for step in sketch.steps))
    return sketch


def _in_its_values(phrase: HeardPhrase, key: frozenset[int] | None, pick: Pick) -> Sketch:
    return IN_ITS_VALUES


def _free(phrase: HeardPhrase, key: frozenset[int] | None, pick: Pick) -> Sketch:
    return FREE


def _rhythm(phrase: HeardPhrase, key: frozenset[int] | None, pick: Pick) -> Sketch:
    """The phrase's rhythm, or the first half of it, with other pitches."""
    line = phrase.line
    count = len(line) - 1 if pick(2) else max(len(line) // 2, _FEWEST)
    return Sketch("rhythm", tuple(Step(note.at, None, note.duration) for note in line[:count]))


def _opening(phrase: HeardPhrase, key: frozenset[int] | None, pick: Pick) -> Sketch:
    """The opening figure, moved by some steps of the key."""
    figure = _figure(phrase.line, from_end=False)
    return Sketch("opening moved", _steps(figure, _moved(figure, _STEPS[pick(len(_STEPS))], key)))


def _closing(phrase: HeardPhrase, key: frozenset[int] | None, pick: Pick) -> Sketch:
    """The last figure, taken up and moved by some steps of the key."""
    figure = _figure(phrase.line, from_end=True)
    return Sketch("close moved", _steps(figure, _moved(figure, _STEPS[pick(len(_STEPS))], key)))


def _inverted(phrase: HeardPhrase, key: frozenset[int] | None, pick: Pick) -> Sketch:
    """The opening figure upside down around its first note, in its rhythm."""
    figure = _figure(phrase.line, from_end=False)
    return Sketch("inverted", _steps(figure, _upside_down(figure, key)))


def _other_rhythm(phrase: HeardPhrase, key: frozenset[int] | None, pick: Pick) -> Sketch:
    """The opening figure's pitches, moved, in a rhythm of the model's."""
    figure = _figure(phrase.line, from_end=False)
    pitches = _moved(figure, _STEPS[pick(len(_STEPS))], key)
    return Sketch("other rhythm", tuple(Step(None, frozenset((pitch,))) for pitch in pitches))


def _shape(phrase: HeardPhrase, key: frozenset[int] | None, pick: Pick) -> Sketch:
    """The phrase's rhythm in all its voices, each note near to where it was and not on it."""
    notes = phrase.notes
    stop = len(notes.onset) if pick(2) else max(len(notes.onset) // 2, 1)
    begin = float(notes.onset[0])
    steps = []
    for onset, offset, pitch in zip(notes.onset[:stop], notes.offset[:stop], notes.pitch[:stop].tolist(), strict=True):
        near = frozenset(range(max(pitch - _NEAR, 0), min(pitch + _NEAR, 127) + 1))
        steps.append(Step(float(onset) - begin, near, float(offset - onset)))
    return Sketch("shape", tuple(steps))


_ONE_LINE: Final = (
    _in_its_values, _opening, _rhythm, _closing, _other_rhythm, _inverted, _in_its_values, _opening, _rhythm, _free,
)  # fmt: skip
_CHORDS: Final = (_in_its_values, _free, _shape, _in_its_values, _free)


def _figure(line: Sequence[LineNote], *, from_end: bool) -> Sequence[LineNote]:
    count = min(max(int(len(line) * _PART), _FEWEST), _FIGURE, len(line))
    return line[len(line) - count :] if from_end else line[:count]


def _steps(figure: Sequence[LineNote], pitches: Sequence[int]) -> tuple[Step, ...]:
    begin = figure[0].at
    return tuple(
        Step(note.at - begin, frozenset((pitch,)), note.duration) for note, pitch in zip(figure, pitches, strict=True)
    )


def _moved(figure: Sequence[LineNote], steps: int, key: frozenset[int] | None) -> list[int]:
    """The figure's pitches moved by so many steps of the key (of two semitones, where none is known)."""
    ladder = _ladder(key)
    return [_on(ladder, _place(ladder, note.pitch) + steps, note.pitch) for note in figure]


def _upside_down(figure: Sequence[LineNote], key: frozenset[int] | None) -> list[int]:
    ladder = _ladder(key)
    first = _place(ladder, figure[0].pitch)
    return [_on(ladder, 2 * first - _place(ladder, note.pitch), note.pitch) for note in figure]


def _ladder(key: frozenset[int] | None) -> npt.NDArray[np.int64]:
    """The pitches that figures move on, in order."""
    classes = key or frozenset(range(0, 12, 2))
    return np.array([pitch for pitch in range(128) if pitch % 12 in classes], np.int64)


def _place(ladder: npt.NDArray[np.int64], pitch: int) -> int:
    """The step that is nearest to a pitch, the lower of two."""
    return int(np.argmin(np.abs(ladder - pitch)))


def _on(ladder: npt.NDArray[np.int64], step: int, pitch: int) -> int:
    """The pitch of a step; `pitch` where the ladder has none."""
    return int(ladder[step]) if 0 <= step < len(ladder) else pitch
