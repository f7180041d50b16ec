"""Pages that stand by themselves: one HTML file with its pictures in it."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DPI: Final = 100
_STYLE: Final = """
body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 1280px; margin: 2em auto; padding: 0 1em }
table { border-collapse: collapse; margin: 1em 0; font-variant-numeric: tabular-nums }
th, td { padding: .2em .8em; text-align: right; border-bottom: 1px solid #e4e4e4 }
th:first-child, td:first-child { text-align: left }
img { max-width: 100% } small, .note { color: #666 } h2 { margin-top: 2em }
"""


def page(title: str, parts: Iterable[str]) -> str:
    """A whole page of these parts."""
    head = f'<meta charset="utf-8"><title>{html.escape(title)}</title><style>{_STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(parts)}</body></html>\n'


def heading(text: str, level: int = 2) -> str:
    """Text of anybody's, escaped."""
    return f"<h{level}>{html.escape(text)}</h{level}>"


def paragraph(text: str) -> str:
    """Text of ours, escaped."""
    return f'<p class="note">{html.escape(text)}</p>'


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells of the first column are names and are escaped; the others are ours, and may hold markup."""
    head = "".join(f"<th>{html.escape(heading)}</th>" for heading in headings)
    body = "".join(
        f"<tr><td>{html.escape(row[0])}</td>{''.join(f'<td>{cell}</td>' for cell in row[1:])}</tr>" for row in rows
    )
    return f"<table><tr>{head}</tr>{body}</table>"


def picture(figure: Figure, text: str) -> str:
    """A figure in the page; `text` says what it shows."""
    return f'<p><img alt="{html.escape(text, quote=True)}" src="{data_url(png(figure))}"></p>'


def png(figure: Figure) -> bytes:
    """A figure as a PNG file."""
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=_DPI)
    return out.getvalue()


def data_url(image: bytes) -> str:
    """A PNG to be written into a page."""
    return "data:image/png;base64," + base64.b64encode(image).decode("ascii")


def new_figure(width: float, height: float) -> Figure:
    """An empty figure, in inches, that no window shows."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure
