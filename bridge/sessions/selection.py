"""What would the machine have played to these notes? Part of a DAW's clip, and what to put beside it. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Final

import msgspec

from bridge.engine.model import Model
from bridge.performer.settings import Settings
from bridge.sessions.perform import HumanNote, perform
from bridge.timing.timeline import Timeline
from bridge.vocabulary.codec import VOICES
from bridge.vocabulary.events import MODE_NAMES
from bridge.vocabulary.parameters import PARAMETERS, SIGNATURES, read
from bridge.vocabulary.voices import default_voices

MOST_NOTES: Final = 2000
# Beats from the first to the last: an hour of a set is no clip.
LONGEST: Final = 512.0
# Seconds that a step of the model is taken to last, though it may take longer: a harmony belongs beside its note.
_STEP: Final = 0.0005
_SHORTEST: Final = 0.01  # beats
_Beats = Annotated[float, msgspec.Meta(ge=-1e6, le=1e6)]


class SelectedNote(msgspec.Struct, frozen=True):
    """A note as Live's dictionaries have it: times in beats of the clip, velocity from 0 to 127 with a fraction."""

    pitch: Annotated[int, msgspec.Meta(ge=0, le=127)]
    start_time: _Beats
    duration: Annotated[float, msgspec.Meta(gt=0, le=1e6)]
    velocity: Annotated[float, msgspec.Meta(ge=0, le=127)] = 100.0
    mute: bool = False


class Selection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked: in which mode and by which voice to play to `notes`, at which tempo and in which metre.

    The same selection brings the same notes.
    """

    notes: tuple[SelectedNote, ...]
    mode: str = "respond"
    voice: str = "keys"
    tempo: Annotated[float, msgspec.Meta(ge=20, le=999)] = 120.0
    signature: str = "4/4"
    seed: Annotated[int, msgspec.Meta(ge=0, lt=2**32)] = 0
    parameters: Mapping[str, float | str] = {}


class AddedNote(msgspec.Struct, frozen=True):
    """A note of the machine's, in beats of the clip."""

    pitch: int
    start_time: float
    duration: float
    velocity: int
    voice: str


def read_selection(body: bytes | str) -> Selection:
    """A selection from its JSON. Raises ValueError, with the way out."""
    try:
        asked = msgspec.json.decode(body, type=Selection)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"not a selection of notes: {error}") from error
    modes = [mode for mode in MODE_NAMES if mode != "off"]
    for name, value, choices in (
        ("mode", asked.mode, modes), ("voice", asked.voice, VOICES), ("signature", asked.signature, SIGNATURES)
    ):  # fmt: skip
        if value not in choices:
            raise ValueError(f"{name} cannot be {value[:60]!r}: choose from {', '.join(choices)}")
    for parameter, given in asked.parameters.items():
        if parameter not in PARAMETERS:
            raise ValueError(f"no parameter {parameter[:60]!r}: antiphon parameters lists them")
        read(parameter, given)
    heard = [note for note in asked.notes if not note.mute and note.velocity >= 1]
    if not heard:
        raise ValueError("no notes are selected: select what it is to hear")
    if len(heard) > MOST_NOTES:
        raise ValueError(f"{len(heard)} notes are selected: {MOST_NOTES} are the most")
    if max(note.start_time for note in heard) - min(note.start_time for note in heard) > LONGEST:
        raise ValueError(f"the selection is longer than {LONGEST:g} beats: select less")
    return asked


def play_to(model: Model, asked: Selection) -> list[AddedNote]:
    """What the machine plays to a selection, as `antiphon perform` would have it, from its bar on. Resets the model."""
    numerator, denominator = (int(part) for part in asked.signature.split("/"))
    bar = 4.0 * numerator / denominator
    heard = [note for note in asked.notes if not note.mute and note.velocity >= 1]
    origin = math.floor(min(note.start_time for note in heard) / bar) * bar
    human = [
        HumanNote(note.start_time - origin, note.duration, note.pitch, max(1, min(127, round(note.velocity))))
        for note in heard
    ]
    settings = Settings(
        mode=asked.mode,
        seed=asked.seed,
        human_voice="auto",
        values={name: read(name, value) for name, value in asked.parameters.items()},
        voices={voice: (voice == asked.voice, one.channel) for voice, one in default_voices().items()},
    )
    timeline = Timeline.steady(asked.tempo, numerator, denominator)
    # Beside a selection the machine ends with it; an answer has the time that it takes.
    performance = perform(model, settings, human, timeline, tail_beats=0.0, step=_STEP)
    return [
        AddedNote(
            pitch=note.pitch,
            start_time=round(note.onset + origin, 4),
            duration=round(max(note.length, _SHORTEST), 4),
            velocity=note.velocity,
            voice=note.voice,
        )
        for note in performance.machine
    ]
