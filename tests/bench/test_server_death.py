"""Whether a set survives its MIDI server."""

from __future__ import annotations

from pathlib import Path

import pytest
from measuring import measured

pytest.importorskip("jack", exc_type=ImportError)

from bridge.bench.server_death import _Synth


@pytest.mark.live
def test_it_measures(tmp_path: Path) -> None:
    measured("server-death", tmp_path)


def heard(synth: _Synth, *messages: tuple[int, int, int]) -> None:
    for message in messages:
        synth._hear(bytes(message))


def test_a_synth_keeps_what_began_until_it_ends() -> None:
    synth = _Synth()
    heard(synth, (0x90, 60, 80), (0x91, 60, 80), (0x90, 64, 80), (0x90, 64, 0), (0x81, 60, 0))
    assert synth.sounding == {(0, 60)}
    heard(synth, (0xB0, 7, 100), (0xE0, 0, 64))
    assert synth.sounding == {(0, 60)}, "neither volume nor bend ends a note"


@pytest.mark.parametrize("controller", [120, 123])
def test_all_sound_off_ends_a_channel_and_no_other(controller: int) -> None:
    synth = _Synth()
    heard(synth, (0x90, 60, 80), (0x91, 62, 80))
    synth.owed = set(synth.sounding)
    heard(synth, (0xB0, controller, 0))
    assert synth.sounding == synth.owed == {(1, 62)}


def test_what_is_played_anew_is_not_owed_again() -> None:
    synth = _Synth()
    heard(synth, (0x90, 60, 80))
    synth.owed = set(synth.sounding)
    heard(synth, (0x80, 60, 0), (0x90, 60, 80), (0x90, 67, 80))
    assert synth.owed == set() and synth.sounding == {(0, 60), (0, 67)}
