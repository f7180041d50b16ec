"""`antiphon assess`: what a model plays in every mode, beside the human and players that know next to nothing."""

from __future__ import annotations

import importlib.util
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bridge.commands.options import SEED, check_folder
from bridge.system.terminal import say

if TYPE_CHECKING:
    from bridge.data.corpus import Corpus
    from bridge.engine.model import Model
    from bridge.evaluation.playing.parts import Findings, Question

_MODES = ("respond", "duet", "accompany", "harmonize")
_HEARD = 64


@click.command()
@click.argument("model")
@click.option(
    "--data", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True,
    help="A folder that `antiphon prepare` wrote.",
)  # fmt: skip
@click.option("--split", type=click.Choice(["train", "valid", "test"]), default="valid", show_default=True)
@click.option("--count", type=click.IntRange(1), default=40, show_default=True, help="Phrases or excerpts a style.")
@click.option("--mode", "modes", type=click.Choice(_MODES), multiple=True, help="This mode alone (again for more).")
@click.option("--style", "styles", multiple=True, help="This style alone, by its name in the report (again for more).")
@click.option("--set", "assignments", multiple=True, metavar="NAME=VALUE", help="A parameter (again for more).")
@click.option(
    "--second-listener", "second", type=click.IntRange(0), default=_HEARD, show_default=True,
    help="Answers of MODEL that a second listener hears beside thousands of train phrases, 32 at least (0: none).",
)  # fmt: skip
@click.option("--seed", type=SEED, default=0, show_default=True)
@click.option("--provider", type=click.Choice(["auto", "cpu", "cuda"]), default="cpu", show_default=True)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("evaluation"), show_default=True,
    help="Folder for playing.html, playing.md and playing.json.",
)  # fmt: skip
@click.option(
    "--gallery", type=click.Path(file_okay=False, path_type=Path),
    help="A folder for a page with pictures and MIDI files of the first that was played.",
)  # fmt: skip
def command(
    model: str, data: Path, split: str, count: int, modes: tuple[str, ...], styles: tuple[str, ...],
    assignments: tuple[str, ...], seed: int, provider: str, out: Path, gallery: Path | None,
    second: int,
) -> None:  # fmt: skip
    """Measure what MODEL (a name or a folder) plays to phrases and excerpts of held-out pieces of --data.

    Every mode plays through the whole core on the simulated clock, with the settings a user gets; beside it what the
    human played, and trivial players. A listener is taught to tell the machine's answers from the human's.
    """
    if importlib.util.find_spec("sklearn") is None:
        raise click.ClickException("assess needs scikit-learn: pip install 'antiphon[train]'")
    for folder in (out, gallery):
        if folder is not None:
            check_folder(folder)
    from bridge.commands.model_loading import load_model
    from bridge.commands.progress import progress
    from bridge.data.corpus import Corpus
    from bridge.evaluation.playing import gallery as examples
    from bridge.evaluation.playing import report
    from bridge.evaluation.playing.evaluate import evaluate
    from bridge.evaluation.playing.parts import Question
    from bridge.presets import config as configuration

    try:
        values = configuration.parameter_values(configuration.pairs(assignments, "--set"))
        question = Question(split, count, modes or _MODES, seed, values, styles)
        corpus, loaded = Corpus(data), load_model(model, provider)
        with progress("playing") as tell:
            findings = evaluate(corpus, loaded, question, tell)
        if second:
            _listen_again(findings, corpus, loaded, second)
        written = [*report.write(findings, out)]
        if gallery is not None:
            written.append(examples.write(findings, gallery, _as_written(Path(model).name, question, second)))
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    say(report.as_markdown(findings))
    say("\n".join(map(str, written)))


def _listen_again(findings: Findings, corpus: Corpus, model: Model, count: int) -> None:
    """Teach a second listener for each style of answers, and ask it about all who answered."""
    from bridge.commands.progress import progress
    from bridge.evaluation.playing.bars import SECOND, bar_of
    from bridge.evaluation.playing.parts import HUMAN, style_of
    from bridge.training.second_listener import ask, teach

    for part in findings.parts:
        # Where a bar says what it is to make of the answers: each costs some minutes.
        if bar_of(part.mode, part.style, SECOND) is None or not part.played:
            continue
        with progress(f"teaching a second listener, {part.style}") as tell:
            taught = teach(corpus, model, style_of(part.mode, part.style), count, tell)
        answers = dict(part.played)
        human = answers.pop(HUMAN)
        part.second = {who: ask(taught, part.excerpts, human, played) for who, played in answers.items()}


def _as_written(model: str, question: Question, second: int) -> str:
    """The command for a reader elsewhere, whose folders have names of their own."""
    words = ["antiphon", "assess", model, "--data", "data", "--split", question.split, "--count", str(question.count)]
    words += ["--seed", str(question.seed), "--gallery", "docs"]
    if question.modes != _MODES:
        words += [word for mode in question.modes for word in ("--mode", mode)]
    words += [word for style in question.styles for word in ("--style", style)]
    words += [word for name, value in question.values.items() for word in ("--set", f"{name}={value}")]
    words += ["--second-listener", str(second)] if second != _HEARD else []
    return shlex.join(words)
