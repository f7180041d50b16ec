"""The whole program on real JACK ports, with the shipped model, played by other programs."""

from __future__ import annotations

import signal
import subprocess
import time
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from osc_jam import IN, OUT, PATIENCE, Jam, connect, require
from player import Messages, Player

from bridge.bench.jack_server import JackServer
from bridge.sessions.log import played_notes, read_log, replay

pytestmark = pytest.mark.live

SOUNDFONT = Path("/usr/share/sounds/sf2/TimGM6mb.sf2")
HARMONIES = 2  # to each note, and fewer on a machine that cannot keep up


def phrase(pitches: tuple[int, ...] = (60, 64, 67, 72, 71, 67, 64, 62), step: float = 0.2) -> Messages:
    messages: Messages = []
    for index, pitch in enumerate(pitches):
        messages += [(index * step, [0x90, pitch, 80]), (index * step + step * 0.8, [0x80, pitch, 0])]
    return messages


def hanging(received: Messages) -> set[tuple[int, int]]:
    """(channel, pitch) of every note that began and did not end."""
    sounding = set()
    for _, data in received:
        if data[0] & 0xF0 == 0x90 and data[2]:
            sounding.add((data[0] & 0x0F, data[1]))
        elif data[0] & 0xF0 in (0x80, 0x90):
            sounding.discard((data[0] & 0x0F, data[1]))
    return sounding


def onsets(received: Messages) -> list[tuple[float, int]]:
    return [(time, data[1]) for time, data in received if data[0] & 0xF0 == 0x90 and data[2]]


def all_played(received: Messages) -> bool:
    """Something was played, it has ended, and nothing followed for a second."""
    return bool(received) and not hanging(received) and time.perf_counter() - received[-1][0] > 1.0


def test_a_second_daemon_has_its_own_ports_and_passes_on_what_is_played(
    jam: Callable[..., Jam], jack: JackServer
) -> None:
    jam("--mode", "off")
    band = jam("--mode", "off", "--name", "Band", "--thru", "notes")
    status = band.status(PATIENCE)
    assert status is not None and (status["midi_in"], status["midi_out"]) == ("Band In", "Band Out")
    # The last key is down when `thru` is turned off, and comes up after.
    with Player(jack.env, "Band In:in", "Band Out:out", phrase()[:-1], seconds=90.0) as player:
        player.until(lambda received: len(onsets(received)) == 8)
        band.send("/antiphon/set", "thru", "off")
        time.sleep(0.2)
        with Player(jack.env, "Band In:in", messages=[(0.1, [0x80, 62, 0])]) as second:
            second.finish()
        player.until(lambda received: not hanging(received))
        sent, received = player.finish()
    assert [data for _, data in received] == [*(data for _, data in sent), [0x80, 62, 0]]


def test_an_mpe_keyboard_is_one_player_and_a_bound_key_of_it_asks_for_the_answer(
    jam: Callable[..., Jam], jack: JackServer
) -> None:
    running = jam("--mode", "respond", "--thru", "notes", "--set", "silence=10", "--bind", "respond=note:24@1")
    configuration: Messages = [(0.1, [0xB0, 101, 0]), (0.1, [0xB0, 100, 6]), (0.1, [0xB0, 6, 15])]
    keys: Messages = []
    for number, pitch in enumerate((60, 64, 67, 72)):
        channel, time_on = 8 + number, 0.3 + 0.2 * number
        keys += [
            (time_on, [0xE0 | channel, 0, 70]),
            (time_on, [0x90 | channel, pitch, 80]),
            (time_on + 0.1, [0xD0 | channel, 60]),
            (time_on + 0.15, [0x80 | channel, pitch, 0]),
        ]
    pad: Messages = [(1.3, [0x92, 24, 100]), (1.4, [0x82, 24, 0])]
    with Player(jack.env, IN, OUT, [*configuration, *keys, *pad], seconds=90.0) as player:
        player.until(lambda received: len(onsets(received)) > 4)
        status = running.status(PATIENCE)
        assert status is not None and status["mpe"] == {"1": 15} and status["human"] == "lead"
        _, received = player.finish()
    assert [pitch for _, pitch in onsets(received)][:4] == [60, 64, 67, 72]
    assert 24 not in [data[1] for _, data in received if data[0] in (0x92, 0x82)]


