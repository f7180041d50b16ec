"""A picture of one note and its causes: a piano roll of what came before, and arcs from each cause to the note."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from bridge.explanation.explain import Explanation
from bridge.explanation.words import sentences
from bridge.reports.page import new_figure
from bridge.reports.plots import RollNote, draw_pitched, pitch_range
from bridge.vocabulary.codec import DRUMS, DT_TICKS, DURATION_TICKS, TICKS_PER_BEAT, VOICES, velocity_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SHOWN: Final = 5  # arcs
_LONGEST: Final = 24.0  # beats before the note
_CAUSE: Final = "#009e73"


def arcs(explanation: Explanation, title: str, *, machine: bool = True) -> Figure:
    """The figure; `machine`: whether the note is the machine's. Thicker arcs are stronger causes."""
    from matplotlib.patches import FancyArrowPatch

    case = explanation.case
    events = np.concatenate([case.events, [case.event]])
    beat = np.cumsum(DT_TICKS[events[:, 0]]) / TICKS_PER_BEAT
    mine = (*case.mine, machine) if len(case.mine) == len(case.events) else (*[False] * len(case.events), machine)
    near = [place for place in range(len(events)) if beat[place] > beat[-1] - _LONGEST and events[place, 1] != DRUMS]
    notes = [_note(events[place].tolist(), float(beat[place]), mine[place]) for place in near]
    figure = new_figure(13, 5.4)
    axes = figure.subplots()
    draw_pitched(axes, notes, 0.06, pitch_range(notes))
    axes.set_xlim(max(float(beat[near[0]]) if near else 0.0, 0.0) - 0.3, float(beat[-1]) + 2.5)
    end = (float(beat[-1]), float(case.event.pitch))
    axes.plot(*end, marker="o", markersize=15, fillstyle="none", color="black", zorder=6)
    strengths = [cause.attention if math.isnan(cause.effect) else cause.effect for cause in explanation.causes]
    strongest = max([*strengths, 1e-9])
    for cause, strength in list(zip(explanation.causes, strengths, strict=True))[:_SHOWN]:
        if strength <= 0 or cause.place not in near:
            continue
        begin = (float(beat[cause.place]), float(events[cause.place, 2]))
        axes.add_patch(
            FancyArrowPatch(
                begin,
                end,
                connectionstyle="arc3,rad=-0.3",
                arrowstyle="-|>",
                mutation_scale=12,
                color=_CAUSE,
                linewidth=0.8 + 3.2 * strength / strongest,
                alpha=0.75,
                zorder=5,
            )
        )
        axes.annotate(f"{strength:.2g}", begin, xytext=(2, 5), textcoords="offset points", fontsize=8, color=_CAUSE)
    axes.set_xlabel("beats")
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title(title, loc="left", fontsize=12)
    figure.supxlabel("\n".join(sentences(explanation)), fontsize=9, ha="left", x=0.02, color="0.25")
    return figure


def _note(event: list[int], beat: float, mine: bool) -> RollNote:
    known = event[4] < len(DURATION_TICKS)
    length = int(DURATION_TICKS[event[4]]) / TICKS_PER_BEAT if known else 0.5
    return RollNote(
        beat, length, event[2], velocity_of(min(event[3], 31)), "machine" if mine else "human", VOICES[event[1]]
    )
