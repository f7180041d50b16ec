"""Who may see and play the page."""

from __future__ import annotations

import pytest

from bridge.web.guard import Guard, host_name, is_loopback, new_token

TOKEN = "a-token"


@pytest.mark.parametrize("host", ["localhost:7402", "127.0.0.1:7402", "[::1]:7402", "LocalHost", "localhost:9000"])
def test_on_loopback_its_own_names_pass(host: str) -> None:
    assert Guard().refusal({"host": host}, "", "") == ""


@pytest.mark.parametrize(
    "host", ["", "evil.example:7402", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.2"]
)
def test_on_loopback_a_name_that_was_made_to_point_here_does_not(host: str) -> None:
    assert "localhost" in Guard().refusal({"host": host}, "", "")


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://localhost:9999", "http://localhost", "file://"]
)
def test_a_stranger_s_page_may_not_speak(origin: str) -> None:
    assert "may not speak" in Guard().refusal({"host": "localhost:7402", "origin": origin}, "", "")


def test_its_own_page_may_speak_and_so_may_what_is_no_browser() -> None:
    assert Guard().refusal({"host": "localhost:7402", "origin": "http://localhost:7402"}, "", "") == ""
    assert Guard().refusal({"host": "localhost:7402"}, "", "") == ""


def test_off_loopback_the_token_is_asked_for() -> None:
    guard = Guard(TOKEN)
    assert "token" in guard.refusal({"host": "studio.local:7402"}, "", "")
    assert "token" in guard.refusal({"host": "localhost:7402"}, "wrong", "wrong too")
    assert guard.refusal({"host": "studio.local:7402"}, TOKEN, "") == ""
    assert guard.refusal({"host": "10.0.0.2:7402"}, "", TOKEN) == ""
    assert "may not speak" in guard.refusal({"host": "10.0.0.2:7402", "origin": "http://evil.example"}, TOKEN, TOKEN)


def test_a_guard_without_a_token_knows_none() -> None:
    assert not Guard().knows("")
    assert Guard(TOKEN).knows(TOKEN) and not Guard(TOKEN).knows("ä")


def test_tokens_differ() -> None:
    assert len({new_token() for _ in range(20)}) == 20


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("192.168.1.5", False),
        ("studio", False),
    ],
)
def test_what_is_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


@pytest.mark.parametrize(
    ("host", "name"), [("a:1", "a"), ("[::1]:80", "[::1]"), ("[::1]", "[::1]"), ("A", "a"), ("", "")]
)
def test_the_name_of_a_host(host: str, name: str) -> None:
    assert host_name(host) == name
