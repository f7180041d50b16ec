"""Phrases and excerpts of held-out pieces, cut as a player in front of the machine would play them.

A phrase ends where people breathe: before a rest, after a note that is held, and of drums at a bar line. What the human
played next, of about the same length, goes with it. An excerpt is some bars of what one player plays (the tune, the
hands, the chords) with what the other voices of the piece played meanwhile. Both begin within the first bar of their
own timeline.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.data.corpus import Corpus
from bridge.data.encode import Stretch, stretch_of
from bridge.data.notes import NoteArray, Piece
from bridge.data.sources import styles_of
from bridge.performer.phrase_measures import Bars, Notes
from bridge.timing.timeline import Timeline
from bridge.vocabulary import codec

FEWEST: Final = 8  # notes of a phrase
MOST: Final = 40
FEWEST_NEXT: Final = 5  # notes of what follows
_BREATH: Final = 0.4  # beats in which nothing sounds, or begins after a note twice as long as usual
_BETWEEN: Final = (0.6, 1.5)  # how long what follows may be, in lengths of the phrase
# Seconds of silence within a phrase: a little less than what ends it in `respond`.
_PAUSE: Final = 0.55
_EXCERPT: Final = 24.0  # beats of an excerpt; in free time twelve seconds
_TRIES: Final = 16
_MISSES: Final = 2
# Chords or more than one line: one line has hardly any.
_ONE_LINE: Final = 1.06
_TEMPO: Final = (40.0, 240.0)


@dataclass(frozen=True, slots=True)
class Style:
    """Which voices a player in this style plays.

    In pieces that are said to be played so (`Piece.plays`); where a split has none of them, in all.
    """

    name: str
    voices: tuple[str, ...]
    one_line: bool = False

    @property
    def drums(self) -> bool:
        """Whether it is drumming."""
        return self.voices == ("drums",)


SINGLE_LINE: Final = Style("single line", ("lead",), one_line=True)
TWO_HANDS: Final = Style("two hands", ("keys",))
DRUMMING: Final = Style("drums", ("drums",))
BASS_LINE: Final = Style("bass line", ("bass",), one_line=True)
STRINGS: Final = Style("strings", ("strings", "bass"))
LEAD_SHEET: Final = Style("lead sheet", ("lead", "keys"))
BAND: Final = Style("band", ("keys", "guitar", "lead", "strings", "other"))
TUNE: Final = Style("tune", ("lead",), one_line=True)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What a human plays (`phrase`), and what is to be compared with the machine: what came next, or the other voices.

    Beats on one time line; `bars` None: free time, a beat is half a second. `loud` and `timed` say whether the human's
    loudness and timing are their own and not a notation's; `ends` that what they played next came to an end there.
    `channel` is 10 for drums, else 1. `voices` is all that an excerpt's piece plays meanwhile, `own` the human's of it.
    """

    piece: Piece
    style: str
    phrase: Notes
    human: Notes
    timeline: Timeline
    bars: Bars | None
    loud: bool
    timed: bool
    ends: bool
    own: tuple[str, ...]
    voices: Mapping[str, Notes]

    @property
    def others(self) -> Mapping[str, Notes]:
        """What the voices played that are not the human's."""
        return {name: notes for name, notes in self.voices.items() if name not in self.own}

    @property
    def seconds_a_beat(self) -> float:
        """How long a beat lasts."""
        return 60.0 / self.timeline.tempo_at(0.0)

    @property
    def channel(self) -> int:
        """The MIDI channel that the human plays on."""
        return 10 if len(self.phrase.drum) and bool(self.phrase.drum.all()) else 1

    @property
    def end(self) -> float:
        """The beat at which the phrase's last note ends."""
        return float(self.phrase.offset.max())


