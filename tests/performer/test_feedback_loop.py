"""Our own notes coming back."""

from __future__ import annotations

import pytest
from performing import codes, phrase

from bridge.engine.fake import FakeModel
from bridge.performer.feedback_loop import WAY_ROUND, FeedbackGuard
from bridge.performer.performer import Performer
from bridge.performer.settings import Settings
from bridge.sessions.log import Session
from bridge.sessions.simulation import Simulation
from bridge.vocabulary.events import Input, NoteOff, NoteOn


def test_a_note_of_ours_is_recognised_once() -> None:
    guard = FeedbackGuard()
    guard.sent(60, 80, 1, 1.0)
    assert guard.is_own_on(60, 80, 1, 1.01)
    assert not guard.is_own_on(60, 80, 1, 1.02)
    assert guard.is_own_off(60, 1)
    assert not guard.is_own_off(60, 1)
    assert guard.count == 1


def test_a_humans_note_is_not() -> None:
    guard = FeedbackGuard()
    guard.sent(60, 80, 1, 1.0)
    assert not guard.is_own_on(60, 81, 1, 1.01)
    assert not guard.is_own_on(60, 80, 2, 1.01)
    assert not guard.is_own_on(61, 80, 1, 1.01)
    assert not guard.is_own_on(60, 80, 1, 0.99)
    assert not guard.is_own_on(60, 80, 1, 1.0 + WAY_ROUND + 0.01)


def test_it_does_not_grow() -> None:
    guard = FeedbackGuard()
    for number in range(100_000):
        guard.sent(number % 128, 1 + number % 127, 1 + number % 16, number * 0.001)
    assert len(guard._sent) <= 512


def loop(guard: FeedbackGuard, interval: int, count: int, start: float = 1.0, delay: float = 0.01) -> list[bool]:
    """Notes that leave and come back transposed; which of them were recognised."""
    known = []
    for number in range(count):
        time, pitch, velocity = start + 0.2 * number, 60 + number % 5, 70 + number % 3
        guard.sent(pitch, velocity, 1, time)
        known.append(guard.is_own_on(pitch + interval, velocity, 2, time + delay + 0.002 * (number % 2)))
    return known


@pytest.mark.parametrize("interval", [12, -12, 7, -5, 24])
def test_notes_that_come_back_transposed_are_recognised_after_some(interval: int) -> None:
    guard = FeedbackGuard()
    assert loop(guard, interval, 10) == [False] * 4 + [True] * 6
    assert guard.interval == interval and guard.count == 6
    assert guard.is_own_off(60 + interval, 2) and not guard.is_own_off(60, 2)


def test_the_human_is_heard_beside_a_transposing_loop() -> None:
    guard = FeedbackGuard()
    loop(guard, 12, 10)
    guard.sent(60, 80, 1, 5.0)
    assert not guard.is_own_on(72, 79, 1, 5.01), "another velocity"
    assert not guard.is_own_on(71, 80, 1, 5.01), "another interval"
    assert not guard.is_own_on(72, 80, 1, 5.09), "another delay"
    guard.sent(62, 80, 1, 6.0)
    assert guard.is_own_on(74, 80, 1, 6.011)


def test_a_loop_that_was_taken_apart_is_given_up() -> None:
    guard = FeedbackGuard()
    loop(guard, 12, 10)
    for number in range(9):
        guard.sent(60 + number, 80, 1, 10.0 + 0.2 * number)
    assert guard.interval == 0
    guard.sent(60, 80, 1, 20.0)
    assert not guard.is_own_on(72, 80, 1, 20.011)


