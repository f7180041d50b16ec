"""`antiphon train`: train a model."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import click

from bridge.commands.options import Number
from bridge.presets import config as configuration


@click.command()
@click.argument("config")
@click.option("--data", type=click.Path(path_type=Path), help="What `antiphon prepare` wrote.")
@click.option("--out", type=click.Path(path_type=Path), help="The run's folder; one that is there goes on.")
@click.option("--minutes", type=Number(min=0.0, min_open=True), help="Wall-clock time to train for.")
@click.option("--processor-minutes", type=Number(min=0.0, min_open=True), help="Processor time to train for.")
@click.option("--steps", type=int, help="Steps to train for.")
@click.option("--threads", type=int, help="Threads of a process.")
@click.option(
    "--start-from",
    type=click.Path(path_type=Path),
    help="A run, or an exported model (its name or folder), to begin with.",
)
@click.option("--leave-out", multiple=True, help="A source not to train on (again for more).")
@click.option(
    "--set", "assignments", multiple=True, metavar="KEY=VALUE", help="Any key, network.KEY and emphasis.SOURCE."
)
def command(config: str, leave_out: tuple[str, ...], assignments: tuple[str, ...], **options: Any) -> None:
    """Train as CONFIG says: a TOML file, or the name of one that comes with Antiphon (duo, gru, conv, tiny).

    Ctrl-C keeps what was learnt, and the same command goes on from there. In many processes or on many machines:
    torchrun --nproc-per-node 2 -m bridge train CONFIG.
    """
    try:
        from bridge.training.settings import read_settings
        from bridge.training.train import train
    except ModuleNotFoundError as missing:
        if missing.name is None or missing.name.startswith("bridge"):
            raise
        raise click.ClickException(f"train needs {missing.name}: pip install 'antiphon[train]'") from None
    try:
        overrides = {key: _value(text) for key, text in configuration.pairs(assignments, "--set").items()}
        overrides |= {key: value for key, value in options.items() if value is not None}
        if leave_out:
            overrides["leave_out"] = leave_out
        train(*read_settings(config, overrides))
    except (ValueError, OSError) as error:
        raise click.ClickException(str(error)) from None


def _value(text: str) -> Any:
    """A value as TOML writes it; anything else is text."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
