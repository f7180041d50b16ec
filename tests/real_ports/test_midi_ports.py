"""MidiLink on real JACK ports: timing is looked at, never asserted; what must hold is that nothing hangs or sticks."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from player import Player

from bridge.bench.jack_server import JackServer
from bridge.bench.peers import peer
from bridge.midi.client import MidiLink, list_ports
from bridge.midi.port import PortSettings, PortState, PortStatus
from bridge.vocabulary.events import (
    ClockTick,
    Control,
    Dropped,
    InputLost,
    NoteOff,
    NoteOn,
    PlayNote,
    Raw,
    ReleaseNote,
    Sounded,
)

pytestmark = pytest.mark.live

ON = [0x90, 60, 90]
OFF = [0x80, 60, 0]
NEVER = 1e9  # seconds: later than any test


@contextmanager
def linked(settings: PortSettings | None = None) -> Iterator[MidiLink]:
    link = MidiLink(settings)
    link.start()
    try:
        yield link
    finally:
        link.close()


def until(link: MidiLink, happened: Callable[[list[object]], bool], seconds: float = 60.0) -> list[object]:
    """Run the link until `happened` is true of all that it gave; fails after `seconds`."""
    heard: list[object] = []
    deadline = time.monotonic() + seconds
    while not happened(heard):
        assert time.monotonic() < deadline, f"waited {seconds} s in vain; heard {heard[-20:]}, {link.status}"
        heard.extend(link.receive())
        time.sleep(0.002)
    return heard


@pytest.fixture(params=["python-rtmidi", "rtmidi2"])
def package(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The package that the MIDI process is to use: what must hold holds for each that is here."""
    name = str(request.param)
    if importlib.util.find_spec({"python-rtmidi": "rtmidi"}.get(name, name)) is None:
        pytest.skip(f"{name} is not installed")
    monkeypatch.setenv("ANTIPHON_RTMIDI", name)
    return name


def opened(link: MidiLink) -> None:
    until(link, lambda _: link.status.state is PortState.OPEN)


def test_virtual_ports_appear_under_their_names(jack: JackServer, package: str) -> None:
    with linked() as link:
        opened(link)
        assert link.status.backend == "jack"
        assert (link.status.input_name, link.status.output_name) == ("Antiphon In", "Antiphon Out")
        ports = {(port.name, port.is_input) for port in list_ports()}
    assert {("Antiphon In:in", False), ("Antiphon Out:out", True)} <= ports


def test_a_second_link_says_what_its_ports_are_really_called(jack: JackServer) -> None:
    with linked() as first:
        opened(first)
        with linked() as second, linked(PortSettings(virtual_in="Band In", virtual_out="Band Out")) as band:
            opened(second)
            opened(band)
            assert (first.status.input_name, first.status.output_name) == ("Antiphon In", "Antiphon Out")
            assert (second.status.input_name, second.status.output_name) == ("Antiphon In-01", "Antiphon Out-01")
            assert (band.status.input_name, band.status.output_name) == ("Band In", "Band Out")


def test_what_is_played_arrives_in_order_with_its_time(jack: JackServer, package: str) -> None:
    messages = [ON, OFF, [0x91, 64, 1], [0x91, 64, 0], [0xB0, 64, 127], [0xF8], [0xE0, 0, 64]]
    with linked() as link:
        opened(link)
        with Player(jack.env, play_into="Antiphon In:in", messages=[(0.1, m) for m in messages]) as player:
            heard = [
                event
                for event in until(link, lambda heard: any(isinstance(e, Raw) and len(e.data) == 3 for e in heard))
                if not isinstance(event, PortStatus)
            ]
            sent, _ = player.finish()
    times = [event.time for event in heard]  # type: ignore[attr-defined]
    assert heard == [
        NoteOn(times[0], 60, 90, 1),
        NoteOff(times[1], 60, 1),
        NoteOn(times[2], 64, 1, 2),
        NoteOff(times[3], 64, 2),
        Control(times[4], 64, 127, 1),
        ClockTick(times[5]),
        Raw(times[6], b"\xe0\x00\x40"),
    ]
    assert times == sorted(times)
    assert times[0] >= sent[0][0]


