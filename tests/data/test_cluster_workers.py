"""The same data from the workers of a Dask cluster."""

import os
import signal
from pathlib import Path

import pytest
from rich.console import Console
from songs import tune, write_song

from bridge.data import cluster_workers
from bridge.data.cluster_workers import read_on_cluster
from bridge.data.prepare import prepare
from bridge.data.reading import Reading, read
from bridge.data.sources import Source

distributed = pytest.importorskip("distributed", reason="Dask is not installed: pip install 'antiphon[cluster]'")
dask = pytest.importorskip("dask")


def dangerous(item: Source) -> Reading:
    if item.path.stem == "crash":
        os.kill(os.getpid(), signal.SIGKILL)
    return read(item)


def test_two_workers_give_the_same_bytes_and_may_die(tmp_path: Path) -> None:
    folder = tmp_path / "songs"
    folder.mkdir()
    for number in range(40):
        write_song(folder / f"{number}.mid", tune(number, 40))
    prepare(folder, tmp_path / "here", Console(quiet=True), pictures=False)
    # A worker that died takes seconds to be replaced, so a file that kills one is not tried on another here.
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
        ) as cluster,
    ):
        address = cluster.scheduler_address
        prepare(
            folder,
            tmp_path / "there",
            Console(quiet=True),
            engine=lambda items: read_on_cluster(items, 2, address),
            pictures=False,
        )
        for name in ("songs-000.npy", "index.json"):
            assert (tmp_path / "there" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()
        items = [(n, Source(folder / f"{name}.mid", "mine")) for n, name in enumerate(["1", "crash", "2"])]
        readings = dict(read_on_cluster(items, 2, address, dangerous))
        assert {n: reading.reason for n, reading in readings.items()} == {0: "", 1: "crash", 2: ""}


def test_no_scheduler_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_workers, "_CONNECT_SECONDS", 1.0)
    with pytest.raises(ValueError, match=r"no Dask scheduler answers at tcp://127.0.0.1:9"):
        next(read_on_cluster([], 1, "tcp://127.0.0.1:9"))
