"""Pictures of what was played, and of how long things took. matplotlib is loaded only when one is drawn."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from bridge.system.plain_files import write_plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# From Okabe and Ito's palette, which stays apart for every kind of colour vision and in grey.
COLOURS: Final = {"human": "#0072b2", "machine": "#d55e00", "planned": "#7a7a7a"}
# A player's voices: warm colours are the machine's, cold ones the human's; `keys` are as the player.
VOICE_COLOURS: Final = {
    "human": {"bass": "#56b4e9", "lead": "#009e73", "guitar": "#4b4ba6", "strings": "#6fa8a0", "other": "#5e6f8f"},
    "machine": {"bass": "#e69f00", "lead": "#a01c1c", "guitar": "#cc79a7", "strings": "#8c6d31", "other": "#f0906b"},
}
PLAYERS: Final = {"human": "human", "machine": "Antiphon", "planned": "planned, then cancelled"}
DRUM_VOICE: Final = "drums"

_DPI: Final = 100
_WIDTH: Final = 16.0  # inches
_WIDEST: Final = 19.2  # no wider than a screen
_HEIGHT: Final = 6.0
_SECONDS_A_WIDTH: Final = 60.0  # a longer take gets a wider picture
_SHORTEST_DRAWN: Final = 2.5  # pixels, so that the shortest note can be seen
_FAINTEST: Final = 0.3  # opacity of velocity 0; velocity 127 is 1
_MOST_BEATS: Final = 160  # in one width of the picture; beyond, only bars are drawn
_MOST_BARS: Final = 80


@dataclass(frozen=True, slots=True)
class RollNote:
    """One note to draw: `onset` and `duration` in seconds, MIDI `pitch` and `velocity`.

    `player` is "human", "machine", or "planned" for a note that was cancelled before it sounded. A note whose
    `voice` is "drums" goes into a lane of its own.
    """

    onset: float
    duration: float
    pitch: int
    velocity: int
    player: str
    voice: str = "keys"


def draw(
    notes: Sequence[RollNote], path: Path, title: str = "", beats: Sequence[float] = (), beats_per_bar: int = 4
) -> None:
    """Write a piano roll to `path` (1600 x 600 pixels; a fifth wider for much), in the format of its suffix.

    `beats` are the times of the beats in seconds, the first of them a bar line. Raises ValueError for a note that
    cannot be drawn, naming it.
    """
    save(piano_roll(notes, title, beats, beats_per_bar), path)


def save(figure: Figure, path: Path, dpi: int = _DPI) -> None:
    """Write a figure in the format of the suffix (without one: PNG), whole or not at all.

    Raises NotWritten, ValueError for a suffix that is no format.
    """
    out = io.BytesIO()
    figure.savefig(out, format=path.suffix[1:].lower() or "png", dpi=dpi)
    write_plain(path, out.getvalue())


def piano_roll(notes: Sequence[RollNote], title: str, beats: Sequence[float], beats_per_bar: int) -> Figure:
    """The figure that `draw` writes. Its axes are labelled "pitch" and "drums"; each is there where its notes are."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    check(notes)
    pitched = [note for note in notes if note.voice != DRUM_VOICE]
    drums = [note for note in notes if note.voice == DRUM_VOICE]
    begin = min((0.0, *(note.onset for note in notes)))
    end = max((note.onset + note.duration for note in notes), default=1.0)
    span = max(end - begin, 1.0)
    width = min(max(_WIDTH, _WIDTH * span / _SECONDS_A_WIDTH), _WIDEST)
    alone = bool(drums) and not pitched  # a drummer needs no keyboard
    figure = Figure(figsize=(width, _HEIGHT / 2 if alone else _HEIGHT), layout="constrained")
    FigureCanvasAgg(figure)
    heights = [1] if alone or not drums else [5, 1]
    lanes = figure.subplots(len(heights), 1, sharex=True, squeeze=False, height_ratios=heights)
    top, bottom = lanes[0, 0], lanes[-1, 0]
    top.set_xlim(begin, end + 0.01 * span)
    shortest = _SHORTEST_DRAWN * span / (width * _DPI)
    if not alone:
        draw_pitched(top, pitched, shortest)
    if drums:
        draw_drums(bottom, drums)
    for lane in lanes[:, 0]:
        _draw_beats(lane, beats, beats_per_bar, width / _WIDTH)
        lane.spines[["top", "right"]].set_visible(False)
    bottom.set_xlabel("seconds")
    top.set_title(title if len(title) <= 80 else f"{title[:79]}…", loc="left", fontsize=13)
    draw_legend(top, notes)
    return figure


