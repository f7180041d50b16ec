"""A human's part that plays itself."""

from __future__ import annotations

import queue

import pytest

from bridge.live.demo import YOUR_TURN, DemoSurface, Tone
from bridge.live.surfaces import Batch
from bridge.vocabulary.events import ErrorReport, NoteOff, NoteOn, Turn, TurnChanged
from bridge.vocabulary.requests import Asker, Notice, Report

WAIT = 10.0
PHRASE = (Tone(60, 1), Tone(64, 1))


class Engine:
    """Notes what is handed in and told."""

    def __init__(self) -> None:
        self.handed_in: queue.Queue[Batch] = queue.Queue()
        self.told: list[Report] = []

    def hand_in(self, batch: Batch, asker: Asker | None) -> None:
        self.handed_in.put(batch)

    def show(self, report: ErrorReport) -> None:
        raise AssertionError

    def tell(self, report: Report) -> None:
        self.told.append(report)


@pytest.fixture
def engine() -> Engine:
    return Engine()


def play(engine: Engine, demo: DemoSurface) -> list[int]:
    """The pitches of the phrase that comes; the surface is told of its notes as it would be."""
    pitches = []
    for _ in PHRASE:
        for kind in (NoteOn, NoteOff):
            (item,) = engine.handed_in.get(timeout=WAIT)
            assert isinstance(item, kind)
            demo.accept(["in", item.time, item])
        pitches.append(item.pitch)
    return pitches


def test_it_plays_hears_the_answer_and_says_now_you_until_somebody_plays(engine: Engine) -> None:
    demo = DemoSurface(engine, [PHRASE], sleep=lambda seconds: False)
    demo.start()
    demo.publish({"pages": 0})
    assert engine.handed_in.empty(), "nobody is there"
    demo.publish({"pages": 1})
    assert demo.status() == {"demo": True}
    for _ in range(2):
        assert play(engine, demo) == [60, 64]
        demo.accept(["out", 1.0, TurnChanged(Turn.HUMAN)])
    demo.accept(["in", 1.0, NoteOn(1.0, 72, 80)])
    demo.close()
    demo.publish({})
    assert Notice(YOUR_TURN) in engine.told
    assert demo.status() == {"demo": False}


def test_who_plays_into_a_phrase_ends_it(engine: Engine) -> None:
    demo = DemoSurface(engine, [PHRASE], sleep=lambda seconds: False)
    demo.accept(["in", 1.0, NoteOn(1.0, 72, 80)])
    demo.start()
    demo.publish({"pages": 1})
    demo.close()
    demo.close()
    assert engine.handed_in.empty()
