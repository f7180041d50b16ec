"""What it costs the steps of the model that a long take is ended, and its MIDI file made, while the set goes on."""

from __future__ import annotations

import json
import os
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from bridge.bench.memory import scripted_human
from bridge.bench.result import Conditions, Figure, Result, quantiles_ms
from bridge.bench.step import move_to, random_music
from bridge.engine.fake import FakeModel
from bridge.engine.folders import find_model
from bridge.engine.step_timer import measure_step
from bridge.engine.streaming import StreamingModel
from bridge.performer.performer import Performer
from bridge.performer.settings import Settings
from bridge.sessions.log import Entry, Session, header, line
from bridge.sessions.recorder import LOG_NAME, finish_midi_aside, start_midi_aside
from bridge.sessions.simulation import Simulation
from bridge.vocabulary.events import SetMode

P99_BAR: Final = 1.1  # times what it is while nothing is made
HOURS: Final = 3.0
TURNS: Final = 2
# Seconds from one step to the next, as notes of a set lie apart, and steps in a turn without a file being made.
_APART: Final = 0.02
_CALM: Final = 1500
# What is played once, in simulated seconds, and repeated until the take is long.
_PLAYED: Final = 120.0
_TIMES: Final = ("time", "onset", "release")
_MODES: Final = ("respond", "duet", "harmonize", "accompany")


def measure(conditions: Conditions) -> Result:
    """Steps some time apart, in turns while nothing else is done and while the MIDI file of a long take is made."""
    hours, turns = (HOURS / 18, 1) if conditions.quick else (HOURS, TURNS)
    model = StreamingModel.load(find_model(conditions.model), provider="cpu")
    model.warm_up()
    move_to(model, model.manifest.window, conditions, (0.0, 0.1))
    calm: list[float] = []
    making: list[float] = []
    took: list[float] = []
    with tempfile.TemporaryDirectory() as place:
        entries = write_take(Path(place), hours)
        for turn in range(turns):
            left = iter(range(_CALM // (5 if conditions.quick else 1)))
            calm += _steps(model, lambda left=left: next(left, None) is not None)  # type: ignore[misc]
            ended = threading.Event()
            maker = threading.Thread(target=_make, args=(Path(place), ended))
            began = time.perf_counter()
            maker.start()
            making += _steps(model, lambda ended=ended: not ended.is_set())  # type: ignore[misc]
            maker.join()
            took.append(time.perf_counter() - began)
            conditions.progress(0.1 + 0.9 * (turn + 1) / turns)
    conditions.draw("recording", {"nothing else": calm, "while a MIDI file is made": making})
    (calm_median, calm_p99), (median, p99) = quantiles_ms(calm), quantiles_ms(making)
    return Result(
        "recording",
        (
            Figure(
                "step while a long take's MIDI file is made, p99, by that without", p99 / calm_p99, "×", bar=P99_BAR
            ),
            Figure("median, by that without", median / calm_median, "×"),
            Figure("while it is made, p99", p99),
            Figure("without, p99", calm_p99),
            Figure("made within, at worst", max(took), "s"),
        ),
        f"a take of {hours:g} h, {entries:,} calls; {len(making)} steps while its file was made and {len(calm)} "
        f"without, {1000 * _APART:g} ms apart, in {turns} turns",
    )


def _steps(model: StreamingModel, goes_on: Callable[[], bool]) -> list[float]:
    music = random_music(256)
    seconds: list[float] = []
    while goes_on():
        time.sleep(_APART)
        at = len(seconds) % len(music)
        seconds.append(float(measure_step(model, music[at : at + 1])[0]))
    return seconds


def _make(folder: Path, ended: threading.Event) -> None:
    """As a recorder does, on a thread of its own, while the set goes on."""
    leisure, close = os.pipe()
    try:
        finish_midi_aside(folder, start_midi_aside(folder, leisure))
    finally:
        os.close(leisure)
        os.close(close)
        ended.set()


def write_take(folder: Path, hours: float) -> int:
    """Write the log of a take of so many hours: what is played in some minutes, again and again. How many calls."""
    settings, model = Settings(tempo=110.0), FakeModel()
    session = Session(Performer(model, settings))
    played: list[Entry] = []
    session.journal = played.append
    simulation = Simulation(session, keep=False)
    session.begin(0.0)
    for number, mode in enumerate(_MODES):
        begin, end = number * _PLAYED / len(_MODES), (number + 1) * _PLAYED / len(_MODES)
        simulation.play([SetMode(begin, mode), *scripted_human(begin + 0.5, end, seed=number)], end)
    count = 0
    packed = [json.loads(line(entry)) for entry in played]
    with (folder / LOG_NAME).open("w", encoding="utf-8") as file:
        file.write(json.dumps(header(settings, model, "")) + "\n")
        for round_number in range(max(round(hours * 3600 / _PLAYED), 1)):
            for entry in packed[round_number > 0 :]:  # it begins once
                file.write(json.dumps(_later(entry, round_number * _PLAYED, round_number * 10**6)) + "\n")
                count += 1
    return count


def _later(entry: Entry, seconds: float, ids: int) -> Entry:
    """The entry so much later, its notes numbered so much higher."""

    def moved(fields: dict[str, Any]) -> dict[str, Any]:
        new = dict(fields)
        for name in _TIMES:
            if isinstance(new.get(name), (int, float)):
                new[name] += seconds
        for name in ("onsets", "releases"):
            if name in new:
                new[name] = [None if value is None else value + seconds for value in new[name]]
        if "note_id" in new:
            new["note_id"] += ids
        if "note_ids" in new:
            new["note_ids"] = [value + ids for value in new["note_ids"]]
        return new

    return [entry[0], entry[1] + seconds, *(moved(part) if isinstance(part, dict) else part for part in entry[2:])]
