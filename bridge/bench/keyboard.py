"""A keyboard and an ear on a JACK server: what the measurements play and listen with."""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from types import TracebackType
from typing import Any, Final, NamedTuple

import jack

from bridge.bench.result import BenchError
from bridge.midi.rtmidi_binding import JACK, open_device

NOTE_ON: Final = 0x90
NOTE_OFF: Final = 0x80
# Not in the middle of a velocity class, so that no note of the machine's can look like one of ours come back.
VELOCITY: Final = 81
# A port is waited for so long, in seconds.
_PORT_WITHIN: Final = 15.0


class HeardMessage(NamedTuple):
    """A message and when it arrived, in `time.perf_counter()` seconds."""

    time: float
    data: bytes


def note_on(pitch: int, velocity: int = VELOCITY) -> bytes:
    """Note-on on channel 1."""
    return bytes((NOTE_ON, pitch, velocity))


def note_off(pitch: int) -> bytes:
    """Note-off on channel 1."""
    return bytes((NOTE_OFF, pitch, 0))


def starts_note(data: bytes) -> bool:
    """Whether a message is a note-on (velocity 0 is a note-off)."""
    return len(data) == 3 and data[0] & 0xF0 == NOTE_ON and data[2] > 0


def ends_note(data: bytes) -> bool:
    """Whether a message is a note-off."""
    return len(data) == 3 and (data[0] & 0xF0 == NOTE_OFF or (data[0] & 0xF0 == NOTE_ON and data[2] == 0))


class Keyboard:
    """Sends to one JACK port and hears another. `heard` is everything that arrived, stamped in the callback.

    Ticks of a MIDI clock are heard where `clock` is set.
    """

    def __init__(self, name: str, *, clock: bool = False) -> None:
        self.heard: list[HeardMessage] = []
        self._news = Event()
        self._name = name
        self._out = open_device("MidiOut", JACK, f"{name}-keys")
        self._out.open_virtual_port("out")
        self._in = open_device("MidiIn", JACK, f"{name}-ear")
        self._in.open_virtual_port("in")
        self._in.ignore_types(sysex=True, timing=not clock, active_sense=True)
        self._in.set_callback(self._arrived)

    def _arrived(self, event: tuple[list[int], float], _: object) -> None:
        now = time.perf_counter()
        self.heard.append(HeardMessage(now, bytes(event[0])))
        self._news.set()

    def connect(self, server: str, into: str | None, out_of: str | None) -> None:
        """Connect to the MIDI ports whose names contain `into` (to play to) and `out_of` (to hear); None: to none.

        Raises BenchError when one of them is not there.
        """
        client = jack.Client("antiphon-bench-patchbay", servername=server, no_start_server=True)
        try:
            if into is not None:
                client.connect(f"{self._name}-keys:out", _port(client, into, is_input=True))
            if out_of is not None:
                client.connect(_port(client, out_of, is_output=True), f"{self._name}-ear:in")
        finally:
            client.close()

    def send(self, message: bytes) -> float:
        """Send, and return when, in `time.perf_counter()` seconds."""
        now = time.perf_counter()
        self._out.send_message(message)
        return now

    def wait(self, wanted: Callable[[bytes], bool], timeout: float, since: int = 0) -> HeardMessage | None:
        """The first message from index `since` of `heard` on that is wanted; None after `timeout` seconds."""
        deadline = time.perf_counter() + timeout
        while True:
            self._news.clear()
            for heard in self.heard[since:]:
                if wanted(heard.data):
                    return heard
            left = deadline - time.perf_counter()
            if left <= 0 or not self._news.wait(left):
                return None

    def ping(self, pitch: int, hold: float = 0.01, timeout: float = 0.5) -> float | None:
        """Seconds from a note-on of ours to the first note-on back; None when none came. The note is ended after it."""
        since = len(self.heard)
        sent = self.send(note_on(pitch))
        back = self.wait(starts_note, timeout, since)
        time.sleep(hold)
        self.send(note_off(pitch))
        return None if back is None else back.time - sent

    def sounding(self, since: int = 0) -> set[tuple[int, int]]:
        """Keys (status channel 0-15, pitch) begun and not ended among what was heard from `since` on."""
        keys: set[tuple[int, int]] = set()
        for _, data in self.heard[since:]:
            if starts_note(data):
                keys.add((data[0] & 0x0F, data[1]))
            elif ends_note(data):
                keys.discard((data[0] & 0x0F, data[1]))
        return keys

    def close(self) -> None:
        """Let the ports go."""
        for port in (self._in, self._out):
            port.close_port()
            port.delete()

    def __enter__(self) -> Keyboard:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _port(client: Any, part: str, **flags: bool) -> Any:
    """The first port with `part` in its name; a program that has just started is given time to open it."""
    deadline = time.monotonic() + _PORT_WITHIN
    while True:
        ports = [port for port in client.get_ports(is_midi=True, **flags) if part in port.name]
        if ports:
            return ports[0]
        if time.monotonic() > deadline:
            here = ", ".join(port.name for port in client.get_ports(is_midi=True)) or "none"
            raise BenchError(f"no JACK port {part!r}; MIDI ports here: {here}")
        time.sleep(0.05)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the garbage collector of this process out of the timings."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def keep_busy(keyboard: Keyboard, seconds: float, progress: Callable[[float], None] = lambda part: None) -> None:
    """Play like a human who keeps the machine busy: with each of the notes the plan is thought over."""
    draw = random.Random(11)
    began = time.perf_counter()
    while (passed := time.perf_counter() - began) < seconds:
        pitch = draw.randrange(50, 74)
        keyboard.send(note_on(pitch))
        time.sleep(draw.uniform(0.05, 0.3))
        keyboard.send(note_off(pitch))
        time.sleep(draw.uniform(0.05, 0.6))
        progress(passed / seconds)
