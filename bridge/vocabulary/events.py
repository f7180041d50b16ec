"""The vocabulary everything else speaks: what comes in, what goes out.

All are frozen values. `time` is in seconds on one monotonic clock, MIDI channels are 1-16,
pitches and velocities 0-127. Nothing here does I/O or knows a model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

MODE_NAMES: Final = ("respond", "duet", "harmonize", "accompany", "off")
RUNG_NAMES: Final = ("full", "shorter plans", "fewer voices", "hold", "rest")
CLOCK_NAMES: Final = ("auto", "internal", "midi", "link", "osc")


class Turn(StrEnum):
    """Who is playing."""

    HUMAN = "human"
    MACHINE = "machine"
    BOTH = "both"


class Severity(StrEnum):
    """How bad an `ErrorReport` is."""

    WARNING = "warning"
    ERROR = "error"


# --- what comes in -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NoteOn:
    """The human pressed a key. `time` is the arrival stamped by the port."""

    time: float
    pitch: int
    velocity: int
    channel: int = 1


@dataclass(frozen=True, slots=True)
class NoteOff:
    """The human let a key go."""

    time: float
    pitch: int
    channel: int = 1


@dataclass(frozen=True, slots=True)
class Control:
    """A controller moved (64 is the sustain pedal)."""

    time: float
    controller: int
    value: int
    channel: int = 1


@dataclass(frozen=True, slots=True)
class Raw:
    """Any other complete MIDI message: passed on untouched when thru is on."""

    time: float
    data: bytes


@dataclass(frozen=True, slots=True)
class InputLost:
    """The input port went away: whatever was held on it is no longer held."""

    time: float


@dataclass(frozen=True, slots=True)
class Sounded:
    """The outbox says: the note-on of planned note `note_id` left at `time`."""

    time: float
    note_id: int


@dataclass(frozen=True, slots=True)
class Dropped:
    """The outbox says: planned note `note_id` was too late (or had no port) and was not played."""

    time: float
    note_id: int


@dataclass(frozen=True, slots=True)
class TooLate:
    """The model was too slow: planned note `note_id` was ready only at `time`, past its onset, and is not played."""

    time: float
    note_id: int


@dataclass(frozen=True, slots=True)
class SetMode:
    """Change what the machine does: respond, duet, harmonize, accompany or off."""

    time: float
    mode: str


@dataclass(frozen=True, slots=True)
class SetParameter:
    """Set one performance parameter by its name (see `bridge.vocabulary.parameters`)."""

    time: float
    name: str
    value: float | str


@dataclass(frozen=True, slots=True)
class SetVoice:
    """Enable or silence one of the machine's voices and say which channel it plays on."""

    time: float
    voice: str
    enabled: bool
    channel: int


@dataclass(frozen=True, slots=True)
class SetRange:
    """Say from which pitch to which, both included, the machine plays a voice."""

    time: float
    voice: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class PastNote:
    """A note of an earlier set: `beat` is its onset, before now; `duration` in beats, None where it was not known.

    `context` is what sounded at its onset (`bridge.vocabulary.codec`); `machine` says whose it was.
    """

    beat: float
    voice: str
    pitch: int
    velocity: int
    duration: float | None
    context: tuple[float, ...]
    machine: bool


@dataclass(frozen=True, slots=True)
class Remember:
    """The set goes on with an earlier one: the model is to know that these notes were heard, oldest first."""

    time: float
    notes: tuple[PastNote, ...]


@dataclass(frozen=True, slots=True)
class ClipNote:
    """A note of a clip: `beat` from the clip's first onset on, `duration` in beats."""

    beat: float
    duration: float
    voice: str
    pitch: int
    velocity: int


@dataclass(frozen=True, slots=True)
class Offered:
    """Clips of a library, by their numbers and titles, were offered to the human: noted, and nothing else."""

    time: float
    clips: tuple[int, ...]
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlayClip:
    """Play these notes as they are, in time: from the next bar on where bars are known, else now.

    `place` is where in its bar the first note is, in beats, -1 where that is not known; `bpm` the clip's own tempo, 0
    in free time, at which it goes where the set has none.
    """

    time: float
    clip: int
    title: str
    place: float
    bpm: float
    notes: tuple[ClipNote, ...]


