"""The keyboard and ear of the measurements, on ports that are none."""

from __future__ import annotations

import gc
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from measuring import Clock, FakeKeyboard

pytest.importorskip("jack", exc_type=ImportError)

from bridge.bench import keyboard as module
from bridge.bench.keyboard import Keyboard, ends_note, keep_busy, note_off, note_on, quiet, starts_note
from bridge.bench.result import BenchError


class Device:
    """A port: what is sent through it goes to `out_of`, where somebody listens there."""

    ear: Callable[[tuple[list[int], float], None], None] | None = None

    def __init__(self, kind: str, api: object, name: str) -> None:
        self.kind, self.name, self.closed = kind, name, False
        self.sent: list[bytes] = []

    def open_virtual_port(self, name: str) -> None:
        """Open."""

    def ignore_types(self, **kinds: bool) -> None:
        self.ignored = kinds

    def set_callback(self, callback: Callable[[tuple[list[int], float], None], None]) -> None:
        self.ear = callback

    def send_message(self, message: bytes) -> None:
        self.sent.append(message)

    def close_port(self) -> None:
        self.closed = True

    def delete(self) -> None:
        """Gone."""


@pytest.fixture
def devices(monkeypatch: pytest.MonkeyPatch) -> list[Device]:
    made: list[Device] = []

    def open_device(kind: str, api: object, name: str) -> Device:
        made.append(Device(kind, api, name))
        return made[-1]

    monkeypatch.setattr(module, "open_device", open_device)
    return made


def test_notes_begin_and_end_by_their_status_and_velocity() -> None:
    assert starts_note(note_on(60)) and not ends_note(note_on(60))
    assert ends_note(note_off(60)) and not starts_note(note_off(60))
    assert ends_note(bytes((0x95, 60, 0))) and not starts_note(bytes((0x95, 60, 0)))
    for other in (b"\xf8", b"\x90\x3c", bytes((0xB0, 64, 127)), bytes((0xA0, 60, 80))):
        assert not starts_note(other) and not ends_note(other)


def test_what_arrives_is_stamped_and_waited_for_from_an_index_on(devices: list[Device]) -> None:
    keys = Keyboard("bench")
    out, ear = devices
    assert (out.name, ear.name) == ("bench-keys", "bench-ear") and ear.ignored["timing"]
    for message in ([0x90, 60, 80], [0x80, 60, 0], [0x91, 62, 80]):
        ear.ear((message, 0.0), None)
    assert [heard.data[0] for heard in keys.heard] == [0x90, 0x80, 0x91]
    assert keys.wait(starts_note, 0.0) is keys.heard[0]
    assert keys.wait(starts_note, 0.0, since=1) is keys.heard[2]
    assert keys.wait(starts_note, 0.0, since=3) is None
    assert keys.sounding() == {(1, 62)} and keys.sounding(since=3) == set()
    keys.close()
    assert out.closed and ear.closed


def test_a_clock_is_heard_where_it_is_asked_for(devices: list[Device]) -> None:
    Keyboard("bench", clock=True).close()
    assert devices[1].ignored["timing"] is False


def test_a_ping_is_the_time_to_the_first_note_back_and_its_note_ends(devices: list[Device]) -> None:
    with Keyboard("bench") as keys:
        out, ear = devices
        monkey_sent = out.send_message

        def answered(message: bytes) -> None:
            monkey_sent(message)
            if starts_note(message):
                ear.ear(([0xB0, 1, 1], 0.0), None)
                ear.ear(([0x90, 67, 80], 0.0), None)

        out.send_message = answered  # type: ignore[method-assign]
        seconds = keys.ping(60, hold=0.0)
        assert seconds is not None and seconds >= 0
        assert out.sent == [note_on(60), note_off(60)]
        out.send_message = monkey_sent  # type: ignore[method-assign]
        assert keys.ping(60, hold=0.0, timeout=0.0) is None
        assert out.sent[-1] == note_off(60)


def test_a_port_that_is_not_there_is_named_beside_those_that_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "time", Clock())
    ports = [SimpleNamespace(name="synth:in")]
    client = SimpleNamespace(get_ports=lambda **flags: ports)
    assert module._port(client, "synth", is_input=True) is ports[0]
    with pytest.raises(BenchError, match="no JACK port 'Antiphon In'; MIDI ports here: synth:in"):
        module._port(client, "Antiphon In", is_input=True)


def test_quiet_keeps_the_collector_out_and_lets_it_in_again() -> None:
    with pytest.raises(RuntimeError), quiet():
        assert not gc.isenabled()
        raise RuntimeError
    assert gc.isenabled()


def test_a_busy_human_ends_every_note_and_is_done_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    keys, told = FakeKeyboard(clock), []
    keep_busy(keys, 10.0, told.append)
    assert keys.sent[::2] == [note_on(on[1]) for on in keys.sent[::2]]
    assert [off[1] for off in keys.sent[1::2]] == [on[1] for on in keys.sent[::2]]
    assert told == sorted(told) and told[0] == 0.0 and told[-1] < 1.0
    assert 10.0 <= clock.now - 100.0 < 11.0
