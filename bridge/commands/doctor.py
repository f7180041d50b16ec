"""`antiphon doctor`: check this machine for all that playing needs."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from bridge.commands.options import check_outputs
from bridge.system import terminal
from bridge.system.terminal import say

if TYPE_CHECKING:
    from rich.console import Console

    from bridge.live.diagnosis import Finding
    from bridge.live.running import RunningSet

_STYLES = {"ok": terminal.GOOD, "warn": terminal.WARNING, "fail": terminal.BAD}
_ROWS = 12
_WIDTH = 40


@click.command(name="doctor")
@click.option("--json", "as_json", is_flag=True, help="Findings as JSON.")
@click.option("--picture", type=click.Path(path_type=Path, dir_okay=False), help="Draw the loop-back latencies here.")
@click.option("--osc-port", type=click.IntRange(1, 65535), default=7401, show_default=True, help="The port to check.")
@click.option("--machine", is_flag=True, help="Check the machine though a set plays, which takes time from it.")
def command(as_json: bool, picture: Path | None, osc_port: int, machine: bool) -> None:
    """Check this machine for all that playing needs, and say what to do about what is missing.

    While antiphon jam runs it asks that, and answers in order: why do I hear nothing?

    Ends with 0 when you can play (warnings allowed), with 1 otherwise. Takes some seconds.
    """
    from bridge.commands import machine_checks

    check_outputs([picture] if picture is not None else [], force=True)
    console = terminal.console()
    if not machine and (sets := list(_running(osc_port))):
        _tell_of_sets(console, sets, as_json)
    findings: list[Finding] = []
    for finding in _examine(osc_port):
        findings.append(finding)
        if not as_json:
            _show(console, finding)
    finding, loop = machine_checks.check_loopback()
    findings.append(finding)
    if not as_json:
        _show(console, finding)
    if loop is not None and not as_json:
        for line in text_histogram(loop.latencies):
            console.print(f"      {line}")
    if loop is not None and picture is not None:
        from bridge.reports.plots import histogram

        histogram({f"{loop.backend}: out to in": loop.latencies, "lateness of note-ons": loop.lateness}, picture)
    possible = machine_checks.playing_possible(findings)
    if as_json:
        say(
            json.dumps(
                _report(findings, possible, machine_checks.midi_possible(findings), loop.latencies if loop else ()),
                indent=2,
            )
        )
    else:
        console.print(machine_checks.how_to_play(findings), style="bold" if possible else terminal.BAD)
    raise SystemExit(0 if possible else 1)


def _running(osc_port: int) -> Iterator[tuple[RunningSet, Mapping[str, Any] | None]]:
    """Each set that runs, with how it stands; None for one that does not answer."""
    from bridge.live.running import RunningSet, ask_status, forget, running_sets

    known = running_sets()
    if not any(one.port == osc_port for one in known):  # one of an earlier version, or whose file is gone
        if (status := ask_status("127.0.0.1", osc_port)) is not None:
            yield RunningSet("Antiphon", 0, "127.0.0.1", osc_port), status
    for one in known:
        status = ask_status(one.host, one.port)
        if status is None and not _lives(one.pid):
            forget(one)
        else:
            yield one, status


def _lives(pid: int) -> bool:
    """Whether there is such a process, as far as this system lets one ask without harm."""
    if os.name != "posix":
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _tell_of_sets(
    console: Console, sets: Sequence[tuple[RunningSet, Mapping[str, Any] | None]], as_json: bool
) -> NoReturn:
    """Say of each set why it may not be heard, and end."""
    from bridge.live.diagnosis import Finding, Verdict, diagnose

    reports: list[dict[str, Any]] = []
    for one, status in sets:
        if status is None:
            text = f"does not answer on {one.host}:{one.port}"
            findings = [Finding(Verdict.FAIL, "set", text, f"end it (kill {one.pid}), and start antiphon jam again")]
        else:
            findings = diagnose(status)
        reports.append({"name": one.name, "pid": one.pid, "osc": [one.host, one.port], "findings": _as_json(findings)})
        if not as_json:
            where = f"OSC {one.host}:{one.port}" + (f", page {one.page.partition('?')[0]}" if one.page else "")
            console.print(f"{one.name} is playing ({where}). Why do I hear nothing?", style="bold")
            for finding in findings:
                _show(console, finding)
    bad = any(found["verdict"] == Verdict.FAIL for report in reports for found in report["findings"])
    if as_json:
        say(json.dumps({"sets": reports}, indent=2))
    else:
        told = "What keeps it from being heard stands above." if bad else "Nothing here keeps it from being heard."
        console.print(told, style=terminal.BAD if bad else "bold")
        say("The machine itself is checked when nothing plays, or by antiphon doctor --machine.")
    raise SystemExit(1 if bad else 0)


def _examine(osc_port: int) -> Iterator[Finding]:
    """Every finding but the loop-back's, each as soon as it is known."""
    from bridge.commands import machine_checks

    yield from machine_checks.check_system()
    yield from machine_checks.check_runtime()
    yield from machine_checks.check_models()
    yield machine_checks.check_osc(osc_port)
    yield from machine_checks.check_midi()


def _show(console: Console, finding: Finding) -> None:
    from rich.padding import Padding
    from rich.text import Text

    line = Text.assemble((f"{finding.verdict:<5}", _STYLES[finding.verdict]), (finding.subject, "bold"))
    line.append(f": {finding.text}")
    console.print(line)
    if finding.advice:
        console.print(Padding(Text(f"→ {finding.advice}"), (0, 0, 0, 5)))


def _report(findings: list[Finding], possible: bool, midi: bool, latencies: Sequence[float]) -> dict[str, object]:
    return {
        "playing_possible": possible,
        "midi_possible": midi,
        "findings": _as_json(findings),
        "loopback_ms": [round(1000 * seconds, 4) for seconds in latencies],
    }


def _as_json(findings: Sequence[Finding]) -> list[dict[str, str]]:
    return [
        {"verdict": str(one.verdict), "subject": one.subject, "text": one.text, "advice": one.advice}
        for one in findings
    ]


def text_histogram(seconds: Sequence[float], rows: int = _ROWS, width: int = _WIDTH) -> list[str]:
    """Times (at least one) as lines of bars, shortest times first; the last row takes all that is beyond."""
    import numpy as np

    times = 1000 * np.asarray(seconds, dtype=np.float64)
    low, high = float(times.min()), float(np.quantile(times, 0.98))
    edges = np.linspace(low, max(high, low + 0.1), rows)
    counts = np.histogram(times, bins=[*edges, np.inf])[0]
    full = max(int(counts.max()), 1)
    return [
        f"{edge:7.2f} ms{'+' if row == rows - 1 else ' '} {'█' * -(-int(count) * width // full):<{width}} {count:>4}"
        for row, (edge, count) in enumerate(zip(edges, counts, strict=True))
    ]
