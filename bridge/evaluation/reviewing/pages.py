"""A review as a page that stands by itself, and as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from bridge.data.encode import Floats
from bridge.evaluation.metrics import self_similarity
from bridge.evaluation.reviewing.review import FIT, MEASURES, Found, Kind, Review
from bridge.evaluation.reviewing.surprise import total
from bridge.reports.page import heading, new_figure, page, paragraph, picture, table
from bridge.reports.plots import COLOURS
from bridge.vocabulary.codec import TICKS_PER_BEAT, VOICES
from bridge.vocabulary.scales import pitch_name

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SMOOTH: Final = 4.0  # beats over which the line of the mean goes
_MOST_BEATS: Final = 512  # of a self-similarity picture
_SHOWN: Final = 8  # of the most surprising notes


def as_html(review: Review) -> str:
    """The page."""
    title = f"Review of {review.music.title}"
    return page(title, [heading(title, 1), *parts(review)])


def parts(review: Review) -> Iterator[str]:
    """What is in the page, for a page of more."""
    notes, machine = len(review.music), int(review.music.machine.sum())
    players = f", {machine} of them Antiphon's" if machine else ""
    beats = "on the beats of its file or clock" if review.music.has_beats else "without beats: a beat is half a second"
    yield paragraph(f"{notes} notes{players}, {beats}.")
    yield measures_table(review.measures, MEASURES)
    if review.fit:
        how = "in turns" if review.manner == "turns" else "together"
        yield heading("How the machine fitted you")
        yield paragraph(f"You played {how}; percentiles are among people's own music that is played so.")
        yield measures_table(review.fit, FIT)
    yield heading("Surprise over time")
    yield paragraph("Bits of every note; the line is the mean of four beats. High is unexpected.")
    yield picture(surprise_over_time(review), "Surprise over time")
    yield table(
        ["the most surprising notes", "note", "voice", "bits", "most of it from"], list(_most_surprising(review))
    )
    yield heading("Repetition")
    yield paragraph("How alike each two beats are: stripes beside the diagonal are what comes back.")
    yield picture(similarity(review), "Self-similarity")


def measures_table(found: Mapping[str, Found], kinds: Mapping[str, Kind]) -> str:
    """A row for each measure."""
    rows = [
        [name, _number(value), kinds[name].unit, _percentile(percentile), kinds[name].text]
        for name, (value, percentile) in found.items()
    ]
    return table(["measure", "value", "", "percentile", "what it says"], rows)


def as_json(review: Review) -> dict[str, Any]:
    """Every figure."""

    def known(found: Mapping[str, Found]) -> dict[str, Any]:
        return {
            name: {
                "value": _rounded(value),
                "percentile": None if percentile is None else round(percentile, 1),
            }
            for name, (value, percentile) in found.items()
        }

    return {
        "title": review.music.title,
        "notes": len(review.music),
        "machine_notes": int(review.music.machine.sum()),
        "measures": known(review.measures),
        "manner": review.manner,
        "fit": known(review.fit),
        "bits": [_rounded(value) for value in total(review.bits).tolist()],
        "seconds": [round(value, 4) for value in review.music.seconds.tolist()],
    }


def surprise_over_time(review: Review) -> Figure:
    """Every note's bits as a dot in its player's colour, and their mean."""
    bits, time = total(review.bits), _beats(review)
    figure = new_figure(13, 3.6)
    axes = figure.subplots()
    known = np.isfinite(bits)
    for player, own in (("human", ~review.music.machine), ("machine", review.music.machine)):
        chosen = own & known
        axes.scatter(time[chosen], bits[chosen], s=9, color=COLOURS[player], alpha=0.55, linewidths=0)
    grid = np.arange(time[0], time[-1] + 1e-6, 0.5)
    axes.plot(grid, [_mean_around(bits, time, at) for at in grid.tolist()], color="black", linewidth=1.4)
    axes.set_xlabel("beat")
    axes.set_ylabel("bits")
    axes.set_xlim(time[0], max(time[-1], time[0] + 1))
    axes.set_ylim(0, max(float(np.nanquantile(bits, 0.995)) * 1.1, 1.0) if known.any() else 1)
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def similarity(review: Review) -> Figure:
    """The self-similarity of its first beats."""
    figure = new_figure(6.5, 6)
    axes = figure.subplots()
    stretch = review.music.stretch
    near = np.flatnonzero(stretch.onset < stretch.onset[0] + _MOST_BEATS * TICKS_PER_BEAT)
    axes.imshow(self_similarity(stretch.reordered(near)), origin="lower", cmap="magma", vmin=0, vmax=1)
    axes.set_xlabel("beat")
    axes.set_ylabel("beat")
    return figure


def _beats(review: Review) -> Floats:
    return np.asarray((review.music.stretch.onset - review.music.stretch.onset[0]) / TICKS_PER_BEAT)


def _mean_around(bits: Floats, time: Floats, at: float) -> float:
    first, stop = np.searchsorted(time, (at - _SMOOTH / 2, at + _SMOOTH / 2))
    near = bits[first:stop]
    return float(np.nanmean(near)) if np.isfinite(near).any() else math.nan


def _most_surprising(review: Review) -> Iterator[list[str]]:
    bits, beats, stretch = total(review.bits), _beats(review), review.music.stretch
    words = ("when", "who", "the pitch", "how loud", "how long")
    for place in np.argsort(-np.nan_to_num(bits), kind="stable")[:_SHOWN].tolist():
        field = int(np.nanargmax(review.bits[place])) if np.isfinite(bits[place]) else 0
        yield [
            f"beat {beats[place]:.2f}",
            pitch_name(int(stretch.pitch[place])),
            VOICES[int(stretch.voice[place])],
            f"{bits[place]:.1f}",
            words[field],
        ]


def _rounded(value: float) -> float | None:
    return round(value, 4) if math.isfinite(value) else None


def _number(value: float) -> str:
    return f"{value:.3g}" if math.isfinite(value) else "–"


def _percentile(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"
