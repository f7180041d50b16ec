"""What is left out, and what that does to the odds."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("onnx")
pytest.importorskip("torch")

from explained_cases import BEAT, HALF, LONG, SHORT, case, events
from small_networks import export_small, load

from bridge.engine.attention import Attention
from bridge.engine.manifest import load_manifest
from bridge.engine.streaming import StreamingModel
from bridge.explanation.causes import Occlusion, leave_out
from bridge.vocabulary.codec import DT_TICKS, context


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[StreamingModel, Attention]:
    folder = export_small(tmp_path_factory.mktemp("models"), "transformer-echo")
    return load(folder), Attention(load_manifest(folder))


def test_waits_add_up_and_contexts_forget_what_is_gone() -> None:
    music = events((0, 60, LONG), (HALF, 64, SHORT), (HALF, 67, SHORT), (BEAT, 72, SHORT))
    around = np.stack([context([60]), context([60, 64]), context([60, 67]), context([72])])
    out, told = leave_out(music, around, [0], 0)
    np.testing.assert_array_equal(out[:, 2], [64, 67, 72])
    assert int(DT_TICKS[out[0, 0]]) == 24
    np.testing.assert_array_equal(np.flatnonzero(told[0, :12]), [4])
    np.testing.assert_array_equal(np.flatnonzero(told[2, :12]), [0])  # another C that sounds itself
    out, told = leave_out(music, around, [1, 2], 1)
    assert [int(DT_TICKS[wait]) for wait in out[:, 0]] == [96]


def test_effects_are_differences_of_log_probabilities(small: tuple[StreamingModel, Attention]) -> None:
    model, _ = small
    one = case([60, 62, 64, 65, 67, 69, 71])
    heard = Occlusion(model, one, near=4)
    assert heard.first == 2
    found = {cause.place: cause.effect for cause in heard.each()}
    assert sorted(found) == [2, 3, 4, 5]
    out, told = leave_out(one.events, one.context, [3], 0)
    model.reset()
    model.feed(one.events, one.context)
    whole = sum(model.score(one.event))
    model.reset()
    model.feed(out, told)
    assert found[3] == pytest.approx(whole - sum(model.score(one.event)), abs=1e-4)
    with pytest.raises(ValueError, match="too far back"):
        heard.effect([1])
