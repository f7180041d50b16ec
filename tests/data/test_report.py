"""What the report says, and the distributions it draws."""

import json
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from songs import tune, varied, write_song

from bridge.data.notes import NOTE
from bridge.data.prepare import prepare
from bridge.data.tally import MEASURES, Tally


def test_a_tally_counts_what_is_there() -> None:
    notes = np.zeros(4, NOTE)
    notes["onset_seconds"] = [0.0, 0.0, 1.0, 2.0]
    notes["offset_seconds"] = [2.0, 0.5, 1.5, 4.0]
    notes["onset_beats"], notes["offset_beats"] = notes["onset_seconds"] * 1.5, notes["offset_seconds"] * 1.5
    notes["pitch"], notes["velocity"], notes["voice"] = [60, 64, 64, 36], [0, 1, 127, 80], [0, 0, 0, 3]
    tally = Tally()
    tally.add("mine", notes, has_beats=True)
    counts = {name: tally.counts[name]["mine"] for name in MEASURES}
    assert {pitch: int(n) for pitch, n in enumerate(counts["pitch"]) if n} == {60: 1, 64: 2}
    assert {velocity: int(n) for velocity, n in enumerate(counts["velocity"], 1) if n} == {1: 1, 80: 1, 127: 1}
    assert counts["polyphony"][:4].tolist() == [1, 3, 0, 0]  # The two that begin together hear each other.
    assert counts["duration"].sum() == 4 and counts["inter-onset"].sum() == 2 and counts["length"].sum() == 1
    assert counts["tempo"].nonzero()[0].tolist() == [(90 - 20) // 5]
    assert tally.unknown_velocities == 1
    assert tally.voice_notes[[0, 3]].tolist() == [3, 1]
    assert tally.voice_hours[[0, 3]] * 3600 == pytest.approx([2.0, 2.0])


def test_the_report_adds_up_and_names_names(tmp_path: Path) -> None:
    folder = tmp_path / "songs"
    folder.mkdir()
    rows = ["path,source,split,licence"]
    for number, (source, split, licence) in enumerate(
        [("a", "train", "CC0"), ("a", "valid", "MIT"), ("b <i>", "train", "CC0"), ("b <i>", "test", "CC0")]
    ):
        write_song(folder / f"{number}.mid", tune(number, 50))
        rows.append(f"{number}.mid,{source},{split},{licence}")
    write_song(folder / "copy.mid", varied(tune(3, 50), shift=2))
    (folder / "<bad>.mid").write_bytes(b"nothing")
    rows += ["copy.mid,a,train,CC0", "<bad>.mid,a,train,CC0", "gone.mid,a,train,CC0"]
    (folder / "manifest.csv").write_text("\n".join(rows))
    prepare(folder, tmp_path / "out", Console(quiet=True))
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert (report["files"], report["pieces"], report["notes"]) == (7, 4, 200)
    assert {name: source["licences"] for name, source in report["sources"].items()} == {
        "a": {"CC0": 1, "MIT": 1}, "b <i>": {"CC0": 2},
    }  # fmt: skip
    assert {split: row["pieces"] for split, row in report["splits"].items()} == {"train": 2, "valid": 1, "test": 1}
    assert {reason: row["count"] for reason, row in report["refused"].items()} == {"missing": 1, "not MIDI": 1}
    ((path, source, split, kept, _, kept_split, likeness),) = report["duplicates"]["first"]
    assert (Path(path).name, source, split, Path(kept).name, kept_split) == ("copy.mid", "a", "train", "3.mid", "test")
    assert likeness == 1.0
    for name, of in report["distributions"].items():
        assert len(of["edges"]) == len(of["counts"]["a"]) + 1, name
    assert np.sum(report["distributions"]["pitch"]["counts"]["a"]) == 100
    page = (tmp_path / "out" / "report.html").read_text()
    assert "b &lt;i&gt;" in page and "&lt;bad&gt;.mid" in page and "<bad>" not in page
    assert "http" not in page and 'src="report.png"' in page
    assert (tmp_path / "out" / "report.png").read_bytes().startswith(b"\x89PNG")
