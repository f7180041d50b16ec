from __future__ import annotations

import queue
from pathlib import Path

from bridge.live.running import RunningSet, RunningSurface, ask_status, forget, running_sets
from bridge.live.surfaces import Batch
from bridge.osc.server import OscServer
from bridge.vocabulary.requests import Asker, StatusReport


def test_a_set_is_found_while_it_runs(tmp_path: Path) -> None:
    folder = tmp_path / "running"
    one = RunningSet("Antiphon", 1234, "127.0.0.1", 7401, "http://localhost:7402/")
    surface = RunningSurface(one, folder)
    assert running_sets(folder) == []
    surface.start()
    (folder / "9.json").write_text("not one of ours")
    assert running_sets(folder) == [one]
    assert (folder / "1234.json").stat().st_mode & 0o077 == 0
    surface.close()
    surface.close()
    assert running_sets(folder) == []
    surface.start()
    forget(one, folder)
    assert running_sets(folder) == []


def test_it_is_asked_how_it_stands_and_nobody_is_nobody() -> None:
    asked: queue.Queue[object] = queue.Queue()

    def inbox(batch: Batch, asker: Asker) -> None:
        asked.put(batch)
        asker.send(StatusReport('{"mode": "duet"}'))

    server = OscServer("127.0.0.1", 0, (), inbox=inbox)
    server.start()
    try:
        assert ask_status(*server.address, within=10.0) == {"mode": "duet"}
    finally:
        server.close()
    assert ask_status(*server.address, within=0.1) is None
