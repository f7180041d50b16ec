"""A performance as a list of calls: recorded as they are made, and made again to replay it.

Every call that can change the core goes through a `Session`, which hands it to a journal first. The core is
deterministic, so the same calls with the same model bring the same notes out again.

A session log is JSON lines: a header, then `[kind, now, ...]`, where kind is

    "begin"  the set begins                  ["begin", now]
    "in"     an input was received           ["in", now, {"type": "NoteOn", ...}]
    "go"     `advance` did a piece of work   ["go", now]
    "model"  the model was changed           ["model", now, name, hash]
    "heal"   the core recovered from a fault ["heal", now]
    "out"    what came out                   ["out", now, {"type": "PlayNote", ...}]

A take that was begun in mid-set has the calls before it beside its log, in the same form
(`bridge.sessions.before_take`): a replay makes them first.
"""

from __future__ import annotations

import dataclasses
import gzip
import json
import math
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, get_args

import msgspec

from bridge.engine.model import Model
from bridge.performer.performer import Performer
from bridge.performer.settings import Settings
from bridge.system.plain_files import read_plain
from bridge.timing.clock import FASTEST_BPM, SLOWEST_BPM, check_bpm
from bridge.vocabulary.events import (
    Input,
    LinkState,
    NoteOff,
    NoteOn,
    Output,
    SetLinkTempo,
    SetTempo,
    TooLate,
)
from bridge.vocabulary.planned_notes import PlannedNotes

FORMAT: Final = 1
# What follows kind and time in an entry of each kind.
_SHAPES: Final[dict[str, tuple[type | tuple[type, ...], ...]]] = {
    "begin": (), "in": (get_args(Input),), "go": (), "model": (str, str), "heal": (), "out": (get_args(Output),)
}  # fmt: skip
# The calls before a take that was begun in mid-set, packed; and the most characters that they may be.
EARLIER_NAME: Final = "earlier.jsonl.gz"
MOST_EARLIER: Final = 2**31
# No two entries lie further apart than this, in seconds, nor anything in an entry from its time.
FARTHEST: Final = 86400.0
_TYPES: Final = {cls.__name__: cls for cls in (*get_args(Input), *get_args(Output))}

Entry = list[Any]
Journal = Callable[[Entry], None]


class BadLog(ValueError):
    """A session log that cannot be read or replayed; the text says where and why."""


def pack(item: Input | Output) -> dict[str, Any]:
    """An input or output as JSON types."""
    fields: dict[str, Any] = {"type": type(item).__name__}
    for field in dataclasses.fields(item):
        value = getattr(item, field.name)
        fields[field.name] = value.hex() if isinstance(value, bytes) else value
    return fields


def unpack(fields: dict[str, Any]) -> Input | Output:
    """The inverse of `pack`. Raises BadLog for a type or field that does not exist, or a value that it cannot hold."""
    named = dict(fields)
    kind = named.pop("type", None)
    if not isinstance(kind, str) or kind not in _TYPES:
        raise BadLog(f"{kind!r} is no kind of input or output")
    try:
        if "data" in named:
            named["data"] = bytes.fromhex(named["data"])
        item: Input | Output = _checked(named, _TYPES[kind])
    except (TypeError, ValueError) as error:
        raise BadLog(f"{kind}: {error}") from error
    return item


def _checked(named: dict[str, Any], kind: type[Any]) -> Any:
    """A dataclass of these fields, each of the type that it is declared with. Raises ValueError."""
    known = {field.name for field in dataclasses.fields(kind)}
    if unknown := sorted(named.keys() - known):
        raise ValueError(f"unknown field {unknown[0]!r}: there are {', '.join(sorted(known))}")
    # Bytes are bytes already; anything else that JSON has no type for is made of what it has.
    return msgspec.convert(named, kind, builtin_types=(bytes,))


