"""A performance as a list of calls: recorded as they are made, and made again to replay it.

Every call that can change the core goes through a `Session`, which hands it to a journal first. The core is
deterministic, so the same calls with the same model bring the same notes out again.

A session log is JSON lines: a header, then `[kind, now, ...]`, where kind is

    "in"     an input was received           ["in", now, {"type": "NoteOn", ...}]
    "go"     `advance` did a piece of work   ["go", now]
    "model"  the model was changed           ["model", now, name, hash]
    "heal"   the core recovered from a fault ["heal", now]
    "out"    what came out                   ["out", now, {"type": "PlayNote", ...}]
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, get_args

from bridge.engine.model import Model
from bridge.performer.performer import Performer, Settings
from bridge.vocabulary import events
from bridge.vocabulary.controllers import Binding
from bridge.vocabulary.events import (
    Input,
    NoteOff,
    NoteOn,
    Output,
    TooLate,
)
from bridge.vocabulary.planned_notes import PlannedNotes

FORMAT: Final = 1
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
    """The inverse of `pack`. Raises BadLog for a type or a field that does not exist."""
    named = dict(fields)
    kind = named.pop("type", None)
    if kind not in _TYPES:
        raise BadLog(f"{kind!r} is no kind of input or output")
    if "data" in named:
        named["data"] = bytes.fromhex(named["data"])
    for name in ("note_ids", "onsets", "releases"):
        if name in named:
            named[name] = tuple(named[name])
    if kind == "Recall":
        for pairs in ("voices", "ranges"):
            named[pairs] = {voice: tuple(pair) for voice, pair in named[pairs].items()}
    if kind == "TurnChanged":
        named["turn"] = events.Turn(named["turn"])
    if kind == "ErrorReport":
        named["severity"] = events.Severity(named["severity"])
    try:
        item: Input | Output = _TYPES[kind](**named)
    except TypeError as error:
        raise BadLog(f"{kind}: {error}") from error
    return item


class Session:
    """A performer whose every call is noted in a journal (when there is one)."""

    def __init__(self, performer: Performer) -> None:
        self.performer = performer
        self.journal: Journal | None = None

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
        if self.journal is not None:
            for output in outputs:
                self.journal(["out", now, output])
        return outputs

    def _note(self, entry: Entry) -> None:
        if self.journal is not None:
            self.journal(entry)


def header(settings: Settings, model: Model, digest: str, *, whole: bool = True) -> dict[str, Any]:
    """The first line of a session log. A log that is not `whole` began in mid-set and cannot be replayed."""
    return header_of(SessionLog(settings, model.name, digest, (), whole))


def line(entry: Entry) -> str:
    """One journal entry as a line of the log."""
    packed = [part if isinstance(part, (str, float, int)) else pack(part) for part in entry]
    return json.dumps(packed, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class SessionLog:
    """A session as read from its log."""

    settings: Settings
    model: str
    model_sha256: str
    entries: tuple[Entry, ...]
    whole: bool = True

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


def _read_settings(fields: dict[str, Any]) -> Settings:
    """Settings from a header. Logs of before there were ranges and controllers have none."""
    pairs = {name: {key: tuple(pair) for key, pair in fields.get(name, {}).items()} for name in ("voices", "ranges")}
    bindings = {name: Binding(**bound) for name, bound in fields.get("controllers", {}).items()}
    return Settings(**{**fields, **pairs, "controllers": bindings})


def read_log(path: Path) -> SessionLog:
    """Read a session log. Raises BadLog naming the line; a last line cut short by a crash is left out."""
    with path.open(encoding="utf-8") as file:
        lines = file.read().split("\n")
    try:
        head = json.loads(lines[0])
        if head["antiphon"] != FORMAT:
            raise BadLog(f"{path}: format {head['antiphon']}, this version reads {FORMAT}")
        settings = _read_settings(head["settings"])
    except (ValueError, KeyError, TypeError) as error:
        raise BadLog(f"{path} is no session log: its first line is not a header ({error})") from error
    entries: list[Entry] = []
    for number, text in enumerate(lines[1:], start=2):
        if not text:
            continue
        try:
            entries.append([unpack(part) if isinstance(part, dict) else part for part in json.loads(text)])
        except (ValueError, KeyError) as error:
            if number == len(lines):
                break
            raise BadLog(f"{path}, line {number}: {error}") from error
    return SessionLog(settings, head["model"], head["model_sha256"], tuple(entries), head["whole"])


def replay(log: SessionLog, load_model: Callable[[str, str], Model]) -> list[tuple[float, Output]]:
    """Make the calls of a log again and return what comes out, with its times.

    `load_model(name, sha256)` gives a freshly reset model; it raises ValueError if that one is not to be had.
    Raises BadLog for a recording that began in mid-set: what the machine knew then is not in it.
    """
    if not log.whole:
        raise BadLog("this recording began in mid-set and cannot be replayed: start with antiphon jam --record")
    session = Session(Performer(load_model(log.model, log.model_sha256), log.settings))
    outputs: list[tuple[float, Output]] = []
    for entry in log.entries:
        kind, now = entry[0], entry[1]
        match kind:
            case "in":
                session.receive(entry[2], now)
            case "go":
                session.advance(now)
            case "model":
                session.change_model(load_model(entry[2], entry[3]), entry[3], now)
            case "heal":
                session.recover(now)
            case "out":
                outputs.extend((now, output) for output in session.take_outputs(now))
            case _:
                raise BadLog(f"{kind!r} is no kind of entry")
    return outputs


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
