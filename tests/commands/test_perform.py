"""`antiphon perform` as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from performing_files import notes_of, perform, performed, stand_in, write_tune
from places import CASES

from bridge.engine.fake import FakeModel
from bridge.midi import files as midifile
from bridge.sessions.log import read_log, replay


@pytest.fixture(autouse=True)
def _stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch)


@pytest.fixture
def tune(tmp_path: Path) -> Path:
    return write_tune(tmp_path / "tune.mid")


def test_options_and_presets_count_as_in_jam(tune: Path, tmp_path: Path) -> None:
    (tmp_path / "presets").mkdir()
    (tmp_path / "presets" / "high.toml").write_text('mode = "harmonize"\n[parameters]\nlow = 90\nharmonies = 1\n')
    words = ("--preset", "high", "--presets", tmp_path / "presets", "--set", "harmonies=2")
    file = performed(tune, tmp_path / "a.mid", *words)
    added = notes_of(file, "Antiphon keys")
    assert len(added) == 20 and all(row[3] >= 90 for row in added)
    assert performed(tune, tmp_path / "b.mid", *words, "--mode", "off").names[-1] == "Human Bass"
    for words, text in (
        (("--set", "tempratur=1"), "tempratur"),
        (("--preset", "low", "--presets", tmp_path / "presets"), "no preset 'low'"),
        (("--voice", "oboe=1"), "oboe"),
        (("--human-voice", "oboe"), "oboe"),
    ):
        refused = perform(tune, "-o", tmp_path / "c.mid", *words)
        assert refused.exit_code != 0 and text in refused.output and "Traceback" not in refused.output
    assert not (tmp_path / "c.mid").exists()


def test_a_log_that_replays_and_a_picture(tune: Path, tmp_path: Path) -> None:
    performed(tune, tmp_path / "out.mid", "--log", "--picture")
    log = read_log(tmp_path / "out.jsonl")
    assert replay(log, lambda name, digest: FakeModel(name)) == log.outputs() and log.outputs()
    assert (tmp_path / "out.png").read_bytes().startswith(b"\x89PNG")


def test_several_go_into_a_folder_and_one_that_is_broken_is_named(tune: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.mid").write_bytes(b"no song")
    done = perform(tune, tmp_path / "bad.mid", CASES / "midi" / "04-six-eight.mid", "-o", tmp_path / "out")
    assert done.exit_code == 1 and "bad.mid is not a MIDI file" in done.output and "1 of 3 files" in done.output
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["04-six-eight.mid", "tune.mid"]


def test_on_an_error_there_is_no_file(tune: Path, tmp_path: Path) -> None:
    before = tune.read_bytes()
    for words in (
        (tmp_path / "nowhere.mid", "-o", tmp_path / "out.mid"),
        (tune, "-o", tmp_path / "no folder" / "out.mid"),
        (tune, "-o", tune),
        (tune, "-o", tmp_path / "out.mid", "--model", "dry", "--step-ms", "-1"),
    ):
        refused = perform(*words)
        assert refused.exit_code != 0 and "Traceback" not in refused.output, refused.output
        assert not (tmp_path / "out.mid").exists() and tune.read_bytes() == before


@pytest.mark.parametrize("case", sorted((CASES / "midi").glob("*.mid")), ids=lambda path: path.stem)
def test_every_case_is_performed(case: Path, tmp_path: Path) -> None:
    done = perform(case, "-o", tmp_path / "out.mid")
    assert done.exit_code == 0, done.output
    before, after = midifile.read(case), midifile.read(tmp_path / "out.mid")
    assert bool(before.mended) == (f"{case}: " in done.output)
    assert (after.tempos, after.metres, after.mended) == (before.tempos, before.metres, ())
    humans = {name for name in after.names if name.startswith("Human")}
    assert len(notes_of(after, *humans)) == len(before.notes)
