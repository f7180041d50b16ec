"""What the last of some events looked at: `attention.onnx` of a model folder, for explanations alone.

A whole pass of the network over the last events, from the same weights as `feed.onnx`, with no memory: so the note path
is what it is without it.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.engine.checks import check_events
from bridge.engine.errors import ModelError
from bridge.engine.manifest import Manifest
from bridge.engine.model import Contexts, Events
from bridge.engine.onnx_session import ANY, FLOAT, INTEGER, OnnxSession, Signature, Slot
from bridge.engine.providers import Provider
from bridge.engine.repetition import STREAM_SIZE, echoes
from bridge.engine.state import RotaryInputs
from bridge.vocabulary.codec import CONTEXT_SIZE, FIELDS

_CPU: Final = Provider("CPU", "CPU: an explanation waits for nobody")
_TRIAL: Final = 3


def attention_signature(manifest: Manifest) -> tuple[Signature, Signature]:
    """Inputs and outputs of `attention.onnx`, as the contract says; None stands for T events, layers or heads."""
    assert manifest.rotary is not None
    angles: Slot = (FLOAT, (None, manifest.rotary.head_dim // 2))
    inputs: dict[str, Slot] = {
        "events": (INTEGER, (None, len(FIELDS))),
        "context": (FLOAT, (None, CONTEXT_SIZE)),
        "cos": angles,
        "sin": angles,
    }
    if manifest.echo:
        inputs["echo"] = (INTEGER, (None, STREAM_SIZE))
    return inputs, {"attention": (FLOAT, (ANY, ANY, None))}


class Attention:
    """Reads the attention of a folder that has the graph for it."""

    def __init__(self, manifest: Manifest) -> None:
        """Open the graph, check it and try it out. Raises ModelError, or ValueError for a folder without one."""
        if manifest.attention is None:
            raise ValueError(f"model {manifest.name} has no attention.onnx: export it again")
        self._manifest = manifest
        self._session = OnnxSession(manifest.attention, _CPU)
        self._session.check(*attention_signature(manifest))
        events = np.zeros((_TRIAL, len(FIELDS)), dtype=np.int64)
        try:
            found = self.of(events, np.zeros((_TRIAL, CONTEXT_SIZE), dtype=np.float32))
        except ModelError:
            raise
        except Exception as error:  # noqa: BLE001 - the runtime's exceptions share no base class
            raise ModelError(f"{manifest.attention.path}: it does not run ({error}); export it again") from None
        if found.shape[2] != _TRIAL:
            raise ModelError(f"{manifest.attention.path}: it pays attention to {found.shape[2]} of {_TRIAL} events")

    def of(self, events: Events, context: Contexts) -> npt.NDArray[np.float32]:
        """What the last event of `events` int64 [T, 5] pays to each, float32 [layers, heads, T].

        `events` is all that was heard, any number of which the last `window` are looked at: what lies further back gets
        nothing. Each head's attention sums to 1. Raises ValueError for no event, ModelError for a graph that breaks its
        contract.
        """
        check_events(events, context)
        if not len(events):
            raise ValueError("nothing was heard: there is nothing to look at")
        manifest = self._manifest
        assert manifest.rotary is not None and manifest.attention is not None
        first = max(len(events) - manifest.window, 0)
        count = len(events) - first
        rotary = RotaryInputs(count, manifest.rotary.head_dim, manifest.rotary.base)
        rotary.place(first)
        inputs = {"events": events[first:], "context": context[first:], "cos": rotary.cos, "sin": rotary.sin}
        if manifest.echo:
            inputs["echo"] = echoes(events)[first:]
        found = self._session.run({name: np.ascontiguousarray(array) for name, array in inputs.items()}, "attention")
        sums = found.sum(axis=-1)
        if not np.isfinite(found).all() or found.min() < 0 or np.abs(sums - 1.0).max() > 0.01:
            raise ModelError(f"{manifest.attention.path}: its attention sums to {sums.ravel()[0]:g}; export it again")
        return np.concatenate([np.zeros((*found.shape[:2], first), dtype=np.float32), found], axis=2)