@pytest.mark.parametrize(
    ("pitches", "velocities", "delays"),
    [
        ((60, 60, 60, 60, 60, 60, 60, 60), (70, 71, 72, 73, 74, 75, 76, 77), (0.01,) * 8),
        ((60, 62, 64, 65, 67, 69, 71), (80,) * 7, (0.01,) * 6 + (0.04,)),
        (
            (60, 62, 64, 65, 67, 69, 71, 72),
            (70, 71, 72, 73, 74, 75, 76, 77),
            (0.0, 0.05, 0.1, 0.03, 0.11, 0.0, 0.06, 0.1),
        ),
    ],
    ids=["one pitch", "one velocity", "another rhythm"],
)
def test_who_plays_along_in_parallel_is_no_loop(
    pitches: tuple[int, ...], velocities: tuple[int, ...], delays: tuple[float, ...]
) -> None:
    guard = FeedbackGuard()
    for number, (pitch, velocity, delay) in enumerate(zip(pitches, velocities, delays, strict=True)):
        guard.sent(pitch, velocity, 1, 1.0 + 0.3 * number)
        assert not guard.is_own_on(pitch + 7, velocity, 1, 1.0 + 0.3 * number + delay)


def test_answers_cut_off_by_their_own_first_note_are_known_by_that_alone() -> None:
    guard = FeedbackGuard()
    known = []
    for number in range(8):
        guard.sent(60 + number % 3, 82, 1, 1.0 + number)
        known.append(guard.is_own_on(67 + number % 3, 82, 1, 1.06 + number))
    assert known == [False] * 6 + [True] * 2


def test_harmonies_between_two_layers_of_a_keyboard_of_one_velocity_are_no_loop() -> None:
    guard = FeedbackGuard()
    for number in range(16):
        time, pitch = 1.0 + 0.3 * number, 60 + number % 5
        assert not guard.is_own_on(pitch, 100, 1, time)
        guard.sent(pitch - 4, 100, 1, time + 0.002)
        assert not guard.is_own_on(pitch + 12, 100, 1, time + 0.004)


def test_a_keyboard_with_two_layers_that_is_passed_on_is_no_loop() -> None:
    sim = Simulation(Session(Performer(FakeModel(), Settings(mode="off", values={"thru": "notes"}))))
    script: list[Input] = []
    for number, pitch in enumerate((60, 62, 64, 65, 67, 69, 71, 72)):
        for layer in (0, 12):
            time = 1.0 + 0.3 * number + layer / 12 * 0.001
            script += [NoteOn(time, pitch + layer, 70 + number), NoteOff(time + 0.2, pitch + layer)]
    sim.play(sorted(script, key=lambda item: item.time), until=5.0)
    assert not codes(sim) and len(sim.session.performer.stage.memory.notes) == 16


def test_what_is_passed_on_comes_back_transposed_too_where_our_own_notes_do() -> None:
    guard = FeedbackGuard()
    guard.passed(50, 90, 0.5)
    assert not guard.is_own_on(62, 90, 2, 0.511)
    loop(guard, 12, 10)
    guard.passed(50, 90, 5.0)
    assert guard.is_own_on(62, 90, 2, 5.011)


class Looped(Simulation):
    """A host that sends what it gets back in, an octave higher, some milliseconds later."""

    def _move_to(self, time: float) -> None:
        super()._move_to(time)
        fresh, self.seen = self.port.sent[getattr(self, "seen", 0) :], len(self.port.sent)
        for sent, data in fresh:
            if data[0] & 0xF0 in (0x80, 0x90) and data[1] + 12 < 128:
                self.port.play(bytes((data[0], data[1] + 12, data[2])), time=max(sent, self.now) + 0.004)


@pytest.mark.parametrize("mode", ["harmonize", "respond", "duet"])
def test_a_machine_that_hears_itself_transposed_says_so_and_plays_with_the_human_alone(mode: str) -> None:
    sim = Looped(Session(Performer(FakeModel(), Settings(mode=mode, seed=3))))
    sim.play([item for start in range(1, 40, 6) for item in phrase(start=float(start))], until=40.0)
    assert "transposed-loop" in codes(sim)
    calm = len(sim.session.performer.stage.memory.notes)
    heard = sim.session.performer.stage.feedback
    assert heard.interval == 12
    before = heard.count
    sim.play(phrase(start=41.0), until=50.0)
    humans = [note for note in list(sim.session.performer.stage.memory.notes)[calm:] if note.note_id is None]
    assert [note.pitch for note in humans][:5] == [60, 62, 64, 65, 67]
    assert len(humans) <= 6 and heard.count > before


