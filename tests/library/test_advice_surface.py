"""Advice beside a set: asked, answered on a thread of its own, or told why not."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine_of_surfaces import FakeEngine
from performing import phrase, settle, simulation

from bridge.library.advice_surface import MOST_WAITING, AdviceSurface
from bridge.presets.presets import Preset
from bridge.presets.store import PresetShelf
from bridge.sessions.simulation import Simulation
from bridge.vocabulary.events import ErrorReport, NoteOn
from bridge.vocabulary.requests import Advise, Advised, Report

WAIT = 60.0


class Asks:
    sender = ("test", 1)

    def __init__(self) -> None:
        self.said: queue.Queue[Report] = queue.Queue()

    def send(self, report: Report) -> None:
        self.said.put(report)


def played(sim: Simulation) -> Simulation:
    for start in (1.0, 9.0, 17.0):
        sim.play(phrase(start), until=start + 7.0)
    settle(sim)
    return sim


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def sim() -> Simulation:
    return simulation("off")


@pytest.fixture
def surface(engine: FakeEngine, sim: Simulation, tmp_path: Path) -> Iterator[AdviceSurface]:
    one = AdviceSurface(engine, lambda: sim.session.performer, PresetShelf(tmp_path))
    yield one
    one.close()
    one.close()


def test_who_asks_is_answered(surface: AdviceSurface, sim: Simulation, tmp_path: Path) -> None:
    asks = Asks()
    PresetShelf(tmp_path).save("answers", Preset(mode="respond"))
    surface.start()
    assert surface.take(Advise(), asks) and not surface.take(NoteOn(0.0, 60, 80), asks)
    little = asks.said.get(timeout=WAIT)
    assert isinstance(little, ErrorReport) and "say too little" in little.text
    played(sim)
    assert surface.take(Advise(), asks)
    told = asks.said.get(timeout=WAIT)
    assert isinstance(told, Advised) and told.mode == "respond" and "in phrases" in told.text
    assert told.preset == "answers" and "your preset answers suits" in told.text and not told.model


def test_who_asks_too_fast_is_told(surface: AdviceSurface) -> None:
    asks = Asks()
    for _ in range(MOST_WAITING):
        assert surface.take(Advise(), asks)
    assert asks.said.empty()
    assert surface.take(Advise(), asks)
    told = asks.said.get_nowait()
    assert isinstance(told, ErrorReport) and "ask again" in told.text


def test_where_nobody_waits_a_refusal_is_shown_to_the_people_there(surface: AdviceSurface, engine: FakeEngine) -> None:
    assert surface.take(Advise(), None)
    surface.start()
    surface.close()
    (shown,) = engine.shown
    assert "say too little" in shown.text


def test_models_are_compared_when_the_rest_is_told(
    tmp_path: Path, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torch")
    from small_networks import export_small

    from bridge.engine.streaming import StreamingModel

    folder = export_small(tmp_path / "models", "transformer")
    monkeypatch.setenv("ANTIPHON_MODELS", str(folder.parent))
    sim, asks = played(simulation("off", model=StreamingModel.load(folder))), Asks()
    surface = AdviceSurface(engine, lambda: sim.session.performer, PresetShelf(tmp_path / "presets"))
    surface.start()
    try:
        assert surface.take(Advise(), asks)
        first, second = asks.said.get(timeout=WAIT), asks.said.get(timeout=WAIT)
        assert isinstance(first, Advised) and isinstance(second, Advised)
        assert second.text.startswith(first.text) and second.text != first.text and second.mode == first.mode
    finally:
        surface.close()
