"""What fires actions, as it is written."""

from __future__ import annotations

import pytest

from bridge.vocabulary.actions import Trigger, read_binds, read_trigger, stepped


@pytest.mark.parametrize(
    ("text", "trigger", "written"),
    [
        ("note:60@10", Trigger("note", 60, 10), "note:60@10"),
        ("cc:64", Trigger("cc", 64, 0), "cc:64"),
        ("program:0@any", Trigger("program", 0, 0), "program:0"),
        (" note:127@1 ", Trigger("note", 127, 1), "note:127@1"),
    ],
)
def test_a_trigger_is_read_and_written(text: str, trigger: Trigger, written: str) -> None:
    assert read_trigger(text) == trigger
    assert str(trigger) == written


@pytest.mark.parametrize(
    "text", ["", "note", "note:128", "cc:120", "cc:-1", "program:200", "note:60@0", "note:60@17", "key:60", "note:C4"]
)
def test_what_is_no_trigger_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        read_trigger(text)


def test_binds_are_read_one_or_several_to_an_action() -> None:
    given = {"respond": "note:60", "next-mode": ["cc:80", "program:5@2", "cc:80"], "stop": "off", "panic": []}
    assert read_binds(given) == {
        "respond": ("note:60",),
        "next_mode": ("cc:80", "program:5@2"),
        "stop": (),
        "panic": (),
    }


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"sing": "note:60"}, "no action 'sing'"),
        ({"stop": 7}, "stop cannot be 7"),
        ({"stop": [7]}, "stop cannot be"),
        ({"stop": "cc:300"}, "stop cannot be 'cc:300'"),
        ({"stop": "cc:64@2", "respond": "cc:64"}, "cc:64@2 fires stop"),
    ],
)
def test_binds_that_cannot_be_are_refused(given: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_binds(given)


def test_one_channel_each_is_no_conflict() -> None:
    assert read_binds({"stop": "cc:64@2", "respond": "cc:64@3"}) == {"stop": ("cc:64@2",), "respond": ("cc:64@3",)}


def test_stepping_goes_round() -> None:
    assert [stepped("abc", name, 1) for name in ("a", "b", "c", "elsewhere")] == ["b", "c", "a", "a"]
    assert [stepped("abc", name, -1) for name in ("a", "b", "c", "elsewhere")] == ["c", "a", "b", "c"]
    assert stepped([], "a", 1) == ""
