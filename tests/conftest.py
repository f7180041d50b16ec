"""What holds for every test, and fixtures that several rooms use."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# Before any library starts its threads: the networks of tests are so small that a second thread only waits for the
# first, and several tests run side by side. Child processes inherit it.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

# Sets that tests start leave word of themselves there, and are not found by, nor find, those that people play.
os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="antiphon-tests-")
atexit.register(shutil.rmtree, os.environ["XDG_STATE_HOME"], ignore_errors=True)

import hypothesis  # noqa: E402
import pytest  # noqa: E402

# No timed assertions: how long an example takes is the machine's mood.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


# Whose branches are counted as taken or not: the rooms that `source` names in pyproject.toml.
COUNTED = ("vocabulary", "timing", "generation", "performer")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Under pytest-xdist (`-n`, `--dist loadgroup`) one worker plays all live tests, in turns, on one JACK server.

    They mostly wait, so the other workers get on with the rest meanwhile. One that fails is run once more, and told as
    R: jackd, Chromium and other clients that somebody else wrote now and then hang on a busy machine. What we promise
    of stuck notes and lost plans is tested on the simulated clock too, where nothing is run twice.

    Branches are counted in the tests of the rooms that are COUNTED, but not in those by hypothesis, which take the same
    branches hundreds of times: counting costs more than the test.
    """
    tests = Path(__file__).parent
    for item in items:
        if item.get_closest_marker("live"):
            item.add_marker(pytest.mark.xdist_group("live"))
            item.add_marker(pytest.mark.flaky(reruns=1))
        room = item.path.relative_to(tests).parts[0] if item.path.is_relative_to(tests) else ""
        if room not in COUNTED or hypothesis.is_hypothesis_test(getattr(item, "function", None)):
            item.add_marker(pytest.mark.no_cover)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A prepared folder: three scales to learn and one to check."""
    from training_corpus import scale, write_corpus

    pieces = [("mine", "valid" if i == 3 else "train", scale(60)) for i in range(4)]
    return write_corpus(tmp_path / "data", pieces)


@pytest.fixture
def no_midi(monkeypatch: pytest.MonkeyPatch) -> None:
    """No JACK server of that name runs, and no ALSA where tests run without one."""
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "antiphon-nobody")
    monkeypatch.setenv("JACK_NO_START_SERVER", "1")
