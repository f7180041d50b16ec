"""`antiphon index`: get to know the phrases of one's own MIDI library."""

from __future__ import annotations

import time
from contextlib import nullcontext
from pathlib import Path

import click

from bridge.commands.options import model_option
from bridge.system.terminal import say


@click.command(name="index")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@model_option("duo", ": whose ear it is")
@click.option("--index", "place", type=click.Path(path_type=Path), help="Where it lies.  [default: FOLDER/.antiphon]")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    help="Hear files in so many processes.  [default: one for each core, where there are files enough]",
)
@click.option("--anew", is_flag=True, help="Forget what was indexed, by whatever model, and begin again.")
def command(folder: Path, model: str, place: Path | None, jobs: int | None, anew: bool) -> None:
    """Index every phrase of the MIDI files below FOLDER, for antiphon recommend.

    Files that have not changed since the last time are not heard again. Interrupted, it goes on where it was.
    """
    from bridge.bench.machine import cores
    from bridge.commands.model_loading import load_reader
    from bridge.commands.progress import progress
    from bridge.engine.embedding import Embedding
    from bridge.library.indexing import FOLDER_NAME, changes, index_folder
    from bridge.library.listening import here, in_processes, processes_for
    from bridge.library.store import writing

    try:
        reader = load_reader(model)
        ear = Embedding(reader.manifest)
        began = time.perf_counter()
        with writing(place or folder / FOLDER_NAME, ear.identity, ear.width, anew=anew) as writer:
            found = changes(folder, writer.files())
            processes = jobs or processes_for(len(found.new), cores())
            alone = processes == 1
            hearing = nullcontext(here(reader, ear)) if alone else in_processes(reader.manifest.folder, processes)
            with hearing as listen, progress("indexing") as tell:
                done = index_folder(folder, writer, found, listen, tell)
            count = len(writer)
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    for name, reason in done.refused.items():
        say(f"{name}: left out: {reason}", err=True)
    seconds = time.perf_counter() - began
    rate = f", {done.phrases / seconds:.0f} phrases a second" if done.phrases else ""
    say(
        f"{done.added} files heard ({done.phrases} phrases{rate}), {done.unchanged} unchanged, {done.moved} moved, "
        f"{done.removed} gone, {len(done.refused)} left out; {count} phrases in the index"
    )
