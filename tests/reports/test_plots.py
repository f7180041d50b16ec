"""The pictures: what is drawn where, and that the files are what they say."""

from __future__ import annotations

import subprocess
import sys

import matplotlib.image
import numpy as np
import pytest
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_hex

from bridge.reports.plots import COLOURS, RollNote, colour_of, draw, histogram, latency_histogram, piano_roll
from bridge.vocabulary.codec import VOICES

TAKE = [
    RollNote(0.0, 0.5, 60, 127, "human"),
    RollNote(0.5, 0.5, 64, 10, "human"),
    RollNote(1.0, 0.25, 67, 90, "machine", "lead"),
    RollNote(1.5, 0.25, 72, 90, "planned", "lead"),
    RollNote(0.0, 0.1, 36, 100, "machine", "drums"),
    RollNote(0.5, 0.1, 38, 100, "human", "drums"),
]


def boxes(axes, player):
    (found,) = [
        artist for artist in axes.collections if isinstance(artist, PolyCollection) and artist.get_label() == player
    ]
    return found


def test_notes_lie_at_their_time_and_pitch_in_their_players_colour() -> None:
    pitch, _ = piano_roll(TAKE, "", (), 4).axes
    human = boxes(pitch, "human")
    assert [tuple(path.get_extents().bounds) for path in human.get_paths()] == [
        pytest.approx((0.0, 59.6, 0.5, 0.8)),
        pytest.approx((0.5, 63.6, 0.5, 0.8)),
    ]
    assert {to_hex(colour) for colour in human.get_facecolor()} == {COLOURS["human"]}
    assert {to_hex(colour) for colour in boxes(pitch, "machine").get_facecolor()} == {colour_of("machine", "lead")}


def test_voices_are_told_apart_and_so_are_players() -> None:
    colours = [colour_of(player, voice) for player in ("human", "machine") for voice in VOICES if voice != "drums"]
    assert len(set(colours)) == len(colours)
    assert colour_of("human", "keys") == COLOURS["human"] and colour_of("planned", "bass") == COLOURS["planned"]


def test_time_begins_at_zero() -> None:
    pitch = piano_roll([RollNote(5.0, 1.0, 60, 90, "human")], "", (), 4).axes[0]
    assert pitch.get_xlim()[0] == 0.0


def test_loud_is_opaque_and_soft_is_faint() -> None:
    pitch, _ = piano_roll(TAKE, "", (), 4).axes
    loud, soft = boxes(pitch, "human").get_facecolor()[:, 3]
    assert loud == 1.0 and 0.3 < soft < 0.4


def test_cancelled_notes_are_outlines() -> None:
    pitch, _ = piano_roll(TAKE, "", (), 4).axes
    planned = boxes(pitch, "planned")
    assert len(planned.get_paths()) == 1
    assert len(planned.get_facecolor()) == 0
    assert to_hex(planned.get_edgecolor()[0]) == COLOURS["planned"]


def test_drums_have_a_lane_and_none_otherwise() -> None:
    figure = piano_roll(TAKE, "", (), 4)
    assert [axes.get_ylabel() for axes in figure.axes] == ["pitch", "drums"]
    ticks = [artist for artist in figure.axes[1].collections if isinstance(artist, LineCollection)]
    assert sorted((segment[0][0], segment.mean(axis=0)[1]) for lines in ticks for segment in lines.get_segments()) == [
        (0.0, 0.0),
        (0.5, 1.0),
    ]
    assert [axes.get_ylabel() for axes in piano_roll(TAKE[:4], "", (), 4).axes] == ["pitch"]


def test_drums_alone_have_no_empty_keyboard_above_them() -> None:
    (lane,) = piano_roll(TAKE[4:], "", (), 4).axes
    assert lane.get_ylabel() == "drums"


