"""The page's process: started by `bridge.web.surface.PageSurface`, not by people.

It is a process of its own so that no page, however many there are, takes the interpreter from the engine. It ends when
the daemon does (end of file on the socket between them).
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys

import msgspec
import uvicorn

from bridge.engine.folders import list_models
from bridge.system.terminal import leave_interrupts_to_the_parent
from bridge.web.guard import Guard
from bridge.web.hub import Hub
from bridge.web.performing import Performing
from bridge.web.server import LARGEST, make_app
from bridge.web.wire import MOST_UNREAD


async def serve(daemon: socket.socket, door: socket.socket) -> None:
    """Serve pages at `door` until the daemon is gone."""
    reader, writer = await asyncio.open_connection(sock=daemon, limit=MOST_UNREAD)
    first = msgspec.json.decode(await reader.readline())
    hub = Hub(writer.write, lambda: list(list_models()))
    performing = Performing(lambda: hub.model)
    config = uvicorn.Config(
        make_app(hub, Guard(str(first["token"])), performing),
        http="h11",
        ws="websockets-sansio",
        ws_max_size=LARGEST,
        ws_max_queue=64,
        lifespan="off",
        log_level="critical",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[door]))
    while line := await reader.readline():
        hub.heard(line)
    server.should_exit = server.force_exit = True
    await serving
    await asyncio.to_thread(performing.close)


def main() -> None:
    """`python -m bridge.web.page_process DAEMON DOOR`: the numbers of two sockets that were handed down."""
    leave_interrupts_to_the_parent()
    if hasattr(signal, "SIGHUP"):  # a terminal that is closed: the daemon tells us, too
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    daemon, door = (socket.socket(fileno=int(number)) for number in sys.argv[1:3])
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
        asyncio.run(serve(daemon, door))


if __name__ == "__main__":
    main()
