"""What a run tells while it goes on, on disk: `log.jsonl`, and event files for TensorBoard in `tensorboard/`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from tensorboardX import SummaryWriter

from bridge.reports.plots import save
from bridge.vocabulary import codec


class RunJournal:
    """Appends to the log of the run in `folder`, going on from `step`: what is said of later steps is taken back.

    A run that was killed goes on from its checkpoint and takes some steps again; they are told once.
    """

    def __init__(self, folder: Path, step: int) -> None:
        self.path = folder / "log.jsonl"
        kept = [line for line in read_log(self.path) if line["step"] <= step]
        self.path.write_text("".join(json.dumps(line) + "\n" for line in kept), encoding="utf-8")
        self._board = SummaryWriter(str(folder / "tensorboard"), purge_step=step + 1)

    def write(self, kind: str, step: int, seconds: float, **values: Any) -> None:
        """One line of the log; its numbers are curves `KIND/NAME` in TensorBoard, over steps."""
        line = {"kind": kind, "step": step, "seconds": round(seconds, 1), **values}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        if kind != "start":
            for name, value in values.items():
                if isinstance(value, (int, float)):
                    self._board.add_scalar(f"{kind}/{name}", value, step)

    def close(self) -> None:
        """Write out what TensorBoard's files still lack."""
        self._board.close()


def read_log(path: Path) -> list[dict[str, Any]]:
    """The lines of a log; [] where there is none yet. The last is left out where the machine stopped in its midst."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    try:
        if lines:
            json.loads(lines[-1])
    except json.JSONDecodeError:
        lines.pop()
    return [json.loads(line) for line in lines]


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
    save(figure, picture, dpi=120)
