"""`antiphon parameters`: what can be set."""

from __future__ import annotations

import click

from bridge.presets.config import hint
from bridge.system import terminal
from bridge.vocabulary.parameters import PARAMETERS, Parameter


def _names(ctx: click.Context, param: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name not in PARAMETERS:
            raise click.BadParameter(f"no parameter {name!r}: {hint(name, PARAMETERS)}")
    return names or tuple(PARAMETERS)


@click.command(name="parameters")
@click.argument("names", nargs=-1, callback=_names, metavar="[NAMES]...")
def command(names: tuple[str, ...]) -> None:
    """List what can be set, with what is usual and what it may be (all of it, or only NAMES).

    By --set NAME=VALUE, in a --config file or a preset, by OSC (/antiphon/set NAME VALUE), or by a MIDI controller.
    """
    from rich.table import Table

    table = Table(show_edge=False)
    table.add_column("parameter", no_wrap=True)
    table.add_column("usual", no_wrap=True)
    table.add_column("range", overflow="fold", max_width=32)
    table.add_column("", overflow="fold")
    for name in names:
        entry = PARAMETERS[name]
        table.add_row(name, _shown(entry.default), _range(entry), entry.text)
    terminal.console().print(table)


def _shown(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _range(entry: Parameter) -> str:
    return ", ".join(entry.choices) or f"{entry.low:g} to {entry.high:g}{', whole' * entry.whole}"
