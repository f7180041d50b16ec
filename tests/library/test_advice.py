"""What suits what is played, in words: by measures that can be read, of files and of sets alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from performing import phrase, settle, simulation
from places import ROOT

from bridge.evaluation.reviewing.music import read
from bridge.library.advice import FEWEST, Advice, Measures, advise, measure, measure_heard, measure_music
from bridge.midi.files import NewTrack, TrackNote, write_new
from bridge.timing.timeline import Timeline
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


@pytest.mark.parametrize(
    ("measures", "words"),
    [
        ({"pace": 2.4}, ("slow", "one line", "without a rest", "no clock")),
        ({"pace": 2.5}, ("at a walking pace", "one line", "without a rest", "no clock")),
        ({"pace": 6.1, "tones": 1.5}, ("busy", "a few notes at once", "without a rest", "no clock")),
        ({"tones": 2.6, "rests": 3.0}, ("at a walking pace", "chords", "in phrases", "no clock")),
        (
            {"tones": 2.6, "spread": 22.0, "tempo": 99.6},
            ("at a walking pace", "two hands", "without a rest", "on a clock at 100"),
        ),
        ({"spread": 40.0}, ("at a walking pace", "one line", "without a rest", "no clock")),
        ({"outside": 0.16}, ("at a walking pace", "one line", "without a rest", "no clock", "chromatic")),
        ({"drums": 0.6, "outside": 0.9}, ("at a walking pace", "drums", "without a rest", "no clock")),
        ({"drums": 0.4, "tones": 3.0}, ("at a walking pace", "chords", "without a rest", "no clock")),
    ],
)
def test_what_is_heard_is_said_as_musicians_say_it(measures: dict[str, float], words: tuple[str, ...]) -> None:
    assert so(**measures).heard == words


@pytest.mark.parametrize(
    ("measures", "mode", "values"),
    [
        ({"drums": 1.0}, "respond", {}),  # in turns, but no bars are known to trade
        ({"drums": 1.0, "outside": 1.0, "rests": 6.0, "tempo": 90.0}, "respond", {"trade": 4.0}),
        ({"rests": 3.0, "outside": 0.3}, "respond", {"pull": 0.3, "temperature": 0.9}),
        ({"rests": 3.0, "pace": 1.0}, "respond", {"temperature": 0.7}),
        ({"tempo": 100.0}, "accompany", {}),
        ({"tempo": 100.0, "pace": 1.0}, "harmonize", {"harmonies": 2.0}),
        ({"tones": 2.0, "spread": 21.0, "pace": 1.0}, "duet", {"texture": 1.0, "temperature": 0.7}),
        ({"tones": 1.0, "spread": 40.0}, "duet", {"texture": 1.0, "temperature": 0.9}),  # a wide line is one hand's
    ],
)
def test_the_first_rule_that_holds_says_the_mode_and_what_goes_with_it(
    measures: dict[str, float], mode: str, values: dict[str, float]
) -> None:
    found = so(**measures)
    assert (found.mode, found.values) == (mode, values)
    assert ("you leave the key" in found.reason) is ("pull" in values)


def test_only_the_last_notes_count_and_notes_struck_at_once_are_one_stroke() -> None:
    early = np.arange(200) * 0.05
    late = 100.0 + np.repeat(np.arange(80) * 0.5, 2) + np.tile([0.0, 0.03], 80)
    seconds = np.concatenate([early, late])
    pitch = np.concatenate([np.full(200, 100.0), np.tile([60.0, 64.0], 80)])
    found = measure(seconds, pitch, np.zeros(360), np.full(360, 2.0), 0.0)
    assert found.pace == pytest.approx(2.0, rel=0.05) and found.rests == 0.0
    assert (found.spread, found.tones) == (4.0, 2.0)
    assert found.pitch_classes[0] == found.pitch_classes[4] == 0.5 and sum(found.pitch_classes) == 1.0


def test_drums_among_other_notes_are_measured_apart() -> None:
    seconds = np.arange(16) * 0.25
    voice = np.where(np.arange(16) % 4 == 0, float(DRUMS), 0.0)
    pitch = np.where(voice == DRUMS, 36.0, 60.0 + np.arange(16) % 3)
    found = measure(seconds, pitch, voice, np.where(voice == DRUMS, 9.0, 1.0), 0.0)
    assert found.drums == 0.25 and found.tones == 1.0 and found.spread <= 2.0
    assert sum(found.pitch_classes) == pytest.approx(1.0)


def test_notes_all_at_one_moment_say_something_without_a_division_by_nothing() -> None:
    found = measure(np.zeros(12), np.full(12, 60.0), np.zeros(12), np.ones(12), 0.0)
    assert (found.pace, found.rests) == (1.0, 0.0)
    assert so(pace=found.pace).mode == "harmonize"


@pytest.mark.parametrize(
    ("figure", "outside"),
    [
        ([60, 62, 64, 65, 67, 69, 71, 72], 0.0),
        ([57, 59, 60, 62, 64, 65, 68, 69], 0.0),  # A minor with its leading tone
        (list(range(60, 72)), 5 / 12),
    ],
)
def test_a_key_has_its_own_tones_and_in_minor_the_leading_one(figure: list[int], outside: float) -> None:
    pitches = np.array(figure * 3, dtype=np.float64)
    found = measure(np.arange(len(pitches)) * 0.3, pitches, np.zeros(len(pitches)), np.ones(len(pitches)), 0.0)
    assert found.outside == pytest.approx(outside, abs=1 / 12 if outside else 1e-9)


@pytest.mark.parametrize(("bpm", "on_a_grid"), [(90.0, True), (90.0, False), (140.0, True)])
def test_a_file_is_on_a_clock_where_its_beats_are_meant_and_the_tempo_is_what_it_sounds_at(
    tmp_path: Path, bpm: float, on_a_grid: bool
) -> None:
    place = 0.5 if on_a_grid else 0.43
    notes = [TrackNote(i * place + 0.11 * (not on_a_grid), 0.4, 60 + i % 3, 64, 1) for i in range(32)]
    write_new(tmp_path / "a.mid", Timeline.steady(bpm), [NewTrack("a", notes, {1: 0})])
    found = measure_music(read(tmp_path / "a.mid"))
    assert found.tempo == pytest.approx(bpm if on_a_grid else 0.0, rel=0.01)
    assert found.words[3] == (f"on a clock at {bpm:.0f}" if on_a_grid else "no clock")
    assert (found.tones, found.drums, found.rests) == (1.0, 0.0, 0.0)
