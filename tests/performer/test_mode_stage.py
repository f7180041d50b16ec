"""What modes see of the stage: mypy holds them to it, and says here where it no longer would."""

from __future__ import annotations

from bridge.engine.fake import FakeModel
from bridge.performer.mode_stage import ModeStage
from bridge.performer.stage import Stage


def test_a_stage_is_one_and_shows_less() -> None:
    seen: ModeStage = Stage(FakeModel(), 0, "keys")
    assert seen.voices.enabled and seen.hands is seen.human.hands and seen.tuning is seen.human.tuning
    for name in ("take_outputs", "sounded", "settle", "keep_time", "change_model"):
        assert not hasattr(ModeStage, name)
    seen.take_outputs()  # type: ignore[attr-defined]
    seen.values = seen.values  # type: ignore[misc]
