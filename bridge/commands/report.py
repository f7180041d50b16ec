"""`antiphon report`: a recorded session as one page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bridge.commands.options import check_outputs
from bridge.system.plain_files import write_plain
from bridge.system.terminal import say

if TYPE_CHECKING:
    from bridge.engine.streaming import StreamingModel


@click.command(name="report")
@click.argument("session", type=click.Path(exists=True, path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), default=Path("report.html"), show_default=True,
    help="The page to write.",
)  # fmt: skip
@click.option("--model", help="The folder of the model that played, where its name does not find it.")
def command(session: Path, output: Path, model: str | None) -> None:
    """Write what was played in a recorded SESSION (a take's folder or its log), how it was, and why, as one page."""
    from bridge.commands.model_loading import load_recorded
    from bridge.commands.progress import progress
    from bridge.evaluation.reviewing.scale import load as load_scale
    from bridge.explanation.report import as_html
    from bridge.explanation.session import notes_of

    check_outputs([output], force=True)
    loaded: list[StreamingModel] = []

    def load(name: str, digest: str) -> StreamingModel:
        loaded.append(load_recorded(name, digest, model))
        return loaded[-1]

    try:
        notes = notes_of(session, load)
        if not loaded:
            raise ValueError(f"{session} is no session: antiphon review reads files")
        with progress("reporting") as tell:
            text = as_html(notes, loaded[-1], load_scale(), tell)
        write_plain(output, text)
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    say(str(output))
