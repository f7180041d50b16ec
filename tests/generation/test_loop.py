"""A note that will not do is drawn again, on another pitch."""

from bridge.engine.constraints import Constraints
from bridge.generation.loop import MOST_REDRAWS, Struck, draw_unless, insists
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


def played(*chords: tuple[int, ...]) -> list[Struck]:
    """Chords of a voice and their pitches, a beat apart, the last note first."""
    notes = [
        Struck(voice, pitch, float(beat))
        for beat, (voice, *pitches) in enumerate(chords, start=-len(chords))
        for pitch in pitches
    ]
    return notes[::-1]


AGAIN = Struck(1, 40, 0.0)


def test_a_voice_that_sits_on_one_pitch_insists() -> None:
    assert insists(AGAIN, played((1, 40), (1, 40), (1, 40)), most=3)
    assert not insists(AGAIN, played((1, 40), (1, 40), (1, 40)), most=4)
    assert insists(AGAIN, played((1, 40), (0, 60), (1, 40), (0, 64), (1, 40)), most=3), "others play in between"


def test_one_that_left_it_does_not() -> None:
    assert not insists(AGAIN, played((1, 40), (1, 40), (1, 43), (1, 40)), most=2)
    assert not insists(AGAIN, [], most=1)


def test_a_voice_that_sits_on_one_chord_insists() -> None:
    chords = played((1, 40, 44, 47), (1, 40, 44, 47), (1, 40, 44, 47))
    begun = [Struck(1, 44, 0.0), Struck(1, 40, 0.0)]
    last = Struck(1, 47, 0.01)
    assert insists(last, [*begun, *chords], most=3), "this note would make it that chord again"
    assert not insists(last, [*begun, *chords], most=4)
    assert not insists(Struck(1, 48, 0.0), [*begun, *chords], most=3), "another chord"
    assert not insists(AGAIN, chords, most=3), "as yet it is none"


def test_a_drum_may() -> None:
    assert not insists(Struck(DRUMS, 42, 0.0), played(*[(DRUMS, 42)] * 20), most=2)
