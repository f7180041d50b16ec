"""The shape of the house: imports go one way, and heavy libraries stay in their rooms."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import mirror
import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "bridge"
MODULES = sorted(PACKAGE.rglob("*.py"))

# Where each heavy library may be imported.
ROOMS = {
    "torch": ("training/",),
    "safetensors": ("training/",),
    "lightning_fabric": ("training/processes",),
    "tensorboardX": ("training/",),
    "plotille": ("training/",),
    "scipy": ("evaluation/",),
    "sklearn": ("evaluation/", "training/"),
    "onnx": ("training/",),
    "onnxruntime": ("engine/", "bench/", "commands/machine_checks"),
    "rtmidi": ("midi/rtmidi_binding",),
    "rtmidi2": ("midi/rtmidi_binding",),
    "jack": ("midi/", "bench/"),
    "mido": ("midi/", "sessions/recorder"),
    "link": ("live/link", "bench/"),
    "pythonosc": ("osc/", "bench/"),
    "distributed": ("data/",),
    "pebble": ("data/",),
    "starlette": ("web/",),
    "uvicorn": ("web/",),
    "websockets": ("web/", "bench/"),
    "zeroconf": ("web/discovery",),
    "matplotlib": ("reports/", "sessions/picture", "data/report", "evaluation/", "explanation/picture", "training/"),
    "click": ("cli", "commands/", "training/"),
}
# Each room may import those before it and its own.
LAYERS = (
    ("vocabulary",),
    ("timing", "system"),
    ("engine",),
    ("generation",),
    ("midi", "reports"),
    ("data",),
    ("performer",),
    ("osc",),
    ("presets",),
    ("sessions",),
    ("live",),
    ("web",),
    ("evaluation",),
    ("library",),
    ("explanation",),
    ("simulator", "training", "bench"),
    ("commands",),
    ("cli",),
    ("__main__",),
)


def name_of(path: Path) -> str:
    return str(path.relative_to(PACKAGE).with_suffix(""))


def imports(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def layer_of(dotted: str) -> int | None:
    parts = dotted.split(".")
    if parts[0] != "bridge" or len(parts) < 2:
        return None
    return next((number for number, names in enumerate(LAYERS) if parts[1] in names), None)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_heavy_libraries_stay_in_their_rooms(path: Path) -> None:
    name = name_of(path)
    for imported in imports(path):
        rooms = ROOMS.get(imported.split(".")[0])
        assert rooms is None or name.startswith(rooms), f"bridge/{name}.py imports {imported}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_go_one_way(path: Path) -> None:
    own = layer_of("bridge." + name_of(path).replace("/", "."))
    if path == PACKAGE / "__init__.py":
        assert not [name for name in imports(path) if name.startswith("bridge")]
        return
    assert own is not None, f"bridge/{name_of(path)}.py is in no layer"
    for imported in imports(path):
        layer = layer_of(imported)
        assert layer is None or layer <= own, f"bridge/{name_of(path)}.py imports {imported}"


def test_help_loads_nothing_heavy() -> None:
    heavy = "numpy, torch, onnxruntime, mido, rtmidi, matplotlib, rich, pythonosc, scipy, starlette, uvicorn".split(
        ", "
    )
    code = f"import sys, bridge.cli\nprint([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_the_model_runtime_reports_nothing_home() -> None:
    code = "import os, bridge\nprint(os.environ['ORT_DISABLE_TELEMETRY'])"
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT, env=environment
    )
    assert done.stdout.strip() == "1"


def test_no_pickle_anywhere() -> None:
    for path in MODULES:
        assert "pickle" not in {name.split(".")[0] for name in imports(path)}, name_of(path)


def test_no_test_has_modules_imported_twice() -> None:
    """Later tests would patch the second copy and call the first, in whichever process happens to run both."""
    again = re.compile(r"importlib\.reload|(?:monkeypatch\.delitem\(|\bdel |\.pop\()\s*sys\.modules|sys\.modules\.pop")
    for path in sorted((ROOT / "tests").rglob("*.py")):
        if path != Path(__file__):
            assert not again.search(path.read_text("utf-8")), path


# What is written to the terminal is made fit for it in one place; the others are processes that write to a pipe.
SPEAKERS = (
    "system/terminal",
    "bench/peers",
    "bench/memory",
    "bench/supervised",
    "bench/page_visitor",
    "live/model_trial",
)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_the_terminal_is_spoken_to_in_one_place(path: Path) -> None:
    if name_of(path) in SPEAKERS:
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in ("click.echo", "print", "Console", "sys.stdout.write"), (
                f"{name_of(path)}.py calls {called}: bridge.system.terminal has say() and console()"
            )


def test_no_source_of_music_is_named_in_the_code() -> None:
    """What is known of one stands in columns of its manifest: a musician's own music is treated alike."""
    sources = tomllib.loads((ROOT / "docs" / "sources.toml").read_text(encoding="utf-8"))
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        assert not [name for name in sources if re.search(rf"[\"']{re.escape(name)}[\"']", text)], name_of(path)


