"""The attention that is read is the attention that the network pays, and a folder need not have it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx")
pytest.importorskip("torch")

import torch
from engine_models import change_manifest
from small_networks import SMALL, export_small, load, music, network

from bridge.engine.attention import Attention
from bridge.engine.errors import ModelError
from bridge.engine.manifest import load_manifest
from bridge.engine.repetition import told
from bridge.training.export import add_attention
from bridge.training.families.transformer import TransformerConfig, rotary_angles, rotate

COUNT = 12  # within the window of 16


@pytest.fixture(scope="module", params=["transformer", "transformer-echo"])
def family(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def folder(family: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_small(tmp_path_factory.mktemp("models"), family)


def paid(family: str, events: np.ndarray, context: np.ndarray) -> np.ndarray:
    """By PyTorch, the last event's softmax over products of query and keys, [layers, heads, T]."""
    model, config = network(family), SMALL[family]
    assert isinstance(config, TransformerConfig)
    rows: list[np.ndarray] = []

    def watch(block: torch.nn.Module, arguments: tuple[torch.Tensor, ...]) -> None:
        x = arguments[0]
        heads = block.qkv(block.attention_norm(x)).view(*x.shape[:2], -1, config.head_dim).transpose(1, 2)
        cos, sin = rotary_angles(torch.arange(x.shape[1]), config.head_dim, config.rotary_base)
        query = rotate(heads[:, : config.heads], cos, sin)[0, :, -1]
        key = rotate(heads[:, config.heads : config.heads + config.kv_heads], cos, sin)[0]
        key = key.repeat_interleave(config.heads // config.kv_heads, dim=0)
        products = (key @ query[:, :, None])[..., 0] / config.head_dim**0.5
        rows.append(products.softmax(-1).numpy())

    for block in model.backbone.blocks:
        block.register_forward_pre_hook(watch)
    # Of an event only what came up to it is echoed; what follows the last is anybody's.
    coming = np.concatenate([events, events[:1]])
    with torch.no_grad():
        model(*(torch.from_numpy(part)[None] for part in (events, context, told(coming))))
    return np.stack(rows)


def test_it_is_the_networks_own(family: str, folder: Path) -> None:
    events, context = music(COUNT)
    found = Attention(load_manifest(folder)).of(events, context)
    np.testing.assert_allclose(found, paid(family, events, context), atol=1e-5)


def test_what_lies_beyond_the_window_gets_none(folder: Path) -> None:
    events, context = music(40)
    found = Attention(load_manifest(folder)).of(events, context)
    assert found.shape[2] == 40
    assert not found[..., :24].any() and found[..., 24:].all()
    np.testing.assert_allclose(found.sum(axis=2), 1.0, atol=1e-5)


def test_it_is_no_part_of_what_plays(family: str, folder: Path) -> None:
    manifest = load_manifest(folder)
    change_manifest(folder, attention=None)
    with pytest.raises(ModelError, match="attention"):
        load_manifest(folder)
    add = {"file": "attention.onnx", "sha256": "0" * 64}
    change_manifest(folder, attention=add)
    assert load_manifest(folder).digest == manifest.digest
    load(folder)  # nobody opens it
    with pytest.raises(ModelError, match="sha256"):
        Attention(load_manifest(folder))
    add_attention(folder, network(family))
    assert load_manifest(folder).attention == manifest.attention


def test_others_pay_none(tmp_path: Path) -> None:
    folder = export_small(tmp_path, "gru")
    assert load_manifest(folder).attention is None
    with pytest.raises(ValueError, match="has no attention"):
        Attention(load_manifest(folder))
    with pytest.raises(ValueError, match="pays no attention"):
        add_attention(folder, network("gru"))
    change_manifest(folder, attention={"file": "a.onnx", "sha256": "0" * 64})
    with pytest.raises(ModelError, match="only a ring with rotary"):
        load_manifest(folder)
