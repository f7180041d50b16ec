"""`antiphon critic`: teach a model folder to choose among its own answers."""

from __future__ import annotations

from pathlib import Path

import click

from bridge.commands.options import SEED
from bridge.system.terminal import say


@click.command()
@click.argument("model")
@click.option("--data", type=click.Path(path_type=Path), required=True, help="What `antiphon prepare` wrote.")
@click.option(
    "--phrases", type=click.IntRange(50), default=500, show_default=True, help="Phrases to learn from, at most."
)
@click.option("--leave-out", multiple=True, help="A source not to learn from (again for more).")
@click.option("--seed", type=SEED, default=0, show_default=True)
def command(model: str, data: Path, phrases: int, leave_out: tuple[str, ...], seed: int) -> None:
    """Learn a critic for MODEL (a name or a folder) and write it into its folder.

    The critic scores the model's candidate answers; it learns from phrases of the train split, with what the human
    played next, the model's own first answers and spoiled continuations. `antiphon export --data` does this as well.
    """
    try:
        from bridge.data.corpus import Corpus
        from bridge.training.critic import learn_critic
        from bridge.training.export import add_critic
    except ModuleNotFoundError as missing:
        if missing.name is None or missing.name.startswith("bridge"):
            raise
        raise click.ClickException(f"critic needs {missing.name}: pip install 'antiphon[train]'") from None
    from bridge.commands.model_loading import load_folder
    from bridge.commands.progress import progress
    from bridge.engine.folders import find_model
    from bridge.performer.phrase_features import FEATURES

    try:
        folder = find_model(model)
        corpus = Corpus(data, frozenset(leave_out))
        loaded = load_folder(folder, "cpu").model
        with progress("answering phrases") as tell:
            learnt = learn_critic(corpus, loaded, tell, count=phrases, seed=seed)
        add_critic(folder, learnt.graph, FEATURES)
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    for kind, area in learnt.areas.items():
        say(f"human against {kind}: {area.value:.2f} ({area.bounds})")
    say(f"{folder}: has a critic, learnt from {learnt.pieces} pieces")
