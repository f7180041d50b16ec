"""What each voice played last, how each of its pitches was played last, and what followed in its own line.

In the whole stream the voices of a band interleave, and no run of it comes back; in the bass's own line it does. And
whoever played loud and short will play loud and short. For each voice its *line* is told, LINE integers:

    pitch, velocity, duration              its last note; a velocity or duration that is not known: the last that was
    velocity_times, duration_times         how often in a row it was the same, up to LONGEST; 0: never known
    before                                 the pitch before the last
    VIEW_pitch, _velocity, _duration       the note that followed in the line when its newest notes were last heard,
    VIEW_length                            and the length of that run, 0 where there is none; for each of LINE_VIEWS:
                                           by pitch, by interval (drums: pitch) and moved along, and by duration
    velocity_count_CLASS                   how often its last RECENT notes were so loud
    duration_count_CLASS                   and so long

and for each pitch of each voice its *key*, KEY integers: velocity and duration of its last note, and how often in a
row. NO_PITCH, UNKNOWN_VELOCITY and UNKNOWN_DURATION stand where there is nothing yet. `RECALL` is a line and a key:
what is known of a note's past once its voice and pitch are decided.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from bridge.engine.repetition.matching import LONGEST, WINDOW, Ints, Numbers, Passages, latest_matches, passages
from bridge.engine.repetition.runs import Places
from bridge.engine.repetition.stream import STREAM_SIZE, echoes
from bridge.vocabulary.codec import DRUMS, SIZES, UNKNOWN_DURATION, UNKNOWN_VELOCITY

NO_PITCH: Final = SIZES[2]
LINE_VIEWS: Final = ("pitch", "interval", "duration")
RECENT: Final = 16
_FOLLOW: Final = ("pitch", "velocity", "duration", "length")
LINE: Final = (
    "pitch",
    "velocity",
    "duration",
    "velocity_times",
    "duration_times",
    "before",
    *(f"{view}_{what}" for view in LINE_VIEWS for what in _FOLLOW),
    *(f"velocity_count_{value}" for value in range(SIZES[3])),
    *(f"duration_count_{value}" for value in range(SIZES[4])),
)
KEY: Final = ("velocity", "duration", "velocity_times", "duration_times")
RECALL: Final = (*(f"line_{name}" for name in LINE), *(f"key_{name}" for name in KEY))
RECALL_SIZE: Final = len(RECALL)
VOICE_COUNT: Final = SIZES[1]
LINES_SIZE: Final = VOICE_COUNT * len(LINE)
KEYS_SIZE: Final = VOICE_COUNT * SIZES[2] * len(KEY)

_FIRST_COUNTS: Final = (LINE.index("velocity_count_0"), LINE.index("duration_count_0"))
_COUNTS_BEGIN: Final = _FIRST_COUNTS[0]
NEW_KEY: Final = np.array([UNKNOWN_VELOCITY, UNKNOWN_DURATION, 0, 0])
_FIRST_FOLLOW: Final = LINE.index("before") + 1
NEW_LINE: Final = np.array([NO_PITCH, *NEW_KEY, NO_PITCH, *[0] * (len(LINE) - _FIRST_FOLLOW)])


def line_keys(voice: Numbers, pitch: Numbers, duration: Numbers, before: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """For each of LINE_VIEWS a number that is equal where notes of a line agree; `before` is the pitch before in it.

    Of one note, or int64 [N] of many. The first of a line has NO_PITCH before it.
    """
    apart = voice * (4 * SIZES[2])
    step = pitch + ((voice != DRUMS) & (before != NO_PITCH)) * (2 * SIZES[2] - before)
    return apart + pitch, apart + step, apart + duration


def recalls(events: Ints) -> Ints:
    """What was known before each event of its own line and key, in a passage from silence [N, 5], or in many.

    int64 [..., N, RECALL_SIZE] of [..., N, 5].
    """
    heard = passages(events)
    out = np.empty((len(heard.events), RECALL_SIZE), np.int64)
    _recall_lines(heard, out[:, : len(LINE)])
    _recall_keys(heard, out[:, len(LINE) :])
    return out.reshape(*events.shape[:-1], RECALL_SIZE)


def _recall_lines(heard: Passages, out: Ints) -> None:
    """Fill in the line that each event goes on with, [N, LINE], as it was before it."""
    lines = heard.number * VOICE_COUNT + heard.events[:, 1]
    order = np.argsort(lines, kind="stable")  # one after the other
    events, position = heard.events[order], heard.place[order]
    place, first = _places(lines[order])
    line = np.tile(NEW_LINE, (len(events), 1))
    line[:, 0] = events[:, 2]
    line[:, 1:5] = _habits(events, first)
    line[:, 5] = np.where(place > 0, np.roll(events[:, 2], 1), NO_PITCH)
    _follow(Passages(events, heard.number[order], position), place, line)
    _count(events, place, position, line)
    out[order[0:1]] = NEW_LINE
    out[order[1:]] = np.where(place[1:, None] > 0, line[:-1], NEW_LINE)


def _recall_keys(heard: Passages, out: Ints) -> None:
    """Fill in the key that each event strikes, [N, KEY], as it was before it."""
    keys = (heard.number * VOICE_COUNT + heard.events[:, 1]) * SIZES[2] + heard.events[:, 2]
    order = np.argsort(keys, kind="stable")
    place, first = _places(keys[order])
    habits = _habits(heard.events[order], first)
    out[order[0:1]] = NEW_KEY
    out[order[1:]] = np.where(place[1:, None] > 0, habits[:-1], NEW_KEY)


def _places(names: Ints) -> tuple[Ints, Ints]:
    """Each one's place among its equals, which lie together, and where the first of them lies."""
    here = np.arange(len(names))
    new = np.ones(len(names), bool)
    new[1:] = names[1:] != names[:-1]
    first = np.maximum.accumulate(np.where(new, here, 0)) if len(names) else here
    return here - first, first


