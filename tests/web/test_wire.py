"""Lines between the daemon and the page's process."""

from __future__ import annotations

import json
import socket

import pytest

from bridge.vocabulary.events import (
    CancelNotes,
    Chosen,
    ClockTick,
    MoveNotes,
    NoteOn,
    PassThrough,
    PlayNote,
    Raw,
    Silence,
    Sounded,
    Turn,
    TurnChanged,
    ValueReport,
)
from bridge.vocabulary.requests import LatencyReport, Notice, StatusReport
from bridge.web import wire

ITEMS = (
    NoteOn(1.0, 60, 80, 2),
    Sounded(1.0, 7),
    PlayNote(7, 1.0, None, 60, 80, 1),
    MoveNotes((7,), (1.5,), (2.0,)),
    CancelNotes((7, 8)),
    Silence(True),
    TurnChanged(Turn.BOTH),
    Chosen(4, "whole", 0.5, {"key": 1.0}),
    ValueReport("scale", "dorian"),
)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: type(item).__name__)
def test_an_entry_comes_back_as_it_was(item: object) -> None:
    entry = ["in" if isinstance(item, (NoteOn, Sounded)) else "out", 1.25, item]
    line = wire.line_of(entry)
    assert line is not None and line.endswith(b"\n")
    assert wire.entry_of(json.loads(line)) == entry


@pytest.mark.parametrize(
    "entry",
    [
        ["go", 1.0],
        ["heal", 1.0],
        ["model", 1.0, "duo", "hash"],
        ["in", 1.0, ClockTick(1.0)],
        ["in", 1.0, Raw(1.0, b"\xc0\x00")],
        ["out", 1.0, PassThrough(b"\xc0\x00")],
    ],
)
def test_what_no_page_shows_is_not_sent(entry: list[object]) -> None:
    assert wire.line_of(entry) is None


def test_what_is_said() -> None:
    line = wire.tell_line(Notice("hello"), 2.0)
    assert line is not None and json.loads(line) == ["tell", 2.0, "Notice", {"text": "hello"}]
    line = wire.reply_line(3, LatencyReport("step", 0.1, 0.2), 2.0)
    assert line is not None and json.loads(line)[:4] == ["reply", 3, 2.0, "LatencyReport"]
    assert wire.tell_line(StatusReport("{}"), 2.0) is None


def test_a_writer_never_blocks_and_gives_up_on_one_who_does_not_read() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        writer = wire.LineWriter(ours)
        writer.write(b"hello\n")
        assert theirs.recv(100) == b"hello\n"
        for _ in range(wire.MOST_UNREAD // 1000 + 1000):
            writer.write(b"x" * 1000)
        assert writer.broken


def test_a_writer_whose_other_end_is_gone_says_so() -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    with ours:
        writer = wire.LineWriter(ours)
        writer.write(b"hello\n")
        writer.write(b"hello\n")
        assert writer.broken
