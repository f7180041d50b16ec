"""The drummers' bars as they are written: every one can be read, and is what its first line says."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from bridge.performer.groove_library import FILLS, GROOVES
from bridge.performer.groove_pattern import DRUM_KEYS

HEAD = re.compile(r"([\w-]+) (\d+)/(\d+) (straight|swung) (\d+) (drummer\d+) (\S+)")


def lines(groove: str) -> tuple[re.Match[str], list[list[str]]]:
    head, *rows = groove.strip().splitlines()
    told = HEAD.fullmatch(head.strip())
    assert told, head
    return told, [row.split() for row in rows]


@pytest.mark.parametrize("groove", GROOVES + FILLS, ids=lambda groove: groove.split("\n")[0])
def test_every_row_is_a_bar_of_strokes_and_of_chances(groove: str) -> None:
    head, rows = lines(groove)
    steps = 16 * int(head[2]) // int(head[3])
    names = [name for name, *_ in rows]
    assert len(names) == len(set(names)) and set(names) <= set(DRUM_KEYS)
    for name, strokes, chances in rows:
        assert len(strokes) == len(chances) == steps, name
        assert set(strokes + chances) <= set(".123456789"), name
        # A stroke that this bar has is not one that only others have.
        assert all(stroke == "." or chance == "." for stroke, chance in zip(strokes, chances, strict=True)), name
    assert 40 <= int(head[5]) <= 240
    assert any(set(strokes) != {"."} for _, strokes, _ in rows), "something is played"


def test_there_is_something_for_every_kind_straight_and_swung_and_no_bar_twice() -> None:
    heads = [lines(groove)[0] for groove in GROOVES]
    kinds = Counter(head[1] for head in heads)
    assert kinds["rock"] >= 3 and "fill" not in kinds
    assert {lines(fill)[0][4] for fill in FILLS} == {"straight", "swung"}
    assert {(lines(fill)[0][1], lines(fill)[0][2]) for fill in FILLS} == {("fill", "2")}
    played = [tuple(map(tuple, lines(groove)[1])) for groove in GROOVES + FILLS]
    assert len(set(played)) == len(played)
