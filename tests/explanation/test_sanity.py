"""The check of causes on held-out pieces, by a model that plays at random."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx")
pytest.importorskip("torch")

from evaluation_music import line, prepared
from small_networks import export_small, load

from bridge.data.corpus import Corpus
from bridge.explanation.sanity import leave_out_top


def test_what_is_left_out_is_measured(tmp_path: Path) -> None:
    corpus = Corpus(
        prepared(
            tmp_path / "data", {"songs": [("valid", line([60 + 5 * i % 13 for i in range(90)])) for _ in range(2)]}
        )
    )
    model = load(export_small(tmp_path, "gru"))
    told: list[float] = []
    found = leave_out_top(corpus, "valid", model, 6, told.append)
    assert found.notes == 6 and told[-1] == pytest.approx(1.0)
    # Whose weights are random names causes that are none: how much they matter is asked of a model that learnt.
    assert np.isfinite([found.top, found.others]).all() and found.top != found.others
