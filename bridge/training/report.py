"""After a run: what it learnt on pieces it never saw, as numbers and as a curve.

Writes `evaluation.json` and `loss_curve.png` into the run's folder.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from matplotlib.figure import Figure
from rich.console import Console
from rich.table import Table

from bridge import codec
from bridge.data.corpus import Corpus
from bridge.training.checkpoint import Progress, load_model
from bridge.training.evaluate_bits import Unigram, evaluate
from bridge.training.journal import read_log


def evaluation(run: Path, corpus: Corpus, splits: tuple[str, ...] = ("valid", "test")) -> dict[str, Any]:
    """Bits per note of the run's checkpoint and of the unigram, by split; and what the run cost."""
    folder = run / "checkpoint"
    model = load_model(folder).eval()
    progress = Progress(**json.loads((folder / "progress.json").read_text(encoding="utf-8")))
    unigram = Unigram(corpus, corpus.split("train"))
    present = {piece.split for piece in corpus.pieces}
    return {
        "parameters": model.size(),
        "notes_seen": progress.notes_seen,
        "seconds": round(progress.seconds),
        "steps": progress.step,
        "bits_per_note": {
            split: evaluate(model, corpus, corpus.split(split), unigram) for split in splits if split in present
        },
    }


def draw_loss_curve(log: Path, picture: Path) -> None:
    """Bits per note over minutes, training (varied pieces) and held-out, all fields and each; from log.jsonl."""
    lines = read_log(log)
    figure = Figure(figsize=(11, 4.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    for kind, style in (("train", {"alpha": 0.5, "linewidth": 1.0}), ("valid", {"marker": "o", "linewidth": 2.0})):
        rows = [line for line in lines if line["kind"] == kind]
        minutes = [row["seconds"] / 60 for row in rows]
        if not rows:
            continue
        label = "train (varied)" if kind == "train" else "valid (as written)"
        left.plot(minutes, [row["total"] for row in rows], label=label, **style)
        if kind == "valid":
            for name in codec.FIELDS:
                right.plot(minutes, [row[name] for row in rows], marker=".", label=name)
    for axes, title in ((left, "all fields"), (right, "held-out, by field")):
        axes.set(xlabel="minutes of training", ylabel="bits per note", title=title)
        axes.grid(alpha=0.3)
        if axes.lines:
            axes.legend()
    figure.savefig(picture, dpi=120)


def table_of(bits: dict[str, dict[str, dict[str, float]]], title: str) -> Table:
    """Model beside unigram, one line for each group of notes."""
    table = Table(title=title, box=None, padding=(0, 1, 0, 0))  # Narrow: eighty columns are enough.
    for name in ("", "notes", "total", "unigram", *codec.FIELDS):
        table.add_column(name, justify="right" if name else "left", no_wrap=True)
    for group, row in bits["model"].items():
        unigram = bits["unigram"][group]["total"]
        numbers = [row["total"], unigram, *(row[name] for name in codec.FIELDS)]
        table.add_row(group.split(":")[-1], f"{row['notes']:,.0f}", *(f"{number:.2f}" for number in numbers))
    return table


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("data", type=click.Path(path_type=Path))
def main(run: Path, data: Path) -> None:
    """Evaluate the training run in folder RUN on the held-out pieces of DATA, and draw its loss curve."""
    try:
        result = evaluation(run, Corpus(data))
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    (run / "evaluation.json").write_text(json.dumps(result, indent=1), encoding="utf-8")
    draw_loss_curve(run / "log.jsonl", run / "loss_curve.png")
    console = Console()
    for split, bits in result["bits_per_note"].items():
        console.print(table_of(bits, f"bits per note on {split}"))


if __name__ == "__main__":
    main()
