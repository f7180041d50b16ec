"""Another model is loaded on a thread of its own, one at a time."""

from __future__ import annotations

import threading

from bridge.engine.fake import FakeModel
from bridge.live.model_swap import LoadedModel, ModelSwap
from bridge.vocabulary.events import ErrorReport, Severity

WAIT = 10.0


def test_a_model_is_loaded_elsewhere_and_taken_here() -> None:
    threads: list[threading.Thread] = []
    woken = threading.Event()

    def load(name: str) -> LoadedModel:
        threads.append(threading.current_thread())
        return LoadedModel(FakeModel(name), "its hash")

    swap = ModelSwap(load, woken.set)
    assert swap.take() is None
    assert swap.start("other") is None
    assert woken.wait(WAIT)
    taken = swap.take()
    assert isinstance(taken, LoadedModel) and (taken.model.name, taken.digest) == ("other", "its hash")
    assert threads[0] is not threading.current_thread() and swap.take() is None


def test_a_second_one_is_refused_until_the_first_was_taken() -> None:
    go, woken = threading.Event(), threading.Event()

    def load(name: str) -> LoadedModel:
        assert go.wait(WAIT)
        return LoadedModel(FakeModel(name), "")

    swap = ModelSwap(load, woken.set)
    swap.start("first")
    refused = swap.start("second")
    assert refused == ErrorReport(Severity.WARNING, "model-busy", "a model is being loaded: send 'second' again")
    go.set()
    assert woken.wait(WAIT)
    assert swap.start("second") is not None, "loaded, but nobody took it yet"
    assert isinstance(swap.take(), LoadedModel)
    woken.clear()
    assert swap.start("second") is None and woken.wait(WAIT)


def test_whatever_goes_wrong_is_told_and_another_can_be_asked_for() -> None:
    woken = threading.Event()

    def load(name: str) -> LoadedModel:
        if name == "broken":
            raise MemoryError("no room")
        return LoadedModel(FakeModel(name), "")

    swap = ModelSwap(load, woken.set)
    swap.start("broken")
    assert woken.wait(WAIT)
    assert swap.take() == ErrorReport(Severity.ERROR, "model-refused", "no room")
    woken.clear()
    assert swap.start("whole") is None and woken.wait(WAIT)
    assert isinstance(swap.take(), LoadedModel)
