"""What suits what is played, in words: by measures that can be read, of files and of sets alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from performing import phrase, settle, simulation
from places import ROOT

from bridge.evaluation.reviewing.music import read
from bridge.library.advice import FEWEST, Advice, Measures, advise, measure, measure_heard, measure_music
from bridge.vocabulary.codec import DRUMS
from bridge.vocabulary.events import MODE_NAMES
from bridge.vocabulary.parameters import PARAMETERS

MEASURED = Measures(pace=3.0, tones=1.0, spread=12.0, rests=0.0, drums=0.0, outside=0.0, tempo=0.0)


def so(**measures: float) -> Advice:
    from dataclasses import replace

    return advise(replace(MEASURED, **measures))


@pytest.mark.parametrize(
    ("measures", "mode", "value"),
    [
        ({"pace": 2.0, "tones": 2.0, "spread": 30.0}, "respond", ("temperature", 0.7)),
        ({"rests": 6.0}, "respond", ("temperature", 0.9)),
        ({"rests": 6.0, "tempo": 120.0}, "respond", ("trade", 4.0)),
        ({"tones": 3.0, "tempo": 100.0}, "accompany", None),
        ({"pace": 1.5}, "harmonize", ("harmonies", 2.0)),
        ({"pace": 7.0}, "duet", ("texture", 1.0)),
        ({"pace": 7.0, "outside": 0.4}, "duet", ("pull", 0.3)),
        ({"drums": 1.0, "tempo": 100.0}, "respond", ("trade", 4.0)),
    ],
)
def test_each_way_of_playing_has_its_mode(measures: dict[str, float], mode: str, value: tuple[str, float]) -> None:
    found = so(**measures)
    assert found.mode == mode and mode in MODE_NAMES
    assert value is None or found.values[value[0]] == value[1]
    for name, one in found.values.items():
        PARAMETERS[name].check(one)


def test_it_says_what_it_heard_and_why() -> None:
    text = so(pace=2.0, tones=2.0, spread=30.0).text
    assert text == (
        "slow, two hands, without a rest, no clock: respond, temperature 0.7 "
        "(two hands leave no room to play along: it answers when you rest)"
    )


def test_measures_are_what_they_say() -> None:
    seconds = np.concatenate([np.arange(8) * 0.25, 5.0 + np.arange(8) * 0.25])
    found = measure(seconds, np.full(16, 60.0), np.zeros(16), np.ones(16), 90.0)
    assert found.pace == pytest.approx(16 / 3.5, rel=0.05) and found.rests == pytest.approx(60 / 6.75)
    assert (found.tones, found.spread, found.drums, found.tempo) == (1.0, 0.0, 0.0, 90.0)
    drums = measure(seconds, np.full(16, 38.0), np.full(16, float(DRUMS)), np.zeros(16), 0.0)
    assert drums.drums == 1.0 and drums.words[1] == "drums"
    with pytest.raises(ValueError, match="play 12 at least"):
        measure(seconds[: FEWEST - 1], seconds, seconds, seconds, 0.0)


@pytest.mark.parametrize(
    ("name", "heard", "mode"),
    [
        ("session.mid", "in phrases", "respond"),  # a song's piano part, phrase by phrase
        ("trade.mid", "in phrases", "respond"),  # twelve bars, in fours
    ],
)
def test_real_pieces_are_heard_as_what_they_are(name: str, heard: str, mode: str) -> None:
    found = advise(measure_music(read(ROOT / "docs" / name)))
    assert any(heard in word for word in found.heard) and found.mode == mode, found.text


def test_a_set_is_measured_by_what_the_human_played_in_it() -> None:
    sim = simulation("respond", tempo=120.0)
    for start in (1.0, 9.0, 17.0):
        sim.play(phrase(start), until=start + 7.0)
    settle(sim)
    stage = sim.session.performer.stage
    found = measure_heard(stage.memory.notes, stage.clock, 120.0)
    assert found.words == ("at a walking pace", "one line", "in phrases", "on a clock at 120")


def test_a_file_is_advised_on_the_command_line(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from bridge.cli import main

    done = CliRunner().invoke(main, ["recommend", str(ROOT / "docs" / "session.mid")])
    assert done.exit_code == 0 and ": respond, temperature" in done.output.replace("\n", " ")
    assert "give a file or session" in CliRunner().invoke(main, ["recommend"]).output
    (tmp_path / "no.mid").write_bytes(b"no music")
    assert CliRunner().invoke(main, ["recommend", str(tmp_path / "no.mid")]).exit_code == 1
