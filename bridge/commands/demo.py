"""`antiphon demo`: hear it answer, in the browser, and then play."""

from __future__ import annotations

import click

from bridge.commands import jam


@click.command(name="demo", context_settings={"ignore_unknown_options": True})
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def command(ctx: click.Context, options: tuple[str, ...]) -> None:
    """Play a phrase, answer it, and say "now you": on the page that opens in your browser.

    All it needs is a browser. It is `antiphon jam --demo --no-midi`, and takes the OPTIONS of jam. Ctrl-C ends it.
    """
    with jam.command.make_context("demo", ["--demo", "--no-midi", *options], parent=ctx.parent) as set_up:
        jam.command.invoke(set_up)
