"""Nothing of a stranger's text is obeyed by a terminal, and none of it is long."""

from __future__ import annotations

import pytest

from bridge.vocabulary.plain_text import LONGEST, one_line, shown

BAD = "\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Keystep 37", "Keystep 37"),
        ("Flügel → 鋼琴 🎹", "Flügel → 鋼琴 🎹"),
        ("👩‍🎤", "👩‍🎤"),
        ("\x1b[31mred\x1b[0m", f"{BAD}[31mred{BAD}[0m"),
        ("\x1b]0;title\x07", f"{BAD}]0;title{BAD}"),
        ("\x9b2J", f"{BAD}2J"),
        ("ab\rcd\x08", f"ab{BAD}cd{BAD}"),
        ("evil\u202egnp.exe", f"evil{BAD}gnp.exe"),
        ("half \ud83d", f"half {BAD}"),
        ("two\nlines\tof it", "two\nlines\tof it"),
    ],
)
def test_what_a_terminal_would_obey_is_replaced(text: str, seen: str) -> None:
    assert shown(text) == seen


def test_one_line_is_one_line() -> None:
    assert one_line("a  b\n\x1b[2Jc\td") == f"a b {BAD}[2Jc d"


def test_what_is_too_long_keeps_its_beginning_and_its_way_out() -> None:
    line = one_line("model.onnx: refused (" + "x" * 200_000 + "): export it again")
    assert len(line) == LONGEST
    assert line.startswith("model.onnx: refused (xxx") and line.endswith("xxx): export it again")


def test_what_fits_just_so_stays() -> None:
    assert one_line("x" * LONGEST) == "x" * LONGEST
