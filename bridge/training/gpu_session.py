"""Ten minutes of one GPU, used well: the largest network that is fast enough there, and a sibling for processors.

    python -m bridge.training.gpu_session --pack data carried.zip      # at home
    python -m bridge.training.gpu_session carried.zip OUT --minutes 9  # there

DATA is what `antiphon prepare` wrote, or that packed into one file that can be carried (`bridge.data.archive`);
nothing else is read, and nothing is fetched. Before training, untrained networks of each of SHAPES are exported and
timed note by note, as they would play; the largest whose note takes no longer than the bar is trained for some half of
the time, the shape that ships for processors (`duo`) for the rest, taught by the first, both in bf16. OUT holds both
runs, whole at any moment (a session that is cut off loses minutes), and at the end both exported models. The same on a
processor, at the size of a test.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click
import numpy as np
import torch

from bridge.data.archive import pack, unpack
from bridge.data.corpus import Corpus
from bridge.engine.constraints import Constraints
from bridge.engine.manifest import Weights
from bridge.engine.streaming import StreamingModel
from bridge.system import terminal
from bridge.training.export import export, export_model
from bridge.training.families import Config
from bridge.training.families.transformer import TransformerConfig
from bridge.training.network import Network
from bridge.training.settings import TrainingSettings
from bridge.training.train import train
from bridge.vocabulary.codec import CONTEXT_SIZE, FIELDS, SIZES

# Largest first: some 110, 45, 22 and 4 million parameters.
SHAPES: Final[Mapping[str, TransformerConfig]] = {
    "large": TransformerConfig(1024, 8, 16, 4, 64, 4096, 1024, echo=True),
    "medium": TransformerConfig(768, 6, 12, 3, 64, 3072, 1024, echo=True),
    "small": TransformerConfig(512, 6, 8, 2, 64, 2048, 768, echo=True),
    "duo": TransformerConfig(echo=True),
}
SIBLING: Final = "duo"
_SHARE: Final = 0.45  # of the time, for the larger of the two
_DROPOUT: Final = {True: 0.1, False: 0.05}  # of the larger, of its sibling
_TIMED: Final = 40  # notes
_ROWS: Final = 48  # of 1,024 events a step: some 50,000 notes


@dataclass(frozen=True, slots=True)
class GpuSession:
    """How long, how fast a note must be, and how much a step learns from."""

    data: Path
    out: Path
    minutes: float
    bar_ms: float = 5.0
    device: str = "auto"
    rows: int = _ROWS
    length: int = 1024
    larger: str | None = None  # of SHAPES; None: the largest that meets the bar


def milliseconds_a_note(config: Config, folder: Path) -> float:
    """Median time to hear and draw one note with an untrained network of this shape, exported, where it would run."""
    exported = export_model(Network(config).eval(), folder, "timed")
    try:
        model = StreamingModel.load(exported, provider="auto")
        rng, taken = np.random.default_rng(0), []
        for _ in range(_TIMED):
            event = np.array([[rng.integers(size) for size in SIZES]], dtype=np.int64)
            began = time.perf_counter()
            model.feed(event, np.zeros((1, CONTEXT_SIZE), dtype=np.float32))
            model.sample(Constraints(), rng.random(len(FIELDS), dtype=np.float32), 1.0, 1.0)
            taken.append(time.perf_counter() - began)
    finally:
        shutil.rmtree(exported)
    return 1000.0 * float(np.median(taken[_TIMED // 4 :]))


def largest_that_meets(
    bar_ms: float, folder: Path, shapes: Mapping[str, TransformerConfig], say: Callable[[str], None]
) -> str:
    """The first of `shapes` whose note takes at most `bar_ms`, else the last."""
    for name, config in shapes.items():
        taken = milliseconds_a_note(config, folder)
        say(f"{name}: {taken:.2f} ms a note, {Network(config).size() / 1e6:.1f} million parameters")
        if taken <= bar_ms:
            return name
    return name


def run(
    session: GpuSession, say: Callable[[str], None] = terminal.say, shapes: Mapping[str, TransformerConfig] = SHAPES
) -> list[Path]:
    """Choose, train and export; the folders of the exported models. ValueError for data that cannot be read."""
    began = time.monotonic()
    session.out.mkdir(parents=True, exist_ok=True)
    chosen = session.larger or largest_that_meets(session.bar_ms, session.out, shapes, say)
    left = session.minutes - (time.monotonic() - began) / 60.0
    larger = {} if chosen == SIBLING else {chosen: left * _SHARE}
    plan = {**larger, SIBLING: left - sum(larger.values())}
    trained: dict[str, Path] = {}
    teacher: Path | None = None
    for name, minutes in plan.items():
        say(f"training {name} for {minutes:.1f} minutes")
        settings = TrainingSettings(
            session.data, session.out / f"run-{name}", minutes=max(minutes, 0.01), batch=session.rows,
            length=session.length, device=session.device, checks=5, keep_minutes=1.0,
            dropout=_DROPOUT[name != SIBLING], teacher=teacher,
        )  # fmt: skip
        finished = train(settings, shapes[name])
        trained[name] = teacher = finished.best if finished.best.exists() else finished.folder
        say(f"{name}: {finished.progress.best} bits per note held out, in {trained[name]}")
    # Last: the time is for training, and a checkpoint can be exported anywhere.
    return [export(trained[name], session.out / "exported_models", name, weights=_weights(name)) for name in trained]


def _weights(name: str) -> Weights:
    return "float16" if name != SIBLING and torch.cuda.is_available() else "float32"


@click.command()
@click.argument("data", type=click.Path(exists=True, path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--pack", "packing", is_flag=True, help="Only pack prepared DATA into the file OUT.")
@click.option("--minutes", type=click.FloatRange(0, min_open=True), default=9.0, show_default=True)
@click.option("--bar-ms", type=click.FloatRange(0, min_open=True), default=5.0, show_default=True)
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True)
@click.option("--rows", type=click.IntRange(1), default=_ROWS, show_default=True, help="Of 1,024 events in a step.")
@click.option("--larger", type=click.Choice(list(SHAPES)), help="Train this shape, whatever its note takes here.")
def main(
    data: Path, out: Path, packing: bool, minutes: float, bar_ms: float, device: str, rows: int, larger: str | None
) -> None:
    """Train on prepared or packed DATA into OUT for so many minutes; what is exported at the end takes some more."""
    try:
        if packing:
            pack(Corpus(data), out)
            return
        if data.is_file():
            unpack(data, out / "data")
            data = out / "data"
        run(GpuSession(data, out, minutes, bar_ms, device, rows, larger=larger))
    except (ValueError, OSError) as error:
        raise click.ClickException(str(error)) from None


if __name__ == "__main__":
    main()
