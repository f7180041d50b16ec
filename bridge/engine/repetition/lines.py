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

from typing import Final, NamedTuple

import numpy as np

from bridge.engine.repetition.matching import LONGEST, WINDOW, Ints, Numbers, latest_match, latest_matches
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
VOICES: Final = SIZES[1]
LINES_SIZE: Final = VOICES * len(LINE)
KEYS_SIZE: Final = VOICES * SIZES[2] * len(KEY)

NEW_KEY: Final = np.array([UNKNOWN_VELOCITY, UNKNOWN_DURATION, 0, 0])
_FIRST_FOLLOW: Final = LINE.index("before") + 1
_FIRST_COUNTS: Final = (LINE.index("velocity_count_0"), LINE.index("duration_count_0"))
NEW_LINE: Final = np.array([NO_PITCH, *NEW_KEY, NO_PITCH, *[0] * (len(LINE) - _FIRST_FOLLOW)])


def line_keys(voice: Numbers, pitch: Numbers, duration: Numbers, before: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """For each of LINE_VIEWS a number that is equal where notes of a line agree; `before` is the pitch before in it.

    Of one note, or int64 [N] of many. The first of a line has NO_PITCH before it.
    """
    apart = voice * (4 * SIZES[2])
    step = pitch + ((voice != DRUMS) & (before != NO_PITCH)) * (2 * SIZES[2] - before)
    return apart + pitch, apart + step, apart + duration


def recalls(events: Ints) -> Ints:
    """What was known before each event of its own line and key, int64 [N, RECALL_SIZE], in a passage from silence."""
    voice, pitch = events[:, 1], events[:, 2]
    out = np.empty((len(events), RECALL_SIZE), np.int64)
    order = np.argsort(voice, kind="stable")  # the lines, one after the other
    place, first = _places(voice[order])
    line = np.tile(NEW_LINE, (len(events), 1))
    line[:, 0] = pitch[order]
    line[:, 1:5] = _habits(events[order], first)
    before = np.where(place > 0, np.concatenate([[0], line[:-1, 0]]), NO_PITCH)
    line[:, 5] = before
    _follow(events[order], before, place, order, line)
    _count(events[order], place, order, line)
    out[order[0:1], : len(LINE)] = NEW_LINE
    out[order[1:], : len(LINE)] = np.where(place[1:, None] > 0, line[:-1], NEW_LINE)
    name = voice * SIZES[2] + pitch
    order = np.argsort(name, kind="stable")
    place, first = _places(name[order])
    habits = _habits(events[order], first)
    out[order[0:1], len(LINE) :] = NEW_KEY
    out[order[1:], len(LINE) :] = np.where(place[1:, None] > 0, habits[:-1], NEW_KEY)
    return out


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


def _follow(events: Ints, before: Ints, place: Ints, position: Ints, line: Ints) -> None:
    """Fill in what followed in the line after each event; the lines of `events` lie one after the other."""
    keys = line_keys(events[:, 1], events[:, 2], events[:, 4], before)
    for view, name in enumerate(LINE_VIEWS):
        where, length = latest_matches(keys[view], place, position)
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


class LineMemory:
    """Lines and keys, one event at a time; the last `rewind` events can be taken back."""

    __slots__ = ("_keys", "_lines", "_rewind", "_undo")

    def __init__(self, rewind: int) -> None:
        self._rewind = max(rewind, 1)
        self._lines = np.empty((VOICES, len(LINE)), np.int64)
        self._keys = np.empty((VOICES * SIZES[2], len(KEY)), np.int64)
        self._undo = _Undo(np.empty((self._rewind, len(LINE)), np.int64), np.empty((self._rewind, len(KEY)), np.int64))
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._lines[:] = NEW_LINE
        self._keys[:] = NEW_KEY
        self._undo.line.fill(0)
        self._undo.key.fill(0)

    def last_pitch(self, voice: int) -> int:
        """The last pitch of a voice, NO_PITCH where there is none."""
        return int(self._lines[voice, 0])

    def hear(self, event: Ints, position: int, events: Ints, keys: Ints) -> None:
        """Hear `event` [5], the one at `position`.

        `events` [N, 5] are those of its voice within the window, itself the last, and `keys` [3, N] theirs by view.
        """
        _, voice, pitch, velocity, duration = event.tolist()
        line, key = self._lines[voice], self._keys[voice * SIZES[2] + pitch]
        slot = position % self._rewind
        self._undo.line[slot], self._undo.key[slot] = line, key
        line[5] = line[0]
        line[0] = pitch
        _note_habit(line[1:5], velocity, duration)
        _note_habit(key, velocity, duration)
        line[_FIRST_FOLLOW:] = 0
        for field, start in zip((3, 4), _FIRST_COUNTS, strict=True):
            counts = np.bincount(events[-RECENT:, field], minlength=SIZES[field])
            line[start : start + SIZES[field]] = counts[: SIZES[field]]
        for view, name in enumerate(LINE_VIEWS):
            where, length = latest_match(keys[view])
            if length:
                _, _, follow, loud, long = events[where + 1].tolist()
                if name == "interval" and voice != DRUMS:
                    follow = min(max(follow + pitch - int(events[where, 2]), 0), SIZES[2] - 1)
                first = _FIRST_FOLLOW + view * len(_FOLLOW)
                line[first : first + len(_FOLLOW)] = follow, loud, long, length

    def take_back(self, event: Ints, position: int) -> None:
        """Take back `event`, the newest, which was heard at `position`."""
        _, voice, pitch, *_ = event.tolist()
        slot = position % self._rewind
        self._lines[voice] = self._undo.line[slot]
        self._keys[voice * SIZES[2] + pitch] = self._undo.key[slot]

    def tell(self, out: Ints) -> None:
        """Write all lines, then all keys, to `out` [LINES_SIZE + KEYS_SIZE]."""
        out[:LINES_SIZE] = self._lines.ravel()
        out[LINES_SIZE:] = self._keys.ravel()

    def arrays(self) -> dict[str, Ints]:
        """The arrays themselves, by name."""
        return {
            "echo.lines": self._lines,
            "echo.keys": self._keys,
            "echo.undo_lines": self._undo.line,
            "echo.undo_keys": self._undo.key,
        }


def _note_habit(habit: Ints, velocity: int, duration: int) -> None:
    """Note how a key or line was played in `habit` [4], as KEY; what is not known changes nothing."""
    for column, (value, unknown) in enumerate(((velocity, UNKNOWN_VELOCITY), (duration, UNKNOWN_DURATION))):
        if value != unknown:
            times = int(habit[column + 2]) + 1 if habit[column] == value else 1
            habit[column], habit[column + 2] = value, min(times, LONGEST)
