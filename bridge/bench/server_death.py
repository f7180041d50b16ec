"""The JACK server is killed in mid-note and started again: does the daemon answer all the while, and come back?

In each mode, with a synth that keeps its state: what it heard begin before the server died must end when it is back.
"""

from __future__ import annotations

import contextlib
import itertools
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import jack

from bridge.bench.jack_server import JackServer
from bridge.bench.keyboard import note_off, note_on
from bridge.bench.live import LiveDaemon
from bridge.bench.peers import peer
from bridge.bench.result import BenchError, Conditions, Figure, Result

STATUS_BAR: Final = 100.0
CONNECTED_BAR: Final = 2000.0
_ASK_EVERY: Final = 0.01
_DEAD_FOR: Final = 2.0
_GIVE_UP: Final = 15.0
# Seconds in which a synth that is there again is told to end what it plays, and those a machine may take to play.
_OWED_WITHIN: Final = 3.0
_PLAYS_WITHIN: Final = 15.0
_MODES: Final = ("harmonize", "respond", "duet", "accompany")


class _Synth:
    """A synth that keeps its state whatever becomes of the server: `sounding` is what began and did not end.

    `owed` is what of that began before the server died; what the machine plays when it is back is not.
    """

    def __init__(self) -> None:
        self.sounding: set[tuple[int, int]] = set()
        self.owed: set[tuple[int, int]] = set()

    @contextmanager
    def connected(self, server: str, name: str) -> Iterator[subprocess.Popen[str]]:
        """The synth and a keyboard, one program, in the daemon's ports."""
        with peer("player", name) as player:
            threading.Thread(target=self._listen, args=[player], daemon=True).start()
            _connect(server, f"{name}-out:out", "Antiphon In:in")
            _connect(server, "Antiphon Out:out", f"{name}-in:in")
            time.sleep(0.1)
            yield player

    def _listen(self, player: subprocess.Popen[str]) -> None:
        assert player.stdout is not None
        with contextlib.suppress(ValueError):  # closed meanwhile
            for line in player.stdout:
                self._hear(bytes.fromhex(line.split()[-1]))

    def _hear(self, message: bytes) -> None:
        kind, channel = message[0] & 0xF0, message[0] & 0x0F
        if kind == 0x90 and message[2]:
            self.sounding.add((channel, message[1]))
        elif kind in (0x80, 0x90):
            self.sounding.discard((channel, message[1]))
            self.owed.discard((channel, message[1]))
        elif kind == 0xB0 and message[1] in (120, 123):
            self.sounding = {key for key in self.sounding if key[0] != channel}
            self.owed &= self.sounding


class _Watch:
    """Asks the daemon for its status again and again, and keeps when each answer came, how late, and what it said."""

    def __init__(self, daemon: LiveDaemon) -> None:
        self._daemon = daemon
        self.answers: list[tuple[float, float, str]] = []  # (when, seconds it took, state of the MIDI ports)
        self.unanswered = 0
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()

    def _ask(self) -> None:
        while not self._ending.is_set():
            began = time.perf_counter()
            status = self._daemon.status(timeout=3.0)
            now = time.perf_counter()
            if status is None:
                self.unanswered += 1
            else:
                self.answers.append((now, now - began, status["midi"]))
            time.sleep(_ASK_EVERY)

    def wait_until(self, open_wanted: bool, since: float) -> float:
        """When the ports were first seen open (or not) after `since`. Raises BenchError when that never happens."""
        deadline = time.perf_counter() + _GIVE_UP
        while time.perf_counter() < deadline:
            for when, _, state in self.answers:
                if when > since and (state == "open") is open_wanted:
                    return when
            time.sleep(0.005)
        state = self.answers[-1][2] if self.answers else "unknown"
        raise BenchError(f"{_GIVE_UP:g} s after the server {'came back' if open_wanted else 'died'}: MIDI is {state}")

    def end(self) -> None:
        """Ask no more."""
        self._ending.set()
        self._thread.join()


