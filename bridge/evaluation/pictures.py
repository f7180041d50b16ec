"""The pictures of a report. matplotlib is loaded only when one is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from bridge.data.encode import Stretch
from bridge.evaluation.bits import TOTAL, Bits
from bridge.evaluation.controls import Sweep, as_told
from bridge.evaluation.metrics import self_similarity
from bridge.evaluation.phrases import HeldOutPhrase, join
from bridge.reports.page import new_figure
from bridge.reports.plots import COLOURS, RollNote, piano_roll
from bridge.vocabulary import codec
from bridge.vocabulary.guide import CONTROLS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's palette, the human's and the machine's colour first as in piano rolls.
PALETTE: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
_SECONDS_A_BEAT: Final = 0.5


def _plain(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)


def bits_bars(results: Mapping[str, Bits]) -> Figure:
    """Bits per note by voice and by source, a bar with its interval for each predictor."""
    first = next(iter(results.values()))
    kinds = [[g for g in first.groups if g == "all" or g.startswith("voice:")],
             [g for g in first.groups if g.startswith("source:")]]  # fmt: skip
    figure = new_figure(13, 8)
    for axes, groups in zip(figure.subplots(2, 1), kinds, strict=True):
        width = 0.8 / len(results)
        for number, (name, bits) in enumerate(results.items()):
            places = np.arange(len(groups)) + (number - (len(results) - 1) / 2) * width
            intervals = [bits.interval(group, TOTAL) for group in groups]
            values = np.array([interval.value for interval in intervals])
            errors = np.array([[i.value - i.low, i.high - i.value] for i in intervals]).T
            axes.bar(
                places, values, width * 0.92, color=PALETTE[number % len(PALETTE)], label=name,
                yerr=np.maximum(np.nan_to_num(errors), 0), error_kw={"elinewidth": 1, "ecolor": "0.25"},
            )  # fmt: skip
        names = [group.split(":")[-1].replace("-", "\n", 1) for group in groups]
        labels = [f"{name}\n{first.notes(group):,} notes" for name, group in zip(names, groups, strict=True)]
        axes.set_xticks(range(len(groups)), labels, fontsize=9)
        axes.set_ylabel("bits per note")
        axes.grid(axis="y", color="0.9")
        axes.set_axisbelow(True)
        _plain(axes)
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper right", ncols=len(results), frameon=False)
    return figure


def distributions(
    human: Mapping[str, npt.NDArray[np.float64]], machine: Mapping[str, npt.NDArray[np.float64]]
) -> Figure:
    """Histograms of the human's and the machine's numbers, one over the other."""
    names = [name for name in human if np.isfinite(human[name]).any() and np.isfinite(machine[name]).any()]
    columns = max(min(len(names), 5), 1)
    rows = max(-(-len(names) // columns), 1)
    figure = new_figure(3.2 * columns, 2.6 * rows)
    places = np.atleast_1d(figure.subplots(rows, columns)).ravel()
    for axes in places[len(names) :]:
        axes.set_visible(False)
    for axes, name in zip(places, names, strict=False):
        sets = {"human": human[name][np.isfinite(human[name])], "machine": machine[name][np.isfinite(machine[name])]}
        both = np.concatenate(list(sets.values()))
        bins = np.linspace(both.min(), max(both.max(), both.min() + 1e-6), 25)
        for who, values in sets.items():
            weights = np.full(len(values), 100 / len(values))
            axes.hist(values, bins=bins.tolist(), weights=weights, color=COLOURS[who], alpha=0.55, label=who)
        axes.set_title(name.replace("_", " "), loc="left", fontsize=10)
        axes.set_ylabel("%", fontsize=8)
        axes.tick_params(labelsize=8)
        _plain(axes)
    if len(names):
        places[0].legend(frameon=False, fontsize=8)
    return figure


def control_lines(sweeps: Mapping[str, Sequence[Sweep]]) -> Figure:
    """What came of each control at each step, over what was asked for (dotted), for every model."""
    figure = new_figure(16, 3.8)
    units = {control.name: control for control in CONTROLS}
    swept = [sweep.control for sweep in next(iter(sweeps.values()))]
    for place, axes in enumerate(figure.subplots(1, len(swept), squeeze=False)[0]):
        for number, (name, model_sweeps) in enumerate(sweeps.items()):
            one = model_sweeps[place]
            colour = PALETTE[(number + 1) % len(PALETTE)]
            label = f"{name}: ρ {as_told(one.rank_correlation)}, of means {as_told(one.rank_correlation_of_means)}"
            axes.plot(one.asked, one.means, marker="o", color=colour, label=label)
            known = [row[~np.isnan(row)] for row in one.measured]
            low, high = (np.array([np.quantile(r, q) if len(r) else np.nan for r in known]) for q in (0.25, 0.75))
            axes.fill_between(one.asked, low, high, color=colour, alpha=0.15, linewidth=0)
            if number == 0:
                axes.plot(one.asked, one.asked, color="0.5", linestyle=":", label="asked for")
        control = units[swept[place]]
        if control.geometric:
            axes.set_xscale("log")
            axes.set_yscale("log")
            asked = next(iter(sweeps.values()))[place].asked
            axes.set_xticks(asked, [f"{value:.2g}" for value in asked])
            axes.minorticks_off()
            axes.yaxis.set_major_formatter("{x:.3g}")
        axes.set_title(control.name, loc="left")
        axes.set_xlabel(f"asked: {control.text}", fontsize=9)
        axes.set_ylabel("measured", fontsize=9)
        axes.legend(frameon=False, fontsize=8)
        axes.grid(color="0.92")
        _plain(axes)
    return figure


def similarity(phrase: HeldOutPhrase, played: Stretch) -> Figure:
    """Self-similarity of a phrase with the human's continuation, and with the machine's."""
    figure = new_figure(10, 5.6)
    pair = figure.subplots(1, 2)
    for axes, who, stretch in zip(pair, ("human", "machine"), (phrase.human, played), strict=True):
        music = join(phrase.prompt, stretch)
        axes.imshow(self_similarity(music), origin="lower", cmap="magma", vmin=0, vmax=1)
        turn = (phrase.start - music.onset.min()) / codec.TICKS_PER_BEAT
        axes.axvline(turn, color="white", linewidth=0.8)
        axes.axhline(turn, color="white", linewidth=0.8)
        axes.set_title(who, loc="left", color=COLOURS[who])
        axes.set_xlabel("beat")
    pair[0].set_ylabel("beat")
    return figure


def roll(phrase: HeldOutPhrase, played: Stretch, title: str) -> Figure:
    """A phrase (the human's) and what the machine played next; a beat is half a second."""
    notes = []
    for player, stretch in (("human", phrase.prompt), ("machine", played)):
        first = phrase.prompt.onset[0]
        seconds = _SECONDS_A_BEAT / codec.TICKS_PER_BEAT
        for i in range(len(stretch.onset)):
            notes.append(
                RollNote(
                    float(stretch.onset[i] - first) * seconds,
                    float(max(stretch.offset[i] - stretch.onset[i], 1.0)) * seconds,
                    int(stretch.pitch[i]), int(stretch.velocity[i]) or 64, player, codec.VOICES[stretch.voice[i]],
                )
            )  # fmt: skip
    bar = float(phrase.prompt.beats_per_bar[0])
    known = not np.isnan(phrase.prompt.bar_beat[0])
    whole = known and bar == round(bar)
    end = max(note.onset for note in notes) / _SECONDS_A_BEAT
    begin = (-phrase.prompt.bar_beat[0]) % bar if whole else 0.0
    beats = np.arange(begin, end, 1.0) * _SECONDS_A_BEAT if whole else np.zeros(0)
    return piano_roll(notes, title, beats.tolist(), round(bar) if whole else 4)
