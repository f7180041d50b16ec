"""`antiphon improve`: a model's own best answers, to be learnt from."""

from __future__ import annotations

from pathlib import Path

import click

from bridge.commands.options import SEED, Number, check_folder
from bridge.system import terminal
from bridge.system.terminal import say


@click.command(name="improve")
@click.argument("model")
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="What `antiphon prepare` wrote; phrases are those of its training pieces.",
)
@click.option("--out", "-o", type=click.Path(path_type=Path), required=True, help="Folder for the answers.")
@click.option("--phrases", type=click.IntRange(1), default=1000, show_default=True, help="Phrases to answer, at most.")
@click.option(
    "--answers",
    type=click.IntRange(1),
    default=16,
    show_default=True,
    help="Answers to each, of which the best is kept.",
)
@click.option(
    "--minutes", type=Number(0, min_open=True), default=15.0, show_default=True, help="Wall-clock time, at most."
)
@click.option("--temperature", type=Number(0, min_open=True), default=0.8, show_default=True)
@click.option("--seed", type=SEED, default=0, show_default=True)
@click.option("--provider", type=click.Choice(["auto", "cpu", "cuda"]), default="cpu", show_default=True)
def command(
    model: str, data: Path, out: Path, phrases: int, answers: int, minutes: float, temperature: float, seed: int,
    provider: str,
) -> None:  # fmt: skip
    """Answer phrases of the training pieces with MODEL and keep the best of many answers to each.

    The best by the terms that `respond` chooses by, the model's critic among them where it has one. To learn from them
    beside the corpus: antiphon train duo --start-from MODEL --set answers=OUT ...
    """
    try:
        from bridge.training.best_answers import Improvement, improve, judge_of, write
    except ModuleNotFoundError as missing:
        if missing.name is None or missing.name.startswith("bridge"):
            raise
        raise click.ClickException(f"improve needs {missing.name}: pip install 'antiphon[train]'") from None
    check_folder(out)
    from rich.progress import Progress

    from bridge.commands.model_loading import load_model
    from bridge.data.corpus import Corpus

    try:
        loaded = load_model(model, provider)
        how = Improvement(phrases, answers, minutes, temperature, seed)
        with Progress(console=terminal.console(stderr=True), transient=True) as progress:
            task = progress.add_task("answering", total=1.0)
            found = improve(
                loaded, Corpus(data), judge_of(loaded.critic), how, lambda done: progress.update(task, completed=done)
            )
        write(found, out)
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    best, first = (sum(getattr(one, name) for one in found) / len(found) for name in ("best", "first"))
    notes = sum(len(one.answer.onset) for one in found)
    say(f"{out}: {len(found)} answers of {notes:,} notes; the first scored {first:.3f}, the best {best:.3f}")
