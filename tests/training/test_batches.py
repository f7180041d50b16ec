"""Batches as tensors: the same whoever draws them."""

from pathlib import Path

import numpy as np
import pytest
import torch
from training_corpus import scale, write_corpus

from bridge.data.corpus import Corpus
from bridge.training.batches import batches
from bridge.training.crops import CropSampler
from bridge.training.processes import OneProcess


# Where processes are forked, Python warns of a process with threads; these only draw with NumPy.
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("workers", [0, 2])
def test_batches_come_in_order_from_where_a_run_goes_on(workers: int, tmp_path: Path) -> None:
    sampler = CropSampler(Corpus(write_corpus(tmp_path / "data", [("mine", "train", scale(80))])), 2, 32)
    source = batches(sampler, 5, OneProcess("cpu"), workers)
    for number in (5, 6, 7):
        for drawn, expected in zip(next(source), sampler.draw(number), strict=True):
            assert isinstance(drawn, torch.Tensor)
            np.testing.assert_array_equal(drawn.numpy(), expected)