def test_a_planned_note_leaves_not_before_its_time_and_so_does_its_end(jack: JackServer, package: str) -> None:
    with linked() as link:
        opened(link)
        with Player(jack.env, record_from="Antiphon Out:out") as player:
            onset = time.perf_counter() + 0.2
            link.send([PlayNote(7, onset, onset + 0.2, 60, 90, 1)])
            heard = until(link, lambda heard: any(isinstance(e, Sounded) for e in heard))
            player.until(lambda received: len(received) == 2)
            _, received = player.finish()
    (sounded,) = (event for event in heard if isinstance(event, Sounded))
    assert sounded.note_id == 7 and sounded.time >= onset
    assert [message for _, message in received] == [ON, OFF]
    assert received[0][0] >= onset and received[1][0] >= onset + 0.2


def test_closing_ends_what_sounds(jack: JackServer, package: str) -> None:
    with linked() as link:
        opened(link)
        with Player(jack.env, record_from="Antiphon Out:out") as player:
            link.send([PlayNote(1, time.perf_counter(), None, 60, 90, 1)])
            until(link, lambda heard: any(isinstance(e, Sounded) for e in heard))
            link.close()
            link.close()
            player.until(lambda received: len(received) >= 2)
            _, received = player.finish()
    assert [message for _, message in received] == [ON, OFF]
    assert link.status.state is PortState.CLOSED


HOLD_A_NOTE = """
import time
from bridge.vocabulary.events import PlayNote, Sounded
from bridge.midi.client import MidiLink
from bridge.midi.port import PortState
link = MidiLink()
link.start()
while link.status.state is not PortState.OPEN:
    link.receive()
    time.sleep(0.005)
print("open", flush=True)
input()
link.send([PlayNote(1, time.perf_counter(), None, 60, 90, 1)])
while True:
    if any(isinstance(event, Sounded) for event in link.receive()):
        print(link.process_id, flush=True)
    time.sleep(0.005)
"""


