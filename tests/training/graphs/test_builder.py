"""Weights in 8 bits: as near as a byte can be, and a product that takes them."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")

from bridge.training.graphs.builder import BLOCK, quantized


def test_a_weight_is_off_by_half_a_step_at_most() -> None:
    matrix = np.random.default_rng(0).normal(0, 0.1, (6, 2 * BLOCK)).astype(np.float32)
    matrix[1, :BLOCK] = 0.0
    packed, scales = quantized(matrix)
    assert packed.shape == (6, 2, BLOCK) and scales.shape == (6, 2)
    again = ((packed.astype(np.float32) - 128) * scales[..., None]).reshape(matrix.shape)
    assert (np.abs(again - matrix) <= np.repeat(scales, BLOCK, axis=1) / 2 + 1e-7).all()
    assert (again[1, :BLOCK] == 0).all()
    np.testing.assert_allclose(np.abs(again).max(), np.abs(matrix).max(), rtol=1e-6)


def test_the_largest_weights_meet_the_ends_of_the_scale() -> None:
    matrix = np.zeros((1, BLOCK), dtype=np.float32)
    matrix[0, :4] = (12.7, -12.7, 0.1, -0.04)
    packed, scales = quantized(matrix)
    assert packed[0, 0, :5].tolist() == [255, 1, 129, 128, 128]
    assert scales[0, 0] == pytest.approx(0.1)
