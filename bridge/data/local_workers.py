"""Read files on this machine: in this process, or in workers that may die or hang over a file without harm.

Pebble's pool (over the standard library's) says which task a dead worker had and kills one that takes too long.
"""

from __future__ import annotations

import multiprocessing
import queue
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import CancelledError, Future
from functools import partial
from typing import Final

from pebble import ProcessExpired, ProcessPool

from bridge.data.reading import Reading, read
from bridge.data.sources import Source
from bridge.system.terminal import leave_interrupts_to_the_parent

Reader = Callable[[Source], Reading]
Numbered = tuple[int, Source]
Readings = Generator[tuple[int, Reading], None, None]
_Done = queue.SimpleQueue[tuple[int, Future[Reading]]]

SECONDS_PER_FILE: Final = 30.0
_AHEAD: Final = 8  # files on their way for each worker: results wait in memory, so not too many


def read_here(items: Iterable[Numbered], reader: Reader = read) -> Readings:
    """Read one after the other in this process: for few and trusted files, since a crash of the parser ends it all."""
    for number, item in items:
        yield number, reader(item)


def read_in_workers(
    items: Iterable[Numbered], workers: int, reader: Reader = read, seconds: float = SECONDS_PER_FILE
) -> Readings:
    """Read in `workers` processes, in the order in which they finish.

    A file over which a worker dies, or that takes it longer than `seconds`, is refused; another worker takes its place.
    """
    # Not forked: this process has threads (the progress bar's), which a fork would leave holding locks.
    context = multiprocessing.get_context("spawn")
    done: _Done = queue.SimpleQueue()
    pending = 0
    pool = ProcessPool(max_workers=workers, context=context, initializer=leave_interrupts_to_the_parent)
    try:
        for number, item in items:
            future = pool.schedule(reader, args=(item,), timeout=seconds)
            future.add_done_callback(partial(_put, done, number))
            pending += 1
            if pending >= workers * _AHEAD:
                yield _outcome(*done.get(), seconds)
                pending -= 1
        for _ in range(pending):
            yield _outcome(*done.get(), seconds)
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


def _put(done: _Done, number: int, future: Future[Reading]) -> None:
    done.put((number, future))


def _outcome(number: int, future: Future[Reading], seconds: float) -> tuple[int, Reading]:
    try:
        return number, future.result()
    except TimeoutError:
        return number, Reading("too slow", f"not read within {seconds:g} seconds")
    except ProcessExpired as expired:
        return number, Reading("crash", f"the parser died of it (exit code {expired.exitcode})")
    except CancelledError:
        raise
    except Exception as error:  # noqa: BLE001  Whatever one file did to its reader, the others go on.
        return number, Reading("broken", f"{type(error).__name__}: {error}")
