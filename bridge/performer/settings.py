"""How a set is set: as it begins (`Settings`), and by the people at the controls while it goes on (`Desk`).

They set parameters, voices, ranges, presets, and the controllers and keys that do so. Everything set is checked as a
whole before any of it counts, so that a refusal (ValueError, with the way out) leaves all as it was.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

from bridge.performer.role import AUTO
from bridge.performer.stage import Stage
from bridge.performer.triggers import Triggers
from bridge.vocabulary import parameters
from bridge.vocabulary.actions import ACTIONS, Binds, check_action, check_binds
from bridge.vocabulary.codec import VOICES
from bridge.vocabulary.controllers import Binding, bind, is_free, is_knob, steered, upper_half
from bridge.vocabulary.events import (
    Bound,
    Control,
    Learn,
    Learned,
    NoteOff,
    NoteOn,
    Raw,
    Recall,
    SetParameter,
    SetRange,
    SetVoice,
    Severity,
    Unlearn,
    ValueReport,
)
from bridge.vocabulary.parameters import PARAMETERS
from bridge.vocabulary.parts import Part
from bridge.vocabulary.voices import DRUM_CHANNEL

TURN: Final = 8
MESSAGES: Final = 3
TREMBLES: Final = 2
# The way there may be longer than what lies between its ends by this factor.
DETOUR: Final = 1.5
# Positions of a controller that are looked at.
RECENT: Final = 32

CHANNELS: Final = 16

Value = float | str


@dataclass(frozen=True, slots=True)
class Settings:
    """How a performance begins. With the seed and the inputs it determines every note.

    `human_voice` is one of VOICES, or AUTO: made out from what is played (logs that say nothing were heard as keys).
    `drum_channel` is the one on which their notes are drums, 0: none is. Notes and pedals are heard on the channels
    `listen`, on all where it is empty; `binds` say which messages, on whatever channel, fire actions instead.
    Keys that belong to one of `parts` are heard as its voice, or not. With `mpe` channels 2 to 16 are member channels
    of 1 from the beginning (`bridge.performer.mpe_zones`), whatever configuration message comes. `preset` is the name
    of the one that was taken last, where they go on with another set.
    """

    mode: str = "respond"
    seed: int = 0
    human_voice: str = "keys"
    tempo: float = 0.0
    clock: str = "auto"
    clock_out: bool = False
    values: Mapping[str, float | str] = field(default_factory=dict)
    voices: Mapping[str, tuple[bool, int]] = field(default_factory=dict)
    ranges: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    controllers: Mapping[str, Binding] = field(default_factory=dict)
    drum_channel: int = DRUM_CHANNEL
    listen: tuple[int, ...] = ()
    binds: Binds = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    mpe: bool = False
    preset: str = ""

    def check(self) -> None:
        """Raises ValueError for a voice or channel that cannot be."""
        if self.human_voice not in (AUTO, *VOICES):
            raise ValueError(f"no voice {self.human_voice!r}: there are {AUTO}, {', '.join(VOICES)}")
        if not 0 <= self.drum_channel <= CHANNELS:
            raise ValueError(f"drum channel cannot be {self.drum_channel}: 1 to {CHANNELS}, or 0 for none")
        for channel in self.listen:
            if not 1 <= channel <= CHANNELS:
                raise ValueError(f"no channel {channel} to listen to: the range is 1 to {CHANNELS}")
        for part in self.parts:
            part.check()


class Learner:
    """MIDI learn: waits for a controller that is turned, to steer parameter `name`.

    The first message that comes is often none of the knob's: a fader trembles at rest, a keyboard selects a bank, a
    pedal is down. So a controller is learnt once it was turned: TURN positions or more in one direction, over MESSAGES
    messages at least, with little going back on the way and at least TREMBLES times as far as it ever jumped back. A
    14-bit controller is known by the message of its upper half.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._positions: dict[tuple[int, int], deque[int]] = {}

    def hear(self, item: Control) -> bool:
        """A controller sends. True once it was turned."""
        if not is_knob(item.controller):
            return False
        positions = self._positions.setdefault((item.channel, item.controller), deque(maxlen=RECENT))
        if not positions or positions[-1] != item.value:
            positions.append(item.value)
        return was_turned(list(positions))


def was_turned(positions: list[int]) -> bool:
    """Whether a controller that was at these positions (0-127, each other than the one before) ends in a turn."""
    steps = [later - earlier for earlier, later in pairwise(positions)]
    travelled = 0
    for count, start in enumerate(range(len(positions) - 2, -1, -1), start=2):
        travelled += abs(steps[start])
        way = positions[-1] - positions[start]
        back = max((abs(step) for step in steps if step * way < 0), default=0)
        if count >= MESSAGES and abs(way) >= max(TURN, TREMBLES * back) and travelled <= DETOUR * abs(way):
            return True
    return False


