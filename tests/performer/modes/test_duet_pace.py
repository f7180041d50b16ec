"""How busily a partner plays."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from bridge.performer.held_notes import Hands, HeldNote
from bridge.performer.ledger import Ledger
from bridge.performer.modes.duet_pace import CEILING, LEAST, LENIENCE, MOST, PATIENCE, DuetPace
from bridge.performer.modes.space import BREATH, Company
from bridge.timing.clock import SessionClock
from bridge.vocabulary.parameters import Values


class Duet:
    """A pace beside a human who strikes `onsets`, chords of `notes`; the machine began notes at `ours`."""

    def __init__(
        self, *onsets: float, notes: int = 1, ours: tuple[float, ...] = (), bpm: float = 120.0, **values: object
    ) -> None:
        self.stage = SimpleNamespace(
            clock=SessionClock().with_tempo(bpm, 0.0),
            values=replace(Values(), **values),
            hands=Hands(),
            ledger=Ledger(),
        )
        company = Company(self.stage)
        self.pace = DuetPace(self.stage, company)
        for onset in onsets:
            for number in range(notes):
                note = HeldNote(onset, 60 + number, 80, 1)
                company.heard(note)
                self.pace.heard(note)
                company.lifted(onset)
        for onset in ours:
            note = self.stage.ledger.plan(onset, onset + 0.1, 60, 80, 1, 0)
            self.stage.ledger.confirm(note.note_id, onset)


def every(step: float, until: float) -> tuple[float, ...]:
    return tuple(step * number for number in range(round(until / step)))


def test_it_aims_at_what_is_set_before_all_else() -> None:
    assert Duet(*every(0.25, 4.0), density=2.5, space="follow").pace.aim(4.0) == 2.5


def test_it_aims_at_as_many_notes_a_beat_as_the_human_has_strokes() -> None:
    # Two a beat over the last eight beats (four seconds), heard to the end.
    assert Duet(*every(0.25, 8.0)).pace.aim(7.76) == pytest.approx(2.0, rel=0.1)
    assert Duet(*every(0.05, 8.0)).pace.aim(7.96) == MOST
    assert Duet(0.0).pace.aim(60.0) == LEAST


def test_chords_count_as_much_as_their_share() -> None:
    plain = Duet(*every(0.5, 8.0), notes=4, share=0.0).pace.aim(7.51)
    assert plain == pytest.approx(1.0, rel=0.1)
    assert Duet(*every(0.5, 8.0), notes=4, share=0.5).pace.aim(7.51) == pytest.approx(2.0, rel=0.1)


def test_it_calms_down_while_the_human_is_silent() -> None:
    duet = Duet(*every(0.25, 8.0))
    aims = [duet.pace.aim(7.75 + beats / 2) for beats in range(int(BREATH) + 1)]
    assert aims == sorted(aims, reverse=True) and aims[0] > 1.5 and aims[-1] == LEAST


def test_the_next_note_begins_neither_too_soon_nor_too_late() -> None:
    duet = Duet(density=2.0)
    assert duet.pace.first_beat(10.0, 1.0) == pytest.approx(10.0 + 1 / (LENIENCE * 2.0))
    assert duet.pace.last_beat(10.0, 1.0) == pytest.approx(10.0 + PATIENCE / 2.0)


def test_no_second_has_more_notes_than_the_humans_busiest_half_as_many_again() -> None:
    ours = (10.0, 10.1, 10.2)
    # The human struck twice in their busiest second: three are room enough, the fourth waits till the first is past.
    assert Duet(9.0, 9.5, ours=ours).pace.room_from(10.3, 10.3) == pytest.approx(11.0)
    assert Duet(9.0, 9.2, 9.4, 9.6, ours=ours).pace.room_from(10.3, 10.3) == pytest.approx(10.3)


def test_whatever_the_human_does_there_is_a_ceiling_but_a_density_is_asked_for() -> None:
    onsets, ours = every(0.05, 10.0), tuple(10.0 + 0.05 * number for number in range(CEILING))
    assert Duet(*onsets, ours=ours).pace.room_from(10.5, 10.5) == pytest.approx(11.0)
    assert Duet(*onsets, ours=ours, density=8.0).pace.room_from(10.5, 10.5) == pytest.approx(10.5)


def test_the_machine_is_owed_a_note_where_it_had_less_than_its_share() -> None:
    onsets = every(0.5, 4.0)
    few, enough = (1.0,), tuple(0.25 + 0.5 * number for number in range(8))
    assert Duet(*onsets, ours=few, share=1.0).pace.owed(4.0)
    assert not Duet(*onsets, ours=enough, share=1.0).pace.owed(4.0)
    assert not Duet(*onsets, ours=(), share=0.0).pace.owed(4.0), "who has no share is owed nothing"


def test_at_the_beginning_of_a_set_strokes_are_counted_over_the_beats_there_were() -> None:
    early = Duet(*(10.0 + onset for onset in every(0.25, 1.75)))  # seven strokes in three beats
    assert early.pace.aim(11.5) == pytest.approx(7 / 3)
    assert Duet(10.0, 10.25).pace.aim(10.25) == pytest.approx(2 / 2), "of two at least"
    assert Duet().pace.aim(10.0) == LEAST


@pytest.mark.parametrize(("beats", "part"), [(1.0, 0.75), (2.0, 0.5), (BREATH, 0.0)])
def test_while_the_human_is_silent_it_aims_at_less_from_beat_to_beat(beats: float, part: float) -> None:
    now = 7.75 + beats / 2
    strokes = sum(onset > now - 4.0 for onset in every(0.25, 8.0))
    aim = Duet(*every(0.25, 8.0)).pace.aim(now)
    assert aim == pytest.approx(max(part * strokes / 8.0, LEAST), abs=part / 8.0)


def room(duet: Duet) -> bool:
    """Whether a further note may begin at once, after those that began from 10 s on."""
    return duet.pace.room_from(10.3, 10.3) == pytest.approx(10.3)


def began(count: int) -> tuple[float, ...]:
    return tuple(10.0 + 0.02 * number for number in range(count))


def test_of_a_density_a_second_has_half_as_many_notes_again() -> None:
    # 0.67 notes a beat are 1.34 a second: three in one are room enough.
    assert room(Duet(density=0.67, ours=began(2))) and not room(Duet(density=0.67, ours=began(3)))
    assert room(Duet(density=2.0, ours=began(5))) and not room(Duet(density=2.0, ours=began(6)))


def test_who_has_more_notes_than_strokes_beside_them_may_have_as_many_in_a_second() -> None:
    """Chords of four every two beats, a share of one: four notes a second are aimed at, though strokes are few."""
    chords = every(1.0, 11.0)
    assert room(Duet(*chords, notes=4, share=1.0, ours=began(5)))
    assert not room(Duet(*chords, notes=4, share=1.0, ours=began(7)))


def test_two_notes_in_a_second_are_always_allowed() -> None:
    assert room(Duet(bpm=30.0, ours=began(1))) and not room(Duet(bpm=30.0, ours=began(2)))


@pytest.mark.parametrize(
    ("step", "ours", "share", "owed"),
    [
        (0.5, 3, 0.5, True),  # less than half of the human's eight
        (0.5, 5, 0.5, True),  # that is had, but less than seven tenths of the aim, one a beat
        (0.5, 6, 0.5, False),
        (0.25, 11, 0.5, True),
        (0.25, 12, 0.5, False),
        (0.5, 5, 0.0, False),
    ],
)
def test_a_note_is_owed_by_the_share_and_by_the_aim(step: float, ours: int, share: float, owed: bool) -> None:
    onsets = (8.0 + onset for onset in every(step, 4.0))
    duet = Duet(0.0, *every(step, 8.0), *onsets, ours=tuple(8.1 + 0.3 * number for number in range(ours)), share=share)
    assert duet.pace.owed(12.0 - step + 0.01) is owed


@pytest.mark.parametrize(("ours", "share", "owed"), [(3, 0.5, True), (4, 0.5, False), (7, 1.0, True), (8, 1.0, False)])
def test_where_room_is_left_by_space_a_note_is_owed_by_the_share_of_that(ours: int, share: float, owed: bool) -> None:
    """The human has two strokes a beat, so by `follow` the machine has eight notes in four beats, and its share."""
    times = tuple(6.1 + 0.2 * number for number in range(ours))
    duet = Duet(*every(0.25, 8.0), ours=times, share=share, space="follow")
    assert duet.pace.aim(7.9) == pytest.approx(2.0)
    assert duet.pace.owed(7.9) is owed
