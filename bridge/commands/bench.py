"""`antiphon bench`: measure latency, jitter and steadiness."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bridge import terminal
from bridge.bench.registry import MEASUREMENTS

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from bridge.bench.result import Figure, Result

# The terminal is not drawn more often than this, in seconds.
_DRAW_EVERY = 0.25


def _names(ctx: click.Context, param: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name not in MEASUREMENTS:
            raise click.BadParameter(f"no measurement {name!r}: there are {', '.join(MEASUREMENTS)}")
    return names or tuple(MEASUREMENTS)


_LIST = "\n".join(f"  {name:<13} {measurement.question}" for name, measurement in MEASUREMENTS.items())


@click.command(name="bench", epilog=f"\b\nMeasurements:\n{_LIST}")
@click.argument("names", nargs=-1, callback=_names, metavar="[NAMES]...")
@click.option("--model", default="duo", show_default=True, help="A model's name, or its folder.")
@click.option("--beside", default="", metavar="MODEL", help="Time cold steps beside another's: a name or a folder.")
@click.option("--quick", is_flag=True, help="Fewer samples: a look, not a measurement to quote.")
@click.option("--json", "json_path", type=click.Path(path_type=Path, dir_okay=False), help="Write the figures here.")
@click.option("--picture", type=click.Path(path_type=Path, file_okay=False), help="Draw distributions here.")
def command(
    names: tuple[str, ...], model: str, beside: str, quick: bool, json_path: Path | None, picture: Path | None
) -> None:
    """Measure what playing depends on (all of it, or only NAMES), each figure beside its bar.

    Live measurements start a JACK server of their own, where jackd is installed. Let nothing else run meanwhile.
    Ends with 1 when a bar is missed or a measurement fails.
    """
    from bridge.bench.machine import facts

    console = terminal.console()
    machine = facts(model)
    console.print(
        f"{machine['cpu']}, {machine['cores']} cores, load {machine['load']}; ONNX Runtime {machine['onnxruntime']}; "
        f"model {model}",
    )
    began = time.time()
    results = _measure(console, names, model, beside, quick, picture)
    _show(console, results)
    if json_path is not None:
        report = {
            "machine": machine,
            "quick": quick,
            "began": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(began)),
            "results": [result.as_json() for result in results],
        }
        json_path.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    if any(result.met is False for result in results):
        raise SystemExit(1)


def _measure(
    console: Console, names: tuple[str, ...], model: str, beside: str, quick: bool, pictures: Path | None
) -> list[Result]:
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from bridge.bench.result import Conditions

    results = []
    # Drawn only between samples and never by a thread of its own: drawing would be in the timings.
    with Progress(
        TextColumn("{task.description:<13}"), BarColumn(), TimeElapsedColumn(), console=console, auto_refresh=False
    ) as progress:
        for name in names:
            task = progress.add_task(name, total=1.0)
            progress.refresh()
            drawn = time.perf_counter()

            def tell(part: float, task: Any = task) -> None:
                nonlocal drawn
                if time.perf_counter() - drawn >= _DRAW_EVERY:
                    progress.update(task, completed=part)
                    progress.refresh()
                    drawn = time.perf_counter()

            results.append(MEASUREMENTS[name].run(Conditions(model, quick, pictures, tell, beside)))
            progress.update(task, completed=1.0)
            progress.refresh()
    return results


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
