"""A recorded session as one page, by the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

pytest.importorskip("onnx")
pytest.importorskip("torch")

from library_songs import C_MAJOR, song
from small_networks import export_small, load

from bridge.cli import main
from bridge.performer.settings import Settings
from bridge.sessions.log import header_of, line
from bridge.sessions.perform import HumanNote, perform
from bridge.vocabulary.events import ClipNote, Offered, PlayClip, PrimeWith, SetParameter


def test_the_page_has_all_of_it_and_needs_nothing_else(tmp_path: Path) -> None:
    folder = export_small(tmp_path)
    model = load(folder)
    human = [HumanNote(0.5 * i, 0.45, 60 + i % 5, 60 + i) for i in range(12)]
    tune = tuple(ClipNote(0.5 * beat, 0.5, "keys", 60 + beat, 70) for beat in range(4))
    also = [
        SetParameter(2.0, "density", 2.0),
        Offered(3.0, (7, 9), ("a <tune>, bar 1", "another, bar 3")),
        PlayClip(3.5, 7, "a <tune>, bar 1", 0.0, 0.0, tune),
        PrimeWith(5.0, 9, "another, bar 3", 0.0, tune),
    ]
    played = perform(model, Settings(mode="duet", seed=1), human, also=also, model_sha256=model.manifest.digest)
    assert played.machine
    log = tmp_path / "take" / "session.jsonl"
    log.parent.mkdir()
    log.write_text("\n".join([json.dumps(header_of(played.log)), *map(line, played.log.entries)]) + "\n")
    page = tmp_path / "report.html"
    done = CliRunner().invoke(main, ["report", str(log.parent), "--model", str(folder), "-o", str(page)])
    assert done.exit_code == 0, done.output
    text = page.read_text(encoding="utf-8")
    for part in ("Session take", "Turns", "density", "On time?", "How the machine fitted you", "Why its most"):
        assert part in text
    assert "What was recommended, and used" in text and "a &lt;tune&gt;, bar 1; another, bar 3" in text
    assert "heard by the model" in text
    assert text.count("data:image/png") >= 4 and "src=http" not in text and "<script" not in text
    piece = song(tmp_path / "c.mid", C_MAJOR)
    refused = CliRunner().invoke(main, ["report", str(piece), "--model", str(folder), "-o", str(page)])
    assert refused.exit_code and "is no session" in refused.output
