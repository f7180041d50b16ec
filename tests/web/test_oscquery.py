"""OSCQuery over HTTP and WebSocket, asked as a controller would."""

from __future__ import annotations

import contextlib
import http.client
import json
import math
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from bridge.osc.decode import OscRefused, decode
from bridge.osc.guests import Guests
from bridge.osc.wire import WireMessage, parse
from bridge.vocabulary.events import SetParameter, Turn, TurnChanged, ValueReport
from bridge.vocabulary.parameters import Values
from bridge.web.oscquery import OscQuerySurface, QueryPortBusy

STATUS = {"mode": "duet", "tempo": 120.0, "parameters": Values().by_name()}


@contextlib.contextmanager
def surface() -> Iterator[OscQuerySurface]:
    served = OscQuerySurface("127.0.0.1", 0, 7401)
    served.start()
    served.publish(STATUS)
    try:
        yield served
    finally:
        served.close()


def get(served: OscQuerySurface, path: str, **headers: str) -> tuple[int, str]:
    client = http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)
    try:
        client.request("GET", path, headers=headers)
        answer = client.getresponse()
        return answer.status, answer.read().decode()
    finally:
        client.close()


def hear(client) -> list[WireMessage]:
    return parse(client.recv(timeout=10))


def listen(served: OscQuerySurface, client, path: str) -> None:
    """Listen, and wait until it is so: nothing is answered to a LISTEN."""
    client.send(json.dumps({"COMMAND": "LISTEN", "DATA": path}))
    until(lambda: any(path in known.paths for known in served._everybody()))


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 10.0
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_a_controller_walks_the_tree() -> None:
    with surface() as served:
        code, text = get(served, "/?HOST_INFO")
        info = json.loads(text)
        assert code == 200 and info["OSC_PORT"] == 7401 and info["WS_PORT"] == served.port
        assert info["EXTENSIONS"]["LISTEN"] and info["OSC_TRANSPORT"] == "UDP"
        root = json.loads(get(served, "/")[1])
        assert set(root["CONTENTS"]) == {"antiphon"}
        assert json.loads(get(served, "/antiphon/set/temperature?RANGE")[1]) == {"RANGE": [{"MIN": 0.0, "MAX": 3.0}]}
        assert json.loads(get(served, "/antiphon/mode?VALUE")[1]) == {"VALUE": ["duet"]}
        assert get(served, "/antiphon/panic?VALUE") == (204, "")
        assert get(served, "/antiphon/panic?COLOUR")[0] == 400
        assert get(served, "/nobody")[0] == 404