@dataclass(frozen=True, slots=True)
class PrimeWith:
    """Have the model hear these notes as if they had been played up to now; nothing of them is heard."""

    time: float
    clip: int
    title: str
    place: float
    notes: tuple[ClipNote, ...]


@dataclass(frozen=True, slots=True)
class Recall:
    """A preset, or a blend of two, as a whole: all of it is taken, or none.

    `voices` are (enabled, channel), `ranges` (low, high), by voice, `binds` what fires each action
    (`bridge.vocabulary.actions`); what is not named stays as it is, and so does the mode where `mode` is empty.
    Of the `usual` voices nobody has chosen anything: they are as at first, and the mode decides whether it plays them.
    """

    time: float
    preset: str
    values: Mapping[str, float | str]
    voices: Mapping[str, tuple[bool, int]]
    ranges: Mapping[str, tuple[int, int]]
    mode: str = ""
    binds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    usual: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Learn:
    """The next controller that is turned is to steer parameter `name`; or what is pressed next to fire that action."""

    time: float
    name: str


@dataclass(frozen=True, slots=True)
class Unlearn:
    """No controller is to steer parameter `name` any more, or nothing to fire that action."""

    time: float
    name: str


@dataclass(frozen=True, slots=True)
class SetTempo:
    """The internal tempo in beats per minute; 0 means free time."""

    time: float
    bpm: float


@dataclass(frozen=True, slots=True)
class Tap:
    """Somebody taps the beat."""

    time: float


@dataclass(frozen=True, slots=True)
class SetTransport:
    """Somebody's transport: running or not, and at which beat."""

    time: float
    running: bool
    beat: float


@dataclass(frozen=True, slots=True)
class SetClock:
    """Whose tempo and bars to keep: one of CLOCK_NAMES; auto takes whichever speaks."""

    time: float
    source: str


@dataclass(frozen=True, slots=True)
class ClockTick:
    """A tick of a MIDI clock, 24 to the beat."""

    time: float


@dataclass(frozen=True, slots=True)
class ClockStart:
    """MIDI start: the next tick is the song's first."""

    time: float


@dataclass(frozen=True, slots=True)
class ClockContinue:
    """MIDI continue: the next tick is where the song was stopped, or put by `SongPosition`."""

    time: float


@dataclass(frozen=True, slots=True)
class ClockStop:
    """MIDI stop. Ticks may go on."""

    time: float


@dataclass(frozen=True, slots=True)
class SongPosition:
    """Where the song goes on with the next tick that counts, in sixteenths from its beginning."""

    time: float
    sixteenths: int


@dataclass(frozen=True, slots=True)
class LinkState:
    """Ableton Link at `time`: its beat and tempo, whether it plays, and how many others are in the session."""

    time: float
    beat: float
    bpm: float
    running: bool
    peers: int


@dataclass(frozen=True, slots=True)
class StepTime:
    """The shell measured the model: the 99th percentile of its steps of late takes `p99` seconds.

    `latest` is the slowest step since this was last told, in seconds.
    """

    time: float
    p99: float
    latest: float = 0.0


@dataclass(frozen=True, slots=True)
class Respond:
    """Answer now."""

    time: float


@dataclass(frozen=True, slots=True)
class Again:
    """Answer the same phrase once more, another way: in place of the answer that plays, or now."""

    time: float


