"""When a note last came in and last left, and what went wrong last: facts of the status for who hears nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from bridge.live.surfaces import Surface
from bridge.sessions.log import Entry
from bridge.vocabulary.events import ErrorReport, NoteOn, PlayNote, Sounded
from bridge.vocabulary.requests import Report

# Notes whose channel is kept until they sound, at most.
_MOST_KEPT: Final = 4096


class LastEvents(Surface):
    """`listen` are the channels that are listened to, none for all of them; `clock` gives seconds."""

    def __init__(self, listen: Sequence[int] = (), clock: Callable[[], float] = time.perf_counter) -> None:
        self._listen = list(listen)
        self._clock = clock
        self._in: tuple[float, int] | None = None  # (seconds, channel)
        self._out: tuple[float, int] | None = None
        self._error: tuple[float, str] | None = None
        self._channels: dict[int, int] = {}  # of planned notes, by their number

    def accept(self, entry: Entry) -> None:
        """Note what came in and left."""
        match entry[2] if len(entry) > 2 else None:
            case NoteOn(time, _, velocity, channel) if velocity:
                self._in = time, channel
            case PlayNote() as note:
                self._channels[note.note_id] = note.channel
                if len(self._channels) > _MOST_KEPT:
                    del self._channels[next(iter(self._channels))]
            case Sounded(time, note_id):
                self._out = time, self._channels.pop(note_id, 0)

    def tell(self, report: Report) -> None:
        """Note what went wrong."""
        if isinstance(report, ErrorReport):
            self._error = self._clock(), report.text

    def status(self) -> Mapping[str, Any]:
        """Seconds since each, None where there was none."""
        now = self._clock()
        heard, played, error = self._in, self._out, self._error
        return {
            "listen": self._listen,
            "last_in_s": None if heard is None else round(now - heard[0], 1),
            "last_in_channel": None if heard is None else heard[1],
            "last_out_s": None if played is None else round(now - played[0], 1),
            "last_out_channel": None if played is None else played[1],
            "last_error": "" if error is None else error[1],
            "last_error_s": None if error is None else round(now - error[0], 1),
        }
