"""The model side: constraints, streaming state, ONNX sessions.

`model.py` says what a model is, `fake.py` is one that needs nothing, `streaming.py` runs ONNX folders; what a model
remembers is in `state.py`, and taking it back in `rewind.py`. Importing this package loads no ONNX Runtime;
`streaming.py` and `onnx_session.py` do.
"""

from bridge.engine.constraints import Constraints
from bridge.engine.model import DRAW, Given, Model, PerField, Sample, Snapshot

__all__ = ["DRAW", "Constraints", "Given", "Model", "PerField", "Sample", "Snapshot"]