def test_what_a_host_sends_at_stop_lets_a_lost_key_go_and_a_trembling_pedal_holds_nothing_up(
    jam: Callable[..., Jam], jack: JackServer
) -> None:
    jam("--mode", "respond")
    *played, _ = phrase()  # the last key-up is lost
    stop: Messages = [(5.0, [0xB0 | channel, 123, 0]) for channel in range(16)]
    tremble: Messages = [(5.2 + 0.1 * number, [0xB0, 64, number % 3]) for number in range(300)]
    with Player(jack.env, IN, OUT, [*played, *stop, (5.1, [0xFC]), *tremble], seconds=90.0) as player:
        player.until(onsets)
        assert len(player.sent) < len(played) + 17 + len(tremble), "it waited for the pedal to be still"
        _, received = player.finish()
    stopped = next(time for time, data in player.sent if data[1:2] == [123])
    assert onsets(received)[0][0] > stopped, "a key was down"


def test_the_turned_knob_is_learnt_and_a_preset_comes_by_its_program_where_that_is_asked_for(
    jam: Callable[..., Jam], jack: JackServer, tmp_path: Path
) -> None:
    (tmp_path / "verse.toml").write_text("program = 3\n[parameters]\ndensity = 4.0\n", encoding="utf-8")
    running = jam("--mode", "off", "--presets", str(tmp_path), "--program-channel", "16")
    running.send("/antiphon/learn", "temperature")

    def seen(happened: Callable[[dict[str, object]], bool]) -> dict[str, object]:
        deadline = time.monotonic() + PATIENCE
        while (status := running.status(PATIENCE)) is None or not happened(status):
            assert time.monotonic() < deadline, f"waited in vain: {status}"
            time.sleep(0.05)
        return status

    seen(lambda status: status["learning"] == "temperature")
    stray = [[0xB0, 0, 1], [0xB0, 32, 5], [0xB0, 64, 127], [0xB0, 64, 0], [0xB0, 99, 1], [0xB0, 98, 2], [0xB0, 88, 9]]
    turned = [[0xB0, number, value] for step in range(12) for number, value in ((11, 64 + step % 2), (21, 10 * step))]
    programs = [[0xC0, 3], [0xB0, 119, 1], [0xCF, 3]]  # on a channel that is not listened to for them, then on that one
    messages: Messages = [(0.2 + 0.05 * place, data) for place, data in enumerate([*stray, *turned, *programs])]
    with Player(jack.env, IN, messages=messages[:-2], seconds=90.0) as player:
        status = seen(lambda status: status["controllers"] == {"temperature": [21, 1]})
        player.until(lambda _: len(player.sent) == len(messages) - 2)
        assert seen(lambda _: True)["preset"] == ""
    with Player(jack.env, IN, messages=[(0.1, messages[-1][1])], seconds=90.0):
        status = seen(lambda status: status["preset"] == "verse")
    parameters = status["parameters"]
    assert isinstance(parameters, dict) and parameters["density"] == 4.0


def test_a_phrase_is_answered_and_the_session_replays(
    jam: Callable[..., Jam], jack: JackServer, tmp_path: Path
) -> None:
    running = jam("--mode", "respond", "--record", str(tmp_path))
    with Player(jack.env, IN, OUT, phrase(), seconds=90.0) as player:
        player.until(all_played)
        sent, received = player.finish()
    answer = onsets(received)
    assert len(answer) >= 3
    assert answer[0][0] > sent[-1][0] + 0.5
    running.close()
    folder = next(tmp_path.iterdir())
    log = read_log(folder / "session.jsonl")
    human = [note.pitch for note in played_notes(log) if not note.machine]
    assert human == [data[1] for _, data in sent if data[0] == 0x90]
    machine = [note.pitch for note in played_notes(log) if note.machine and not note.cancelled]
    assert sorted(machine) == sorted(pitch for _, pitch in answer)
    assert (folder / "session.mid").stat().st_size > 100
    from bridge.commands.model_loading import load_model

    assert replay(log, lambda name, digest: load_model(name)) == log.outputs()


