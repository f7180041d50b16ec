"""A note that would double another is drawn again, on another pitch."""

from bridge.codec import Event
from bridge.engine.constraints import Constraints
from bridge.engine.redraw import MOST_REDRAWS, draw_undoubled


def lowest(constraints: Constraints) -> Event:
    """The lowest pitch that keys may play."""
    return Event(0, 0, int(constraints.pitch[0].argmax()), 20, 20)


def test_its_pitch_is_forbidden_until_none_is_doubled() -> None:
    allowed = Constraints()
    assert draw_undoubled(allowed, lambda: lowest(allowed), lambda note: note.pitch < 3).pitch == 3


def test_so_often_at_most() -> None:
    allowed = Constraints()
    assert draw_undoubled(allowed, lambda: lowest(allowed), lambda _: True).pitch == MOST_REDRAWS


def test_the_only_pitch_there_is_stays() -> None:
    allowed = Constraints()
    allowed.pitch_range(60, 60)
    assert draw_undoubled(allowed, lambda: lowest(allowed), lambda _: True).pitch == 60
