"""A set from its seed: who plays, by which clock, how the machine is set, what goes wrong; and how it went."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np

from bridge.engine.model import Model
from bridge.performer.performer import Performer
from bridge.performer.role import AUTO
from bridge.performer.settings import Settings
from bridge.sessions.log import Entry, Journal, Session, SessionLog, header, replay
from bridge.simulator.clocks import CLOCKS
from bridge.simulator.happenings import Happenings, Random, Room, chance
from bridge.simulator.invariants import Broken
from bridge.simulator.live_set import LiveSet
from bridge.simulator.operator import controls, mishaps, some_preset
from bridge.simulator.players import PADS, merged, plays_anything, plays_mpe, plays_pads, plays_phrases
from bridge.simulator.watch import Watch
from bridge.simulator.watched_model import WatchedModel
from bridge.vocabulary.codec import VOICES
from bridge.vocabulary.events import CLOCK_NAMES, MODE_NAMES
from bridge.vocabulary.parts import NOT_HEARD, Part

# What one piece of work takes, in seconds: a fast machine, a usual one, a slow one.
STEPS: Final = (0.0005, 0.002, 0.002, 0.008)
# The set as it is and replayed from its log are compared in one set of so many.
REPLAYED: Final = 16
REPLAY: Final = "replays from its log"
# How likely: an MPE keyboard, one that was said (`--mpe`) and not only told of, keys that are heard as parts, channels
# that are not listened to. Their dice are others than the rest's: in most sets everything is as it is without them.
MPE: Final = 0.15
SAID: Final = 0.3
PARTS: Final = 0.2
LISTEN: Final = 0.1
_PARTS: Final = (
    (Part("bass", 0, 47),),
    (Part("lead", channel=2), Part("bass", 0, 51, 1)),
    (Part(NOT_HEARD, 84, 127), Part("strings", 72, 83)),
    (Part(NOT_HEARD, channel=3), Part("guitar", channel=16)),
)
_LISTEN: Final = ((1,), (1, 2), (16, 1), (3, 10))
# How likely a set is to begin in a mode, and in one that is not named here.
_BEGINS: Final = {"respond": 0.28, "duet": 0.24, "harmonize": 0.16, "accompany": 0.28, "off": 0.04}
_NEW_MODE: Final = 0.2


class Models(NamedTuple):
    """The models of a set: `names` may be swapped to, `load(name)` gives one that heard nothing and its hash.

    `twin(name)` gives another like it, to compare it with. `reach`, `every` and `weights` are as `Watch` takes them.
    """

    names: tuple[str, ...]
    load: Callable[[str], tuple[Model, str]]
    twin: Callable[[str], Model]
    reach: int | None
    every: int
    weights: Callable[[str], str] = lambda name: "float32"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a set went. Times in seconds; `busy` is processor time. `broken` is what did not hold, None where all did.

    `log` is the session's log, header first, of a set in which something broke.
    """

    seed: int
    seconds: float
    busy: float
    mode: str
    clock: str
    heard: int
    played: int
    draws: int
    looks: int
    worst: float
    refused: int
    faults: int
    largest: int
    broken: Broken | None = None
    log: tuple[dict[str, object], list[Entry]] | None = None


def play_set(seed: int, seconds: float, models: Models, journal: Journal | None = None) -> Outcome:
    """Play the set of this seed for so many simulated seconds, and say how it went; `journal` is told each call.

    The set of a seed is always the same; a longer one begins like a shorter one.
    """
    began = time.process_time()
    entries: list[Entry] = []

    def note(entry: Entry) -> None:
        entries.append(entry)
        if journal is not None:
            journal(entry)

    draw = np.random.default_rng(seed)
    room = Room()
    others = np.random.default_rng((seed, 1))
    settings = _with_others(others, _settings(draw))
    clock = str(draw.choice(list(CLOCKS)))
    watch = Watch(settings, models.twin, models.reach, models.every, models.weights)
    name = models.names[int(draw.integers(len(models.names)))]

    def load(name: str) -> tuple[WatchedModel, str]:
        model, digest = models.load(name)
        return WatchedModel(model, watch), digest

    model, digest = load(name)
    session = Session(Performer(model, settings))
    session.journal = note
    live = LiveSet(session, room, watch, model, load, float(draw.choice(STEPS)))
    broken = None
    try:
        live.perform(merged(_happenings(draw, room, clock, models.names), *_others(others, room, settings)), seconds)
        live.finish()
        if seed % REPLAYED == 0 and not live.faults:
            _check_replay(settings, name, digest, entries, models, live.now)
    except Broken as what:
        broken = what
    ledger = session.performer.stage.ledger
    return Outcome(
        seed=seed,
        seconds=live.now,
        busy=time.process_time() - began,
        mode=settings.mode,
        clock=clock,
        heard=sum(entry[0] == "in" for entry in entries),
        played=ledger.counts["sounded"],  # type: ignore[index]
        draws=watch.draws,
        looks=watch.looks,
        worst=watch.worst,
        refused=live.refused,
        faults=live.faults,
        largest=watch.bounded.largest,
        broken=broken,
        log=None if broken is None else (header(settings, model, digest), entries),
    )


