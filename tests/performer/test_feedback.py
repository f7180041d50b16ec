"""Our own notes coming back."""

from bridge.performer.feedback import WAY_ROUND, FeedbackGuard


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
