"""One vector for a phrase: `embedding.onnx` of a model folder, over the hidden states after the phrase's notes.

Vectors of length 1; the product of two says how alike the phrases are, -1 to 1.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.engine.errors import ModelError
from bridge.engine.manifest import Manifest
from bridge.engine.onnx_session import FLOAT, OnnxSession
from bridge.engine.providers import Provider

_CPU: Final = Provider("CPU", "CPU: one product is too small for anything else")
_TRIAL: Final = 3


def identity_of(manifest: Manifest) -> str:
    """What vectors are of: those of others cannot be compared with them. Raises ValueError for a folder without an ear.

    It changes with the graphs that hear, too.
    """
    if manifest.embedding is None:
        raise ValueError(
            f"model {manifest.name} has no ear for likeness (embedding.onnx): antiphon embedding teaches it one"
        )
    return f"{manifest.ear[:16]} {manifest.embedding.graph.sha256[:16]}"


class Embedding:
    """Makes vectors with the graph of a folder that has one."""

    def __init__(self, manifest: Manifest) -> None:
        """Open the graph, check it and try it out. Raises ModelError, or ValueError for a folder without one."""
        self.identity = identity_of(manifest)
        entry = manifest.embedding
        assert entry is not None
        self.width = entry.width
        self._hidden = manifest.hidden
        self._path = entry.graph.path
        self._session = OnnxSession(entry.graph, _CPU)
        self._session.check({"hidden": (FLOAT, (None, manifest.hidden))}, {"vector": (FLOAT, (entry.width,))})
        try:
            self.of(np.zeros((_TRIAL, manifest.hidden), dtype=np.float32))
            self.of(np.random.default_rng(0).random((1, manifest.hidden), dtype=np.float32))
        except ModelError:
            raise
        except Exception as error:  # noqa: BLE001 - the runtime's exceptions share no base class
            raise ModelError(f"{self._path}: it does not run ({error}); teach it again") from None

    def of(self, hidden: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """The vector float32 [width] of a phrase, after whose notes the hidden states were `hidden` [T, H], T > 0.

        Raises ValueError for another shape, ModelError for a graph that breaks its contract.
        """
        if hidden.ndim != 2 or hidden.shape[1] != self._hidden or not len(hidden):
            raise ValueError(f"hidden states are {list(hidden.shape)}: [T, {self._hidden}] is needed, T above 0")
        vector = self._session.run({"hidden": np.ascontiguousarray(hidden, dtype=np.float32)}, "vector")
        length = float(np.linalg.norm(vector))
        if not abs(length - 1.0) < 1e-2:
            raise ModelError(f"{self._path}: its vector has length {length:g}, not 1; teach it again")
        return vector
