"""Where people breathe: after which notes of a stretch a phrase can be said to end.

After a rest, or a note that is waited upon much longer than its neighbours (the proximity rules of Lerdahl and
Jackendoff 1983, GPR 2a and 2b). Music that never pauses is cut at bar lines; without bars, at its longest waits.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.data.encode import Ints, Stretch, ticks_of
from bridge.vocabulary.codec import TICKS_PER_BEAT

_REST: Final = TICKS_PER_BEAT / 2  # ticks of silence, and no less than a usual wait
_WAIT: Final = TICKS_PER_BEAT  # ticks from onset to onset, and no less than _LONGER usual waits
_LONGER: Final = 2.0
_NEIGHBOURS: Final = 8  # waits on either side that are "usual"
_LONGEST: Final = 16 * TICKS_PER_BEAT  # ticks without a breath, after which bar lines count
_ON_THE_LINE: Final = 0.1  # beats


def breaths(stretch: Stretch) -> Ints:
    """Numbers of the events that a phrase can end with, ascending, the stretch's last one not among them.

    `stretch` is in playing order. All notes of one moment belong together: only the last of them can end a phrase.
    """
    onset, offset = ticks_of(stretch.onset), ticks_of(stretch.offset)
    last = np.flatnonzero(np.diff(onset) > 0)  # the last event of each moment but the final one
    if not len(last):
        return last
    after = onset[last + 1]
    wait = after - onset[last]
    rest = after - np.maximum.accumulate(offset)[last]
    usual = _usual(wait)
    paused = (rest >= np.maximum(_REST, usual)) | (wait >= np.maximum(_WAIT, _LONGER * usual))
    lines = stretch.bar_beat[last + 1] < _ON_THE_LINE
    return last[_filled(paused, lines, wait, onset[last])]


def _usual(wait: Ints) -> npt.NDArray[np.float64]:
    """The median of the waits around each, float64 [N]."""
    around = np.lib.stride_tricks.sliding_window_view(np.pad(wait, _NEIGHBOURS, mode="edge"), 2 * _NEIGHBOURS + 1)
    return np.asarray(np.median(around, axis=1))


def _filled(
    paused: npt.NDArray[np.bool_], lines: npt.NDArray[np.bool_], wait: Ints, onset: Ints
) -> npt.NDArray[np.bool_]:
    """`paused`, and in stretches longer than _LONGEST without a pause more of it: a bar line, else the longest wait."""
    out = paused.copy()
    begin = 0
    while begin < len(out):
        found = np.flatnonzero(out[begin:])
        end = begin + int(found[0]) if len(found) else len(out)
        reach = int(np.searchsorted(onset, onset[begin] + _LONGEST))
        if reach < end:
            half = int(np.searchsorted(onset, onset[begin] + _LONGEST // 2))
            on_a_line = half + np.flatnonzero(lines[half:reach])
            end = int(on_a_line[-1]) if len(on_a_line) else half + int(np.argmax(wait[half : reach + 1]))
            out[end] = True
        begin = end + 1
    return out
