"""`antiphon osc`: the OSC addresses."""

from __future__ import annotations

import difflib

import click

from bridge.system import terminal

_PREFIX = "/antiphon/"


def _addresses(ctx: click.Context, param: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    from bridge.osc.table import INCOMING, OUTGOING

    known = list(dict.fromkeys((*INCOMING, *OUTGOING)))
    whole = tuple(name if name.startswith("/") else _PREFIX + name for name in names)
    for name in whole:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
            raise click.BadParameter(f"no address {name!r}: {hint}")
    return whole or tuple(known)


@click.command(name="osc")
@click.argument("names", nargs=-1, callback=_addresses, metavar="[ADDRESSES]...")
@click.option("--markdown", is_flag=True, help="The tables of docs/osc.md.")
def command(names: tuple[str, ...], markdown: bool) -> None:
    """List the OSC addresses that Antiphon hears and sends, with their arguments (all, or only ADDRESSES).

    /antiphon/panic and panic are the same here. Parameters for /antiphon/set are listed by antiphon parameters.
    """
    from rich.table import Table

    from bridge.osc.table import INCOMING, OUTGOING
    from bridge.osc.table import markdown as tables

    if markdown:
        terminal.say(tables())
        return
    for heading, known in (("Antiphon listens to", INCOMING), ("Antiphon sends", OUTGOING)):
        table = Table(show_edge=False)
        table.add_column(heading, no_wrap=True)
        table.add_column("arguments", overflow="fold", max_width=44)
        table.add_column("", overflow="fold")
        entries = [known[name] for name in names if name in known]
        for entry in entries:
            arguments = "\n".join(argument.describe().replace("`", "") for argument in entry.arguments)
            table.add_row(entry.address, arguments, entry.text)
        if entries:
            terminal.console().print(table)
