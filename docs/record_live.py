"""Makes two pictures of live sessions: a trade of fours over Ableton Link, and a song under Ardour's MIDI clock.

    python docs/record_live.py trade PIECE.mid docs/trade
    python docs/record_live.py song PIECE.mid docs/song

A scripted human plays the piece's melody and chords into `antiphon jam` through real JACK ports, in time with the
session as it hears it (a Link peer of its own; Ardour's ticks). Writes OUTPUT.png and OUTPUT.mid. Needs jackd, and
LinkPython-extern or Ardour; Link's own LinkHut joins the trade where it is installed (Debian: ableton-link-utils).
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import click

from bridge.bench.ardour import CLOCK_PORT, Ardour, find_ardour
from bridge.bench.grid import TICKS_PER_BEAT, robust_line
from bridge.bench.jack_server import JackServer
from bridge.bench.keyboard import Keyboard, quiet
from bridge.bench.link_peers import LinkHut
from bridge.bench.live import LiveDaemon
from bridge.bench.result import BenchError
from bridge.live.link import LinkPeer
from bridge.midi import files as midifile
from bridge.vocabulary.codec import VOICES

BAR = 4  # beats
# The human's keys: how far they stray from the beat, in seconds, and from the velocity written, standard deviations.
LOOSE, UNEVEN = 0.006, 5.0
UPBEAT = 2.0
TimeOf = Callable[[float], float]
"""When a beat of the session will be, in `time.perf_counter()` seconds, as known at this moment."""


@click.group()
def main() -> None:
    """Record live sessions and draw them."""


@main.command()
@click.argument("piece", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("output", type=click.Path(path_type=Path))
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--model", default="duo", show_default=True)
def trade(piece: Path, output: Path, seed: int, model: str) -> None:
    """Two choruses of twelve bars, in fours: the human begins the first, the machine the second.

    The human's last turn has an upbeat of two beats: the machine, played into, stops, and what it had planned of the
    rest of its turn (a second of it: `lookahead`) is taken back.
    """
    notes, turns, fours = played_by_a_human(piece), 6, 4 * BAR
    options = ("--clock", "link", "--mode", "respond", "--set", f"trade={fours // BAR}", "--set", "lookahead=1")
    with ExitStack() as stack:
        jack = stack.enter_context(JackServer())
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        if LinkHut.is_here():
            stack.enter_context(LinkHut())
        ear = LinkPeer(lambda state: None, 120.0)
        ear.start()
        stack.callback(ear.close)
        daemon = stack.enter_context(
            LiveDaemon("--model", model, *options, "--seed", str(seed), "--provider", "cpu", "--record", folder)
        )
        keyboard = stack.enter_context(Keyboard("human"))
        daemon.wait_for_midi()
        keyboard.connect(jack.name, into="Antiphon In", out_of="Antiphon Out")
        wait_for(lambda: daemon.sure_status()["link_peers"] > 0 and ear.state().peers > 0, "a Link peer")

        def time_of(beat: float) -> float:
            state = ear.state()
            return state.time + (beat - state.beat) * 60.0 / state.bpm

        first = (ear.state().beat // BAR + 2) * BAR
        with quiet():
            for turn in range(0, turns, 2):
                begin, upbeat = turn // 2 * fours, UPBEAT if turn == turns - 2 else 0.0
                phrase = [note for note in notes if begin - upbeat <= note.onset < begin + fours]
                play(keyboard, phrase, time_of, first + turn * fours - begin, ends=begin + fours)
            time.sleep(max(time_of(first + turns * fours + 1) - time.perf_counter(), 0.0))
        peers = daemon.sure_status()["link_peers"]
        daemon.stop()
        draw(folder, output, f"Trading fours over Ableton Link ({peers} other peers): {title_of(piece)}")


@main.command()
@click.argument("piece", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("output", type=click.Path(path_type=Path))
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--bars", type=int, default=60, show_default=True, help="Two minutes at Ardour's 120 BPM.")
@click.option("--model", default="duo", show_default=True)
def song(piece: Path, output: Path, seed: int, bars: int, model: str) -> None:
    """Drums, bass and guitar under the human, a bar counted in, to the end of a bar."""
    program = find_ardour()
    if program is None:
        raise click.ClickException("Ardour not found: apt install ardour ardour-data")
    notes = played_by_a_human(piece, bars)
    voices = ("--voice", "drums=10", "--voice", "guitar=3", "--voice", "keys=off")
    manner = ("--set", "chord=on", "--range", "bass=28-50", "--range", "guitar=48-72")
    options = ("--clock", "midi", "--mode", "accompany", "--set", "count_in=1", *voices, *manner)
    with ExitStack() as stack:
        jack = stack.enter_context(JackServer(256, realtime=True))
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        daemon = stack.enter_context(
            LiveDaemon("--model", model, *options, "--seed", str(seed), "--provider", "cpu", "--record", folder)
        )
        keyboard = stack.enter_context(Keyboard("human"))
        ear = stack.enter_context(Keyboard("ear", clock=True))
        daw = stack.enter_context(Ardour(program))
        daemon.wait_for_midi()
        keyboard.connect(jack.name, into="Antiphon In", out_of="Antiphon Out")
        ear.connect(jack.name, into=None, out_of=CLOCK_PORT)
        jack.connect(CLOCK_PORT, "Antiphon In")
        daw.roll()

        def ticks() -> list[float]:
            return [heard.time for heard in ear.heard if heard.data[0] == 0xF8]

        wait_for(lambda: len(ticks()) > 1.5 * BAR * TICKS_PER_BEAT, "a MIDI clock")

        def time_of(beat: float) -> float:
            line = robust_line(ticks()[-8 * TICKS_PER_BEAT :])
            last = len(ticks()) - 1
            return line.time + line.period * (beat * TICKS_PER_BEAT - last)

        daemon.send("/antiphon/respond")  # the band counts bar 3 in
        first = 3 * BAR
        with quiet():
            stopper = threading.Timer(
                time_of(first + (bars - 1) * BAR + 1.5) - time.perf_counter(), daemon.send, ["/antiphon/stop"]
            )
            stopper.start()
            play(keyboard, notes, time_of, first, ends=bars * BAR)
            stopper.join()
            time.sleep(max(time_of(first + bars * BAR + 4) - time.perf_counter(), 0.0))
        daemon.stop()
        draw(folder, output, f"Two minutes under Ardour's MIDI clock: {title_of(piece)}")


# --- the human -----------------------------------------------------------------------------------


def played_by_a_human(piece: Path, bars: int = 0) -> list[midifile.FileNote]:
    """Melody and chords of a piece, without its bass and drums, in order; again from the beginning up to `bars`."""
    notes = [note for note in midifile.read(piece).piece().notes if VOICES[note.voice] not in ("bass", "drums")]
    length = -(-max(note.onset for note in notes) // BAR) * BAR
    again = [
        midifile.FileNote(note.onset + turn * length, note.duration, note.pitch, note.velocity, note.voice)
        for turn in range(int(-(-bars * BAR // length)) or 1)
        for note in notes
    ]
    # One pair of hands: a key is struck once, by whichever part is louder.
    struck = {(note.onset, note.pitch): note for note in sorted(again, key=lambda note: note.velocity)}
    return sorted(
        (note for note in struck.values() if not bars or note.onset < bars * BAR), key=lambda note: note.onset
    )


def play(keyboard: Keyboard, notes: list[midifile.FileNote], time_of: TimeOf, offset: float, ends: float) -> None:
    """Play notes whose beats are `offset` from the session's; none is held beyond beat `ends`."""
    draw_from = random.Random(5)
    todo: list[tuple[float, float, bytes]] = []
    for note in notes:
        end = min(note.onset + note.duration, ends) - 0.04
        stray = draw_from.gauss(0.0, LOOSE)
        velocity = min(max(round(draw_from.gauss(note.velocity, UNEVEN)), 1), 127)
        todo.append((note.onset, stray, bytes((0x90, note.pitch, velocity))))
        todo.append((end, stray, bytes((0x80, note.pitch, 0))))
    for beat, stray, message in sorted(todo):
        # Asked anew each time: a human goes with the beat.
        time.sleep(max(time_of(beat + offset) + stray - time.perf_counter() - 0.05, 0.0))
        time.sleep(max(time_of(beat + offset) + stray - time.perf_counter(), 0.0))
        keyboard.send(message)


def wait_for(there: Callable[[], bool], what: str, seconds: float = 20.0) -> None:
    """Wait until that is so. Raises BenchError when it does not come."""
    deadline = time.monotonic() + seconds
    while not there():
        if time.monotonic() > deadline:
            raise BenchError(f"{what} did not come within {seconds:g} s")
        time.sleep(0.05)


def title_of(piece: Path) -> str:
    """What people call it: files are named COMPOSER__TITLE, apostrophes and spaces as underlines."""
    name = re.sub(r"_(s|ll|re|ve|t|m|d)_", r"'\1 ", piece.stem.split("__", 1)[-1])
    return name.partition("__")[0].replace("_", " ").strip()


def draw(folder: str, output: Path, title: str) -> None:
    """The picture and the MIDI file of the one session recorded in `folder`."""
    (recording,) = Path(folder).iterdir()
    options = ["--picture", str(output.with_suffix(".png")), "--midi", str(output.with_suffix(".mid"))]
    subprocess.run([sys.executable, "-m", "bridge", "replay", str(recording), *options, "--title", title], check=True)


if __name__ == "__main__":
    main()
