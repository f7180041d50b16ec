"""Added harmonies and duets in numbers: what goes on beside a tune."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.evaluation.playing.chords import Chord, chord_tones
from bridge.evaluation.playing.excerpts import Excerpt
from bridge.performer.keys import find_key
from bridge.performer.phrase_measures import CHORD, Notes

# The tune's own pitch class, and thirds and sixths to it, in semitones above it, octaves aside.
_DOUBLED: Final = (0,)
_THIRDS_AND_SIXTHS: Final = (3, 4, 8, 9)
# More onsets within a second nobody plays, and nobody takes for music.
MOST_A_SECOND: Final = 16

HARMONIES: Final = {
    "added_per_note": "notes added to each of the tune's",
    "above_the_tune": "added notes above the tune's note of the moment",
    "chord_tones": "added notes that are in the piece's own chord",
    "scale_tones": "added notes that are in the tune's key",
    "tune_doubled": "added notes that are the tune's own pitch class in another octave",
    "thirds_and_sixths": "added notes a third or a sixth (or compound) from the tune's note",
    "sharp_clashes": "added notes a minor second or major seventh (or compound) from the tune's note",
    "parallels": "moves of the tune that the lowest added voice makes by the same interval",
    "lowest_leap": "mean step of the lowest added voice, semitones",
}
DUETS: Final = {
    "peak_a_second": "most onsets of the machine's in any second",
    "too_many": "excerpts with more than 16 onsets of the machine's in a second",
    "notes_per_note": "notes of the machine's for each of the human's",
    "chord_tones": "notes that are in the piece's own chord",
    "tune_doubled": "notes that are the pitch class of the tune's note that sounds then",
    "thirds_and_sixths": "notes a third or a sixth (or compound) from the tune's note that sounds then",
    "sharp_clashes": "pairs with a note of the human's that are a minor second or major seventh (or compound)",
    "above_the_tune": "notes above the tune's note of the moment",
    "longest_repeat": "most onsets in a row on one pitch",
}


def measure_harmonies(excerpt: Excerpt, added: Notes, chords: Sequence[Chord]) -> dict[str, float]:
    """HARMONIES of what was added to the excerpt's tune; nan where there is too little."""
    tune = excerpt.phrase
    found = dict.fromkeys(HARMONIES, math.nan) | {"added_per_note": len(added.onset) / len(tune.onset)}
    if not len(added.onset):
        return found
    beside = _tune_at(tune, added.onset)
    apart = added.pitch - tune.pitch[beside]
    key = find_key(tune.pitch, tune.offset - tune.onset)
    lowest = {int(place): int(added.pitch[beside == place].min()) for place in np.unique(beside)}
    moves = [
        (int(tune.pitch[place + 1] - tune.pitch[place]), lowest[place + 1] - lowest[place])
        for place in sorted(lowest)
        if place + 1 in lowest
    ]
    return found | {
        "above_the_tune": float((apart > 0).mean()),
        "chord_tones": chord_tones(added, chords),
        "scale_tones": float(np.isin(added.pitch % 12, list(key.melodic_tones)).mean()),
        "tune_doubled": interval_share(tune, added, _DOUBLED),
        "thirds_and_sixths": interval_share(tune, added, _THIRDS_AND_SIXTHS),
        "sharp_clashes": float(np.isin(np.abs(apart) % 12, (1, 11)).mean()),
        "parallels": _mean([tune == low for tune, low in moves if tune]),
        "lowest_leap": _mean([abs(low) for _, low in moves]),
    }


def measure_duet(excerpt: Excerpt, played: Notes, chords: Sequence[Chord]) -> dict[str, float]:
    """DUETS of what was played beside the excerpt's tune."""
    tune = excerpt.phrase
    peak = peak_in_a_second(played.onset * excerpt.seconds_a_beat)
    found = dict.fromkeys(DUETS, math.nan) | {
        "peak_a_second": float(peak),
        "too_many": float(peak > MOST_A_SECOND),
        "notes_per_note": len(played.onset) / len(tune.onset),
    }
    pitched = ~played.drum
    if not pitched.any():
        return found
    onset, offset, pitch = played.onset[pitched], played.offset[pitched], played.pitch[pitched]
    together = np.minimum(offset[:, None], tune.offset) - np.maximum(onset[:, None], tune.onset) > CHORD
    apart = (np.abs(pitch[:, None] - tune.pitch) % 12)[together]
    return found | {
        "chord_tones": chord_tones(played, chords),
        "tune_doubled": interval_share(tune, played, _DOUBLED),
        "thirds_and_sixths": interval_share(tune, played, _THIRDS_AND_SIXTHS),
        "sharp_clashes": float(np.isin(apart, (1, 11)).mean()) if len(apart) else math.nan,
        "above_the_tune": float((pitch > tune.pitch[_tune_at(tune, onset)]).mean()),
        "longest_repeat": float(_longest_repeat(pitch.tolist())),
    }


def interval_share(tune: Notes, notes: Notes, semitones: Sequence[int]) -> float:
    """Share of the notes (drums aside) whose pitch lies so many semitones above the tune's, octaves aside.

        |{n : (pitch(n) - pitch(t(n))) mod 12 in semitones}| / |{n : t(n) sounds}|

    t(n) is the tune's note that began last when n begins; of n at whose onset it has ended nothing is said. Nan without
    any other.
    """
    beside = _tune_at(tune, notes.onset)
    sounds = ~notes.drum & (tune.onset[beside] <= notes.onset + CHORD) & (tune.offset[beside] > notes.onset)
    if not sounds.any():
        return math.nan
    return float(np.isin((notes.pitch - tune.pitch[beside])[sounds] % 12, semitones).mean())


def peak_in_a_second(onset: npt.NDArray[np.float64]) -> int:
    """Most onsets within any second; onsets in seconds, in order."""
    if not len(onset):
        return 0
    return int((np.searchsorted(onset, onset + 1.0) - np.arange(len(onset))).max())


def _tune_at(tune: Notes, onset: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """The place of the tune's note that began last at each moment; the first one before it."""
    return np.asarray(np.maximum(np.searchsorted(tune.onset, onset + CHORD, side="right") - 1, 0))


def _longest_repeat(pitches: Sequence[int]) -> int:
    longest = run = 0
    before: int | None = None
    for pitch in pitches:
        run = run + 1 if pitch == before else 1
        longest, before = max(longest, run), pitch
    return longest


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else math.nan
