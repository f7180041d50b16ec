"""Workers that die or hang over a file cost that file only."""

import os
import signal
import time
from pathlib import Path

from songs import tune, write_song

from bridge.data.local_workers import read_here, read_in_workers
from bridge.data.reading import Reading, read
from bridge.data.sources import Source


def dangerous(item: Source) -> Reading:
    """A parser that does to some files what native code can do."""
    if item.path.stem == "crash":
        os.kill(os.getpid(), signal.SIGKILL)
    if item.path.stem == "hang":
        time.sleep(3600)
    if item.path.stem == "bug":
        raise MemoryError("all of it")
    return Reading(text=item.path.stem, count=len(item.path.stem))


def test_a_crash_a_hang_and_a_bug_are_told_and_the_others_read() -> None:
    names = ["a", "crash", "b", "hang", "c", "bug", "d", "crash", "e"]
    items = [(number, Source(Path(f"{name}.mid"), "mine")) for number, name in enumerate(names)]
    readings = dict(read_in_workers(items, 2, dangerous, seconds=3))
    assert sorted(readings) == list(range(9))
    reasons = {number: reading.reason for number, reading in readings.items()}
    assert reasons == {0: "", 1: "crash", 2: "", 3: "too slow", 4: "", 5: "broken", 6: "", 7: "crash", 8: ""}
    assert readings[4].text == "c" and "MemoryError: all of it" in readings[5].text


def test_workers_read_what_this_process_reads(tmp_path: Path) -> None:
    items = []
    for number in range(20):
        write_song(tmp_path / f"{number}.mid", tune(number))
        items.append((number, Source(tmp_path / f"{number}.mid", "mine")))
    assert dict(read_in_workers(items, 1)) == dict(read_here(items)) == {n: read(item) for n, item in items}


def test_the_feed_is_not_drawn_far_ahead() -> None:
    drawn = []

    def feed() -> object:
        for number in range(1000):
            drawn.append(number)
            yield number, Source(Path(f"{number}.mid"), "mine")

    readings = read_in_workers(feed(), 1, dangerous)  # type: ignore[arg-type]
    for _ in range(3):
        next(readings)
    readings.close()
    assert len(drawn) < 20
