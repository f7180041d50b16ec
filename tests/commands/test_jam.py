"""What the words of `antiphon jam`, on the command line or in a file, come to."""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any, cast

import pytest
from click.testing import CliRunner

from bridge.commands import jam
from bridge.live.daemon import Daemon
from bridge.performer.settings import Settings
from bridge.sessions.last_set import LastSet, save
from bridge.vocabulary.controllers import ANY_CHANNEL


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[dict[str, Any], Settings]]:
    """Options and settings of each jam that would begin."""
    begun: list[tuple[dict[str, Any], Settings]] = []
    monkeypatch.setattr(jam, "prepare", lambda options, settings, _: begun.append((options, settings)))
    monkeypatch.setattr(jam, "_run", lambda daemon, began, plain: None)
    return begun


def invoke(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(jam.command, list(words))
    return result.exit_code, " ".join(result.output.split())


def test_what_is_usual(heard: list[tuple[dict[str, Any], Settings]]) -> None:
    assert invoke() == (0, "")
    ((options, settings),) = heard
    assert (options["name"], options["program_channel"]) == ("Antiphon", None)
    assert (settings.drum_channel, settings.listen, settings.values) == (10, (), {})


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (("--thru",), {"thru": "on"}),
        (("--thru", "notes"), {"thru": "notes"}),
        (("--thru", "--programs"), {"thru": "on", "programs": "on"}),
        (("--thru", "notes", "--set", "thru_channel=3"), {"thru": "notes", "thru_channel": 3.0}),
    ],
)
def test_what_is_passed_on(
    heard: list[tuple[dict[str, Any], Settings]], words: tuple[str, ...], values: dict[str, float | str]
) -> None:
    assert invoke(*words) == (0, "")
    assert heard[0][1].values == values


@pytest.mark.parametrize(("text", "thru"), [("true", "on"), ("false", "off"), ('"notes"', "notes")])
def test_a_file_says_it_all(heard: list[tuple[dict[str, Any], Settings]], tmp_path: Path, text: str, thru: str) -> None:
    path = tmp_path / "set.toml"
    channels = 'listen = [2, 1]\ndrum-channel = "off"\nprogram-channel = "any"\n'
    path.write_text(f'name = "Band"\nthru = {text}\nprograms = true\n{channels}')
    assert invoke("--config", str(path)) == (0, "")
    ((options, settings),) = heard
    assert (options["name"], options["program_channel"]) == ("Band", ANY_CHANNEL)
    assert (settings.drum_channel, settings.listen) == (0, (1, 2))
    assert settings.values == {"thru": thru, "programs": "on"}


def test_what_fires_actions(heard: list[tuple[dict[str, Any], Settings]], tmp_path: Path) -> None:
    path = tmp_path / "set.toml"
    path.write_text('[binds]\nrespond = "cc:67"\nstop = ["note:36@10", "cc:80"]\n')
    words = ("--bind", "next-mode=program:5@2", "--bind", "stop=note:37", "--bind", "stop=note:38")
    assert invoke("--config", str(path), *words) == (0, "")
    assert heard[0][1].binds == {
        "respond": ("cc:67",),
        "stop": ("note:37", "note:38"),
        "next_mode": ("program:5@2",),
    }


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--name", "a:b"), "'a:b' cannot name ports"),
        (("--listen", "1,17"), "'1,17' are no channels"),
        (("--listen", ""), "are no channels"),
        (("--drum-channel", "0"), "0 is not in the range 1<=x<=16"),
        (("--program-channel", "all"), "'all' is not a valid"),
        (("--thru", "maybe"), "maybe"),
        (("--bind", "respond"), "write NAME=VALUE"),
        (("--bind", "sing=note:60"), "no action 'sing'"),
        (("--bind", "respond=note:200"), "note goes from 0 to 127"),
    ],
)
def test_what_cannot_be_is_refused(words: tuple[str, ...], message: str) -> None:
    code, output = invoke(*words)
    assert code == 2
    assert message in output


