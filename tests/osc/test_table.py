"""The OSC table: literal messages in, literal events out, and the README made from it."""

from __future__ import annotations

import pytest

from bridge.osc.table import INCOMING, OUTGOING, Argument, markdown


def test_tables_name_every_address_once() -> None:
    for address in (*INCOMING, *OUTGOING):
        assert markdown().count(f"| `{address}` |") == (address in INCOMING) + (address in OUTGOING)


@pytest.mark.parametrize(
    ("argument", "shown"),
    [
        (Argument("pitch", "int", 0, 127), "`pitch` (0 to 127)"),
        (Argument("on", "int", 0, 1), "`on` (0 or 1)"),
        (Argument("amount", "float", 0, 1), "`amount` (0 to 1)"),
        (Argument("delay", "float", 0), "`delay` (number)"),
        (Argument("count", "int", 1), "`count` (whole number)"),
        (Argument("name", "str"), "`name` (text)"),
        (Argument("value", "value"), "`value` (number or text)"),
        (Argument("who", "str", choices=("human", "both")), "`who` (human, both)"),
        (Argument("beat", "float", -1e9, 1e9, note="beats"), "`beat` (beats)"),
    ],
)
def test_an_argument_says_what_it_may_be(argument: Argument, shown: str) -> None:
    assert argument.describe() == shown


@pytest.mark.parametrize(
    ("argument", "switch"),
    [
        (Argument("on", "int", 0, 1), True),
        (Argument("amount", "float", 0, 1), False),
        (Argument("low", "int", 0, 127), False),
        (Argument("rank", "int", 1, 1), False),
    ],
)
def test_only_a_whole_number_that_is_0_or_1_is_a_switch(argument: Argument, switch: bool) -> None:
    assert argument.is_switch == switch


def test_each_table_of_the_page_is_one_that_markdown_can_show() -> None:
    tables = [table.strip().splitlines() for table in markdown().split("\n\n") if table.strip()]
    assert [len(table) - 2 for table in tables] == [len(INCOMING), len(OUTGOING)]
    for table in tables:
        assert {line.count(" | ") for line in table[2:]} == {2}, "three cells in every row"
        assert table[1] == "| --- | --- | --- |"


def test_every_address_that_is_taken_makes_something_and_none_that_is_sent_does() -> None:
    assert all(entry.make is not None for entry in INCOMING.values())
    assert all(entry.make is None for entry in OUTGOING.values())
