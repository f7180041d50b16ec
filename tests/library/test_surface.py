"""The library beside a set: what is asked by whoever, what comes of it for the musician, and what goes wrong."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("onnx")
pytest.importorskip("torch")

from engine_of_surfaces import AskedEngine
from library_ear import indexed_library
from performing import phrase, settle, simulation

from bridge.engine.manifest import load_manifest
from bridge.engine.streaming import StreamingModel
from bridge.library.heard import heard_lately
from bridge.library.surface import LibrarySurface
from bridge.vocabulary.events import ErrorReport, NoteOn, Offered, PlayClip, PrimeWith
from bridge.vocabulary.requests import (
    ForgetTaste,
    Notice,
    RateClip,
    Recommend,
    Recommended,
    UseClip,
)

WAIT = 60.0


class Set(AskedEngine[LibrarySurface]):
    """A library beside a simulated set that played a phrase."""

    def __init__(self, tmp_path: Path) -> None:
        super().__init__()
        model, self.library = indexed_library(tmp_path)
        self.sim = simulation("off", model=StreamingModel.load(model))
        performer = self.sim.session.performer
        self.surface = LibrarySurface(self, self.library, load_manifest(model), lambda: heard_lately(performer))
        self.surface.start()

    def play(self) -> None:
        self.sim.play(phrase(pitches=tuple(range(60, 70))), until=5.0)
        settle(self.sim)


@pytest.fixture
def set_(tmp_path: Path) -> Iterator[Set]:
    one = Set(tmp_path)
    yield one
    one.surface.close()
    one.surface.close()


def test_from_what_is_played_to_a_clip_that_plays(set_: Set) -> None:
    refused = set_.ask(Recommend(2))
    assert isinstance(refused, ErrorReport) and "play something first" in refused.text
    set_.play()
    first = set_.ask(Recommend(2))
    second = set_.said.get(timeout=WAIT)
    assert isinstance(first, Recommended) and isinstance(second, Recommended)
    assert [first.rank, second.rank, first.of] == [1, 2, 2] and first.score >= second.score
    (offered,) = set_.handed_in.get(timeout=WAIT)
    assert isinstance(offered, Offered) and offered.clips == (first.clip, second.clip)
    assert set_.surface.status()["library"] > 0 and set_.surface.took > 0

    said = set_.ask(UseClip(first.clip))
    assert isinstance(said, Notice) and said.text.startswith(f"playing {first.title}")
    (clip,) = set_.handed_in.get(timeout=WAIT)
    assert isinstance(clip, PlayClip) and clip.title == first.title and clip.notes
    assert abs(clip.time - time.perf_counter()) < WAIT
    assert isinstance(set_.ask(UseClip(second.clip, prime=True)), Notice)
    (prime,) = set_.handed_in.get(timeout=WAIT)
    assert isinstance(prime, PrimeWith) and prime.clip == second.clip

    said = set_.ask(RateClip(first.clip, liked=True))
    assert isinstance(said, Notice) and "liked; your taste" in said.text
    assert (set_.library / ".antiphon" / "preferences.json").exists()
    assert isinstance(set_.ask(ForgetTaste()), Notice)
    assert not (set_.library / ".antiphon" / "preferences.json").exists()


def test_what_cannot_be_had_is_told_to_who_asked(set_: Set) -> None:
    refused = set_.ask(UseClip(9999))
    assert isinstance(refused, ErrorReport) and "no clip 9999" in refused.text
    for path in set_.library.glob("*.mid"):
        path.unlink()
    refused = set_.ask(UseClip(0))
    assert isinstance(refused, ErrorReport) and "antiphon index" in refused.text
    assert str(set_.library) not in refused.text
    assert not set_.surface.take(NoteOn(0.0, 60, 80), set_), "the rest is for others"
    assert set_.handed_in.empty()


def test_a_process_that_dies_is_told_and_replaced(set_: Set) -> None:
    import os
    import signal

    set_.play()
    assert isinstance(set_.ask(Recommend(1)), Recommended)
    pid = set_.surface._helper.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    assert set_.surface.take(Recommend(1), set_)
    os.kill(pid, signal.SIGKILL)
    gone = set_.said.get(timeout=WAIT)
    assert isinstance(gone, ErrorReport) and "ask again" in gone.text
    assert isinstance(set_.ask(Recommend(1)), Recommended)