def test_the_last_set_counts_but_for_what_is_said(
    heard: list[tuple[dict[str, Any], Settings]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "last.json"
    monkeypatch.setattr("bridge.sessions.last_set.last_set_path", lambda name: path)
    code, output = invoke("--resume", "--mode", "duet")
    assert code == 0 and "no last set to resume" in output and "a new set begins" in output
    ((_, new),) = heard
    assert new.mode == "duet"
    heard.clear()
    options = {"in_name": "Keystep", "osc_port": 7600, "record": "takes", "osc_allow": ["10.0.0.1"], "model": "auto"}
    settings = Settings(
        mode="duet", tempo=96.0, seed=7, values={"temperature": 0.5, "scale": "blues"}, voices={"bass": (True, 3)}
    )
    save(path, LastSet(options, "mine", settings))
    assert invoke("--resume", "--tempo", "80", "--set", "temperature=0.9", "--out", "Prophet")[0] == 0
    ((options, resumed),) = heard
    assert (options["in_name"], options["out_name"], options["model"]) == ("Keystep", "Prophet", "mine")
    assert (options["osc_port"], options["record"], options["osc_allow"]) == (7600, Path("takes"), ("10.0.0.1",))
    assert (resumed.mode, resumed.tempo, resumed.voices) == ("duet", 80.0, {"bass": (True, 3)})
    assert resumed.values == {"temperature": 0.9, "scale": "blues"} and resumed.seed != 7


def test_what_a_file_says_and_does_not_count_beside_the_last_set_is_told(
    heard: list[tuple[dict[str, Any], Settings]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    last, file = tmp_path / "last.json", tmp_path / "set.toml"
    monkeypatch.setattr("bridge.sessions.last_set.last_set_path", lambda name: last)
    save(last, LastSet({}, "mine", Settings(mode="duet", tempo=96.0)))
    file.write_text('mode = "off"\ntempo = 60\nosc-port = 7600\n[binds]\nrespond = "cc:67"\n[voices]\n')
    code, output = invoke("--resume", "--config", str(file), "--tempo", "80")
    ((options, resumed),) = heard
    assert code == 0 and options["osc_port"] == 7600, "ports of the file count"
    assert (resumed.mode, resumed.tempo, resumed.binds) == ("duet", 80.0, {})
    assert f"as the last set had it, and not as {file} says: mode, [binds]; without --resume that counts" in output
    file.write_text("osc-port = 7600\n")
    assert "as the last set had it" not in invoke("--resume", "--config", str(file))[1]


class Waiting:
    """A set that goes on until it is stopped."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self.ended = False

    def run(self) -> None:
        self.ended = self._stopping.wait(60.0)

    def stop(self) -> None:
        self._stopping.set()


def test_a_terminal_that_is_closed_ends_the_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """It went on without end: the thread that shows it was gone, and with it the one that hears signals."""

    def gone(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(jam, "_watch", gone)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(sys, "setswitchinterval", lambda _: None)
    playing = Waiting()
    with pytest.raises(OSError, match="Input/output error"):
        jam._run(cast(Daemon, playing), 0.0, False)
    assert playing.ended


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--no-midi", "--in", "x"], "with --no-midi, which opens no MIDI port"),
        (["--no-midi", "--name", "x"], "with --no-midi, which opens no MIDI port"),
        (["--dry", "--out", "x"], "with --dry, which opens no MIDI port"),
        (["--dry", "--model", "duo"], "with --dry, which plays without a model"),
        (["--in", "a", "--out", "b", "--name", "c"], "with --in and --out: no port is made that could have it"),
    ],
)
def test_an_option_that_would_do_nothing_beside_another_is_refused_and_says_why(
    options: list[str], reason: str
) -> None:
    code, said = invoke(*options)
    assert code == 2 and f"{options[-2]} does nothing {reason}: leave one of them out" in said