def _habits(events: Ints, first: Ints) -> Ints:
    """Velocity, duration and how often in a row, after each event of groups that begin at `first`: [N, 4] as KEY."""
    out = np.tile(NEW_KEY, (len(events), 1))
    for column, (field, unknown) in enumerate(((3, UNKNOWN_VELOCITY), (4, UNKNOWN_DURATION))):
        values = events[:, field]
        known = np.flatnonzero(values != unknown)
        if not len(known):
            continue
        counted = np.arange(len(known))
        new = np.ones(len(known), bool)
        new[1:] = (values[known[1:]] != values[known[:-1]]) | (first[known[1:]] != first[known[:-1]])
        times = np.minimum(counted - np.maximum.accumulate(np.where(new, counted, 0)) + 1, LONGEST)
        latest = np.cumsum(values != unknown) - 1
        told = np.flatnonzero((latest >= 0) & (first[known[latest]] == first))
        out[told, column] = values[known[latest[told]]]
        out[told, column + 2] = times[latest[told]]
    return out


def _follow(heard: Passages, place: Ints, line: Ints) -> None:
    """Fill in what followed in the line after each event; `place` [N] is that in its line, which lie end to end."""
    events = heard.events
    keys = line_keys(events[:, 1], events[:, 2], events[:, 4], line[:, 5])
    for view, name in enumerate(LINE_VIEWS):
        where, length = latest_matches(heard.apart(keys[view]), place, heard.place)
        found = np.flatnonzero(length)
        follow = events[where[found] + 1][:, 2:]
        if name == "interval":
            moved = np.clip(follow[:, 0] + events[found, 2] - events[where[found], 2], 0, SIZES[2] - 1)
            follow[:, 0] = np.where(events[found, 1] == DRUMS, follow[:, 0], moved)
        first = _FIRST_FOLLOW + view * len(_FOLLOW)
        line[found, first : first + len(_FOLLOW)] = np.concatenate([follow, length[found, None]], axis=1)


def _count(events: Ints, place: Ints, position: Ints, line: Ints) -> None:
    """Count the values of each line's last RECENT notes, within the window; the lines lie one after the other."""
    for back in range(RECENT):
        counts = np.flatnonzero(place >= back)
        counts = counts[position[counts] - position[counts - back] < WINDOW]
        for field, first in zip((3, 4), _FIRST_COUNTS, strict=True):
            value = events[counts - back, field]
            known = value < SIZES[field]
            line[counts[known], first + value[known]] += 1


def recall_from(told: Ints, voice: int, pitch: int) -> Ints:
    """RECALL of a note, [RECALL_SIZE], out of all lines and keys as `LineMemory.tell` writes them."""
    line = told[voice * len(LINE) :][: len(LINE)]
    key = told[LINES_SIZE + (voice * SIZES[2] + pitch) * len(KEY) :][: len(KEY)]
    return np.concatenate([line, key])


class _Undo(NamedTuple):
    """The line and the key of the event at a position as they were before it, by position modulo `rewind`."""

    line: Ints
    key: Ints


