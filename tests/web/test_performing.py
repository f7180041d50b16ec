"""Selections that come over HTTP, played to by a process of its own."""

from __future__ import annotations

import asyncio
import json

import pytest

from bridge.web.performing import MOST_OPEN, Busy, Performing

BODY = json.dumps({"notes": [{"pitch": 60 + n, "start_time": n, "duration": 0.9} for n in range(4)]}).encode()


class Helper:
    """Answers when it is told to."""

    def __init__(self, performing: Performing) -> None:
        self.asked: list[list[object]] = []
        self.closed = False
        performing._helper = self  # type: ignore[assignment]

    def ask(self, question: list[object]) -> bool:
        self.asked.append(question)
        return True

    def close(self) -> None:
        self.closed = True


def test_answers_go_to_who_asked_and_refusals_are_told() -> None:
    async def visit() -> None:
        performing = Performing(lambda: "duo")
        performing._loop = asyncio.get_running_loop()
        helper = Helper(performing)
        first, second = (asyncio.create_task(performing.perform(BODY)) for _ in range(2))
        await asyncio.sleep(0)
        assert [question[:2] for question in helper.asked] == [[1, "duo"], [2, "duo"]]
        performing._answered([2, "refused", "no model 'duo'"])
        performing._answered([1, [{"pitch": 64}]])
        performing._answered([7, [{"pitch": 64}]])  # nobody waits for that any more
        assert await first == [{"pitch": 64}]
        with pytest.raises(ValueError, match="no model"):
            await second
        performing.close()
        assert helper.closed

    asyncio.run(visit())


def test_no_more_than_a_few_wait_and_a_process_that_dies_is_told() -> None:
    async def visit() -> None:
        performing = Performing(lambda: "duo")
        performing._loop = asyncio.get_running_loop()
        Helper(performing)
        waiting = [asyncio.create_task(performing.perform(BODY)) for _ in range(MOST_OPEN)]
        await asyncio.sleep(0)
        with pytest.raises(Busy, match="try again"):
            await performing.perform(BODY)
        performing._lost("it ended (exit 1)")
        for one in await asyncio.gather(*waiting, return_exceptions=True):
            assert isinstance(one, Busy) and "exit 1" in str(one)
        with pytest.raises(ValueError, match="not a selection"):
            await performing.perform(b"[")

    asyncio.run(visit())
