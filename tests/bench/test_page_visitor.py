"""A page that is busy."""

from __future__ import annotations

import json
import threading
from types import SimpleNamespace

import pytest

from bridge.bench import page_visitor as module
from bridge.bench.page_visitor import visitor
from bridge.bench.result import BenchError


def test_a_page_that_cannot_be_opened_is_told() -> None:
    import socket

    with socket.socket() as taken:  # nobody listens there
        taken.bind(("127.0.0.1", 0))
        address = f"ws://127.0.0.1:{taken.getsockname()[1]}/live"
        with visitor(address, 16) as page, pytest.raises(BenchError, match="could not be opened"):
            page.come()


def test_it_plays_notes_that_end_until_it_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "NOTES_A_SECOND", 1e6)
    leaving, said = threading.Event(), []

    def send(text: str) -> None:
        said.append(json.loads(text))
        if len(said) == 9:  # in the middle of a note, which is ended all the same
            leaving.set()

    module._play(SimpleNamespace(send=send), 16, leaving)
    assert len(said) == 10
    assert {(address, channel) for address, _, _, channel in said} == {("/antiphon/note", 16)}
    assert [velocity for _, _, velocity, _ in said] == [80, 0] * 5
    assert [pitch for _, pitch, _, _ in said[::2]] == [pitch for _, pitch, _, _ in said[1::2]]
