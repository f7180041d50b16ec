"""What OSC says beyond the core's vocabulary: requests to the shell, and reports of the shell."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final, Protocol

from bridge.vocabulary.events import Input, Output

RUNNERS_UP: Final = 3  # of a note's pitch: how many likely others are told
HELD: Final = -1.0  # the duration of a /antiphon/play that lasts until its release

# --- what the shell handles, not the core --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Get:
    """Tell the sender the value of parameter `name`."""

    name: str


@dataclass(frozen=True, slots=True)
class LoadModel:
    """Swap to the model in folder `name` (a plain name, never a path)."""

    name: str


@dataclass(frozen=True, slots=True)
class ListPorts:
    """Tell the sender which MIDI ports there are."""


@dataclass(frozen=True, slots=True)
class UsePort:
    """Listen (`side` "in") or play ("out") to the MIDI port that goes by `name`; "": to one of our own."""

    side: str
    name: str


@dataclass(frozen=True, slots=True)
class AttachPort:
    """A port that was asked for is there: go over to it. `name` is its whole name; "": one of our own."""

    side: str
    name: str


@dataclass(frozen=True, slots=True)
class Record:
    """Start or end a recording of the session."""

    on: bool


@dataclass(frozen=True, slots=True)
class Capture:
    """Keep the last minutes, which nobody recorded, as a recording."""


@dataclass(frozen=True, slots=True)
class LoadPreset:
    """Take preset `name` (a plain name, never a path)."""

    name: str


@dataclass(frozen=True, slots=True)
class SavePreset:
    """Keep how things are set as preset `name` (a plain name, never a path)."""

    name: str


@dataclass(frozen=True, slots=True)
class MorphPresets:
    """Take what lies between two presets: the `first` at amount 0, the `second` at 1."""

    first: str
    second: str
    amount: float


@dataclass(frozen=True, slots=True)
class ListPresets:
    """Tell the sender which presets there are."""


@dataclass(frozen=True, slots=True)
class StatusRequest:
    """Tell the sender how things stand."""


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Send events to `port` on the sender's host too. The OSC server handles this one itself."""

    port: int


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """No longer send events to `port` on the sender's host. The OSC server handles this one itself."""

    port: int


@dataclass(frozen=True, slots=True)
class StepPreset:
    """Take the preset that comes `step` places after the present one, by name, round and round."""

    step: int


@dataclass(frozen=True, slots=True)
class Recommend:
    """Tell the sender which `count` clips of the library fit what was played last."""

    count: int


@dataclass(frozen=True, slots=True)
class RateClip:
    """A clip of the library, by its number, is liked or not: what is recommended goes by that."""

    clip: int
    liked: bool


@dataclass(frozen=True, slots=True)
class UseClip:
    """Play a clip of the library, by its number; or, to `prime`, have the model hear it as if it had been played."""

    clip: int
    prime: bool = False


@dataclass(frozen=True, slots=True)
class ForgetTaste:
    """Forget what was liked, skipped and used."""


PresetRequest = LoadPreset | StepPreset | SavePreset | MorphPresets | ListPresets


@dataclass(frozen=True, slots=True)
class Explain:
    """Tell the sender why a note of the machine's was played, by its number; 0 is the last that sounded, -1 before."""

    note_id: int


@dataclass(frozen=True, slots=True)
class Advise:
    """Tell the sender which mode and parameters suit what was played last."""


LibraryRequest = Recommend | RateClip | UseClip | ForgetTaste
ShellRequest = (
    Get
    | LoadModel
    | ListPorts
    | UsePort
    | AttachPort
    | Record
    | Capture
    | StatusRequest
    | PresetRequest
    | LibraryRequest
    | Explain
    | Advise
)
Subscription = Subscribe | Unsubscribe
Decoded = Input | ShellRequest | Subscription


# --- what the shell tells, beside the outputs of the core -----------------------------------------


@dataclass(frozen=True, slots=True)
class SoundedNote:
    """A note-on of the machine left the MIDI port just now."""

    pitch: int
    velocity: int
    channel: int


@dataclass(frozen=True, slots=True)
class ReleasedNote:
    """A note sent with duration -1 ends at `time` (not before its onset, or it would never end)."""

    time: float
    pitch: int
    channel: int


@dataclass(frozen=True, slots=True)
class NoteOdds:
    """How sure the model was of a planned note: the probability of its pitch, and the likeliest others.

    `onset` is in seconds; `others` are (pitch, probability), the likeliest first, at most RUNNERS_UP.
    """

    note_id: int
    onset: float
    pitch: int
    channel: int
    probability: float
    others: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class LatencyReport:
    """Measured latency of `stage` ("step", "answer", "output", ...), in seconds."""

    stage: str
    median: float
    p99: float


@dataclass(frozen=True, slots=True)
class StatusReport:
    """The answer to `StatusRequest`: one JSON object as text."""

    json: str


@dataclass(frozen=True, slots=True)
class PresetsReport:
    """The presets there are, by name, with spaces between."""

    names: str


@dataclass(frozen=True, slots=True)
class PortsReport:
    """The MIDI ports of others that can be listened to (`inputs`) and played to (`outputs`), by their names.

    `has_own` says whether a port of our own is possible (not on Windows).
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    has_own: bool


@dataclass(frozen=True, slots=True)
class Recommended:
    """A clip of the library that fits, number `rank` of `of`, by its number in the index.

    `score` is how alike it is, -1 to 1, moved by taste; `transpose` semitones bring it into the key that is played, and
    `tempo` is its own as a part of the set's, 0 where one of them has none. No path is in it.
    """

    rank: int
    of: int
    clip: int
    score: float
    title: str
    key: str
    transpose: int
    tempo: float
    reason: str


@dataclass(frozen=True, slots=True)
class ExplainedField:
    """A field of an explained note: its value, its probability and rank among `of` that the rules left.

    `allowed` is how much of what the model would have played they left, 0 to 1. What is not known is -1.
    """

    name: str
    value: str
    probability: float
    rank: int
    of: int
    allowed: float
    alternatives: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class ExplainedCause:
    """An earlier note that the explained one has to do with: by its number, 0 for a human's, its onset and pitch.

    `effect` is by how much leaving it out lowers the note's log-probability, in nats; `attention` the part of the
    model's that it got. What is not known is -1 and below for `attention`, 0 for `effect`.
    """

    note_id: int
    onset: float
    pitch: int
    effect: float
    attention: float


@dataclass(frozen=True, slots=True)
class Explained:
    """Why a note was played. `part` is "told" at first, with what the model looked at; later "causes", all of it."""

    note_id: int
    part: str
    words: tuple[str, ...]
    fields: tuple[ExplainedField, ...]
    causes: tuple[ExplainedCause, ...]


@dataclass(frozen=True, slots=True)
class Advised:
    """What suits what was played: a mode, parameters and their values, and all of it in words with the reason.

    A preset of the user's that suits, and a model that knows such music better than the one that plays; empty: none.
    """

    mode: str
    values: tuple[tuple[str, float | str], ...]
    text: str
    preset: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A line for the people who play: ports that opened, a recording that was written, another model."""

    text: str


Report = (
    Output | PresetsReport | PortsReport | SoundedNote | ReleasedNote | NoteOdds | LatencyReport | StatusReport
    | Recommended | Explained | Advised | Notice
)  # fmt: skip


class Asker(Protocol):
    """Whoever handed something in, whichever way. May be kept and used from any thread."""

    @property
    def sender(self) -> Hashable:
        """Who it is: the same for the same one."""

    def send(self, report: Report) -> None:
        """Answer. Never blocks, never raises for one who is gone."""