@dataclass(frozen=True, slots=True)
class Keep:
    """The last answer is liked: remember which notes it was."""

    time: float


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop playing; go on listening."""

    time: float


@dataclass(frozen=True, slots=True)
class Panic:
    """Silence, all at once, on every channel."""

    time: float


@dataclass(frozen=True, slots=True)
class Reset:
    """Forget the past."""

    time: float


Input = (
    NoteOn | NoteOff | Control | Raw | InputLost | Sounded | Dropped | TooLate | SetMode | SetParameter | SetVoice
    | SetRange | Recall | Learn | Unlearn | SetTempo | Tap | SetTransport | SetClock | ClockTick | ClockStart
    | ClockContinue | ClockStop | SongPosition | LinkState | StepTime | Respond | Again | Keep | Stop | Panic | Reset
    | Remember | Offered | PlayClip | PrimeWith
)  # fmt: skip


# --- what goes out -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlayNote:
    """A note for the outbox: its on at `onset`, its off at `release` (None: held until `ReleaseNote`)."""

    note_id: int
    onset: float
    release: float | None
    pitch: int
    velocity: int
    channel: int


@dataclass(frozen=True, slots=True)
class ReleaseNote:
    """End a note that was begun (or forget it, if it has not begun) at `time`."""

    note_id: int
    time: float


@dataclass(frozen=True, slots=True)
class MoveNotes:
    """Other times for these notes, in the same order; a note that has begun keeps its onset, one that ended both.

    None of them is held without end: each has its release.
    """

    note_ids: tuple[int, ...]
    onsets: tuple[float, ...]
    releases: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class CancelNotes:
    """Drop these notes if they have not begun. Ones that have begun are left to their releases."""

    note_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Silence:
    """Drop everything that has not begun and end everything of the machine's that sounds, now.

    With `all_channels` (panic), also what was passed through, and All Notes Off and All Sound Off on all sixteen
    channels.
    """

    all_channels: bool = False


@dataclass(frozen=True, slots=True)
class PassThrough:
    """A message of the human's, to go out as it came."""

    data: bytes


@dataclass(frozen=True, slots=True)
class BeatLine:
    """Where the song is, for who beats time to others: at `time` at `beat`, going at `bpm`.

    Until `settled_at` (seconds) it gains `lag` beats more than that (`bridge.timing.clock.SessionClock`). `metered` is
    false where no bar is known: then nobody is told a beat.
    """

    time: float
    beat: float
    bpm: float
    metered: bool
    lag: float
    settled_at: float


@dataclass(frozen=True, slots=True)
class SetLinkTempo:
    """For the Link session: everybody's tempo."""

    bpm: float


@dataclass(frozen=True, slots=True)
class SetLinkPlaying:
    """For the Link session: start or stop, for whoever follows that."""

    playing: bool


@dataclass(frozen=True, slots=True)
class TurnChanged:
    """The floor changed hands."""

    turn: Turn


@dataclass(frozen=True, slots=True)
class Chosen:
    """An answer begins: out of how many `candidates` it was chosen, what it began from, and what spoke for it.

    `score` is the weighted mean of `terms`, each by its name from 0 to 1 (`bridge.performer.candidates`).
    """

    candidates: int
    kind: str
    score: float
    terms: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Kept:
    """The machine's notes that are to be remembered as liked: those of its last answer that were not cancelled."""

    note_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pace:
    """How much the machine keeps up of its playing: `rung` is one of RUNG_NAMES, `lookahead` in seconds.

    `missed` notes or plans came too late from the model, `late` notes were dropped on their way out.
    """

    rung: str
    lookahead: float
    missed: int
    late: int


@dataclass(frozen=True, slots=True)
class ValueReport:
    """A parameter's value, after it was set or asked for."""

    name: str
    value: float | str


@dataclass(frozen=True, slots=True)
class Learned:
    """Which controller steers parameter `name` from now on; -1: none."""

    name: str
    controller: int
    channel: int


@dataclass(frozen=True, slots=True)
class Bound:
    """What fires `action` from now on: triggers (`bridge.vocabulary.actions`), none or several."""

    action: str
    triggers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fired:
    """A message of the player's fired `action`; what is the shell's to do (files, recordings) is done now."""

    action: str


@dataclass(frozen=True, slots=True)
class ErrorReport:
    """Something was refused or went wrong. `text` names the thing, the value and the way out."""

    severity: Severity
    code: str
    text: str


Output = (
    PlayNote | ReleaseNote | MoveNotes | CancelNotes | Silence | PassThrough | BeatLine | SetLinkTempo
    | SetLinkPlaying | TurnChanged | Chosen | Kept | Pace | ValueReport | Learned | Bound | Fired | ErrorReport
)  # fmt: skip
