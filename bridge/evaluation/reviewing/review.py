"""The review of one piece or session: its measures, each beside what is usual, and what the pictures show."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from bridge.data.corpus import Corpus
from bridge.data.encode import Floats, Stretch
from bridge.evaluation import metrics
from bridge.evaluation.chunks import as_written, choose
from bridge.evaluation.reviewing import fit as fitting
from bridge.evaluation.reviewing.music import Music
from bridge.evaluation.reviewing.scale import Scale, quantiles_of
from bridge.evaluation.reviewing.spoiling import WAYS
from bridge.evaluation.reviewing.surprise import Reader, mean, surprise, worth_of_order
from bridge.vocabulary.codec import TICKS_PER_BEAT

Tell = Callable[[float], None]

# What a model says is compared over as many notes from the beginning: it knows a piece better as it goes on.
EXCERPT: Final = 128
# So many copies of one kind are averaged, else one: few bars are few steps.
_COPIES: Final = {"bars": 2}
# What needs no model is measured over so many.
MOST: Final = 2048
FEWEST: Final = 8
_WINDOW: Final = 8.0  # beats in which a key is looked for
_EDGES: Final = (0.05, 0.95)  # of the pitches, between which the range is
MUSIC: Final = "music"


class Kind(NamedTuple):
    """What a measure is: its unit, and what it says in a musician's words."""

    unit: str
    text: str


MEASURES: Final[Mapping[str, Kind]] = {
    "surprise": Kind("bits a note", "how unexpected its notes are to the model; low is plain, high is odd"),
    "order": Kind("", "how much its order means: 1 as usual with people, 0 as if shuffled"),
    "order of notes": Kind("bits a note", "what its notes would cost more in any order"),
    "order of pitches": Kind("bits a note", "what its melodies and chords would cost more with pitches shuffled"),
    "order of times": Kind("bits a note", "what its rhythm would cost more with waits and lengths shuffled"),
    "order of bars": Kind("bits a note", "what it would cost more with every bar in a key of its own"),
    "key": Kind("share", "notes in the one scale that holds the most of them"),
    "key by the bar": Kind("share", "the same within every 8 beats: low where even a moment has no key"),
    "pitch classes": Kind("bits", "how many different tones it lives on: 0 one, 3.58 all twelve alike"),
    "groove": Kind("share", "how alike the rhythms of its bars are"),
    "repetition": Kind("share", "how well each beat is found among those before it"),
    "figures": Kind("share", "runs of four steps that came before, transposed too"),
    "range": Kind("semitones", "from its low to its high notes, the outermost tenth aside"),
    "density": Kind("notes a beat", "how busy it is"),
    "notes at once": Kind("notes", "how thick it is"),
}
FIT: Final[Mapping[str, Kind]] = {
    "harmony": Kind("share", "the machine's notes in the scale of what you had just played"),
    "clashes": Kind("share", "its notes a semitone from one of yours that sounds"),
    "rhythm": Kind("share", "how alike the places in the beat are at which both of you play"),
    "space": Kind("share", "its notes that begin where none of yours sounds"),
    "answer_length": Kind("times yours", "how long its turns are beside the turn before"),
}


class Found(NamedTuple):
    """A measure's value, and the share of human pieces below it in percent, None where not known."""

    value: float
    percentile: float | None


@dataclass(frozen=True, slots=True)
class Review:
    """All of it. `bits` [N, 5] is the surprise of each note by field, nan where nothing can be said."""

    music: Music
    bits: Floats
    measures: dict[str, Found]
    fit: dict[str, Found]
    manner: fitting.Manner | None  # None where only one of the two plays


def review(
    music: Music, model: Reader, digest: str, scale: Scale, *, seed: int = 0, tell: Tell = lambda done: None
) -> Review:
    """Raises ValueError for music of fewer than FEWEST notes."""
    if len(music) < FEWEST:
        raise ValueError(f"{music.title}: {len(music)} notes are too few to review: {FEWEST} at least")
    bits = surprise(model, music.stretch, lambda done: tell(0.5 * done))
    values = by_model(music.stretch, model, seed, bits)
    values["order"] = order_of(values, scale, digest)
    tell(1.0)
    plain = of_music(music.stretch)
    found = {name: Found(value, scale.percentile(digest, name, value)) for name, value in values.items()}
    found |= {name: Found(value, scale.percentile(MUSIC, name, value)) for name, value in plain.items()}
    heard = _first(music.stretch, MOST)
    mine = music.machine[: len(heard.onset)]
    if not mine.any() or mine.all():
        return Review(music, bits, {name: found[name] for name in MEASURES}, {}, None)
    fitted = fitting.fit(heard, mine)
    manner = fitting.manner_of(fitted)
    fits = {name: Found(value, scale.percentile(manner, name, value)) for name, value in fitted.items()}
    return Review(music, bits, {name: found[name] for name in MEASURES}, fits, manner)


def by_model(stretch: Stretch, model: Reader, seed: int, bits: Floats | None = None) -> dict[str, float]:
    """What a model says of the first EXCERPT notes: all that is in MEASURES but `order`. `bits` where known."""
    excerpt = _first(stretch, EXCERPT)
    own = mean(surprise(model, excerpt) if bits is None else bits[: len(excerpt.onset)])
    rng = np.random.default_rng(seed)
    ways = [way for way in WAYS for _ in range(_COPIES.get(way, 1))]
    worth = worth_of_order(model, excerpt, [WAYS[way] for way in ways], rng, own)
    found = {f"order of {way}": [value for name, value in zip(ways, worth, strict=True) if name == way] for way in WAYS}
    return {"surprise": own, **{name: float(np.mean(values)) for name, values in found.items()}}