def measure(conditions: Conditions) -> Result:
    """Kill and restart the server a few times under notes that sound, asking for the status throughout."""
    modes = _MODES[:1] if conditions.quick else _MODES
    noticed, connected = [], []
    sounded = stuck = 0
    synth = _Synth()
    with JackServer() as server:
        options = ("--mode", "harmonize", "--provider", "cpu")
        with LiveDaemon("--model", conditions.model, *options) as daemon:
            daemon.wait_for_midi()
            watch = _Watch(daemon)
            try:
                for number, mode in enumerate(modes):
                    daemon.send("/antiphon/mode", mode)
                    synth.sounding.clear()
                    with synth.connected(server.name, f"human{number}") as player:
                        _play_until(player, synth, mode)
                        died = time.perf_counter()
                        server.kill()
                    synth.owed = set(synth.sounding)
                    sounded += len(synth.owed)
                    noticed.append(watch.wait_until(False, died) - died)
                    time.sleep(_DEAD_FOR)
                    alive = server.start()
                    connected.append(watch.wait_until(True, alive) - alive)
                    with synth.connected(server.name, f"again{number}"):
                        time.sleep(_OWED_WITHIN)
                    stuck += len(synth.owed)
                    conditions.progress((number + 1) / len(modes))
                plays = _plays_again(server.name)
            finally:
                watch.end()
            exit_status, ending = daemon.stop()
    worst = max(seconds for _, seconds, _ in watch.answers)
    return Result(
        "server-death",
        (
            Figure("status answered, at worst", 1000 * worst, bar=STATUS_BAR),
            Figure("statuses never answered", watch.unanswered, "", bar=0),
            Figure("connected after the server is back, at worst", 1000 * max(connected), bar=CONNECTED_BAR),
            Figure("death noticed after, at worst", 1000 * max(noticed)),
            Figure("notes left sounding on a synth that keeps its state", stuck, "", bar=0),
            Figure("answers to a note afterwards missing", 0 if plays else 1, "", bar=0),
            Figure("exit status of the daemon", abs(exit_status), "", bar=0),
            Figure("daemon ended within", 1000 * ending),
        ),
        f"one death (SIGKILL) in each of {', '.join(modes)}, {sounded} notes sounding, {_DEAD_FOR:g} s without it; "
        f"{len(watch.answers)} statuses asked for one after the other",
    )


def _connect(server: str, out_port: str, in_port: str) -> None:
    client = jack.Client("bench-patchbay", servername=server, no_start_server=True)
    try:
        client.connect(out_port, in_port)
    finally:
        client.close()


def _tell(player: subprocess.Popen[str], message: bytes) -> None:
    assert player.stdin is not None
    player.stdin.write(message.hex() + "\n")
    player.stdin.flush()


def _play_until(player: subprocess.Popen[str], synth: _Synth, mode: str) -> None:
    """Play until the machine does, and leave it playing. Raises BenchError where it does not."""
    deadline = time.perf_counter() + _PLAYS_WITHIN
    for number in itertools.count():
        if synth.sounding:
            return
        if time.perf_counter() > deadline:
            raise BenchError(f"{mode} played nothing within {_PLAYS_WITHIN:g} s")
        pitch = (60, 64, 67, 65, 62)[number % 5]
        if mode != "respond" or number < 5:
            _tell(player, note_on(pitch))
        time.sleep(0.1)
        if mode != "harmonize" and (mode != "respond" or number < 5):
            _tell(player, note_off(pitch))
        time.sleep(0.02)


def _plays_again(server: str) -> bool:
    """Whether a note played now is answered."""
    with peer("player", "again") as player:
        _connect(server, "again-out:out", "Antiphon In:in")
        _connect(server, "Antiphon Out:out", "again-in:in")
        time.sleep(0.1)
        answers: list[str] = []
        assert player.stdout is not None
        lines = player.stdout
        reader = threading.Thread(target=lambda: answers.append(lines.readline()), daemon=True)
        reader.start()
        _tell(player, note_on(64))
        reader.join(2.0)
        _tell(player, note_off(64))
        return bool(answers)
