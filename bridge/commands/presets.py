"""`antiphon presets`: what there is to recall."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bridge.commands.options import presets_folder
from bridge.system import terminal
from bridge.system.terminal import say

if TYPE_CHECKING:
    from bridge.presets.presets import Preset


@click.command(name="presets")
@click.argument("name", required=False)
@click.option(
    "--presets",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where presets lie; usually presets/ beside the --config file, or in your configuration folder.",
)
@click.option("--config", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="As in antiphon jam.")
def command(name: str | None, presets: Path | None, config: Path | None) -> None:
    """List the presets that /antiphon/preset recalls, or show what NAME sets, as its file says it."""
    from bridge.presets.presets import text_of
    from bridge.presets.store import PresetShelf

    shelf = PresetShelf(presets_folder(presets, config))
    if name is not None:
        try:
            say(text_of(shelf.load(name)).rstrip("\n"))
        except ValueError as refusal:
            raise click.ClickException(str(refusal)) from refusal
        return
    names = shelf.names()
    if not names:
        say(f"no presets in {shelf.folder}: /antiphon/preset/save NAME makes one while you play")
        return
    from rich.table import Table

    table = Table(title=str(shelf.folder), title_justify="left", show_edge=False)
    for heading in ("preset", "mode", "program"):
        table.add_column(heading, no_wrap=True)
    table.add_column("sets", overflow="fold")
    for each in names:
        try:
            table.add_row(each, *_row(shelf.load(each)))
        except ValueError as refusal:
            table.add_row(each, "", "", str(refusal))
    terminal.console().print(table)


def _row(preset: Preset) -> tuple[str, str, str]:
    words = [f"{name}={value if isinstance(value, str) else f'{value:g}'}" for name, value in preset.values.items()]
    words += [f"{voice}={channel if on else 'off'}" for voice, (on, channel) in preset.voices.items()]
    words += [f"{voice} {low}-{high}" for voice, (low, high) in preset.ranges.items()]
    return preset.mode, "" if preset.program is None else str(preset.program), ", ".join(words)
