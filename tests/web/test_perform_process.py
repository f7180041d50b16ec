"""The process that plays to selections, with a shipped model."""

from __future__ import annotations

import asyncio
import json

import pytest

from bridge.web.perform_process import Answerer
from bridge.web.performing import Performing

BODY = json.dumps({"notes": [{"pitch": 60 + n, "start_time": n, "duration": 0.9} for n in range(4)]}).encode()


def test_a_process_of_its_own_plays() -> None:
    async def visit() -> None:
        performing = Performing(lambda: "duo-int8")
        try:
            asked = json.loads(BODY) | {"mode": "harmonize"}
            notes = await performing.perform(json.dumps(asked).encode())
            assert notes and set(notes[0]) == {"pitch", "start_time", "duration", "velocity", "voice"}
            performing._model = lambda: "../../etc"
            with pytest.raises(ValueError, match="no model"):
                await performing.perform(BODY)
        finally:
            performing.close()

    asyncio.run(visit())


def test_the_model_is_kept_while_the_same_one_plays() -> None:
    answerer = Answerer()
    asked = json.dumps(json.loads(BODY) | {"mode": "harmonize"})
    first = answerer.answer("duo-int8", asked)
    kept = answerer._model
    assert answerer.answer("duo-int8", asked) == first and answerer._model is kept
