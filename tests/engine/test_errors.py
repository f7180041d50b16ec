"""A refused model is told in one line, whatever its folder holds."""

from __future__ import annotations

from bridge.engine.errors import ModelError


def test_the_text_stays_as_it_is() -> None:
    assert str(ModelError("model x: no feed.onnx; export it again")) == "model x: no feed.onnx; export it again"


def test_what_a_stranger_wrote_becomes_one_line_of_bounded_length() -> None:
    text = str(ModelError("a\nb\x1b[2J" + "x" * 100_000))
    assert "\n" not in text and "\x1b" not in text and len(text) < 2000
