"""The recipes of docs/developing.md, carried out on a copy of the package with the code that stands there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from places import ROOT

from bridge.engine.fake import FakeModel
from bridge.live.daemon import Daemon
from bridge.live.model_swap import LoadedModel
from bridge.live.surfaces import Surface
from bridge.midi.manual import FakePort
from bridge.performer.settings import Settings
from bridge.vocabulary.events import SetMode

PAGE = (ROOT / "docs" / "developing.md").read_text(encoding="utf-8")
# A change or a new file: what it is, of which file, and its code as it is indented on the page.
STEP = re.compile(
    r"^ *<!-- (new file|change): (\S+) -->\n( *)```(?:python|diff)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL
)


def section(title: str) -> str:
    """What stands under a heading of the page."""
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, title
    return found.group(1)


def changed(text: str, diff: str) -> str:
    """`text` after a change whose lines begin with a space, - or +."""
    lines = diff.splitlines()
    before = "\n".join(line[1:] for line in lines if not line.startswith("+"))
    after = "\n".join(line[1:] for line in lines if not line.startswith("-"))
    assert text.count(before) == 1, f"not once in the file:\n{before}"
    return text.replace(before, after)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package, with docs and patches, which a recipe may change."""
    for name in ("bridge", "docs", "max_patches"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "*.mid", "*.png"))
    shutil.copy(ROOT / "LICENSE", tmp_path)  # part of the Max package
    return tmp_path


def carry_out(title: str, package: Path) -> int:
    """Do what the recipe says; how many steps that took."""
    steps = STEP.findall(section(title))
    for what, name, indent, code in steps:
        path, code = package / name, re.sub(f"^{indent}", "", code, flags=re.MULTILINE)
        path.write_text(code if what == "new file" else changed(path.read_text(encoding="utf-8"), code), "utf-8")
    return len(steps)


