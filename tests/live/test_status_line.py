"""What the bottom of the terminal says, whatever its width."""

from __future__ import annotations

import pytest
from statuses import STATUS, TROUBLE

from bridge.live.status_line import BETWEEN_KEYS, KEYS, fit, parts, render, summary


def test_it_says_what_a_performer_needs() -> None:
    line = render(STATUS)
    for part in ("duet", "turn you", "96.0 bpm", "bar 12.3", "step 1.5 ms", "late 0", "MIDI ok", "REC"):
        assert part in line


def test_without_midi_it_does_not_claim_any() -> None:
    line = render({**STATUS, "midi_backend": "fake"})
    assert "OSC only" in line and "MIDI" not in line


def test_trouble_is_visible() -> None:
    line = render({**STATUS, "midi": "restarting", "unheard": 3, "own_notes_ignored": 1, "tempo": 0.0})
    assert "MIDI restarting" in line and "unheard 3" in line and "LOOP" in line and "free" in line


@pytest.mark.parametrize("status", [STATUS, TROUBLE], ids=["calm", "trouble"])
def test_it_fits_every_width(status: dict[str, object]) -> None:
    for width in range(9, 200):
        assert len(render(status, width)) <= width, width


def test_eighty_columns_hold_what_matters() -> None:
    assert render(STATUS, 79) == "duet      │ turn you      │ 96.0 bpm │ bar 12.3 │ MIDI ok │ late 0 │ ● REC"


def test_forty_columns_hold_who_plays_the_time_and_trouble() -> None:
    assert render(STATUS, 39) == "duet │ you │ 96 bpm │ 12.3 │ REC"
    assert render(TROUBLE, 39) == "harmonize │ ANTIPHON │ NO MIDI │ REC"


def test_trouble_comes_before_figures() -> None:
    line = render(TROUBLE, 79)
    for part in ("harmonize", "ANTIPHON", "NO MIDI", "late 1234", "REC", "SLOW", "LOOP"):
        assert part in line, line
    assert "step" not in line and "played" not in line


def test_no_colour_says_what_no_word_says() -> None:
    for status in (STATUS, TROUBLE):
        for part in parts(status):
            assert part.text.strip()
            assert "red" not in part.style and "green" not in part.style


def test_the_keys_fit_too_and_the_important_ones_stay() -> None:
    for width in range(15, 120):
        assert len(BETWEEN_KEYS.join(key.text for key in fit(KEYS, width, BETWEEN_KEYS))) <= width
    assert [key.text for key in fit(KEYS, 39, BETWEEN_KEYS)] == ["space panic", "s stop", "r respond"]
    assert len(fit(KEYS, 79, BETWEEN_KEYS)) == 8


def test_a_log_hears_of_what_changes() -> None:
    assert summary(STATUS) == "duet, 96 bpm, MIDI ok, REC"
    assert summary(TROUBLE) == "harmonize, 96 bpm, midi, MIDI no backend, REC, FEWER VOICES, LOOP"