@pytest.mark.parametrize("how", ["kill the daemon", "terminate the process", "hang up the process"])
def test_a_note_ends_whoever_dies(shaken_jack: JackServer, how: str) -> None:
    daemon = subprocess.Popen(
        [sys.executable, "-c", HOLD_A_NOTE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert daemon.stdin is not None and daemon.stdout is not None
    try:
        assert daemon.stdout.readline() == "open\n"
        with Player(shaken_jack.env, record_from="Antiphon Out:out") as player:
            print(file=daemon.stdin, flush=True)
            process_id = int(daemon.stdout.readline())
            match how:
                case "kill the daemon":
                    daemon.kill()
                case "terminate the process":
                    os.kill(process_id, signal.SIGTERM)
                case "hang up the process":
                    os.kill(process_id, signal.SIGHUP)
            player.until(lambda received: len(received) >= 2)
            _, received = player.finish()
    finally:
        daemon.kill()
        daemon.communicate()
    assert [message for _, message in received][:2] == [ON, OFF]


def test_ctrl_c_is_the_daemons_to_handle(jack: JackServer) -> None:
    with linked() as link:
        opened(link)
        assert link.process_id is not None
        os.kill(link.process_id, signal.SIGINT)
        onset = time.perf_counter()
        link.send([PlayNote(1, onset, onset + 0.1, 60, 90, 1)])
        until(link, lambda heard: any(isinstance(e, Sounded) for e in heard))
        assert link.status.restarts == 0


def test_a_stopped_process_is_replaced_and_its_plan_goes_on(shaken_jack: JackServer) -> None:
    # `late` is generous because a synchronous JACK server lets nobody in for 5 s after a client was killed.
    with linked(PortSettings(late=60.0)) as link:
        opened(link)
        link.send([PlayNote(1, time.perf_counter(), None, 60, 90, 1)])
        until(link, lambda heard: any(isinstance(e, Sounded) for e in heard))
        assert link.process_id is not None
        os.kill(link.process_id, signal.SIGSTOP)
        onset = time.perf_counter() + 25.0
        link.send([PlayNote(2, onset, onset + 0.1, 72, 90, 1)])
        heard = until(link, lambda _: link.status.state is PortState.OPEN and link.status.restarts == 1)
        assert any(isinstance(event, InputLost) for event in heard)
        with Player(shaken_jack.env, record_from="Antiphon Out:out", seconds=60.0) as player:
            until(link, lambda heard: any(isinstance(e, Sounded) and e.note_id == 2 for e in heard))
            player.until(lambda received: [0x80, 72, 0] in [message for _, message in received])
            _, received = player.finish()
    # Whoever connects is told the note-off that nobody heard, maybe more than once.
    messages = [message for _, message in received]
    assert messages[0] == OFF
    assert [message for message in messages if message != OFF] == [[0x90, 72, 90], [0x80, 72, 0]]


def test_a_process_that_stops_reading_never_blocks_send(shaken_jack: JackServer) -> None:
    with linked() as link:
        opened(link)
        assert link.process_id is not None
        os.kill(link.process_id, signal.SIGSTOP)
        onset = time.perf_counter() + NEVER
        for note_id in range(20_000):
            link.send([PlayNote(note_id, onset, None, 60, 90, 1)])
        until(link, lambda _: link.status.restarts == 1)


def test_the_server_may_die_in_mid_note_and_come_back(jack: JackServer) -> None:
    with linked() as link:
        opened(link)
        link.send([PlayNote(1, time.perf_counter(), None, 60, 90, 1)])
        until(link, lambda heard: any(isinstance(e, Sounded) for e in heard))
        jack.kill()
        note_id = 1
        longest = 0.0

        def play_on(_: list[object]) -> None:
            nonlocal note_id, longest
            note_id += 1
            began = time.perf_counter()
            link.send([PlayNote(note_id, began, began + 0.01, 64, 90, 1)])
            longest = max(longest, time.perf_counter() - began)

        heard = until(link, lambda heard: play_on(heard) or link.status.state is PortState.NO_BACKEND)
        assert any(isinstance(event, InputLost) for event in heard)
        details = [event.detail for event in heard if isinstance(event, PortStatus)]
        assert any("the JACK server went away" in detail for detail in details)
        assert "JACK server not running" in link.status.detail
        jack.restart()
        began = time.perf_counter()
        until(link, lambda heard: play_on(heard) or link.status.state is PortState.OPEN)
        print(f"back after {time.perf_counter() - began:.2f} s; longest send {longest * 1e3:.2f} ms")
        with Player(jack.env, record_from="Antiphon Out:out") as player:
            onset = time.perf_counter() + 0.1
            link.send([PlayNote(0, onset, onset + 0.1, 60, 90, 1)])
            until(link, lambda heard: any(isinstance(e, Sounded) and e.note_id == 0 for e in heard))
            player.until(lambda received: ON in [message for _, message in received])
            player.until(lambda received: received[-1][1] == OFF)
            _, received = player.finish()
    # First what was owed when the server died, for whoever connects, maybe more than once.
    messages = [message for _, message in received if message[1] == 60]
    assert messages[0] == messages[-1] == OFF and messages.count(ON) == 1


def test_ports_of_others_are_found_by_part_of_the_name_lost_and_found_again(jack: JackServer) -> None:
    with linked(PortSettings(out_name="SYNTH in")) as link:
        until(link, lambda _: link.status.state is PortState.WAITING)
        assert 'port "SYNTH in" not found; ports here:' in link.status.detail
        for _ in range(2):
            with linked(PortSettings(virtual_in="Synth In", virtual_out="Synth Out")) as synth:
                opened(link)
                assert link.status.output_name == "Synth In:in"
                onset = time.perf_counter()
                link.send([PlayNote(1, onset, onset + 0.05, 60, 90, 1)])
                until(synth, lambda heard: any(isinstance(e, NoteOff) and e.pitch == 60 for e in heard))
            until(link, lambda _: link.status.state is PortState.WAITING)


def test_without_any_server_the_link_says_how_to_get_one(
    jack: JackServer, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", f"{jack.name}-that-is-not-there")
    with linked(PortSettings(backend="jack")) as link:
        until(link, lambda _: link.status.state is PortState.NO_BACKEND)
        assert "start JACK" in link.status.detail
        # OSC and web clients still play: the books go on.
        link.send([PlayNote(1, time.perf_counter(), None, 60, 90, 1)])
        until(link, lambda heard: any(isinstance(e, Sounded) for e in heard))
        assert list_ports() == []


def test_a_keyboard_that_is_unplugged_and_comes_back_is_heard_again(jack: JackServer, package: str) -> None:
    with linked(PortSettings(in_name="Keys Out")) as link:
        for pitch in (60, 62, 64):
            with linked(PortSettings(virtual_in="Keys In", virtual_out="Keys Out")) as keyboard:
                opened(keyboard)
                opened(link)
                keyboard.send([PlayNote(1, time.perf_counter(), None, pitch, 90, 1)])
                until(link, lambda heard, pitch=pitch: any(isinstance(e, NoteOn) and e.pitch == pitch for e in heard))
            heard = until(link, lambda _: link.status.state is PortState.WAITING)
            assert any(isinstance(event, InputLost) for event in heard)


def test_a_server_that_stands_still_is_noticed_and_nothing_stale_leaves_afterwards(shaken_jack: JackServer) -> None:
    kept, ended = 40, 41
    with linked() as link:
        opened(link)
        with Player(shaken_jack.env, record_from="Antiphon Out:out", seconds=60.0) as player:
            now = time.perf_counter()
            link.send([PlayNote(1, now, None, kept, 90, 1), PlayNote(2, now, None, ended, 90, 1)])
            player.until(lambda received: len(received) == 2)
            shaken_jack.stand_still()
            try:
                until(link, lambda _: link.status.state is PortState.WAITING)
                assert "stands still" in link.status.detail
                now = time.perf_counter()
                link.send([ReleaseNote(2, now)])
                link.send([PlayNote(n, now + 0.01 * n, now + 0.01 * n + 0.05, 60, 90, 1) for n in range(3, 40)])
                heard = until(link, lambda heard: sum(isinstance(e, Dropped) for e in heard) == 37)
            finally:
                shaken_jack.go_on()
            assert not any(isinstance(event, Sounded) for event in heard)
            opened(link)
            now = time.perf_counter()
            link.send([PlayNote(50, now, now + 0.05, 72, 90, 1)])
            player.until(lambda received: [0x80, 72, 0] in [message for _, message in received])
            _, received = player.finish()
    assert [message for _, message in received] == [
        [0x90, kept, 90],
        [0x90, ended, 90],
        [0x80, ended, 0],  # owed
        [0x90, 72, 90],
        [0x80, 72, 0],
    ]


@pytest.mark.parametrize("how", ["goes in good order", "is killed"])
def test_whoever_played_into_the_virtual_port_takes_their_keys_along(shaken_jack: JackServer, how: str) -> None:
    with linked() as link:
        opened(link)
        player = Player(shaken_jack.env, play_into="Antiphon In:in", messages=[(0.1, ON)], seconds=60.0)
        with player:
            until(link, lambda heard: any(isinstance(e, NoteOn) for e in heard))
            if how == "is killed":
                player.kill()
            else:
                player.finish()
            until(link, lambda heard: any(isinstance(e, InputLost) for e in heard))


def test_owed_note_offs_wait_for_whoever_connects(shaken_jack: JackServer) -> None:
    """A synth that kept its state through the server's death would drone on."""
    with linked(PortSettings(late=60.0)) as link:
        opened(link)
        link.send([PlayNote(1, time.perf_counter(), None, 60, 90, 1)])
        until(link, lambda heard: any(isinstance(e, Sounded) for e in heard))
        shaken_jack.kill()
        until(link, lambda _: link.status.state is not PortState.OPEN)
        shaken_jack.restart()
        opened(link)
        link.send([PlayNote(2, time.perf_counter(), None, 72, 90, 1)])  # its key is ours: it goes on
        for _ in range(2):
            with Player(shaken_jack.env, record_from="Antiphon Out:out", seconds=60.0) as player:
                player.until(lambda received: OFF in [message for _, message in received])
                _, received = player.finish()
                assert [0x80, 72, 0] not in [message for _, message in received]


def test_going_over_to_another_port_leaves_nothing_sounding_on_the_old_one(jack: JackServer, package: str) -> None:
    with peer("player", "keys"), peer("player", "synth"), linked() as link:
        opened(link)
        with Player(jack.env, record_from="Antiphon Out:out", seconds=90.0) as player:
            until(link, lambda _: link.status.listeners == 1)
            assert link.status.sources == 0
            now = time.perf_counter()
            link.send([PlayNote(1, now, None, 60, 90, 1), PlayNote(2, now + NEVER, None, 62, 90, 1)])
            until(link, lambda heard: Sounded in map(type, heard))
            link.use("keys-out", "synth-in")
            heard = until(link, lambda _: link.status.output_name.startswith("synth"))
            assert InputLost in map(type, heard)  # what was held on the old input is let go
            player.until(lambda received: [data for _, data in received] == [ON, OFF])
        until(link, lambda _: (link.status.sources, link.status.listeners) == (1, 1))
        assert link.status.state is PortState.OPEN and link.status.restarts == 0
        # What was planned is planned still.
        link.send([ReleaseNote(2, time.perf_counter())])
        link.use(None, None)
        until(link, lambda _: link.status.output_name == "Antiphon Out" and link.status.sources == 0)
