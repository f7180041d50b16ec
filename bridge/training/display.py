"""What a run tells while it goes on, in the terminal: how far it is, how long it will take, and the loss so far."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Final

import plotille
from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

_PLAIN_EVERY: Final = 60.0  # seconds between lines where the output is no terminal
_ROWS: Final = 12
_MARGIN: Final = 20  # columns of the plot's axis and edges
Point = tuple[float, float]


class Display:
    """A bar and a plot in a terminal; a line each minute elsewhere. Enter it while training goes on."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.train: list[Point] = []  # share of the budget, bits per note
        self.valid: list[Point] = []
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn(),
            TextColumn("left:"), TimeRemainingColumn(), console=console,
        )  # fmt: skip
        self._task = self._progress.add_task("warming up", total=1.0)
        self._live = Live(self._picture(), console=console, refresh_per_second=1, transient=True)
        self._told = time.monotonic()

    def __enter__(self) -> Display:
        if self.console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.console.is_terminal:
            self._live.stop()

    def trained(self, spent: float, step: int, bits: float, speed: float) -> None:
        """So much of the budget is spent, and the last steps cost `bits` per note, at `speed` notes a second."""
        self.train.append((spent, bits))
        line = f"step {step}  {bits:.3f} bits per note  {speed:,.0f} notes/s"
        self._progress.update(self._task, completed=spent, description=line)
        if self.console.is_terminal:
            self._live.update(self._picture())
        elif time.monotonic() - self._told >= _PLAIN_EVERY:
            self._told = time.monotonic()
            self.say(f"{spent:4.0%}  {line}")

    def checked(self, spent: float, step: int, bits: float, best: bool) -> None:
        """Held-out pieces cost `bits` per note, the `best` so far or not."""
        self.valid.append((spent, bits))
        self.say(f"{spent:4.0%}  step {step}: {bits:.3f} bits per note held out{', the best so far' * best}")

    def say(self, sentence: str) -> None:
        """A sentence that stays."""
        self.console.print(sentence, highlight=False, markup=False, soft_wrap=True)

    def _picture(self) -> Group:
        plot = loss_plot(self.train, self.valid, self.console.width - _MARGIN, _ROWS)
        return Group(Text(plot), self._progress) if plot else Group(self._progress)


def _label(value: float, chars: int, delta: float, left: bool = False) -> str:
    """A number at an axis, `chars` wide, under the names that plotille calls it with."""
    return f"{value:.2f}".ljust(chars) if left else f"{value:.2f}".rjust(chars)


def loss_plot(train: list[Point], valid: list[Point], columns: int, rows: int) -> str:
    """A picture of both curves in text; "" where there is nothing to draw, or no room."""
    points = train + valid
    if len(points) < 2 or columns < 20:
        return ""
    figure = plotille.Figure()
    figure.width, figure.height = columns, rows
    figure.color_mode, figure.with_colors = "names", False
    figure.x_label, figure.y_label = "% spent", "bits per note"
    figure.register_label_formatter(float, _label)
    # The fall from chance in the first steps would flatten all that comes after.
    values = sorted(bits for _, bits in points)
    highest = values[min(len(values) - 1, int(0.95 * len(values)))]
    figure.set_x_limits(0.0, 100 * max(x for x, _ in points) + 1e-6)
    figure.set_y_limits(values[0] - 0.1, max(highest, values[0]) + 0.1)
    for curve, name, marker in ((train, "train", None), (valid, "held out", "o")):
        if curve:
            figure.plot([100 * x for x, _ in curve], [y for _, y in curve], label=name, marker=marker)
    picture: str = figure.show(legend=True)
    return picture
