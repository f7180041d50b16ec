"""The line at the bottom of the terminal."""

from __future__ import annotations

import io

from bridge.engine.fake import FakeModel
from bridge.live.status_line import StatusLine, render
from bridge.performer.performer import Performer, Settings

STATUS = {
    **Performer(FakeModel(), Settings(mode="duet", tempo=96.0)).status(),
    "step_ms": 1.5,
    "step_p99_ms": 2.25,
    "midi": "open",
    "midi_backend": "jack",
    "recording": True,
}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_it_says_what_a_performer_needs() -> None:
    line = render(STATUS)
    for part in ("duet", "turn you", "96.0 bpm", "step  1.5 ms", "late 0", "MIDI ok", "REC"):
        assert part in line


def test_without_midi_it_does_not_claim_any() -> None:
    line = render({**STATUS, "midi_backend": "fake"})
    assert "OSC only" in line and "MIDI" not in line


def test_trouble_is_visible() -> None:
    line = render({**STATUS, "midi": "restarting", "unheard": 3, "own_notes_ignored": 1, "tempo": 0.0})
    assert "MIDI restarting" in line and "unheard 3" in line and "LOOP" in line and "free" in line


def test_a_terminal_keeps_one_line_and_prints_messages_above_it() -> None:
    out = Terminal()
    with StatusLine(out) as status:
        status.show(STATUS, [])
        status.show(STATUS, ["a warning"])
    lines = out.getvalue().split("\n")
    assert lines[0].endswith("a warning")
    assert lines[1].startswith("\rduet")


def test_a_pipe_gets_messages_only() -> None:
    out = io.StringIO()
    with StatusLine(out) as status:
        status.show(STATUS, ["hello"])
    assert out.getvalue() == "hello\n"
