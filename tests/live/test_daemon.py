"""The live program on a fake port and real UDP: threads, faults, swaps, endings."""

from __future__ import annotations

import json
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from pythonosc.osc_message import OscMessage
from pythonosc.udp_client import SimpleUDPClient

from bridge.engine.fake import FakeModel
from bridge.live.daemon import Daemon
from bridge.live.model_swap import LoadedModel
from bridge.live.osc import OscSurface
from bridge.live.recording_surface import RecordingSurface
from bridge.live.surfaces import Surface
from bridge.midi.manual import FakePort
from bridge.performer.settings import Settings
from bridge.sessions.log import Entry, read_log, replay
from bridge.vocabulary.events import Kept, PlayNote
from bridge.vocabulary.requests import Asker, Capture

WAIT = 10.0


class FaultyModel(FakeModel):
    """Fails when told to."""

    def __init__(self) -> None:
        super().__init__("faulty")
        self.faults = 0

    def feed(self, events, context):  # type: ignore[no-untyped-def]
        if self.faults:
            self.faults -= 1
            raise RuntimeError("out of cheese")
        super().feed(events, context)


class Client:
    """An OSC client of the daemon's, and everything it heard."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(0.1)
        self.port = self.socket.getsockname()[1]
        self.heard: queue.Queue[tuple[str, list[object]]] = queue.Queue()
        self._going = True
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while self._going:
            try:
                message = OscMessage(self.socket.recv(65536))
            except TimeoutError:
                continue
            self.heard.put((message.address, list(message.params)))

    def expect(self, address: str, matching: Callable[[list[object]], bool] = lambda args: True) -> list[object]:
        deadline = time.monotonic() + WAIT
        seen = []
        while time.monotonic() < deadline:
            try:
                heard, args = self.heard.get(timeout=0.2)
            except queue.Empty:
                continue
            if heard == address and matching(args):
                return args
            seen.append((heard, args))
        raise AssertionError(f"{address} was not heard; heard {seen[-10:]}")

    def close(self) -> None:
        self._going = False
        self._thread.join()
        self.socket.close()


class Stage:
    """A running daemon with its client."""

    def __init__(
        self,
        model: FakeModel,
        settings: Settings,
        record: Path | None = None,
        presets: Path = Path("nowhere"),
        keep_near: float = 0.0,
        program_channel: int | None = None,
        surfaces: Iterable[Surface] = (),
    ) -> None:
        self.client = Client()
        self.model = model
        self.loads_anew = False
        self.port = FakePort(clock=time.perf_counter)
        self.daemon = Daemon(
            LoadedModel(model, ""),
            settings,
            self.port,
            self._load,
            presets=presets,
            keep_near=keep_near,
            program_channel=program_channel,
        )
        if record is not None:
            self.daemon.attach(RecordingSurface(self.daemon, settings, model.name, "", record, at_once=True))
        server = OscSurface(self.daemon, "127.0.0.1", 0, [("127.0.0.1", self.client.port)])
        self.daemon.attach(server)
        for surface in surfaces:
            self.daemon.attach(surface)
        self.osc = SimpleUDPClient("127.0.0.1", server.address[1])
        self.thread = threading.Thread(target=self.daemon.run)
        self.thread.start()

    def _load(self, name: str) -> LoadedModel:
        if name == "broken":
            raise ValueError("model 'broken': feed.onnx has the wrong hash")
        if name == self.model.name and not self.loads_anew:
            return LoadedModel(self.model, "")
        return LoadedModel(FakeModel(name), "")

    def until(self, name: str, value: object) -> None:
        """Wait until the status says so."""
        deadline = time.monotonic() + WAIT
        while self.daemon.status[name] != value:
            assert time.monotonic() < deadline, f"{name} is still {self.daemon.status[name]!r}"
            time.sleep(0.01)

    def close(self) -> None:
        self.daemon.stop()
        self.thread.join(WAIT)
        self.client.close()
        self.osc._sock.close()
        assert not self.thread.is_alive()
        assert not self.port.sounding


@pytest.fixture
def make() -> Iterator[Callable[..., Stage]]:
    stages: list[Stage] = []

    def factory(model: FakeModel | None = None, mode: str = "harmonize", **options: object) -> Stage:
        stages.append(Stage(model or FakeModel(), Settings(mode=mode, seed=1), **options))  # type: ignore[arg-type]
        return stages[-1]

    yield factory
    for stage in stages:
        stage.close()


def test_a_note_by_osc_is_harmonized_and_the_harmonies_end_with_it(make: Callable[..., Stage]) -> None:
    stage = make()
    stage.osc.send_message("/antiphon/note", [60, 80, 1])
    first = stage.client.expect("/antiphon/play")
    assert first[0] != 60 and first[3] == -1.0
    stage.client.expect("/antiphon/sounded")
    stage.osc.send_message("/antiphon/note", [60, 0, 1])
    stage.client.expect("/antiphon/play", lambda args: args[0] == first[0] and args[1] == 0)


def test_osc_clients_are_told_to_end_what_sounds_when_it_ends(make: Callable[..., Stage]) -> None:
    stage = make()
    stage.osc.send_message("/antiphon/note", [60, 80, 1])
    stage.client.expect("/antiphon/sounded")
    stage.daemon.stop()
    assert stage.client.expect("/antiphon/cancel") == [1]


class KeptNear(FakeModel):
    """Says when it was run for nobody often enough; the first time it fails."""

    def __init__(self) -> None:
        super().__init__()
        self.kept = 0
        self.often = threading.Event()

    def keep_near(self) -> None:
        self.kept += 1
        if self.kept == 1:
            raise RuntimeError("out of cheese")
        if self.kept == 4:
            self.often.set()


def test_an_idle_model_is_kept_near_where_that_is_asked_for(make: Callable[..., Stage]) -> None:
    near, far = KeptNear(), KeptNear()
    for model, every in ((near, 0.002), (far, 0.0)):
        stage = make(model, keep_near=every)
        stage.osc.send_message("/antiphon/note", [60, 80, 1])
        if not every:
            stage.client.expect("/antiphon/sounded")
        else:  # on a busy machine it is run for nobody before the note is known to have sounded
            stage.client.expect("/antiphon/error", lambda args: args[1] == "engine-fault")  # and the set goes on
            stage.osc.send_message("/antiphon/note", [64, 80, 1])
            assert near.often.wait(WAIT)
    assert far.kept == 0


def test_get_set_and_refusals(make: Callable[..., Stage]) -> None:
    stage = make()
    stage.osc.send_message("/antiphon/set", ["temperature", 0.5])
    assert stage.client.expect("/antiphon/value") == ["temperature", 0.5]
    stage.osc.send_message("/antiphon/set", ["high", 20])
    stage.client.expect("/antiphon/value")
    stage.osc.send_message("/antiphon/set", ["low", 60])
    stage.client.expect("/antiphon/error", lambda args: "above high" in str(args[2]))


def test_presets_by_osc_and_by_program_change(make: Callable[..., Stage], tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("[parameters]\ntemperature = 9\n")
    (tmp_path / "verse.toml").write_text("program = 0\n")
    stage = make(presets=tmp_path, program_channel=1)
    stage.osc.send_message("/antiphon/set", ["temperature", 0.5])
    stage.client.expect("/antiphon/value", lambda args: args == ["temperature", 0.5])
    stage.osc.send_message("/antiphon/preset/save", "verse")
    assert stage.client.expect("/antiphon/presets") == ["broken verse"]
    stage.osc.send_message("/antiphon/set", ["temperature", 1.5])
    stage.osc.send_message("/antiphon/preset", "verse")
    stage.client.expect("/antiphon/value", lambda args: args == ["temperature", 0.5])
    stage.osc.send_message("/antiphon/preset", "broken")
    stage.client.expect("/antiphon/error", lambda args: args[1] == "preset-refused" and "0 to 3" in str(args[2]))
    stage.osc.send_message("/antiphon/set", ["temperature", 1.5])
    stage.osc.send_message("/antiphon/preset/save", "chorus")
    stage.client.expect("/antiphon/presets", lambda args: args == ["broken chorus verse"])
    stage.port.play(b"\xc1\x00", b"\xc0\x00")
    stage.osc.send_message("/antiphon/status", [])
    stage.client.expect("/antiphon/value", lambda args: args == ["temperature", 0.5])
    stage.osc.send_message("/antiphon/morph", ["verse", "chorus", 0.25])
    stage.client.expect("/antiphon/value", lambda args: args == ["temperature", 0.75])


def test_a_program_change_recalls_nothing_unless_asked(make: Callable[..., Stage], tmp_path: Path) -> None:
    (tmp_path / "verse.toml").write_text("program = 0\n[parameters]\ntemperature = 0.5\n")
    stage = make(presets=tmp_path)
    stage.osc.send_message("/antiphon/set", ["thru", "on"])
    stage.client.expect("/antiphon/value", lambda args: args == ["thru", "on"])
    stage.port.play(b"\xc0\x00")
    stage.osc.send_message("/antiphon/preset", "nothing")
    stage.client.expect("/antiphon/error")
    stage.osc.send_message("/antiphon/get", "temperature")
    assert stage.client.expect("/antiphon/value") == ["temperature", 0.0]
    assert b"\xc0\x00" in [message for _, message in stage.port.sent]


def test_pads_record_capture_and_step_through_presets(make: Callable[..., Stage], tmp_path: Path) -> None:
    for number, name in enumerate(("chorus", "verse")):
        (tmp_path / f"{name}.toml").write_text(f"[parameters]\ntemperature = {1 + number}\n")
    stage = make(presets=tmp_path, record=tmp_path / "takes")
    for action, program in (("next_preset", 1), ("record", 2), ("capture", 3)):
        stage.osc.send_message("/antiphon/learn", action)
        stage.osc.send_message("/antiphon/get", "temperature")
        stage.client.expect("/antiphon/value")
        stage.port.play(bytes((0xC0, program)))
        stage.osc.send_message("/antiphon/status", [])
        assert stage.client.expect("/antiphon/bound") == [action, f"program:{program}@1"]
    for temperature in (1.0, 2.0, 1.0):
        stage.port.play(b"\xc0\x01")
        stage.osc.send_message("/antiphon/status", [])
        stage.client.expect("/antiphon/value", lambda args, wanted=temperature: args == ["temperature", wanted])
    for recording in (False, True):
        stage.port.play(b"\xc0\x02")
        stage.osc.send_message("/antiphon/status", [])
        stage.client.expect("/antiphon/fired", lambda args: args == ["record"])
        stage.osc.send_message("/antiphon/status", [])
        stage.client.expect("/antiphon/status", lambda args, on=recording: json.loads(str(args[0]))["recording"] is on)
    stage.port.play(b"\xc0\x03")
    stage.osc.send_message("/antiphon/status", [])
    stage.client.expect("/antiphon/fired", lambda args: args == ["capture"])
    stage.close()
    assert len(list((tmp_path / "takes").glob("*/session.jsonl"))) == 3


def test_a_controller_is_learnt_and_the_port_hears_of_a_new_tolerance(make: Callable[..., Stage]) -> None:
    stage = make()
    stage.osc.send_message("/antiphon/learn", "late")
    stage.osc.send_message("/antiphon/get", "late")
    stage.client.expect("/antiphon/value")
    stage.port.play(b"\xb2\x15\x70", b"\xb2\x15\x78", b"\xb2\x15\x7f")
    stage.osc.send_message("/antiphon/status", [])
    assert stage.client.expect("/antiphon/learned") == ["late", 21, 3]
    stage.client.expect("/antiphon/value", lambda args: args == ["late", 1.0])
    assert stage.port._outbox.late == 1.0


def test_a_fault_of_the_model_is_told_and_the_set_goes_on(make: Callable[..., Stage]) -> None:
    model = FaultyModel()
    stage = make(model)
    model.faults = 1
    stage.osc.send_message("/antiphon/note", [60, 80, 1])
    stage.client.expect("/antiphon/error", lambda args: args[1] == "engine-fault" and "cheese" in str(args[2]))
    stage.osc.send_message("/antiphon/note", [62, 80, 1])
    stage.client.expect("/antiphon/play", lambda args: args[1] != 0)


def test_faults_again_and_again_switch_it_off(make: Callable[..., Stage]) -> None:
    model = FaultyModel()
    stage = make(model)
    model.faults = 1000
    for pitch in range(60, 70):
        stage.osc.send_message("/antiphon/note", [pitch, 80, 1])
    stage.client.expect("/antiphon/error", lambda args: args[1] == "engine-off")
    model.faults = 0
    stage.until("mode", "off")


def test_a_model_that_does_not_start_again_is_loaded_anew(make: Callable[..., Stage]) -> None:
    model = FaultyModel()
    stage = make(model, mode="off")  # nothing but the key is to be heard
    stage.loads_anew = True
    model.faults = 1000
    stage.osc.send_message("/antiphon/note", [60, 80, 1])
    stage.client.expect("/antiphon/error", lambda args: args[1] == "engine-fault")
    stage.until("heard", 1)  # what the first one failed to hear


def test_a_hot_swap_and_one_that_fails(make: Callable[..., Stage]) -> None:
    stage = make()
    stage.osc.send_message("/antiphon/model", "broken")
    stage.client.expect("/antiphon/error", lambda args: args[1] == "model-refused" and "hash" in str(args[2]))
    stage.osc.send_message("/antiphon/note", [60, 80, 1])
    stage.client.expect("/antiphon/play")
    stage.osc.send_message("/antiphon/model", "other")
    stage.until("model", "other")
    stage.osc.send_message("/antiphon/note", [64, 80, 1])
    stage.client.expect("/antiphon/play", lambda args: args[1] != 0)


class Guest(Surface):
    """Notes what it is told, and fails as often as it can."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.closed = 0

    def accept(self, entry: Entry) -> None:
        self.entries.append(entry)
        raise RuntimeError("out of cheese")

    def take(self, item: object, asker: Asker | None) -> bool:
        if not isinstance(item, Capture) or asker is None:
            return False
        asker.send(Kept((1, 2, 3)))
        return True

    def status(self) -> dict[str, object]:
        return {"guest": "here"}

    def close(self) -> None:
        self.closed += 1


