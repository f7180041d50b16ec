"""A note that will not do is drawn again, on another pitch."""

from bridge.engine.constraints import Constraints
from bridge.generation.loop import MOST_REDRAWS, draw_unless, insists
from bridge.vocabulary.codec import DRUMS, Event


def lowest(constraints: Constraints) -> Event:
    """The lowest pitch that keys may play."""
    return Event(0, 0, int(constraints.pitch[0].argmax()), 20, 20)


def test_its_pitch_is_forbidden_until_one_will_do() -> None:
    allowed = Constraints()
    assert draw_unless(allowed, lambda: lowest(allowed), lambda note: note.pitch < 3).pitch == 3


def test_so_often_at_most() -> None:
    allowed = Constraints()
    assert draw_unless(allowed, lambda: lowest(allowed), lambda _: True).pitch == MOST_REDRAWS


def test_the_only_pitch_there_is_stays() -> None:
    allowed = Constraints()
    allowed.pitch_range(60, 60)
    assert draw_unless(allowed, lambda: lowest(allowed), lambda _: True).pitch == 60


def played(*notes: tuple[int, int]) -> list[Event]:
    """Events of these voices and pitches, the last first."""
    return [Event(0, voice, pitch, 20, 20) for voice, pitch in reversed(notes)]


def test_a_voice_that_sits_on_one_pitch_insists() -> None:
    again = Event(0, 1, 40, 20, 20)
    assert insists(again, played((1, 40), (1, 40), (1, 40)), most=3)
    assert not insists(again, played((1, 40), (1, 40), (1, 40)), most=4)
    assert insists(again, played((1, 40), (0, 60), (1, 40), (0, 64), (1, 40)), most=3), "others play in between"


def test_one_that_left_it_does_not() -> None:
    again = Event(0, 1, 40, 20, 20)
    assert not insists(again, played((1, 40), (1, 40), (1, 43), (1, 40)), most=2)
    assert not insists(again, [], most=1)


def test_a_drum_may() -> None:
    assert not insists(Event(0, DRUMS, 42, 20, 20), played(*[(DRUMS, 42)] * 20), most=2)
