"""`antiphon replay`: play a recorded session again, note for note."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bridge.system.terminal import say

if TYPE_CHECKING:
    from bridge.engine.model import Model
    from bridge.sessions.log import SessionLog


@click.command(name="replay")
@click.argument("recording", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--with",
    "changes",
    multiple=True,
    metavar="NAME=VALUE",
    help="What would it have played with this parameter, mode or seed? May be given again.",
)
@click.option("--model", help="Another model's name or folder: what would it have played?")
@click.option("--picture", type=click.Path(dir_okay=False, path_type=Path), help="Draw the session to this PNG.")
@click.option("--midi", type=click.Path(dir_okay=False, path_type=Path), help="Write the session to this MIDI file.")
@click.option("--title", help="The picture's title.")
def command(
    recording: Path,
    changes: tuple[str, ...],
    model: str | None,
    picture: Path | None,
    midi: Path | None,
    title: str | None,
) -> None:  # fmt: skip
    """Make every call of RECORDING (a take, or a folder of takes: its newest) again.

    Says whether each note, its time and its velocity came out as recorded; exits with 1 where they did not. With
    --with the machine thinks anew about what was played to it; the picture and the MIDI file are then of that.
    """
    from bridge.sessions.log import read_log
    from bridge.sessions.midi_export import write_midi
    from bridge.sessions.picture import draw_session
    from bridge.sessions.recorder import find_log

    try:
        path = find_log(recording)
        log = read_log(path)
        shown = _what_if(log, model, changes) if changes else log
        if picture is not None:
            draw_session(shown, picture, title or path.parent.name)
        if midi is not None:
            write_midi(shown, midi)
        if not changes:
            _compare(log, model)
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error


def _compare(log: SessionLog, model: str | None) -> None:
    from bridge.sessions.log import replay

    again = replay(log, _loader(model))
    recorded = log.outputs()
    differing = sum(one != other for one, other in zip(recorded, again, strict=False))
    differing += abs(len(recorded) - len(again))
    say(f"{len(recorded)} outputs recorded, {len(again)} replayed, {differing} differ")
    if differing:
        raise SystemExit(1)


def _what_if(log: SessionLog, model: str | None, changes: tuple[str, ...]) -> SessionLog:
    from bridge.presets import config
    from bridge.sessions.log import played_notes
    from bridge.sessions.what_if import MODE, SEED, play_again

    given = config.pairs(changes, "--with")
    values: dict[str, float | str] = {}
    for name, value in given.items():
        if name == SEED and value.isdecimal():
            values[name] = int(value)
        elif name in (MODE, SEED):
            values[name] = value
        else:
            values.update(config.parameter_values({name: value}))
    other = play_again(log, _loader(model), values)
    heard, would = ([note for note in played_notes(one) if note.machine and not note.cancelled] for one in (log, other))
    same = {(round(note.onset, 2), note.pitch) for note in heard} & {
        (round(note.onset, 2), note.pitch) for note in would
    }
    say(f"{len(heard)} notes of the machine's were heard; it would have played {len(would)}, {len(same)} the same")
    return other


def _loader(other: str | None) -> Callable[[str, str], Model]:
    """Models for a replay: the recorded ones, their hashes checked, or `other` in their place."""
    from bridge.commands.model_loading import load_folder
    from bridge.engine.fake import FakeModel
    from bridge.engine.folders import find_model, find_model_by_name

    def load(name: str, digest: str) -> Model:
        if other is None and not digest:
            return FakeModel(name)
        # What a log names is a name, never a path: a log may be anybody's.
        loaded = load_folder(find_model(other) if other else find_model_by_name(name))
        if other is None and loaded.digest != digest:
            raise ValueError(
                f"model {name!r} is not the one that was recorded (sha256 {loaded.digest[:12]}, recorded "
                f"{digest[:12]}): give the folder of that one with --model"
            )
        return loaded.model

    return load