def _settings(draw: Random) -> Settings:
    """How the machine is set at the beginning."""
    likely = np.array([_BEGINS.get(name, _NEW_MODE) for name in MODE_NAMES])
    wild = chance(draw, 0.2)
    preset = some_preset(draw, wild) if chance(draw, 0.5) else None
    voices = {name: (True, 10 if name == "drums" else index + 1) for index, name in enumerate(VOICES)}
    count = int(draw.integers(0, len(VOICES) + 1))
    some = {str(name): voices[str(name)] for name in draw.choice(VOICES, count, replace=False)}
    return Settings(
        mode=str(draw.choice(MODE_NAMES, p=likely / likely.sum())),
        seed=int(draw.integers(2**31)),
        tempo=float(draw.choice([0.0, 0.0, 72.0, 120.0, 168.0])),
        clock=str(draw.choice(CLOCK_NAMES, p=[0.6, 0.1, 0.1, 0.1, 0.1])),
        clock_out=chance(draw, 0.1),
        values={} if preset is None else preset.values,
        voices=some if preset is None else {**some, **preset.voices},
        ranges={} if preset is None else preset.ranges,
        human_voice=str(draw.choice([AUTO, AUTO, *VOICES])),
        binds=PADS,
    )


def _with_others(draw: Random, settings: Settings) -> Settings:
    """The same, in some sets with parts, with an MPE keyboard, or with channels that are not listened to."""
    return replace(
        settings,
        mpe=chance(draw, MPE * SAID),
        parts=_PARTS[int(draw.integers(len(_PARTS)))] if chance(draw, PARTS) else (),
        listen=_LISTEN[int(draw.integers(len(_LISTEN)))] if chance(draw, LISTEN) else (),
    )


def _others(draw: Random, room: Room, settings: Settings) -> Iterator[Happenings]:
    """Who plays besides, in some sets."""
    if settings.mpe or chance(draw, MPE):
        yield plays_mpe(draw, room, float(draw.uniform(0.0, 5.0)))


def _happenings(draw: Random, room: Room, clock: str, names: tuple[str, ...]) -> Happenings:
    """All that will happen. Each who acts has dice of their own, so that none changes what the others do."""
    dice = draw.spawn(8)
    sources = [CLOCKS[clock](dice[0], room, float(draw.uniform(0.0, 3.0)))]
    plays = draw.random()
    if plays < 0.75:
        sources.append(plays_phrases(dice[1], room, float(draw.uniform(0.0, 5.0))))
    if plays > 0.65:
        sources.append(plays_anything(dice[2], room, float(draw.uniform(0.0, 5.0))))
    if chance(draw, 0.85):
        sources.append(controls(dice[3], room, 0.0, names))
    if chance(draw, 0.5):
        sources.append(mishaps(dice[4], room, 0.0))
    if chance(draw, 0.1):
        other = str(draw.choice(list(CLOCKS)))
        sources.append(CLOCKS[other](dice[5], room, float(draw.uniform(0.0, 60.0))))
    sources.append(plays_pads(dice[6], room, 0.0))
    return merged(*sources)


def _check_replay(settings: Settings, name: str, digest: str, journal: list[Entry], models: Models, now: float) -> None:
    """The log makes the same set again. Raises Broken where it does not."""
    log = SessionLog(settings, name, digest, tuple(journal))
    recorded = log.outputs()
    again = replay(log, lambda name, digest: models.load(name)[0])
    if recorded != again:
        at = next((one[0] for one, other in zip(recorded, again, strict=False) if one != other), now)
        raise Broken(REPLAY, at, f"of {len(recorded)} outputs the first that differs came at {at:.3f} s")
