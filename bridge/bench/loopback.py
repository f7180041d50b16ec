"""Out of a virtual port of our own and straight into another: what MIDI costs on this machine, with no model in it."""

from __future__ import annotations

import select
import time
from dataclasses import dataclass
from typing import Final

from bridge.bench.result import BenchError
from bridge.midi.client import MidiLink
from bridge.midi.port import PortSettings, PortState, PortStatus
from bridge.vocabulary.events import Input, NoteOn, PlayNote, Sounded

_NAME: Final = "Antiphon Doctor"
_OPENS_WITHIN: Final = 5.0
_APART: Final = 0.012
_PLANNED_AHEAD: Final = 0.03


@dataclass(frozen=True, slots=True)
class Loopback:
    """Seconds from leaving to coming back in, and from planned onset to leaving, of each note; and how many were lost.

    `backend` is the MIDI system that carried them.
    """

    backend: str
    latencies: tuple[float, ...]
    lateness: tuple[float, ...]
    lost: int


def measure_loopback(backend: str | None = None, notes: int = 160) -> Loopback:
    """Send `notes` notes round. Takes about `notes` × 12 ms. Raises BenchError when ports or notes do not come."""
    settings = PortSettings(
        in_name=f"{_NAME} Out", backend=backend, virtual_in=f"{_NAME} In", virtual_out=f"{_NAME} Out"
    )
    link = MidiLink(settings)
    try:
        link.start()
        _wait_open(link)
        return _send_round(link, notes)
    finally:
        link.close()


def wait_for_news(link: MidiLink, until: float) -> list[Input | PortStatus]:
    """What comes in next, or nothing at time `until`."""
    now = time.perf_counter()
    timeout = max(min(link.next_wake(now), until) - now, 0.0)
    if link.connections:
        select.select(list(link.connections), [], [], timeout)
    else:
        time.sleep(timeout)
    return link.receive()


def _wait_open(link: MidiLink) -> None:
    deadline = time.perf_counter() + _OPENS_WITHIN
    while link.status.state is not PortState.OPEN:
        if link.status.state is PortState.NO_BACKEND:
            raise BenchError("no MIDI backend opens")
        if time.perf_counter() > deadline:
            raise BenchError(f"the ports did not open within {_OPENS_WITHIN:g} s: {link.status.detail or 'no word'}")
        wait_for_news(link, deadline)


def _send_round(link: MidiLink, notes: int) -> Loopback:
    onsets: dict[int, float] = {}
    left: dict[int, float] = {}
    arrived: list[tuple[float, int]] = []
    begin = time.perf_counter() + 0.1
    end = begin + notes * _APART + 0.5
    while (now := time.perf_counter()) < end and len(arrived) < notes:
        while len(onsets) < notes and begin + len(onsets) * _APART < now + _PLANNED_AHEAD:
            number = len(onsets)
            onsets[number] = begin + number * _APART
            pitch, velocity = _name(number)
            link.send([PlayNote(number, onsets[number], onsets[number] + _APART / 2, pitch, velocity, 16)])
        for item in wait_for_news(link, min(now + _APART, end)):
            if isinstance(item, Sounded):
                left[item.note_id] = item.time
            elif isinstance(item, NoteOn) and item.channel == 16:
                arrived.append((item.time, item.velocity * 128 + item.pitch))
    numbers = {_name(number)[1] * 128 + _name(number)[0]: number for number in onsets}
    back = {numbers[name]: moment for moment, name in arrived if name in numbers}
    if not back:
        raise BenchError(f"of {notes} notes none came back on {link.status.backend}")
    return Loopback(
        link.status.backend,
        tuple(back[number] - left[number] for number in sorted(back.keys() & left.keys())),
        tuple(left[number] - onsets[number] for number in sorted(left)),
        notes - len(back),
    )


def _name(number: int) -> tuple[int, int]:
    """A pitch and velocity by which note `number` (below 16,000) is known when it comes back."""
    return number % 128, 1 + number // 128
