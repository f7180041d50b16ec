"""Tests stand in the rooms of what they test: bridge/ROOM/MODULE.py has tests/ROOM/test_MODULE.py.

Modules without a test of their name are listed here, each with the tests that go through it, and why they are enough.
The list may only become shorter: a new module comes with its test. tests/test_architecture.py holds it to that.
"""

from __future__ import annotations

from pathlib import Path

from places import ROOT

# How many modules may be listed below. When it is fewer, write the smaller number.
MOST = 13

_STATE = "what a model remembers shows in what it plays: as a full pass would, after every rewind and copy"
_GRAPH = "a graph is right where it computes what PyTorch does, which needs all of its parts at once"
_MODE = "what it does shows in a set that is played"

# Modules that have no test of their name: the tests that go through each, and why there.
WITHOUT: dict[str, tuple[str, str]] = {
    "engine.forks": ("engine/test_batch.py", _STATE),
    "engine.onnx_session": (
        "engine/test_model.py",
        "each model that is loaded, or refused",
    ),
    "engine.sampler": ("training/test_export.py", "it draws from an exported graph, beside PyTorch's own odds"),
    "engine.tape": ("engine/test_streaming.py", _STATE),
    "performer.modes.answer": ("performer/modes/test_respond.py", _MODE),
    "performer.modes.base": (
        "performer/modes/test_respond.py",
        "what modes are asked, nothing done by default",
    ),
    "performer.modes.partner": ("performer/modes/test_duet.py", _MODE),
    "training.graphs.attention": ("engine/test_attention.py", _GRAPH),
    "training.graphs.feed": ("training/test_export.py", _GRAPH),
    "training.graphs.past": ("training/test_export.py", _GRAPH),
    "training.graphs.sample": ("training/test_export.py", _GRAPH),
    "vocabulary.requests": ("osc/test_decode.py", "dataclasses alone: that each can be asked for is the table's test"),
    "web.page_process": (
        "web/test_surface.py",
        "a process that serves what is handed down to it, started as the page is",
    ),
}


def modules() -> dict[str, Path]:
    """Modules by name (`performer.modes.duet`), and where their tests belong."""
    package = ROOT / "bridge"
    paths = (path.relative_to(package) for path in sorted(package.rglob("*.py")) if not path.name.startswith("__"))
    return {".".join(path.with_suffix("").parts): ROOT / "tests" / path.parent / f"test_{path.name}" for path in paths}


def without() -> set[str]:
    return {name for name, test in modules().items() if not test.exists()}
