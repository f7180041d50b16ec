"""A DAW that beats time, played by a script that says what Ardour says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bridge.bench import ardour
from bridge.bench.ardour import Ardour, find_ardour
from bridge.bench.result import BenchError

pytestmark = pytest.mark.skipif(os.name != "posix", reason="scripts that are programs are POSIX's")


def program(folder: Path, text: str) -> Path:
    path = folder / "ardour9-lua"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_it_is_found_by_its_interpreter_whatever_its_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ardour, "Path", lambda folder: tmp_path / folder.strip("/"))
    assert find_ardour() is None
    (tmp_path / "usr/local/bin").mkdir(parents=True)
    place = program(tmp_path / "usr/local/bin", "exit")
    assert find_ardour() == place


def test_it_rolls_when_told_and_ends_with_the_block(tmp_path: Path) -> None:
    said = tmp_path / "said"
    text = f'echo warming up; echo "ready"; read line; echo roll >>{said}; read line; echo stop >>{said}'
    with Ardour(program(tmp_path, text)) as daw:
        assert not said.exists()
        daw.roll()
    assert said.read_text().split() == ["roll", "stop"]
    assert daw._process is not None and daw._process.returncode == 0
    assert not Path(daw._folder.name).exists()


def test_it_is_given_its_script_and_a_session_of_its_own(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    with Ardour(
        program(tmp_path, f'cat "$1" >{kept}; echo "$ANTIPHON_SESSION" >>{kept}; echo ready; read line')
    ) as daw:
        session = Path(daw._folder.name) / "session"
    text = kept.read_text()
    assert "set_send_midi_clock(true)" in text and text.rstrip().endswith(str(session))


@pytest.mark.parametrize(("text", "words"), [("echo no JACK; echo bye", "no JACK / bye"), ("exit 3", "said nothing")])
def test_one_that_does_not_start_says_its_last_words(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(BenchError, match=f"Ardour did not start: .*{words}"), Ardour(program(tmp_path, text)):
        pass
