"""Expert iteration: a model's answers to phrases of the training music, the best of many kept to be learnt from.

What is kept are pieces as `antiphon prepare` writes them, each a phrase of a human's and an answer (`Piece.heard`), in
a folder that a training configuration names as `answers`. Learning from the best of sixteen with ordinary likelihood
makes the first answer more like the best one (expert iteration: Anthony, Tian and Barber 2017, arXiv:1705.08439),
as long as the corpus is learnt beside it.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from bridge.data.corpus import Corpus
from bridge.data.encode import FREE_BEATS_PER_SECOND, Stretch, in_playing_order, stretch_of, ticks_of
from bridge.data.notes import NOTE, NoteArray, Piece
from bridge.data.shards import ShardWriter, publish, write_index
from bridge.engine.model import Critic, Model
from bridge.evaluation.continuations import Drawing, draw, feed_prompt
from bridge.evaluation.phrases import join
from bridge.performer.brief import Brief
from bridge.performer.candidates import Candidate
from bridge.performer.candidates import Judge as Judging
from bridge.performer.heard_phrase import HeardPhrase
from bridge.performer.phrase_measures import Bars, Notes
from bridge.performer.sampling import Draft
from bridge.system.plain_files import NotWritten
from bridge.training import turns as turn_taking
from bridge.training.pieces import Pieces
from bridge.vocabulary import codec
from bridge.vocabulary.guide import MACHINE, SILENT, manner_of

SOURCE: Final = "answers"
_MOST_HEARD: Final = 96  # notes among which a phrase is cut
_SEARCHED: Final = 8  # times as many, among which its voice is looked for
_FEWEST: Final = 5  # notes with a pitch in a phrase
_LONGEST: Final = 16.0  # beats of a phrase: answers are of one breath
_KEPT: Final = 0.75  # of the phrases, by how good their best answer is
_RELEASE: Final = 0.5  # beats, at least, from the phrase's last onset to the answer's first

Judge = Callable[[Stretch, Sequence[Stretch]], Sequence[float]]
"""How good each of some answers to a phrase is, higher is better."""


@dataclass(frozen=True, slots=True)
class Improvement:
    """What is drawn: `answers` to each of at most `phrases`, for at most `minutes`, at this temperature."""

    phrases: int = 1000
    answers: int = 16
    minutes: float = 15.0
    temperature: float = 0.8
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Answered:
    """A phrase, its best answer and what the judge made of it, of all answers and of the first."""

    phrase: Stretch
    answer: Stretch
    licence: str
    best: float
    first: float


def improve(
    model: Model, corpus: Corpus, judge: Judge, how: Improvement, tell: Callable[[float], None] = lambda done: None
) -> list[Answered]:
    """The best answer to each of the phrases, in the order of the phrases; those whose best is poor are left out.

    The same for the same model, corpus, judge and `how`, as long as its minutes suffice.
    """
    pieces, found = Pieces(corpus), list[Answered]()
    end = time.monotonic() + 60.0 * how.minutes
    for number in range(how.phrases):
        if time.monotonic() > end:
            break
        rng = np.random.default_rng((how.seed, number))
        piece = pieces.draw(rng)
        phrase = _phrase(pieces, piece, rng)
        if phrase is not None and (answered := _answer(model, phrase, piece.licence, judge, how, rng)) is not None:
            found.append(answered)
        tell((number + 1) / how.phrases)
    if not found:
        return found
    enough = float(np.quantile([answered.best for answered in found], 1.0 - _KEPT))
    return [answered for answered in found if answered.best >= enough]


def _phrase(pieces: Pieces, piece: Piece, rng: np.random.Generator) -> Stretch | None:
    """A phrase as training cuts them, None where this place has none."""
    notes = pieces.notes(piece, rng, _SEARCHED * _MOST_HEARD)
    whole = stretch_of(notes, free=not piece.has_beats)
    part = in_playing_order(turn_taking.part_of(whole, pieces.kind(piece), rng))
    cut = turn_taking.in_turns(part, _MOST_HEARD, rng)
    phrase = cut.stretch.reordered(np.flatnonzero(cut.turn == 0))
    pitched = np.count_nonzero(phrase.voice != codec.DRUMS)
    ended = cut.turn[-1] > 0
    return phrase if ended and pitched >= _FEWEST and 0.0 < _beats(phrase) <= _LONGEST else None


def _beats(stretch: Stretch) -> float:
    """From the first onset to the last."""
    return float(stretch.onset[-1] - stretch.onset[0]) / codec.TICKS_PER_BEAT


def _answer(
    model: Model, phrase: Stretch, licence: str, judge: Judge, how: Improvement, rng: np.random.Generator
) -> Answered | None:
    """The best of some answers to a phrase; None where none has two notes."""
    feed_prompt(model, phrase)
    heard = model.snapshot()
    last = float(phrase.offset[-1] - phrase.onset[-1]) / codec.TICKS_PER_BEAT
    beats = max(last, _RELEASE) + _beats(phrase)
    asked = _as_played(phrase, how.temperature)
    drawn = []
    for seed in rng.integers(1 << 31, size=how.answers).tolist():
        model.restore(heard)
        drawn.append(draw(model, phrase, beats, seed, asked))
    drawn = [answer for answer in drawn if len(answer.onset) >= 2]
    if not drawn:
        return None
    scores = np.asarray(judge(phrase, drawn), np.float64)
    best = int(np.argmax(scores))
    return Answered(phrase, drawn[best], licence, float(scores[best]), float(scores[0]))


def _as_played(phrase: Stretch, temperature: float) -> Drawing:
    """As a performer asks for an answer: in the phrase's voices, as dense, as loud and as high, with an end."""
    pitches = phrase.pitch[phrase.voice != codec.DRUMS]
    controls = manner_of(phrase.onset / codec.TICKS_PER_BEAT, pitches, phrase.velocity[phrase.velocity > 0])
    playing = set(phrase.voice.tolist())
    roles = {name: MACHINE if voice in playing else SILENT for voice, name in enumerate(codec.VOICES)}
    return Drawing(temperature=temperature, controls=controls, paced=True, roles=roles, ends=True)


