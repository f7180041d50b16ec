"""`antiphon review`: how a piece or a session is, in numbers, beside what is usual."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bridge.commands.options import SEED, check_outputs, model_option
from bridge.system import terminal
from bridge.system.plain_files import write_plain
from bridge.system.terminal import say

if TYPE_CHECKING:
    from bridge.evaluation.reviewing.review import Review


@click.command(name="review")
@click.argument("source", required=False, metavar="FILE.mid|SESSION", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write a page with pictures.")
@click.option("--json", "figures", type=click.Path(dir_okay=False, path_type=Path), help="Write every figure as JSON.")
@model_option("duo", ": whose surprise is measured")
@click.option(
    "--scale",
    "scale_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="What is usual; the package has one for the shipped models.",
)
@click.option("--learn", type=click.Path(path_type=Path), metavar="DATA", help="Make the scale of prepared data anew.")
@click.option(
    "--rank", type=click.Path(path_type=Path), metavar="DATA", help="Try whether pieces rank above spoiled copies."
)
@click.option("--split", type=click.Choice(["valid", "test"]), default="valid", show_default=True)
@click.option("--pieces", type=click.IntRange(1), default=150, show_default=True, help="To learn from, or to rank.")
@click.option("--seed", type=SEED, default=0, show_default=True)
def command(
    source: Path | None,
    output: Path | None,
    figures: Path | None,
    model: str,
    scale_file: Path | None,
    learn: Path | None,
    rank: Path | None,
    split: str,
    pieces: int,
    seed: int,
) -> None:
    """Say how FILE.mid, or a recorded SESSION (a take's folder or its log), is.

    Surprise by note, what its order is worth, key, groove, repetition, range, density.
    Each measure comes with the percentile among held-out human pieces. Of a recorded jam also: how the machine fitted
    you.
    """
    from bridge.commands.model_loading import load_reader
    from bridge.commands.progress import progress
    from bridge.data.corpus import Corpus
    from bridge.evaluation.reviewing import music, review, scale

    if (source is not None) + (learn is not None) + (rank is not None) != 1:
        raise click.UsageError("give one of: a file or session, --learn DATA, --rank DATA")
    place = scale_file or scale.PACKAGED
    check_outputs([path for path in (output, figures) if path is not None], force=True)
    try:
        usual = scale.load(place)
        piece = None if source is None else music.read(source)
        reader = load_reader(model)
        ear = reader.manifest.ear
        with progress("reading") as tell:
            if learn is not None:
                scale.save(review.learn(Corpus(learn), split, pieces, reader, ear, usual, tell, seed), place)
                say(f"{place}: the scale of {pieces} pieces of {split}, as {reader.name} hears them")
            elif rank is not None:
                for way, told in review.rank(Corpus(rank), split, pieces, reader, ear, usual, tell, seed).items():
                    say(f"{way} shuffled: area {told.area:.3f} ({told.pieces} pieces, {told.copies} copies)")
            elif piece is not None:
                _show(review.review(piece, reader, ear, usual, seed=seed, tell=tell), output, figures)
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error


def _show(found: Review, output: Path | None, figures: Path | None) -> None:
    import math

    from rich.table import Table

    from bridge.evaluation.reviewing import pages
    from bridge.evaluation.reviewing.review import FIT, MEASURES

    console = terminal.console()
    for title, measures, kinds in (
        (found.music.title, found.measures, MEASURES),
        ("how the machine fitted you", found.fit, FIT),
    ):
        if not measures:
            continue
        table = Table(title=title, title_justify="left", show_edge=False)
        for name in ("", "value", "percentile", "what it says"):
            table.add_column(name, justify="right" if name in ("value", "percentile") else "left")
        for name, (value, percentile) in measures.items():
            shown = f"{value:.3g}" if math.isfinite(value) else "-"
            table.add_row(name, shown, "-" if percentile is None else f"{percentile:.0f}", kinds[name].text)
        console.print(table)
    if output is not None:
        write_plain(output, pages.as_html(found))
        say(str(output))
    if figures is not None:
        write_plain(figures, json.dumps(pages.as_json(found), indent=1) + "\n")
        say(str(figures))
