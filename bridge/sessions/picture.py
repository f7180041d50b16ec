"""A picture of a recorded session: both players on the session's own bars and beats, in rows like a score.

Human and machine each have a colour; notes that were planned and taken back are outlines; where the floor was the
machine's alone the ground is tinted. Bars are numbered. Where no bar was known the rows are seconds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bridge.performer.role import AUTO
from bridge.reports import plots as pianoroll
from bridge.reports.plots import DRUM_VOICE, RollNote
from bridge.sessions.log import PlayedNote, SessionLog, played_notes
from bridge.sessions.view import Beat, TurnSpan, beats, turns
from bridge.vocabulary.events import LinkState, SetVoice, Turn
from bridge.vocabulary.voices import DRUM_CHANNEL, default_voices

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_DPI: Final = 100
_WIDTH: Final = 16.0  # inches
_PITCHES_HIGH: Final = 2.7  # inches of a row
_DRUMS_HIGH: Final = 1.0
_MARGIN: Final = 0.8
_ROW: Final = 32.0  # seconds in a row, about: it ends at a bar line
_SHORTEST_DRAWN: Final = 2.0  # pixels
_MOST_ROWS: Final = 12
_TINT: Final = 0.09


def draw_session(log: SessionLog, path: Path, title: str = "") -> None:
    """Write the picture of a session to `path`, in the format of its suffix."""
    pianoroll.save(session_roll(log, title), path, _DPI)


def session_roll(log: SessionLog, title: str) -> Figure:
    """The figure that `draw_session` writes: for each row an axes labelled "pitch" and, with drums, one "drums"."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    notes, spans, grid = roll_notes(log), turns(log), beats(log)
    if _by_link(log):
        grid = numbered_from_one(grid, notes)
    if not grid:  # where no bar is known seconds are, since the set began
        notes = [replace(note, onset=note.onset - log.began) for note in notes]
        spans = [replace(span, begin=span.begin - log.began, end=span.end - log.began) for span in spans]
    rows = _with_notes(row_ends(notes, grid), notes)
    pitched = [note for note in notes if note.voice != DRUM_VOICE]
    kit = sorted({note.pitch for note in notes if note.voice == DRUM_VOICE})
    heights = [_PITCHES_HIGH, _DRUMS_HIGH] if kit else [_PITCHES_HIGH]
    figure = Figure(figsize=(_WIDTH, _MARGIN + len(rows) * (sum(heights) + 0.35)), layout="constrained")
    FigureCanvasAgg(figure)
    strips = figure.subplots(len(rows) * len(heights), 1, squeeze=False, height_ratios=heights * len(rows))[:, 0]
    for number, (begin, end) in enumerate(rows):
        within = [note for note in notes if note.onset < end and note.onset + note.duration > begin]
        own = strips[number * len(heights) : (number + 1) * len(heights)]
        shortest = _SHORTEST_DRAWN * (end - begin) / (_WIDTH * _DPI)
        pianoroll.draw_pitched(
            own[0], [note for note in within if note.voice != DRUM_VOICE], shortest, pianoroll.pitch_range(pitched)
        )
        if kit:
            pianoroll.draw_drums(own[1], [note for note in within if note.voice == DRUM_VOICE], kit)
        for axes in own:
            axes.set_xlim(begin, end)
            _draw_grid(axes, grid, numbered=axes is own[-1])
            _tint(axes, spans)
            axes.spines[["top", "right"]].set_visible(False)
    strips[-1].set_xlabel("bar" if grid else "seconds")
    strips[0].set_title(title if len(title) <= 110 else f"{title[:109]}…", loc="left", fontsize=13)
    pianoroll.draw_legend(strips[0], notes)
    return figure


