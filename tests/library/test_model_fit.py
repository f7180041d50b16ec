"""Which model knows such music: the least surprised, where that is more than chance."""

from __future__ import annotations

import queue
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.engine.streaming import StreamingModel
from bridge.library.model_fit import Judges, ModelFit, advise_model, fits
from bridge.system.helper import Helper

RNG = np.random.default_rng(0)


def fit(name: str, bits: np.ndarray, folder: Path = Path("nowhere")) -> ModelFit:
    return ModelFit(name, folder, bits)


def test_a_model_is_better_only_beyond_chance() -> None:
    bits = RNG.normal(5.0, 2.0, 100)
    same = fit("twin", bits - RNG.normal(0.05, 0.5, 100))
    own = fit("own", bits)
    better = fit("jazz", bits - RNG.normal(0.6, 0.5, 100))
    name, words = advise_model(sorted([own, same], key=lambda one: one.mean), "own")
    assert name == "" and "no model here knows such music better than own" in words
    name, words = advise_model([better, own, same], "own")
    assert name == "jazz" and f"{better.mean:.1f} bits a note, own {own.mean:.1f}" in words
    assert advise_model([better], "a stand-in") == ("", "") and advise_model([], "own") == ("", "")


def test_a_model_says_what_it_learnt_from(tmp_path: Path) -> None:
    data = '[{"source": "hymns", "pieces": 40}, {"source": "rags", "pieces": 7}, {"source": "tunes", "pieces": 20}]'
    (tmp_path / "manifest.json").write_text(f'{{"training": {{"data": {data}}}}}')
    own, better = fit("own", np.full(40, 5.0)), fit("jazz", np.full(40, 4.0), tmp_path)
    _, words = advise_model([better, own], "own")
    assert words.endswith("; it learnt from 67 pieces, most of them hymns and tunes")


def music(count: int) -> tuple[np.ndarray, np.ndarray]:
    from bridge.bench.step import random_music

    return random_music(count), np.zeros((count, 29), dtype=np.float32)


def test_only_the_humans_notes_count_and_some_are_needed(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from small_networks import export_small

    folder = export_small(tmp_path, "transformer")
    (tmp_path / "broken").mkdir()
    events, context = music(80)
    own = np.arange(80) % 2 == 0
    (found,) = fits({"small": folder, "broken": tmp_path / "broken"}, events, context, own)
    assert found.name == "small" and len(found.bits) == 36 and 0 < found.mean < 40
    with pytest.raises(ValueError, match="play 24 at least"):
        fits({"small": folder}, events[:30], context[:30], own[:30])


def test_models_stay_loaded_while_there_is_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    from small_networks import export_small

    folders = [export_small(tmp_path / name, "transformer") for name in ("one", "two")]
    size = sum(path.stat().st_size for path in folders[0].glob("*.onnx"))
    loaded: list[Path] = []
    load = StreamingModel.load

    def counted(folder: Path, provider: str) -> StreamingModel:
        loaded.append(folder)
        return load(folder, provider)

    monkeypatch.setattr(StreamingModel, "load", counted)
    events, context = music(40)
    judges = Judges(size)
    first = judges.surprise(folders[0], events, context)
    judges.surprise(folders[1], events, context)
    assert (judges.surprise(folders[0], events, context) == first).all(), "it begins anew with each question"
    judges.surprise(folders[1], events, context)
    assert loaded == [folders[0], folders[1], folders[1]], "there is room for one"
    manifest = folders[0] / "manifest.json"
    manifest.write_text(manifest.read_text() + "\n")
    judges.surprise(folders[0], events, context)
    assert loaded[3:] == [folders[0]], "another was exported in its place"


def test_the_process_answers_and_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    from small_networks import export_small

    folder = export_small(tmp_path / "models", "transformer")
    monkeypatch.setenv("ANTIPHON_MODELS", str(folder.parent))
    said: queue.Queue[Any] = queue.Queue()
    helper = Helper("bridge.library.model_fit", [], said.put, lambda why: said.put(why))
    try:
        for number, count in ((1, 80), (2, 8)):
            events, context = music(count)
            own = np.ones(count, dtype=np.bool_)
            helper.ask([number, folder.name, events.tobytes(), context.tobytes(), own.tobytes()])
        number, name, words = said.get(timeout=90)
        assert number == 1 and words and name != folder.name
        assert said.get(timeout=90) == [2, "", "0 notes say too little to choose a model by: play 24 at least"]
    finally:
        helper.close()
