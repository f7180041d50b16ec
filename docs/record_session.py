"""Makes the README's session: a piece is played to `antiphon jam` on real JACK ports, phrase by phrase.

    python docs/record_session.py PIECE.mid docs/session

Each phrase of the piece is played and answered; the third answer is interrupted by the next phrase. Writes
session.mid and session.png. Needs jackd.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import click

from bridge.bench.jack_server import JackServer
from bridge.midi import files as midifile

INTERRUPTED = 2


@click.command()
@click.argument("piece", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("output", type=click.Path(path_type=Path))
@click.option("--bars", type=int, default=4, show_default=True, help="Bars in a phrase.")
@click.option("--phrases", type=int, default=4, show_default=True)
@click.option("--skip", type=int, default=0, show_default=True, help="Bars to leave out at the beginning.")
@click.option("--seed", type=int, default=1, show_default=True)
def main(piece: Path, output: Path, bars: int, phrases: int, skip: int, seed: int) -> None:
    """Play PIECE to the daemon and write OUTPUT.mid and OUTPUT.png."""
    notes = midifile.read(piece).piece()
    beats_per_bar = notes.timeline.metre_at(0.0).beats_per_bar
    span = bars * beats_per_bar
    with tempfile.TemporaryDirectory() as folder, JackServer():
        command = [sys.executable, "-m", "bridge", "jam", "--mode", "respond", "--seed", str(seed), "--record", folder]
        ports = ["--osc-port", "7441", "--osc-out-port", "7440", "--voice", "bass=off"]
        jam = subprocess.Popen([*command, *ports])
        time.sleep(3.0)
        keyboard = _keyboard()
        for number in range(phrases):
            first = (skip + number * bars) * beats_per_bar
            _play(keyboard, notes, first, first + span)
            answer = span * 60.0 / notes.bpm
            time.sleep(1.2 + answer * 0.4 if number == INTERRUPTED else 2.0 + answer)
        time.sleep(3.0)
        jam.terminate()
        jam.wait(10)
        recording = next(Path(folder).iterdir())
        shutil.copy(recording / "session.mid", output.with_suffix(".mid"))
        title = f"{piece.stem.replace('__', ', ').replace('_', ' ')}: phrase by phrase"
        picture = ["replay", str(recording), "--picture", str(output.with_suffix(".png")), "--title", title]
        subprocess.run([sys.executable, "-m", "bridge", *picture], check=True)


def _keyboard() -> Any:
    import jack
    import rtmidi

    keyboard = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, name="keyboard")
    keyboard.open_virtual_port("out")
    patchbay = jack.Client("patchbay", no_start_server=True)
    patchbay.connect("keyboard:out", "Antiphon In:in")
    patchbay.close()
    return keyboard


def _play(keyboard: Any, piece: midifile.MidiPiece, first: float, end: float) -> None:
    """Play the notes that begin in beats [first, end) in time."""
    seconds = 60.0 / piece.bpm
    messages = []
    for note in piece.notes:
        if first <= note.onset < end:
            begin = (note.onset - first) * seconds
            messages.append((begin, [0x90, note.pitch, note.velocity]))
            messages.append(
                (min(begin + note.duration * seconds, (end - first) * seconds) - 0.01, [0x80, note.pitch, 0])
            )
    start = time.perf_counter()
    for at, message in sorted(messages):
        time.sleep(max(start + at - time.perf_counter(), 0.0))
        keyboard.send_message(message)


if __name__ == "__main__":
    main()
