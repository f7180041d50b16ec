"""`antiphon models`, `parameters` and `presets`."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from engine_models import change_manifest, write_model

from bridge.cli import main
from bridge.osc.table import INCOMING, OUTGOING, markdown
from bridge.vocabulary.parameters import PARAMETERS


def run(*words: str, width: int = 100, code: int = 0) -> str:
    result = CliRunner(env={"COLUMNS": str(width)}).invoke(main, words)
    assert result.exit_code == code, result.output
    return result.output


def test_models_says_what_each_is_and_which_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_model(tmp_path / "small", "gru")
    change_manifest(write_model(tmp_path / "odd"), rewind=20_000_000)
    monkeypatch.setattr("bridge.engine.folders.search_folders", lambda: [tmp_path])
    out = run("models", width=200)
    (row,) = (line for line in out.splitlines() if "small" in line and "│" in line)
    assert "gru" in row and "float32" in row and "all, ever fainter" in row and "MB" in row
    assert "odd: " in out and "rewind is 20000000" in " ".join(out.split())


def test_models_without_any_says_how_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.engine.folders.search_folders", lambda: [tmp_path])
    assert "ANTIPHON_MODELS names more folders" in run("models", code=1)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_parameters_lists_all_and_keeps_to_the_width(width: int) -> None:
    out = run("parameters", width=width)
    assert all(name in out for name in PARAMETERS)
    assert max(map(len, out.splitlines())) <= width


def test_parameters_by_name() -> None:
    out = run("parameters", "bars", "scale")
    assert "0 to 64, whole" in out and "dorian" in out and "temperature" not in out
    assert "did you mean 'density'" in " ".join(run("parameters", "densty", code=2).split())


def test_presets_lists_shows_and_says_how_to_make_one(tmp_path: Path) -> None:
    assert "/antiphon/preset/save NAME makes one" in run("presets", "--presets", str(tmp_path))
    (tmp_path / "verse.toml").write_text(
        'mode = "duet"\nprogram = 3\n[parameters]\ndensity = 2\n[voices]\ndrums = "off"\n'
    )
    (tmp_path / "torn.toml").write_text("mode = ")
    out = run("presets", "--presets", str(tmp_path), width=160)
    (row,) = (line for line in out.splitlines() if "verse" in line)
    assert "duet" in row and " 3 " in row and "density=2, drums=off" in row
    assert "torn" in out and "not TOML" in out
    assert 'mode = "duet"' in run("presets", "verse", "--presets", str(tmp_path))
    assert "no preset 'chorus'" in run("presets", "chorus", "--presets", str(tmp_path), code=1)


def test_presets_lie_beside_a_configuration_file(tmp_path: Path) -> None:
    (tmp_path / "set.toml").write_text("")
    (tmp_path / "presets").mkdir()
    (tmp_path / "presets" / "verse.toml").write_text('mode = "duet"')
    assert "verse" in run("presets", "--config", str(tmp_path / "set.toml"))


def test_osc_lists_every_address_and_describes_some() -> None:
    out = run("osc", width=200)
    assert all(address in out for address in (*INCOMING, *OUTGOING))
    few = run("osc", "panic", "/antiphon/play", width=200)
    assert "Silence" in few and "delay (seconds)" in few and "/antiphon/mode" not in few
    assert run("osc", "--markdown").strip() == markdown().strip()
    assert "did you mean /antiphon/panic?" in " ".join(run("osc", "panik", code=2).split())