def notes_of(stretch: Stretch, start: float = 0.0) -> Notes:
    """A stretch as notes, `start` beats of its time line being beat 0."""
    return Notes(
        stretch.onset / codec.TICKS_PER_BEAT - start,
        np.maximum(stretch.offset / codec.TICKS_PER_BEAT, stretch.onset / codec.TICKS_PER_BEAT + 1 / 48) - start,
        stretch.pitch,
        stretch.velocity,
        stretch.voice == codec.DRUMS,
    )


def some(notes: Notes, which: npt.NDArray[np.bool_] | slice) -> Notes:
    """Some of the notes."""
    return Notes(*(getattr(notes, name)[which] for name in Notes.__slots__))


def moved(notes: Notes, beats: float) -> Notes:
    """The same notes so many beats later."""
    return replace(notes, onset=notes.onset + beats, offset=notes.offset + beats)


def joined(parts: Sequence[Notes]) -> Notes:
    """Several players' notes as one, in order of their onsets."""
    columns = [np.concatenate([getattr(part, name) for part in parts]) for name in Notes.__slots__]
    order = np.lexsort((columns[2], columns[0]))
    return Notes(*(column[order] for column in columns))


def phrases(
    corpus: Corpus, style: Style, split: str, count: int, seed: int = 0, among: Callable[[Piece], bool] | None = None
) -> list[Excerpt]:
    """`count` phrases in a style with what followed, from pieces of every source in turn. Fewer where there are none.

    The same for the same seed; only of the pieces that are `among` those wanted.
    """
    able = [piece for piece in _able(corpus, style, split) if among is None or among(piece)]
    return _gather(corpus, able, style, count, seed, _phrase)


def excerpts(corpus: Corpus, style: Style, split: str, count: int, seed: int = 0) -> list[Excerpt]:
    """`count` excerpts for playing together: the style's voices are the human's."""
    return _gather(corpus, _able(corpus, style, split), style, count, seed, _excerpt)


_Cut = Callable[["_Music", Style, np.random.Generator], "Excerpt | None"]


@dataclass(frozen=True, slots=True)
class _Music:
    """A piece in playing order with what says where its bars are; of its stretch and of the file's own times."""

    piece: Piece
    stretch: Stretch
    rows: NoteArray


def _able(corpus: Corpus, style: Style, split: str) -> list[Piece]:
    """The pieces that are played in this style; where none is said to be, all: any may have such voices."""
    pieces = corpus.split(split)
    return [piece for piece in pieces if style.name in styles_of(piece.plays)] or pieces


def _gather(corpus: Corpus, pieces: Sequence[Piece], style: Style, count: int, seed: int, cut: _Cut) -> list[Excerpt]:
    """One of each piece in turn, again and again; a piece that twice had none is not asked again."""
    rng = np.random.default_rng([seed, sum(map(ord, style.name))])
    found: list[Excerpt] = []
    missed: Counter[Piece] = Counter()
    for piece in _in_turn(pieces, rng):
        if len(found) >= count or sum(missed[one] >= _MISSES for one in missed) == len(pieces):
            break
        if missed[piece] < _MISSES:
            excerpt = cut(_music(corpus, piece), style, rng)
            if excerpt is None:
                missed[piece] += 1
            else:
                found.append(excerpt)
    return found


def _in_turn(pieces: Sequence[Piece], rng: np.random.Generator) -> Iterator[Piece]:
    """A piece of each source in turn, for ever; each source's pieces in an order of chance."""
    sources: dict[str, list[Piece]] = {}
    for piece in pieces:
        sources.setdefault(piece.source, []).append(piece)
    orders = {name: [own[i] for i in rng.permutation(len(own))] for name, own in sorted(sources.items())}
    turn = 0
    while orders:
        yield from (own[turn % len(own)] for own in orders.values())
        turn += 1


def _music(corpus: Corpus, piece: Piece) -> _Music:
    rows = np.array(corpus.notes(piece))
    rows = rows[np.lexsort((rows["pitch"], rows["onset_beats" if piece.has_beats else "onset_seconds"]))]
    return _Music(piece, stretch_of(rows, free=not piece.has_beats), rows)


