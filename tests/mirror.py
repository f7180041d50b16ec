"""Tests stand in the rooms of what they test: bridge/ROOM/MODULE.py has tests/ROOM/test_MODULE.py.

Modules without a test of their name are listed here, each beside the tests that go through it. The list may only become
shorter: a new module comes with its test. tests/test_architecture.py holds it to that.
"""

from __future__ import annotations

from pathlib import Path

from places import ROOT

# How many modules may be listed below. When it is fewer, write the smaller number.
MOST = 31

# The tests that go through modules which have none of their name, and these modules.
THROUGH: dict[str, str] = {
    "commands/test_evaluate.py": "evaluation.past evaluation.report",
    "commands/test_index.py": "commands.recommend",
    "engine/test_sampler.py": "engine.onnx_session engine.sampler_v2",
    "engine/test_streaming.py": "engine.candidates engine.memories engine.tape",
    "evaluation/playing/test_evaluate.py": "commands.assess",
    "evaluation/reviewing/test_review.py": "evaluation.reviewing.pages",
    "explanation/test_report.py": "commands.report",
    "osc/test_table.py": "vocabulary.requests",
    "performer/modes/test_duet.py": "performer.modes.duet_pace performer.modes.partner performer.stage",
    "performer/modes/test_respond.py": "performer.modes.base",
    "performer/test_band.py": "performer.band_part",
    "performer/test_performer.py": "performer.groove_library",
    "performer/test_sampling.py": "performer.modes.answer",
    "performer/test_side_by_side.py": "performer.modes.side_by_side",
    "real_ports/test_jam.py": "commands.model_loading",
    "test_cli.py": "commands.review",
    "training/test_critic.py": "commands.critic",
    "training/test_embedding.py": "commands.embedding",
    "training/test_export.py": (
        "training.graphs.attention training.graphs.feed training.graphs.past training.graphs.sample"
    ),
    "training/test_recalling.py": "training.echoing",
    "web/test_surface.py": "web.process",
}


def modules() -> dict[str, Path]:
    """Modules by name (`performer.modes.duet`), and where their tests belong."""
    package = ROOT / "bridge"
    paths = (path.relative_to(package) for path in sorted(package.rglob("*.py")) if not path.name.startswith("__"))
    return {".".join(path.with_suffix("").parts): ROOT / "tests" / path.parent / f"test_{path.name}" for path in paths}


def without() -> set[str]:
    return {name for name, test in modules().items() if not test.exists()}


def listed() -> list[str]:
    return [name for names in THROUGH.values() for name in names.split()]
