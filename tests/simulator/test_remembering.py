"""A model that remembers something other than what sounded is found out."""

from __future__ import annotations

import pytest
from watched_scene import Scene

from bridge.engine.fake import FakeModel
from bridge.simulator.invariants import Broken
from bridge.simulator.watched_model import WatchedModel
from bridge.vocabulary.events import CancelNotes, Dropped, NoteOn, PlayNote, Reset, Sounded


def plan(number: int, pitch: int, onset: float = 1.04) -> PlayNote:
    return PlayNote(number, onset, onset + 0.5, pitch, 80, 1)


def test_what_sounded_and_is_planned_is_to_be_known() -> None:
    scene = Scene()
    scene.received(1.0, NoteOn(1.0, 50, 80))
    scene.gave(1.0, plan(1, 60), plan(2, 64))
    scene.tell(50, 60, 64)
    scene.draw()
    scene.received(1.1, Sounded(1.1, 1))
    scene.gave(1.2, CancelNotes((2,)))
    scene.watched.rewind(1)
    scene.draw()


@pytest.mark.parametrize(
    ("pitches", "what"),
    [((50,), "60 .* 1 times too seldom"), ((50, 60, 60), "60 .* 1 times too often"), ((50, 60, 61), "61 .* too often")],
    ids=["unknown", "twice", "another"],
)
def test_a_note_unknown_or_known_twice_is_caught(pitches: tuple[int, ...], what: str) -> None:
    scene = Scene()
    scene.received(1.0, NoteOn(1.0, 50, 80))
    scene.gave(1.0, plan(1, 60))
    scene.tell(*pitches)
    with pytest.raises(Broken, match=f"memory is what sounded.*{what}"):
        scene.draw()


@pytest.mark.parametrize("gone", [CancelNotes((1,)), Dropped(1.2, 1)], ids=["cancelled", "dropped"])
def test_a_note_that_did_not_sound_and_is_remembered_is_caught(gone: CancelNotes | Dropped) -> None:
    scene = Scene()
    scene.gave(1.0, plan(1, 60))
    scene.tell(60)
    scene.draw()
    if isinstance(gone, Dropped):
        scene.received(1.2, gone)
    else:
        scene.gave(1.2, gone)
    with pytest.raises(Broken, match=r"memory is what sounded.*60 .* too often"):
        scene.draw()


def test_a_cancelled_note_that_slipped_out_is_to_be_known() -> None:
    scene = Scene()
    scene.tell()
    scene.received(1.0, NoteOn(1.0, 50, 80))
    scene.tell(50)
    scene.gave(1.0, plan(1, 60))
    scene.gave(1.1, CancelNotes((1,)))
    scene.draw()
    scene.received(1.2, Sounded(1.1, 1))
    with pytest.raises(Broken, match=r"memory is what sounded.*60 .* too seldom"):
        scene.draw()


def test_after_a_reset_nothing_is_to_be_known() -> None:
    scene = Scene()
    scene.received(1.0, NoteOn(1.0, 50, 80))
    scene.tell(50)
    scene.watched.reset()
    scene.received(2.0, Reset(2.0), NoteOn(2.0, 52, 80))
    scene.tell(52)
    scene.draw()


def test_another_model_is_to_be_told_the_same() -> None:
    for again, passes in (((50, 52, 54), True), ((50, 52), False), ((52, 50, 54), False), ((50, 52, 54, 54), False)):
        scene = Scene()
        scene.received(1.0, *(NoteOn(1.0, pitch, 80) for pitch in (50, 52, 54)))
        scene.tell(50, 52, 54)
        before, scene.watched = scene.watched, WatchedModel(FakeModel("other"), scene.watch)
        scene.watch.moving(before)
        scene.tell(*again)
        if passes:
            scene.watch.moved(scene.watched)
            scene.draw()
        else:
            with pytest.raises(Broken, match=r"of 3 notes another model was told"):
                scene.watch.moved(scene.watched)


class Scarred(FakeModel):
    """Keeps a trace of what it took back."""

    def rewind(self, count: int) -> None:
        super().rewind(count)
        self._hidden[self.position % len(self._hidden)] += 1


def test_a_model_with_a_trace_of_a_plan_is_caught() -> None:
    for model in (FakeModel(), Scarred()):
        scene = Scene(model)
        scene.received(1.0, NoteOn(1.0, 50, 80))
        scene.tell(50, 60)
        scene.watched.rewind(1)
        if isinstance(model, Scarred):
            with pytest.raises(Broken, match=r"memory has no scars"):
                scene.draw()
        else:
            scene.draw()
            assert scene.watch.looks == 1


class Rounded(FakeModel):
    """Its log-probabilities are off by some hundredths, as where activations are rounded."""

    def score(self, *given, **named):  # type: ignore[no-untyped-def]
        return tuple(value + 0.05 for value in super().score(*given, **named))


@pytest.mark.parametrize(("weights", "passes"), [("int8", True), ("float32", False)])
def test_how_close_is_close_enough_goes_by_the_weights(weights: str, passes: bool) -> None:
    scene = Scene(Rounded(), weights, reach=None)
    scene.received(1.0, NoteOn(1.0, 50, 80))
    scene.tell(50)
    if passes:
        scene.draw()
        return
    with pytest.raises(Broken, match=r"memory has no scars.*log-probabilities differ"):
        scene.draw()
