"""What waits for the engine, in which order, and how much of it."""

from __future__ import annotations

import pytest

from bridge.live.inbox import MOST_WAITING, Inbox
from bridge.osc.server import Reply
from bridge.vocabulary.events import NoteOff, NoteOn, Panic, SetParameter, Stop
from bridge.vocabulary.requests import Get, StatusRequest


def reply_to(port: int) -> Reply:
    return Reply(None, ("127.0.0.1", port))  # type: ignore[arg-type]  # nobody is answered here


def test_batches_come_in_the_order_they_were_handed_in() -> None:
    inbox = Inbox()
    for pitch in (60, 62):
        inbox.put([NoteOn(1.0, pitch, 80)], None)
    assert not inbox.empty
    assert [inbox.take()[0][0].pitch for _ in range(2)] == [60, 62]
    assert inbox.take() is None
    assert inbox.empty


@pytest.mark.parametrize("urgent", [Panic(2.0), Stop(2.0)])
def test_what_stops_the_machine_overtakes_what_waits(urgent):
    inbox = Inbox()
    for _ in range(2 * MOST_WAITING):
        inbox.put([SetParameter(1.0, "density", 2.0)], None)
    inbox.put([urgent], None)
    assert inbox.take()[0] == [urgent]


def test_so_many_wait_and_the_rest_is_counted_but_what_ends_a_note_waits_too() -> None:
    inbox = Inbox()
    for _ in range(MOST_WAITING + 7):
        inbox.put([SetParameter(1.0, "density", 2.0)], None)
    inbox.put([NoteOff(1.0, 60)], None)
    assert inbox.dropped == 7
    taken = [inbox.take()[0][0] for _ in range(MOST_WAITING + 1)]
    assert taken[-1] == NoteOff(1.0, 60)
    assert inbox.take() is None


def test_whoever_asks_for_the_status_again_and_again_waits_once() -> None:
    inbox = Inbox()
    for _ in range(1000):
        inbox.put([StatusRequest()], reply_to(9000))
        inbox.put([StatusRequest(), StatusRequest()], reply_to(9001))
    assert inbox.empty
    assert inbox.asked
    assert sorted(reply.sender[1] for reply in inbox.take_askers()) == [9000, 9001]
    assert inbox.take_askers() == []
    assert not inbox.asked


def test_a_question_in_a_bundle_keeps_its_place() -> None:
    inbox = Inbox()
    inbox.put([SetParameter(1.0, "density", 2.0), Get("density"), StatusRequest()], reply_to(9000))
    assert len(inbox.take()[0]) == 3
    assert not inbox.asked