def write(answered: Sequence[Answered], out: Path) -> None:
    """Write the phrases with their answers into folder `out`, in the place of those that are there.

    Raises ValueError where there are none, NotWritten where the disk takes none; what was there stays then.
    """
    if not answered:
        raise ValueError("no phrase was answered: give more phrases, or more minutes")
    unfinished = out / ".unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        unfinished.mkdir(parents=True)
        _write(answered, unfinished)
        publish(unfinished, out)
    except OSError as error:
        raise NotWritten(out, error) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _write(answered: Sequence[Answered], unfinished: Path) -> None:
    pieces = []
    with ShardWriter(unfinished, SOURCE) as writer:
        for number, one in enumerate(answered):
            both = join(one.phrase, one.answer)
            shard, start, stop = writer.add(notes_of(both).tobytes())
            timed = not bool(np.isnan(both.bar_beat).any())
            pieces.append(
                Piece(
                    f"answer{number}",
                    SOURCE,
                    "train",
                    one.licence,
                    start,
                    stop,
                    timed,
                    shard,
                    heard=len(one.phrase.onset),
                )
            )
    write_index(unfinished / "index.json", writer.shards, pieces)


def notes_of(stretch: Stretch) -> NoteArray:
    """A stretch as NOTE [N], at 120 BPM."""
    out = np.zeros(len(stretch.onset), NOTE)
    begin = ticks_of(stretch.onset)[0]
    for name, ticks in (("onset", stretch.onset), ("offset", stretch.offset)):
        out[f"{name}_beats"] = (ticks - begin) / codec.TICKS_PER_BEAT
        out[f"{name}_seconds"] = out[f"{name}_beats"] / FREE_BEATS_PER_SECOND
    for name in ("voice", "pitch", "velocity", "bar_beat", "beats_per_bar"):
        out[name] = getattr(stretch, name)
    return out


_SECONDS_A_BEAT = 0.5  # nobody judges by seconds


# --- judging answers as the performer judges its candidates ----------------------------------------------


def judge_of(critic: Critic | None) -> Judge:
    """How good answers to a phrase are: the performer's terms, with those of a model's critic where it has one."""

    def judge(phrase: Stretch, answers: Sequence[Stretch]) -> list[float]:
        notes = _notes(phrase)
        lasted = float(notes.offset.max() - notes.onset[0])
        judging = Judging(HeardPhrase(notes, _bars(phrase), lasted, len(notes.onset)), {}, critic)
        return [judging.judged(Candidate(_drafts(answer), 0.0, True, Brief())).score for answer in answers]

    return judge


def _notes(stretch: Stretch) -> Notes:
    onset = stretch.onset / codec.TICKS_PER_BEAT
    return Notes(
        onset,
        np.maximum(stretch.offset / codec.TICKS_PER_BEAT, onset + 1 / codec.TICKS_PER_BEAT),
        stretch.pitch,
        stretch.velocity,
        np.equal(stretch.voice, codec.DRUMS),
    )


def _bars(stretch: Stretch) -> Bars | None:
    """Where the bars of a stretch lie, as its last note has it; None where they are not known."""
    beat, length = float(stretch.bar_beat[-1]), float(stretch.beats_per_bar[-1])
    return None if np.isnan(beat) else Bars(length, float(stretch.onset[-1]) / codec.TICKS_PER_BEAT - beat)


def _drafts(stretch: Stretch) -> tuple[Draft, ...]:
    onset, offset = (times / codec.TICKS_PER_BEAT for times in (stretch.onset, stretch.offset))
    rows = zip(onset.tolist(), offset.tolist(), stretch.voice.tolist(), stretch.pitch.tolist(),
               stretch.velocity.tolist(), strict=True)  # fmt: skip
    return tuple(
        Draft(begin * _SECONDS_A_BEAT, begin, end - begin, voice, pitch, velocity)
        for begin, end, voice, pitch, velocity in rows
    )