def check(notes: Iterable[RollNote]) -> None:
    for note in notes:
        if note.player not in PLAYERS:
            raise ValueError(f"{note}: player is one of {', '.join(PLAYERS)}")
        if not (np.isfinite(note.onset) and np.isfinite(note.duration) and note.duration >= 0):
            raise ValueError(f"{note}: onset and duration are seconds, the duration not negative")


def colour_of(player: str, voice: str) -> str:
    """The colour of a voice of a player's."""
    return VOICE_COLOURS.get(player, {}).get(voice, COLOURS[player])


def _opacity(note: RollNote) -> float:
    return _FAINTEST + (1 - _FAINTEST) * min(max(note.velocity, 0), 127) / 127


def draw_pitched(
    axes: Axes, notes: Sequence[RollNote], shortest: float, pitches: tuple[int, int] | None = None
) -> None:
    """Boxes over a keyboard from the lowest to the highest of `pitches` (of the notes, where that is not given).

    None is narrower than `shortest`, in seconds.
    """
    from matplotlib.collections import PolyCollection
    from matplotlib.colors import to_rgba

    for player in ("planned", "human", "machine"):  # what sounded lies over what did not
        theirs = [note for note in notes if note.player == player]
        corners = [
            [(left, low), (right, low), (right, low + 0.8), (left, low + 0.8)]
            for left, right, low in (
                (note.onset, note.onset + max(note.duration, shortest), note.pitch - 0.4) for note in theirs
            )
        ]
        looks: dict[str, Any] = (
            {"facecolors": "none", "edgecolors": COLOURS[player], "linewidths": 1.0, "linestyles": (0, (3, 2))}
            if player == "planned"
            else {
                "facecolors": [to_rgba(colour_of(player, note.voice), _opacity(note)) for note in theirs],
                "edgecolors": [colour_of(player, note.voice) for note in theirs],
                "linewidths": 0.6,
            }
        )
        axes.add_collection(PolyCollection(corners, label=player, zorder=3, **looks), autolim=False)
    low, high = pitches or pitch_range(notes)
    _draw_keyboard(axes, low, high)
    if not notes and pitches is None:
        axes.text(0.5, 0.5, "no notes", transform=axes.transAxes, ha="center", va="center", color="0.5")


def pitch_range(notes: Sequence[RollNote]) -> tuple[int, int]:
    """The lowest and the highest pitch; middle C where there is none."""
    return min((note.pitch for note in notes), default=60), max((note.pitch for note in notes), default=60)


def _draw_keyboard(axes: Axes, low: int, high: int) -> None:
    room = max(0, 18 - (high - low)) / 2  # at least an octave and a half, or a few notes look like walls
    octaves = range(0, 128, 12)
    axes.set_yticks(octaves, [f"C{octave // 12 - 1}" for octave in octaves])
    axes.set_yticks([pitch for pitch in range(128) if pitch % 12 in (2, 4, 5, 7, 9, 11)], minor=True)
    axes.set_ylim(low - 1.5 - room, high + 1.5 + room)  # after the ticks, which widen it
    axes.grid(axis="y", color="0.85", linewidth=0.8)
    for pitch in range(int(low - 2 - room), int(high + 3 + room)):
        if pitch % 12 in (1, 3, 6, 8, 10):  # the black keys
            axes.axhspan(pitch - 0.5, pitch + 0.5, color="0.96", zorder=0)
    axes.set_axisbelow(True)
    axes.set_ylabel("pitch")


def draw_drums(axes: Axes, notes: Sequence[RollNote], kit: Sequence[int] = ()) -> None:
    """Ticks, one row for each drum (of `kit`, or of the notes), the lowest key number (the bass drum) at the bottom."""
    from matplotlib.colors import to_rgba

    rows = {pitch: row for row, pitch in enumerate(sorted(kit or {note.pitch for note in notes}))}
    for player in ("planned", "human", "machine"):
        theirs = [note for note in notes if note.player == player]
        if theirs:
            axes.vlines(
                [note.onset for note in theirs],
                [rows[note.pitch] - 0.45 for note in theirs],
                [rows[note.pitch] + 0.45 for note in theirs],
                colors=[to_rgba(COLOURS[player], 0.6 if player == "planned" else _opacity(note)) for note in theirs],
                linestyles=(0, (2, 1)) if player == "planned" else "solid",
                linewidths=1.2 if player == "planned" else 2.5,
                label=player,
                zorder=3,
            )
    axes.set_ylim(-0.7, len(rows) - 0.3)
    axes.set_yticks([])
    axes.set_ylabel("drums")


