"""The report of a session: what was played, how it was, and why the machine played its oddest notes, as one page."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from bridge.engine.attention import Attention
from bridge.engine.streaming import StreamingModel
from bridge.evaluation.reviewing.pages import parts
from bridge.evaluation.reviewing.review import Review, review
from bridge.evaluation.reviewing.scale import Scale
from bridge.evaluation.reviewing.surprise import total
from bridge.explanation.explain import explain
from bridge.explanation.picture import arcs
from bridge.explanation.session import SessionNotes
from bridge.explanation.words import sentences
from bridge.reports.page import heading, page, paragraph, picture, table
from bridge.sessions.log import SessionLog
from bridge.sessions.picture import session_roll
from bridge.sessions.view import turns
from bridge.vocabulary.events import (
    Dropped,
    Offered,
    PlayClip,
    PlayNote,
    PrimeWith,
    SetMode,
    SetParameter,
    Sounded,
    TooLate,
)

_EXPLAINED: Final = 4


def as_html(notes: SessionNotes, model: StreamingModel, scale: Scale, tell: Callable[[float], None]) -> str:
    """The page. `model` is the one that played. Raises ValueError for what is no session."""
    log, title = notes.music.log, notes.music.title
    if log is None:
        raise ValueError(f"{title} is no session: antiphon review reads files")
    found = review(notes.music, model, model.manifest.ear, scale, tell=lambda done: tell(done / 2))
    body = [
        heading(f"Session {title}", 1),
        paragraph(f"Model {log.model}, seed {log.settings.seed}. Times are seconds from the first call."),
        picture(session_roll(log, title), "What was played, with its turns"),
        heading("Turns"),
        _turns(log),
        heading("What was set"),
        _set(log),
        *_clips(log),
        heading("On time?"),
        _lateness(log),
        heading("How it was"),
        *parts(found),
        heading("Why its most surprising notes were played"),
        *_why(notes, found, model, tell),
    ]
    return page(f"Antiphon: session {title}", body)


def _turns(log: SessionLog) -> str:
    began = log.entries[0][1] if log.entries else 0.0
    rows = [[str(span.turn), f"{span.begin - began:.2f}", f"{span.end - span.begin:.2f}"] for span in turns(log)]
    return table(["who", "from", "for"], rows)


def _set(log: SessionLog) -> str:
    """Parameters and modes as they were at first, where that was said, and each change."""
    began = log.entries[0][1] if log.entries else 0.0
    rows = [["mode", "at first", str(log.settings.mode)]]
    rows += [[name, "at first", str(value)] for name, value in sorted(log.settings.values.items())]
    for time, item in log.inputs():
        if isinstance(item, SetParameter):
            rows.append([item.name, f"{time - began:.2f}", str(item.value)])
        elif isinstance(item, SetMode):
            rows.append(["mode", f"{time - began:.2f}", str(item.mode)])
    return table(["what", "when", "to"], [[name, when, html.escape(value)] for name, when, value in rows])


def _clips(log: SessionLog) -> Iterator[str]:
    """What was offered of a library, in the order in which it was, and what became of it; nothing where nothing was."""
    began = log.entries[0][1] if log.entries else 0.0
    rows = []
    for time, item in log.inputs():
        match item:
            case Offered():
                rows.append([f"{time - began:.2f}", "offered", "; ".join(item.titles)])
            case PlayClip():
                rows.append([f"{time - began:.2f}", "played", item.title])
            case PrimeWith():
                rows.append([f"{time - began:.2f}", "heard by the model", item.title])
    if rows:
        yield heading("What was recommended, and used")
        yield table(["when", "what", "clips"], [[when, what, html.escape(which)] for when, what, which in rows])


def _lateness(log: SessionLog) -> str:
    planned = {output.note_id: output.onset for _, output in log.outputs() if isinstance(output, PlayNote)}
    late, lost = [], 0
    for _, item in log.inputs():
        if isinstance(item, Sounded) and item.note_id in planned:
            late.append(1000.0 * (item.time - planned[item.note_id]))
        lost += isinstance(item, (Dropped, TooLate))
    if not late:
        return paragraph("no note of the machine's sounded")
    median, most = np.quantile(late, (0.5, 0.99))
    return paragraph(
        f"{len(late)} notes of the machine's sounded, half of them within {median:.1f} ms of their time, 99 % within "
        f"{most:.1f} ms; {lost} came too late and were dropped."
    )


def _why(notes: SessionNotes, found: Review, model: StreamingModel, tell: Callable[[float], None]) -> Iterator[str]:
    attention = None if model.manifest.attention is None else Attention(model.manifest)
    bits = np.where(notes.music.machine, np.nan_to_num(total(found.bits)), -1.0)
    chosen = [place for place in np.argsort(-bits, kind="stable")[:_EXPLAINED].tolist() if bits[place] > 0]
    if not chosen:
        yield paragraph("the machine played nothing")
    for number, place in enumerate(chosen):
        explained = explain(notes.case(place + 1), model, attention)
        yield heading(f"Note {place + 1}, {notes.music.seconds[place] - notes.music.seconds[0]:.2f} s", 3)
        yield picture(arcs(explained, f"note {place + 1}"), "; ".join(sentences(explained)))
        tell(0.5 + 0.5 * (number + 1) / len(chosen))
