"""Notes that are no music to learn from: too few, one note over and over, stuck keys, machine-gun fire."""

from __future__ import annotations

from typing import Final

import numpy as np

from bridge.data.notes import NoteArray
from bridge.midi.smf import Refused

FEWEST_NOTES: Final = 16
MOST_NOTES: Final = 500_000
# The bounds lie well outside what the busiest and the slowest music does: of 4,000 pieces the densest (a game's metal)
# has 81 notes a second over ten seconds, and none holds more than 2 % of its notes for 20 seconds.
_ONE_PITCH: Final = 0.98  # part of all notes
_HELD_SECONDS: Final = 30.0
_MOST_HELD: Final = 0.1  # part of all notes
_MOST_PER_SECOND: Final = 150.0  # notes, on average over _WINDOW
_WINDOW: Final = 10.0  # seconds
_REPEAT_SECONDS: Final = 1 / 30
_MOST_REPEATS: Final = 0.5  # part of all notes


def check_count(count: int) -> None:
    """Raises Refused when `count` notes are too few or too many."""
    if count == 0:
        raise Refused("no notes", "a MIDI file without notes")
    if count < FEWEST_NOTES:
        raise Refused("too few notes", f"{count} notes; at least {FEWEST_NOTES} are needed to learn from")
    if count > MOST_NOTES:
        raise Refused("too many notes", f"{count} notes; {MOST_NOTES} at most")


def check_music(notes: NoteArray) -> None:
    """Raises Refused with the reason when `notes` NOTE [N], ordered by onset, are no music to learn from."""
    count = len(notes)
    share = np.bincount(notes["pitch"]).max() / count
    if share >= _ONE_PITCH:
        raise Refused("one note", f"{share:.0%} of its {count} notes have one pitch")
    onset = np.sort(notes["onset_seconds"], kind="stable")
    seconds = notes["offset_seconds"] - notes["onset_seconds"]
    if not onset[-1] > onset[0]:
        raise Refused("no time", f"all {count} notes at once: its times or its tempo are broken")
    held = (seconds > _HELD_SECONDS).mean()
    if held > _MOST_HELD:
        raise Refused("stuck notes", f"{held:.0%} of its notes sound for more than {_HELD_SECONDS:.0f} seconds")
    within = np.arange(1, count + 1) - np.searchsorted(onset, onset - _WINDOW, side="right")
    rate = within.max() / _WINDOW
    if rate > _MOST_PER_SECOND:
        raise Refused("machine-gun", f"{rate:.0f} notes a second over ten seconds; {_MOST_PER_SECOND:.0f} at most")
    key = notes["voice"].astype(np.int16) * 128 + notes["pitch"]
    order = np.argsort(key, kind="stable")
    repeats = ((np.diff(key[order]) == 0) & (np.diff(notes["onset_seconds"][order]) < _REPEAT_SECONDS)).mean()
    if repeats > _MOST_REPEATS:
        raise Refused("machine-gun", f"{repeats:.0%} of its notes repeat the one before within 1/30 second")
