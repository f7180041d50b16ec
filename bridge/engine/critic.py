"""The critic of a model folder: how well an answer continues what was heard, one number for each candidate.

It knows nothing of music. Whoever asks computes the features that `features` names, in that order, and puts them in;
the highest score is the best candidate.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bridge.engine.errors import ModelError
from bridge.engine.manifest import CriticEntry, Manifest
from bridge.engine.onnx_session import FLOAT, OnnxSession, Signature
from bridge.engine.providers import Provider

# The largest number of candidates that is scored in one call; more are scored in several.
MOST_AT_ONCE: Final = 64
_CPU: Final = Provider("CPU", "CPU: a critic is too small for anything else")


def critic_signature(entry: CriticEntry) -> tuple[Signature, Signature]:
    """Inputs and outputs of `critic.onnx`, as the contract says."""
    return {"features": (FLOAT, (None, len(entry.features)))}, {"score": (FLOAT, (None,))}


class OnnxCritic:
    """Satisfies `bridge.engine.model.Critic` with the critic of a folder."""

    def __init__(self, entry: CriticEntry, name: str) -> None:
        """Open the graph, check it and try it out. Raises ModelError. `name` is the model's."""
        self._name = name
        self._features = entry.features
        session = OnnxSession(entry.graph, _CPU)
        session.check(*critic_signature(entry))
        self._session = session
        self._calls: dict[int, tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], Any]] = {}
        try:
            scores = self.score(np.zeros((2, len(self._features)), dtype=np.float32))
        except ModelError:
            raise
        except Exception as error:  # noqa: BLE001 - the runtime's exceptions share no base class
            raise ModelError(f"{entry.graph.path}: the critic does not run ({error}); export it again") from None
        if scores[0] != scores[1]:
            raise ModelError(
                f"{entry.graph.path}: the critic scores equal candidates {scores.tolist()}; export it again"
            )

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the numbers that it is given of each candidate, in order."""
        return self._features

    def score(self, features: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """One number for each candidate, float32 [N], higher is better; `features` float32 [N, F], any N.

        Raises ValueError for another shape or type or a number that is not finite, ModelError where the graph breaks
        its contract.
        """
        if features.ndim != 2 or features.shape[1] != len(self._features) or features.dtype != np.float32:
            raise ValueError(
                f"features are {features.dtype}{list(features.shape)}: float32 [N, {len(self._features)}] is needed"
            )
        if not np.isfinite(features).all():
            row, column = np.argwhere(~np.isfinite(features))[0]
            raise ValueError(
                f"feature {self._features[column]} of candidate {row} is {features[row, column]}: "
                "a finite number is needed"
            )
        parts = [features[i : i + MOST_AT_ONCE] for i in range(0, len(features), MOST_AT_ONCE)]
        scores = [self._score(part) for part in parts]
        return np.concatenate(scores) if scores else np.zeros(0, dtype=np.float32)

    def _score(self, features: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        count = len(features)
        if count not in self._calls:
            inputs = np.zeros(features.shape, dtype=np.float32)
            score = np.zeros(count, dtype=np.float32)
            self._calls[count] = inputs, score, self._session.bind({"features": inputs}, {"score": score}, {})
        inputs, score, call = self._calls[count]
        inputs[:] = features
        call.run()
        if not np.isfinite(score).all():
            raise ModelError(f"model {self._name}: its critic scores {score.tolist()}; export it again")
        return score.copy()


def load_critic(manifest: Manifest) -> OnnxCritic | None:
    """The critic of a folder, None where it has none. Raises ModelError for one that cannot be used."""
    return None if manifest.critic is None else OnnxCritic(manifest.critic, manifest.name)
