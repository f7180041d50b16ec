"""A small model with an ear for likeness, as a folder, for the tests of a library beside a set."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from click.testing import CliRunner
from library_songs import make_library
from small_networks import WIDTH, export_small

from bridge.cli import main
from bridge.training.embedding import Projection, build_embedding
from bridge.training.export import add_embedding


def some_projection(seed: int = 0) -> Projection:
    """Of a small network's states, at random."""
    rng = np.random.default_rng(seed)
    return Projection(*(rng.normal(size=size).astype(np.float32) for size in (2 * WIDTH, (2 * WIDTH, 64))))


def model_with_ear(folder: Path) -> Path:
    """A transformer's folder."""
    model = export_small(folder, "transformer")
    add_embedding(model, build_embedding(some_projection()).SerializeToString(), 64)
    return model


def indexed_library(tmp_path: Path) -> tuple[Path, Path]:
    """A model's folder, and a library that it has indexed."""
    model, library = model_with_ear(tmp_path), make_library(tmp_path)
    done = CliRunner().invoke(main, ["index", str(library), "--model", str(model)])
    assert done.exit_code == 0, done.output
    return model, library