def test_the_whole_namespace_is_as_the_proposal_has_it() -> None:
    """As a client that knows nothing of Antiphon reads it: what the nodes say of themselves, and by themselves."""

    def below(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
        assert node["ACCESS"] in range(4) and {"CONTENTS", "TYPE"} & node.keys()
        if "TYPE" in node:
            yield node
        for name, child in node.get("CONTENTS", {}).items():
            assert child["FULL_PATH"] == f"{node['FULL_PATH'].rstrip('/')}/{name}"
            yield from below(child)

    with surface() as served:
        known = json.loads(get(served, "/?HOST_INFO")[1])["EXTENSIONS"]
        nodes = [*below(json.loads(get(served, "/")[1]))]
        assert len(nodes) > 80
        for node in nodes:
            count = len(node["TYPE"].replace("N", "")) or 1
            assert set(node["TYPE"]) <= set("ifsN") and node["DESCRIPTION"]
            assert all(len(node[name]) == count for name in ("VALUE", "RANGE", "UNIT", "CLIPMODE") if name in node)
            assert all(known[name] for name in node if name not in ("FULL_PATH", "CONTENTS", "TYPE"))
            for limits in node.get("RANGE", ()):
                assert limits.get("MIN", -math.inf) <= limits.get("MAX", math.inf)
                assert "VALS" not in limits or limits["VALS"]
        # Each attribute of a few by itself, as controllers refresh them.
        for node in nodes[:: len(nodes) // 8]:
            for name in ("TYPE", "ACCESS", "DESCRIPTION", "RANGE", "VALUE"):
                code, text = get(served, f"{node['FULL_PATH']}?{name}")
                assert (code, text and json.loads(text)) == ((200, {name: node[name]}) if name in node else (204, ""))


def test_what_its_ranges_allow_is_taken_and_what_they_do_not_is_refused() -> None:
    def outside(limits: dict[str, Any]) -> list[object]:
        if "VALS" in limits:
            return ["nothing of this name"]
        return [limits[end] + step for end, step in (("MIN", -1), ("MAX", 1)) if end in limits]

    with surface() as served:
        controls = json.loads(get(served, "/antiphon/set")[1])["CONTENTS"].values()
        for node in controls:
            (limits,) = node["RANGE"]
            for good in limits.get("VALS") or [node["VALUE"][0]]:
                assert isinstance(decode(node["FULL_PATH"], [good], 0.0), SetParameter)
            for bad in outside(limits):
                with pytest.raises(OscRefused, match="/antiphon/set"):
                    decode(node["FULL_PATH"], [bad], 0.0)


def test_who_listens_hears_what_changes_and_only_that() -> None:
    with surface() as served, connect(f"ws://127.0.0.1:{served.port}/") as client:
        for path in ("/antiphon/set/density", "/antiphon/mode", "/antiphon/turn"):
            listen(served, client, path)
        served.publish(STATUS)
        served.tell(ValueReport("temperature", 0.5))  # nobody listens to that
        served.tell(ValueReport("density", 2.0))
        assert hear(client) == [WireMessage("/antiphon/set/density", (2.0,), None)]
        served.publish({**STATUS, "mode": "off", "parameters": {**Values().by_name(), "density": 2.0}})
        assert hear(client) == [WireMessage("/antiphon/mode", ("off",), None)]
        client.send(json.dumps({"COMMAND": "IGNORE", "DATA": "/antiphon/mode"}))
        until(lambda: all("/antiphon/mode" not in known.paths for known in served._everybody()))
        served.publish({**STATUS, "parameters": {**Values().by_name(), "density": 2.0}})
        served.tell(TurnChanged(Turn.MACHINE))
        assert hear(client) == [WireMessage("/antiphon/turn", ("machine",), None)]


def test_what_is_no_listening_means_nothing() -> None:
    with surface() as served, connect(f"ws://127.0.0.1:{served.port}/") as client:
        for text in ("", "{", "[]", "1", '{"COMMAND": "LISTEN"}', '{"COMMAND": "LISTEN", "DATA": 1}', "[" * 4000):
            client.send(text)
        client.send(b"/antiphon/panic\0,\0\0\0")
        for path in ("/antiphon/nothing", "/antiphon"):
            client.send(json.dumps({"COMMAND": "LISTEN", "DATA": path}))
        listen(served, client, "/antiphon/turn")
        (known,) = served._everybody()
        assert known.paths == {"/antiphon/turn"}
        served.tell(TurnChanged(Turn.HUMAN))
        assert hear(client) == [WireMessage("/antiphon/turn", ("human",), None)]


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example"}, {"Host": ""}, {"Host": "studio.local"}, {"Origin": "http://evil.example"}],
)
def test_a_stranger_s_page_is_not_answered(headers: dict[str, str]) -> None:
    with surface() as served:
        assert get(served, "/", **headers)[0] == 403
        with pytest.raises(InvalidStatus):
            connect(f"ws://127.0.0.1:{served.port}/", origin="http://evil.example")  # type: ignore[arg-type]


def test_off_loopback_only_guests_are_answered() -> None:
    served = OscQuerySurface("127.0.0.1", 0, 7401, Guests.parse(["192.168.1.20"]))
    try:
        from websockets.datastructures import Headers

        assert "--osc-allow 192.168.1.9" in served._refusal("192.168.1.9", Headers({"Host": "192.168.1.2"}))
        assert served._refusal("192.168.1.20", Headers({"Host": "192.168.1.2:7401"})) == ""
        assert served._refusal("192.168.1.20", Headers({"Host": "studio.local:7401"})) == ""
        assert served._refusal("192.168.1.20", Headers({"Host": "evil.example"})) != ""
    finally:
        served.close()


def test_a_busy_port_is_told() -> None:
    with surface() as served, pytest.raises(QueryPortBusy, match=f"TCP port {served.port}, .*--osc-query-port, .*--no"):
        OscQuerySurface("127.0.0.1", served.port, 7401)


def test_noise_ends_nothing() -> None:
    with surface() as served:
        for noise in (b"\0" * 64, b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 400, b"POST / HTTP/1.1\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", served.port), timeout=10) as door:
                with contextlib.suppress(ConnectionError):
                    door.sendall(noise)
        assert get(served, "/antiphon/mode?TYPE") == (200, '{"TYPE": "s"}')
