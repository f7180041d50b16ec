"""What the report says, and the distributions it draws."""

import json
from pathlib import Path

import numpy as np
from rich.console import Console
from songs import tune, varied, write_song

from bridge.data.prepare import prepare


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
