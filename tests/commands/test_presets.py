"""`antiphon presets`: what there is to recall."""

from __future__ import annotations

from pathlib import Path

from typed import run


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
