"""What a run learnt, as a curve."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure

from bridge.training.journal import read_log
from bridge.vocabulary import codec


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
