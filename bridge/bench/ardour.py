"""A real DAW that beats time: Ardour without its window, sending MIDI clock on a JACK server."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Final

from bridge.bench.result import BenchError

CLOCK_PORT: Final = "MIDI Clock out"
# One of these is Ardour's interpreter; newer versions have other numbers.
_PROGRAMS: Final = "ardour*-lua"
_SCRIPT: Final = """
AudioEngine:set_backend("JACK", "", "")
local session = create_session(os.getenv("ANTIPHON_SESSION"), "clock", 48000)
ARDOUR.config():set_send_midi_clock(true)
print("ready") io.stdout:flush()
io.read()
session:request_roll(ARDOUR.TransportRequestSource.TRS_UI)
io.read()
session:request_stop(false, false, ARDOUR.TransportRequestSource.TRS_UI)
ARDOUR.LuaAPI.usleep(500000)
close_session()
quit()
"""


def find_ardour() -> Path | None:
    """Ardour's interpreter, None where there is none."""
    return next((path for folder in ("/usr/bin", "/usr/local/bin") for path in Path(folder).glob(_PROGRAMS)), None)


class Ardour:
    """Ardour with an empty session at 120 BPM while entered. Raises BenchError where it does not start."""

    def __init__(self, program: Path) -> None:
        self._program = program
        self._folder = tempfile.TemporaryDirectory()
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Ardour:
        script = Path(self._folder.name, "clock.lua")
        script.write_text(_SCRIPT)
        self._process = subprocess.Popen(
            ["env", f"ANTIPHON_SESSION={self._folder.name}/session", str(self._program), str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self._process.stdout is not None
        said = []
        for line in self._process.stdout:
            said.append(line.rstrip())
            if line.startswith("ready"):
                return self
        self.__exit__(None, None, None)
        raise BenchError(f"Ardour did not start: {' / '.join(said[-4:]) or 'it said nothing'}")

    def roll(self) -> None:
        """Start the song, once."""
        self._tell()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        try:
            self._tell()
            self._process.communicate(timeout=15.0)
        except (OSError, ValueError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.communicate()
        self._folder.cleanup()

    def _tell(self) -> None:
        assert self._process is not None and self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
