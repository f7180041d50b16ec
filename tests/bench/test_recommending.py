"""Asking beside a set: the library that is asked of, and how long answers take."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from measuring import measured

from bridge.bench.recommending import CLIPS, WORDS, Asking, OscClient, make_library
from bridge.bench.result import BenchError
from bridge.engine.manifest import load_manifest
from bridge.osc.wire import build, parse


@contextmanager
def daemon(*answers: tuple[str, Sequence[int | float | str]]) -> Iterator[tuple[int, list[str]]]:
    """What answers each datagram by these messages: its port, and the addresses that it was asked."""
    asked: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))

        def run() -> None:
            while True:
                datagram, origin = door.recvfrom(8192)
                if not datagram:
                    return
                asked.extend(message.address for message in parse(datagram))
                for address, arguments in answers:
                    door.sendto(build(address, arguments), origin)

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield door.getsockname()[1], asked
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
                own.sendto(b"", door.getsockname())
            thread.join()


def clip(rank: int, of: int) -> tuple[str, tuple[int | float | str, ...]]:
    return "/antiphon/recommended", (rank, 7, 0.5, "song 1, bars 1 to 3", "C", 0, 1.0, "alike", of)


@pytest.mark.live
def test_it_measures_with_a_model_that_has_an_ear(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from library_ear import model_with_ear

    measured("recommend", tmp_path, model_with_ear(tmp_path))


def test_an_answer_is_whole_with_its_last_message() -> None:
    with daemon(("/antiphon/note", (60, 80)), clip(1, 2), clip(2, 2)) as (port, asked), OscClient(port) as client:
        took = client.ask(CLIPS)
        assert took is not None and client.took == {"clips": [took]}
    assert asked == ["/antiphon/recommend"] and client.unanswered == 0


@pytest.mark.parametrize(
    ("what", "told"), [(CLIPS, clip(1, 2)), (WORDS, ("/antiphon/explained", (1, "causes", "", "")))]
)
def test_what_never_comes_is_counted(
    what: Asking, told: tuple[str, Sequence[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.bench.recommending._PATIENCE", 0.05)
    with daemon(told) as (port, _), OscClient(port) as client:
        assert client.ask(what) is None
        assert client.unanswered == 1
        with pytest.raises(BenchError, match=f"{what.address} was not answered"):
            client.warm_up(what)


def test_a_refusal_ends_it_and_says_why() -> None:
    with daemon(("/antiphon/error", ("error", "library", "no index here"))) as (port, _), OscClient(port) as client:
        with pytest.raises(BenchError, match="no index here"):
            client.ask(CLIPS)
        with pytest.raises(BenchError, match="no index here"), client.asking(CLIPS):
            next(one for one in threading.enumerate() if one.name.startswith("asks")).join()


def test_nobody_asks_where_nothing_is_to_be_asked() -> None:
    with daemon() as (port, asked), OscClient(port) as client, client.asking(None):
        pass
    assert not asked


def test_the_library_is_one_that_a_set_can_open(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from library_ear import model_with_ear

    from bridge.library.shelf import Shelf

    model = model_with_ear(tmp_path)
    make_library(tmp_path / "library", load_manifest(model), 1000)
    shelf = Shelf.open(tmp_path / "library", model)
    assert len(shelf) == 1000 and {shelf.entry(row).path for row in (0, 999)} == {"song 0.mid", "song 2.mid"}


def test_a_model_without_an_ear_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    from engine_models import write_model

    with pytest.raises(ValueError, match="no ear"):
        make_library(tmp_path / "library", load_manifest(write_model(tmp_path / "deaf")), 10)
