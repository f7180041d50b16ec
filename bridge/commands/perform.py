"""`antiphon perform`: what would the machine have played to this?"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from bridge.commands.options import (
    Number,
    check_outputs,
    model_option,
    musician_options,
    musician_settings,
    presets_folder,
)
from bridge.system import terminal
from bridge.system.plain_files import write_plain
from bridge.system.terminal import say

if TYPE_CHECKING:
    from bridge.live.model_swap import LoadedModel
    from bridge.performer.settings import Settings
    from bridge.sessions.perform import Performance
    from bridge.sessions.perform_file import HumanPart

# What `--picture`, `--log` and `--wav` write beside the MIDI file.
_PICTURE = ".png"
_LOG = ".jsonl"
_SOUND = ".wav"


@click.command(name="perform")
@click.argument(
    "sources", nargs=-1, required=True, metavar="FILE.mid...", type=click.Path(dir_okay=False, path_type=Path)
)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    help="The MIDI file to write; of several, a folder.",
)
@click.option(
    "--human",
    multiple=True,
    metavar="TRACK|CHANNEL",
    help="A track or channel that is yours; usually all. Again for more.",
)
@click.option(
    "--time",
    "time_of",
    type=click.Choice(("file", "free")),
    default="file",
    show_default=True,
    help="file: its tempo and metre are the clock; free: there is no clock.",
)
@model_option("duo")
@musician_options
@click.option("--preset", metavar="NAME", help="Set as this preset says, but for what other options say.")
@click.option(
    "--tail", type=Number(0.0, 1000.0), metavar="BEATS", help="Go on so long after your last note.  [default: two bars]"
)
@click.option(
    "--takes",
    type=click.IntRange(1, 1000),
    default=1,
    help="Play to each so many times, each time with the next seed: OUT-1.mid, ...",
)
@click.option(
    "--step-ms",
    type=Number(0.0, 1000.0),
    default=2.0,
    show_default=True,
    help="How long a step of the model takes, in the simulated time.",
)
@click.option("--provider", type=click.Choice(("auto", "cpu", "cuda")), default="cpu", show_default=True)
@click.option("--picture", is_flag=True, help="Draw both players beside the file.")
@click.option("--log", is_flag=True, help="Keep the session log beside the file, for antiphon replay.")
@click.option("--wav", is_flag=True, help="Sound both players beside the file (by FluidSynth, which must be here).")
@click.option(
    "--soundfont",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.sf2",
    help="What --wav sounds with; usually the General MIDI soundfont of this machine.",
)
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Play FILE.mid to the machine, faster than real time, and write what both play.

    What you play stays as it is, at its place, on the track "Human"; each voice of the machine's has one of its own.
    In respond the file goes on until the answer to your last phrase has ended. The same file, seed, settings
    and model give the same notes.
    """
    if options["tail"] is not None and options["mode"] == "respond":
        raise click.UsageError("--tail is for the other modes: in respond time goes on until the answer has ended")
    if options["soundfont"] is not None and not options["wav"]:
        raise click.UsageError("--soundfont is for --wav: nothing sounds without")
    settings = musician_settings({**options, "seed": options["seed"] or 0})
    outputs = _outputs(options["sources"], options["output"], options["takes"])
    for source, paths in outputs.items():
        if any(path.exists() and source.exists() and path.samefile(source) for path in paths):
            raise click.ClickException(f"{source} would be written over: name another file with -o")
        check_outputs([written for path in paths for written in _written(path, options)], force=True)
    try:
        if options["wav"]:  # better said now than after the playing
            from bridge.midi.sound import find_synth

            options["synth"] = find_synth(options["soundfont"])
        settings = _with_preset(ctx, settings, options)
        from bridge.commands.model_loading import load_folder
        from bridge.engine.folders import find_model

        loaded = load_folder(find_model(options["model"]), options["provider"])
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    _perform_all(loaded, settings, outputs, options)


