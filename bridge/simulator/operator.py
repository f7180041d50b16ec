"""Whoever sits at the controls of a simulated set: sets, recalls, learns, swaps, asks, stops, and now and then errs.

And what goes wrong around a set without anybody's doing (`mishaps`): stalls, ports that come and go, a cable in a loop,
faults of the model.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from bridge.presets import presets
from bridge.presets.presets import Preset
from bridge.simulator.happenings import (
    Cable,
    Fault,
    Happening,
    Happenings,
    Ports,
    Random,
    Room,
    Stall,
    SwapModel,
    chance,
    pause,
)
from bridge.timing.clock import FASTEST_BPM, SLOWEST_BPM
from bridge.vocabulary.codec import VOICES
from bridge.vocabulary.events import (
    CLOCK_NAMES,
    MODE_NAMES,
    Again,
    ClipNote,
    Control,
    Input,
    Keep,
    Learn,
    Offered,
    Panic,
    PlayClip,
    PrimeWith,
    Reset,
    Respond,
    SetClock,
    SetMode,
    SetParameter,
    SetRange,
    SetTempo,
    SetTransport,
    SetVoice,
    StepTime,
    Stop,
    Tap,
    Unlearn,
)
from bridge.vocabulary.parameters import PARAMETERS, Parameter
from bridge.vocabulary.voices import DRUM_CHANNEL

# Controllers that somebody moves.
KNOBS: Final = (20, 21, 22)
# Parameters that count something: of these the small values are those that people use, and that matter.
COUNTS: Final = ("most", "polyphony", "alone_beats", "count_in", "bars", "trade")
# What cannot be: each must be refused and change nothing.
ERRORS: Final = (
    lambda time: SetMode(time, "jazz"),
    lambda time: SetParameter(time, "temperature", 99.0),
    lambda time: SetParameter(time, "loudness", 1.0),
    lambda time: SetParameter(time, "scale", "purple"),
    lambda time: SetVoice(time, "kazoo", True, 1),
    lambda time: SetVoice(time, "bass", True, 17),
    lambda time: SetRange(time, "bass", 90, 20),
    lambda time: SetTempo(time, 5.0),
    lambda time: SetClock(time, "sundial"),
    lambda time: Learn(time, "loudness"),
)


def controls(draw: Random, room: Room, begin: float, models: tuple[str, ...]) -> Happenings:
    """Turns knobs at random: restless in one set, hardly there in another. `models` may be swapped to, by name."""
    mean = float(draw.choice([3.0, 12.0, 12.0, 60.0]))
    # Some leave the knobs where the music is; others go to all extremes.
    wild = chance(draw, 0.3)
    time = begin
    while True:
        time += pause(draw, mean)
        yield _deed(draw, room, time, models, wild)
        if chance(draw, 0.3):
            yield _deed(draw, room, time, models, wild)


def some_preset(draw: Random, wild: bool) -> Preset:
    """A preset that somebody may have made, by way of its file."""
    names = [str(name) for name in draw.choice(list(PARAMETERS), int(draw.integers(1, 8)), replace=False)]
    values = {name: some_value(draw, PARAMETERS[name], wild) for name in names if name not in ("low", "high")}
    voices = {str(name): _voice(draw, str(name)) for name in draw.choice(VOICES, 2, replace=False)}
    ranges = {"bass": (28, 55)} if chance(draw, 0.3) else {}
    mode = str(draw.choice(MODE_NAMES)) if chance(draw, 0.5) else ""
    usual = tuple(name for name in VOICES if name not in voices) if chance(draw, 0.3) else ()
    return presets.parse(presets.text_of(Preset(values, voices, ranges, mode, usual=usual)), "simulated")


def some_value(draw: Random, parameter: Parameter, wild: bool) -> float | str:
    """Something that `parameter` can be set to: its default as often as not, unless `wild`."""
    if chance(draw, 0.2 if wild else 0.5):
        return parameter.default
    if parameter.choices:
        return str(draw.choice(parameter.choices))
    low, high = parameter.low, parameter.high
    if parameter.name in COUNTS:
        return low + math.floor(math.pow(high - low + 1.0, float(draw.random()))) - 1.0
    value = float(draw.uniform(low, high) if chance(draw, 0.9) else draw.choice([low, high]))
    return float(round(value)) if parameter.whole else value


def _asks(draw: Random, time: float) -> tuple[Input, ...]:
    answers = (Respond(time), Respond(time), Respond(time), Again(time), Keep(time))
    return (*answers, *_clips(draw, time), Stop(time), Panic(time), Reset(time))


def _clips(draw: Random, time: float) -> tuple[Input, ...]:
    """A clip of somebody's, whatever the rules of the set are: offered, played or heard."""
    count = int(draw.integers(1, 24))
    beats = np.cumsum(draw.choice([0.0, 0.25, 0.5, 1.0], count))
    notes = tuple(
        ClipNote(beat, float(draw.choice([0.125, 0.5, 2.0])), str(draw.choice(VOICES)), pitch, velocity)
        for beat, pitch, velocity in zip(
            (beats - beats[0]).tolist(),
            draw.integers(0, 128, count).tolist(),
            draw.integers(1, 128, count).tolist(),
            strict=True,
        )
    )
    place, bpm = float(draw.choice([-1.0, 0.0, 1.5])), float(draw.choice([0.0, 90.0]))
    played = PlayClip(time, 1, "some", place, bpm, notes)
    return Offered(time, (1,), ("some",)), played, played, PrimeWith(time, 1, "some", place, notes)