def test_of_many_notes_in_a_short_time_each_one_is_known_that_may_still_come_back() -> None:
    guard = FeedbackGuard()
    sent = [(20 + number % 100, 50 + number // 100) for number in range(300)]
    for number, (pitch, velocity) in enumerate(sent):
        guard.sent(pitch, velocity, 1, 1.0 + number * 0.0003)
    assert all(guard.is_own_on(pitch, velocity, 1, 1.1) for pitch, velocity in sent)


@pytest.mark.parametrize(("later", "own"), [(0.0, True), (WAY_ROUND, True), (0.1201, False)])
def test_a_note_of_ours_comes_back_at_once_or_within_the_longest_way_round(later: float, own: bool) -> None:
    guard = FeedbackGuard()
    guard.sent(60, 80, 1, 1.0)
    assert guard.is_own_on(60, 80, 1, 1.0 + later) is own


def test_notes_that_come_back_transposed_in_no_time_are_recognised_and_after_too_long_are_not() -> None:
    assert loop(FeedbackGuard(), 12, 10, delay=0.0) == [False] * 4 + [True] * 6
    assert not any(loop(FeedbackGuard(), 12, 20, delay=0.15)), "whoever answers as steadily is a human"


def test_a_note_comes_back_once_and_two_alike_come_back_twice() -> None:
    guard = FeedbackGuard()
    loop(guard, 12, 10)
    guard.sent(62, 80, 1, 6.0)
    assert guard.is_own_on(74, 80, 2, 6.011)
    assert not guard.is_own_on(74, 80, 2, 6.013)
    guard.sent(62, 80, 1, 7.0)
    guard.sent(62, 80, 3, 7.004)
    assert guard.is_own_on(74, 80, 2, 7.011) and guard.is_own_on(74, 80, 2, 7.015)
    assert not guard.is_own_on(74, 80, 2, 7.018)


def test_while_a_loop_is_known_what_comes_back_at_another_interval_too_is_the_humans() -> None:
    guard = FeedbackGuard()
    loop(guard, 12, 10)
    for number in range(12):
        time, pitch, velocity = 5.0 + 0.2 * number, 60 + number % 5, 70 + number % 3
        guard.sent(pitch, velocity, 1, time)
        assert guard.is_own_on(pitch + 12, velocity, 2, time + 0.011)
        assert not guard.is_own_on(pitch + 7, velocity, 2, time + 0.012)
    assert guard.interval == 12


def test_what_is_told_of_a_loop_says_how_it_is_transposed_and_the_way_out() -> None:
    guard = FeedbackGuard()
    code, text = guard.warning
    assert code == "feedback-loop" and "transposed" not in text and "do not route Antiphon Out to Antiphon In" in text
    loop(guard, -5, 10)
    code, text = guard.warning
    assert code == "transposed-loop" and "transposed by -5, and are not answered: do not route" in text


@pytest.mark.parametrize(
    ("pitches", "velocities", "known"),
    [(2, 2, True), (1, 2, False), (2, 1, False), (3, 1, True)],
    ids=["two of each", "one pitch", "two pitches of one velocity", "three of one velocity"],
)
def test_two_pitches_and_two_velocities_are_no_coincidence_nor_are_three_pitches_again_and_again(
    pitches: int, velocities: int, known: bool
) -> None:
    guard = FeedbackGuard()
    found = []
    for number in range(20):
        time, pitch, velocity = 1.0 + 0.2 * number, 60 + number % pitches, 70 + number % velocities
        guard.sent(pitch, velocity, 1, time)
        found.append(guard.is_own_on(pitch + 12, velocity, 2, time + 0.06))
    assert any(found) is known