@pytest.mark.parametrize("mode", ["harmonize", "duet"])
def test_it_plays_along(jam: Callable[..., Jam], jack: JackServer, mode: str) -> None:
    jam("--mode", mode)
    pitches = (60, 64, 67, 72, 71, 67, 64, 62) * 4
    with Player(jack.env, IN, OUT, phrase(pitches), seconds=90.0) as player:
        player.until(all_played if mode == "harmonize" else onsets)
        sent, received = player.finish()
    first = onsets(received)[0][0]
    assert sum(time < first for time, _ in sent) < 2 * len(pitches), "it waited for the end"
    if mode == "harmonize":
        assert len(onsets(received)) <= HARMONIES * len(pitches)


def test_barge_in_silences_the_answer(jam: Callable[..., Jam], jack: JackServer) -> None:
    jam("--mode", "respond")
    pitches = (60, 64, 67, 72, 71, 67, 64, 62, 60, 65, 69, 72, 71, 67, 64, 60)
    twice = [*phrase(pitches, step=0.25), (6.5, [0x90, 60, 90])]
    with Player(jack.env, IN, OUT, twice, seconds=10.0) as player:
        sent, received = player.result()
    barged_in = sent[-1][0]
    assert [time for time, _ in onsets(received) if time < barged_in]
    assert not hanging(received)
    # Once the silence has come through, nothing begins while the new key is down.
    assert not [time for time, _ in onsets(received) if time > barged_in + 1.0]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_ended_in_mid_note_it_leaves_nothing_hanging(
    jam: Callable[..., Jam], jack: JackServer, shaken_jack: JackServer, how: int
) -> None:
    running = jam("--mode", "harmonize")
    with Player(jack.env, IN, OUT, [(0.0, [0x90, 60, 80])], seconds=30.0) as player:
        player.until(onsets)
        assert running.status(PATIENCE) is not None
        running.program.process.send_signal(how)
        running.program.process.wait(10)
        player.until(lambda received: not hanging(received))
        _, received = player.finish()
    assert len(onsets(received)) <= HARMONIES
    if how != signal.SIGKILL:
        assert running.program.process.returncode == 0


def test_a_client_killed_in_mid_note_does_not_disturb_it(
    jam: Callable[..., Jam], jack: JackServer, shaken_jack: JackServer
) -> None:
    running = jam("--mode", "harmonize")
    with Player(jack.env, None, OUT, seconds=30.0) as listener:
        with Player(jack.env, IN, None, [(0.0, [0x90, 60, 80])], seconds=30.0) as victim:
            listener.until(onsets)
            victim.kill()
        # A synchronous JACK server stands still for some ten seconds after one of its clients was killed.
        time.sleep(14.0)
        running.send("/antiphon/stop")
        listener.until(lambda received: not hanging(received))
        _, received = listener.finish()
    assert len(onsets(received)) <= HARMONIES
    with Player(jack.env, IN, OUT, [(0.1, [0x90, 64, 80]), (0.4, [0x80, 64, 0])], seconds=90.0) as player:
        player.until(all_played)
        _, received = player.finish()
    assert len(onsets(received)) <= HARMONIES


