from __future__ import annotations

from bridge.live.last_events import LastEvents
from bridge.vocabulary.events import ErrorReport, NoteOn, PlayNote, Severity, Sounded


def test_what_came_in_left_and_went_wrong_last() -> None:
    now = [10.0]
    last = LastEvents((1, 2), clock=lambda: now[0])
    assert last.status() == {
        "listen": [1, 2], "last_in_s": None, "last_in_channel": None, "last_out_s": None, "last_out_channel": None,
        "last_error": "", "last_error_s": None,
    }  # fmt: skip
    last.accept(["in", 10.0, NoteOn(10.0, 60, 80, 3)])
    last.accept(["in", 10.2, NoteOn(10.2, 60, 0, 4)])  # a key that comes up
    last.accept(["out", 10.5, PlayNote(7, 11.0, 11.5, 64, 80, 2)])
    last.accept(["in", 11.0, Sounded(11.0, 7)])
    now[0] = 12.0
    last.tell(ErrorReport(Severity.ERROR, "x", "no such preset"))
    now[0] = 12.5
    told = last.status()
    assert (told["last_in_s"], told["last_in_channel"]) == (2.5, 3)
    assert (told["last_out_s"], told["last_out_channel"]) == (1.5, 2)
    assert (told["last_error"], told["last_error_s"]) == ("no such preset", 0.5)
