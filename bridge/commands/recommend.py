"""`antiphon recommend`: the phrases of a library that fit a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bridge.commands.options import model_option
from bridge.system import terminal
from bridge.system.terminal import say

if TYPE_CHECKING:
    from bridge.engine.embedding import Embedding
    from bridge.engine.streaming import StreamingModel
    from bridge.library.preferences import Preferences
    from bridge.library.store import Index


@click.command(name="recommend")
@click.argument("source", required=False, metavar="FILE.mid|SESSION", type=click.Path(path_type=Path))
@click.option(
    "--library", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder that antiphon index knows; without one a mode, one of your presets and a model are.",
)  # fmt: skip
@model_option("duo", ": whose ear it is")
@click.option("--index", "place", type=click.Path(path_type=Path), help="Where it lies.  [default: LIBRARY/.antiphon]")
@click.option("--count", type=click.IntRange(1, 100), default=8, show_default=True, help="How many.")
@click.option("--like", type=click.IntRange(0), help="Phrase ID is to your taste.", metavar="ID")
@click.option("--skip", type=click.IntRange(0), help="Phrase ID is not.", metavar="ID")
@click.option("--forget", is_flag=True, help="Forget every like and skip.")
def command(
    source: Path | None,
    library: Path | None,
    model: str,
    place: Path | None,
    count: int,
    like: int | None,
    skip: int | None,
    forget: bool,
) -> None:
    """Say which mode and settings suit FILE.mid or a recorded SESSION, and which phrases of a library fit its last one.

    Phrases come with the semitones that bring each into your key. Likes and skips move what is alike up or down; they
    lie beside the index, and --forget deletes them.
    """
    from bridge.commands.model_loading import load_reader
    from bridge.engine.embedding import Embedding
    from bridge.library.indexing import FOLDER_NAME
    from bridge.library.preferences import LIKE, SKIP, Preferences
    from bridge.library.store import Index

    if source is not None:
        _advise(source, model, all_of_it=library is None)
    if library is None:
        if source is None:
            raise click.UsageError("give a file or session, or --library")
        return
    if source is None and like is None and skip is None and not forget:
        raise click.UsageError("give a file or session, or --like ID, --skip ID, --forget")
    try:
        reader = load_reader(model)
        ear = Embedding(reader.manifest)
        folder = place or library / FOLDER_NAME
        index = Index(folder, ear.identity, ear.width)
        taste = folder / "preferences.json"
        if forget:
            taste.unlink(missing_ok=True)
            say("every like and skip is forgotten")
        preferences = Preferences(taste, ear.identity, ear.width)
        for row, value in ((like, LIKE), (skip, SKIP)):
            if row is not None:
                entries = index.entries([row])
                if not entries:
                    raise click.ClickException(f"phrase {row} is not in the index of {library}")
                preferences.say(index.vectors[row], entries[0].phrase, value)
                say(f"{entries[0].path}: {'liked' if value > 0 else 'skipped'}; your taste: {preferences.in_words()}")
        if source is not None:
            _show(source, library, index, reader, ear, preferences, count)
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error


def _advise(source: Path, model: str, *, all_of_it: bool) -> None:
    """What suits a file, or what the human played in a session: a mode and, where `all_of_it`, a preset and a model."""
    from bridge.commands.options import presets_folder
    from bridge.data.encode import contexts, event_classes, ticks_of
    from bridge.engine.folders import list_models
    from bridge.evaluation.reviewing.music import read
    from bridge.library.advice import advise, measure_music
    from bridge.library.model_fit import TooFewNotes, advise_model, fits
    from bridge.library.preset_fit import best_preset, readable_presets
    from bridge.presets.store import PresetShelf

    try:
        music = read(source)
        found = measure_music(music)
        advice = advise(found)
        say(advice.text)
        if not all_of_it:
            return
        preset = best_preset(readable_presets(PresetShelf(presets_folder(None))), advice, found)
        if preset is not None:
            say(preset.text)
        part = music.stretch
        around = contexts(part, ticks_of(part.onset), ticks_of(part.offset))
        _, words = advise_model(fits(list_models(), event_classes(part), around, ~music.machine), model)
        if words:
            say(words)
    except TooFewNotes as error:
        say(str(error))  # the mode is advised all the same
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error


def _show(
    source: Path,
    library: Path,
    index: Index,
    reader: StreamingModel,
    ear: Embedding,
    preferences: Preferences,
    count: int,
) -> None:
    from rich.table import Table

    from bridge.evaluation.reviewing.music import read
    from bridge.library.listening import describe
    from bridge.library.phrases import hear, phrases_of
    from bridge.library.recommend import recommend
    from bridge.midi import files as midifile

    music = read(source)
    span = phrases_of(music.stretch)[-1]
    vector = ear.of(hear(reader, music.stretch)[span.start : span.stop])
    file = midifile.read(source) if music.log is None else None
    own = [source.resolve().relative_to(library.resolve()).as_posix()] if _within(source, library) else []
    found = recommend(index, vector, describe(music.stretch, span, file), count, preferences, own)
    if not found:
        say(f"{library} has nothing to offer: it holds {len(index)} phrases; antiphon index {library}")
        return
    table = Table(show_edge=False)
    for heading in ("id", "score", "what", "why"):
        table.add_column(heading, justify="right" if heading in ("id", "score") else "left")
    for one in found:
        table.add_row(str(one.entry.row), f"{one.score:.2f}", one.title, one.reason)
    terminal.console().print(table)


def _within(source: Path, library: Path) -> bool:
    return source.resolve().is_relative_to(library.resolve())