def _draw_beats(axes: Axes, beats: Sequence[float], beats_per_bar: int, widths: float) -> None:
    """Lines at bars and beats, as many as can be told apart in a picture of `widths` usual widths."""
    bars = beats[::beats_per_bar]
    between = [beat for number, beat in enumerate(beats) if number % beats_per_bar]
    if len(beats) <= _MOST_BEATS * widths:
        axes.vlines(between, 0, 1, transform=axes.get_xaxis_transform(), colors="0.88", linewidths=0.6, zorder=1)
    if len(bars) <= _MOST_BARS * widths:
        axes.vlines(bars, 0, 1, transform=axes.get_xaxis_transform(), colors="0.65", linewidths=0.9, zorder=1)


def draw_legend(axes: Axes, notes: Sequence[RollNote]) -> None:
    """Who is who, with their voices, above the roll so that it hides no note."""
    from matplotlib.patches import Patch

    handles = []
    for player, name in PLAYERS.items():
        voices = sorted(
            {note.voice for note in notes if note.player == player}, key=lambda voice: (voice == DRUM_VOICE, voice)
        )
        if voices and player == "planned":
            handles.append(Patch(edgecolor=COLOURS[player], facecolor="none", linestyle="--", label=name))
            continue
        # Drums have a lane of their own that says so.
        for voice in [voice for voice in voices if voice != DRUM_VOICE] or voices:
            colour = colour_of(player, voice)
            handles.append(Patch(edgecolor=colour, facecolor=colour, label=f"{name} ({voice})"))
    if handles:
        axes.legend(
            handles=handles,
            loc="lower right",
            bbox_to_anchor=(1, 1),
            ncols=len(handles),
            frameon=False,
            borderpad=0,
            fontsize=10 if len(handles) < 6 else 8,
            columnspacing=1.0,
        )


# --- how long things took ------------------------------------------------------------------------


def histogram(series: Mapping[str, npt.ArrayLike], path: Path) -> None:
    """Write one histogram below the other, on one time axis, with medians and 99th percentiles.

    `series` maps names to times in seconds. Raises ValueError for an empty series or times that are not finite.
    """
    save(latency_histogram(series), path)


def latency_histogram(series: Mapping[str, npt.ArrayLike]) -> Figure:
    """The figure that `histogram` writes: an axes for each series, in its order, in milliseconds."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter, NullFormatter

    times = {name: 1000 * np.asarray(values, dtype=np.float64).ravel() for name, values in series.items()}
    if not times:
        raise ValueError("no series: give at least one name with its times")
    for name, values in times.items():
        if not len(values) or not np.isfinite(values).all():
            raise ValueError(f"series {name!r} is empty or has times that are not finite")
    low, high = (edge(np.concatenate(list(times.values()))) for edge in (np.min, np.max))
    wide = low > 0 and high > 20 * low  # a long tail: powers of ten show both ends
    room = 0.02 * (high - low) or max(abs(high), 1.0) * 0.05
    bins = np.geomspace(low / 1.05, high * 1.05, 80) if wide else np.linspace(low - room, high + room, 80)
    figure = Figure(figsize=(10, 1 + 1.7 * len(times)), layout="constrained")
    FigureCanvasAgg(figure)
    rows = figure.subplots(len(times), 1, sharex=True, squeeze=False)[:, 0]
    for axes, (name, values) in zip(rows, times.items(), strict=True):
        _draw_times(axes, name, values, bins)
    if wide:
        rows[-1].set_xscale("log")
        rows[-1].xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        rows[-1].xaxis.set_minor_formatter(NullFormatter())
    rows[-1].set_xlabel("milliseconds")
    return figure


def _draw_times(axes: Axes, name: str, values: npt.NDArray[np.float64], bins: npt.NDArray[np.float64]) -> None:
    median, p99 = np.quantile(values, (0.5, 0.99))
    axes.hist(
        values, bins=bins.tolist(), weights=np.full(len(values), 100 / len(values)), color=COLOURS["human"], alpha=0.7
    )
    axes.axvline(median, color="black", linewidth=1.2)
    axes.axvline(p99, color=COLOURS["machine"], linewidth=1.4, linestyle="--")
    axes.set_title(name, loc="left", fontsize=11)
    axes.set_title(
        f"median {median:.3g} ms (line)   p99 {p99:.3g} ms (dashed)   most {values.max():.3g} ms   n = {len(values)}",
        loc="right",
        fontsize=9,
        color="0.3",
    )
    axes.set_ylabel("%")
    axes.spines[["top", "right"]].set_visible(False)