def _of_voices(music: _Music, voices: Sequence[str]) -> npt.NDArray[np.int64]:
    wanted = [codec.VOICES.index(name) for name in voices]
    return np.flatnonzero(np.isin(music.stretch.voice, wanted))


def _phrase(music: _Music, style: Style, rng: np.random.Generator) -> Excerpt | None:
    own = _of_voices(music, style.voices)
    if len(own) < FEWEST + FEWEST_NEXT:
        return None
    line = music.stretch.reordered(own)
    breaths = _breaths(line, drums=style.drums)
    for _ in range(_TRIES):
        if len(breaths) < 3:
            return None
        begin = int(rng.choice(breaths))
        end = _end_of_phrase(line, breaths, begin)
        if end is None:
            continue
        phrase = line.reordered(np.arange(begin, end))
        if (style.one_line and not _is_one_line(phrase)) or _pauses(music, own[begin:end]):
            continue
        length = float(line.onset[end] - line.onset[begin])
        stop = _end_of_next(line, breaths, end, length)
        # Long rests are no answer to a phrase.
        if stop is None or line.onset[end] - phrase.offset.max() > 4 * codec.TICKS_PER_BEAT:
            continue
        made = _made(music, own[begin], style, phrase, line.reordered(np.arange(end, stop)), {})
        return replace(made, ends=stop in breaths)
    return None


def _breaths(line: Stretch, *, drums: bool) -> npt.NDArray[np.int64]:
    """Places of notes before which one breathes, the first note and the end among them."""
    onset = line.onset / codec.TICKS_PER_BEAT
    new = np.flatnonzero(np.diff(onset) > 1 / 12) + 1
    if drums:
        bar = np.floor(onset - line.bar_beat + 1 / 12) if not np.isnan(line.bar_beat).any() else np.floor(onset / 4)
        chosen = new[np.abs(np.diff(bar))[new - 1] > 0.5]
    else:
        ends = np.maximum.accumulate(line.offset / codec.TICKS_PER_BEAT)
        waits = onset[new] - onset[new - 1]
        rest = onset[new] - ends[new - 1]
        usual = float(np.median(waits)) if len(waits) else 0.0
        held = (waits >= max(2 * usual, 0.75)) & (waits >= 0.99)
        chosen = new[(rest >= _BREATH) | held]
    return np.concatenate([[0], chosen, [len(onset)]])


def _end_of_phrase(line: Stretch, breaths: npt.NDArray[np.int64], begin: int) -> int | None:
    """Where the deepest breath lies among those that leave FEWEST to MOST notes; None for none (or the end)."""
    ends = breaths[(breaths >= begin + FEWEST) & (breaths <= begin + MOST) & (breaths < len(line.onset))]
    if not len(ends):
        return None
    waits = line.onset[ends] - line.onset[ends - 1]
    # Of two breaths as deep the earlier one: nobody waits for forty notes.
    return int(ends[int(np.argmax(np.round(waits / codec.TICKS_PER_BEAT, 1)))])


def _pauses(music: _Music, own: npt.NDArray[np.int64]) -> bool:
    """Whether the player pauses within these notes for so long that an answer would come in between."""
    rows = music.rows[own]
    ends = np.maximum.accumulate(rows["offset_seconds"])
    return bool((rows["onset_seconds"][1:] - ends[:-1] >= _PAUSE).any())


def _end_of_next(line: Stretch, breaths: npt.NDArray[np.int64], begin: int, length: float) -> int | None:
    """Where what follows ends: at the breath that makes it most nearly as long, else after just that long."""
    low, high = (line.onset[begin] + factor * length for factor in _BETWEEN)
    onset = np.append(line.onset, line.offset.max())
    ends = breaths[(onset[breaths] >= low) & (onset[breaths] <= high)]
    aim = line.onset[begin] + length
    if len(ends):
        stop = int(ends[int(np.argmin(np.abs(onset[ends] - aim)))])
    elif line.onset[-1] >= aim:
        stop = int(np.searchsorted(line.onset, aim))
    else:
        return None
    return stop if stop - begin >= FEWEST_NEXT else None


