"""`antiphon prepare`: folders of MIDI to training data."""

from __future__ import annotations

import os
import sqlite3
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bridge.commands.options import check_folder
from bridge.system.plain_files import in_words
from bridge.system.terminal import say

if TYPE_CHECKING:
    from bridge.data.prepare import Engine, Preparation

_NAMED = 3  # files named for each reason


@click.command("prepare")
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--out", "data", required=True, metavar="DATA", type=click.Path(path_type=Path))
@click.option("--workers", type=click.IntRange(1, 256), help="Processes that read; as many as there are cores.")
@click.option("--licence", default="unknown", show_default=True, help="Of the files that no manifest says one of.")
@click.option(
    "--sources", metavar="FILE", type=click.Path(path_type=Path), help="What is known of whole sources (TOML)."
)
@click.option("--engine", type=click.Choice(["local", "dask"]), default="local", show_default=True)
@click.option("--scheduler", metavar="ADDRESS", help="A running Dask cluster (tcp://HOST:PORT); it must be trusted.")
def command(
    folders: tuple[Path, ...],
    data: Path,
    workers: int | None,
    licence: str,
    sources: Path | None,
    engine: str,
    scheduler: str | None,
) -> None:
    """Prepare the MIDI files in FOLDERS for training, into the folder DATA.

    FOLDERS are folders (a manifest.csv in one says more of its files: path, source, split, licence) or manifests.
    --sources is a TOML file with a table for each source, of what its MIDI files do not say themselves (free_time,
    singers, cello_bass, drum_kit, plays); a manifest may have columns of these names. docs/your-music.md has more.
    A run that was ended goes on when it is started again. DATA/report.html shows what came of it.

    --engine dask reads on a Dask cluster: a local one, or that of --scheduler, whose workers must see the files under
    the same paths. Dask sends pickles over its wire, unencrypted unless the cluster has TLS: for trusted networks only.
    """
    if scheduler and engine != "dask":
        raise click.UsageError("--scheduler is for --engine dask")
    check_folder(data)
    try:
        from bridge.data.prepare import prepare
        from bridge.data.sources import read_traits

        result = prepare(
            folders,
            data,
            engine=_engine(engine, workers or os.cpu_count() or 1, scheduler),
            licence=licence,
            traits=read_traits(sources) if sources else None,
        )
    except ModuleNotFoundError as missing:
        if missing.name is None or missing.name.startswith("bridge"):
            raise
        raise click.ClickException(f"prepare needs {missing.name}: pip install 'antiphon[train]'") from None
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(in_words(error)) from None
    except sqlite3.DatabaseError as error:
        raise click.ClickException(f"{data / '.unfinished'}: {error}; delete that folder and start anew") from None
    except KeyboardInterrupt:
        raise click.ClickException("stopped; the same command goes on from here") from None
    _tell(result, data)


def _engine(name: str, workers: int, scheduler: str | None) -> Engine:
    if name == "dask":
        from bridge.data.cluster_workers import read_on_cluster

        return partial(read_on_cluster, workers=workers, scheduler=scheduler)
    from bridge.data.local_workers import read_in_workers

    return partial(read_in_workers, workers=workers)


def _tell(result: Preparation, data: Path) -> None:
    report = result.report
    say(f"{result.pieces:,} pieces, {result.notes:,} notes, {report['hours']:,.1f} hours")
    for split, row in report["splits"].items():
        say(f"  {split:5} {row['pieces']:,} pieces, {row['hours']:,.1f} hours")
    say(f"{result.duplicates:,} copies left out; {sum(result.refused.values()):,} files refused")
    for reason, row in report["refused"].items():
        names = ", ".join(row["first"][:_NAMED]) + (", ..." if row["count"] > _NAMED else "")
        say(f"  {reason}: {row['count']:,} ({names})")
    if straddling := report["kin_across_given_splits"]:
        say(f"{len(straddling)} pairs of pieces are alike but in different splits by their manifest: see the report")
    say(f"{data / 'report.html'} shows it all")
