"""Fixtures for tests on real ports. They skip, with the reason, where something is missing; with
ANTIPHON_LIVE=require in the environment they fail instead."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator

import pytest
from osc_jam import Jam
from required import missing

from bridge.bench import jack_server
from bridge.bench.jack_server import JackServer

FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def private_jack() -> Iterator[JackServer]:
    """One JACK server for the whole session: the one that `antiphon bench` measures on."""
    reason = jack_server.missing()
    if reason:
        missing(reason)
    jack_server.own_shared_memory()
    server = JackServer()
    yield server
    server.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[FAILED] = report.failed
    return report


@pytest.fixture
def jack(
    private_jack: JackServer, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[JackServer]:
    """The JACK server, running, with the environment set so that this process and its children use it.

    A test may `kill()` and `restart()` it: the next test finds it running again. After a test that failed it is
    replaced: what the test was run into would meet the next one too, and this one when it is run once more.
    """
    if not private_jack.is_running:
        private_jack.start()
    for name, value in private_jack.env.items():
        monkeypatch.setenv(name, value)
    yield private_jack
    if request.node.stash.get(FAILED, False):
        private_jack.restart()


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
