"""Players that know next to nothing of music: a measure that one of them does well by needs a better one.

random in key   random tones of the phrase's key in its range, in the phrase's own rhythm and loudness
phrase again    the phrase once more
continuator     a Markov chain of order three learnt from the phrase alone (Pachet, "The Continuator: Musical
                Interaction with Style", Journal of New Music Research 32(3), 2003), chords as one symbol, their
                rhythm and loudness with them

root and fifth  for `accompany`: on each beat the root, or between two roots the fifth, of the chord that the live
                tracker hears at that moment
usual groove    for `accompany`: the most frequent one-bar drum pattern of the train split, over and over
echo            for `duet`: the tune again, a bar later
third below     for `harmonize`: each note with the third below it in the tune's key
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import numpy as np

from bridge.data.corpus import Corpus
from bridge.evaluation.chunks import choose
from bridge.evaluation.playing.excerpts import Excerpt, moved, some
from bridge.performer.key_tracker import Harmony
from bridge.performer.keys import find_key
from bridge.performer.phrase_measures import CHORD, Bars, Notes
from bridge.vocabulary import codec

_ORDER: Final = 3
_SIXTEENTHS: Final = 16
_STEP: Final = 0.25
_PIECES: Final = 200  # of the train split, for the usual groove
_GROOVE_KEYS: Final = {36: 36, 35: 36, 38: 38, 40: 38, 42: 42, 44: 42, 46: 42, 22: 42, 26: 42, 51: 51, 59: 51, 53: 51}

Groove = tuple[tuple[int, int], ...]  # (sixteenth, key)


def random_in_key(excerpt: Excerpt, rng: np.random.Generator) -> Notes:
    """Random tones of the phrase's key in its range; of drums, its keys in any order."""
    phrase = after(excerpt)
    pitched = phrase.pitch[~phrase.drum]
    pitch = phrase.pitch.copy()
    if len(pitched):
        key = find_key(pitched, (phrase.offset - phrase.onset)[~phrase.drum])
        range_ = np.arange(pitched.min(), pitched.max() + 1)
        pitch[~phrase.drum] = rng.choice(range_[np.isin(range_ % 12, list(key.melodic_tones))], len(pitched))
    pitch[phrase.drum] = rng.permutation(phrase.pitch[phrase.drum])
    return Notes(phrase.onset, phrase.offset, pitch, phrase.velocity, phrase.drum)


def phrase_again(excerpt: Excerpt, rng: np.random.Generator) -> Notes:
    """The phrase once more, from the next place in the bar at which it began."""
    return after(excerpt)


def continuator(excerpt: Excerpt, rng: np.random.Generator) -> Notes:
    """What a chain of order three goes on with, for as long as the phrase."""
    phrase = excerpt.phrase
    starts = np.flatnonzero(np.concatenate([[True], np.diff(phrase.onset) >= CHORD]))
    groups = np.split(np.arange(len(phrase.onset)), starts[1:])
    symbols = [tuple(sorted(phrase.pitch[group].tolist())) for group in groups]
    onsets = phrase.onset[starts]
    waits = np.append(np.diff(onsets), max(float(np.median(np.diff(onsets))) if len(onsets) > 1 else 1.0, 0.25))
    begin = float(after(excerpt).onset[0])
    end = begin + float(np.ptp(phrase.onset))
    place, now, past = len(groups) - 1, begin, list(symbols)
    parts: list[Notes] = []
    while now <= end + 1e-6:
        place = _next_place(symbols, past, rng)
        past.append(symbols[place])
        parts.append(moved(some(phrase, groups[place]), now - float(onsets[place])))  # type: ignore[arg-type]
        now += float(waits[place])
    columns = [np.concatenate([getattr(part, name) for part in parts]) for name in Notes.__slots__]
    order = np.lexsort((columns[2], columns[0]))
    return Notes(*(column[order] for column in columns))


def _next_place(symbols: list[tuple[int, ...]], past: list[tuple[int, ...]], rng: np.random.Generator) -> int:
    """Where the chain goes on in the phrase: after the longest run, at most three, that agrees with the past."""
    for order in range(_ORDER, 0, -1):
        tail = past[-order:]
        found = [i + order for i in range(len(symbols) - order) if symbols[i : i + order] == tail]
        if found:
            return int(rng.choice(found))
    return int(rng.integers(len(symbols)))


def after(excerpt: Excerpt) -> Notes:
    """The phrase moved to begin where an answer to it would: at the same place in the bar, after its end."""
    phrase = excerpt.phrase
    length = max(excerpt.end - float(phrase.onset[0]), 0.5)
    if excerpt.bars is not None:
        length = np.ceil(length / excerpt.bars.length - 0.25) * excerpt.bars.length or excerpt.bars.length
    return moved(phrase, float(length))