# --- one name, one meaning ---------------------------------------------------------------------------------

# Classes that share their name, and why that misleads nobody.
SHARED_CLASSES = {
    "Answer": "what `respond` plays, and its figures in an evaluation",
    "Bars": "where bars lie: of the progression's table, and of a phrase that is measured",
    "Before": "what came before: a chord's voicing, a draw's field",
    "Chord": "a chord by its tones, and as it lies in an excerpt",
    "Control": "a MIDI controller's message, and a control of the guide: both are the field's word",
    "Done": "called when something is done",
    "Drawing": "drawing notes: of the stage, and of a continuation",
    "Groove": "a drummer's pattern, and how a player's timing leans",
    "Heard": "what was heard: by a candidate, by a library",
    "Pace": "how fast: told as an output, and kept by the performer",
    "Part": "one of several: of what the humans play, of an assessment",
    "Question": "what is asked: of an evaluation, of a library",
    "Respond": "the mode, and the message that asks for it",
    "Style": "how a bass walks, and what a player of an excerpt plays",
}
# A file that has the name of another is the command, the measurement or the graph of what that one does.
OF_ANOTHER = ("commands", "bench", "training/graphs")
SHARED_FILES: dict[str, str] = {
    "encode": "notes for a model, reports for OSC",
    "journal": "what is written down on the way",
    "report": "the page that comes of it",
    "critic": "the critic, and teaching it",
    "embedding": "the embedding, and teaching it",
    "phrases": "phrases of held-out pieces, phrases of a library",
    "chords": "the machine's, and an excerpt's",
    "parts": "of the humans, of an assessment",
    "sets": "played for an assessment, for the simulator",
    "picture": "what is drawn of it",
    "surface": "the room as a surface of a set",
    "store": "where the room keeps its things",
    "last_set": "the last set as a file, and as a surface",
    "wire": "the bytes of the room's protocol",
    "server": "the room's server",
    "settings": "what can be set: of a performer, of a training",
    "requests": "what can be asked, and carrying it out for presets",
}


def test_no_class_has_the_name_of_another() -> None:
    classes: dict[str, list[str]] = {}
    for path in MODULES:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                classes.setdefault(node.name, []).append(name_of(path))
    twice = {name: places for name, places in classes.items() if len(places) > 1}
    assert not {name: places for name, places in twice.items() if name not in SHARED_CLASSES}, "rename one of them"
    assert not set(SHARED_CLASSES) - set(twice), "no longer shared: off the list"


def test_no_file_has_the_name_of_another() -> None:
    files: dict[str, list[str]] = {}
    for path in MODULES:
        name = name_of(path)
        if not path.name.startswith("__") and not name.startswith(OF_ANOTHER):
            files.setdefault(path.stem, []).append(name)
    twice = {name: places for name, places in files.items() if len(places) > 1}
    assert not {name: places for name, places in twice.items() if name not in SHARED_FILES}, "rename one of them"
    assert not set(SHARED_FILES) - set(twice), "no longer shared: off the list"


# --- tests mirror the rooms ------------------------------------------------------------------------------


def test_each_module_has_a_test_of_its_name_or_is_listed() -> None:
    missing = sorted(mirror.without() - set(mirror.WITHOUT))
    assert not missing, f"write {', '.join(str(mirror.modules()[name].relative_to(ROOT)) for name in missing)}"


def test_the_list_of_modules_without_is_true_and_becomes_shorter() -> None:
    assert len(mirror.WITHOUT) <= mirror.MOST
    assert not set(mirror.WITHOUT) - mirror.without(), (
        "there is a test of their name now, or no such module: off the list"
    )
    for name, (tests, _) in mirror.WITHOUT.items():
        assert (ROOT / "tests" / tests).exists(), f"{tests} is to go through {name}"


def test_a_constant_of_the_vocabulary_is_the_only_one_of_its_name() -> None:
    """`VOICES` and `DRUMS` are the voices there are, and one of them, wherever they are read."""
    named: dict[str, list[str]] = {}
    for path in MODULES:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                named.setdefault(node.target.id, []).append(name_of(path))
    for name in ("VOICES", "DRUMS", "FIELDS", "SIZES"):
        assert named[name] == ["vocabulary/codec"], f"another {name} is something else: name it so"
