"""A folder that computes something else than the network is found out."""

from __future__ import annotations

import numpy as np
import pytest
from small_networks import export_small, load, music, network

from bridge.training import verify as module
from bridge.training.verify import TOLERANCES, batch_difference, verify


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    return export_small(tmp_path_factory.mktemp("models") / "small", "gru")


def test_what_was_exported_is_what_was_trained(folder) -> None:  # type: ignore[no-untyped-def]
    assert verify(folder, network("gru")) <= TOLERANCES["float32"]


def test_other_weights_are_found_out(folder) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=r"streaming differs from the full pass by .*, more than 0.0001"):
        verify(folder, network("gru", seed=1))


def test_a_number_that_is_none_is_no_agreement(folder, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(module, "batch_difference", lambda streaming, random: float("nan"))
    other = network("gru")
    monkeypatch.setattr(module, "max", lambda *values: values[-1], raising=False)
    with pytest.raises(ValueError, match="differs from the full pass by nan"):
        verify(folder, other)


def test_candidates_side_by_side_are_as_one_after_the_other(folder) -> None:  # type: ignore[no-untyped-def]
    streaming = load(folder)
    streaming.feed(*music(6))
    assert batch_difference(streaming, np.random.default_rng(0)) < TOLERANCES["float32"]
