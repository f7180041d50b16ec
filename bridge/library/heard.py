"""What was played last in a set, as a question to the library: copies of what the model that plays has at hand.

`heard_lately` runs on the engine thread and only copies: the hidden states that the model made as it heard, and the
notes that it was told. Which of them are the last phrase, and its vector, is worked out elsewhere (`of_heard`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol, runtime_checkable

import msgspec
import numpy as np
import numpy.typing as npt

from bridge.data.encode import Stretch
from bridge.engine.embedding import identity_of
from bridge.engine.manifest import Manifest
from bridge.library.phrases import LONGEST, phrases_of
from bridge.library.store import IndexedPhrase
from bridge.performer.performer import Performer
from bridge.vocabulary.codec import DRUMS, TICKS_PER_BEAT
from bridge.vocabulary.scales import tones

# Notes that are looked at for the last phrase: it may be as long as LONGEST, and breathes somewhere before.
REACH: Final = 2 * LONGEST
_MINOR_THIRD: Final = 3


@runtime_checkable
class Tells(Protocol):
    """A model that tells its hidden states (`bridge.engine.streaming.StreamingModel`)."""

    manifest: Manifest

    def recent(self, count: int) -> npt.NDArray[np.float32]:
        """Copies of the last hidden states, oldest first, float32 [T, H]."""


class Heard(msgspec.Struct, frozen=True, gc=False):
    """The last T notes and the hidden states after each; key and tempo as the set has them (-1, 0: none).

    `ear` is whose vectors these make. `hidden` float32 [T, H] as bytes; onsets in beats. A note that a key holds yet
    has no length: 0.
    """

    ear: str
    hidden: bytes
    onset: tuple[float, ...]
    duration: tuple[float, ...]
    voice: tuple[int, ...]
    pitch: tuple[int, ...]
    tonic: int
    minor: bool
    bpm: float


@dataclass(frozen=True, slots=True)
class Question:
    """The last phrase: its hidden states float32 [T, H], and what is known of it."""

    hidden: npt.NDArray[np.float32]
    phrase: IndexedPhrase


def heard_lately(performer: Performer, count: int = REACH) -> Heard:
    """What was played last, on the engine thread alone. Raises ValueError for a model that tells nothing of it."""
    stage = performer.stage
    model = stage.memory.model
    if not isinstance(model, Tells):
        raise ValueError(f"model {model.name} has no ear for likeness: see /antiphon/model")
    hidden = model.recent(count)
    notes = stage.memory.notes[-len(hidden) :] if len(hidden) else ()
    key = stage.tuning.harmony.key
    return Heard(
        ear=identity_of(model.manifest),
        hidden=hidden[len(hidden) - len(notes) :].tobytes(),
        onset=tuple([note.beat for note in notes]),
        duration=tuple([note.duration or 0.0 for note in notes]),
        voice=tuple([note.voice for note in notes]),
        pitch=tuple([note.pitch for note in notes]),
        tonic=-1 if key is None else key.root,
        minor=key is not None and _MINOR_THIRD in {(tone - key.root) % 12 for tone in tones(key.root, key.scale)},
        bpm=performer.conductor.tempo,
    )


def of_heard(heard: Heard) -> Question:
    """The last phrase of what was heard. Raises ValueError where nothing was."""
    count = len(heard.onset)
    if not count:
        raise ValueError("nothing was played yet that a clip could fit: play something first")
    hidden = np.frombuffer(heard.hidden, dtype=np.float32).reshape(count, -1)
    first = _begin(heard, count)
    part = slice(first, count)
    onset, voice, pitch = np.array(heard.onset[part]), np.array(heard.voice[part]), np.array(heard.pitch[part])
    length = max(float(onset[-1] - onset[0]), 1.0)
    pitched = pitch[voice != DRUMS]
    phrase = IndexedPhrase(
        first_bar=0.0,
        last_bar=0.0,
        begin_beat=float(onset[0]),
        end_beat=float(onset[0]) + length,
        tonic=heard.tonic,
        minor=heard.minor,
        bpm=heard.bpm,
        density=(count - first) / length,
        height=float(pitched.mean()) if len(pitched) else 0.0,
        notes=count - first,
    )
    return Question(hidden[part], phrase)


def _begin(heard: Heard, count: int) -> int:
    """The first note of the last phrase: where the music breathed last."""
    onset = np.maximum.accumulate(np.array(heard.onset)) * TICKS_PER_BEAT
    # A note whose end is not known lasts until the next one: then its wait alone says whether it was a breath.
    until = np.append(onset[1:], onset[-1] + TICKS_PER_BEAT)
    given = np.array(heard.duration) * TICKS_PER_BEAT
    offset = np.where(given > 0, onset + given, until)
    unknown = np.full(count, np.nan)
    integers = np.array([heard.voice, heard.pitch], dtype=np.int64)
    stretch = Stretch(onset, offset, integers[0], integers[1], np.zeros(count, np.int64), unknown, unknown)
    return phrases_of(stretch)[-1].start