def _is_one_line(line: Stretch) -> bool:
    onsets = 1 + int((np.diff(line.onset) > codec.TICKS_PER_BEAT / 12).sum())
    return len(line.onset) / onsets <= _ONE_LINE


def _excerpt(music: _Music, style: Style, rng: np.random.Generator) -> Excerpt | None:
    own = _of_voices(music, style.voices)
    if len(own) < FEWEST:
        return None
    line = music.stretch.reordered(own)
    length = _EXCERPT * codec.TICKS_PER_BEAT
    begins = _breaths(line, drums=style.drums)[:-1]
    begins = begins[line.onset[begins] + length <= line.onset[-1]]
    for _ in range(_TRIES):
        if not len(begins):
            return None
        begin = int(rng.choice(begins))
        first = float(line.onset[begin])
        stop = int(np.searchsorted(line.onset, first + length))
        phrase = line.reordered(np.arange(begin, stop))
        if len(phrase.onset) < FEWEST or (style.one_line and not _is_one_line(phrase)):
            continue
        within = (music.stretch.onset >= first - 1) & (music.stretch.onset < first + length)
        voices = {
            name: music.stretch.reordered(np.flatnonzero(within & (music.stretch.voice == number)))
            for number, name in enumerate(codec.VOICES)
        }
        nothing = phrase.reordered(np.zeros(0, np.int64))
        playing = {name: stretch for name, stretch in voices.items() if len(stretch.onset)}
        return _made(music, own[begin], style, phrase, nothing, playing)
    return None


def _made(
    music: _Music, first: int, style: Style, phrase: Stretch, human: Stretch, voices: Mapping[str, Stretch]
) -> Excerpt:
    """On a time line of its own: the bar in which the phrase begins is its first (in free time a beat goes before)."""
    onset = float(music.stretch.onset[first]) / codec.TICKS_PER_BEAT
    bar_beat, length = float(music.stretch.bar_beat[first]), float(music.stretch.beats_per_bar[first])
    free = not music.piece.has_beats or np.isnan(bar_beat) or np.isnan(length)
    start = onset - 1.0 if free else onset - bar_beat
    velocity = phrase.velocity[phrase.velocity > 0]
    seconds = phrase.onset / codec.TICKS_PER_BEAT * 4
    return Excerpt(
        piece=music.piece,
        style=style.name,
        phrase=notes_of(phrase, start),
        human=notes_of(human, start),
        timeline=Timeline.without_beat() if free else _steady(music, first, length),
        bars=None if free else Bars(length),
        loud=len(velocity) == len(phrase.velocity) and bool(np.ptp(velocity) > 4),
        timed=free or bool((np.abs(seconds * 3 - np.rint(seconds * 3)) > 0.02).mean() > 0.5),
        ends=False,
        own=style.voices,
        voices={name: notes_of(stretch, start) for name, stretch in voices.items()},
    )


def _steady(music: _Music, first: int, length: float) -> Timeline:
    """The tempo of the piece about that note, and its bars, for as long as the excerpt goes."""
    rows = music.rows[first : first + 4 * MOST]
    beats, seconds = (float(rows[f"onset_{unit}"][-1] - rows[f"onset_{unit}"][0]) for unit in ("beats", "seconds"))
    bpm = 60.0 * beats / seconds if seconds > 0 and beats > 0 else 120.0
    denominator = 4 if float(length).is_integer() else 8
    return Timeline.steady(float(np.clip(bpm, *_TEMPO)), max(round(length * denominator / 4), 1), denominator)
