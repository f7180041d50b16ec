"""`antiphon bench`: measure latency, jitter and steadiness."""

from __future__ import annotations

import json
import signal
import time
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from bridge.bench.registry import MEASUREMENTS
from bridge.commands.options import check_folder, check_outputs
from bridge.system import terminal
from bridge.system.plain_files import write_plain

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID
    from rich.text import Text

    from bridge.bench.result import Conditions, Figure, Result

# The terminal is not drawn more often than this, in seconds.
_DRAW_EVERY = 0.25
_ENDINGS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
# As a shell says it of a program that Ctrl-C ended.
_INTERRUPTED = 130


def _names(ctx: click.Context, param: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name not in MEASUREMENTS:
            raise click.BadParameter(f"no measurement {name!r}: there are {', '.join(MEASUREMENTS)}")
    return names


_QUICK = tuple(name for name, measurement in MEASUREMENTS.items() if measurement.quick)
_LIST = "\n".join(
    f"{'*' if name in _QUICK else ' '} {name:<13} {measurement.question}" for name, measurement in MEASUREMENTS.items()
)


@click.command(name="bench", epilog=f"\b\nMeasurements (*: those of --quick without NAMES):\n{_LIST}")
@click.argument("names", nargs=-1, callback=_names, metavar="[NAMES]...")
@click.option("--model", default="duo", show_default=True, help="A model's name, or its folder.")
@click.option("--beside", default="", metavar="MODEL", help="Time cold steps beside another's: a name or a folder.")
@click.option(
    "--quick",
    is_flag=True,
    help="Fewer samples, two minutes at most: a look, not a measurement to quote. Without NAMES, those marked below.",
)
@click.option(
    "--minutes",
    type=click.FloatRange(0, 120, min_open=True),
    help="How long somebody is at the page (page), beside as long without.",
)
@click.option("--json", "json_path", type=click.Path(path_type=Path, dir_okay=False), help="Write the figures here.")
@click.option("--picture", type=click.Path(path_type=Path, file_okay=False), help="Draw distributions here.")
def command(
    names: tuple[str, ...],
    model: str,
    beside: str,
    quick: bool,
    minutes: float | None,
    json_path: Path | None,
    picture: Path | None,
) -> None:
    """Measure what playing depends on (all of it, or only NAMES), each figure beside its bar.

    Live measurements start a JACK server of their own, where jackd is installed. Let nothing else run meanwhile.
    Ctrl-C ends it, and what was measured until then is shown. Ends with 1 when a bar is missed or a measurement fails.
    """
    from bridge.bench.machine import facts
    from bridge.bench.result import Conditions

    names = names or (_QUICK if quick else tuple(MEASUREMENTS))
    if minutes is not None and (quick or "page" not in names):
        raise click.UsageError("--minutes is for page, and not for --quick")
    check_outputs([json_path] if json_path is not None else [], force=True)
    if picture is not None:
        check_folder(picture)
    console = terminal.console()
    machine = facts(model)
    console.print(
        f"{machine['cpu']}, {machine['cores']} cores, load {machine['load']}; ONNX Runtime {machine['onnxruntime']}; "
        f"model {model}",
    )
    began = time.time()
    results: list[Result] = []
    conditions = Conditions(model, quick, picture, beside=beside, minutes=minutes or 0.0)
    interrupted = _measure(console, names, conditions, results)
    _show(console, results)
    if json_path is not None:
        report = {
            "machine": machine,
            "quick": quick,
            "interrupted": interrupted,
            "began": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(began)),
            "results": [result.as_json() for result in results],
        }
        write_plain(json_path, json.dumps(report, indent=2) + "\n")
    if interrupted:
        console.print(f"interrupted after {len(results)} of {len(names)} measurements; their figures are above")
        raise SystemExit(_INTERRUPTED)
    if any(result.met is False for result in results):
        raise SystemExit(1)


class _Ended(BaseException):
    """Somebody wants the program to end."""


def _end(_number: int, _frame: FrameType | None) -> None:
    for number in _ENDINGS:
        signal.signal(number, signal.SIG_IGN)  # once is enough: what runs is being ended
    raise _Ended


def _measure(console: Console, names: tuple[str, ...], conditions: Conditions, results: list[Result]) -> bool:
    """Take the measurements one by one; `results` gets what comes of each. True where somebody ended that."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from bridge.bench import supervised

    before = {number: signal.signal(number, _end) for number in _ENDINGS}
    budget = supervised.Budget(len(names), conditions.quick, time.monotonic(), conditions.minutes)
    # Drawn now and then, and never by a thread of its own: drawing would be in the timings.
    columns = TextColumn("{task.description:<13}"), BarColumn(), TimeElapsedColumn()
    try:
        with Progress(*columns, console=console, auto_refresh=False) as progress:
            for name in names:
                task = progress.add_task(name, total=1.0)
                tell = _Teller(progress, task)
                limit = budget.next(time.monotonic())
                results.append(supervised.measure(name, replace(conditions, progress=tell), limit))
                progress.update(task, completed=1.0)
                progress.refresh()
    except _Ended:
        return True
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return False


class _Teller:
    """Draws how far a task of a progress display is, not too often."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress, self._task = progress, task
        self._drawn = time.perf_counter()
        progress.refresh()

    def __call__(self, part: float) -> None:
        if time.perf_counter() - self._drawn >= _DRAW_EVERY:
            self._progress.update(self._task, completed=part)
            self._progress.refresh()
            self._drawn = time.perf_counter()


def _show(console: Console, results: list[Result]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(show_edge=False)
    for heading in ("measurement", "figure"):
        table.add_column(heading, overflow="fold")
    for heading in ("measured", "bar"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for result in results:
        if result.skipped:
            table.add_row(result.name, result.skipped, "", "", Text("skipped", terminal.WARNING))
        if result.failed:
            table.add_row(result.name, result.failed, "", "", Text("failed", terminal.BAD))
        for number, figure in enumerate(result.figures):
            table.add_row("" if number else result.name, *_row(figure))
        table.add_section()
    console.print(table)
    for result in results:
        if result.detail:
            console.print(f"{result.name}: {result.detail}")


def _row(figure: Figure) -> tuple[str, str, str, Text]:
    from rich.text import Text

    words = {None: Text(""), True: Text("met", terminal.GOOD), False: Text("missed", terminal.BAD)}
    bar = "" if figure.bar is None else f"≤ {_number(figure.bar, figure.unit)}"
    return figure.name, _number(figure.value, figure.unit), bar, words[figure.met]


def _number(value: float, unit: str) -> str:
    digits = f"{value:.1e}" if 0 < abs(value) < 1e-3 and not unit else f"{value:,.4g}"
    return f"{digits} {unit}".rstrip()
