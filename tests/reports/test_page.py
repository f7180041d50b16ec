"""Pages that stand by themselves, whatever stands in them."""

from __future__ import annotations

import base64

from bridge.reports.page import data_url, heading, new_figure, page, paragraph, picture, png, table

EVIL = "<script>alert('x')</script>"


def test_text_of_anybodys_is_escaped() -> None:
    for part in (page(EVIL, []), heading(EVIL), paragraph(EVIL), table([EVIL], []), table(["a", "b"], [(EVIL, "1")])):
        assert "<script>" not in part and "&lt;script&gt;" in part
    assert "<b>1</b>" in table(["a", "b"], [("name", "<b>1</b>")]), "cells of ours may hold markup"


def test_a_table_has_its_headings_and_rows() -> None:
    assert table(["a", "b"], [("x", "1"), ("y", "2")]) == (
        "<table><tr><th>a</th><th>b</th></tr><tr><td>x</td><td>1</td></tr><tr><td>y</td><td>2</td></tr></table>"
    )


def test_a_picture_is_in_the_page_and_says_what_it_shows() -> None:
    figure = new_figure(2.0, 1.0)
    figure.subplots()
    image = png(figure)
    assert image.startswith(b"\x89PNG")
    written = picture(figure, 'a "roll"')
    assert 'alt="a &quot;roll&quot;"' in written
    assert base64.b64decode(data_url(image).partition(",")[2]) == image
    whole = page("title", [heading("one"), written])
    assert whole.startswith("<!doctype html>") and "http" not in whole and whole.count("<h2>one</h2>") == 1
