"""What the bottom of the terminal says: one line that a performer reads at a glance, and one of the keys there are.

Pure: from a status and a width to words, each with what it is called in colour. Where there is no room, what matters
least at that moment is shortened, then left out; trouble comes before figures. Colours bring their own background,
light on dark or dark on light, so they are told apart on any screen by any eyes, and say nothing that no word says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from bridge.vocabulary.plain_text import one_line

BETWEEN: Final = " │ "
BETWEEN_KEYS: Final = "  "
_TURNS: Final = {"human": "you", "machine": "ANTIPHON", "both": "both"}
_TURN_STYLES: Final = {"human": "", "machine": "bold bright_white on blue", "both": "black on bright_cyan"}
TROUBLE: Final = "black on bright_yellow"
RECORDING: Final = "bold reverse"
_QUIET: Final = "dim"
# From this rank on a part is a figure: nice to know.
FIGURES: Final = 7.0


@dataclass(frozen=True, slots=True)
class StatusPart:
    """A few words, and shorter ones for the same; the higher its `rank`, the sooner it is shortened or left out."""

    rank: float
    text: str
    short: str = ""
    style: str = ""

    def shortened(self) -> StatusPart:
        """The same in its short form alone."""
        return StatusPart(self.rank, self.short, "", self.style)


KEYS: Final = (
    StatusPart(0, "space panic", "", _QUIET),
    StatusPart(1, "s stop", "", _QUIET),
    StatusPart(2, "r respond", "", _QUIET),
    StatusPart(6, "a again", "", _QUIET),
    StatusPart(3, "1-5 mode", "", _QUIET),
    StatusPart(4, "w record", "", _QUIET),
    StatusPart(7, "c capture", "", _QUIET),
    StatusPart(5, "q quit", "", _QUIET),
    StatusPart(3.5, "? keys", "", _QUIET),
)


def fit(parts: Sequence[StatusPart], width: int, between: str = BETWEEN) -> list[StatusPart]:
    """As many of `parts` as fit into `width` columns with `between` between them, in their order.

    Figures go first. What matters is shortened before any of it is left out.
    """
    kept = [part for part in parts if part.text]
    while kept and _width(kept, between) > width:
        last = max(kept, key=lambda part: part.rank)
        if last.rank < FIGURES:
            last = max((part for part in kept if part.short), key=lambda part: part.rank, default=last)
        place = kept.index(last)
        kept[place : place + 1] = [last.shortened()] if last.short else []
    return kept


def _width(parts: Sequence[StatusPart], between: str) -> int:
    return sum(len(part.text) for part in parts) + len(between) * (len(parts) - 1)


def parts(status: dict[str, Any]) -> list[StatusPart]:
    """What there is to say: who plays, the time, the ports, figures; trouble last."""
    turn, late = status["turn"], status["missed"] + status["late"]
    return [
        StatusPart(0, f"{status['mode']:<9}", status["mode"], "bold"),
        StatusPart(1, f"turn {_TURNS[turn]:<8}", _TURNS[turn], _TURN_STYLES[turn]),
        _tempo(status),
        *_bar(status),
        *_clock(status),
        _midi(status),
        StatusPart(3 if late else 8, f"late {late}", "", TROUBLE if late else ""),
        StatusPart(
            9, f"step {status['step_ms']:.1f} ms (p99 {status['step_p99_ms']:.1f})", f"{status['step_ms']:.1f} ms"
        ),
        StatusPart(10, f"played {status['sounded']}"),
        *([StatusPart(2, "● REC", "REC", RECORDING)] if status["recording"] else ()),
        *_trouble(status),
    ]


def _tempo(status: dict[str, Any]) -> StatusPart:
    tempo = status["tempo"]
    return StatusPart(5, f"{tempo:.1f} bpm", f"{tempo:.0f} bpm") if tempo else StatusPart(5, "free time", "free")


def _bar(status: dict[str, Any]) -> list[StatusPart]:
    if status["bar"] is None:
        return []
    place = f"{status['bar']}.{int(status['beat'])}"
    return [StatusPart(4, f"bar {place}", place)]


def _clock(status: dict[str, Any]) -> list[StatusPart]:
    """Whose time it is where it is not ours; with a question mark where it is not sure yet."""
    if status["clock"] == "internal":
        return []
    return [StatusPart(7, status["clock"] + ("" if status["clock_locked"] else "?"))]


def _midi(status: dict[str, Any]) -> StatusPart:
    if status["midi_backend"] == "fake":
        return StatusPart(6, "OSC only")
    if status["midi"] == "open":
        return StatusPart(6, "MIDI ok")
    return StatusPart(0.5, f"MIDI {status['midi']}", "NO MIDI", TROUBLE)


def _trouble(status: dict[str, Any]) -> list[StatusPart]:
    found = []
    if status["keeping_up"] != "full":
        found.append(StatusPart(2.2, status["keeping_up"].upper(), "SLOW", TROUBLE))
    if status["own_notes_ignored"]:
        found.append(StatusPart(2.4, "LOOP", "", TROUBLE))
    if status["unheard"]:
        found.append(StatusPart(5.5, f"unheard {status['unheard']}", "", TROUBLE))
    return found


def render(status: dict[str, Any], width: int = 1000) -> str:
    """The line as text."""
    return BETWEEN.join(part.text for part in fit(parts(status), width))


def summary(status: dict[str, Any]) -> str:
    """What of a status is worth a line in a log when it changes."""
    tempo = f"{status['tempo']:.0f} bpm" if status["tempo"] else "free time"
    clock = [] if status["clock"] == "internal" else [status["clock"]]
    more = [part.text for part in _trouble(status) if not part.text.startswith("unheard")]
    words = [status["mode"], tempo, *clock, _midi(status).text, *(["REC"] if status["recording"] else []), *more]
    return one_line(", ".join(words))
