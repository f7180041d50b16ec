"""Drawing an event: `sample.onnx` of contract 2, with its buffers bound once."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bridge.engine.checks import check_drawn, check_given, check_sampling
from bridge.engine.constraints import Constraints
from bridge.engine.manifest import Manifest
from bridge.engine.model import DRAW, Given, PerField, Sample
from bridge.engine.onnx_session import BOOLEAN, FLOAT, INTEGER, OnnxSession, Signature, Slot
from bridge.vocabulary.codec import FIELDS, SIZES, Event
from bridge.vocabulary.guide import FREE, Guide, check_guide, free_guide

_COUNT: Final = len(FIELDS)
_ALTERNATIVES: Final = 4
_BELOW_ONE: Final = np.nextafter(np.float32(1.0), np.float32(0.0))


def sample_signature(manifest: Manifest) -> tuple[Signature, Signature]:
    """Inputs and outputs of `sample.onnx`, as the contract says."""
    inputs: dict[str, Slot] = {"hidden": (FLOAT, (1, manifest.hidden))}
    inputs |= {name: (FLOAT, (_COUNT,)) for name in ("uniform", "temperature", "top_p")}
    for field, size in zip(FIELDS, SIZES, strict=True):
        inputs[f"{field}_mask"] = (BOOLEAN, (SIZES[1], size) if field == "pitch" else (size,))
    inputs |= {"guide": (INTEGER, (manifest.guide,)), "given": (INTEGER, (_COUNT,))}
    outputs: dict[str, Slot] = {
        "event": (INTEGER, (_COUNT,)),
        "log_prob": (FLOAT, (_COUNT,)),
        "alternatives": (INTEGER, (_COUNT, _ALTERNATIVES)),
        "alternative_probs": (FLOAT, (_COUNT, _ALTERNATIVES)),
    }
    return inputs, outputs


class SamplerV2:
    """Draws events from hidden states."""

    def __init__(self, session: OnnxSession, manifest: Manifest) -> None:
        self._name = manifest.name
        self._hidden = np.zeros((1, manifest.hidden), dtype=np.float32)
        self._uniform, self._temperature, self._top_p = (np.ones(_COUNT, dtype=np.float32) for _ in range(3))
        self._masks = Constraints()
        self._guide = free_guide()[: manifest.guide]
        self._given = np.full(_COUNT, DRAW, dtype=np.int64)
        self._event = np.zeros(_COUNT, dtype=np.int64)
        self._log_prob = np.zeros(_COUNT, dtype=np.float32)
        self._alternatives = np.zeros((_COUNT, _ALTERNATIVES), dtype=np.int64)
        self._alternative_probs = np.zeros((_COUNT, _ALTERNATIVES), dtype=np.float32)
        inputs: dict[str, npt.NDArray[Any]] = {
            "hidden": self._hidden,
            "uniform": self._uniform,
            "temperature": self._temperature,
            "top_p": self._top_p,
            **{f"{field}_mask": getattr(self._masks, field) for field in FIELDS},
            "guide": self._guide,
            "given": self._given,
        }
        outputs: dict[str, npt.NDArray[Any]] = {
            "event": self._event,
            "log_prob": self._log_prob,
            "alternatives": self._alternatives,
            "alternative_probs": self._alternative_probs,
        }
        self._call = session.bind(inputs, outputs, {})

    def draw(
        self,
        hidden: npt.NDArray[np.float32],
        constraints: Constraints,
        uniform: npt.NDArray[np.float32],
        temperature: PerField,
        top_p: PerField,
        guide: Guide | None = None,
        given: Given | None = None,
    ) -> Sample:
        """The next event after `hidden`, float32 [H].

        Raises ValueError as `check_sampling`, `check_guide` and `check_given`, ModelError where the graph broke its
        contract.
        """
        temperatures, shares = check_sampling(uniform, temperature, top_p)
        self._condition(guide, given)
        self._temperature[:], self._top_p[:] = temperatures, shares
        self._hidden[0] = hidden
        np.minimum(uniform, _BELOW_ONE, out=self._uniform)
        masks = self._masks
        masks.dt[:] = constraints.dt
        masks.voice[:] = constraints.voice
        masks.pitch[:] = constraints.pitch
        masks.velocity[:] = constraints.velocity
        masks.duration[:] = constraints.duration
        self._call.run()
        event = Event(*self._event.tolist())
        check_drawn(self._name, event, self._masks, self._given.tolist())
        return Sample(
            event,
            tuple(self._log_prob.tolist()),
            tuple(map(tuple, self._alternatives.tolist())),
            tuple(map(tuple, self._alternative_probs.tolist())),
        )

    def rehearse(self) -> None:
        """Draw as the last time, for nobody."""
        self._call.run()

    def _condition(self, guide: Guide | None, given: Given | None) -> None:
        if guide is None:
            self._guide.fill(FREE)
        else:
            check_guide(guide)
            self._guide[:] = guide[: len(self._guide)]
        if given is None:
            self._given.fill(DRAW)
        else:
            self._given[:] = check_given(given)