def test_legend_names_players_and_voices() -> None:
    pitch = piano_roll(TAKE, "a take", (), 4).axes[0]
    assert [text.get_text() for text in pitch.get_legend().get_texts()] == [
        "human (keys)",
        "Antiphon (lead)",
        "planned, then cancelled",
    ]
    assert pitch.get_title(loc="left") == "a take"


def test_beats_and_bars_are_lines() -> None:
    pitch = piano_roll(TAKE[:4], "", np.arange(8) * 0.25, 4).axes[0]
    lines = [artist for artist in pitch.collections if isinstance(artist, LineCollection)]
    times = [[segment[0][0] for segment in artist.get_segments()] for artist in lines]
    assert times == [[0.25, 0.5, 0.75, 1.25, 1.5, 1.75], [0.0, 1.0]]


def test_too_many_beats_leave_the_bars() -> None:
    pitch = piano_roll(TAKE[:4], "", np.arange(200) * 0.01, 4).axes[0]
    (bars,) = [artist for artist in pitch.collections if isinstance(artist, LineCollection)]
    assert len(bars.get_segments()) == 50


@pytest.mark.parametrize("notes", [TAKE, TAKE[:1], TAKE[4:], []], ids=["all", "one", "drums alone", "none"])
def test_file_is_a_picture_of_the_right_size(tmp_path, notes):
    draw(notes, tmp_path / "roll.png", title="x" * 300)
    height = 300 if notes == TAKE[4:] else 600  # drums alone have no keyboard above them
    assert matplotlib.image.imread(tmp_path / "roll.png").shape[:2] == (height, 1600)


def test_no_picture_is_wider_than_a_screen(tmp_path):
    draw([RollNote(0, 1, 60, 90, "human"), RollNote(1190, 1, 60, 90, "human")], tmp_path / "roll.png")
    assert matplotlib.image.imread(tmp_path / "roll.png").shape[:2] == (600, 1920)


@pytest.mark.parametrize(
    ("note", "text"),
    [
        (RollNote(0, 1, 60, 90, "somebody"), "human, machine, planned"),
        (RollNote(float("nan"), 1, 60, 90, "human"), "seconds"),
        (RollNote(0, -1, 60, 90, "human"), "not negative"),
    ],
)
def test_refuses_what_cannot_be_drawn(tmp_path, note, text):
    with pytest.raises(ValueError, match=text):
        draw([note], tmp_path / "roll.png")


def test_histograms_show_median_and_p99_in_milliseconds(tmp_path):
    steps = np.linspace(0.001, 0.002, 101)
    figure = latency_histogram({"step": steps, "answer": steps * 100})
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["step", "answer"]
    assert [line.get_xdata()[0] for line in figure.axes[0].lines] == [pytest.approx(1.5), pytest.approx(1.99)]
    assert "median 1.5 ms" in figure.axes[0].get_title(loc="right")
    assert sum(bar.get_height() for bar in figure.axes[0].patches) == pytest.approx(100)  # type: ignore[attr-defined]
    assert figure.axes[0].get_xscale() == "log"
    histogram({"step": steps}, tmp_path / "steps.png")
    assert matplotlib.image.imread(tmp_path / "steps.png").ndim == 3


@pytest.mark.parametrize("values", [[0.001], [0.0, 0.0], [-0.001, 0.001], [5.0] * 3], ids=str)
def test_histograms_of_odd_series(values):
    (axes,) = latency_histogram({"x": values}).axes
    assert sum(bar.get_height() for bar in axes.patches) == pytest.approx(100)  # type: ignore[attr-defined]
    assert axes.get_xscale() == "linear"


@pytest.mark.parametrize("series", [{}, {"x": []}, {"x": [float("nan")]}], ids=str)
def test_histogram_refuses_nothing_and_nonsense(tmp_path, series):
    with pytest.raises(ValueError, match="series"):
        histogram(series, tmp_path / "x.png")


def test_matplotlib_is_loaded_only_to_draw() -> None:
    code = "import sys, bridge.reports.plots; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0