def test_a_surface_is_a_guest(make: Callable[..., Stage]) -> None:
    guest = Guest()
    stage = make(surfaces=[guest])
    stage.osc.send_message("/antiphon/note", [60, 80, 1])
    stage.client.expect("/antiphon/sounded")
    stage.osc.send_message("/antiphon/capture", [])
    assert stage.client.expect("/antiphon/kept") == [3]
    stage.osc.send_message("/antiphon/status", [])
    (told,) = stage.client.expect("/antiphon/status")
    assert json.loads(str(told))["guest"] == "here"
    stage.close()
    kinds = [(entry[0], type(entry[-1]).__name__) for entry in guest.entries]
    assert (
        kinds[:2] == [("begin", "float"), ("in", "NoteOn")]
        and ("out", "PlayNote") in kinds
        and ("in", "Sounded") in kinds
    )
    assert guest.closed == 1
    assert sum("Guest failed: out of cheese" in line for line in stage.daemon.take_messages()) == 1


def test_a_take_begun_in_mid_set_replays_and_counts_from_the_sets_beginning(
    make: Callable[..., Stage], tmp_path: Path
) -> None:
    stage = make(mode="duet", record=tmp_path)

    def play(*pitches: int) -> None:
        for pitch in pitches:
            stage.osc.send_message("/antiphon/note", [pitch, 80, 1])
            time.sleep(0.1)
            stage.osc.send_message("/antiphon/note", [pitch, 0, 1])
        stage.client.expect("/antiphon/sounded")

    stage.osc.send_message("/antiphon/record", [0])
    play(60, 64, 67)
    stage.osc.send_message("/antiphon/record", [1])
    play(72, 67, 64)
    stage.osc.send_message("/antiphon/status", [])
    status = json.loads(str(stage.client.expect("/antiphon/status")[0]))
    assert 0.2 < status["seconds"] < 60.0
    stage.close()
    first, take = sorted(tmp_path.glob("*/session.jsonl"), key=lambda path: path.stat().st_mtime_ns)
    log = read_log(take)
    assert not log.whole and log.earlier and log.began == read_log(first).began
    assert log.entries[-1][1] - log.began > 0.2
    assert any(isinstance(output, PlayNote) for _, output in log.outputs())
    assert replay(log, lambda name, digest: FakeModel(name)) == log.outputs()


def test_a_live_session_replays(make: Callable[..., Stage], tmp_path: Path) -> None:
    stage = make(mode="duet", record=tmp_path)
    for pitch in (60, 64, 67, 72):
        stage.osc.send_message("/antiphon/note", [pitch, 80, 1])
        time.sleep(0.15)
        stage.osc.send_message("/antiphon/note", [pitch, 0, 1])
    stage.client.expect("/antiphon/sounded")
    stage.close()
    log = read_log(next(tmp_path.glob("*/session.jsonl")))
    assert any(isinstance(output, PlayNote) for _, output in log.outputs())
    assert replay(log, lambda name, digest: FakeModel(name)) == log.outputs()