class _Line:
    """The notes of one voice: (position in the stream, pitch, velocity, duration), and their keys by view.

    Places in the line are counted from its beginning; those before `base` are no longer kept.
    """

    __slots__ = ("base", "keys", "notes")

    def __init__(self) -> None:
        self.base = 0
        self.notes: list[tuple[int, int, int, int]] = []
        self.keys: tuple[list[int], ...] = tuple([] for _ in LINE_VIEWS)

    def copy(self) -> _Line:
        """One that goes on on its own."""
        other = _Line()
        other.base, other.notes = self.base, self.notes.copy()
        other.keys = tuple(keys.copy() for keys in self.keys)
        return other

    def first_from(self, position: int) -> int:
        """The place of the first kept note at `position` of the stream or later."""
        return self.base + bisect_left(self.notes, (position,))


class LineMemory:
    """Lines and keys, one event at a time; the last `rewind` events can be taken back."""

    __slots__ = ("_own", "_places", "_rewind", "_undo", "_voices", "keys", "lines")

    def __init__(self, rewind: int) -> None:
        self._rewind = max(rewind, 1)
        self.lines: Ints = np.empty((VOICE_COUNT, len(LINE)), np.int64)
        self.keys: Ints = np.empty((VOICE_COUNT * SIZES[2], len(KEY)), np.int64)
        self._undo = _Undo(np.empty((self._rewind, len(LINE)), np.int64), np.empty((self._rewind, len(KEY)), np.int64))
        self._voices = [_Line() for _ in range(VOICE_COUNT)]
        self._own = [True] * VOICE_COUNT  # whether a voice's line is nobody else's
        self._places = tuple(Places() for _ in LINE_VIEWS)
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self.lines[:] = NEW_LINE
        self.keys[:] = NEW_KEY
        self._undo.line.fill(0)
        self._undo.key.fill(0)
        self._voices = [_Line() for _ in range(VOICE_COUNT)]
        self._own = [True] * VOICE_COUNT
        for places in self._places:
            places.clear()

    def fork(self) -> LineMemory:
        """As `EchoMemory.fork`."""
        other = LineMemory.__new__(LineMemory)
        other._rewind = self._rewind
        other.lines, other.keys = self.lines.copy(), self.keys.copy()
        other._undo = _Undo(np.empty_like(self._undo.line), np.empty_like(self._undo.key))
        other._voices, other._own = self._voices.copy(), [False] * VOICE_COUNT  # a line is copied when it goes on
        other._places = tuple(Places(places) for places in self._places)
        return other

    def hear(self, event: tuple[int, ...], position: int, lowest: int) -> None:
        """Hear `event`, the one at `position`; runs and counts reach back to the event at `lowest`."""
        _, voice, pitch, velocity, duration = event
        own = self._own_line(voice)
        line, key = self.lines[voice], self.keys[voice * SIZES[2] + pitch]
        slot = position % self._rewind
        self._undo.line[slot], self._undo.key[slot] = line, key
        before = int(line[0])
        habits = line[1:5].tolist()
        _note_habit(habits, velocity, duration)
        own.notes.append((position, pitch, velocity, duration))
        first, newest = own.first_from(lowest), own.base + len(own.notes) - 1
        told: list[int] = [pitch, *habits, before]
        every = zip(LINE_VIEWS, line_keys(voice, pitch, duration, before), own.keys, self._places, strict=True)
        for view, name, keys, places in every:
            keys.append(name)
            where, length = places.latest_match(keys, own.base, first, newest)
            places.add(name, newest, own.base)
            told += _followed(view, own, where, length, pitch, voice)
        line[:_COUNTS_BEGIN] = told
        self._count(line, own, max(first, newest - RECENT + 1))
        habits = key.tolist()
        _note_habit(habits, velocity, duration)
        key[:] = habits

    def take_back(self, event: tuple[int, ...], position: int) -> None:
        """Take back `event`, the newest, which was heard at `position`."""
        _, voice, pitch, *_ = event
        slot = position % self._rewind
        self.lines[voice] = self._undo.line[slot]
        self.keys[voice * SIZES[2] + pitch] = self._undo.key[slot]
        own = self._own_line(voice)
        own.notes.pop()
        for keys, places in zip(own.keys, self._places, strict=True):
            places.take_back(keys.pop())

    def forget_before(self, position: int) -> None:
        """Drop the notes before this position of the stream: nobody asks for them any more."""
        for voice, line in enumerate(self._voices):
            gone = line.first_from(position) - line.base
            if gone:
                line = self._own_line(voice)
                line.base += gone
                del line.notes[:gone]
                for keys, places in zip(line.keys, self._places, strict=True):
                    places.forget(set(keys[:gone]), line.base)
                    del keys[:gone]

    def arrays(self, events: Sequence[tuple[int, ...]], position: int) -> dict[str, Ints]:
        """A copy of all that concerns `events`, the newest, the first of them at `position`."""
        firsts = [line.first_from(position) for line in self._voices]
        nexts = [first - line.base for first, line in zip(firsts, self._voices, strict=True)]
        views = np.empty((len(LINE_VIEWS), len(events)), np.int64)
        for i, event in enumerate(events):
            voice = event[1]
            views[:, i] = [keys[nexts[voice]] for keys in self._voices[voice].keys]
            nexts[voice] += 1
        return {
            "echo.lines": self.lines.copy(),
            "echo.keys": self.keys.copy(),
            "echo.undo_lines": self._undo.line.copy(),
            "echo.undo_keys": self._undo.key.copy(),
            "echo.firsts": np.array(firsts, np.int64),
            "echo.line_views": views,
        }

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]], events: Ints, position: int) -> None:
        """Take a copy back; `events` [N, 5] are those from `position` on. Raises ValueError, having changed nothing."""
        targets = {
            "echo.lines": self.lines,
            "echo.keys": self.keys,
            "echo.undo_lines": self._undo.line,
            "echo.undo_keys": self._undo.key,
        }
        shapes = {name: target.shape for name, target in targets.items()}
        shapes |= {"echo.firsts": (VOICE_COUNT,), "echo.line_views": (len(LINE_VIEWS), len(events))}
        for name, shape in shapes.items():
            if name not in arrays or arrays[name].shape != shape:
                raise ValueError(f"snapshot of the echo does not fit: {name} must be {list(shape)}")
        for name, target in targets.items():
            target[:] = arrays[name]
        self._voices = [_Line() for _ in range(VOICE_COUNT)]
        self._own = [True] * VOICE_COUNT
        for places in self._places:
            places.clear()
        for line, base in zip(self._voices, arrays["echo.firsts"].tolist(), strict=True):
            line.base = base
        names = arrays["echo.line_views"].T.tolist()
        for i, (event, every) in enumerate(zip(events.tolist(), names, strict=True)):
            _, voice, *rest = event
            line = self._voices[voice]
            newest = line.base + len(line.notes)
            line.notes.append((position + i, *rest))
            for name, keys, places in zip(every, line.keys, self._places, strict=True):
                keys.append(name)
                places.add(name, newest, line.base)

    def _own_line(self, voice: int) -> _Line:
        if not self._own[voice]:
            self._voices[voice], self._own[voice] = self._voices[voice].copy(), True
        return self._voices[voice]

    def _count(self, line: Ints, own: _Line, first: int) -> None:
        """Count the values of the line's notes from place `first` on."""
        counts = [0] * (SIZES[3] + SIZES[4])
        for _, _, velocity, duration in own.notes[first - own.base :]:
            if velocity < SIZES[3]:
                counts[velocity] += 1
            if duration < SIZES[4]:
                counts[SIZES[3] + duration] += 1
        line[_COUNTS_BEGIN:] = counts


