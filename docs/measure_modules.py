"""Figures of the package's shape, for LOG.md: run from the repository, prints a table.

python docs/measure_modules.py
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from pathlib import Path
from types import CodeType, FrameType

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "bridge"
SHORT = 60  # lines
APART = ("__pycache__", "web", "library", "explanation")  # rooms that were added to the house later


def modules() -> dict[str, Path]:
    """Every module by its dotted name, packages by theirs."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def importers(known: dict[str, Path]) -> dict[str, set[str]]:
    """Which modules import each."""
    by: dict[str, set[str]] = defaultdict(set)
    for name, path in known.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                named = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                named = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            else:
                continue
            for one in named:
                if one in known and one != name:
                    by[one].add(name)
    return by


def passed_by_a_note() -> list[str]:
    """Modules whose code runs from a note-on's bytes to the added note's, in `harmonize`, in order."""
    from bridge.engine.fake import FakeModel
    from bridge.midi import bytes as midi_bytes
    from bridge.midi.manual import FakePort
    from bridge.performer.performer import Performer
    from bridge.performer.settings import Settings
    from bridge.sessions.log import Session
    from bridge.vocabulary.events import Input

    session = Session(Performer(FakeModel(), Settings(mode="harmonize", seed=1)))
    port = FakePort()
    port.start()
    port.receive()
    passed: dict[str, None] = {}

    def note(frame: FrameType, event: str, argument: object) -> None:
        code: CodeType = frame.f_code
        name = str(frame.f_globals.get("__name__", ""))
        # What a module runs as it is loaded, and a read of a property of a value, are no steps of the journey.
        if event == "call" and name.startswith("bridge.") and code.co_name != "<module>":
            passed.setdefault(name)

    def play(data: bytes, now: float) -> None:
        port.advance(now)
        item = midi_bytes.parse(data, now)
        assert isinstance(item, Input)
        session.receive(item, now)
        port.send(session.take_outputs(now))
        for step in range(20):
            session.advance(now + 0.002 * step)
            port.send(session.take_outputs(now + 0.002 * step))
            if any(sent[0] & 0xF0 == 0x90 for _, sent in port.sent):
                return
            port.advance(now + 0.002 * step)

    sys.setprofile(note)
    try:
        play(bytes((0x90, 60, 80)), 1.0)
    finally:
        sys.setprofile(None)
    assert any(data[0] & 0xF0 == 0x90 for _, data in port.sent), "nothing was added"
    return list(passed)


def main() -> None:
    """Print the figures."""
    known = modules()
    by = importers(known)
    files = {name: path for name, path in known.items() if path.name not in ("__init__.py", "__main__.py")}
    lines = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in files.items()}
    alone = [name for name in files if len(by[name]) == 1 and lines[name] < SHORT]
    untested = [
        name
        for name, path in files.items()
        if not (ROOT / "tests" / path.relative_to(PACKAGE).parent / f"test_{path.name}").exists()
    ]
    tests = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in (ROOT / "tests").rglob("*.py"))
    passed = passed_by_a_note()
    readme = len((ROOT / "README.md").read_text(encoding="utf-8").splitlines())
    for label, value in (
        (
            "entries in bridge/, but for web, library and explanation",
            sum(path.name not in APART for path in PACKAGE.iterdir()),
        ),
        ("modules a note-on passes until the added note leaves", len(passed)),
        (f"modules with one importer and under {SHORT} lines", len(alone)),
        (f"modules without a test of their name, of {len(files)}", len(untested)),
        ("test lines to source lines", f"{tests / sum(lines.values()):.2f}"),
        ("README, lines", readme),
    ):
        sys.stdout.write(f"{value:>6}  {label}\n")
    sys.stdout.write("\nthe note's way: " + " > ".join(name.removeprefix("bridge.") for name in passed) + "\n")
    sys.stdout.write("\none importer, short: " + ", ".join(name.removeprefix("bridge.") for name in alone) + "\n")


if __name__ == "__main__":
    main()
