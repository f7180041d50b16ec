"""What stands on the terminal: drawn into an emulated one and read from there."""

from __future__ import annotations

import io
from pathlib import Path

import pyte
import pytest
from statuses import STATUS, TROUBLE

from bridge.live.screen import Lines, Screen, view


class Glass(io.StringIO):
    """A terminal of so many columns and rows, as a screen to write to and to look at."""

    def __init__(self, columns: int, rows: int = 8) -> None:
        super().__init__()
        self.size = columns, rows
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self._screen)

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._stream.feed(text.replace("\n", "\r\n").replace("\r\r", "\r"))
        return len(text)

    def rows(self) -> list[str]:
        return [row.rstrip() for row in self._screen.display if row.strip()]

    def screen(self, *, keys: bool = True) -> Screen:
        return Screen(self, keys=keys, size=lambda: self.size)


@pytest.mark.parametrize("columns", [120, 80, 60, 40, 20])
@pytest.mark.parametrize("status", [STATUS, TROUBLE], ids=["calm", "trouble"])
def test_two_lines_stay_below_the_messages(columns: int, status: dict[str, object]) -> None:
    glass = Glass(columns)
    with glass.screen() as screen:
        screen.show(status, ["first"])
        screen.show({**status, "sounded": 7, "turn": "both"}, [])
        screen.show(status, ["second", "third"])
        screen.show({**status, "turn": "both"}, [])
    rows = glass.rows()
    assert rows[:3] == ["first", "second", "third"]
    assert len(rows) == 5 and str(status["mode"]) in rows[3] and rows[4].startswith("space panic")


def test_nothing_is_drawn_where_nothing_changed() -> None:
    out = io.StringIO()
    with Screen(out, size=lambda: (80, 24)) as screen:
        screen.show(STATUS, [])
        drawn = out.tell()
        screen.show(dict(STATUS), [])
        assert out.tell() == drawn


def test_a_narrower_window_leaves_no_pieces_behind() -> None:
    """The terminal has wrapped the lines that stood there: as many rows are gone over."""
    out = io.StringIO()
    size = [120, 24]
    with Screen(out, keys=True, size=lambda: (size[0], size[1])) as screen:
        screen.show({**STATUS, "tempo": 96.0}, [])
        size[0] = 40
        before = out.tell()
        screen.show(STATUS, [])
        assert out.getvalue()[before:].startswith("\r\x1b[5A\x1b[J")  # 104 and 84 columns: three rows each


def test_a_low_window_shows_the_status_alone() -> None:
    glass = Glass(80, rows=2)
    with glass.screen() as screen:
        screen.show(STATUS, [])
    assert len(glass.rows()) == 1


def test_a_message_is_not_obeyed() -> None:
    glass = Glass(80)
    with glass.screen() as screen:
        screen.show(STATUS, ["evil \x1b[2J\x1b[10;10Hport"])
    assert glass.rows()[0] == "evil \ufffd[2J\ufffd[10;10Hport"


def test_the_cursor_is_back_in_the_end() -> None:
    out = io.StringIO()
    with Screen(out, size=lambda: (80, 24)) as screen:
        screen.show(STATUS, [])
    assert out.getvalue().endswith("\n\x1b[?25h")


def test_a_pipe_gets_messages_only() -> None:
    out = io.StringIO()
    with Lines(out) as lines:
        lines.show(STATUS, ["hello"])
    assert out.getvalue() == "hello\n"


def test_a_log_gets_times_and_what_changed() -> None:
    out = io.StringIO()
    with Lines(out, stamped=True, clock=lambda: "20:15:00") as lines:
        lines.show(STATUS, ["hello"])
        lines.show({**STATUS, "turn": "both", "bar": 13, "step_ms": 2.0}, [])
        lines.show({**STATUS, "mode": "respond"}, [])
    assert out.getvalue() == (
        "20:15:00 hello\n20:15:00 duet, 96 bpm, MIDI ok, REC\n20:15:00 respond, 96 bpm, MIDI ok, REC\n"
    )


def test_what_cannot_be_drawn_on_gets_lines(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as file:
        assert isinstance(view(file, plain=False, keys=False), Lines)
    monkeypatch.setenv("TERM", "dumb")
    assert isinstance(view(Glass(80), plain=False, keys=False), Lines)
    monkeypatch.setenv("TERM", "xterm-256color")
    assert isinstance(view(Glass(80), plain=False, keys=False), Screen)
    assert isinstance(view(Glass(80), plain=True, keys=False), Lines)
