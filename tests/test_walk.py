"""The walk of docs/your-music.md: from ten MIDI files to a model that answers, by the commands as they stand there."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pythonosc.udp_client import SimpleUDPClient
from songs import tune, write_song

from bridge.bench.live import free_port

pytest.importorskip("torch")
pytest.importorskip("pebble")

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 120.0
# The commands of docs/your-music.md are for people with a minute to spare.
QUICKER = {"train": "--steps 20 --set checks=1", "evaluate": "--only bits"}


def commands() -> list[list[str]]:
    """The walk's lines, word by word; variables set in front of a command come first."""
    page = (ROOT / "docs" / "your-music.md").read_text(encoding="utf-8")
    block = re.search(r"<!-- walk -->\n```sh\n(.*?)```", page, re.DOTALL)
    assert block, "docs/your-music.md has no <!-- walk -->"
    return [shlex.split(line) for line in block.group(1).strip().splitlines()]


def environment(words: list[str], folder: Path) -> tuple[dict[str, str], list[str]]:
    """What a command is run with, and its words after `antiphon`."""
    place = words.index("antiphon")
    told = dict(word.split("=", 1) for word in words[:place])
    told = {name: str(folder / value) for name, value in told.items()}
    return {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", **told}, words[place + 1 :]


def test_the_walk(tmp_path: Path) -> None:
    (tmp_path / "my-music").mkdir()
    for i in range(10):
        write_song(tmp_path / "my-music" / f"song{i}.mid", tune(i), program=0)
    *steps, jam = commands()
    assert [step[1] for step in steps] == ["prepare", "train", "export", "evaluate"]
    for step in steps:
        env, words = environment(step, tmp_path)
        words += shlex.split(QUICKER.get(words[0], ""))
        done = subprocess.run(
            [sys.executable, "-m", "bridge", *words], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=280
        )
        assert done.returncode == 0, f"{step}: {done.stdout}{done.stderr}"
    assert (tmp_path / "data" / "report.html").exists()
    assert (tmp_path / "run" / "loss_curve.png").exists()
    assert "mine" in (tmp_path / "evaluation" / "evaluation.html").read_text(encoding="utf-8")
    env, words = environment(jam, tmp_path)
    port, out = free_port(), free_port()
    answers(
        [sys.executable, "-m", "bridge", *words, "--no-midi", "--osc-port", str(port), "--osc-out-port", str(out)],
        env, tmp_path, port,
    )  # fmt: skip


def answers(command: list[str], env: dict[str, str], folder: Path, port: int) -> None:
    """Play a phrase to the daemon by OSC; it answers with notes and ends in good order."""
    program = subprocess.Popen(
        command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        with SimpleUDPClient("127.0.0.1", port) as client:
            heard = subscribed(client, program)
            for pitch in (60, 62, 64, 65, 67):
                client.send_message("/antiphon/note", [pitch, 80, 1])
                time.sleep(0.05)
                client.send_message("/antiphon/note", [pitch, 0, 1])
            client.send_message("/antiphon/respond", [])
            end = time.monotonic() + PATIENCE
            while "/antiphon/play" not in heard:
                assert time.monotonic() < end, f"no answer; heard {set(heard)}"
                heard += received(client)
        program.send_signal(signal.SIGINT)
        assert program.wait(PATIENCE) == 0
    finally:
        program.kill()
        program.wait()
        assert program.stdout is not None
        program.stdout.close()


def received(client: SimpleUDPClient) -> list[str]:
    """Addresses of messages that came in a moment."""
    try:
        return [message.address for message in client.get_messages(0.2)]
    except TimeoutError:
        return []


def subscribed(client: SimpleUDPClient, program: subprocess.Popen[str]) -> list[str]:
    """Ask for everything until the daemon answers; what was heard meanwhile."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert program.poll() is None, program.stdout.read() if program.stdout else ""
        client.send_message("/antiphon/subscribe", [client._sock.getsockname()[1]])
        client.send_message("/antiphon/status", [])
        heard = received(client)
        if heard:
            return heard
    raise AssertionError("antiphon jam never answered")
