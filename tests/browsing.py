"""A real Chromium at the page of `antiphon jam`, for the live tests: opened, played on, waited for."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from required import missing

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PATIENCE = 20_000  # milliseconds
ERRORS: list[str] = []  # of pages


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium, without a screen. Without it the test is skipped, or fails where live tests are required."""
    sync_api = pytest.importorskip("playwright.sync_api")
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        missing("there is no Chromium: apt-get install chromium")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*FLAGS])
        yield browser
        browser.close()


def visit(browser: Browser, address: str, size: dict[str, Any], sound: bool = True) -> Page:
    """Open the page, as far as it is connected, and past its welcome."""
    page = browser.new_context(**size).new_page()
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: ERRORS.append(str(error)))
    page.goto(address)
    until(page, "window.antiphon?.link.connected")
    page.click("#with-sound" if sound else "#without-sound")
    return page


def until(page: Page, expression: str) -> None:
    """Wait until an expression holds there. (The page forbids the way in which Playwright would ask.)"""
    deadline = time.monotonic() + PATIENCE / 1000
    while not page.evaluate(f"Boolean({expression})"):
        assert time.monotonic() < deadline, f"{expression} did not come true"
        page.wait_for_timeout(20)


def play(page: Page, keys: str = "asdfg") -> None:
    """Play on the computer's keyboard."""
    for key in keys:
        page.keyboard.down(key)
        page.wait_for_timeout(120)
        page.keyboard.up(key)
        page.wait_for_timeout(40)


def point_at(page: Page, wanted: str) -> bool:
    """Point at the last note for which an expression over `note` holds, if one can be pointed at where it is now."""
    place = page.evaluate(
        f"""() => {{
          const {{ roll, link }} = antiphon, now = link.now(), seen = roll.seen(now);
          const box = roll.canvas.getBoundingClientRect();
          for (const note of seen.filter((note) => {wanted}).reverse()) {{
            const x = roll.x((note.onset + (note.release ?? now)) / 2), y = roll.y(note);
            if (roll.noteAt(seen, now, x, y) === note) return [box.x + x, box.y + y];
          }}
        }}"""
    )
    if place:
        page.mouse.move(*place)
    return bool(place)