def run(package: Path, code: str) -> str:
    """What a program says that has the copy for its package."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        cwd=package,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(package), str(ROOT / "tests")))},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_mode_is_one_module_and_its_name(package: Path) -> None:
    assert carry_out("A mode", package) == 2
    said = run(
        package,
        """
        from performing import PHRASE, ons, phrase, simulation
        from bridge.osc.decode import decode
        from bridge.simulator.campaign import STAND_IN, models
        from bridge.simulator.sets import play_set
        from bridge.vocabulary.events import SetMode

        sim = simulation("shadow", tempo=60.0)
        sim.play(phrase(), until=6.0)
        assert [pitch for _, _, pitch in ons(sim)] == [pitch - 12 for pitch in PHRASE], ons(sim)
        assert [round(time, 3) for time, _, _ in ons(sim)] == [2.0 + 0.25 * place for place in range(5)], ons(sim)
        sim.close()
        assert not sim.port.sounding
        assert decode("/antiphon/mode/shadow", [1], 0.0) == SetMode(0.0, "shadow")
        for seed in range(4):
            outcome = play_set(seed, 6.0, models([STAND_IN]))
            assert outcome.broken is None, outcome.broken
        print("played")
        """,
    )
    assert said.strip() == "played"


def test_a_parameter_is_one_entry(package: Path) -> None:
    assert carry_out("A parameter", package) == 1
    run(
        package,
        """
        import pathlib, subprocess, sys
        import pytest
        from performing import simulation
        from bridge.osc.decode import decode
        from bridge.vocabulary.events import SetParameter

        assert simulation("duet", values={"bite": 0.5}).session.performer.stage.values.bite == 0.5
        assert decode("/antiphon/set/bite", [0.25], 0.0) == SetParameter(0.0, "bite", 0.25)
        with pytest.raises(ValueError, match="bite"):
            simulation("duet", values={"bite": 1.5})
        make = [sys.executable, "docs/make.py"]
        assert subprocess.run([*make, "--check"]).returncode == 1
        subprocess.run(make, check=True)
        assert "| `bite` |" in pathlib.Path("docs/parameters.md").read_text()
        """,
    )


def test_an_osc_message_is_one_entry(package: Path) -> None:
    assert carry_out("An OSC message", package) == 1
    run(
        package,
        """
        import pathlib, subprocess, sys
        from bridge.osc.decode import decode
        from bridge.vocabulary.events import SetTempo

        assert decode("/antiphon/free", [], 3.0) == SetTempo(3.0, 0.0)
        subprocess.run([sys.executable, "docs/make.py"], check=True)
        assert "| `/antiphon/free` |" in pathlib.Path("docs/osc.md").read_text()
        """,
    )


def test_a_surface_is_one_class_and_a_line() -> None:
    code = re.search(r"<!-- surface -->\n```python\n(.*?)```", section("A surface"), re.DOTALL)
    assert code and "daemon.attach(Lamp())" in section("A surface")
    names: dict[str, type[Surface]] = {}
    exec(code.group(1), names)
    lamp = names["Lamp"]()
    daemon = Daemon(
        LoadedModel(FakeModel(), ""),
        Settings(mode="duet", seed=1),
        FakePort(clock=time.perf_counter),
        lambda name: LoadedModel(FakeModel(name), ""),
    )
    daemon.attach(lamp)
    thread = threading.Thread(target=daemon.run)
    thread.start()
    try:
        daemon.hand_in([SetMode(time.perf_counter(), "duet")], None)
        lit = wait_for_light(lamp, daemon)
    finally:
        daemon.stop()
        thread.join(10.0)
    assert lit and not thread.is_alive()


def wait_for_light(lamp: Surface, daemon: Daemon) -> bool:
    """Play until the machine has the turn."""
    from bridge.vocabulary.events import NoteOff, NoteOn

    until = time.monotonic() + 30.0
    while time.monotonic() < until and not lamp.lit:  # type: ignore[attr-defined]
        daemon.hand_in([NoteOn(time.perf_counter(), 60, 80)], None)
        time.sleep(0.05)
        daemon.hand_in([NoteOff(time.perf_counter(), 60)], None)
        time.sleep(0.05)
    return bool(lamp.lit)  # type: ignore[attr-defined]


def test_a_family_is_a_backbone_a_graph_and_its_name(package: Path) -> None:
    pytest.importorskip("torch")
    assert carry_out("A family of models", package) == 7
    run(
        package,
        """
        from pathlib import Path
        import torch
        from bridge.engine.streaming import StreamingModel
        from bridge.training.checkpoint import config_from_json
        from bridge.training.export import export_model
        from bridge.training.network import Network

        torch.manual_seed(0)
        config = config_from_json({"family": "taps", "width": 32, "taps": 3})
        folder = export_model(Network(config).eval(), Path("models"), "small", rewind=8, max_chunk=8)
        model = StreamingModel.load(folder, provider="cpu")
        assert model.manifest.family == "taps"
        model.warm_up()
        """,
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the recipe's line is Linux's")
def test_a_backend_of_rtmidis_is_a_line(package: Path) -> None:
    assert carry_out("A MIDI backend", package) == 1
    run(
        package,
        """
        from bridge.midi.devices import platform_apis

        assert list(platform_apis()) == ["alsa", "jack", "dummy"]
        import rtmidi
        assert all(hasattr(rtmidi, name) for name in platform_apis().values()), platform_apis()
        """,
    )


def test_a_voice_costs_every_model(package: Path) -> None:
    assert carry_out("A voice", package) == 3
    run(
        package,
        """
        import pytest
        from performing import ons, phrase, simulation
        from bridge.engine.errors import ModelError
        from bridge.engine.folders import find_model
        from bridge.engine.manifest import load_manifest

        sim = simulation("respond", voices={"choir": (True, 7), "keys": (False, 1), "bass": (False, 2)})
        sim.play(phrase(), until=8.0)
        assert {channel for _, channel, _ in ons(sim)} == {7}
        with pytest.raises(ModelError, match="train and export the model"):
            load_manifest(find_model("%s"))
        """
        % (ROOT / "exported_models" / "duo"),
    )
