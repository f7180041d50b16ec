"""The examples of docs/ play, on a port without MIDI and a clock that is moved by hand."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest
from performing import PHRASE
from places import ROOT

from bridge.engine.fake import FakeModel
from bridge.midi.manual import FakePort
from bridge.performer.settings import Settings


def example(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"example_{name}", ROOT / "docs" / "examples" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("mode", ["harmonize", "duet", "respond"])
def test_the_musician_plays_and_leaves_nothing_sounding(mode: str, capsys: pytest.CaptureFixture[str]) -> None:
    port = FakePort()
    musician = example("musician").Musician(FakeModel(), Settings(mode=mode, seed=1), port, lambda: port.now)
    port.start()

    def play_until(end: float) -> None:
        while port.now < end:
            musician.turn()
            port.advance(min(max(musician.next_turn(), port.now + 0.002), end))

    for number, pitch in enumerate(PHRASE * 2):
        play_until(1.0 + 0.25 * number)
        port.play(bytes((0x90, pitch, 80)))
        play_until(1.0 + 0.25 * number + 0.2)
        port.play(bytes((0x80, pitch, 0)))
    play_until(12.0)
    played = [data for _, data in port.sent if data[0] & 0xF0 == 0x90 and data[2]]
    assert len(played) >= 5
    port.close()
    assert not port.sounding
    assert "MIDI: open" in capsys.readouterr().out


def test_what_is_refused_is_said_and_playing_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    from bridge.vocabulary.events import SetParameter

    port = FakePort()
    musician = example("musician").Musician(FakeModel(), Settings(mode="duet"), port, lambda: port.now)
    musician._hear(SetParameter(0.0, "temperature", 9.0))
    assert "temperature" in capsys.readouterr().out
    assert musician.performer.stage.values.temperature == 0.0