class Session:
    """A performer whose every call is noted in a journal, when there is one."""

    def __init__(self, performer: Performer) -> None:
        self.performer = performer
        self.journal: Journal | None = None

    def begin(self, now: float) -> None:
        """`Performer.begin`."""
        self.performer.begin(now)
        self._note(["begin", now])

    def receive(self, item: Input, now: float) -> None:
        """`Performer.receive`. A refused input (ValueError) changes nothing and is not noted."""
        self.performer.receive(item, now)
        self._note(["in", now, item])

    def advance(self, now: float) -> bool:
        """`Performer.advance`; noted when it did something."""
        worked = self.performer.advance(now)
        if worked:
            self._note(["go", now])
        return worked

    def change_model(self, model: Model, digest: str, now: float) -> None:
        """`Performer.change_model`."""
        self.performer.change_model(model, now)
        self._note(["model", now, model.name, digest])

    def recover(self, now: float) -> None:
        """`Performer.recover`."""
        self._note(["heal", now])
        self.performer.recover(now)

    def take_outputs(self, now: float) -> list[Output]:
        """`Performer.take_outputs`, but for notes that are too late by now: these are taken back, and noted."""
        for note_id in self.performer.too_late(now):
            self.receive(TooLate(now, note_id), now)
        outputs = self.performer.take_outputs()
        for output in outputs:
            self._note(["out", now, output])
        return outputs

    def _note(self, entry: Entry) -> None:
        if self.journal is not None:
            self.journal(entry)


def header(settings: Settings, model: Model, digest: str, *, whole: bool = True) -> dict[str, Any]:
    """The first line of a session log. A log that is not `whole` began in mid-set."""
    return header_of(SessionLog(settings, model.name, digest, (), whole))


def line(entry: Entry) -> str:
    """One journal entry as a line of the log."""
    packed = [part if isinstance(part, (str, float, int)) else pack(part) for part in entry]
    return json.dumps(packed, separators=(",", ":"), default=asdict)


@dataclass(frozen=True, slots=True)
class SessionLog:
    """A session as read from its log. Where it is not `whole` it began in mid-set, after the `earlier` calls.

    Settings and model are those with which the set began.
    """

    settings: Settings
    model: str
    model_sha256: str
    entries: tuple[Entry, ...]
    whole: bool = True
    earlier: tuple[Entry, ...] = ()

    @property
    def can_be_replayed(self) -> bool:
        """Whether all calls from the set's beginning on are there."""
        return self.whole or bool(self.earlier)

    @property
    def began(self) -> float:
        """When the set began, in seconds, as far as is known."""
        first = next(iter(self.earlier or self.entries), None)
        return 0.0 if first is None else float(first[1])

    def inputs(self) -> Iterator[tuple[float, Input]]:
        """Each input and the time it was received at."""
        return ((entry[1], entry[2]) for entry in self.entries if entry[0] == "in")

    def outputs(self) -> list[tuple[float, Output]]:
        """Each output and the time it was taken at."""
        return [(entry[1], entry[2]) for entry in self.entries if entry[0] == "out"]


def header_of(log: SessionLog) -> dict[str, Any]:
    """The header of a whole log that was not read from a file."""
    return {
        "antiphon": FORMAT,
        "settings": asdict(log.settings),
        "model": log.model,
        "model_sha256": log.model_sha256,
        "whole": log.whole,
    }


def read_log(path: Path) -> SessionLog:
    """Read a session log, and the calls before it where it has them.

    Raises BadLog naming the line; a last line cut short by a crash is left out.
    """
    try:
        lines = read_plain(path).decode().replace("\r\n", "\n").split("\n")
    except UnicodeDecodeError as error:
        raise BadLog(f"{path} is no session log: it is not text ({error})") from error
    try:
        head = msgspec.json.decode(lines[0])
        if head["antiphon"] != FORMAT:
            raise BadLog(f"{path}: format {head['antiphon']}, this version reads {FORMAT}")
        settings = _checked(head["settings"], Settings)
        check_bpm(settings.tempo)
        log = SessionLog(settings, str(head["model"]), str(head["model_sha256"]), (), head["whole"] is True)
    except BadLog:
        raise
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadLog(f"{path} is no session log: its first line is not a header ({error})") from error
    earlier = () if log.whole else _earlier(path.with_name(EARLIER_NAME))
    entries: list[Entry] = []
    for number, text in enumerate(lines[1:], start=2):
        if not text:
            continue
        try:
            before = entries or earlier
            entries.append(_entry(text, before[-1][1] if before else None))
        except ValueError as error:
            if number == len(lines):
                break
            raise BadLog(f"{path}, line {number}: {error}") from error
    return dataclasses.replace(log, entries=tuple(entries), earlier=earlier)


