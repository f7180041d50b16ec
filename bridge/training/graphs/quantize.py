"""Weights in 8 bits: each block of a row is whole numbers times one scale, as the operator MatMulNBits holds them."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

# Neighbouring weights of a row that share a scale: longer ones are faster, and no worse to hear.
BLOCK: Final = 128
_ZERO: Final = 128  # MatMulNBits takes bytes as numbers around this.
_LARGEST: Final = 127


def quantized(matrix: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32]]:
    """Of `matrix` [outputs, inputs]: bytes [outputs, inputs / BLOCK, BLOCK] and scales [outputs, inputs / BLOCK].

    A weight is (byte - 128) * scale, off by half a scale at most; the largest of a block is met exactly.
    """
    blocks = matrix.reshape(len(matrix), -1, BLOCK)
    scales = (np.abs(blocks).max(axis=-1) / _LARGEST).astype(np.float32)
    steps = np.where(scales > 0, scales, np.float32(1.0))[..., None]
    return (np.rint(blocks / steps) + _ZERO).astype(np.uint8), scales
