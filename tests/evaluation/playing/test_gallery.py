"""The gallery shows the first that were played, not chosen."""

from __future__ import annotations

from pathlib import Path

from bridge.evaluation.playing import gallery
from bridge.evaluation.playing.parts import Findings
from bridge.midi import files


def test_the_gallery_shows_the_first(findings: Findings, tmp_path: Path) -> None:
    page = gallery.write(findings, tmp_path, "antiphon assess")
    text = page.read_text(encoding="utf-8")
    assert len(list((tmp_path / "playing").glob("respond-*.png"))) == gallery.SHOWN["respond"] == 8
    assert "playing/respond-8.mid" in text and "    antiphon assess" in text
    file = files.read(tmp_path / "playing" / "respond-1.mid")
    excerpt = findings.parts[0].excerpts[0]
    assert file.names[1:2] == ["Human"] or "Human" in file.names
    assert len(file.notes) == len(excerpt.phrase.onset) + len(findings.parts[0].performances[0].machine)
