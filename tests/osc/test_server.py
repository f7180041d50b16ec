"""The OSC server over real loopback sockets, with python-osc's client on the other side."""

from __future__ import annotations

import contextlib
import queue
import random
import re
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator

import pytest
from pythonosc.osc_bundle_builder import OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder
from pythonosc.udp_client import SimpleUDPClient

from bridge.osc import server as osc
from bridge.osc.server import ERRORS_A_SECOND, ErrorLimit, OscPortBusy, OscServer, Reply
from bridge.osc.subscribers import MOST as MOST_SUBSCRIBERS
from bridge.osc.wire import LARGEST, build, parse
from bridge.vocabulary.events import (
    ErrorReport,
    NoteOn,
    PlayNote,
    Respond,
    SetMode,
    Severity,
    Turn,
    TurnChanged,
    ValueReport,
)
from bridge.vocabulary.requests import Get

PATIENCE = 10.0  # seconds a test waits for what must come


class Ear:
    """A UDP socket that hears OSC, and can send whatever it likes."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(PATIENCE)
        self.endpoint = self.socket.getsockname()
        self.port = self.endpoint[1]

    def hear(self) -> tuple:
        """(address, arguments...) of the next message."""
        (message,) = parse(self.socket.recv(65536))
        return message.address, *message.args


class Stage:
    """A running server, what its inbox got, a target and a client."""

    def __init__(self, stack: contextlib.ExitStack) -> None:
        self.got: queue.Queue = queue.Queue()
        self.target, self.sender = Ear(), Ear()
        stack.enter_context(self.target.socket)
        stack.enter_context(self.sender.socket)
        self.server = stack.enter_context(
            OscServer(port=0, targets=[self.target.endpoint], inbox=lambda batch, reply: self.got.put((batch, reply)))
        )
        self.client = stack.enter_context(SimpleUDPClient(*self.server.address))

    def raw(self, datagram: bytes) -> None:
        """Send from the sender's socket, which hears the replies."""
        self.sender.socket.sendto(datagram, self.server.address)

    def send(self, address: str, *args) -> None:
        self.raw(build(address, args))

    def batch(self) -> list:
        return self.got.get(timeout=PATIENCE)[0]

    def nothing_but_marker(self) -> None:
        """Nothing was handed over that has not been looked at."""
        self.send("/antiphon/reset")
        assert [type(event).__name__ for event in self.batch()] == ["Reset"]
        assert self.got.empty()


@pytest.fixture
def stage() -> Iterator[Stage]:
    with contextlib.ExitStack() as stack:
        yield Stage(stack)


def bundle_of(when: float, *messages: tuple) -> bytes:
    builder = OscBundleBuilder(when)
    for address, *args in messages:
        message = OscMessageBuilder(address)
        for arg in args:
            message.add_arg(arg)
        builder.add_content(message.build())
    return builder.build().dgram


def test_a_note_arrives_with_its_time(stage):
    before = time.perf_counter()
    stage.client.send_message("/antiphon/note", [60.0, 100.0, 1.0])
    (note,) = stage.batch()
    assert note == NoteOn(note.time, 60, 100, 1)
    assert before <= note.time <= time.perf_counter()


def test_thousand_notes_arrive_in_order(stage):
    for number in range(1000):
        stage.client.send_message("/antiphon/note", [number % 128, 100, 1])
        if number % 100 == 99:  # loopback drops what overflows the socket's buffer
            while stage.got.qsize() <= number:
                time.sleep(0.001)
    assert [stage.batch()[0].pitch for _ in range(1000)] == [number % 128 for number in range(1000)]


def test_reply_goes_to_the_sender_and_to_targets(stage):
    stage.send("/antiphon/get", "top_p")
    (request,), reply = stage.got.get(timeout=PATIENCE)
    assert request == Get("top_p")
    reply.send(ValueReport("top_p", 0.5))
    assert stage.sender.hear() == ("/antiphon/value", "top_p", 0.5)
    assert stage.target.hear() == ("/antiphon/value", "top_p", 0.5)


def test_events_go_to_targets(stage):
    stage.server.send(TurnChanged(Turn.MACHINE))
    assert stage.target.hear() == ("/antiphon/turn", "machine")


