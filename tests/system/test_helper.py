"""A process beside the set: it answers, is replaced when it dies, and ends with whoever started it."""

from __future__ import annotations

import io
import os
import queue
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from bridge.system.helper import LONGEST, MOST_WAITING, Helper, OpenQuestions, in_the_gaps, received, send

WAIT = 30.0


class Asked:
    """A helper, and what it said."""

    def __init__(self, *arguments: str) -> None:
        self.answers: queue.Queue[object] = queue.Queue()
        self.losses: queue.Queue[str] = queue.Queue()
        # What refuses its library at once and ends: all that is needed here.
        self.helper = Helper("bridge.library.library_process", arguments, self.answers.put, self.losses.put)


@pytest.fixture
def asked(tmp_path: object) -> Iterator[Asked]:
    asked = Asked(str(tmp_path), "no-model")
    yield asked
    asked.helper.close()
    asked.helper.close()


def test_messages_arrive_whole_or_not_at_all() -> None:
    stream = io.BytesIO()
    send(stream, [1, "what", b"bytes", {"a": 2.5}])
    send(stream, [2])
    whole = stream.getvalue()
    assert list(received(io.BytesIO(whole))) == [[1, "what", b"bytes", {"a": 2.5}], [2]]
    assert list(received(io.BytesIO(whole[:-1]))) == [[1, "what", b"bytes", {"a": 2.5}]]
    assert list(received(io.BytesIO((LONGEST + 1).to_bytes(4, "little") + b"x"))) == []


def test_it_answers_and_its_end_is_told(asked: Asked) -> None:
    assert asked.helper.pid is None, "nothing runs before it is asked"
    asked.helper.start()
    assert asked.answers.get(timeout=WAIT)[:2] == [0, "refused"]  # type: ignore[index]
    assert "it ended (exit 0)" in asked.losses.get(timeout=WAIT)
    first = asked.helper.pid
    asked.helper.start()
    assert asked.answers.get(timeout=WAIT)[:2] == [0, "refused"]  # type: ignore[index]
    assert asked.helper.pid != first, "one that is gone is started anew"


def test_too_many_questions_are_not_taken(asked: Asked) -> None:
    taken = [asked.helper.ask([n]) for n in range(10 * MOST_WAITING)]
    assert not all(taken)


def test_it_is_gone_when_it_is_closed(asked: Asked) -> None:
    asked.helper.start()
    asked.answers.get(timeout=WAIT)
    pid = asked.helper.pid
    asked.helper.close()
    assert pid is not None
    deadline = time.monotonic() + WAIT
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            break
        time.sleep(0.05)
    else:
        os.kill(pid, signal.SIGKILL)
        raise AssertionError("it is left over")
    assert not asked.helper.ask([1])


@pytest.mark.skipif(not hasattr(os, "getsid"), reason="this system has no sessions")
def test_no_ctrl_c_reaches_it_and_its_priority_counts_beside_the_sets() -> None:
    answers: queue.Queue[object] = queue.Queue()
    helper = Helper("bridge.library.model_fit", [], answers.put, lambda why: None)
    try:
        nothing = [b""] * 3
        helper.ask([1, "nobody", *nothing])
        assert answers.get(timeout=WAIT)[0] == 1  # type: ignore[index]
        assert helper.pid is not None
        assert os.getpgid(helper.pid) != os.getpgid(0)
        # Among other sessions' processes Linux lets no priority count, where it shares among sessions first.
        assert os.getsid(helper.pid) == os.getsid(0)
        own, its = (os.getpriority(os.PRIO_PROCESS, pid) for pid in (0, helper.pid))
        assert its > own or its == 19
    finally:
        helper.close()


def test_only_the_latest_questions_are_remembered() -> None:
    questions = OpenQuestions[str](2)
    first, unasked, second, third = questions.add("a"), questions.number(), questions.add("b"), questions.add("c")
    assert len({first, unasked, second, third}) == 4
    assert questions.get(first) is None and questions.get(unasked) is None
    assert questions.get(second) == "b" and questions.pop(second) == "b" and questions.pop(second) is None
    questions.add("d")
    assert questions.clear() == ["c", "d"] and questions.clear() == [] and questions.get(third) is None


@pytest.mark.skipif(not hasattr(os, "SCHED_IDLE"), reason="this system has no idle class")
def test_what_can_wait_is_done_while_nobody_wants_the_processor() -> None:
    pid = os.fork()
    if not pid:  # scheduling is a process's own
        with in_the_gaps():
            inside = os.sched_getscheduler(0) == os.SCHED_IDLE
        os._exit(0 if inside else 1)
    assert os.waitpid(pid, 0)[1] == 0


_LIFTED = """
import os, threading
from bridge.system.helper import end_the_gaps, in_the_gaps

with in_the_gaps():
    waiting = threading.Thread(target=end_the_gaps)
    waiting.start()
    waiting.join()
    raise SystemExit(os.sched_getscheduler(0) != os.SCHED_OTHER)
"""


@pytest.mark.skipif(not hasattr(os, "SCHED_IDLE"), reason="this system has no idle class")
def test_what_could_wait_goes_on_as_anything_else_when_somebody_waits() -> None:
    # Not by fork: a forked process has the thread numbers of its parent.
    subprocess.run([sys.executable, "-c", _LIFTED], check=True)
