"""The OSC addresses as an OSCQuery tree: what there is, what it takes, and what it is set to. Pure.

It is served by `bridge.web.oscquery` (HTTP and WebSocket) and announced by `bridge.web.discovery` (mDNS).

After the OSCQuery proposal (github.com/Vidvox/OSCQueryProposal): each node is a JSON object; `?ATTRIBUTE` asks for one
thing of it. Beside the addresses of the table each parameter has a node of its own below `/antiphon/set`, which is an
address that takes its value alone (`/antiphon/set/temperature 0.8`).
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from typing import Any, Final

from bridge.osc.table import INCOMING, OUTGOING, Address, Argument
from bridge.vocabulary.parameters import PARAMETERS, Parameter

SET: Final = "/antiphon/set"
MODE: Final = "/antiphon/mode"
TEMPO: Final = "/antiphon/tempo"
# What a node may be asked for, and what of the proposal is understood here.
ATTRIBUTES: Final = (
    "FULL_PATH", "CONTENTS", "DESCRIPTION", "TYPE", "ACCESS", "VALUE", "RANGE", "UNIT", "CLIPMODE",
)  # fmt: skip
EXTENSIONS: Final = {
    "ACCESS": True, "VALUE": True, "RANGE": True, "DESCRIPTION": True, "UNIT": True, "CLIPMODE": True,
    "LISTEN": True, "TAGS": False, "EXTENDED_TYPE": False, "CRITICAL": False, "OVERLOADS": False, "HTML": False,
    "PATH_CHANGED": False, "PATH_ADDED": False, "PATH_REMOVED": False, "PATH_RENAMED": False, "IGNORE": True,
}  # fmt: skip
_READ, _WRITE = 1, 2
_TYPES: Final = {"int": "i", "float": "f", "str": "s", "value": "s"}

Node = dict[str, Any]


def tree(status: Mapping[str, Any]) -> Node:
    """The whole namespace, with the values that a status tells (as `/antiphon/status` has it)."""
    root = copy.deepcopy(_STATIC)
    for path, value in values(status).items():
        found = _find(root, path)
        if found is not None:
            found["VALUE"] = [value]
    return root


def values(status: Mapping[str, Any]) -> dict[str, float | str]:
    """What is set, by the path of its node."""
    found: dict[str, float | str] = {f"{SET}/{name}": value for name, value in status.get("parameters", {}).items()}
    for path, key in ((MODE, "mode"), (TEMPO, "tempo")):
        if isinstance(status.get(key), (int, float, str)):
            found[path] = status[key]
    return {path: _typed(path, value) for path, value in found.items()}


def answer(root: Node, path: str, attribute: str) -> tuple[int, Node | None]:
    """The HTTP status, and what a request for a path of the tree is answered with; all of it without an attribute.

    404: no such node; 400: no such attribute; 204: this node has none of that.
    """
    found = _find(root, path)
    if found is None:
        return 404, None
    if not attribute:
        return 200, found
    if attribute not in ATTRIBUTES:
        return 400, None
    return (200, {attribute: found[attribute]}) if attribute in found else (204, None)


def host_info(name: str, host: str, port: int) -> Node:
    """The answer to `?HOST_INFO`: OSC and the WebSocket are at the same number, one by UDP, one by TCP."""
    return {
        "NAME": name,
        "EXTENSIONS": EXTENSIONS,
        "OSC_IP": host,
        "OSC_PORT": port,
        "OSC_TRANSPORT": "UDP",
        "WS_IP": host,
        "WS_PORT": port,
    }


def methods(node: Node) -> list[str]:
    """The paths below a node, itself included, that are addresses: those with a type."""
    own = [node["FULL_PATH"]] if "TYPE" in node else []
    return own + [path for child in node.get("CONTENTS", {}).values() for path in methods(child)]


def _find(root: Node, path: str) -> Node | None:
    node: Node | None = root
    for name in path.strip("/").split("/") if path.strip("/") else ():
        node = None if node is None else node.get("CONTENTS", {}).get(name)
    return node


def _typed(path: str, value: float | str) -> float | str:
    """A value as the type of its node has it: whole numbers without a fraction."""
    parameter = PARAMETERS.get(path.removeprefix(f"{SET}/"))
    return int(value) if parameter is not None and parameter.whole and isinstance(value, (int, float)) else value


def _build() -> Node:
    root: Node = {"FULL_PATH": "/", "CONTENTS": {}, "DESCRIPTION": "Antiphon, a machine musician", "ACCESS": 0}
    for table, access in ((OUTGOING, _READ), (INCOMING, _WRITE)):
        for address, entry in table.items():
            _grow(root, address).update(_described(entry, access))
    for path in (MODE, TEMPO):
        _grow(root, path)["ACCESS"] = _READ | _WRITE
    for parameter in PARAMETERS.values():
        _grow(root, f"{SET}/{parameter.name}").update(_control(parameter))
    return root


def _grow(root: Node, path: str) -> Node:
    """The node at a path, made with all that lead to it where there is none."""
    node, at = root, ""
    for name in path.strip("/").split("/"):
        at += f"/{name}"
        node = node.setdefault("CONTENTS", {}).setdefault(name, {"FULL_PATH": at, "ACCESS": 0})
    return node


def _described(entry: Address, access: int) -> Node:
    arguments = entry.arguments
    named = ", ".join(argument.describe().replace("`", "") for argument in arguments)
    node: Node = {
        "DESCRIPTION": f"{entry.text} {named}".strip(),
        # N: it takes anything, as a button does.
        "TYPE": "".join(_TYPES[argument.kind] for argument in arguments) or "N",
        "ACCESS": access,
    }
    if arguments:
        node["RANGE"] = [_range(argument) for argument in arguments]
    return node


def _range(argument: Argument) -> Node:
    if argument.choices:
        return {"VALS": list(argument.choices)}
    limits = {"MIN": argument.low, "MAX": argument.high}
    return {name: value for name, value in limits.items() if math.isfinite(value)}


def _control(parameter: Parameter) -> Node:
    node: Node = {"DESCRIPTION": parameter.text, "ACCESS": _READ | _WRITE}
    if parameter.choices:
        return {**node, "TYPE": "s", "RANGE": [{"VALS": list(parameter.choices)}]}
    node |= {
        "TYPE": "i" if parameter.whole else "f",
        "RANGE": [{"MIN": parameter.low, "MAX": parameter.high}],
        "CLIPMODE": ["none"],  # what lies outside is refused, not bent
    }
    return {**node, "UNIT": [parameter.unit]} if parameter.unit else node


_STATIC: Final = _build()
