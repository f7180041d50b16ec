"""The page's server, called as ASGI calls it."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

from bridge.vocabulary.events import PlayNote, Sounded, Turn, TurnChanged
from bridge.web.guard import Guard
from bridge.web.hub import MOST_CLIENTS, Hub
from bridge.web.performing import Busy
from bridge.web.server import LARGEST_SELECTION, STATIC, Assets, make_app
from bridge.web.wire import JOINED, LEFT, line_of

TOKEN = "a-token"
LOCAL = {"host": "localhost:7402"}


class Site:
    """An application, asked in process."""

    def __init__(self, token: str = "") -> None:
        self.said: list[Any] = []  # but for who came
        self.hub = Hub(self.say, lambda: ["duo"])
        self.app = make_app(self.hub, Guard(token))

    def say(self, line: bytes) -> None:
        message = json.loads(line)
        if message[2] != JOINED:
            self.said.append(message)

    def scope(self, kind: str, path: str, headers: dict[str, str]) -> dict[str, Any]:
        path, _, query = path.partition("?")
        return {
            "type": kind,
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http" if kind == "http" else "ws",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 9),
            "server": ("127.0.0.1", 7402),
            "subprotocols": [],
        }

    def get(self, path: str, headers: dict[str, str] = LOCAL) -> tuple[int, dict[str, str], bytes]:
        sent: list[dict[str, Any]] = []

        requests = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> dict[str, Any]:
            if not requests:
                await asyncio.sleep(60.0)  # whoever asked waits for the answer
            return requests.pop()

        async def send(message: Any) -> None:
            sent.append(message)

        asyncio.run(self.app(self.scope("http", path, headers), receive, send))
        body = b"".join(message.get("body", b"") for message in sent[1:])
        return sent[0]["status"], {name.decode(): value.decode() for name, value in sent[0]["headers"]}, body

    def post(self, path: str, body: bytes, headers: dict[str, str] = LOCAL) -> tuple[int, Any]:
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = self.scope("http", path, headers) | {"method": "POST"}
        asyncio.run(self.app(scope, receive, send))
        text = b"".join(message.get("body", b"") for message in sent[1:])
        return sent[0]["status"], json.loads(text) if text.startswith(b"{") else text.decode()

    def talk(self, texts: Iterable[str], headers: dict[str, str] = LOCAL, path: str = "/live") -> list[dict[str, Any]]:
        """Open a WebSocket, say `texts`, close; everything that was sent."""
        sent: list[dict[str, Any]] = []
        waiting = [{"type": "websocket.connect"}, *({"type": "websocket.receive", "text": text} for text in texts)]

        async def receive() -> dict[str, Any]:
            if waiting:
                return waiting.pop(0)
            await asyncio.sleep(0.02)
            return {"type": "websocket.disconnect", "code": 1000}

        async def send(message: Any) -> None:
            sent.append(message)

        asyncio.run(self.app(self.scope("websocket", path, headers), receive, send))
        return sent


def lines(sent: list[dict[str, Any]]) -> list[Any]:
    texts = [message["text"] for message in sent if message["type"] == "websocket.send"]
    return [json.loads(line) for text in texts for line in text.split("\n")]


def test_the_page_and_all_it_loads_are_there_and_small() -> None:
    site = Site()
    status, headers, body = site.get("/")
    assert status == 200 and b"<title>Antiphon" in body
    assert "default-src 'self'" in headers["content-security-policy"] and headers["x-content-type-options"] == "nosniff"
    total = len(body)
    for file in STATIC.iterdir():
        status, _, content = site.get(f"/static/{file.name}")
        assert status == 200 and content == file.read_bytes()
        total += len(content)
    assert total < 300_000


@pytest.mark.parametrize(
    "path",
    ["/static/../server.py", "/static/..%2fserver.py", "/static//etc/passwd", "/etc/passwd", "/answers/..%2f1.mid"],
)
def test_nothing_on_the_network_names_a_path(path: str) -> None:
    assert Site().get(path)[0] == 404


def test_strangers_get_nothing() -> None:
    site = Site()
    assert site.get("/", {"host": "evil.example"})[0] == 403
    assert site.get("/recent.mid", {**LOCAL, "origin": "http://evil.example"})[0] == 403
    for headers in ({"host": "evil.example"}, {**LOCAL, "origin": "http://evil.example"}, {**LOCAL, "origin": "null"}):
        assert [message["type"] for message in site.talk(['["/antiphon/panic"]'], headers)] == ["websocket.close"]
    assert not site.said


def test_a_token_opens_the_door_and_is_remembered() -> None:
    site = Site(TOKEN)
    there = {"host": "studio.local:7402"}
    assert site.get("/", there)[0] == 403
    status, headers, _ = site.get(f"/?token={TOKEN}", there)
    cookie = headers["set-cookie"]
    assert status == 200 and "HttpOnly" in cookie and "SameSite=strict" in cookie
    assert site.get("/static/page.js", {**there, "cookie": cookie.split(";")[0]})[0] == 200
    assert site.talk([], there)[0]["type"] == "websocket.close"
    assert site.talk([], there, f"/live?token={TOKEN}")[0]["type"] == "websocket.accept"


def test_a_page_speaks_and_is_answered() -> None:
    site = Site()
    own = {**LOCAL, "origin": "http://localhost:7402"}
    told = lines(site.talk(['["/antiphon/mode", "duet"]', "nonsense", '["ping", 5]'], own))
    kinds = [line[0] for line in told]
    assert kinds[:4] == ["hello", "status", "answers", "ready"] and "pong" in kinds
    assert [line[2:] for line in site.said] == [["/antiphon/mode", ["duet"]], [LEFT, []]]


def test_one_page_too_many_is_told_so() -> None:
    site = Site()
    for _ in range(MOST_CLIENTS):
        site.hub.join(0.0)
    close = site.talk([])[-1]
    assert (close["code"], "too many" in close["reason"]) == (1013, True)


def test_answers_can_be_taken_away() -> None:
    site = Site()
    assert site.get("/answers/1.mid")[0] == site.get("/recent.mid")[0] == 404
    for kind, item in (
        ("out", TurnChanged(Turn.MACHINE)),
        ("out", PlayNote(7, 1.0, 1.5, 60, 80, 1)),
        ("in", Sounded(1.0, 7)),
    ):
        line = line_of([kind, 1.0, item])
        assert line is not None
        site.hub.heard(line)
    for path in ("/answers/1.mid", "/recent.mid"):
        status, headers, body = site.get(path)
        assert (status, headers["content-type"], body[:4]) == (200, "audio/midi", b"MThd")
        assert headers["content-disposition"].startswith("attachment")


class Plays:
    """Plays one note to whatever is selected."""

    async def perform(self, body: bytes) -> list[dict[str, Any]]:
        if body == b"busy":
            raise Busy("try again")
        if body != b"notes":
            raise ValueError("no notes are selected")
        return [{"pitch": 60}]


def test_a_selection_is_played_to_and_what_is_refused_is_said() -> None:
    site = Site()
    assert site.post("/perform", b"notes")[0] == 404
    site.app = make_app(site.hub, Guard(), Plays())  # type: ignore[arg-type]
    assert site.post("/perform", b"notes") == (200, {"notes": [{"pitch": 60}]})
    assert site.post("/perform", b"") == (400, {"error": "no notes are selected"})
    assert site.post("/perform", b"busy") == (503, {"error": "try again"})
    assert site.post("/perform", b"x" * (LARGEST_SELECTION + 1))[0] == 413
    assert site.get("/perform")[0] == 405
    for headers in ({**LOCAL, "origin": "http://evil.example"}, {"host": "evil.example:7402"}):
        assert site.post("/perform", b"notes", headers)[0] == 403
    site.app = make_app(site.hub, Guard(TOKEN), Plays())  # type: ignore[arg-type]
    assert site.post("/perform", b"notes")[0] == 403
    assert site.post(f"/perform?token={TOKEN}", b"notes")[0] == 200


# --- its files -----------------------------------------------------------------------------------


def asking(**headers: str) -> Request:
    fields = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": fields})


def test_a_file_is_sent_packed_where_that_is_understood_and_once_where_it_is_kept(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "page.js").write_text("export const x = 1;\n")
    (tmp_path / ".hidden").write_text("not ours")
    assets = Assets(tmp_path)
    plain = assets.answer(asking(), "sub/page.js")
    assert bytes(plain.body) == b"export const x = 1;\n" and plain.headers["content-type"].startswith("text/javascript")
    packed = assets.answer(asking(accept_encoding="gzip, br"), "sub/page.js")
    assert packed.headers["content-encoding"] == "gzip" and gzip.decompress(bytes(packed.body)) == bytes(plain.body)
    again = assets.answer(asking(if_none_match=plain.headers["etag"]), "sub/page.js")
    assert again.status_code == 304 and not bytes(again.body)
    for name in ("page.js", "../page.js", "/etc/passwd", ".hidden", ""):
        assert assets.answer(asking(), name).status_code == 404


def test_every_module_is_asked_for_at_once() -> None:
    """A module that is only found in another one comes a round trip later."""
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    early = set(re.findall(r'rel="modulepreload" href="/static/([\w.]+)"', page))
    assert early == {path.name for path in STATIC.glob("*.js")} - {"page.js"}
