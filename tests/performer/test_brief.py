"""An answer that begins later ends later."""

from __future__ import annotations

from bridge.performer.answer_ending import Ending
from bridge.performer.brief import Brief


def ending(beat: float) -> Ending:
    names = Ending.__dataclass_fields__  # whatever else an ending says stays as it is
    values = {name: (beat if name == "beat" else 1) for name in names}
    return Ending(**values)


def test_the_ending_moves_along_and_nothing_else() -> None:
    brief = Brief(ending=ending(8.0), manner={"density": 2.0}, at_home=False)
    later = brief.moved(1.5)
    assert later.ending is not None and later.ending.beat == 9.5
    assert (later.manner, later.at_home, later.sketch) == (brief.manner, False, brief.sketch)
    assert brief.ending is not None and brief.ending.beat == 8.0


def test_where_nothing_moves_it_is_the_same() -> None:
    brief, free = Brief(ending=ending(8.0)), Brief()
    assert brief.moved(0.0) is brief and free.moved(3.0) is free
