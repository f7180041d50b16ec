"""Keys, on a terminal of the test's own."""

from __future__ import annotations

import os
import sys
import time

import pytest

from bridge.live.hotkeys import SURE_WITHIN, Keys, meaning, pressed
from bridge.vocabulary.events import Again, Keep, Panic, Respond, SetMode, Stop
from bridge.vocabulary.requests import Capture, Record

pty = pytest.importorskip("pty", reason="no pseudo-terminals here")


@pytest.mark.parametrize(
    ("key", "asked"),
    [
        (" ", Panic(5.0)),
        ("s", Stop(5.0)),
        ("r", Respond(5.0)),
        ("a", Again(5.0)),
        ("k", Keep(5.0)),
        ("1", SetMode(5.0, "respond")),
        ("5", SetMode(5.0, "off")),
        ("w", Record(True)),
        ("c", Capture()),
        ("0", None),
        ("6", None),
        ("²", None),
        ("q", None),
        ("x", None),
        ("\n", None),
    ],
)
def test_what_keys_ask(key: str, asked: object) -> None:
    assert meaning(key, False, 5.0) == asked


def test_the_record_key_ends_a_recording() -> None:
    assert meaning("w", True, 5.0) == Record(False)


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("s", "s"),
        ("  ", "  "),
        ("\x1b[A", ""),
        ("\x1b[1;5C", ""),
        ("\x1bOP", ""),
        ("\x1b", ""),
        ("\x1b[A ", " "),
        ("\x1bs", ""),
        ("\x1b]11;rgb:0000/0000/0000\x07", ""),
        ("\x1b[<0;10;10M", ""),
        ("sources of quiet", ""),
    ],
)
def test_other_keys_and_what_is_pasted_press_nothing(typed: str, keys: str) -> None:
    assert pressed(typed) == keys


def test_quitting_is_pressed_twice() -> None:
    keys = Keys()
    assert not keys.quits(10.0)
    assert keys.quits(10.0 + SURE_WITHIN / 2)
    assert not keys.quits(20.0)


# A child with a terminal of its own in front of it: what it reads, and whether the terminal is as it was afterwards.
_CHILD = """
import sys, termios
from bridge.live.hotkeys import Keys
before = termios.tcgetattr(0)
with Keys() as keys:
    print("ready", keys.available, flush=True)
    got = ""
    while len(got) < 2:
        got += keys.read(5.0)
print("got", got, termios.tcgetattr(0) == before, flush=True)
"""


def test_keys_are_read_one_by_one_and_not_shown() -> None:
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.executable, [sys.executable, "-c", _CHILD])  # pragma: no cover
    said = b""
    deadline = time.monotonic() + 20.0
    for wanted, typed in ((b"ready True", b"s"), (b"", b"\x1b[A"), (b"", b"r"), (b"got", b"")):
        while wanted not in said and time.monotonic() < deadline:
            said += os.read(terminal, 1024)
        time.sleep(0.05)
        os.write(terminal, typed)
    while b"\n" not in said.partition(b"got")[2]:
        said += os.read(terminal, 1024)
    os.waitpid(pid, 0)
    os.close(terminal)
    assert said.decode().split() == ["ready", "True", "got", "sr", "True"]


def test_where_there_is_no_terminal_there_are_no_keys(tmp_path) -> None:
    with (tmp_path / "input").open("w+") as file, Keys(file) as keys:
        assert not keys.available
        assert keys.read(0.0) == ""
