"""The page's process, beside an engine that only notes what it is handed."""

from __future__ import annotations

import asyncio
import json
import os
import queue
import socket
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
import websockets

from bridge.live.surfaces import Batch
from bridge.vocabulary.events import ErrorReport, NoteOff, PlayNote, Respond, SetParameter
from bridge.vocabulary.requests import Asker, ListPresets, Notice, Report
from bridge.web.hub import MOST_CLIENTS
from bridge.web.server import LARGEST
from bridge.web.surface import DEFAULT_PORT, PagePortBusy, PageSurface

WAIT = 20.0


class Engine:
    """Notes what is handed in."""

    def __init__(self) -> None:
        self.handed_in: queue.Queue[tuple[Batch, Asker | None]] = queue.Queue()
        self.shown: queue.Queue[ErrorReport] = queue.Queue()

    def hand_in(self, batch: Batch, asker: Asker | None) -> None:
        self.handed_in.put((batch, asker))

    def show(self, report: ErrorReport) -> None:
        self.shown.put(report)

    def tell(self, report: Report) -> None:
        raise AssertionError("on the engine thread alone")


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
def page(engine: Engine) -> Iterator[PageSurface]:
    page = PageSurface(engine, port=0)
    page.start()
    assert engine.handed_in.get(timeout=WAIT)[0] == [ListPresets()]
    yield page
    page.close()
    page.close()


def address(page: PageSurface) -> str:
    return page.address.replace("http://", "ws://") + "live"


async def hear(socket: Any, kind: str) -> list[Any]:
    """The next message of a kind."""
    while True:
        for line in (await asyncio.wait_for(socket.recv(), WAIT)).split("\n"):
            message = json.loads(line)
            if message[0] == kind:
                return list(message)


def test_both_ways(page: PageSurface, engine: Engine) -> None:
    async def visit() -> None:
        async with websockets.connect(address(page)) as socket:
            await hear(socket, "ready")
            await socket.send('["/antiphon/set", "temperature", 0.5]')
            batch, asker = await asyncio.to_thread(engine.handed_in.get, timeout=WAIT)
            assert isinstance(batch[0], SetParameter) and (batch[0].name, batch[0].value) == ("temperature", 0.5)
            assert abs(batch[0].time - time.perf_counter()) < WAIT
            assert asker is not None
            asker.send(Notice("for you"))
            assert (await hear(socket, "tell"))[3] == {"text": "for you"}
            page.accept(["out", 1.0, PlayNote(7, 1.0, 1.5, 60, 80, 1)])
            assert (await hear(socket, "out"))[2] == "PlayNote"
            page.publish({"mode": "duet"})
            status = (await hear(socket, "status"))[2]
            assert "checks" in status and status["mode"] == "duet"
            page.tell(Notice("for all"))
            assert (await hear(socket, "tell"))[3] == {"text": "for all"}
            # What the table refuses is answered, and so is what is for OSC alone.
            for message in (
                '["/antiphon/set", "temperature", 9]',
                '["/antiphon/subscribe", 9000]',
                '["/antiphon/nope"]',
            ):
                await socket.send(message)
                assert (await hear(socket, "tell"))[2] == "ErrorReport"

    asyncio.run(visit())
    assert engine.handed_in.empty()


def test_keys_that_are_down_on_a_page_come_up_when_it_is_gone(page: PageSurface, engine: Engine) -> None:
    async def visit() -> None:
        async with websockets.connect(address(page)) as socket:
            for pitch, velocity in ((60, 80), (64, 80), (60, 0)):
                await socket.send(json.dumps(["/antiphon/note", pitch, velocity, 2]))

    asyncio.run(visit())
    for _ in range(3):
        engine.handed_in.get(timeout=WAIT)
    ((end,), asker) = engine.handed_in.get(timeout=WAIT)
    assert isinstance(end, NoteOff) and (end.pitch, end.channel, asker) == (64, 2, None)


