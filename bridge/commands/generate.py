"""`antiphon generate`: continue a MIDI file, or add a voice to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bridge.vocabulary.codec import VOICES
from bridge.vocabulary.guide import CONTROL_NAMES
from bridge.vocabulary.parameters import PARAMETERS

if TYPE_CHECKING:
    from bridge.midi.files import FileNote, Piece


def _control_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """An option for each learned control, as the parameter of that name takes it."""
    for name in reversed(CONTROL_NAMES):
        entry = PARAMETERS[name]
        span = click.FloatRange(entry.low, entry.high)
        command = click.option(f"--{name}", type=span, default=0.0, help=f"{entry.text.capitalize()}.")(command)
    return command


@click.command(name="generate")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The MIDI file to write.")
@click.option("--add-voice", type=click.Choice(VOICES), help="Add this voice, in place of a continuation.")
@click.option(
    "--share",
    type=click.FloatRange(0.0, 8.0),
    default=0.3,
    show_default=True,
    help="Notes of the added voice for each of the piece's, at least.",
)
@click.option("--bars", type=click.FloatRange(0.25, 512), default=8.0, show_default=True, help="Length to continue.")
@click.option("--voice", "voices", type=click.Choice(VOICES), multiple=True, help="Voices to continue with.")
@click.option("--model", default="duo", show_default=True, help="A model's name, or its folder.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--temperature", type=click.FloatRange(0.05, 3.0), default=0.9, show_default=True)
@click.option("--top-p", type=click.FloatRange(0.05, 1.0), default=1.0, show_default=True)
@click.option("--low", type=click.IntRange(0, 127), default=0, help="Lowest pitch (not drums).")
@click.option("--high", type=click.IntRange(0, 127), default=127, help="Highest pitch (not drums).")
@_control_options
@click.option("--picture/--no-picture", default=True, show_default=True, help="Draw a piano roll beside the file.")
def command(
    source: Path,
    output: Path | None,
    add_voice: str | None,
    share: float,
    bars: float,
    voices: tuple[str, ...],
    model: str,
    seed: int,
    temperature: float,
    top_p: float,
    low: int,
    high: int,
    picture: bool,
    **controls: float,
) -> None:
    """Continue SOURCE (a .mid file), or add a voice to it.

    Writes a .mid with the piece and what the model wrote on tracks of their own, and a piano roll.
    """
    from rich.progress import Progress

    from bridge.commands.models import load_model
    from bridge.midi import files as midifile
    from bridge.sessions.generate import Taste, Writer

    if low > high:
        raise click.UsageError(f"--low {low} lies above --high {high}")
    try:
        piece = midifile.read(source)
        writer = Writer(load_model(model), piece, seed, Taste(temperature, top_p, low, high, controls))
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    output = output or source.with_name(f"{source.stem}-{add_voice or 'continued'}.mid")
    chosen = [VOICES.index(voice) for voice in voices] or sorted({note.voice for note in piece.notes})
    with Progress(transient=True) as bar:
        task = bar.add_task("writing", total=1.0)

        def progress(done: float) -> None:
            bar.update(task, completed=done)

        if add_voice is not None:
            written = writer.add_voice(VOICES.index(add_voice), share, progress)
        else:
            written = writer.continue_piece(bars * piece.beats_per_bar, chosen, progress)
    if not written:
        raise click.ClickException("the model wrote nothing there: try another --seed, or a higher --temperature")
    tracks = [("Piece", piece.notes), ("Antiphon", written)]
    midifile.write(output, tracks, piece.bpm, piece.beats_per_bar)
    click.echo(f"{output}: {len(written)} notes written")
    if picture:
        image = output.with_suffix(".png")
        _draw(piece, written, image, source.name)
        click.echo(f"{image}")


def _draw(piece: Piece, written: list[FileNote], image: Path, title: str) -> None:
    """The last of the piece and all that was written."""
    from bridge.plots import RollNote, draw

    seconds = 60.0 / piece.bpm
    first = min(note.onset for note in written) - 8 * piece.beats_per_bar
    draw(
        [
            RollNote(
                note.onset * seconds, note.duration * seconds, note.pitch, note.velocity, player, VOICES[note.voice]
            )
            for player, notes in (("human", piece.notes), ("machine", written))
            for note in notes
            if note.onset >= first
        ],
        image,
        title=title,
    )
