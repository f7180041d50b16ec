"""Signals: asked once, stopped once."""

import os
import signal

import pytest

from bridge.training.interrupt import Interrupt


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_asks(number: int) -> None:
    before = signal.getsignal(number)
    with Interrupt() as interrupt:
        assert not interrupt.asked
        os.kill(os.getpid(), number)
        assert interrupt.asked
        assert signal.getsignal(number) is before  # the next one does what it always did
    assert signal.getsignal(number) is before


def test_nothing_is_left_behind() -> None:
    before = signal.getsignal(signal.SIGINT)
    with Interrupt() as interrupt:
        pass
    assert signal.getsignal(signal.SIGINT) is before and not interrupt.asked
