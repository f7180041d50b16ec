"""A model folder is tried out in a process of its own before the program that plays touches it.

Whoever made the folder may have made a graph that never ends, asks for all memory, or takes the runtime down with it
(ONNX Runtime aborts the whole process for some): in the daemon that would be the end of the set. So a process with
limits of time and memory loads it, runs it on some fixed music and says what came of it; only then is it loaded here.
What was tried once is remembered by its hash. A trial tells mistakes and crude traps, not a graph that waits for one
particular note: play models of people you trust.

`python -m bridge.live.model_trial FOLDER PROVIDER` is that process.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from bridge.engine.errors import ModelError
from bridge.engine.folders import is_shipped
from bridge.system.plain_files import write_plain
from bridge.system.subprocesses import give_way, package_path

# Seconds of wall clock, and of one processor, that a trial may take: ordinary models take one or two.
SECONDS: Final = 30.0
# Memory of its own that it may ask for: 4 GiB. Where a GPU computes, its libraries alone reserve more.
MEMORY: Final = 4 << 30
MEMORY_WITH_CUDA: Final = 16 << 30
_MOST_SAID: Final = 1 << 16
_MOST_REMEMBERED: Final = 64
# Counted up when a trial looks at more than it did: what was tried before is then tried again.
_VERSION: Final = 1


def try_folder(folder: Path, provider: str = "auto", seconds: float = SECONDS, memory: int = MEMORY) -> None:
    """Have the model in `folder` tried out, unless it came with this program or was tried before.

    Raises ModelError with the reason where it does not play, or not within `seconds` and `memory` bytes.
    """
    from bridge.engine.manifest import load_manifest
    from bridge.engine.providers import runtime_version

    if is_shipped(folder):
        return
    manifest = load_manifest(folder)
    seal = f"{_VERSION} {manifest.sha256} {provider} {runtime_version()}"
    if seal in _remembered():
        return
    tried = _try_out(folder, provider, seconds, memory)
    if tried != manifest.sha256:
        raise ModelError(f"{folder}: changed while it was tried out: load it again")
    _remember(seal)


def _try_out(folder: Path, provider: str, seconds: float, memory: int) -> str:
    """The sha256 of the manifest that was tried. Raises ModelError."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "bridge.live.model_trial", str(folder.resolve()), provider,
         str(seconds), str(memory)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": package_path()},
    )  # fmt: skip
    with process:
        try:
            said, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            raise ModelError(
                f"{folder}: the model did not run within {seconds:g} s, in a process of its own: its graphs have no "
                "end, or this machine is too slow for it"
            ) from None
        finally:
            process.kill()
    verdict = _verdict(said)
    if verdict is None:
        raise ModelError(
            f"{folder}: the model ends the process that runs it (exit {process.returncode}), for lack of memory "
            f"({memory >> 20} MiB at most) or by a fault of its graphs: export it again"
        )
    if verdict.get("refused"):
        raise ModelError(str(verdict["refused"]))
    return str(verdict.get("sha256"))


def _verdict(said: bytes) -> dict[str, object] | None:
    """What the process said last; None where it said nothing whole."""
    try:
        verdict = json.loads(said[-_MOST_SAID:].splitlines()[-1])
    except (ValueError, IndexError):
        return None
    return verdict if isinstance(verdict, dict) else None


# --- what was tried before ----------------------------------------------------------------------


def _memory_file() -> Path:
    import platformdirs

    return platformdirs.user_cache_path("antiphon") / "tried-models.txt"


def _remembered() -> list[str]:
    try:
        return _memory_file().read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []


def _remember(seal: str) -> None:
    """Where it cannot be written, the model is tried again the next time: no more is lost."""
    path = _memory_file()
    lines = [line for line in _remembered() if line != seal][-_MOST_REMEMBERED + 1 :]
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_plain(path, "\n".join([*lines, seal]) + "\n")


# --- the process itself -------------------------------------------------------------------------


def _limit(seconds: float, memory: int) -> None:
    """Bound what this process may use; where the system has no such limits, its parent's patience is the only one."""
    try:
        import resource
    except ImportError:  # Windows
        return
    bounds = [(resource.RLIMIT_CPU, int(seconds) + 1), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)]
    # Linux counts what is reserved and never written (a GPU's address space) as address space, but not as data.
    bounds.append((resource.RLIMIT_DATA if sys.platform.startswith("linux") else resource.RLIMIT_AS, memory))
    for which, most in bounds:
        with contextlib.suppress(ValueError, OSError):
            _, hard = resource.getrlimit(which)
            resource.setrlimit(which, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    give_way()


def main(folder: str, provider: str, seconds: str, memory: str) -> None:
    """Load and run the model in `folder`, and say on standard output what came of it, as a line of JSON."""
    from bridge.engine.providers import choose_provider
    from bridge.engine.streaming import StreamingModel

    try:
        cuda = choose_provider(provider).cuda
        _limit(float(seconds), MEMORY_WITH_CUDA if cuda else int(memory))
        model = StreamingModel.load(Path(folder), provider)
        model.warm_up()
        verdict = {"sha256": model.manifest.sha256}
    except ModelError as error:
        verdict = {"refused": str(error)}
    except MemoryError:
        verdict = {
            "refused": str(ModelError(f"{folder}: the model asks for more than {int(memory) >> 20} MiB of memory"))
        }
    sys.stdout.write(json.dumps(verdict) + "\n")
    sys.stdout.flush()
    os._exit(0)  # a runtime's destructors are its own


if __name__ == "__main__":
    main(*sys.argv[1:5])
