"""Antiphon: a machine musician for live playing."""

import os

# ONNX Runtime from 1.31 on keeps a device id and reports its use, unless told otherwise before it is imported.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

__version__ = "0.1.0"
