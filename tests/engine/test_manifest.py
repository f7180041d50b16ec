"""Broken, foreign and hostile model folders are refused, and the message says what is wrong."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnx")

from engine_graphs import head_weights
from engine_models import REWIND, WIDTH, WINDOW, change_manifest, load, write_model

from bridge.engine.errors import ModelError
from bridge.engine.folders import find_model, find_model_by_name, list_models
from bridge.engine.manifest import load_manifest
from bridge.engine.providers import choose_provider, cuda_missing


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("models") / "small")


@pytest.fixture
def folder(exported: Path, tmp_path: Path) -> Path:
    """A copy of a good model, to be broken."""
    return Path(shutil.copytree(exported, tmp_path / "small"))


def manifest_of(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "manifest.json").read_text()))


def test_a_good_folder_loads(folder: Path) -> None:
    manifest = load_manifest(folder)
    assert (manifest.name, manifest.window, manifest.rewind, manifest.hidden) == ("small", WINDOW, REWIND, WIDTH)
    assert [tensor.name for tensor in manifest.state] == ["k0", "v0", "k1", "v1"]
    assert (manifest.family, manifest.weights, len(manifest.digest)) == ("transformer", "float32", 64)


def test_a_good_folder_says_where_it_runs(folder: Path) -> None:
    model = load(folder)
    assert (model.name, model.provider) == ("small", "CPU, as asked")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"contract": 1}, "contract 1 is not 2 to 3: export the model again"),
        ({"contract": 4}, "contract 4 is not 2 to 3"),
        ({"contract": None}, "contract is None, not a whole number"),
        ({"name": "../small"}, "'../small' is not a plain name"),
        ({"family": 3}, "family is 3, not a text"),
        ({"weights": "int4"}, "weights are 'int4': float32, int8, float16 can be said"),
        ({"weights": None}, "weights is None, not a text"),
        ({"window": 15}, r"state k0 has shape .* \[1, heads, 23, width\] is needed"),
        ({"window": 0}, "window is 0: 1 to 65536"),
        ({"rewind": True}, "rewind is True, not a whole number"),
        ({"max_chunk": 9}, "max_chunk 9 is more than rewind 8"),
        ({"hidden": 1 << 40}, "hidden is"),
        ({"voices": ["keys"]}, "voices are"),
        ({"state": []}, "state kinds are none"),
        ({"state": ["k0"]}, r"state\[0\] is k0, not an object"),
        ({"rotary": None}, "rotary is None, not an object"),
        ({"rotary": {"head_dim": 7, "base": 10000.0}}, "rotary head_dim 7"),
        ({"training": 1}, "training is 1, not an object"),
        ({"graphs": {}}, "graphs.feed is missing"),
    ],
)
def test_a_wrong_entry_is_named(folder: Path, changes: dict[str, Any], message: str) -> None:
    change_manifest(folder, **changes)
    with pytest.raises(ModelError, match=message) as refusal:
        load_manifest(folder)
    assert str(folder / "manifest.json") in str(refusal.value)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("kind", "tape", "kind is 'tape'"),
        ("dtype", "float64", "dtype is 'float64': float32 or float16 is needed"),
        ("shape", [1, 2, -3, 8], "whole numbers above 0"),
        ("shape", [1 << 20, 1 << 20], "holds more than"),
        ("name", "v0", "two state tensors have one name"),
    ],
)
def test_a_wrong_state_tensor_is_named(folder: Path, key: str, value: object, message: str) -> None:
    state = manifest_of(folder)["state"]
    change_manifest(folder, state=[{**state[0], key: value}, *state[1:]])
    with pytest.raises(ModelError, match=message):
        load_manifest(folder)


@pytest.mark.parametrize(
    "key", ["ticks_per_beat", "fields", "context", "dt_ticks", "duration_ticks", "roles", "controls", "ending"]
)
def test_another_vocabulary_is_refused(folder: Path, key: str) -> None:
    change_manifest(folder, vocabulary={**manifest_of(folder)["vocabulary"], key: 7})
    with pytest.raises(ModelError, match=f"vocabulary.{key} is 7"):
        load_manifest(folder)


def test_another_level_of_a_control_is_another_vocabulary(folder: Path) -> None:
    told = manifest_of(folder)["vocabulary"]
    controls = {**told["controls"], "energy": [level + 1 for level in told["controls"]["energy"]]}
    change_manifest(folder, vocabulary={**told, "controls": controls})
    with pytest.raises(ModelError, match=r"vocabulary\.controls is"):
        load_manifest(folder)


def test_only_a_ring_has_positions(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "gru", "gru")
    change_manifest(folder, rotary={"head_dim": 8, "base": 10000.0})
    with pytest.raises(ModelError, match="rotary is given, but the state is of kind snapshot"):
        load_manifest(folder)


def test_a_ring_without_rotary_takes_no_angles(folder: Path, tmp_path: Path) -> None:
    manifest = load(write_model(tmp_path / "convolution", "convolution")).manifest
    assert (manifest.kind, manifest.rotary) == ("ring", None)
    told = manifest_of(folder)
    del told["rotary"]
    (folder / "manifest.json").write_text(json.dumps(told))
    with pytest.raises(ModelError, match=r"feed.onnx: input '(cos|sin)' is not in the contract"):
        load(folder)


def test_a_ring_with_rotary_takes_angles(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "convolution", "convolution")
    change_manifest(folder, rotary={"head_dim": 8, "base": 10000.0})
    with pytest.raises(ModelError, match=r"feed\.onnx: input 'cos' is missing"):
        load(folder)


def test_how_weights_are_held_can_be_said(folder: Path) -> None:
    change_manifest(folder, weights="int8")
    assert load_manifest(folder).weights == "int8"
    change_manifest(folder, weights="float16")
    assert load(folder).manifest.weights == "float16"


def test_state_of_another_type_than_the_manifest_says_is_refused(folder: Path) -> None:
    state = manifest_of(folder)["state"]
    change_manifest(folder, state=[{**tensor, "dtype": "float16"} for tensor in state])
    with pytest.raises(ModelError, match=r"input 'k0' is tensor\(float\) .* the contract says tensor\(float16\)"):
        load(folder)


@pytest.mark.parametrize("file", ["../feed.onnx", "/etc/passwd", "a/b.onnx", "a\\b.onnx", "..", ""])
def test_no_file_outside_the_folder_is_opened(folder: Path, file: str) -> None:
    graphs = manifest_of(folder)["graphs"]
    change_manifest(folder, graphs={**graphs, "feed": {**graphs["feed"], "file": file}})
    with pytest.raises(ModelError, match="is not a plain name"):
        load_manifest(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", "\x00", "[" * 100_000])
def test_what_is_not_json_is_refused(folder: Path, text: str) -> None:
    (folder / "manifest.json").write_text(text)
    with pytest.raises(ModelError, match="JSON"):
        load_manifest(folder)


def test_a_manifest_that_is_no_text_is_refused(folder: Path) -> None:
    (folder / "manifest.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ModelError, match="not JSON"):
        load_manifest(folder)


def test_missing_files_are_named(folder: Path) -> None:
    (folder / "sample.onnx").unlink()
    with pytest.raises(ModelError, match=r"sample.onnx: cannot be read \(No such file"):
        load(folder)
    (folder / "manifest.json").unlink()
    with pytest.raises(ModelError, match=r"manifest.json: cannot be read"):
        load(folder)


def test_changed_graphs_are_refused(folder: Path) -> None:
    data = (folder / "feed.onnx").read_bytes()
    (folder / "feed.onnx").write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(ModelError, match=r"feed.onnx: sha256 is .* the manifest says"):
        load(folder)


def test_graphs_that_are_no_graphs_are_refused(folder: Path) -> None:
    sha_of_empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    (folder / "feed.onnx").write_bytes(b"")
    change_manifest(
        folder, graphs={**manifest_of(folder)["graphs"], "feed": {"file": "feed.onnx", "sha256": sha_of_empty}}
    )
    with pytest.raises(ModelError, match=r"feed.onnx: ONNX Runtime .* refuses it"):
        load(folder)


def test_other_inputs_than_the_contracts_are_refused(folder: Path) -> None:
    graphs = manifest_of(folder)["graphs"]
    change_manifest(folder, graphs={"feed": graphs["sample"], "sample": graphs["feed"]})
    with pytest.raises(ModelError, match=r"sample.onnx: input '.*' is not in the contract"):
        load(folder)


def test_a_missing_input_is_named(folder: Path) -> None:
    state = manifest_of(folder)["state"]
    change_manifest(folder, state=[*state, {**state[0], "name": "k9"}])
    with pytest.raises(ModelError, match=r"feed.onnx: input 'k9' is missing"):
        load(folder)


def test_a_wrong_width_is_named(folder: Path) -> None:
    change_manifest(folder, hidden=33)
    with pytest.raises(ModelError, match=r"output 'hidden' is tensor\(float\) \['T', 32\], the contract says"):
        load(folder)


def test_a_model_that_computes_no_numbers_is_refused(tmp_path: Path) -> None:
    broken = np.ones(WIDTH, dtype=np.float32)
    broken[3] = np.nan
    with pytest.raises(ModelError, match="the model computes nan"):
        load(write_model(tmp_path / "broken", last_norm=broken))
    head = head_weights()
    head["duration_logits"][0, 5] = np.nan
    with pytest.raises(ModelError, match="the model gives log-probabilities"):
        load(write_model(tmp_path / "odd", head=head))


def test_a_name_from_the_network_never_becomes_a_path(
    exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANTIPHON_MODELS", str(exported.parent))
    assert find_model_by_name("small") == exported
    for name in (str(exported), "../small", "./small", "small/", "small/../small", "", ".", "..", "~", "SMALL\x00"):
        with pytest.raises(ModelError, match="no model"):
            find_model_by_name(name)


def test_models_are_found_by_folder_variable_and_working_folder(
    exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ANTIPHON_MODELS", raising=False)
    monkeypatch.chdir(tmp_path)
    assert find_model(exported) == find_model(str(exported)) == exported
    with pytest.raises(ModelError, match=r"no model 'small': there are .*searched"):
        find_model("small")
    with pytest.raises(ModelError, match=r"it holds no manifest\.json"):
        find_model("/nowhere/small")
    gru = write_model(tmp_path / "exported_models" / "gru", "gru")
    (tmp_path / "exported_models" / ".hidden.partial").mkdir()
    assert list_models()["gru"] == gru
    monkeypatch.setenv("ANTIPHON_MODELS", str(exported.parent))
    assert list_models()["small"] == find_model("small") == exported


def test_the_provider_is_chosen_with_a_reason() -> None:
    assert choose_provider("cpu").order == ["CPUExecutionProvider"]
    with pytest.raises(ModelError, match="no provider 'tpu': choose from auto, cpu, cuda"):
        choose_provider("tpu")
    missing = cuda_missing()
    if missing is None:
        assert choose_provider("auto").cuda
    else:
        assert choose_provider("auto").reason == f"CPU, because {missing}"
        with pytest.raises(ModelError, match="provider cuda cannot be used"):
            choose_provider("cuda")
