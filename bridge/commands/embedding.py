"""`antiphon embedding`: teach a model folder which phrases are alike."""

from __future__ import annotations

from pathlib import Path

import click

from bridge.commands.options import SEED
from bridge.system.terminal import say


@click.command()
@click.argument("model")
@click.option("--data", type=click.Path(path_type=Path), required=True, help="What `antiphon prepare` wrote.")
@click.option(
    "--pieces", type=click.IntRange(8), default=2000, show_default=True, help="Pieces to learn from, at most."
)
@click.option(
    "--notes", type=click.IntRange(64), default=256, show_default=True, help="Notes to hear of each piece, at most."
)
@click.option("--measure", is_flag=True, help="Learn nothing: measure how well the model finds phrases again.")
@click.option(
    "--split", type=click.Choice(["valid", "test"]), default="valid", show_default=True, help="What to --measure on."
)
@click.option("--seed", type=SEED, default=0, show_default=True)
def command(model: str, data: Path, pieces: int, notes: int, measure: bool, split: str, seed: int) -> None:
    """Teach MODEL (a name or a folder) an ear for likeness, and write it into its folder.

    The phrases of one piece belong together, one of them in another key, at another tempo, with other voices. That is
    what antiphon index and recommend compare phrases by.
    """
    from bridge.commands.model_loading import load_reader
    from bridge.commands.progress import progress
    from bridge.data.corpus import Corpus
    from bridge.engine.embedding import Embedding
    from bridge.engine.folders import find_model
    from bridge.library.retrieval import retrieve

    try:
        reader, corpus = load_reader(model), Corpus(data)
        if measure:
            with progress("finding phrases") as tell:
                found = retrieve(corpus, split, reader, Embedding(reader.manifest), tell, seed)
            for name, recall in found.recalls.items():
                say(f"{name}: recall at 10 {recall:.3f}")
            say(f"{found.queries} phrases looked for among {found.phrases} of {found.pieces} pieces")
            return
        try:
            from bridge.training.embedding import WIDTH, build_embedding, collect, learn
            from bridge.training.export import add_embedding
        except ModuleNotFoundError as missing:
            if missing.name is None or missing.name.startswith("bridge"):
                raise
            raise click.ClickException(f"embedding needs {missing.name}: pip install 'antiphon[train]'") from None
        with progress("hearing pieces") as tell:
            lessons = collect(corpus, reader, pieces, notes, tell, seed)
        folder = find_model(model)
        add_embedding(folder, build_embedding(learn(lessons)).SerializeToString(), WIDTH)
        Embedding(load_reader(model).manifest)
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    say(f"{folder}: knows which phrases are alike, learnt from {len(lessons)} pieces")