def order_of(values: Mapping[str, float], scale: Scale, digest: str) -> float:
    """The least of what each kind of order is worth, as a part of what it is worth in the usual human piece.

    Music that lacks one kind of order lacks it however much it has of the others. nan for a model that the scale does
    not know.
    """
    parts = []
    for way in WAYS:
        usual, value = scale.middle(digest, f"order of {way}"), values[f"order of {way}"]
        if usual is not None and usual > 0 and math.isfinite(value):
            parts.append(value / usual)
    return min(parts, default=math.nan)


def of_music(stretch: Stretch) -> dict[str, float]:
    """What can be measured without a model."""
    stretch = _first(stretch, MOST)
    pitches = metrics.pitched(stretch).pitch
    low, high = np.quantile(pitches, _EDGES) if len(pitches) else (math.nan, math.nan)
    return {
        "key": metrics.scale_consistency(stretch),
        "key by the bar": _key_by_the_bar(stretch),
        "pitch classes": metrics.pitch_class_entropy(stretch),
        "groove": metrics.groove_similarity(stretch),
        "repetition": metrics.repetition(stretch),
        "figures": metrics.repeated_figures(stretch),
        "range": float(high - low),
        "density": metrics.density(stretch),
        "notes at once": metrics.polyphony(stretch),
    }


def learn(
    corpus: Corpus, split: str, count: int, model: Reader, digest: str, known: Scale, tell: Tell, seed: int = 0
) -> Scale:
    """The scale of `count` pieces of a split, with what `model` says; what is known of other models stays."""
    pieces = [piece for piece in choose(corpus.split(split), count, seed) if piece.stop - piece.start >= 2 * FEWEST]
    rows: dict[str, list[dict[str, float]]] = {MUSIC: [], "together": [], "turns": [], digest: []}
    for number, piece in enumerate(pieces):
        stretch = as_written(corpus, piece, slice(0, MOST))
        rows[MUSIC].append(of_music(stretch))
        for manner, part in (("together", fitting.by_voices(stretch)), ("turns", fitting.by_phrases(stretch))):
            if part is not None:
                rows[manner].append(fitting.fit(stretch, part))
        rows[digest].append(by_model(stretch, model, seed))
        tell((number + 1) / len(pieces))
    tables = {name: quantiles_of(found) for name, found in rows.items()}
    scale = Scale(len(pieces), {**known.tables, **tables})
    order = quantiles_of([{"order": order_of(row, scale, digest)} for row in rows[digest]])
    return Scale(len(pieces), {**scale.tables, digest: {**tables[digest], **order}})


def _first(stretch: Stretch, count: int) -> Stretch:
    return stretch if len(stretch.onset) <= count else stretch.reordered(np.arange(count))


def _key_by_the_bar(stretch: Stretch) -> float:
    notes = metrics.pitched(stretch)
    if not len(notes.onset):
        return math.nan
    window = ((notes.onset - notes.onset[0]) // (_WINDOW * TICKS_PER_BEAT)).astype(np.int64)
    parts = [np.flatnonzero(window == number) for number in np.unique(window)]
    shares = [metrics.scale_consistency(notes.reordered(part)) for part in parts]
    return float(np.average(shares, weights=[len(part) for part in parts]))


# --- does a review tell real pieces from spoiled ones? ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ranked:
    """How often a piece is ranked above a spoiled copy, of itself or of another: the area under the ROC curve."""

    area: float
    pieces: int
    copies: int


def rank(
    corpus: Corpus, split: str, count: int, model: Reader, digest: str, scale: Scale, tell: Tell, seed: int = 0
) -> dict[str, Ranked]:
    """By kind of spoiling, how well `order` tells pieces from copies; a kind that a piece cannot be spoiled by waits.

    Raises ValueError for a model that the scale does not know.
    """
    if scale.middle(digest, "order") is None:
        raise ValueError("the scale does not know this model: make it with antiphon review --learn DATA")
    pieces = [piece for piece in choose(corpus.split(split), count, seed) if piece.stop - piece.start >= 2 * FEWEST]
    rng = np.random.default_rng(seed)
    real: list[float] = []
    spoiled: dict[str, list[float]] = {way: [] for way in WAYS}
    for number, piece in enumerate(pieces):
        stretch = as_written(corpus, piece, slice(0, EXCERPT))
        real.append(order_of(by_model(stretch, model, seed), scale, digest))
        for way, spoil in WAYS.items():
            copy = spoil(stretch, rng)
            if copy is not None:
                spoiled[way].append(order_of(by_model(copy, model, seed), scale, digest))
        tell((number + 1) / len(pieces))
    return {way: Ranked(area(real, scores), len(real), len(scores)) for way, scores in spoiled.items()}


def area(better: list[float], worse: list[float]) -> float:
    """The chance that one of `better` is above one of `worse`, ties counting half."""
    first, second = np.array(better)[:, None], np.array(worse)[None, :]
    return float((first > second).mean() + (first == second).mean() / 2)
