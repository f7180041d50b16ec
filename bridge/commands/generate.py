"""`antiphon generate`: continue a MIDI file, or add a voice to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bridge.commands.options import SEED, Number, check_outputs
from bridge.system.terminal import say
from bridge.vocabulary.codec import VOICES
from bridge.vocabulary.guide import CONTROL_NAMES
from bridge.vocabulary.parameters import PARAMETERS

if TYPE_CHECKING:
    from bridge.midi.files import FileNote, MidiFile, MidiPiece, NewTrack


def _control_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """An option for each learned control, as the parameter of that name takes it."""
    for name in reversed(CONTROL_NAMES):
        entry = PARAMETERS[name]
        span = Number(entry.low, entry.high)
        command = click.option(f"--{name}", type=span, default=0.0, help=f"{entry.text.capitalize()}.")(command)
    return command


@click.command(name="generate")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The MIDI file to write.")
@click.option("--add-voice", type=click.Choice(VOICES), help="Add this voice, in place of a continuation.")
@click.option(
    "--share",
    type=Number(0.0, 8.0),
    default=0.3,
    show_default=True,
    help="Notes of the added voice for each of the piece's, at least.",
)
@click.option("--bars", type=Number(0.25, 512), default=8.0, show_default=True, help="Length to continue.")
@click.option("--voice", "voices", type=click.Choice(VOICES), multiple=True, help="Voices to continue with.")
@click.option("--model", default="duo", show_default=True, help="A model's name, or its folder.")
@click.option("--seed", type=SEED, default=0, show_default=True)
@click.option("--temperature", type=Number(0.05, 3.0), default=0.9, show_default=True)
@click.option("--top-p", type=Number(0.05, 1.0), default=1.0, show_default=True)
@click.option("--low", type=click.IntRange(0, 127), default=0, help="Lowest pitch (not drums).")
@click.option("--high", type=click.IntRange(0, 127), default=127, help="Highest pitch (not drums).")
@_control_options
@click.option("--force", is_flag=True, help="Write over files that are there already.")
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
    force: bool,
    picture: bool,
    **controls: float,
) -> None:
    """Continue SOURCE (a .mid file), or add a voice to it.

    Writes the piece as it is with what the model wrote on tracks of their own, and a piano roll. A continuation keeps
    the manner of the piece's end (how dense, loud, high and full it is) in what no option says.
    """
    from rich.progress import Progress

    from bridge.commands.model_loading import load_model
    from bridge.midi import files as midifile
    from bridge.sessions.generate import Taste, Writer

    if low > high:
        raise click.UsageError(f"--low {low} lies above --high {high}")
    output = output or source.with_name(f"{source.stem}-{add_voice or 'continued'}.mid")
    image = output.with_suffix(".png")
    check_outputs([output, image] if picture else [output], force=force)
    try:
        file = midifile.read(source)
        piece = file.piece()
        for mend in file.mended:
            say(f"{source}: {mend}", err=True)
        writer = Writer(load_model(model), piece, seed, Taste(temperature, top_p, low, high, controls))
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    chosen = [VOICES.index(voice) for voice in voices] or sorted({note.voice for note in piece.notes})
    with Progress(transient=True) as bar:
        task = bar.add_task("writing", total=1.0)

        def progress(done: float) -> None:
            bar.update(task, completed=done)

        if add_voice is not None:
            written = writer.add_voice(VOICES.index(add_voice), share, progress)
        else:
            written = writer.continue_piece(bars * piece.bar_after, chosen, progress)
    if not written:
        raise click.ClickException("the model wrote nothing there: try another --seed, or a higher --temperature")
    try:
        midifile.write(output, file, _tracks(file, piece, written))
        say(f"{output}: {len(written)} notes written")
        if picture:
            _draw(piece, written, image, source.name)
            say(f"{image}")
    except OSError as error:
        raise click.ClickException(str(error)) from error


def _tracks(file: MidiFile, piece: MidiPiece, written: list[FileNote]) -> list[NewTrack]:
    """What was written, a track for each voice, on the channel of the piece's own notes of that voice or a free one."""
    from bridge.midi.files import DRUM_CHANNEL, NewTrack, TrackNote
    from bridge.vocabulary.voices import VOICE_PROGRAMS

    own = dict(zip(file.voices().tolist(), file.notes["channel"].tolist(), strict=True))
    taken = {*file.notes["channel"].tolist(), DRUM_CHANNEL}
    free = iter([channel for channel in range(1, 17) if channel not in taken])
    tracks = []
    for voice in sorted({note.voice for note in written}):
        name, programs = VOICES[voice], {}
        channel = own.get(voice, DRUM_CHANNEL if name == "drums" else None)
        if channel is None:
            channel = next(free, None)
            if channel is None:
                raise click.ClickException(f"{name} has no MIDI channel: the piece uses all sixteen")
            programs[channel] = VOICE_PROGRAMS[name]
        notes = []
        for note in written:
            if note.voice == voice:
                onset, end = (_in_file(file, piece, beat) for beat in (note.onset, note.onset + note.duration))
                notes.append(TrackNote(onset, end - onset, note.pitch, max(note.velocity, 1), channel))
        tracks.append(NewTrack(f"Antiphon {name}", notes, programs))
    return tracks


def _in_file(file: MidiFile, piece: MidiPiece, beat: float) -> float:
    """A beat of the piece in beats of the file, which count otherwise where it is in free time."""
    if piece.timeline is file.timeline:
        return beat
    return file.timeline.beat_at(piece.timeline.seconds_at(beat))


def _draw(piece: MidiPiece, written: list[FileNote], image: Path, title: str) -> None:
    """The last of the piece and all that was written."""
    from bridge.reports.plots import RollNote, draw

    first = min(note.onset for note in written) - 8 * piece.bar_after
    rows = [
        (player, note, piece.timeline.seconds_at(note.onset), piece.timeline.seconds_at(note.onset + note.duration))
        for player, notes in (("human", piece.notes), ("machine", written))
        for note in notes
        if note.onset >= first
    ]
    draw(
        [
            RollNote(onset, end - onset, note.pitch, note.velocity, player, VOICES[note.voice])
            for player, note, onset, end in rows
        ],
        image,
        title=title,
    )
