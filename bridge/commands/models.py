"""`antiphon models`: which models can play."""

from __future__ import annotations

from pathlib import Path

import click

from bridge.system import terminal
from bridge.system.terminal import say


@click.command(name="models")
def command() -> None:
    """List the models that --model and /antiphon/model find by name, and what they are.

    Their manifests are read, and nothing of them is run: antiphon doctor does that.
    """
    from rich.table import Table

    from bridge.engine.errors import ModelError
    from bridge.engine.folders import MODELS_VARIABLE, list_models, search_folders

    models = list_models()
    if not models:
        searched = ", ".join(map(str, search_folders()))
        say(f"no models; searched {searched}; {MODELS_VARIABLE} names more folders, antiphon export makes a model")
        raise SystemExit(1)
    table = Table(show_edge=False)
    table.add_column("model", no_wrap=True)
    for heading in ("family", "weights", "remembers", "size"):
        table.add_column(heading, no_wrap=True)
    table.add_column("folder", overflow="fold")
    refused = []
    for name, folder in models.items():
        try:
            table.add_row(name, *_row(folder), _shown(folder))
        except ModelError as error:
            refused.append(f"{name}: {error}")
    console = terminal.console()
    console.print(table)
    for line in refused:
        console.print(line, style=terminal.WARNING)


def _shown(folder: Path) -> str:
    """A folder as one would write it here."""
    here = Path.cwd()
    return str(folder.relative_to(here) if folder.is_relative_to(here) else folder)


def _row(folder: Path) -> tuple[str, str, str, str]:
    """Family, weights, how far it remembers, and how large its graphs are. Raises ModelError."""
    from bridge.engine.manifest import load_manifest

    manifest = load_manifest(folder)
    size = sum(path.stat().st_size for path in folder.glob("*.onnx") if path.is_file())
    remembers = f"{manifest.window} notes" if manifest.window else "all, ever fainter"
    return manifest.family, manifest.weights, remembers, f"{size / 1e6:.1f} MB"
