"""What a mode is told and asked."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import ClassVar

from bridge.performer.held_notes import HeldNote
from bridge.performer.mode_stage import ModeStage
from bridge.vocabulary.events import Severity

NEVER = float("inf")


class Mode:
    """A way of playing together. A mode holds only its own short-lived state; what it acts on is the stage.

    The `heard`, `react`, `ended`, `respond` and `stop` calls happen at once, before the model has heard of them, and
    must be cheap; so must `decide`, which comes before every piece of work. Only `work` may run the model, one draw a
    call.
    """

    name: ClassVar[str] = ""
    # The voices that go on where the machine cannot keep all of them up; where none of these plays, the first does.
    needed_voices: ClassVar[Collection[int]] = ()
    # Whether it plays in the human's role, and so on one channel, where nobody chose voices.
    in_role: ClassVar[bool] = False

    def __init__(self, stage: ModeStage) -> None:
        self.stage = stage

    @property
    def needs_beat(self) -> bool:
        """Whether it plays by the bar: the internal tempo then begins where nobody beats time."""
        return False

    @property
    def voices(self) -> list[int]:
        """The voices the machine plays in this mode."""
        return self.stage.voices.enabled

    def heard(self, note: HeldNote, now: float) -> None:
        """The human pressed a key."""

    def react(self, note: HeldNote, now: float) -> None:
        """The key that was `heard` is on its way to the model: what is to sound at once, without the model, may now."""

    def lifted(self, time: float) -> None:
        """The human let a key or the pedal go at `time` (the pedal may hold the key's note)."""

    def ended(self, note: HeldNote, now: float) -> None:
        """Nothing holds the human's note any more: neither its key nor a pedal."""

    def respond(self, now: float) -> None:
        """The human asks for an answer now."""

    def again(self, now: float) -> None:
        """The human asks for another answer to the same phrase."""
        self.stage.report(Severity.WARNING, "no-answers", f"mode {self.name} plays no answers: see /antiphon/mode")

    def keep(self, now: float) -> None:
        """The human likes the last answer."""
        self.stage.report(Severity.WARNING, "no-answers", f"mode {self.name} plays no answers: see /antiphon/mode")

    def status(self) -> dict[str, object]:
        """What a performer at the controls wants to see of it; JSON types only."""
        return {}

    def retime(self, moved: Callable[[float], float]) -> None:
        """The clock was changed: what was to happen at a second happens at another, `moved(second)`."""

    def finish(self, now: float) -> bool:
        """The human asks for an end. True when the mode comes to one by itself; else there is silence at once."""
        return False

    def stop(self, now: float) -> None:
        """The human asks for silence. The stage is already silent."""

    def replan(self, now: float) -> None:
        """Other notes are allowed from now on, say: what is planned and has not begun is to be thought over."""

    def decide(self, now: float) -> bool:
        """Play what follows from the rules alone, before the model hears what was played. True when something was."""
        return False

    def work(self, now: float) -> bool:
        """Do one piece of planning if one is due. True when something was done."""
        return False

    def wakeup(self, now: float) -> float:
        """When `work` will next have something to do, as things stand, in seconds; NEVER when it will not."""
        return NEVER
