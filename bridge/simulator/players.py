"""The humans of a simulated set: one who plays phrases of real songs, and one whose hands fall where they will."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from itertools import count
from typing import Final, NamedTuple

from bridge.simulator.happenings import Happenings, Random, Room, Wait, chance, pause
from bridge.vocabulary.actions import CONTROLLER, NOTE, Binds, read_trigger
from bridge.vocabulary.controllers import SUSTAIN_PEDAL
from bridge.vocabulary.events import Control, Input, NoteOff, NoteOn, Raw, Turn
from bridge.vocabulary.voices import DRUM_CHANNEL

TICKS_PER_BEAT: Final = 24


# --- short phrases out of real songs (CC0) ---------------------------------------------------------------


class PhraseNote(NamedTuple):
    """A note of a phrase: onset and length in beats."""

    onset: float
    pitch: int
    length: float


class SongPhrase(NamedTuple):
    """A few bars of a song, from its first note on."""

    title: str
    notes: tuple[PhraseNote, ...]


@cache
def phrases() -> tuple[SongPhrase, ...]:
    """All there are, always in the same order."""
    text = files("bridge.simulator").joinpath("phrases.tsv").read_text(encoding="utf-8")
    return tuple(_parse(line) for line in text.splitlines() if not line.startswith("#"))


def _parse(line: str) -> SongPhrase:
    title, notes = line.split("\t")
    return SongPhrase(title, tuple(_note(note) for note in notes.split()))


def _note(text: str) -> PhraseNote:
    onset, pitch, length = map(int, text.split(":"))
    return PhraseNote(onset / TICKS_PER_BEAT, pitch, length / TICKS_PER_BEAT)


# Seconds: how far a hand strays from the beat (standard deviation), and the least there is between on and off.
UNEVEN: Final = 0.012
SHORTEST: Final = 0.01
# How likely: that a note's off never comes, that its on comes twice.
HUNG: Final = 0.004
DOUBLED: Final = 0.004
# Beats per minute that phrases are played at.
SLOW: Final = 50.0
FAST: Final = 190.0
# Drums that a drummer's pitches are folded into.
LOWEST_DRUM: Final = 35
DRUM_COUNT: Final = 23
# Messages that are neither notes nor controllers: bend, programs, pressure, system exclusive, a stray byte.
RAW: Final = (b"\xe0\x00\x40", b"\xc0\x05", b"\xd0\x40", b"\xa0\x3c\x40", b"\xf0\x7e\x7f\xf7", b"\xfe")
# What fires actions in every set, on a channel on which nobody plays (docs/playing-in.md).
PADS: Final[Binds] = {
    "respond": ("note:36@16",),
    "again": ("note:37@16",),
    "keep": ("note:38@16",),
    "stop": ("cc:66@16",),
    "panic": ("note:39@16",),
    "tap": ("cc:64@16",),
    "record": ("cc:80@16",),
    "next_mode": ("program:1@16",),
    "last_mode": ("program:2@16",),
}

Player = Callable[[Random, Room, float], Happenings]


def plays_phrases(draw: Random, room: Room, begin: float) -> Happenings:
    """Plays phrases in time as humans do, waits for answers, or does not, and falls into them.

    Now and then a note-off gets lost, a note-on comes twice, and there is nobody for a minute.
    """
    time, bpm = begin, float(draw.uniform(SLOW, FAST))
    patience = draw.uniform(0.0, 1.0)
    channel = DRUM_CHANNEL if chance(draw, 0.1) else int(draw.choice([1, 1, 1, 1, 2, 3]))
    while True:
        yield Wait(time)
        bpm = min(max(bpm * float(draw.normal(1.0, 0.05)), SLOW), FAST)
        played = _performed(draw, _chosen(draw), time, bpm, channel)
        yield from played
        time = max((item.time for item in played), default=time)
        # There may be an answer now: hear it out, or play into it.
        time += pause(draw, 1.5, 0.05)
        yield Wait(time)
        if room.turn is Turn.MACHINE and chance(draw, patience):
            while room.turn is Turn.MACHINE and chance(draw, 0.97):
                time += 0.3
                yield Wait(time)
        elif chance(draw, 0.02):
            time += pause(draw, 60.0)


def plays_mpe(draw: Random, room: Room, begin: float) -> Happenings:
    """Plays phrases on a keyboard that sends each note on a channel of its own, with bends, pressure and timbre.

    Now and then it says anew which channels these are, in mid-phrase too, and ends its notes in other ways.
    """
    time, master = begin, int(draw.choice([1, 1, 16]))
    members = 0
    turn = 0
    while True:
        yield Wait(time)
        if not members or chance(draw, 0.05):
            members = int(draw.choice([4, 7, 12, 14, 15]))
            for controller, value in ((101, 0), (100, 6), (6, members), (101, 127), (100, 127)):
                yield Control(time, controller, value, master)
        played: list[Input] = []
        channels: dict[int, int] = {}
        for item in _performed(draw, _chosen(draw), time, float(draw.uniform(SLOW, FAST)), master):
            match item:
                case NoteOn(on, pitch, velocity):
                    turn += 1
                    channels[pitch] = channel = master + (1 + turn % members) * (1 if master == 1 else -1)
                    played += [Raw(on, bytes((0xE0 | channel - 1, 0, 64))), NoteOn(on, pitch, velocity, channel)]
                    played += [Control(on, 74, int(draw.integers(128)), channel)]
                case NoteOff(off, pitch):
                    channel = channels.get(pitch, master)
                    played.append(NoteOn(off, pitch, 0, channel) if chance(draw, 0.5) else NoteOff(off, pitch, channel))
                    played.append(Raw(off, bytes((0xD0 | channel - 1, 0))))
                case _:
                    played.append(item)
        yield from played
        time = max((item.time for item in played), default=time)
        if chance(draw, 0.2):
            yield Control(time, int(draw.choice([120, 121, 123])), 0, master)
        time += pause(draw, 1.5, 0.05)


def plays_anything(draw: Random, room: Room, begin: float) -> Happenings:
    """Keys, clusters, floods, pedals and messages in no order: what a cat, a broken keyboard or a test would play."""
    time, low = begin, int(draw.integers(20, 70))
    span = int(draw.choice([2, 12, 50]))
    busy = float(draw.choice([0.06, 0.2, 0.2, 1.0]))
    number = count()
    waiting: list[tuple[float, int, Input]] = []
    while True:
        time += pause(draw, 15.0) if chance(draw, 0.01) else pause(draw, busy)
        while waiting and waiting[0][0] <= time:
            yield heapq.heappop(waiting)[2]
        yield Wait(time)
        for item in _gesture(draw, time, low, span):
            heapq.heappush(waiting, (item.time, next(number), item))


def _gesture(draw: Random, time: float, low: int, span: int) -> list[Input]:
    kind = draw.random()
    if kind < 0.002:
        return _flood(draw, time)
    if kind < 0.05:
        return [_odd(draw, time)]
    items: list[Input] = []
    channel = int(draw.choice([1, 1, 1, 2, DRUM_CHANNEL]))
    for _ in range(int(draw.integers(2, 9)) if chance(draw, 0.1) else 1):
        pitch = low + int(draw.integers(span))
        items.append(NoteOn(time, pitch, int(draw.integers(0, 128)), channel))
        if not chance(draw, 0.05):
            items.append(NoteOff(time + pause(draw, 0.2), pitch, channel))
    return items


def _performed(draw: Random, phrase: SongPhrase, begin: float, bpm: float, channel: int) -> list[Input]:
    """The phrase as it is played from `begin` on at about `bpm`: uneven, drifting, up or down by some semitones."""
    shift = int(draw.integers(-7, 8))
    loud, touch = float(draw.uniform(35, 110)), float(draw.uniform(0.3, 1.1))
    drift = float(draw.normal(0.0, 0.004))
    items: list[Input] = []
    pedal = chance(draw, 0.15)
    if pedal:
        items.append(Control(begin, SUSTAIN_PEDAL, 127, channel))
    end = begin
    for onset, pitch, length in phrase.notes:
        seconds = 60.0 / (bpm * (1.0 + drift * onset))
        on = max(begin + onset * seconds + float(draw.normal(0.0, UNEVEN)), begin)
        key = _key(pitch + shift, channel)
        velocity = min(max(round(float(draw.normal(loud, 8.0))), 1), 127)
        items.append(NoteOn(on, key, velocity, channel))
        if chance(draw, DOUBLED):
            items.append(NoteOn(on + 0.001, key, velocity, channel))
        end = on + max(length * seconds * touch, SHORTEST)
        if not chance(draw, HUNG):
            items.append(NoteOff(end, key, channel))
    if pedal:
        items.append(Control(end + pause(draw, 0.3), SUSTAIN_PEDAL, 0, channel))
    return sorted(items, key=_time)


def _chosen(draw: Random) -> SongPhrase:
    """A phrase, or only its beginning."""
    phrase = phrases()[int(draw.integers(len(phrases())))]
    if chance(draw, 0.4):
        return phrase._replace(notes=phrase.notes[: int(draw.integers(1, len(phrase.notes) + 1))])
    return phrase


def _key(pitch: int, channel: int) -> int:
    if channel == DRUM_CHANNEL:
        return LOWEST_DRUM + pitch % DRUM_COUNT
    return min(max(pitch, 0), 127)


def _flood(draw: Random, time: float) -> list[Input]:
    """More notes than anybody can think about, in a second or less."""
    size, gap = int(draw.integers(50, 400)), float(draw.choice([0.0, 0.0005, 0.003]))
    items: list[Input] = []
    for index in range(size):
        pitch, on = int(draw.integers(128)), time + index * gap
        items += [NoteOn(on, pitch, int(draw.integers(1, 128))), NoteOff(on + 0.05, pitch)]
    return items


def _odd(draw: Random, time: float) -> Input:
    channel = int(draw.choice([1, 1, 2, DRUM_CHANNEL]))
    match int(draw.integers(4)):
        case 0:
            return Control(time, SUSTAIN_PEDAL, int(draw.choice([0, 63, 64, 127])), channel)
        case 1:
            return Control(time, int(draw.integers(0, 128)), int(draw.integers(0, 128)), channel)
        case 2:
            return NoteOff(time, int(draw.integers(128)), channel)
        case _:
            return Raw(time, RAW[int(draw.integers(len(RAW)))])


def plays_pads(draw: Random, room: Room, begin: float) -> Happenings:
    """Presses what is bound to actions (PADS): half of the sets have somebody who does."""
    if chance(draw, 0.5):
        return
    time = begin
    while True:
        time += pause(draw, 15.0)
        trigger = read_trigger(PADS[str(draw.choice(list(PADS)))][0])
        number, channel = trigger.number, trigger.channel
        if trigger.kind == NOTE:
            yield NoteOn(time, number, int(draw.integers(1, 128)), channel)
            yield NoteOff(time + 0.08, number, channel)
        elif trigger.kind == CONTROLLER:
            for step, value in enumerate((127, 90, 0)):
                yield Control(time + 0.03 * step, number, value, channel)
        else:
            yield Raw(time, bytes((0xC0 | channel - 1, number)))
        time += 0.1


def merged(*sources: Happenings) -> Happenings:
    """All that happens, in order of time; each source goes on only once its last happening was done."""
    return iter(heapq.merge(*sources, key=_time))


def _time(happening: object) -> float:
    return happening.time  # type: ignore[attr-defined,no-any-return]