def test_play_tells_how_long_from_now(stage):
    now = time.perf_counter()
    stage.server.send(PlayNote(1, now + 30.0, now + 31.5, 64, 80, 2))
    address, pitch, velocity, channel, duration, delay = stage.target.hear()
    assert (address, pitch, velocity, channel, duration) == ("/antiphon/play", 64, 80, 2, 1.5)
    assert 30.0 - (time.perf_counter() - now) <= delay <= 30.0


def test_refusal_goes_to_sender_and_targets(stage):
    stage.send("/antiphon/note", 60, 200, 1)
    heard = stage.sender.hear()
    assert heard == stage.target.hear()
    assert heard[:3] == ("/antiphon/error", "error", "out-of-range")
    assert "velocity cannot be 200" in heard[3]
    stage.nothing_but_marker()


def test_a_bundle_is_one_batch(stage):
    stage.raw(bundle_of(0, ("/antiphon/mode", "duet"), ("/antiphon/note", 60, 100, 1), ("/antiphon/respond",)))
    mode, note, respond = stage.batch()
    assert (type(mode), type(note), type(respond)) == (SetMode, NoteOn, Respond)
    assert mode.time == note.time == respond.time


def test_a_bundle_with_bad_messages_changes_nothing_and_each_is_told(stage):
    stage.raw(
        bundle_of(
            0,
            ("/antiphon/mode", "duet"),
            ("/antiphon/mode", "jazz"),
            ("/antiphon/subscribe", 9999),
            ("/antiphon/note", 60),
        )
    )
    assert stage.sender.hear()[2] == "refused-value"
    assert stage.sender.hear()[2] == "missing-argument"
    stage.nothing_but_marker()
    assert stage.server.listeners == (stage.target.endpoint,)


def test_a_bundle_for_later_comes_at_its_time(stage):
    sent = time.time()
    stage.raw(bundle_of(sent + 0.4, ("/antiphon/note", 62, 100, 1), ("/antiphon/note", 65, 100, 1)))
    stage.raw(bundle_of(sent + 0.2, ("/antiphon/note", 61, 100, 1)))
    stage.raw(bundle_of(sent - 5.0, ("/antiphon/note", 60, 100, 1)))
    before, first, second = stage.batch(), stage.batch(), stage.batch()
    after = time.perf_counter()
    assert [note.pitch for note in (*before, *first, *second)] == [60, 61, 62, 65]
    assert second[0].time == second[1].time
    # The wall clock may be slewed meanwhile, and NTP tags of python-osc are rounded to a float's microsecond.
    assert second[0].time - first[0].time == pytest.approx(0.2, abs=0.01)
    assert second[0].time <= after


def test_too_far_ahead_is_refused(stage):
    stage.raw(bundle_of(time.time() + 7200, ("/antiphon/respond",)))
    assert stage.sender.hear()[2] == "too-far-ahead"
    stage.nothing_but_marker()


@pytest.mark.parametrize("address", ["/antiphon/panic", "/antiphon/stop", "/antiphon/mode/off"])
@pytest.mark.parametrize("ahead", [60.0, 86400.0])
def test_what_stops_the_machine_does_not_wait_for_a_bundles_time(stage, address, ahead):
    stage.raw(bundle_of(time.time() + ahead, (address,), ("/antiphon/set", "density", 2.0)) if ahead < 3600
              else bundle_of(time.time() + ahead, (address,)))  # fmt: skip
    (event,) = stage.batch()
    assert event.time <= time.perf_counter()
    _, severity, code, text = stage.sender.hear()
    assert (severity, code) == ("warning", "not-delayed")
    assert address in text and "at once" in text
    stage.nothing_but_marker()


def test_what_stops_the_machine_may_be_timed_within_a_second(stage):
    stage.raw(bundle_of(time.time() + 0.3, ("/antiphon/stop",)))
    (event,) = stage.batch()
    assert event.time <= time.perf_counter()


def test_a_button_let_go_is_nothing(stage):
    stage.send("/antiphon/respond", 0.0)
    stage.send("/antiphon/respond", 1.0)
    assert [type(event).__name__ for event in stage.batch()] == ["Respond"]
    stage.nothing_but_marker()


