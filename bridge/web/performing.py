"""Selections of notes that come over HTTP, and what the machine plays to them: asked of a process of its own."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from typing import Any, Final

from bridge.sessions.selection import read_selection
from bridge.system.helper import Helper

# Seconds until nobody waits for an answer any more, and selections that may wait for each other.
PATIENCE: Final = 60.0
MOST_OPEN: Final = 4


class Busy(RuntimeError):
    """Too many selections wait, or it took too long."""


class Performing:
    """`model()` is the name of the model that plays. The process is started by the first selection."""

    def __init__(self, model: Callable[[], str]) -> None:
        self._model = model
        self._numbers = itertools.count(1)
        self._open: dict[int, asyncio.Future[list[dict[str, Any]]]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._helper: Helper | None = None

    async def perform(self, body: bytes) -> list[dict[str, Any]]:
        """The notes to put beside a selection. Raises ValueError for what cannot be asked, Busy, with the way out."""
        read_selection(body)  # what is wrong is said at once
        if len(self._open) >= MOST_OPEN:
            raise Busy("other selections are being played to: try again in a moment")
        if self._helper is None:
            self._loop = asyncio.get_running_loop()
            self._helper = Helper("bridge.web.perform_process", (), self._answered, self._lost)
        number = next(self._numbers)
        answer = self._open[number] = asyncio.get_running_loop().create_future()
        try:
            if not self._helper.ask([number, self._model(), body.decode()]):
                raise Busy("other selections are being played to: try again in a moment")
            return await asyncio.wait_for(answer, PATIENCE)
        except TimeoutError as error:
            raise Busy(f"no answer within {PATIENCE:g} s: select less, or a smaller model") from error
        finally:
            del self._open[number]

    def close(self) -> None:
        """End the process."""
        if self._helper is not None:
            self._helper.close()

    # --- on the helper's threads ---

    def _answered(self, message: list[Any]) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._take, message)

    def _lost(self, why: str) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._give_up, why)

    # --- on the loop ---

    def _take(self, message: list[Any]) -> None:
        match message:
            case [number, "refused", text]:
                self._settle(number, ValueError(text))
            case [number, notes]:
                self._settle(number, notes)

    def _give_up(self, why: str) -> None:
        for number in list(self._open):
            self._settle(number, Busy(f"the process that plays to selections is gone ({why}): try again"))

    def _settle(self, number: int, outcome: list[dict[str, Any]] | Exception) -> None:
        answer = self._open.get(number)
        if answer is None or answer.done():
            return
        if isinstance(outcome, Exception):
            answer.set_exception(outcome)
        else:
            answer.set_result(outcome)
