"""A process of our own that answers questions beside a set, so that none of its work holds up a note.

One with much to do gives way to the set (`give_way`). Messages go both ways over its standard input and output, each as
its length (uint32, little endian) and MessagePack. It ends when its input does, however the daemon ended. One that dies
is started again by the next question.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import queue
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any, Final, Generic, TypeVar

import msgspec

from bridge.system.subprocesses import OWN_GROUP, package_path

# Questions that may wait: nobody asks faster, and means it.
MOST_WAITING: Final = 16
LONGEST: Final = 1 << 24  # bytes of a message
_CLOSING: Final = 2.0
_ROOM: Final = 1 << 18  # bytes in the pipe of questions: what was heard of late is 130 kB
_LENGTH: Final = struct.Struct("<I")

_START: Final = object()  # no question: only that it is to run

Asked = TypeVar("Asked")

_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.decode


class Helper:
    """Runs `python -m MODULE ARGUMENTS`. `answered` gets each message of its, `lost` why it ended; on a thread."""

    def __init__(
        self, module: str, arguments: Sequence[str], answered: Callable[[Any], None], lost: Callable[[str], None]
    ) -> None:
        self._command = [sys.executable, "-P", "-m", module, *arguments]
        self._answered = answered
        self._lost = lost
        self._questions: queue.Queue[object] = queue.Queue(MOST_WAITING)
        self._process: subprocess.Popen[bytes] | None = None
        self._closing = threading.Event()
        self._writer = threading.Thread(target=self._write, name=f"{module} questions", daemon=True)
        self._writer.start()

    def start(self) -> None:
        """Start it now, rather than with the first question; from any thread. Never blocks."""
        self.ask(_START)

    def ask(self, question: object) -> bool:
        """Hand a question over, from any thread; False where too many wait. Never blocks.

        One that can be called is made when it is sent, on the helper's thread.
        """
        try:
            self._questions.put_nowait(question)
        except queue.Full:
            return False
        return not self._closing.is_set()

    @property
    def pid(self) -> int | None:
        """The process's, while there is one."""
        return None if self._process is None else self._process.pid

    def close(self) -> None:
        """End it. A second call does nothing."""
        self._closing.set()
        with contextlib.suppress(queue.Full):
            self._questions.put_nowait(None)
        process = self._process
        if process is not None:
            with contextlib.suppress(OSError):
                assert process.stdin is not None
                process.stdin.close()
            try:
                process.wait(_CLOSING)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._writer.join(_CLOSING)

    def _write(self) -> None:
        while not self._closing.is_set():
            question = self._questions.get()
            if self._closing.is_set():
                return
            try:
                if self._process is None or self._process.poll() is not None:
                    self._start()
                assert self._process is not None and self._process.stdin is not None
                if question is not _START:
                    send(self._process.stdin, question() if callable(question) else question)
            except (OSError, ValueError) as error:  # of what is closed meanwhile, too
                self._lost(str(error))

    def _start(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError):  # nobody reads what was left in it
                self._process.stdin.close()
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": package_path(), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            process_group=OWN_GROUP,
        )
        _widen(self._process.stdin)
        threading.Thread(target=self._read, args=(self._process,), name="answers", daemon=True).start()

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        with process.stdout as stream:
            for message in received(stream):
                self._answered(message)
        process.wait()
        if not self._closing.is_set():
            self._lost(f"it ended (exit {process.returncode})")


def _widen(pipe: IO[bytes] | None) -> None:
    """Make room for a whole question, as far as the system has that: its writer need not wait for who reads it."""
    if sys.platform == "linux" and pipe is not None:
        import fcntl

        with contextlib.suppress(OSError):  # the system may allow less
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _ROOM)


class OpenQuestions(Generic[Asked]):
    """What was asked under which number, of the latest `most` questions; from any thread."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._numbers = itertools.count(1)
        self._asked: dict[int, Asked] = {}
        self._lock = threading.Lock()

    def number(self) -> int:
        """The number of a question whose answer nobody waits for."""
        return next(self._numbers)

    def add(self, asked: Asked) -> int:
        """Remember a question; its number."""
        number = self.number()
        with self._lock:
            self._asked[number] = asked
            while len(self._asked) > self._most:
                del self._asked[next(iter(self._asked))]
        return number

    def get(self, number: int) -> Asked | None:
        """What was asked; None where that is not known, or not any more."""
        with self._lock:
            return self._asked.get(number)

    def pop(self, number: int) -> Asked | None:
        """The same, and forget it."""
        with self._lock:
            return self._asked.pop(number, None)

    def clear(self) -> list[Asked]:
        """Forget all; what they were, the oldest first."""
        with self._lock:
            waiting, self._asked = list(self._asked.values()), {}
        return waiting


def send(stream: IO[bytes], message: object) -> None:
    """Write one message. Raises OSError where nobody reads any more."""
    body = _encode(message)
    stream.write(_LENGTH.pack(len(body)) + body)
    stream.flush()


def received(stream: IO[bytes]) -> Iterator[Any]:
    """Messages until the stream ends, or what comes is none of ours."""
    while len(head := stream.read(_LENGTH.size)) == _LENGTH.size:
        (length,) = _LENGTH.unpack(head)
        if length > LONGEST:
            return
        body = stream.read(length)
        if len(body) < length:
            return
        yield _decode(body)


@contextlib.contextmanager
def in_the_gaps() -> Iterator[None]:
    """While inside, this process runs only where no other wants the processor, as far as the system has that.

    No other of its session's, where Linux shares the processor among sessions first (autogroup).
    """
    if not hasattr(os, "SCHED_IDLE"):
        yield
        return
    with contextlib.suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


def end_the_gaps() -> None:
    """Have what the main thread does `in_the_gaps` go on as anything else does, from another thread: somebody waits."""
    thread = threading.main_thread().native_id
    if hasattr(os, "SCHED_IDLE") and thread is not None:
        with contextlib.suppress(OSError):
            os.sched_setscheduler(thread, os.SCHED_OTHER, os.sched_param(0))


def own_streams() -> tuple[IO[bytes], IO[bytes]]:
    """In the process itself: where questions come in and answers go; what is printed by mistake goes nowhere."""
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1):
        os.dup2(nowhere, number)
    os.close(nowhere)
    return questions, answers