def test_ipv6_loopback_is_heard_and_answered_too(stage):
    try:
        client = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        client.bind(("::1", 0))
    except OSError as error:
        pytest.skip(f"no IPv6 loopback here: {error}")
    with client:
        client.settimeout(PATIENCE)
        client.sendto(build("/antiphon/nots", (1,)), ("::1", stage.server.address[1]))
        (message,) = parse(client.recv(65536))
        assert message.args[1] == "unknown-address"
        client.sendto(build("/antiphon/subscribe", (client.getsockname()[1],)), ("::1", stage.server.address[1]))
        client.sendto(build("/antiphon/respond", ()), ("::1", stage.server.address[1]))
        stage.batch()
        assert ("::1", client.getsockname()[1]) in stage.server.listeners


def test_each_kind_of_refusal_is_shown_once_at_the_terminal() -> None:
    shown: list = []
    with (
        Ear().socket as ear,
        OscServer(port=0, targets=[ear.getsockname()], inbox=lambda batch, reply: None, tell=shown.append) as server,
        SimpleUDPClient(*server.address) as client,
    ):
        for _ in range(3):
            client.send_message("/antiphon/mode", "jazz")
            client.send_message("/antiphon/tempo", 1.0)
        deadline = time.monotonic() + PATIENCE
        while server.traffic.refused < 6 and time.monotonic() < deadline:
            time.sleep(0.01)
    assert sorted(report.text.partition(" ")[0] for report in shown) == ["/antiphon/mode:", "/antiphon/tempo:"]


def test_what_the_set_refuses_later_is_shown_at_the_terminal_as_well() -> None:
    shown: list = []
    refusal = ErrorReport(Severity.ERROR, "preset-refused", "cannot save preset 'verse': no space")
    done = threading.Event()

    def refuse(batch: list, reply: Reply) -> None:
        reply.send(refusal)
        reply.send(refusal)
        done.set()

    with (
        Ear().socket as ear,
        OscServer(port=0, targets=[ear.getsockname()], inbox=refuse, tell=shown.append) as server,
        SimpleUDPClient(*server.address) as client,
    ):
        client.send_message("/antiphon/preset/save", "verse")
        assert done.wait(PATIENCE)
    assert shown == [refusal]


def test_a_flood_is_shed_and_told_while_panic_is_heard(stage):
    for number in range(3000):
        stage.send("/antiphon/get", "density")
        if number % 100 == 0:  # a flood that fills the kernel's own buffer loses packets that nobody can count
            time.sleep(0.001)
    for _ in range(3):
        stage.send("/antiphon/panic")
    seen: list[str] = []
    while "Panic" not in seen:
        seen += [type(event).__name__ for event in stage.batch()]
    assert stage.server.traffic.shed > 0
    assert stage.target.hear()[2] == "osc-flood"


def test_only_so_many_bundles_wait(stage, monkeypatch):
    monkeypatch.setattr(osc, "MOST_WAITING", 3)
    later = bundle_of(time.time() + 600, ("/antiphon/respond",))
    for _ in range(4):
        stage.raw(later)
    assert stage.sender.hear()[2] == "too-many-waiting"
    stage.nothing_but_marker()


def test_subscribers_hear_until_they_leave(stage):
    with Ear().socket as other:
        port = other.getsockname()[1]
        other.settimeout(PATIENCE)
        stage.send("/antiphon/subscribe", port)
        stage.send("/antiphon/subscribe", port)
        stage.nothing_but_marker()
        stage.server.send(TurnChanged(Turn.BOTH))
        assert parse(other.recv(1024))[0].args == ("both",)
        stage.send("/antiphon/unsubscribe", port)
        stage.nothing_but_marker()
        stage.server.send(TurnChanged(Turn.HUMAN))
        assert stage.target.hear() == ("/antiphon/turn", "both")
        assert stage.target.hear() == ("/antiphon/turn", "human")
        other.setblocking(False)
        with pytest.raises(BlockingIOError):
            other.recv(1024)


def test_only_so_many_subscribers(stage):
    for number in range(MOST_SUBSCRIBERS + 1):
        stage.send("/antiphon/subscribe", 20_000 + number)
    assert stage.sender.hear()[2] == "too-many-subscribers"
    assert len(stage.server.listeners) == 1 + MOST_SUBSCRIBERS


def test_its_own_port_may_not_subscribe(stage):
    stage.send("/antiphon/subscribe", stage.server.address[1])
    assert "own" in stage.sender.hear()[3]


