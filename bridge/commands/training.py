"""The commands of the training room, which needs packages that playing does not."""

from __future__ import annotations

import importlib

import click


def training_command(name: str, module: str) -> click.Command:
    """The `main` command of a training module under the name `name`; without its packages, one that says what to do."""
    try:
        command: click.Command = importlib.import_module(module).main
    except ModuleNotFoundError as missing:
        if missing.name is None or missing.name.startswith("bridge"):
            raise
        absent = missing.name

        @click.command(name=name, context_settings={"ignore_unknown_options": True})
        @click.argument("arguments", nargs=-1)
        def explain(arguments: tuple[str, ...]) -> None:
            """Needs the training packages: pip install 'antiphon[train]'."""
            raise click.ClickException(f"{name} needs {absent}: pip install 'antiphon[train]'")

        return explain
    command.name = name
    return command
