"""Answers judged as the performer judges its candidates, for stretches of training music."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bridge.data.encode import Stretch
from bridge.engine.model import Critic
from bridge.performer.brief import Brief
from bridge.performer.candidates import Judge as Judging
from bridge.performer.candidates import Take
from bridge.performer.heard_phrase import HeardPhrase
from bridge.performer.phrase_measures import Bars, Notes
from bridge.performer.sampling import Draft
from bridge.training.best_answers import Judge
from bridge.vocabulary import codec

_SECONDS_A_BEAT = 0.5  # nobody judges by seconds


def judge_of(critic: Critic | None) -> Judge:
    """How good answers to a phrase are: the performer's terms, with those of a model's critic where it has one."""

    def judge(phrase: Stretch, answers: Sequence[Stretch]) -> list[float]:
        notes = _notes(phrase)
        lasted = float(notes.offset.max() - notes.onset[0])
        judging = Judging(HeardPhrase(notes, _bars(phrase), lasted, len(notes.onset)), {}, critic)
        return [judging.judged(Take(_drafts(answer), 0.0, True, Brief())).score for answer in answers]

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