@pytest.mark.parametrize(
    "datagram",
    [b"", b"garbage!", b"\xff" * 400, b"#bundle\0" + struct.pack(">Qi", 1, -4), b"/antiphon/note\0\0,iii\0\0\0\0"],
    ids=["empty", "text", "bytes", "endless bundle", "cut short"],
)
def test_garbage_is_answered_once_and_changes_nothing(stage, datagram):
    stage.raw(datagram)
    assert stage.sender.hear()[:3] == ("/antiphon/error", "error", "bad-packet")
    stage.nothing_but_marker()


def test_a_storm_of_damaged_packets_leaves_it_standing(stage):
    chance = random.Random(7)
    whole = bundle_of(0, ("/antiphon/note", 60, 100, 1), ("/antiphon/set", "temperature", 0.5))
    for number in range(500):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        stage.raw(bytes(damaged[: chance.randint(0, len(damaged))]))
        if number % 50 == 49:
            stage.send("/antiphon/reset")
            while type(stage.batch()[0]).__name__ != "Reset":
                pass


def test_an_oversized_packet_is_refused(stage):
    stage.raw(b"/antiphon/note\0\0" + b"\0" * 20_000)
    assert f"{LARGEST} bytes" in stage.sender.hear()[3]
    stage.nothing_but_marker()


def test_an_error_is_never_answered_with_an_error(stage):
    stage.send("/antiphon/error", "error", "x", "y")
    stage.nothing_but_marker()
    assert stage.server.traffic.refused == 0


def test_a_flood_of_garbage_is_summed_up(stage):
    for _ in range(5):
        for _ in range(ERRORS_A_SECOND):
            stage.raw(b"junk")
        stage.nothing_but_marker()
    while (heard := stage.target.hear())[2] == "bad-packet":
        pass
    assert heard[1:3] == ("warning", "many-errors")
    assert int(re.match(r"\d+", heard[3]).group()) <= stage.server.traffic.refused - ERRORS_A_SECOND


def test_error_limit_counts_what_it_holds_back() -> None:
    limit = ErrorLimit()
    assert all(limit.passes(10.0) for _ in range(ERRORS_A_SECOND))
    assert not limit.passes(10.5) and not limit.passes(10.9)
    assert limit.due(10.99) == 0
    assert limit.due(11.0) == 2
    assert limit.due(11.0) == 0
    assert limit.passes(11.0)


def test_a_busy_port_names_its_holder_and_the_way_out(stage):
    port = stage.server.address[1]
    with pytest.raises(OscPortBusy, match="--osc-port") as refusal:
        OscServer(port=port, targets=[], inbox=lambda batch, reply: None)
    assert str(port) in str(refusal.value)
    if sys.platform == "linux":
        assert "(process " in str(refusal.value)


def test_a_host_of_another_machine_is_refused() -> None:
    with pytest.raises(OSError, match="--osc-host"):
        OscServer("192.0.2.1", 0, [], inbox=lambda batch, reply: None)


def test_a_port_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="--osc-port"):
        OscServer(port=99_999, targets=[], inbox=lambda batch, reply: None)


def test_it_does_not_send_to_itself() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(ValueError, match="listened to"):
        OscServer(port=port, targets=[("127.0.0.1", port)], inbox=lambda batch, reply: None)


def test_sending_to_nobody_and_after_close_is_harmless() -> None:
    with Ear().socket as gone:
        endpoint = gone.getsockname()
    with OscServer(port=0, targets=[endpoint], inbox=lambda batch, reply: None) as server:
        for _ in range(100):
            server.send(ErrorReport(Severity.WARNING, "x", "y"))
    server.send(TurnChanged(Turn.BOTH))
    assert server.traffic.unsent >= 1


def test_close_is_idempotent_and_frees_port_and_thread() -> None:
    before = threading.active_count()
    for _ in range(3):
        server = OscServer(port=0, targets=[], inbox=lambda batch, reply: None)
        server.start()
        server.close()
        server.close()
    OscServer(port=0, targets=[], inbox=lambda batch, reply: None).close()
    assert threading.active_count() == before
    with OscServer(port=server.address[1], targets=[], inbox=lambda batch, reply: None):
        pass
