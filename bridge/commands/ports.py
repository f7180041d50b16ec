"""`antiphon ports`: list the MIDI ports of this machine."""

from __future__ import annotations

import click

from bridge.system import terminal


@click.command(name="ports")
def command() -> None:
    """List the MIDI ports of this machine that `antiphon jam --in NAME --out NAME` could use."""
    from rich.table import Table

    from bridge.midi.client import list_ports

    try:
        ports = list_ports()
    except (TimeoutError, OSError) as error:
        raise click.ClickException(str(error)) from error
    console = terminal.console()
    if not ports:
        console.print(
            "No MIDI ports. None is needed where MIDI works: antiphon jam makes its own, Antiphon In and Antiphon Out, "
            "and other programs connect to them.\nantiphon doctor says whether MIDI works here, and what to do if not."
        )
        return
    table = Table(show_edge=False)
    table.add_column("name", overflow="fold")
    table.add_column("use it with", no_wrap=True)
    table.add_column("backend", no_wrap=True)
    for port in sorted(ports, key=lambda port: (port.backend, not port.is_input, port.name)):
        table.add_row(port.name, "--in" if port.is_input else "--out", port.backend)
    console.print(table)