def roll_notes(log: SessionLog) -> list[RollNote]:
    """Every note of a session, those taken back included, at its time (seconds) and under its voice's name."""
    names = {setting.channel: voice for voice, setting in default_voices().items()}
    names |= {channel: voice for voice, (_, channel) in log.settings.voices.items()}
    names |= {item.channel: item.voice for _, item in log.inputs() if isinstance(item, SetVoice)}
    human = log.settings.human_voice if log.settings.human_voice != AUTO else "keys"

    def voice_of(note: PlayedNote) -> str:
        if note.channel == (DRUM_CHANNEL if note.machine else log.settings.drum_channel):
            return DRUM_VOICE
        return names.get(note.channel, "other") if note.machine else human

    return [
        RollNote(
            note.onset,
            note.duration,
            note.pitch,
            note.velocity,
            "human" if not note.machine else "planned" if note.cancelled else "machine",
            voice_of(note),
        )
        for note in played_notes(log)
    ]


def row_ends(notes: Sequence[RollNote], grid: Sequence[Beat]) -> list[tuple[float, float]]:
    """Where rows begin and end, in seconds: at bar lines where there are any, about as many bars in each."""
    begin = min((note.onset for note in notes), default=0.0)
    end = max((note.onset + note.duration for note in notes), default=begin + 1.0)
    end = max(end, begin + 1.0)
    count = min(max(math.ceil((end - begin) / _ROW), 1), _MOST_ROWS)
    bars = [beat.time for beat in grid if beat.bar is not None]
    bars = [
        *[time for time in bars if time <= begin + 0.05][-1:],
        *[time for time in bars if begin + 0.05 < time < end],
    ]
    if len(bars) < count:
        length = (end - begin) / count
        return [(begin + row * length, begin + (row + 1) * length) for row in range(count)]
    first = min(begin, bars[0]) - 0.02
    after = next((beat.time for beat in grid if beat.bar is not None and beat.time >= end - 0.05), end)
    each = math.ceil(len(bars) / count)
    starts = [first, *bars[each::each]]
    # The last row is as long as the one before it, so that its notes look as long.
    last = max(end, after) if len(starts) == 1 else max(end, after, 2 * starts[-1] - starts[-2])
    return list(zip(starts, [*starts[1:], last], strict=True))


def _with_notes(rows: list[tuple[float, float]], notes: Sequence[RollNote]) -> list[tuple[float, float]]:
    """Those of `rows` in which something was played: a long silence is no row. The first where there is none."""
    return [
        (begin, end)
        for begin, end in rows
        if any(note.onset < end and note.onset + note.duration > begin for note in notes)
    ] or rows[:1]


def _by_link(log: SessionLog) -> bool:
    return any(isinstance(item, LinkState) for _, item in log.inputs())


def numbered_from_one(grid: Sequence[Beat], notes: Sequence[RollNote]) -> list[Beat]:
    """A grid whose first bar in which anything was played is bar 1: in a Link session no bar is the first of all."""
    begin = min((note.onset for note in notes), default=0.0)
    before = max((beat.bar for beat in grid if beat.bar is not None and beat.time <= begin + 0.05), default=1) - 1
    return [Beat(beat.time, None if beat.bar is None else beat.bar - before) for beat in grid]


def _draw_grid(axes: Axes, grid: Sequence[Beat], *, numbered: bool) -> None:
    """Lines at the bars and, fainter, at the beats between them; numbers under the bars."""
    begin, end = axes.get_xlim()
    shown = [beat for beat in grid if begin <= beat.time <= end]
    bars = [beat for beat in shown if beat.bar is not None]
    between = [beat.time for beat in shown if beat.bar is None]
    across = axes.get_xaxis_transform()
    axes.vlines(between, 0, 1, transform=across, colors="0.87", linewidths=0.6, zorder=1)
    axes.vlines([bar.time for bar in bars], 0, 1, transform=across, colors="0.6", linewidths=1.0, zorder=1)
    if grid:
        axes.set_xticks([bar.time for bar in bars], [str(bar.bar) for bar in bars] if numbered else [])
    elif not numbered:
        axes.set_xticklabels([])
    axes.tick_params(axis="x", length=0 if grid else 3, labelsize=9, labelcolor="0.35")


def _tint(axes: Axes, spans: Sequence[TurnSpan]) -> None:
    """The ground of the machine's turns in its colour."""
    for span in spans:
        if span.turn is Turn.MACHINE:
            axes.axvspan(span.begin, span.end, color=pianoroll.COLOURS["machine"], alpha=_TINT, linewidth=0, zorder=0)
