"""What pages are told, and what of theirs reaches the daemon."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bridge.vocabulary.events import NoteOn, PlayNote, Sounded, Turn, TurnChanged
from bridge.vocabulary.parameters import PARAMETERS
from bridge.vocabulary.requests import PresetsReport
from bridge.web.hub import MOST_CLIENTS, MOST_REFUSALS, MOST_WAITING, Client, Hub
from bridge.web.wire import JOINED, LEFT, line_of, reply_line, status_line

STATUS = {
    "mode": "respond",
    "turn": "human",
    "tempo": 0.0,
    "bar": None,
    "beat": None,
    "beats_per_bar": 4.0,
    "voices": {},
}


class Daemon:
    """The other side of a hub."""

    def __init__(self) -> None:
        self.said: list[Any] = []  # but for who came
        self.hub = Hub(self.say, lambda: ["duo"])

    def say(self, line: bytes) -> None:
        message = json.loads(line)
        if message[2] != JOINED:
            self.said.append(message)

    def happened(self, *items: object, now: float = 1.0) -> None:
        for item in items:
            line = line_of(["in" if isinstance(item, (NoteOn, Sounded)) else "out", now, item])
            assert line is not None
            self.hub.heard(line)


@pytest.fixture
def daemon() -> Daemon:
    return Daemon()


def heard(client: Client) -> list[Any]:
    """What waits for a page."""
    lines: list[bytes] = []
    while not client.queue.empty():
        lines += client.queue.get_nowait().splitlines()
    return [json.loads(line) for line in lines]


def test_a_new_page_is_told_how_things_stand_and_what_just_happened(daemon: Daemon) -> None:
    daemon.hub.heard(status_line(STATUS, 0.5))
    daemon.happened(NoteOn(1.0, 60, 80))
    lines = heard(daemon.hub.join(2.0))
    assert [line[0] for line in lines] == ["hello", "status", "answers", "in", "ready"]
    facts = lines[0][2]
    assert [entry["name"] for entry in facts["parameters"]] == list(PARAMETERS)
    checks = lines[1][2].pop("checks")  # why one may hear nothing
    assert ["fail", "channels out"] in [check[:2] for check in checks]
    assert facts["models"] == ["duo"] and lines[1][2] == STATUS
    assert lines[3] == ["in", 1.0, "NoteOn", {"time": 1.0, "pitch": 60, "velocity": 80, "channel": 1}]
    assert [line[0] for line in heard(daemon.hub.join(100.0))] == ["hello", "status", "answers", "ready"]


def test_a_new_page_may_come_into_a_busy_set(daemon: Daemon) -> None:
    for number in range(2 * MOST_WAITING):
        daemon.happened(Sounded(1.0, number))
    page = daemon.hub.join(2.0)
    assert not page.behind.is_set()
    assert len(heard(page)) > MOST_WAITING


def test_every_page_hears_everything_and_of_the_status_what_changed(daemon: Daemon) -> None:
    daemon.hub.heard(status_line(STATUS, 0.5))
    pages = [daemon.hub.join(1.0) for _ in range(2)]
    assert all(heard(page) for page in pages)
    daemon.hub.heard(status_line({**STATUS, "mode": "duet"}, 1.5))
    daemon.happened(PlayNote(7, 2.0, 2.5, 60, 80, 1))
    for page in pages:
        news, note = heard(page)
        assert news[2]["mode"] == "duet" and "turn" not in news[2] and "bar" in news[2]
        assert note[2:] == [
            "PlayNote",
            {"note_id": 7, "onset": 2.0, "release": 2.5, "pitch": 60, "velocity": 80, "channel": 1},
        ]


def test_answers_are_listed_as_they_come(daemon: Daemon) -> None:
    page = daemon.hub.join(0.0)
    daemon.happened(
        TurnChanged(Turn.MACHINE), PlayNote(7, 1.0, 1.5, 60, 80, 1), Sounded(1.0, 7), TurnChanged(Turn.HUMAN)
    )
    lists = [line[2] for line in heard(page) if line[0] == "answers"]
    assert lists[-1] == [{"number": 1, "began": 1.0, "notes": 1, "kept": False}]


def test_a_reply_is_for_one_page_and_presets_are_for_all(daemon: Daemon) -> None:
    one, other = daemon.hub.join(0.0), daemon.hub.join(0.0)
    heard(one), heard(other)
    for report in (TurnChanged(Turn.BOTH), PresetsReport("a b")):
        line = reply_line(one.number, report, 1.0)
        assert line is not None
        daemon.hub.heard(line)
    assert [line[2] for line in heard(one)] == ["TurnChanged", "PresetsReport"]
    assert [line[2] for line in heard(other)] == ["PresetsReport"]
    assert heard(daemon.hub.join(2.0))[0][2]["presets"] == ["a", "b"]


def test_what_a_page_says_goes_to_the_daemon_with_its_moment(daemon: Daemon) -> None:
    page = daemon.hub.join(0.0)
    daemon.hub.said(page, '["/antiphon/set", "temperature", 0.5]', 3.0)
    daemon.hub.said(page, b'["/antiphon/stop"]', 3.5)
    assert daemon.said == [
        [page.number, 3.0, "/antiphon/set", ["temperature", 0.5]],
        [page.number, 3.5, "/antiphon/stop", []],
    ]


def test_a_ping_is_answered_with_the_time(daemon: Daemon) -> None:
    page = daemon.hub.join(0.0)
    heard(page)
    daemon.hub.said(page, '["ping", 12.5]', 3.0)
    assert heard(page) == [["pong", 3.0, [12.5]]] and not daemon.said


@pytest.mark.parametrize(
    "text",
    [
        "", "[", '["left"]', "[" * 3000, "{}", "[]", "7", '"x"', "[1, 2]", "null", b"\xff\xfe",
        '["/antiphon/set", {"a": 1}]', '["/antiphon/set", ["x"]]', f'["/antiphon/set", "temperature", {10**300}]',
        '["/antiphon/note", 1e999]x', "NaN",
        '["/antiphon/set", "temperature", NaN]',
    ],
)  # fmt: skip
def test_what_is_malformed_is_refused_in_words_and_goes_no_further(daemon: Daemon, text: str | bytes) -> None:
    page = daemon.hub.join(0.0)
    heard(page)
    daemon.hub.said(page, text, 3.0)
    ((kind, _, name, report),) = heard(page)
    assert (kind, name, report["code"]) == ("tell", "ErrorReport", "bad-message") and report["text"]
    assert not daemon.said


def test_in_a_flood_notes_and_buttons_get_through(daemon: Daemon) -> None:
    page = daemon.hub.join(0.0)
    for _ in range(1000):
        daemon.hub.said(page, '["/antiphon/set", "temperature", 0.5]', 3.0)
    daemon.hub.said(page, '["/antiphon/panic"]', 3.0)
    assert len(daemon.said) < 400 and daemon.said[-1][2] == "/antiphon/panic"


def test_a_page_that_does_not_read_is_given_up_and_the_others_are_not_kept(daemon: Daemon) -> None:
    slow = daemon.hub.join(0.0)
    for number in range(MOST_WAITING + 1):
        daemon.happened(Sounded(1.0, number))
    assert slow.behind.is_set() and slow.queue.full()
    daemon.hub.leave(slow, 2.0)
    daemon.hub.leave(slow, 2.0)
    assert daemon.said == [[slow.number, 2.0, LEFT, []]]


def test_so_many_pages_and_no_more(daemon: Daemon) -> None:
    pages = [daemon.hub.join(0.0) for _ in range(MOST_CLIENTS)]
    assert daemon.hub.full
    daemon.hub.leave(pages[7], 1.0)
    assert not daemon.hub.full


def test_what_a_page_shows_of_a_later_version_is_passed_on(daemon: Daemon) -> None:
    page = daemon.hub.join(0.0)
    heard(page)
    daemon.hub.heard(b'["out", 1.0, "Glissando", {"note_id": 1}]')
    assert heard(page) == [["out", 1.0, "Glissando", {"note_id": 1}]]


def test_the_daemon_is_told_at_once_who_came_and_once_who_left() -> None:
    said: list[Any] = []
    hub = Hub(lambda line: said.append(json.loads(line)), lambda: [])
    page = hub.join(2.0)
    assert said == [[page.number, 2.0, JOINED, []]]
    hub.leave(page, 3.0)
    assert said[1:] == [[page.number, 3.0, LEFT, []]]
    hub.leave(page, 4.0)
    assert len(said) == 2


def test_before_anything_is_known_a_page_is_told_an_empty_status(daemon: Daemon) -> None:
    lines = heard(daemon.hub.join(5.0))
    assert lines[1] == ["status", 0.0, {}] and lines[-1] == ["ready", 5.0]
    assert daemon.hub.model == ""


def test_the_past_that_is_shown_is_of_the_last_thirty_seconds(daemon: Daemon) -> None:
    for now in (1.0, 1.5):
        daemon.happened(NoteOn(now, 60, 80), now=now)
    past = [line[1] for line in heard(daemon.hub.join(31.0)) if line[0] == "in"]
    assert past == [1.5]


def test_a_page_that_says_nonsense_for_ever_is_told_so_two_hundred_times(daemon: Daemon) -> None:
    page, other = daemon.hub.join(0.0), daemon.hub.join(0.0)
    heard(page), heard(other)
    for _ in range(MOST_REFUSALS + 50):
        daemon.hub.said(page, "nonsense", 3.0)
    assert len(heard(page)) == MOST_REFUSALS == 200 and not page.behind.is_set()
    daemon.hub.said(other, "nonsense", 3.0)
    assert len(heard(other)) == 1
    daemon.hub.said(page, '["/antiphon/stop"]', 3.0)
    assert daemon.said == [[page.number, 3.0, "/antiphon/stop", []]], "what makes sense is heard all the same"


@pytest.mark.parametrize(
    ("argument", "plain"),
    [
        (2**31 - 1, True), (1 - 2**31, True), (2**31, False), (-(2**31), False), (None, True), ("x", True),
        (1e300, True), (True, True), ([], False), ({}, False),
    ],
)  # fmt: skip
def test_what_a_page_may_say_is_what_osc_has(daemon: Daemon, argument: object, plain: bool) -> None:
    page = daemon.hub.join(0.0)
    daemon.hub.said(page, json.dumps(["/antiphon/like", argument]), 3.0)
    assert bool(daemon.said) is plain
    if plain:
        assert daemon.said == [[page.number, 3.0, "/antiphon/like", [argument]]]


def test_a_pong_has_the_first_thing_of_a_ping(daemon: Daemon) -> None:
    page = daemon.hub.join(0.0)
    heard(page)
    daemon.hub.said(page, '["ping", 1, 2]', 3.0)
    daemon.hub.said(page, '["ping"]', 4.0)
    assert heard(page) == [["pong", 3.0, [1]], ["pong", 4.0, []]]


def test_what_is_neither_status_nor_reply_is_passed_on_to_all(daemon: Daemon) -> None:
    pages = [daemon.hub.join(0.0) for _ in range(2)]
    assert all(heard(page) for page in pages)
    daemon.hub.heard(b'["tell", 1.0, "Notice", {"text": "hello"}]')
    assert [heard(page) for page in pages] == [[["tell", 1.0, "Notice", {"text": "hello"}]]] * 2


def test_how_long_ago_the_last_note_was_is_told_once_and_the_checks_where_they_say_something_else(
    daemon: Daemon,
) -> None:
    page = daemon.hub.join(0.0)
    heard(page)

    def news(**changes: object) -> dict[str, Any]:
        daemon.hub.heard(status_line({**STATUS, **changes}, 1.0))
        ((kind, _, found),) = heard(page)
        assert kind == "status"
        return found

    assert "last_in_s" not in news()
    assert news(last_in_s=1.0)["last_in_s"] == 1.0
    later = news(last_in_s=1.4)
    assert "last_in_s" not in later and "checks" not in later
    assert ["ok", "last note in", "5 s ago on channel None", ""] in news(last_in_s=4.0)["checks"]
    assert "checks" not in news(last_in_s=4.1)
    assert ["fail", "mode", "off: it only listens"] in [
        check[:3] for check in news(last_in_s=4.2, mode="off")["checks"]
    ]
    again = heard(daemon.hub.join(2.0))[1][2]
    assert again["last_in_s"] == 4.2 and again["mode"] == "off", "a new page is told all of it"
