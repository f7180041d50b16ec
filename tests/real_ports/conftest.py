"""Fixtures for tests on real ports. They skip, with the reason, where something is missing; with
ANTIPHON_LIVE=require in the environment they fail instead."""

from __future__ import annotations

import os
from collections.abc import Iterator

import jack_server
import pytest
from jack_server import JackServer
from required import missing


@pytest.fixture(scope="session")
def private_jack() -> Iterator[JackServer]:
    """One JACK server for the whole session."""
    reason = jack_server.why_not()
    if reason is not None:
        missing(reason)
    jack_server.isolate_shared_memory()
    server = JackServer(f"antiphon-test-{os.getpid()}")
    yield server
    server.stop()


@pytest.fixture
def jack(private_jack: JackServer, monkeypatch: pytest.MonkeyPatch) -> JackServer:
    """The JACK server, running, with the environment set so that this process and its children use it.

    A test may `kill()` and `restart()` it: the next test finds it running again.
    """
    private_jack.start()
    for name, value in private_jack.env.items():
        monkeypatch.setenv(name, value)
    return private_jack


@pytest.fixture
def shaken_jack(jack: JackServer) -> Iterator[JackServer]:
    """For tests that kill clients: a synchronous server lets nobody in for 5 s after each, so it is replaced."""
    yield jack
    jack.restart()
