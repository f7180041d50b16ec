"""What is no music to learn from."""

import numpy as np
import pytest

from bridge.data.notes import NOTE, NoteArray
from bridge.data.quality import check_count, check_music
from bridge.midi.smf import Refused


def notes(onset: list[float], pitch: list[int], seconds: float = 0.2) -> NoteArray:
    out = np.zeros(len(onset), NOTE)
    out["onset_seconds"], out["pitch"] = onset, pitch
    out["offset_seconds"] = out["onset_seconds"] + seconds
    return out


def reason(music: NoteArray) -> str:
    try:
        check_music(music)
    except Refused as refused:
        return refused.reason
    return ""


def test_counts() -> None:
    check_count(16)
    for count, expected in ((0, "no notes"), (15, "too few notes"), (500_001, "too many notes")):
        with pytest.raises(Refused) as refused:
            check_count(count)
        assert refused.value.reason == expected


def test_music_passes_and_its_travesties_do_not() -> None:
    time = [i / 4 for i in range(60)]
    tune = [60 + i % 7 for i in range(60)]
    assert reason(notes(time, tune)) == ""
    assert reason(notes(time, [60] * 59 + [61])) == "one note"
    assert reason(notes(time, tune, seconds=45)) == "stuck notes"
    assert reason(notes([0.0] * 60, tune)) == "no time"


def test_machine_guns() -> None:
    roll = [i / 50 for i in range(600)]
    assert reason(notes(roll, [38 + (i // 300) for i in range(600)], 0.01)) == "machine-gun"
    black = sorted(i / 400 for i in range(6000))
    assert reason(notes(black, [i % 100 for i in range(6000)], 0.01)) == "machine-gun"
    assert reason(notes([i / 12 for i in range(600)], [38 + i % 2 for i in range(600)], 0.01)) == ""


def test_a_held_chord_among_others_is_no_stuck_key() -> None:
    music = notes([i / 4 for i in range(60)], [60 + i % 7 for i in range(60)])
    music["offset_seconds"][:4] = 90.0
    assert reason(music) == ""