def _followed(view: str, own: _Line, where: int, length: int, pitch: int, voice: int) -> tuple[int, int, int, int]:
    """What followed in the line, by `view`; zeros where nothing did."""
    if not length:
        return 0, 0, 0, 0
    _, follow, velocity, duration = own.notes[where - own.base + 1]
    if view == "interval" and voice != DRUMS:
        follow = min(max(follow + pitch - own.notes[where - own.base][1], 0), SIZES[2] - 1)
    return follow, velocity, duration, length


def _note_habit(habit: list[int], velocity: int, duration: int) -> None:
    """Note how a key or line was played in `habit`, four numbers as KEY; what is not known changes nothing."""
    for column, (value, unknown) in enumerate(((velocity, UNKNOWN_VELOCITY), (duration, UNKNOWN_DURATION))):
        if value != unknown:
            times = habit[column + 2] + 1 if habit[column] == value else 1
            habit[column], habit[column + 2] = value, min(times, LONGEST)


TOLD_SIZE: Final = STREAM_SIZE + RECALL_SIZE
NOTHING_TOLD: Final[Ints] = np.concatenate([np.zeros(STREAM_SIZE, np.int64), NEW_LINE, NEW_KEY])


def told(events: Ints) -> Ints:
    """After each event but the last of a passage, the stream's echo and RECALL of the next; of one passage or of many.

    int64 [..., N - 1, TOLD_SIZE] of [..., N, 5]. Many short ones at once take a third of the time of one by one.
    """
    return np.concatenate([echoes(events[..., :-1, :]), recalls(events)[..., 1:, :]], axis=-1)