def test_the_midi_server_dies_in_mid_note_and_comes_back(jam: Callable[..., Jam], jack: JackServer) -> None:
    running = jam("--mode", "harmonize")
    with Player(jack.env, IN, None, [(0.0, [0x90, 60, 80])], seconds=30.0):
        time.sleep(0.4)
        jack.kill()
        answers = []
        until = time.monotonic() + 3.0
        while time.monotonic() < until:
            answers.append(running.status(2.0))
            running.send("/antiphon/note", 64, 80, 1)
            running.send("/antiphon/note", 64, 0, 1)
            time.sleep(0.05)
    assert all(answers), "the daemon stopped answering"
    assert any(answer["midi"] != "open" for answer in answers if answer)
    jack.restart()
    deadline = time.monotonic() + PATIENCE
    while (status := running.status(1.0)) is None or status["midi"] != "open":
        assert time.monotonic() < deadline, f"not connected again: {status}"
        time.sleep(0.05)
    with Player(jack.env, IN, OUT, [(0.1, [0x90, 67, 80]), (0.4, [0x80, 67, 0])], seconds=90.0) as player:
        player.until(all_played)
        _, received = player.finish()
    assert len(onsets(received)) <= HARMONIES


def test_a_flood_leaves_it_standing(jam: Callable[..., Jam], jack: JackServer) -> None:
    running = jam("--mode", "harmonize")
    flood: Messages = []
    for index in range(1250):
        pitch = 20 + index % 88
        flood += [(index * 0.0008, [0x90, pitch, 64]), (index * 0.0008 + 0.0004, [0x80, pitch, 0])]
    with Player(jack.env, IN, OUT, [*flood, (3.0, [0x90, 60, 80]), (3.3, [0x80, 60, 0])], seconds=90.0) as player:
        player.until(lambda received: len(player.sent) == len(flood) + 2 and all_played(received))
        sent, received = player.finish()
    assert running.status(PATIENCE) is not None
    assert len([time for time, _ in onsets(received) if time > sent[-2][0]])


def test_odd_bytes_change_nothing(jam: Callable[..., Jam], jack: JackServer) -> None:
    running = jam("--mode", "harmonize")
    odd: Messages = [
        (0.0, [0x80, 60, 0]),
        (0.1, [0x90, 60, 80]),
        (0.2, [0x90, 60, 80]),
        (0.3, [0x90, 60, 0]),
        (0.4, [0xF0, 0x7D, 1, 2, 3, 0xF7]),
        (0.5, [0xF8]),
        (0.6, [0xC0, 5]),
        (0.7, [0xE0, 0, 64]),
    ]
    with Player(jack.env, IN, OUT, odd, seconds=90.0) as player:
        player.until(lambda received: len(player.sent) == len(odd) and all_played(received))
        _, received = player.finish()
    assert 2 <= len(onsets(received)) <= 2 * HARMONIES
    assert {data[0] & 0xF0 for _, data in received} == {0x80, 0x90}
    assert running.status(PATIENCE) is not None


def test_the_answer_is_heard_through_a_synth(jam: Callable[..., Jam], jack: JackServer, tmp_path: Path) -> None:
    fluidsynth = require("fluidsynth", "fluidsynth")
    if not SOUNDFONT.exists():
        require("timgm6mb", "timgm6mb-soundfont")
    jam("--mode", "respond")
    take = tmp_path / "take.wav"
    render = ("-a", "file", "-o", f"audio.file.name={take}", "-o", "audio.file.type=wav", "-r", "48000")
    with subprocess.Popen(
        [fluidsynth, *render, "-m", "jack", "-o", "midi.jack.id=fs", str(SOUNDFONT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as synth:
        try:
            connect(OUT, "fs:midi_00")
            with Player(jack.env, IN, OUT, phrase(), seconds=90.0) as player:
                player.until(all_played)
                _, received = player.finish()
            synth.communicate(b"quit\n", timeout=20)
        finally:
            synth.kill()
    assert onsets(received)
    with wave.open(str(take)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16).astype(np.float64)
    assert np.sqrt((samples**2).mean()) > 20, "the take is silent"
    assert np.abs(samples).max() < 32767, "the take is clipped"