def _outputs(sources: tuple[Path, ...], output: Path, takes: int) -> dict[Path, list[Path]]:
    """Which files to write for each source. Raises click.UsageError where two would be one."""
    if len(sources) == 1 and not output.is_dir():
        names = {sources[0]: output}
    else:
        if output.suffix.lower() in (".mid", ".midi"):
            raise click.UsageError(f"-o {output} is a file: several performances go into a folder")
        try:
            output.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise click.ClickException(f"{output} cannot be made: {error.strerror or error}") from error
        names = {source: output / f"{source.stem}.mid" for source in sources}
    if len(set(names.values())) < len(sources):
        raise click.UsageError("two files have one name: perform them one by one")
    if takes == 1:
        return {source: [path] for source, path in names.items()}
    return {
        source: [path.with_name(f"{path.stem}-{number}{path.suffix}") for number in range(1, takes + 1)]
        for source, path in names.items()
    }


def _written(path: Path, options: dict[str, Any]) -> list[Path]:
    suffixes = [suffix for suffix, asked in ((_PICTURE, "picture"), (_LOG, "log"), (_SOUND, "wav")) if options[asked]]
    return [path, *(path.with_suffix(suffix) for suffix in suffixes)]


def _with_preset(ctx: click.Context, settings: Settings, options: dict[str, Any]) -> Settings:
    """What the preset says, where no option says otherwise. Raises ValueError for a preset that is not there."""
    if options["preset"] is None:
        return settings
    from bridge.presets.store import PresetShelf

    preset = PresetShelf(presets_folder(options["presets"])).load(options["preset"])
    asked = ctx.get_parameter_source("mode") is not ParameterSource.DEFAULT
    return replace(
        settings,
        mode=settings.mode if asked or not preset.mode else preset.mode,
        values={**preset.values, **settings.values},
        voices={**preset.voices, **settings.voices},
        ranges={**preset.ranges, **settings.ranges},
    )


def _perform_all(
    loaded: LoadedModel, settings: Settings, outputs: dict[Path, list[Path]], options: dict[str, Any]
) -> None:
    from rich.progress import Progress

    failed = 0
    with Progress(transient=True, console=terminal.console(stderr=True)) as bar:
        task = bar.add_task("performing", total=sum(map(len, outputs.values())))
        for source, paths in outputs.items():
            try:
                for path, line in _perform_one(loaded, settings, source, paths, options):
                    say(f"{path}: {line}")
                    bar.advance(task)
            except (OSError, ValueError) as error:
                if len(outputs) == 1:
                    raise click.ClickException(str(error)) from error
                failed += 1
                say(f"{source}: {error}", err=True)
                bar.advance(task, len(paths))
    if failed:
        raise click.ClickException(f"{failed} of {len(outputs)} files could not be performed")


def _perform_one(
    loaded: LoadedModel, settings: Settings, source: Path, paths: list[Path], options: dict[str, Any]
) -> list[tuple[Path, str]]:
    """Perform one file, once for each of `paths`; what there is to say of each."""
    from bridge.midi import files as midifile
    from bridge.sessions.perform_file import human_part, perform_file, take, write_performance

    file = midifile.read(source)
    for mend in file.mended:
        say(f"{source}: {mend}", err=True)
    part = human_part(file, options["human"])
    said = []
    for number, path in enumerate(paths):
        performance = perform_file(
            loaded.model,
            take(settings, number),
            part,
            free=options["time_of"] == "free",
            tail_beats=options["tail"],
            step=options["step_ms"] / 1000.0,
            model_sha256=loaded.digest,
        )
        for report in performance.reports:
            say(f"{source}: {report.text}", err=True)
        write_performance(path, part, performance)
        _write_more(path, performance, source, options)
        said.append((path, _summary(part, performance)))
    return said


def _write_more(path: Path, performance: Performance, source: Path, options: dict[str, Any]) -> None:
    if options["picture"]:
        from bridge.sessions.picture import draw_session

        draw_session(performance.log, path.with_suffix(_PICTURE), source.name)
    if options["wav"]:
        options["synth"].render(path, path.with_suffix(_SOUND))
    if options["log"]:
        from bridge.sessions.log import header_of, line

        lines = [json.dumps(header_of(performance.log)), *(line(entry) for entry in performance.log.entries)]
        write_plain(path.with_suffix(_LOG), "\n".join(lines) + "\n")


def _summary(part: HumanPart, performance: Performance) -> str:
    machine = performance.machine
    if not machine:
        return f"{len(part.notes)} notes heard; the machine played nothing"
    voices = ", ".join(sorted({note.voice for note in machine}))
    return f"{len(part.notes)} notes heard, {len(machine)} played ({voices})"
