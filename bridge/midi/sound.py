"""A MIDI file as sound, by FluidSynth and a General MIDI soundfont that is on this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bridge.system.plain_files import whole

PROGRAM: Final = "fluidsynth"
SOUNDFONT_VARIABLE: Final = "ANTIPHON_SOUNDFONT"
RATE: Final = 44100
GAIN: Final = 0.6
# Where systems keep soundfonts, the one that they mean as usual first.
PLACES: Final = (
    Path("/usr/share/sounds/sf2/default-GM.sf2"),
    Path("/usr/share/sounds/sf3/default-GM.sf3"),
    Path("/usr/share/soundfonts/default.sf2"),
    Path("/usr/share/sounds/sf2"),
    Path("/usr/share/sounds/sf3"),
    Path("/usr/share/soundfonts"),
    Path("/opt/homebrew/share/sounds/sf2"),
    Path("/usr/local/share/sounds/sf2"),
)
_SUFFIXES: Final = (".sf2", ".sf3")
# What it says of a disk that is full: it ends as if nothing had happened.
_CUT_OFF: Final = "write error"
_LONGEST: Final = 600.0  # seconds that a rendering may take


class NoSound(OSError):
    """What sounding needs is not here; the text says what, and how to get it."""


@dataclass(frozen=True, slots=True)
class Synth:
    """FluidSynth and a soundfont, both there."""

    program: str
    soundfont: Path

    def render(self, midi: Path, wav: Path) -> None:
        """Write the MIDI file as sound: 44.1 kHz, 16 bits, stereo.

        Raises OSError with FluidSynth's own words, and then leaves what was there.
        """
        with whole(wav) as draft:
            self._render(midi, draft, wav)

    def _render(self, midi: Path, draft: Path, wav: Path) -> None:
        command = [self.program, "-n", "-i", "-q", "-r", str(RATE), "-g", str(GAIN), "-F", str(draft), "-T", "wav"]
        try:
            done = subprocess.run(
                [*command, str(self.soundfont), str(midi)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_LONGEST,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise OSError(f"{wav} was not written: {PROGRAM} took more than {_LONGEST:g} s") from error
        if done.returncode or not draft.is_file() or _CUT_OFF in done.stderr:
            why = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
            raise OSError(f"{wav} was not written: {PROGRAM} says: {why}")


def find_synth(soundfont: Path | None = None) -> Synth:
    """What there is to sound with, by this soundfont or the usual one. Raises NoSound."""
    program = shutil.which(PROGRAM)
    if program is None:
        raise NoSound(
            f"{PROGRAM} is not here: apt-get install fluidsynth, brew install fluid-synth or choco install fluidsynth"
        )
    given = soundfont or (Path(named) if (named := os.environ.get(SOUNDFONT_VARIABLE)) else None)
    if given is not None:
        if not given.is_file():
            raise NoSound(f"no soundfont {given}: name an .sf2 or .sf3 file")
        return Synth(program, given)
    for place in PLACES:
        found = place if place.is_file() else next(_soundfonts(place), None)
        if found is not None:
            return Synth(program, found)
    raise NoSound(
        f"no soundfont is here: apt-get install timgm6mb-soundfont, or name one by --soundfont or {SOUNDFONT_VARIABLE}"
    )


def _soundfonts(folder: Path) -> Iterator[Path]:
    return iter(sorted(path for path in folder.glob("*") if path.suffix.lower() in _SUFFIXES and path.is_file()))
