"""A recorded session played again with something changed: what would the machine have played?

A replay makes the recorded calls again, so it can only bring the recorded notes out. Here only what people did is
kept (keys, controllers, presets, settings, swaps of models), each thing at its time; the machine thinks anew on
the simulated clock, and its notes leave a simulated port.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from bridge.engine.model import Model
from bridge.performer.performer import Performer
from bridge.performer.settings import Settings
from bridge.sessions.log import Entry, Session, SessionLog, check_whole
from bridge.sessions.simulation import STEP, Simulation
from bridge.vocabulary import parameters
from bridge.vocabulary.events import MODE_NAMES, Dropped, Input, Recall, SetMode, Sounded, StepTime, TooLate

# What can be changed beside the parameters.
SEED: Final = "seed"
MODE: Final = "mode"
# The machine may finish what it plays this long after the last thing that was recorded, in seconds.
_AFTER: Final = 2.0

ModelLoader = Callable[[str, str], Model]


def changed_settings(settings: Settings, changes: Mapping[str, float | str]) -> Settings:
    """`settings` with these parameters, seed or mode. Raises ValueError for what does not exist or is out of range."""
    values = dict(settings.values)
    for name, value in changes.items():
        if name == SEED:
            if not isinstance(value, (int, float)) or value != int(value) or value < 0:
                raise ValueError(f"seed cannot be {value!r}: a whole number from 0")
            settings = replace(settings, seed=int(value))
        elif name == MODE:
            if value not in MODE_NAMES:
                raise ValueError(f"no mode {value!r}: there are {', '.join(MODE_NAMES)}")
            settings = replace(settings, mode=str(value))
        else:
            values[name] = parameters.check(name, value)
    return replace(settings, values=values)


def play_again(
    log: SessionLog, load_model: ModelLoader, changes: Mapping[str, float | str], step: float = STEP
) -> SessionLog:
    """The session as it would have gone with `changes`, which hold throughout, whatever was set on the way.

    `load_model(name, sha256)` gives a freshly reset model; `step` is what a piece of the model's work takes, in
    seconds. A take that was begun in mid-set is played from the set's beginning. Raises BadLog for one where that is
    missing, ValueError for a change that cannot be.
    """
    check_whole(log)
    settings = changed_settings(log.settings, changes)
    pinned = changes.keys() & parameters.PARAMETERS.keys()
    session = Session(Performer(load_model(log.model, log.model_sha256), settings, pinned))
    entries: list[Entry] = []
    session.journal = entries.append
    end = log.began
    simulation = Simulation(session, step=step, keep=False, start=end)
    before = 0
    for number, entry in enumerate((*log.earlier, *log.entries)):
        end = entry[1]
        if log.earlier and number == len(log.earlier):
            simulation.play((), until=end)
            before = len(entries)
        if entry[0] == "begin":
            session.begin(end)
        if entry[0] == "model":
            simulation.play((), until=end)
            session.change_model(load_model(entry[2], entry[3]), entry[3], simulation.now)
        elif entry[0] == "in":
            item = _kept(entry[2], MODE in changes)
            if item is not None:
                simulation.play((), until=end)
                _receive(simulation, item)
    simulation.play((), until=end + _AFTER)
    made = SessionLog(settings, log.model, log.model_sha256, tuple(entries[before:]))
    return replace(made, whole=log.whole, earlier=tuple(entries[:before]))


def _kept(item: Input, mode_is_fixed: bool) -> Input | None:
    """What of a recorded input still counts: what was said of the recorded notes and steps does not."""
    if isinstance(item, (Sounded, Dropped, TooLate, StepTime)) or (isinstance(item, SetMode) and mode_is_fixed):
        return None
    if isinstance(item, Recall) and mode_is_fixed:
        return replace(item, mode="")
    return item


def _receive(simulation: Simulation[Session], item: Input) -> None:
    """A setting that was fine in the session may be refused beside the changes: then it is left out."""
    try:
        simulation.receive(item)
    except ValueError:
        return