def _earlier(path: Path) -> tuple[Entry, ...]:
    """The calls before a take; none where there is no such file, or not all of it. Raises BadLog naming the line."""
    entries: list[Entry] = []
    length = 0
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for number, text in enumerate(file, start=1):
                length += len(text)
                if length > MOST_EARLIER:
                    raise BadLog(f"{path} holds more than {MOST_EARLIER} characters")
                try:
                    entries.append(_entry(text, entries[-1][1] if entries else None))
                except ValueError as error:
                    raise BadLog(f"{path}, line {number}: {error}") from error
    except FileNotFoundError:
        return ()
    except (EOFError, gzip.BadGzipFile, zlib.error, UnicodeDecodeError):
        return ()  # cut off as it was written, or damaged: what is there may still be heard and seen
    return tuple(entries)


def _entry(text: str, before: float | None) -> Entry:
    """An entry from its line, the last one having been made at `before` (seconds). Raises ValueError."""
    parts = msgspec.json.decode(text)  # which takes no NaN and no infinity
    if not isinstance(parts, list) or len(parts) < 2 or not isinstance(parts[0], str) or parts[0] not in _SHAPES:
        raise BadLog(f"no entry: it is {text[:60]!r}")
    kind, now = parts[0], parts[1]
    if isinstance(now, bool) or not isinstance(now, (int, float)):
        raise BadLog(f"no time: {now!r}")
    if before is not None and abs(now - before) > FARTHEST:
        raise BadLog(f"{now:g} s is {abs(now - before):.3g} s from the entry before: {FARTHEST:g} at most")
    rest = [unpack(part) if isinstance(part, dict) else part for part in parts[2:]]
    shape = _SHAPES[kind]
    if len(rest) != len(shape) or not all(isinstance(part, kinds) for part, kinds in zip(rest, shape, strict=True)):
        raise BadLog(f"{kind!r} has {len(rest)} parts of the wrong kind")
    for item in rest:
        _check_tempo(item)
        time = getattr(item, "time", getattr(item, "onset", now))
        if abs(time - now) > FARTHEST:
            raise BadLog(f"{type(item).__name__} is for {time:g} s, {abs(time - now):.3g} s away: {FARTHEST:g} at most")
    return [kind, float(now), *rest]


def _check_tempo(item: object) -> None:
    """Raises ValueError for a tempo that no set has: whoever reads a log works out beats by it."""
    match item:
        case SetTempo(_, bpm) | SetLinkTempo(bpm):
            check_bpm(bpm)
        case LinkState(bpm=bpm) if not SLOWEST_BPM / 2 <= bpm <= FASTEST_BPM * 2:  # whose own bounds are near these
            raise ValueError(f"Link's tempo cannot be {bpm:g}: it is {SLOWEST_BPM:g} to {FASTEST_BPM:g} bpm")


def replay(
    log: SessionLog,
    load_model: Callable[[str, str], Model],
    watch: Callable[[Performer, Sequence[tuple[float, Output]]], None] = lambda performer, came_out: None,
) -> list[tuple[float, Output]]:
    """Make the calls of a log again and return what comes out, with its times.

    `watch` is told after each call who plays, to be looked at and left alone, and what came out of the call.
    `load_model(name, sha256)` gives a freshly reset model; it raises ValueError if that one is not to be had.
    Raises BadLog for a recording that began in mid-set where the calls before it are missing (what the machine knew
    then is not in it), and for one whose calls this version refuses.
    """
    check_whole(log)
    session = Session(Performer(load_model(log.model, log.model_sha256), log.settings))
    outputs: list[tuple[float, Output]] = []
    for entries, wanted in ((log.earlier, False), (log.entries, True)):
        for number, entry in enumerate(entries, start=1):
            try:
                made = _make_again(session, entry, load_model)
            except (ArithmeticError, LookupError, TypeError, ValueError) as error:
                where = "entry" if wanted else "earlier entry"
                raise BadLog(
                    f"{where} {number}, {entry[0]!r} at {entry[1]:g} s, cannot be made again: {error}"
                ) from error
            watch(session.performer, made)
            if wanted:
                outputs += made
    return outputs


