"""Fixtures for tests on real ports. They skip, with the reason, where something is missing; with
ANTIPHON_LIVE=require in the environment they fail instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from osc_jam import Jam

from bridge.bench.jack_server import JackServer


@pytest.fixture
def shaken_jack(jack: JackServer) -> Iterator[JackServer]:
    """For tests that kill clients: a synchronous server lets nobody in for 5 s after each, so it is replaced."""
    yield jack
    jack.restart()


@pytest.fixture
def jam(jack: JackServer) -> Iterator[Callable[..., Jam]]:
    jams: list[Jam] = []

    def start(*options: str) -> Jam:
        jams.append(Jam(*options))
        return jams[-1]

    yield start
    for one in jams:
        one.close()
