"""Sets on the simulated clock that are written down as the program does: what they were told, and their logs."""

from __future__ import annotations

import json
from pathlib import Path

from bridge.engine.fake import FakeModel
from bridge.engine.model import Model
from bridge.performer.performer import Performer
from bridge.performer.settings import Settings
from bridge.sessions.log import (
    Entry,
    Session,
    header,
    line,
)
from bridge.sessions.recorder import LOG_NAME
from bridge.sessions.simulation import Simulation
from bridge.vocabulary.controllers import bind
from bridge.vocabulary.events import (
    ClockContinue,
    ClockStart,
    ClockStop,
    ClockTick,
    Control,
    Input,
    Learn,
    LinkState,
    NoteOff,
    NoteOn,
    Recall,
    Respond,
    SetClock,
    SetMode,
    SetParameter,
    SetRange,
    SetTempo,
    SongPosition,
    StepTime,
    Unlearn,
)

SETTINGS = Settings(mode="duet", seed=7, values={"temperature": 0.8}, voices={"lead": (True, 4)})
STEERED = Settings(
    mode="duet",
    seed=7,
    values={"scale": "heard", "chord": "on"},
    ranges={"bass": (28, 55)},
    controllers={"temperature": bind("temperature", 21, 3, 0.5, 1.5), "root": bind("root", 22)},
)

SCRIPT: list[Input] = [
    NoteOn(1.0, 60, 80),
    NoteOff(1.2, 60),
    NoteOn(1.5, 64, 90),
    SetTempo(1.6, 96.0),
    Control(1.7, 64, 127),
    NoteOff(1.9, 64),
    SetParameter(2.5, "lookahead", 0.1),
    SetParameter(2.6, "register", 48.0),
    SetParameter(2.6, "density", 6.0),
    SetMode(4.0, "harmonize"),
    Control(4.1, 64, 0),
    NoteOn(4.5, 55, 70),
    NoteOff(5.5, 55),
    SetMode(6.0, "respond"),
    NoteOn(6.5, 50, 100),
    NoteOff(6.6, 50),
    Respond(6.7),
    NoteOn(7.4, 52, 100),
]
STEERING: list[Input] = [
    NoteOn(1.0, 60, 80),
    Control(1.1, 21, 100, 3),
    Learn(1.2, "density"),
    Control(1.3, 30, 70),
    Control(1.32, 30, 80),
    Control(1.34, 30, 90),
    NoteOff(1.4, 60),
    Control(1.5, 22, 127),
    SetRange(1.6, "lead", 60, 72),
    NoteOn(2.0, 64, 90),
    Recall(2.5, "verse", {"scale": "minor", "root": "A", "low": 40.0}, {"lead": (True, 4)}, {"bass": (40, 50)}, "duet"),
    NoteOff(2.6, 64),
    Control(3.0, 30, 20),
    Unlearn(3.1, "density"),
    Control(3.2, 30, 127),
    NoteOn(3.5, 67, 90),
    Recall(4.0, "a to b, 0.5", {"temperature": 1.25}, {}, {}, "harmonize"),
    NoteOn(4.5, 55, 70),
    NoteOff(5.5, 55),
    Learn(5.6, "next_mode"),
    Control(5.7, 67, 127),
    Control(5.8, 67, 0),
    Recall(5.9, "pads", {}, {}, {}, binds={"respond": ("note:36@10", "program:5")}),
    NoteOn(6.0, 36, 90, 10),
    NoteOff(6.1, 36, 10),
    Control(7.0, 67, 127),
]


# Every source of time, and what it does to a duet.
CLOCKS: list[Input] = [
    *(NoteOn(1.0 + 0.3 * number, 60 + number % 5, 80) for number in range(30)),
    SetParameter(0.9, "quantize", 16.0),
    SetParameter(0.9, "humanize", 8.0),
    SongPosition(2.0, 64),
    ClockContinue(2.0),
    *(ClockTick(2.0 + number / 40 + 0.004 * (number % 3)) for number in range(100)),
    ClockStop(4.6),
    ClockStart(4.7),
    LinkState(6.5, 3.25, 127.0, True, 2),
    SetClock(7.0, "link"),
    StepTime(7.1, 0.004),
    LinkState(7.5, 6.0, 90.0, True, 2),
    SetTempo(7.6, 80.0),
    SetClock(8.0, "internal"),
    SetTempo(8.1, 140.0),
]
CLOCKS.sort(key=lambda item: item.time)


def load(name: str, digest: str) -> Model:
    return FakeModel(name)


def record(script: list[Input], until: float, settings: Settings = SETTINGS) -> tuple[list[Entry], Simulation]:
    session = Session(Performer(FakeModel(), settings))
    entries: list[Entry] = []
    session.journal = entries.append
    sim = Simulation(session)
    sim.play(script, until)
    return entries, sim


def write(folder: Path, entries: list[Entry], settings: Settings = SETTINGS) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / LOG_NAME
    lines = [json.dumps(header(settings, FakeModel(), "")), *(line(entry) for entry in entries)]
    path.write_text("\n".join(lines) + "\n")
    return path
