"""The command as a user types it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from bridge.cli import COMMANDS, main

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        return int(udp.getsockname()[1])


def test_help_names_every_command() -> None:
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    assert all(name in result.output for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    result = CliRunner().invoke(main, [name, "--help"])
    assert result.exit_code == 0, result.output
    assert "Usage" in result.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--set", "temperature=9"], "the range is 0 to 3"),
        (["--set", "temperature=warm"], "it is a number"),
        (["--set", "warmth=1"], "no parameter 'warmth'"),
        (["--set", "temperature"], "write NAME=VALUE"),
        (["--set", "low=100", "--set", "high=50", "--dry"], "low 100 would lie above high 50"),
        (["--tempo", "nan", "--dry"], "nan is no number to work with"),
        (["--tempo", "7", "--dry"], "20 to 999"),
        (["--voice", "kazoo=1"], "no voice 'kazoo'"),
        (["--voice", "bass=17"], "a channel from 1 to 16"),
        (["--range", "bass=55-28"], "the lower one first"),
        (["--range", "kazoo=1-2"], "no voice 'kazoo'"),
        (["--controller", "temperature=64"], "it is the sustain pedal"),
        (["--controller", "warmth=21"], "no parameter 'warmth'"),
        (["--controller", "temperature=x"], "a whole number"),
        (["--set", "scale=major", "--set", "root=C", "--range", "bass=61-61", "--dry"], "scale cannot be C major"),
        (["--human-voice", "kazoo", "--dry"], "no voice 'kazoo'"),
        (["--model", "no-such-model"], "no-such-model"),
        (["--mode", "jazz"], "jazz"),
        (["--seed", "-1"], "not in the range"),
        (["--dry", "--model", "duo"], "--model does nothing with --dry"),
        (["--no-midi", "--in", "Keystep"], "--in does nothing with --no-midi"),
        (["--no-midi", "--clock-out"], "--clock-out does nothing with --no-midi"),
        (["--in", "a", "--out", "b", "--name", "Band"], "--name does nothing with --in and --out"),
    ],
)
def test_jam_refuses_before_anything_opens(arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(main, ["jam", "--osc-port", str(free_port()), *arguments])
    assert result.exit_code != 0
    assert message in " ".join(result.output.split())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("modell = 'duo'", "did you mean 'model'"),
        ("[parameters]\nwarmth = 1", "no parameter 'warmth'"),
        ("[voices]\nbass = 99", "a channel from 1 to 16"),
        ("parameters = 3", "must be a table"),
        ("ranges = 3", "must be a table"),
        ("[ranges]\nbass = [28, 155]", "two pitches from 0 to 127"),
        ("[controllers]\ntemperature = {cc = 21, speed = 3}", "unknown key 'speed'"),
        ("[controllers]\ntemperature = {channel = 1}", "cc cannot be ''"),
        ("[controllers]\ntemperature = {cc = 21, high = 9.0}", "the range is 0 to 3"),
        ("model = ", "not TOML"),
    ],
)
def test_a_bad_config_is_refused_with_its_key(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "set.toml"
    path.write_text(text)
    result = CliRunner().invoke(main, ["jam", "--dry", "--config", str(path)])
    assert result.exit_code != 0
    assert message in " ".join(result.output.split())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_jam_starts_without_midi_and_ends_with_0(tmp_path: Path, number: int) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "bridge", "jam", "--dry", "--osc-port", str(free_port()), "--record", str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("ready"):
            break
    deadline = time.monotonic() + 20.0
    while not list(tmp_path.glob("*/session.jsonl")) and time.monotonic() < deadline:
        time.sleep(0.01)  # the take begins on a thread of its own
    process.send_signal(number)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 0, errors
    assert not errors
    assert [path.name for path in tmp_path.glob("*/*")] and list(tmp_path.glob("*/session.mid"))


def test_a_busy_osc_port_is_explained() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        result = CliRunner().invoke(main, ["jam", "--dry", "--osc-port", str(udp.getsockname()[1])])
    assert result.exit_code == 1
    assert "--osc-port" in result.output
