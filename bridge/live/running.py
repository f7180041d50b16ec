"""Which sets run on this machine, and where each can be asked how it stands: a small file for each, while it runs."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from bridge.live.surfaces import Surface
from bridge.osc.wire import build, parse

_ANSWERS_WITHIN: Final = 1.0  # seconds
_EVERYWHERE: Final = ("0.0.0.0", "")
_LARGEST: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class RunningSet:
    """A set of the daemon called `name`, as process `pid`: OSC is heard at `host`:`port`, the page is at `page`."""

    name: str
    pid: int
    host: str
    port: int
    page: str = ""


def running_folder() -> Path:
    """Where the files are."""
    import platformdirs

    return platformdirs.user_state_path("antiphon") / "running"


class RunningSurface(Surface):
    """Says where the set can be asked, while it runs. Where that cannot be written, it is done without."""

    def __init__(self, running: RunningSet, folder: Path | None = None) -> None:
        self._running = running
        self._path = (folder or running_folder()) / f"{running.pid}.json"

    def start(self) -> None:
        """Write the file."""
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # A page's address off loopback has its token.
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with open(descriptor, "wb") as file:
                file.write(msgspec.json.encode(self._running))

    def close(self) -> None:
        """Take it away."""
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)


def running_sets(folder: Path | None = None) -> list[RunningSet]:
    """The sets that left a file, the newest last: also one that was killed, which will not answer."""
    found = []
    with contextlib.suppress(OSError):
        for path in sorted((folder or running_folder()).glob("*.json"), key=lambda path: path.stat().st_mtime):
            with contextlib.suppress(OSError, msgspec.MsgspecError):
                found.append(msgspec.json.decode(path.read_bytes(), type=RunningSet))
    return found


def forget(running: RunningSet, folder: Path | None = None) -> None:
    """Take away the file of a set that was killed."""
    RunningSurface(running, folder).close()


def ask_status(host: str, port: int, within: float = _ANSWERS_WITHIN) -> Mapping[str, Any] | None:
    """How the set that hears OSC there stands; None where nobody of ours answers within so many seconds."""
    if host in _EVERYWHERE:
        host = "127.0.0.1"
    deadline = time.monotonic() + within
    with contextlib.suppress(OSError):
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind) as client:
            client.connect(address)
            client.send(build("/antiphon/status", ()))
            while (left := deadline - time.monotonic()) > 0:
                client.settimeout(left)
                with contextlib.suppress(ValueError, IndexError, TypeError):  # of somebody else's
                    for message in parse(client.recv(_LARGEST)):
                        if message.address == "/antiphon/status":
                            return dict(json.loads(str(message.args[0])))
    return None
