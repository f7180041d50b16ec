"""Another program with MIDI ports: plays messages into a JACK port at their times and records another.

`python player.py` reads one job, a line of JSON, from its standard input, says `ready` when it is connected, plays and
records until the job's `seconds` are over or its input is closed, and prints what happens as it happens, a line each
(then `done`, and it leaves the server):

    {"play_into": "Antiphon In:in", "record_from": "Antiphon Out:out", "messages": [[0.1, [144, 60, 90]]], "seconds": 2}
    ["sent", 9.1, [144, 60, 90]]
    ["received", 9.3, [144, 64, 80]]

Times in the job count from `ready`; times in the answer are `time.perf_counter()`, which all processes share.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import jack

from bridge.bench.peers import python_environment
from bridge.midi.rtmidi_binding import JACK, Device, open_device

Messages = list[tuple[float, list[int]]]
PATIENCE = 30.0  # seconds to wait for what must come
PARTING = 20.0  # seconds that a player may take to leave: killed, it keeps a synchronous server from others for ten


class Player:
    """The player as seen from a test: a process, because a JACK client can hang with its server."""

    def __init__(
        self,
        env: dict[str, str],
        play_into: str | None = None,
        record_from: str | None = None,
        messages: Messages = (),  # type: ignore[assignment]
        seconds: float = 10.0,
    ) -> None:
        self._seconds = seconds
        self._process = subprocess.Popen(
            [sys.executable, __file__], env=python_environment() | env, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        job = {"play_into": play_into, "record_from": record_from, "messages": list(messages), "seconds": seconds}
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        self.sent: Messages = []
        self.received: Messages = []
        self._done = threading.Event()
        while (answer := self._process.stdout.readline().strip()).startswith("["):
            self._hear(answer)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if answer != "ready":
            self.kill()
            raise RuntimeError(f"the player could not connect to {play_into!r} and {record_from!r}: {answer}")

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line == "done\n":
                self._done.set()
            else:
                self._hear(line)
        self._done.set()

    def _hear(self, line: str) -> None:
        kind, when, message = json.loads(line)
        (self.sent if kind == "sent" else self.received).append((when, message))

    def __enter__(self) -> Player:
        return self

    def __exit__(self, *_: object) -> None:
        """It leaves in good order, after a failed test too: killed, it would spoil the next test's server."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._end()

    def kill(self) -> None:
        """Away with it, if it has not ended."""
        self._process.kill()
        self._end()

    def until(self, happened: Callable[[Messages], object]) -> None:
        """Wait until `happened` is true of what was received so far, or it is plain that it never will be."""
        deadline = time.monotonic() + PATIENCE
        while not happened(self.received[:]):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"waited in vain; received {self.received[-20:]}")
            time.sleep(0.01)

    def finish(self) -> tuple[Messages, Messages]:
        """Stop now. Returns what was sent and what was received, as (time, bytes)."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._end()
        return self.sent, self.received

    def result(self) -> tuple[Messages, Messages]:
        """Wait until the job's seconds are over; then as `finish`."""
        if not self._done.wait(self._seconds + PATIENCE):
            self.kill()
            raise AssertionError(f"the player did not end its {self._seconds:g} s; received {self.received[-20:]}")
        self._end()
        return self.sent, self.received

    def _end(self) -> None:
        # Once its server was killed, a JACK client can hang for ever in closing its ports. All that it heard is told
        # by then.
        try:
            self._process.wait(PARTING)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()


def _connect(client: jack.Client, source: str, target: str) -> None:
    deadline = time.monotonic() + 5.0
    while not {source, target} <= {port.name for port in client.get_ports(is_midi=True)}:
        if time.monotonic() > deadline:
            print("no such port among", [port.name for port in client.get_ports(is_midi=True)], flush=True)
            sys.exit(1)
        time.sleep(0.02)
    client.connect(source, target)


def _client(name: str) -> jack.Client:
    """A JACK client; a synchronous server now and then lets nobody in for some seconds."""
    deadline = time.monotonic() + 20.0
    while True:
        try:
            return jack.Client(name, no_start_server=True)
        except jack.JackOpenError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def main() -> None:
    job: dict[str, Any] = json.loads(sys.stdin.readline())
    tag = f"player-{os.getpid()}"
    client = _client(tag)
    client.activate()
    ports: list[Device] = []

    def tell(kind: str, message: list[int]) -> None:
        # One write a line: the callback's thread and this one tell side by side.
        os.write(1, (json.dumps([kind, time.perf_counter(), message]) + "\n").encode())

    if job["record_from"] is not None:
        ear = open_device("MidiIn", JACK, f"{tag}-ear")
        ear.ignore_types(sysex=False, timing=False, active_sense=False)
        ear.set_callback(lambda event, _: tell("received", list(event[0])))
        ear.open_virtual_port("in")
        ports.append(ear)
        _connect(client, job["record_from"], f"{tag}-ear:in")
    if job["play_into"] is not None:
        hand = open_device("MidiOut", JACK, f"{tag}-hand")
        hand.open_virtual_port("out")
        ports.append(hand)
        _connect(client, f"{tag}-hand:out", job["play_into"])
    os.write(1, b"ready\n")  # in one piece: what is received at once is told by another thread

    began = time.perf_counter()

    def called_off_before(seconds: float) -> bool:
        """Wait until so long after the beginning, or until the input is closed."""
        return bool(select.select([sys.stdin], [], [], max(began + seconds - time.perf_counter(), 0.0))[0])

    for at, message in job["messages"]:
        if called_off_before(at):
            break
        tell("sent", message)
        hand.send_message(bytes(message))
    else:
        called_off_before(job["seconds"])
    os.write(1, b"done\n")
    # In good order: a synchronous server lets nobody in for 5 s after a client just vanished.
    for port in ports:
        port.delete()
    client.close()


if __name__ == "__main__":
    main()
