"""What stands on the terminal: drawn into an emulated one and read from there."""

from __future__ import annotations

import io
import re
from pathlib import Path
from types import SimpleNamespace

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


class Buffered(io.StringIO):
    """Knows how much of what was written was flushed."""

    flushed = ""

    def flush(self) -> None:
        self.flushed = self.getvalue()


def seen(text: str) -> str:
    """What one reads of it: without escape sequences."""
    return re.sub(r"\x1b\[[?0-9;]*[A-Za-z]", "", text)


@pytest.mark.parametrize("make", [Lines, Screen])
def test_nothing_that_is_shown_waits_in_a_buffer(make: type[Lines | Screen]) -> None:
    out = Buffered()
    with make(out) as shown:
        shown.show(STATUS, ["hello"])
        assert out.flushed == out.getvalue() and "hello" in out.flushed
        out.write("more")
    assert out.flushed == out.getvalue()


def test_plain_lines_have_the_time_of_day_and_the_state() -> None:
    out = io.StringIO()
    with view(out, plain=True, keys=True) as lines:
        lines.show({}, ["hello"])
        lines.show(STATUS, [])
    first, second = out.getvalue().splitlines()
    assert re.fullmatch(r"\d\d:\d\d:\d\d hello", first)
    assert re.fullmatch(r"\d\d:\d\d:\d\d duet, 96 bpm, MIDI ok, REC", second)


@pytest.mark.parametrize(
    ("system", "legacy", "kind"), [("nt", True, Lines), ("nt", False, Screen), ("posix", True, Screen)]
)
def test_a_console_of_an_old_windows_gets_lines(
    monkeypatch: pytest.MonkeyPatch, system: str, legacy: bool, kind: type[Lines | Screen]
) -> None:
    monkeypatch.setattr("bridge.live.screen.os", SimpleNamespace(name=system, environ={}))
    monkeypatch.setattr("bridge.system.terminal.console", lambda **_: SimpleNamespace(legacy_windows=legacy))
    assert isinstance(view(Glass(80), plain=False, keys=False), kind)


def test_the_cursor_is_hidden_meanwhile_and_trouble_has_a_colour() -> None:
    out = io.StringIO()
    with Screen(out, size=lambda: (160, 24)) as screen:
        screen.show(TROUBLE, [])
        assert out.getvalue().startswith("\x1b[?25l")
        assert re.search(r"\x1b\[[0-9;]*3[0-9][0-9;]*m", out.getvalue())


@pytest.mark.parametrize("status", [STATUS, TROUBLE], ids=["calm", "trouble"])
def test_the_last_column_stays_free_and_the_others_are_used(status: dict[str, object]) -> None:
    full = 0
    for columns in range(20, 160):
        out = io.StringIO()
        Screen(out, keys=True, size=lambda columns=columns: (columns, 24)).show(status, [])  # type: ignore[misc]
        widths = [len(line) for line in seen(out.getvalue()).strip("\r\n").split("\r\n")]
        assert len(widths) == 2 and max(widths) < columns
        full += max(widths) == columns - 1
    assert full, "some line is just as wide as it may be"


@pytest.mark.parametrize(("keys", "rows", "lines"), [(True, 2, 1), (True, 3, 2), (False, 3, 1), (False, 24, 1)])
def test_the_keys_are_shown_where_there_are_any_and_room_for_a_message(keys: bool, rows: int, lines: int) -> None:
    out = io.StringIO()
    Screen(out, keys=keys, size=lambda: (100, rows)).show(STATUS, [])
    assert len(seen(out.getvalue()).strip("\r\n").split("\r\n")) == lines
    assert ("space panic" in out.getvalue()) is (lines == 2)


def test_as_many_rows_are_gone_over_as_the_line_has_now() -> None:
    def erased(columns: int | None = None) -> tuple[str, int]:
        """How the line is gone back over in a window that became narrower, and how wide it was."""
        out = io.StringIO()
        size = [200, 24]
        screen = Screen(out, size=lambda: (size[0], size[1]))
        screen.show(STATUS, [])
        before = out.tell()
        size[0] = columns or size[0]
        screen.show(STATUS, ["message"])
        return out.getvalue()[before:].partition("\x1b[J")[0], len(seen(out.getvalue()[:before]).strip("\r\n"))

    back, width = erased()
    assert back == "\r"
    assert [erased(columns)[0] for columns in (width, width - 1, (width + 1) // 2, width // 2 - 1)] == [
        "\r", "\r\x1b[1A", "\r\x1b[1A", "\r\x1b[2A",
    ]  # fmt: skip


@pytest.mark.parametrize("columns", [0, 1, 2, 5])
def test_a_window_of_next_to_no_width_is_drawn_into_as_well_as_can_be(columns: int) -> None:
    out = io.StringIO()
    with Screen(out, keys=True, size=lambda: (columns, 24)) as screen:
        screen.show(STATUS, [])
        screen.show(STATUS, ["message"])
    assert "duet" in seen(out.getvalue()) and "message" in seen(out.getvalue())
