"""Read files on the workers of a Dask cluster; this process still writes, in order, so the data come out the same.

For a trusted cluster: Dask's workers run whatever a client sends them, over a wire of pickles that is open unless the
cluster was set up with TLS. The files must lie under the same paths on every worker (a shared file system).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from bridge.data.local_workers import Numbered, Reader, Readings
from bridge.data.reading import Reading, read

_AHEAD: Final = 16  # files on their way for each thread of the cluster
_CONNECT_SECONDS: Final = 10.0


def read_on_cluster(
    items: Iterable[Numbered], workers: int, scheduler: str | None = None, reader: Reader = read
) -> Readings:
    """Read on the cluster of `scheduler` (tcp://HOST:PORT), or a local one of `workers` processes when it is None.

    In the order in which they finish. A file over which workers die is refused (Dask tries it on several).
    Raises ValueError when Dask is not installed, or no scheduler answers.
    """
    try:
        from distributed import Client, LocalCluster, as_completed
    except ModuleNotFoundError:
        raise ValueError("--engine dask needs Dask: pip install 'antiphon[cluster]'") from None
    if scheduler is None:
        place: Any = LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
        )
    else:
        place = scheduler
    try:
        client = Client(place, timeout=_CONNECT_SECONDS, set_as_default=False)
    except OSError as error:
        raise ValueError(f"no Dask scheduler answers at {scheduler}: {error}") from None
    try:
        ahead = _AHEAD * max(1, sum(client.nthreads().values()))
        feed = iter(items)
        running = as_completed(loop=client.loop, raise_errors=False)
        numbers: dict[str, int] = {}
        more = True
        while more or numbers:
            while more and len(numbers) < ahead:
                task = next(feed, None)
                more = task is not None
                if task is not None:
                    number, item = task
                    future = client.submit(reader, item, key=f"read-{number}", pure=False, retries=0)
                    numbers[future.key] = number
                    running.add(future)
            if numbers:
                future = next(running)
                yield numbers.pop(future.key), _outcome(future)
                future.release()
    finally:
        client.close()
        if scheduler is None:
            place.close()


def _outcome(future: Any) -> Reading:
    if future.status == "finished":
        reading: Reading = future.result()
        return reading
    error = future.exception()
    if type(error).__name__ == "KilledWorker":
        return Reading("crash", "the workers that read it died")
    return Reading("broken", f"{type(error).__name__}: {error}")