def _deed(draw: Random, room: Room, time: float, models: tuple[str, ...], wild: bool) -> Happening:
    kind = draw.random()
    if kind < 0.45:
        parameter = list(PARAMETERS.values())[int(draw.integers(len(PARAMETERS)))]
        return SetParameter(time, parameter.name, some_value(draw, parameter, wild))
    if kind < 0.6:
        return SetMode(time, str(draw.choice(MODE_NAMES)))
    if kind < 0.7:
        return draw_one(draw, _asks(draw, time))
    if kind < 0.77:
        voice = str(draw.choice(VOICES))
        return SetVoice(time, voice, *_voice(draw, voice))
    if kind < 0.82:
        first, second = some_preset(draw, wild), some_preset(draw, wild)
        return presets.morph(first, second, float(draw.random())).recall("blend", time)
    if kind < 0.9:
        return _controller(draw, time)
    if kind < 0.95:
        return _about_time(draw, time)
    if kind < 0.97 and models:
        return SwapModel(time, str(draw.choice(models)))
    if kind < 0.98:
        low = int(draw.integers(0, 100))
        return SetRange(time, str(draw.choice(VOICES)), low, int(draw.integers(low, 128)))
    return ERRORS[int(draw.integers(len(ERRORS)))](time)


def _voice(draw: Random, voice: str) -> tuple[bool, int]:
    channel = DRUM_CHANNEL if voice == "drums" else int(draw.integers(1, 17))
    return chance(draw, 0.7), channel


def _controller(draw: Random, time: float) -> Input:
    name = str(draw.choice(list(PARAMETERS)))
    match int(draw.integers(6)):
        case 0:
            return Learn(time, name)
        case 1:
            return Unlearn(time, name)
        case _:
            return Control(time, int(draw.choice(KNOBS)), int(draw.integers(0, 128)), 1)


def _about_time(draw: Random, time: float) -> Input:
    match int(draw.integers(4)):
        case 3:
            return Tap(time)
        case 0:
            return SetClock(time, str(draw.choice(CLOCK_NAMES)))
        case 1:
            bpm = float(draw.choice([0.0, SLOWEST_BPM, 90.0, 120.0, FASTEST_BPM], p=[0.25, 0.05, 0.35, 0.3, 0.05]))
            return SetTempo(time, bpm)
        case _:
            return SetTransport(time, chance(draw, 0.7), float(draw.uniform(-4.0, 300.0)))


def draw_one(draw: Random, happenings: tuple[Input, ...]) -> Input:
    """One of these."""
    return happenings[int(draw.integers(len(happenings)))]


def mishaps(draw: Random, room: Room, begin: float) -> Happenings:
    """Mishaps of the machine and its cables: several in a minute, or one in some minutes."""
    mean = float(draw.choice([10.0, 40.0, 40.0, 200.0]))
    time = begin
    while True:
        time += pause(draw, mean)
        kind = draw.random()
        if kind < 0.6:
            yield Stall(time, float(draw.choice([0.02, 0.06, 0.3, 1.5])))
        elif kind < 0.7:
            yield StepTime(time, float(draw.choice([0.001, 0.005, 0.02, 0.1, 0.5])))
        elif kind < 0.9:
            inside = chance(draw, 0.5)
            yield Ports(time, input_open=inside, output_open=not inside or chance(draw, 0.3))
            time += pause(draw, 4.0)
            yield Ports(time, input_open=True, output_open=True)
        elif kind < 0.95:
            yield Cable(time, plugged=True)
            time += pause(draw, 5.0)
            yield Cable(time, plugged=False)
        else:
            yield Fault(time)
