"""What the live tests share: free ports, a real `antiphon jam`, and programs whose lines are read."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from places import ROOT as ROOT
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder
from pythonosc.udp_client import SimpleUDPClient

IN, OUT = "Antiphon In:in", "Antiphon Out:out"
PATIENCE = 30.0  # seconds a test waits for what must come


def require(program: str, package: str) -> str:
    """Where `program` is; without it the test is skipped, or fails where live tests are required."""
    found = shutil.which(program)
    if found:
        return found
    reason = f"needs {program} (apt-get install {package})"
    if os.environ.get("ANTIPHON_LIVE") == "require":
        pytest.fail(reason)
    pytest.skip(reason)


def free_ports(count: int) -> list[int]:
    """UDP ports that nobody holds just now."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) for _ in range(count)]
        for probe in sockets:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in sockets]


class Program:
    """A running program; its output is read line by line."""

    def __init__(self, command: Sequence[str | Path]) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
        )
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._seen: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    def line(self, timeout: float) -> str | None:
        """The next line; None when none came in `timeout` seconds or the program ended."""
        try:
            line = self._lines.get(timeout=timeout)
        except queue.Empty:
            return None
        if line is not None:
            self._seen.append(line)
        return line

    def wait_for(self, pattern: str) -> re.Match[str]:
        """The first line from here on that matches; fails with all that was said when none does."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            line = self.line(timeout=max(end - time.monotonic(), 0.0))
            if line is None:
                break
            if match := re.search(pattern, line):
                return match
        pytest.fail(f"{self.process.args} never said {pattern!r}, but:\n" + "\n".join(self._seen[-60:]))

    def close(self) -> None:
        """End it and wait."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()


@contextlib.contextmanager
def running(*command: str | Path) -> Iterator[Program]:
    """A program for as long as the block lasts."""
    program = Program(command)
    try:
        yield program
    finally:
        program.close()


@contextlib.contextmanager
def jam(port: int, out_port: int) -> Iterator[Program]:
    """`antiphon jam` without MIDI and with the stand-in model, from the moment it answers OSC."""
    command = (sys.executable, "-m", "bridge", "jam", "--dry", "--no-midi", "--no-web", "--clock", "internal")
    with running(*command, "--osc-port", str(port), "--osc-out-port", str(out_port)) as program:
        with SimpleUDPClient("127.0.0.1", port) as client:
            end = time.monotonic() + PATIENCE
            while time.monotonic() < end:
                client.send_message("/antiphon/status", [])
                try:
                    if client.receive(0.2):
                        break
                except TimeoutError:
                    continue
            else:
                pytest.fail(f"antiphon jam never answered on port {port}")
        yield program


def jack_says(*command: str) -> subprocess.CompletedProcess[str]:
    """What a program of JACK's says. One that hangs, as a client whose server dies can, is ended and has failed."""
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE / 3)
    except subprocess.TimeoutExpired as hung:
        return subprocess.CompletedProcess(command, 1, "", str(hung))


def connect(source: str, target: str) -> None:
    """Connect two JACK ports as soon as both are there, and the server lets somebody in."""
    deadline = time.monotonic() + PATIENCE
    while (done := jack_says("jack_connect", source, target)).returncode:
        assert time.monotonic() < deadline, done.stderr
        time.sleep(0.1)


class Jam:
    """A running `antiphon jam` with its OSC port."""

    def __init__(self, *options: str) -> None:
        self.port, self.out_port = free_ports(2)
        ports = ("--osc-port", str(self.port), "--osc-out-port", str(self.out_port))
        fixed = ("--seed", "1", "--clock", "internal", "--no-web", *ports)
        self.program = Program([sys.executable, "-m", "bridge", "jam", *fixed, *options])
        self.program.wait_for(r"MIDI \(jack\)")
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))

    def send(self, address: str, *args: str | float) -> None:
        builder = OscMessageBuilder(address)
        for arg in args:
            builder.add_arg(arg)
        self._socket.sendto(builder.build().dgram, ("127.0.0.1", self.port))

    def status(self, timeout: float) -> dict[str, object] | None:
        """The answer to /antiphon/status, or None when none came in time."""
        self._socket.setblocking(False)
        try:
            while self._socket.recv(65536):
                pass
        except BlockingIOError:
            pass
        self._socket.settimeout(timeout)
        self.send("/antiphon/status")
        try:
            while True:
                message = OscMessage(self._socket.recv(65536))
                if message.address == "/antiphon/status":
                    return dict(json.loads(next(iter(message.params))))
        except TimeoutError:
            return None

    def close(self) -> None:
        self.program.close()
        self._socket.close()
        # A busy server lists its ports for a while yet: the next one would have to take other names.
        deadline = time.monotonic() + PATIENCE
        while "Antiphon" in jack_says("jack_lsp").stdout:
            assert time.monotonic() < deadline, "its ports are still there"
            time.sleep(0.1)