class Desk:
    """Sets what is on a stage. Parameters that are `pinned` stay as they are, whatever comes."""

    def __init__(
        self, stage: Stage, bindings: Mapping[str, Binding], pinned: Collection[str] = (), binds: Binds | None = None
    ) -> None:
        self.triggers = Triggers(binds or {})
        for name, bound in bindings.items():
            bind(name, bound.cc, bound.channel)  # raises for what cannot be
            if self.triggers.covers(bound.channel, bound.cc):
                raise ValueError(f"controller {bound.cc} is to steer {name} and to fire an action: give each its own")
        self.bindings = dict(bindings)
        self._learner: Learner | None = None
        self._stage = stage
        self._pinned: frozenset[str] = frozenset()
        # Parameters whose controller stands where it cannot be followed: told once.
        self._stuck: set[str] = set()
        self.pin(pinned)

    @property
    def learning(self) -> str | None:
        """The parameter that waits for its controller, or the action that waits for what fires it."""
        return self.triggers.learning if self._learner is None else self._learner.name

    def pin(self, names: Collection[str]) -> None:
        """Keep these parameters as they are from now on."""
        self._pinned = frozenset(names)

    def apply(self, item: SetParameter | SetVoice | SetRange | Learn | Unlearn) -> None:
        """Set what one message says."""
        match item:
            case SetParameter(_, name, value):
                self.set_values({name: value})
            case SetVoice():
                self.set_voice(item)
            case SetRange():
                self.set_range(item)
            case Learn(_, name):
                self.learn(name)
            case Unlearn(_, name):
                self.unlearn(name)

    def status(self) -> dict[str, object]:
        """How things are set, JSON types only."""
        stage = self._stage
        return {
            "learning": self.learning or "",
            "controllers": {name: [bound.cc, bound.channel] for name, bound in self.bindings.items()},
            "binds": {action: list(words) for action, words in self.triggers.binds.items()},
            "parameters": stage.values.by_name(),
            "voices": {voice: [setting.enabled, setting.channel] for voice, setting in stage.voices.items()},
            "usual_voices": [voice for voice, setting in stage.voices.items() if not setting.chosen],
            "ranges": {voice: list(span) for voice, span in stage.ranges.items()},
        }

    def as_settings(self, begun: Settings) -> Settings:
        """The settings with which another set, `begun` as this one, would be set as this one is now."""
        stage = self._stage
        return replace(
            begun,
            values=stage.values.by_name(),
            voices={voice: (one.enabled, one.channel) for voice, one in stage.voices.items() if one.chosen},
            ranges=dict(stage.ranges),
            controllers=dict(self.bindings),
            binds=self.triggers.binds,
        )

    def set_values(self, changes: Mapping[str, object]) -> None:
        """Set parameters, all of them or none, and tell what they are now."""
        self._settle(changes, {})
        for name in changes:
            self._stage.emit(ValueReport(name, self._stage.values.named(name)))

    def set_voice(self, item: SetVoice) -> None:
        """Enable or silence a voice."""
        _check_voice(item.voice, item.channel)
        self._stage.set_voice(VOICES.index(item.voice), item.enabled, item.channel, item.time)

    def set_range(self, item: SetRange) -> None:
        """Give a voice a range."""
        self._settle({}, {item.voice: (item.low, item.high)})

    def recall(self, item: Recall) -> None:
        """Set everything that a preset says, or nothing; the mode is not this one's business."""
        for voice, (_, channel) in item.voices.items():
            _check_voice(voice, channel)
        for voice in item.usual:
            _check_voice(voice)
        check_binds(item.binds)
        before = self._stage.values
        self._settle(item.values, item.ranges)
        for voice, (enabled, channel) in item.voices.items():
            self._stage.set_voice(VOICES.index(voice), enabled, channel, item.time)
        for voice in item.usual:
            self._stage.free_voice(VOICES.index(voice), item.time)
        for name, value in self._stage.values.by_name().items():
            if value != before.named(name):
                self._stage.emit(ValueReport(name, value))
        if item.binds:
            bound = self.triggers.binds
            self.triggers.set(item.binds)
            self._tell_binds(bound)

    def learn(self, name: str) -> None:
        """Bind the next controller that is turned to parameter `name`, or what is pressed next to that action."""
        if name in PARAMETERS:
            self.triggers.forget_learning()
            self._learner = Learner(name)
            return
        self.triggers.learn(check_action(name) if _is_action(name) else _no_such(name))
        self._learner = None

    def unlearn(self, name: str) -> None:
        """Take a parameter's controller, or what fires an action, away, or stop waiting for one."""
        if _is_action(name):
            self._unbind(check_action(name))
            return
        if name not in self.bindings and name != self.learning:
            raise ValueError(
                f"no controller steers {name!r}: they steer {', '.join(sorted(self.bindings)) or 'nothing yet'}; "
                "see /antiphon/learn"
            )
        if name == self.learning:
            self._learner = None
        if self.bindings.pop(name, None) is not None:
            self._stage.emit(Learned(name, -1, 1))

    def learn_trigger(self, item: NoteOn | NoteOff | Control | Raw) -> bool:
        """A message comes. True where it is what fires an action from now on."""
        action, trigger = self.triggers.learning, self.triggers.learnt(item)
        if action is None or trigger is None:
            return False
        before = self.triggers.binds
        self.triggers.bind(trigger, action, item)
        self._tell_binds(before)
        return True

    def _unbind(self, action: str) -> None:
        if action not in self.triggers.binds and action != self.triggers.learning:
            raise ValueError(
                f"nothing fires {action!r}: bound are {', '.join(self.triggers.binds) or 'none yet'}; "
                "see /antiphon/learn"
            )
        if action == self.triggers.learning:
            self.triggers.forget_learning()
        if action in self.triggers.binds:
            before = self.triggers.binds
            self.triggers.set({action: ()})
            self._tell_binds(before)

    def _tell_binds(self, before: Binds) -> None:
        """Say what fires which action now, where that changed. What fires something steers nothing any more."""
        now = self.triggers.binds
        for action in ACTIONS:
            if now.get(action) != before.get(action):
                self._stage.emit(Bound(action, now.get(action, ())))
        for name, bound in list(self.bindings.items()):
            if self.triggers.covers(bound.channel, bound.cc):
                del self.bindings[name]
                self._stage.emit(Learned(name, -1, 1))

    def move(self, item: Control) -> bool:
        """A controller moves. True where it steers a parameter, and is then nobody else's."""
        if not is_free(item.controller):
            return False
        if self._learner is not None and self._learner.hear(item):
            name, self._learner = self._learner.name, None
            self.bindings[name] = bind(name, item.controller, item.channel)
            self._stage.emit(Learned(name, item.controller, item.channel))
        names = steered(self.bindings, item.controller, item.channel)
        for name in names:
            self._steer(name, self.bindings[name].value(PARAMETERS[name], item.value))
        if not names:  # the lower half of a pair follows its upper one, and is as little anybody else's
            names = steered(self.bindings, upper_half(item.controller), item.channel)
        return bool(names)

    def _steer(self, name: str, value: Value) -> None:
        """Follow a controller as far as it can be followed: where a value is refused the last one stays."""
        if value == self._stage.values.named(name):
            return
        try:
            self.set_values({name: value})
        except ValueError as refusal:
            if name not in self._stuck:
                self._stuck.add(name)
                self._stage.report(Severity.WARNING, "controller-stuck", str(refusal))
        else:
            self._stuck.discard(name)

    def _settle(self, changes: Mapping[str, object], ranges: Mapping[str, tuple[int, int]]) -> None:
        stage = self._stage
        for name, value in changes.items():
            parameters.check(name, value)
        for voice, (low, high) in ranges.items():
            _check_range(voice, low, high)
        values = stage.values.changed({n: v for n, v in changes.items() if n not in self._pinned})
        stage.settle(values, {**stage.ranges, **ranges})


def _is_action(name: str) -> bool:
    return name.replace("-", "_") in ACTIONS


def _no_such(name: str) -> str:
    raise ValueError(
        f"nothing to learn is called {name[:60]!r}: actions are {', '.join(ACTIONS)}, parameters "
        f"{', '.join(sorted(PARAMETERS))}"
    )


def _check_voice(voice: str, channel: int = 1) -> None:
    if voice not in VOICES:
        raise ValueError(f"no voice {voice!r}: there are {', '.join(VOICES)}")
    if not 1 <= channel <= CHANNELS:
        raise ValueError(f"channel cannot be {channel}: the range is 1 to {CHANNELS}")


def _check_range(voice: str, low: int, high: int) -> None:
    _check_voice(voice)
    if not 0 <= low <= high <= 127:
        raise ValueError(f"range of {voice} cannot be {low} to {high}: pitches from 0 to 127, the lower one first")
