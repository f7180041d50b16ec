"""The page's HTTP and WebSocket server, as an ASGI application.

The page's own files are read once: they are small enough to keep, so that no request waits for a thread or a disk.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import mimetypes
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from bridge.web.guard import TOKEN_COOKIE, Guard
from bridge.web.hub import Client, Hub
from bridge.web.performing import Busy, Performing

STATIC: Final = Path(__file__).parent / "static"
_TYPES: Final = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml"}
# Bytes of one message of a page's.
LARGEST: Final = 4096
LARGEST_SELECTION: Final = 1 << 19
# Lines that go out together at most.
_AT_ONCE: Final = 256
_MIDI: Final = "audio/midi"
_POLICY: Final = (
    "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
# Close codes of WebSockets: RFC 6455, and try again later.
_REFUSED: Final = 1008
_AGAIN: Final = 1013


def make_app(hub: Hub, guard: Guard, performing: Performing | None = None) -> ASGIApp:
    """The page of what `hub` knows, for those whom `guard` lets pass; with `performing` selections are played to."""

    assets = Assets()

    async def index(request: Request) -> Response:
        response = assets.answer(request, "index.html")
        token = request.query_params.get("token", "")
        if guard.knows(token):  # what the page loads next has no token in its address
            response.set_cookie(_cookie(request), token, httponly=True, samesite="strict")
        return response

    async def static(request: Request) -> Response:
        return assets.answer(request, request.path_params["path"])

    async def answer(request: Request) -> Response:
        number = int(request.path_params["number"])
        return _midi(hub.takes.answer_file(number), f"answer-{number}.mid")

    async def recent(request: Request) -> Response:
        return _midi(hub.takes.recent_file(), "antiphon-recent.mid")

    async def perform(request: Request) -> Response:
        """Notes in, notes out; what is refused is said in words."""
        if performing is None:
            return JSONResponse({"error": "nobody plays to selections here"}, 404)
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > LARGEST_SELECTION:
                return JSONResponse({"error": f"more than {LARGEST_SELECTION} bytes: select less"}, 413)
        try:
            return JSONResponse({"notes": await performing.perform(body)})
        except Busy as busy:
            return JSONResponse({"error": str(busy)}, 503)
        except ValueError as refusal:
            return JSONResponse({"error": str(refusal)}, 400)

    async def live(socket: WebSocket) -> None:
        await socket.accept()
        if hub.full:
            await socket.close(_AGAIN, "too many pages are open: close one")
            return
        client = hub.join(time.perf_counter())
        try:
            await _serve(socket, client, hub)
        finally:
            hub.leave(client, time.perf_counter())

    app = Starlette(
        routes=[
            Route("/", index),
            Route("/answers/{number:int}.mid", answer),
            Route("/recent.mid", recent),
            Route("/perform", perform, methods=["POST"]),
            WebSocketRoute("/live", live),
            Route("/static/{path:path}", static),
        ]
    )
    return _Gate(app, guard)


def _cookie(connection: HTTPConnection) -> str:
    """The cookie that keeps the token: browsers keep those of all ports of a host together."""
    return f"{TOKEN_COOKIE}-{connection.headers.get('host', '').rpartition(':')[2]}"


def _cookie_token(scope: Scope) -> str:
    connection = HTTPConnection(scope)
    return connection.cookies.get(_cookie(connection), "")


async def _serve(socket: WebSocket, client: Client, hub: Hub) -> None:
    """Send and receive until either side has enough."""
    tasks = [
        asyncio.create_task(_send(socket, client)),
        asyncio.create_task(_receive(socket, client, hub)),
        asyncio.create_task(client.behind.wait()),
    ]
    done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    if tasks[2] in done:
        await socket.close(_AGAIN, "too slow: come again")


async def _send(socket: WebSocket, client: Client) -> None:
    while True:
        lines = [await client.queue.get()]
        while not client.queue.empty() and len(lines) < _AT_ONCE:
            lines.append(client.queue.get_nowait())
        await socket.send_text(b"\n".join(line.rstrip(b"\n") for line in lines).decode())


async def _receive(socket: WebSocket, client: Client, hub: Hub) -> None:
    try:
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            hub.said(client, message.get("text") or message.get("bytes") or "", time.perf_counter())
    except WebSocketDisconnect:
        return


def _midi(data: bytes | None, name: str) -> Response:
    if data is None:
        return PlainTextResponse("nothing was played yet, or it is too long ago", 404)
    return Response(data, media_type=_MIDI, headers={"Content-Disposition": f'attachment; filename="{name}"'})


class _Gate:
    """Lets nobody in whom the guard refuses, and says to browsers what this page may do."""

    def __init__(self, app: ASGIApp, guard: Guard) -> None:
        self._app = app
        self._guard = guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = {name: value for name, value in Headers(scope=scope).items()}
        token = QueryParams(scope.get("query_string", b"")).get("token", "")
        refusal = self._guard.refusal(headers, token, _cookie_token(scope))
        if refusal and scope["type"] == "http":
            await PlainTextResponse(refusal, 403)(scope, receive, send)
            return
        if refusal:
            await receive()
            await send({"type": "websocket.close", "code": _REFUSED, "reason": refusal[:100]})
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = MutableHeaders(scope=message)
                told["Content-Security-Policy"] = _POLICY
                told["X-Content-Type-Options"] = "nosniff"
                told["Referrer-Policy"] = "no-referrer"
                told["Cache-Control"] = "no-cache"
            await send(message)

        await self._app(scope, receive, guarded)


# --- its files -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Asset:
    data: bytes
    packed: bytes
    kind: str
    tag: str  # of an ETag: another file has another


class Assets:
    """Every file of a folder, by its path below it; what comes from outside only looks it up."""

    def __init__(self, folder: Path = STATIC) -> None:
        self._assets = {
            str(path.relative_to(folder).as_posix()): _read(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.name.startswith(".")
        }

    def answer(self, request: Request, name: str) -> Response:
        """The file of this name; only word of it where the browser has it already."""
        asset = self._assets.get(name)
        if asset is None:
            return PlainTextResponse("no such file", 404)
        packs = "gzip" in request.headers.get("accept-encoding", "")
        headers = {"ETag": asset.tag, "Vary": "Accept-Encoding", **({"Content-Encoding": "gzip"} if packs else {})}
        if request.headers.get("if-none-match") == asset.tag:
            return Response(status_code=304, headers={"ETag": asset.tag})
        return Response(asset.packed if packs else asset.data, media_type=asset.kind, headers=headers)


def _read(path: Path) -> _Asset:
    data = path.read_bytes()
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return _Asset(data, gzip.compress(data, mtime=0), kind, f'"{hashlib.sha256(data).hexdigest()[:20]}"')
