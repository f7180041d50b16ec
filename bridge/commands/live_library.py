"""A library beside a set: which model it needs, and the surface that answers for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bridge.commands.model_loading import TWINS
from bridge.commands.options import AUTO_MODEL
from bridge.system.terminal import say

if TYPE_CHECKING:
    from bridge.engine.model import Model
    from bridge.live.daemon import Daemon


def model_of_library(library: Path, model: str) -> str:
    """The model that is to play: where that was left open, the one whose ear made the index.

    Raises IndexRefused where there is no index, or another model made it.
    """
    from bridge.engine.folders import find_model, find_model_by_name
    from bridge.engine.manifest import load_manifest
    from bridge.library.shelf import made_by

    open_choice = model == AUTO_MODEL
    folders = [find_model_by_name(name) for name in TWINS] if open_choice else [find_model(model)]
    found = made_by(library, [load_manifest(folder) for folder in folders])
    return found.name if open_choice else model


def attach_library(daemon: Daemon, library: Path, model: Model) -> None:
    """Have the daemon answer for a library, by the ear of the model that plays."""
    from bridge.engine.streaming import StreamingModel
    from bridge.library.heard import heard_lately
    from bridge.library.surface import LibrarySurface

    assert isinstance(model, StreamingModel)
    daemon.attach(LibrarySurface(daemon, library, model.manifest, lambda: heard_lately(daemon.performer)))
    say(f"library {library}")