def test_a_huge_message_ends_that_page_alone(page: PageSurface, engine: Engine) -> None:
    async def visit() -> None:
        async with websockets.connect(address(page)) as other:
            async with websockets.connect(address(page)) as socket:
                await socket.send('["/antiphon/set", "' + "x" * LARGEST + '", 1]')
                with pytest.raises(websockets.ConnectionClosedError) as closed:
                    while True:
                        await asyncio.wait_for(socket.recv(), WAIT)
                assert closed.value.rcvd is not None and closed.value.rcvd.code == 1009
            await other.send('["/antiphon/respond"]')
            assert isinstance((await asyncio.to_thread(engine.handed_in.get, timeout=WAIT))[0][0], Respond)

    asyncio.run(visit())


def test_fifty_pages_at_once_are_all_served_and_one_more_is_told(page: PageSurface, engine: Engine) -> None:
    async def visit(all_here: asyncio.Barrier) -> list[Any]:
        async with websockets.connect(address(page)) as socket:
            await hear(socket, "ready")
            await all_here.wait()
            await socket.send('["/antiphon/set", "temperature", 0.5]')
            return await hear(socket, "out")

    async def everybody() -> None:
        all_here = asyncio.Barrier(MOST_CLIENTS + 1)
        visits = [asyncio.create_task(visit(all_here)) for _ in range(MOST_CLIENTS)]
        await asyncio.wait_for(all_here.wait(), WAIT)
        async with websockets.connect(address(page)) as late:
            with pytest.raises(websockets.ConnectionClosed, match="too many pages"):
                await hear(late, "ready")
        for _ in range(MOST_CLIENTS):
            await asyncio.to_thread(engine.handed_in.get, timeout=WAIT)
        page.accept(["out", 1.0, PlayNote(7, 1.0, 1.5, 60, 80, 1)])
        assert [heard[2] for heard in await asyncio.gather(*visits)] == ["PlayNote"] * MOST_CLIENTS

    asyncio.run(everybody())


def test_a_stranger_s_page_is_refused(page: PageSurface) -> None:
    async def visit() -> None:
        with pytest.raises(websockets.InvalidStatus, match="403"):
            await websockets.connect(address(page), origin="http://evil.example")  # type: ignore[arg-type]

    asyncio.run(visit())


def test_a_process_that_dies_is_replaced(page: PageSurface, engine: Engine) -> None:
    first = page._process
    assert first is not None
    page.publish({"mode": "duet"})
    page._began -= 10.0  # it has proved itself
    first.kill()
    assert "replaced" in engine.shown.get(timeout=WAIT).text

    async def visit() -> None:
        async with websockets.connect(address(page)) as socket:
            assert (await hear(socket, "status"))[2]["mode"] == "duet"

    asyncio.run(visit())


@pytest.mark.skipif(not hasattr(os, "getsid"), reason="this system has no sessions")
def test_no_ctrl_c_reaches_its_process_which_shares_the_processor_with_the_set(page: PageSurface) -> None:
    assert page._process is not None
    number = page._process.pid
    assert os.getpgid(number) != os.getpgid(0)
    # Where Linux shares the processor among sessions first, one of its own would have a share as large as the set's.
    assert os.getsid(number) == os.getsid(0)


def test_a_port_that_is_taken() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        with pytest.raises(PagePortBusy, match="--web-port"):
            PageSurface(Engine(), port=taken)
    # Where none is named, a neighbour will do.
    pages = [PageSurface(Engine()) for _ in range(2)]
    ports = [int(page.address.rpartition(":")[2].strip("/")) for page in pages]
    for page in pages:
        page.close()
    assert ports[0] != ports[1] and all(port >= DEFAULT_PORT for port in ports)


def test_refusals_name_the_way_out() -> None:
    with pytest.raises(OSError, match="--web-host"):
        PageSurface(Engine(), "192.0.2.1", 0)
    with pytest.raises(ValueError, match="--web-port"):
        PageSurface(Engine(), port=99_999)


def test_off_loopback_the_address_has_a_token() -> None:
    engine = Engine()
    page = PageSurface(engine, "0.0.0.0", 0)
    page.start()
    try:
        assert "/?token=" in page.address
        port = page.address.partition("/?")[0].rpartition(":")[2]
        own = f"http://127.0.0.1:{port}/?{page.address.partition('?')[2]}"
        with urllib.request.urlopen(own, timeout=WAIT) as answer:
            assert answer.status == 200
    finally:
        page.close()
