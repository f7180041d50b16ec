"""`antiphon export`: turn a trained model into one that plays live."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bridge.commands.options import check_folder
from bridge.engine.folders import MANIFEST_NAME
from bridge.engine.manifest import Weights
from bridge.system.terminal import say

if TYPE_CHECKING:
    from bridge.data.corpus import Corpus

_FEWER_BITS = """\b
WEIGHTS int8 is for processors: on an AMD EPYC (AVX-512 VNNI, one thread, busy with other work) models of 3.6 million
parameters were 1.5 to 2 times as fast as in float32. It needs ONNX Runtime's own operator MatMulNBits.
WEIGHTS float16 is for GPUs; a processor computes it in float32, slower. Both are measured beside float32 as they are
exported: time, and with --data bits per note."""


@click.command(epilog=_FEWER_BITS)
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("out", type=click.Path(path_type=Path), default=Path("exported_models"))
@click.option("--name", default="duo", show_default=True, help="What the model is called; its folder is OUT/NAME.")
@click.option("--data", type=click.Path(path_type=Path), help="The prepared data it learnt from, for the manifest.")
@click.option("--leave-out", multiple=True, help="A source it was not trained on (again for more).")
@click.option("--licence", default="unknown", show_default=True, help="Under which the weights may be used.")
@click.option(
    "--rewind", type=click.IntRange(1, 65536), default=256, show_default=True, help="Notes that can be taken back."
)
@click.option(
    "--weights",
    type=click.Choice(["float32", "int8", "float16"]),
    default="float32",
    show_default=True,
    help="How the weights are held.",
)
@click.option(
    "--critic/--no-critic", default=True, show_default=True, help="With --data, learn to choose among its own answers."
)
def command(
    run: Path,
    out: Path,
    name: str,
    data: Path | None,
    leave_out: tuple[str, ...],
    licence: str,
    rewind: int,
    weights: Weights,
    critic: bool,
) -> None:
    """Turn the training run in folder RUN into the model OUT/NAME, ready to play.

    RUN may be one of its checkpoints, or a folder that was exported in float32 by this or an older version.
    """
    try:
        from bridge.data.corpus import Corpus
        from bridge.training.compare import compare
        from bridge.training.export import export, training_data
        from bridge.training.starting_point import starting_model
        from bridge.training.verify import TOLERANCES
    except ModuleNotFoundError as missing:
        if missing.name is None or missing.name.startswith("bridge"):
            raise
        raise click.ClickException(f"export needs {missing.name}: pip install 'antiphon[train]'") from None
    check_folder(out)
    whole = any((run / name).exists() for name in ("config.json", MANIFEST_NAME))
    checkpoint = run if whole else run / "checkpoint"
    try:
        corpus = None if data is None else Corpus(data, frozenset(leave_out))
        metrics = {}
        if weights != "float32":
            comparison = compare(starting_model(checkpoint).eval(), weights, corpus)
            say(str(comparison))
            metrics = comparison.metrics()
        training: dict[str, Any] = {"data": [] if corpus is None else training_data(corpus), "licence": licence}
        if corpus is None and (checkpoint / MANIFEST_NAME).exists():
            training = {}  # what is known of it stays
        folder = export(checkpoint, out, name, rewind=rewind, weights=weights, training=training, metrics=metrics)
    except (ValueError, OSError) as error:
        raise click.ClickException(str(error)) from None
    same = f"streaming equals the full pass to {TOLERANCES[weights]:g}"
    if corpus is not None and critic:
        _learn_critic(folder, corpus)
    say(f"{folder}: {same}; play it with: antiphon jam --model {shlex.quote(_called(folder, name))}")


def _called(folder: Path, name: str) -> str:
    """What jam finds the model in `folder` by: its name where models lie that are found by name, else the folder."""
    from bridge.engine.folders import list_models

    return name if list_models().get(name) == folder.resolve() else str(folder)


def _learn_critic(folder: Path, corpus: Corpus) -> None:
    """A model whose music is too little to learn a critic from plays without one."""
    from bridge.commands.model_loading import load_folder
    from bridge.commands.progress import progress
    from bridge.performer.phrase_features import FEATURES
    from bridge.training.critic import learn_critic
    from bridge.training.export import add_critic

    try:
        with progress("learning a critic") as tell:
            learnt = learn_critic(corpus, load_folder(folder, "cpu").model, tell)
    except ValueError as error:
        say(f"no critic: {error}")
    else:
        add_critic(folder, learnt.graph, FEATURES)
