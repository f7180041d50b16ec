"""Folders that would end or stall the daemon are refused by a process of their own."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import onnx
import pytest
from engine_models import change_manifest, write_model
from onnx import TensorProto, helper

from bridge.engine.errors import ModelError
from bridge.live import model_trial
from bridge.live.model_trial import try_folder

MIB = 1 << 20


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is remembered here is of no concern to the user whose tests these are."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def never_ending(folder: Path, *, greedy: bool) -> Path:
    """Put an endless Loop between the network and its output `hidden`; a greedy one keeps every turn's numbers."""
    path = folder / "feed.onnx"
    model = onnx.load(path)
    for node in model.graph.node:
        node.output[:] = ["calm" if name == "hidden" else name for name in node.output]
    value = helper.make_tensor_value_info
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["go"], ["on"]),
            helper.make_node("Identity", ["was"], ["is"]),
            helper.make_node("Identity", ["was"], ["kept"]),
        ],
        "turn",
        [
            value("turn", TensorProto.INT64, []),
            value("go", TensorProto.BOOL, []),
            value("was", TensorProto.FLOAT, None),
        ],
        [
            value("on", TensorProto.BOOL, []),
            value("is", TensorProto.FLOAT, None),
            *([value("kept", TensorProto.FLOAT, None)] if greedy else []),
        ],
    )
    model.graph.initializer.append(helper.make_tensor("yes", TensorProto.BOOL, [], [True]))
    outputs = ["hidden", "all"] if greedy else ["hidden"]
    model.graph.node.append(helper.make_node("Loop", ["", "yes", "calm"], outputs, body=body))
    data = model.SerializeToString()
    path.write_bytes(data)
    graphs = json.loads((folder / "manifest.json").read_text())["graphs"]
    graphs["feed"]["sha256"] = hashlib.sha256(data).hexdigest()
    change_manifest(folder, graphs=graphs)
    return folder


def test_a_good_folder_is_tried_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_model(tmp_path / "small", "gru")
    try_folder(folder, "cpu")
    monkeypatch.setattr(model_trial, "_try_out", lambda *_: pytest.fail("tried again"))
    try_folder(folder, "cpu")


def test_a_changed_folder_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[Path] = []

    def try_out(folder: Path, *_: object) -> str:
        tried.append(folder)
        return hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()

    monkeypatch.setattr(model_trial, "_try_out", try_out)
    folder = write_model(tmp_path / "small", "gru")
    try_folder(folder, "cpu")
    change_manifest(folder, training={"by": "another"})
    try_folder(folder, "cpu")
    assert len(tried) == 2


def test_what_is_shipped_needs_no_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_trial, "_try_out", lambda *_: pytest.fail("tried"))
    try_folder(Path(__file__).resolve().parents[2] / "exported_models" / "duo")


def test_a_loop_without_end_is_given_up(tmp_path: Path) -> None:
    folder = never_ending(write_model(tmp_path / "small", "gru"), greedy=False)
    began = time.monotonic()
    with pytest.raises(ModelError, match=r"did not run within 4 s|ends the process that runs it"):
        try_folder(folder, "cpu", seconds=4.0)
    assert time.monotonic() - began < 60


def test_a_loop_that_takes_all_memory_takes_none_of_ours(tmp_path: Path) -> None:
    folder = never_ending(write_model(tmp_path / "small", "gru"), greedy=True)
    with pytest.raises(ModelError, match=r"ends the process|does not run|asks for more|within"):
        try_folder(folder, "cpu", seconds=15.0, memory=400 * MIB)


def rewind(folder: Path) -> None:
    change_manifest(folder, rewind=20_000_000)


def long_voices(folder: Path) -> None:
    change_manifest(folder, voices=["\x1b[31m" + "x" * 200_000])


def long_echo(folder: Path) -> None:
    change_manifest(folder, echo={"key": "y" * 200_000})


def wide(folder: Path) -> None:
    change_manifest(folder, rewind=60_000, hidden=16_000)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (rewind, "rewind is 20000000: 1 to 65536 is needed"),
        (long_voices, "voices are"),
        (long_echo, "echo is"),
        (wide, "numbers of memory"),
    ],
)
def test_a_manifest_that_asks_for_too_much_is_refused_in_a_line(
    tmp_path: Path, spoil: Callable[[Path], None], message: str
) -> None:
    folder = write_model(tmp_path / "small", "gru")
    spoil(folder)
    with pytest.raises(ModelError, match=message) as refusal:
        try_folder(folder, "cpu")
    assert len(str(refusal.value)) <= 600 and "\x1b" not in str(refusal.value)


def played_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> Path:
    """A model folder whose trial runs this script of the shell's in place of a Python; `$SEAL` is its manifest's."""
    if os.name == "nt":
        pytest.skip("no shell here")
    folder = write_model(tmp_path / "small", "gru")
    seal = hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\nSEAL={seal}\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    return folder


def test_what_a_runtime_prints_before_the_verdict_is_no_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = """echo 'warning: {"sha256": "0"}'; echo '[1]'; echo "{\\"sha256\\": \\"$SEAL\\"}" """
    try_folder(played_by(tmp_path, monkeypatch, script), "cpu")


@pytest.mark.parametrize("said", ["", "echo bad luck", "echo '[1, 2]'", "printf '\\377\\n'", "echo '{\"sha256\": '"])
def test_a_trial_that_ends_without_a_verdict_is_told_with_its_exit_and_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    folder = played_by(tmp_path, monkeypatch, f"{said}\nexit 9")
    with pytest.raises(
        ModelError, match=r"small: the model ends the process that runs it \(exit 9\).*64 MiB.*export it"
    ):
        try_folder(folder, "cpu", memory=64 * MIB)


def test_a_refusal_of_the_trial_is_told_as_it_is_and_not_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = played_by(tmp_path, monkeypatch, """echo '{"refused": "its graphs are of wood"}'""")
    for _ in range(2):
        with pytest.raises(ModelError, match=r"^its graphs are of wood$"):
            try_folder(folder, "cpu")


def test_a_folder_that_changed_while_it_was_tried_is_to_be_loaded_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = played_by(tmp_path, monkeypatch, """echo '{"sha256": "another"}'""")
    with pytest.raises(ModelError, match="changed while it was tried out: load it again"):
        try_folder(folder, "cpu")


def test_a_trial_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = played_by(tmp_path, monkeypatch, f"echo $$ > {tmp_path}/pid; exec sleep 60")
    with pytest.raises(ModelError, match=r"did not run within 0.2 s, in a process of its own"):
        try_folder(folder, "cpu", seconds=0.2)
    number = (tmp_path / "pid").read_text().strip()
    with pytest.raises(ProcessLookupError):
        os.kill(int(number), 0)


def test_the_latest_models_that_were_tried_are_remembered_each_once() -> None:
    for number in (*range(100), 99, 50):
        model_trial._remember(f"seal {number}")
    lines = model_trial._remembered()
    assert lines[-2:] == ["seal 99", "seal 50"] and len(lines) == len(set(lines)) == 64


def test_where_nothing_can_be_remembered_a_model_is_tried_and_plays_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cache").write_text("a file where the folder would be")
    script = """echo x >> "$(dirname "$0")/tried"; echo "{\\"sha256\\": \\"$SEAL\\"}" """
    folder = played_by(tmp_path, monkeypatch, script)
    try_folder(folder, "cpu")
    try_folder(folder, "cpu")
    assert (tmp_path / "tried").read_text().count("x") == 2