def check_whole(log: SessionLog) -> None:
    """Raises BadLog where calls from the set's beginning are missing."""
    if not log.can_be_replayed:
        raise BadLog(
            f"this recording began in mid-set, and what was before it is missing ({EARLIER_NAME} beside the log): it "
            "cannot be replayed"
        )


def _make_again(session: Session, entry: Entry, load_model: Callable[[str, str], Model]) -> list[tuple[float, Output]]:
    kind, now = entry[0], entry[1]
    match kind:
        case "in":
            session.receive(entry[2], now)
        case "begin":
            session.begin(now)
        case "go":
            session.advance(now)
        case "model":
            session.change_model(load_model(entry[2], entry[3]), entry[3], now)
        case "heal":
            session.recover(now)
        case "out":
            return [(now, output) for output in session.take_outputs(now)]
    return []


@dataclass(frozen=True, slots=True)
class PlayedNote:
    """A note of a session as it was heard (or, `cancelled`, as it was planned). Times in seconds."""

    onset: float
    duration: float
    pitch: int
    velocity: int
    channel: int
    machine: bool
    cancelled: bool = False
    note_id: int = 0  # of the machine's, as the outputs number them


def played_notes(log: SessionLog) -> list[PlayedNote]:
    """All notes of a session in order of onset: the human's and the machine's, cancelled plans included."""
    end = max((entry[1] for entry in log.entries), default=0.0)
    notes = [*_human_notes(log, end), *_machine_notes(log, end)]
    return sorted(notes, key=lambda note: (note.onset, note.pitch))


def _human_notes(log: SessionLog, end: float) -> Iterator[PlayedNote]:
    held: dict[tuple[int, int], NoteOn] = {}

    def finish(on: NoteOn, time: float) -> PlayedNote:
        return PlayedNote(on.time, max(time - on.time, 0.0), on.pitch, on.velocity, on.channel, machine=False)

    for _, item in log.inputs():
        if not isinstance(item, (NoteOn, NoteOff)):
            continue
        on = held.pop((item.channel, item.pitch), None)
        if on is not None:
            yield finish(on, item.time)
        if isinstance(item, NoteOn) and item.velocity > 0:
            held[item.channel, item.pitch] = item
    for on in held.values():
        yield finish(on, end)


def _machine_notes(log: SessionLog, end: float) -> Iterator[PlayedNote]:
    notes = PlannedNotes()
    for entry in log.entries:
        if len(entry) > 2 and not isinstance(entry[2], str):
            notes.follow(entry[2], entry[1])
    struck_again = _struck_again(notes)
    for note in notes:
        planned, begin = note.play, note.play.onset if note.sounded is None else note.sounded
        release = min(note.release, struck_again.get(planned.note_id, math.inf), end)
        if note.sounded is None and planned.release is not None:
            release = planned.release  # as it was planned
        yield PlayedNote(
            begin,
            max(release - begin, 0.0),
            planned.pitch,
            planned.velocity,
            planned.channel,
            machine=True,
            cancelled=note.sounded is None,
            note_id=planned.note_id,
        )


def _struck_again(notes: PlannedNotes) -> dict[int, float]:
    """When a newer note took a note's key, by its number: a key belongs to the newest that began on it."""
    taken: dict[int, float] = {}
    owner: dict[tuple[int, int], int] = {}
    sounded = [(note.sounded, note.play) for note in notes if note.sounded is not None]
    for onset, play in sorted(sounded, key=lambda pair: pair[0]):
        key = play.channel, play.pitch
        if key in owner:
            taken[owner[key]] = onset
        owner[key] = play.note_id
    return taken
