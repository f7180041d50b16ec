"""Others in a Link session: LinkHut is read from its terminal, and steered by keys."""

from __future__ import annotations

import os
import shutil

import pytest
from measuring import Clock

from bridge.bench import link_peers
from bridge.bench.link_peers import LinkHut, OwnPeer, somebody
from bridge.bench.result import BenchError

HEAD = b"enabled | num peers | quantum | start stop sync | tempo   | beats   | metro\r\n"
LINE = b"yes     | 2         | 4       | no  [playing]   | 110.00  | 12.34   | xo__\r"


@pytest.fixture
def hut() -> LinkHut:
    """LinkHut whose terminal is ours: a pipe."""
    hut = LinkHut()
    reading, writing = os.pipe()
    hut._terminal = reading
    os.write(writing, HEAD + LINE)
    os.close(writing)
    hut._read()
    os.close(reading)
    return hut


def test_its_lines_are_read(hut: LinkHut) -> None:
    ((_, beats, bpm, running, peers),) = hut._lines
    assert (beats, bpm, running, peers) == (12.34, 110.0, True, 2)


def test_what_it_says_in_hundredths_is_averaged_and_carried_on_to_now(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(10.0)
    monkeypatch.setattr(link_peers, "time", clock)
    hut = LinkHut()
    # At 60 BPM; it rounded up once and down once. Before that the tempo was another, which says nothing of now.
    hut._lines.extend([(9.0, 3.0, 90.0, False, 1), (9.8, 7.81, 60.0, False, 1), (9.9, 7.89, 60.0, True, 1)])
    state = hut.state()
    assert (state.time, state.bpm, state.peers) == (10.0, 60.0, 1) and state.running
    assert state.beat == pytest.approx(8.0)


def test_a_tempo_is_asked_for_key_by_key_each_seen_to_be_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    hut, pressed = LinkHut(), []
    hut._lines.append((0.0, 0.0, 120.0, False, 1))

    def press(key: bytes) -> None:
        pressed.append(key)
        hut._lines.append((0.0, 0.0, hut._bpm + (1 if key == b"e" else -1), False, 1))

    monkeypatch.setattr(hut, "_press", press)
    hut.ask_tempo(122.0)
    hut.ask_tempo(121.0)
    assert pressed == [b"e", b"e", b"w"]


def test_one_that_takes_no_keys_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_peers, "time", Clock())
    hut = LinkHut()
    hut._lines.append((0.0, 0.0, 120.0, False, 1))
    monkeypatch.setattr(hut, "_press", lambda keys: None)
    with pytest.raises(BenchError, match="stays at 120 BPM"):
        hut.ask_tempo(121.0)


@pytest.mark.parametrize(("place", "kind"), [("/usr/bin/LinkHut", LinkHut), (None, OwnPeer)])
def test_somebody_is_linkhut_where_it_is_installed(
    monkeypatch: pytest.MonkeyPatch, place: str | None, kind: type
) -> None:
    if kind is OwnPeer:
        pytest.importorskip("link")
    monkeypatch.setattr(shutil, "which", lambda name: place)
    assert type(somebody()) is kind
