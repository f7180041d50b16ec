"""A library on the page during a set: what fits is offered, plays and is liked, and notes are explained, by clicks."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("onnx")
pytest.importorskip("torch")

from browsing import DESKTOP, ERRORS, PATIENCE, chromium, play, point_at, until, visit
from library_ear import indexed_library
from osc_jam import free_ports, running
from small_networks import export_small

from bridge.presets.presets import Preset
from bridge.presets.store import PresetShelf

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, without a screen."""
    with chromium() as browser:
        yield browser


def test_what_fits_and_why_a_note_was_played_are_a_click_away(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))  # where the set is kept
    model, library = indexed_library(tmp_path)
    osc, out, port = free_ports(3)
    command = (sys.executable, "-m", "bridge", "jam", "--model", str(model), "--library", str(library), "--no-midi",
               "--mode", "off", "--clock", "internal", "--osc-port", str(osc), "--osc-out-port", str(out),
               "--web-port", str(port), "--no-osc-query")  # fmt: skip
    with running(*command) as program:
        address = program.wait_for(r"page (http://\S+)")[1]
        program.wait_for("ready")
        page = visit(browser, address, DESKTOP)
        page.click("#tab-library")
        until(page, "antiphon.status.library > 0")
        play(page, "asdfghjk")
        page.click("#panel-library >> text=What fits now?")
        page.wait_for_selector(".clips li")
        first = page.locator(".clips li").first
        assert "alike" in first.inner_text() and ".mid" not in first.inner_text()
        first.get_by_role("button", name="Play").click()
        until(page, "antiphon.score.notes.some((note) => note.machine && note.sounded)")
        page.wait_for_selector(".message.notice:has-text('playing')")
        page.keyboard.press("Escape")
        until(page, "!antiphon.status.clip")
        first.get_by_role("button", name="Manner").click()
        page.wait_for_selector(".message.notice:has-text('the model heard')")
        first.get_by_role("button", name="Like").click()
        page.wait_for_selector(".message.notice:has-text('liked')")
        page.click("text=Forget what I like")
        page.wait_for_selector(".message.notice:has-text('forgotten')")

        # Why that note? By a click on it: in words and odds at once, and as arcs.
        page.click("#modes >> text=respond")
        until(page, "antiphon.status.mode === 'respond'")
        page.evaluate("antiphon.score.clear()")
        play(page, "asdfghj")
        until(page, "antiphon.score.notes.filter((note) => note.machine && note.sounded).length > 3")
        assert point_at(page, "note.machine && note.sounded")
        until(page, "antiphon.roll.pointed")
        page.mouse.down()
        page.mouse.up()
        page.wait_for_selector("#panel-why .why-words li:has-text('as a pitch it had')")
        assert page.locator("#panel-why .why-fields tr").count() == 5
        until(page, "antiphon.why.part === 'causes'")
        assert page.evaluate("antiphon.score.machine.has(antiphon.why.id)")
        page.context.close()
    assert not ERRORS


def test_advice_is_taken_by_its_buttons(browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    # Beside the models of the house one that has learnt nothing: whatever is played, another knows it better.
    monkeypatch.setenv("ANTIPHON_MODELS", str(tmp_path / "models"))
    small = export_small(tmp_path / "models")
    # It has the white keys, so it suits whatever mode is advised.
    PresetShelf(tmp_path / "presets").save("white", Preset({"scale": "major", "root": "C"}))
    osc, out, port = free_ports(3)
    command = (sys.executable, "-m", "bridge", "jam", "--model", small.name, "--presets", str(tmp_path / "presets"),
               "--no-midi", "--mode", "off", "--osc-port", str(osc), "--osc-out-port", str(out),
               "--web-port", str(port), "--no-osc-query")  # fmt: skip
    with running(*command) as program:
        address = program.wait_for(r"page (http://\S+)")[1]
        program.wait_for("ready")
        page = visit(browser, address, DESKTOP)
        assert page.evaluate("antiphon.status.model") == small.name
        page.click("#tab-library")
        play(page, "asdfghjk" * 5)
        page.click("#panel-library >> text=What suits my playing?")

        # The mode and its settings, as the words have them.
        page.click("#panel-library button:has-text('Set it so')")
        first = page.locator("#panel-library .why").first.inner_text().splitlines()[0]
        advised = re.search(r": (\w+)((?:, \w+ [\d.]+)*) \(", first)
        assert advised is not None, first
        until(page, f"antiphon.status.mode === '{advised[1]}'")
        for setting in advised[2].split(", ")[1:]:
            name, value = setting.split()
            until(page, f"antiphon.status.parameters.{name} === {value}")

        page.click("#panel-library button:has-text('Take preset white')")
        until(page, "antiphon.status.preset === 'white' && antiphon.status.parameters.scale === 'major'")

        # Which model knows it is told when all were asked.
        swap = page.locator("#panel-library button:has-text('Play with model')")
        swap.wait_for(timeout=6 * PATIENCE)  # they are asked by a process that gives way to all others
        model = swap.inner_text().split()[-1]
        assert model != small.name and f"model {model} knows such music better" in page.inner_text("#panel-library")
        swap.click()
        until(page, f"antiphon.status.model === '{model}'")
        page.context.close()
    assert not ERRORS
