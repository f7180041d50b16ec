"""JACK servers of several processes at once: each has its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from required import missing

from bridge.bench import jack_server

ROOT = Path(__file__).parents[2]
# Both wait for the word to go, so that they ask for a name in the same moment.
STARTS_ONE = """
import sys
from bridge.bench.jack_server import JackServer
print("ready", flush=True)
sys.stdin.readline()
with JackServer() as server:
    print(server.name, flush=True)
    sys.stdin.readline()
    print(server.is_running, flush=True)
"""


@pytest.mark.live
def test_two_that_start_at_once_do_not_share_a_server() -> None:
    if jack_server.missing():
        missing(jack_server.missing())
    both = [
        subprocess.Popen(
            [sys.executable, "-c", STARTS_ONE], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for _ in range(2)
    ]
    try:
        assert [_said(one) for one in both] == ["ready", "ready"]
        _go_on(*both)
        names = {_said(one) for one in both}
        assert len(names) == 2 and all(name.startswith("antiphon-") for name in names)
        _go_on(both[0])
        assert _said(both[0]) == "True"
        both[0].wait()
        # The other's server is not taken along.
        _go_on(both[1])
        assert _said(both[1]) == "True"
    finally:
        for one in both:
            one.communicate()


@pytest.mark.live
def test_a_name_is_free_again_after_its_server() -> None:
    if jack_server.missing():
        missing(jack_server.missing())
    with jack_server.JackServer() as first, jack_server.JackServer() as second:
        assert first.name != second.name
    with jack_server.JackServer() as third:
        assert third.name == first.name


@pytest.mark.live
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="needs setpriv (util-linux)")
def test_a_server_ends_with_whoever_started_it() -> None:
    if jack_server.missing():
        missing(jack_server.missing())
    owner = subprocess.Popen(
        [sys.executable, "-c", STARTS_ONE], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert _said(owner) == "ready"
    _go_on(owner)
    name = _said(owner)
    assert jack_server._is_running(name)
    owner.kill()
    owner.communicate()
    deadline = time.monotonic() + 20.0
    while jack_server._is_running(name) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not jack_server._is_running(name)


def _go_on(*processes: subprocess.Popen[str]) -> None:
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()


def _said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()
