"""How sure the model was of each note that it drew, for whoever asks soon enough. Changes nothing that is played.

The odds are worked out when they are asked for, which the shell does once a note's MIDI has left: a draw does not wait
for them. They are no output of the core, so logs and replays are what they were.
"""

from __future__ import annotations

import math
from typing import Final

from bridge.engine.model import Sample
from bridge.vocabulary.codec import FIELDS
from bridge.vocabulary.events import PlayNote
from bridge.vocabulary.guide import Guide
from bridge.vocabulary.requests import NoteOdds

# Notes of which it is known at most; older ones are forgotten first.
MOST: Final = 128
_PITCH: Final = FIELDS.index("pitch")
# The least that a second pitch may have to be called one.
_LEAST: Final = 1e-6


class Odds:
    """The draws of the last notes, by the notes' numbers."""

    def __init__(self) -> None:
        self._samples: dict[int, Sample] = {}
        self._guides: dict[int, Guide | None] = {}

    def keep(self, note_id: int, sample: Sample | None, guide: Guide | None = None) -> None:
        """Remember what a note was drawn from, and what that draw was told; None: it comes of a rule."""
        if sample is None:
            return
        self._samples[note_id] = sample
        self._guides[note_id] = guide
        if len(self._samples) > MOST:
            oldest = next(iter(self._samples))
            del self._samples[oldest], self._guides[oldest]

    def of(self, note_id: int) -> tuple[Sample, Guide | None] | None:
        """What a note was drawn from, and what that draw was told, while nobody took its odds."""
        sample = self._samples.get(note_id)
        return None if sample is None else (sample, self._guides[note_id])

    def take(self, play: PlayNote) -> NoteOdds | None:
        """The odds of a note that was planned, once; None where it was not drawn, or moved to another pitch."""
        sample = self._samples.pop(play.note_id, None)
        self._guides.pop(play.note_id, None)
        if sample is None or sample.event.pitch != play.pitch:
            return None
        ranked = zip(sample.alternatives[_PITCH], sample.alternative_probs[_PITCH], strict=True)
        other, likely = next(
            ((pitch, odds) for pitch, odds in ranked if pitch != play.pitch and odds > _LEAST), (-1, 0.0)
        )
        own = min(math.exp(sample.log_prob[_PITCH]), 1.0)
        return NoteOdds(play.note_id, play.onset, play.pitch, play.channel, own, other, likely)