Answerer = Callable[[Excerpt, np.random.Generator], Notes]
ANSWERERS: Final[Mapping[str, Answerer]] = {
    "random in key": random_in_key,
    "phrase again": phrase_again,
    "continuator": continuator,
}


def root_and_fifth(excerpt: Excerpt) -> Notes:
    """Bass: on each beat of the phrase's the root of the chord heard so far, on every other beat its fifth."""
    harmony, phrase = Harmony(), excerpt.phrase
    events = sorted(
        [(float(t), 1, int(p)) for t, p in zip(phrase.onset, phrase.pitch, strict=True)]
        + [(float(t), 0, int(p)) for t, p in zip(phrase.offset, phrase.pitch, strict=True)]
    )
    held: set[int] = set()
    rows: list[tuple[float, float, int, int]] = []
    place = 0
    for beat in range(int(np.floor(phrase.onset[0])), int(np.ceil(excerpt.end))):
        while place < len(events) and events[place][0] <= beat + 1e-6:
            time, down, pitch = events[place]
            (held.add if down else held.discard)(pitch)
            harmony.hear(time, held, pitch if down else None)
            place += 1
        if harmony.chord is not None:
            pitch = 36 + (harmony.chord.root - 36) % 12 + (7 if beat % 2 else 0)
            rows.append((beat, beat + 0.9, pitch if pitch <= 55 else pitch - 12, 80))
    return Notes.of(rows)


def third_below(excerpt: Excerpt) -> Notes:
    """Each note of the tune with the third below it in the tune's key."""
    phrase = excerpt.phrase
    key = find_key(phrase.pitch, phrase.offset - phrase.onset)
    tones = sorted(key.melodic_tones)

    def below(pitch: int) -> int:
        scale = [p for p in range(pitch - 12, pitch) if p % 12 in tones]
        return scale[-2] if pitch % 12 in tones else scale[-1] - 2

    columns = (
        phrase.onset,
        phrase.offset,
        np.array([below(pitch) for pitch in phrase.pitch.tolist()]),
        phrase.velocity,
    )
    return Notes.of(zip(*(column.tolist() for column in columns), strict=True))


def echo(excerpt: Excerpt) -> Notes:
    """The tune again, a bar later (two seconds in free time)."""
    beats = 4.0 if excerpt.bars is None else excerpt.bars.length
    late = moved(excerpt.phrase, beats)
    return some(late, late.onset <= excerpt.end)


def groove_notes(groove: Groove, excerpt: Excerpt) -> Notes:
    """A one-bar groove over and over, for as long as the excerpt lasts."""
    bars = excerpt.bars or Bars()
    count = int(np.ceil(excerpt.end / bars.length))
    return Notes.of(
        (
            (bar * bars.length + cell * _STEP, bar * bars.length + cell * _STEP + 0.1, key, 80)
            for bar in range(count)
            for cell, key in groove
            if cell * _STEP < bars.length
        ),
        drums=True,
    )


def usual_groove(corpus: Corpus, seed: int = 0) -> Groove:
    """The most frequent bar of kick, snare, hi-hat and ride in sixteenths, in 4/4, of pieces of the train split."""
    bars: Counter[Groove] = Counter()
    pieces = [piece for piece in corpus.split("train") if piece.has_beats]
    for piece in choose(pieces, _PIECES, seed):
        notes = corpus.notes(piece)
        drums = notes[(notes["voice"] == codec.DRUMS) & (notes["beats_per_bar"] == 4.0)]
        if not len(drums):
            continue
        bar = np.rint(drums["onset_beats"] - drums["bar_beat"])
        cell = np.rint(drums["bar_beat"] / _STEP).astype(int)
        strokes: dict[float, set[tuple[int, int]]] = {}
        for one, place, key in zip(bar.tolist(), cell.tolist(), drums["pitch"].tolist(), strict=True):
            if key in _GROOVE_KEYS and place < _SIXTEENTHS:
                strokes.setdefault(one, set()).add((place, _GROOVE_KEYS[key]))
        # Each piece has one voice for each of its bars, however often it plays it.
        bars.update({tuple(sorted(stroke)) for stroke in strokes.values() if _has_kit(stroke)})
    if not bars:
        raise ValueError("the train split has no bar of drums in 4/4: no usual groove can be counted")
    return bars.most_common(1)[0][0]


def _has_kit(stroke: Iterable[tuple[int, int]]) -> bool:
    """A bar of a groove and not of a fill or a rest: kick and snare are in it."""
    return {36, 38} <= {key for _, key in stroke}


def random_beside(excerpt: Excerpt, rng: np.random.Generator) -> Notes:
    """For playing together: random tones of the tune's key in the tune's own rhythm."""
    answer = random_in_key(excerpt, rng)
    return moved(answer, float(excerpt.phrase.onset[0] - answer.onset[0]))
