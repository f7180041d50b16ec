"""Subscribers that are gone lose their place."""

from __future__ import annotations

import socket
import time

from bridge.osc.subscribers import ASK_EVERY, MOST, REFUSALS, Subscribers
from bridge.osc.wire import parse


def listening() -> socket.socket:
    ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    ear.bind(("127.0.0.1", 0))
    ear.settimeout(5.0)
    return ear


def asked(subscribers: Subscribers, times: int, begin: float = 0.0) -> list[tuple[str, int]]:
    """Who was forgotten after so many askings."""
    gone = []
    for number in range(times):
        gone += subscribers.forget_dead(begin + (number + 1) * ASK_EVERY)
        time.sleep(0.002)  # a refusal takes its way through the system
    return gone


def test_who_is_there_stays_and_who_is_gone_goes() -> None:
    subscribers = Subscribers()
    subscribers.forget_dead(0.0)
    with listening() as there:
        with listening() as gone:
            subscribers.add(there.getsockname())
            subscribers.add(gone.getsockname())
            assert asked(subscribers, 6) == []
            left = gone.getsockname()
        assert asked(subscribers, REFUSALS + 1, begin=100.0) == [left]
        assert subscribers.endpoints == (there.getsockname(),)
        assert parse(there.recv(1024)) == []
        subscribers.close()
    assert subscribers.endpoints == ()


def test_one_that_is_started_again_keeps_its_place() -> None:
    subscribers = Subscribers()
    subscribers.forget_dead(0.0)
    with listening() as ear:
        endpoint = ear.getsockname()
        subscribers.add(endpoint)
        asked(subscribers, 1)
    asked(subscribers, REFUSALS - 1, begin=100.0)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as again:
        again.bind(endpoint)
        assert asked(subscribers, 2 * REFUSALS, begin=200.0) == []
    assert subscribers.endpoints == (endpoint,)
    subscribers.close()


def test_nobody_is_asked_at_once_nor_too_often() -> None:
    subscribers = Subscribers()
    assert subscribers.next_asking() == float("inf")
    subscribers.forget_dead(10.0)
    with listening() as ear:
        subscribers.add(ear.getsockname())
        assert subscribers.next_asking() == 10.0 + ASK_EVERY
        ear.settimeout(0.05)
        subscribers.forget_dead(10.5)
        try:
            ear.recv(1)
        except TimeoutError:
            pass
        else:
            raise AssertionError("asked at once")
    subscribers.close()


def test_there_are_only_so_many_places() -> None:
    subscribers = Subscribers()
    for number in range(MOST + 3):
        subscribers.add(("127.0.0.1", 20_000 + number))
    assert subscribers.full and len(subscribers.endpoints) == MOST
    subscribers.remove(("127.0.0.1", 20_000))
    assert not subscribers.full
