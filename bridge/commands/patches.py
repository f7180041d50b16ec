"""`antiphon patches`: the patches for Max, Ableton Live, Pure Data and SuperCollider, where they can be used."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

import click

from bridge.commands.options import check_folder
from bridge.system import terminal

# What there is, and where it goes; a name that ends in .pd is a file, the others are folders.
KINDS: Final = {
    "Antiphon": "Max 9: into Documents/Max 9/Packages; then Extras, Antiphon",
    "Ableton Live": "Live 12 with Max for Live: drag Antiphon.amxd onto a MIDI track",
    "antiphon.pd": "Pure Data 0.53 or later: open it, or use it as [antiphon]",
    "SuperCollider": "SuperCollider: into Platform.userExtensionDir, then recompile the class library",
}


def source() -> Path:
    """Where the patches lie: in the package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "_patches"
    return inside if inside.is_dir() else package.parent / "max_patches"


@click.command(name="patches")
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--force", is_flag=True, help="Write over what is there.")
def command(folder: Path | None, force: bool) -> None:
    """Copy the patches to FOLDER; without one, say what there is and where it goes.

    For example antiphon patches "~/Documents/Max 9/Packages".
    """
    if folder is None:
        for name, where in KINDS.items():
            terminal.say(f"{name}: {where}")
        terminal.say("antiphon patches FOLDER copies all of it there.")
        return
    folder = folder.expanduser()
    there = [name for name in KINDS if (folder / name).exists()]
    if there and not force:
        raise click.ClickException(f"{folder / there[0]} is there already: --force writes over it")
    check_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name in KINDS:
        _copy(source() / name, folder / name, is_new=name not in there)
        terminal.say(f"{folder / name}: {KINDS[name]}")


def _copy(origin: Path, to: Path, *, is_new: bool) -> None:
    """Copy a file or a folder; of what was not there before, all or nothing. Raises click.ClickException."""
    try:
        if origin.is_dir():
            shutil.copytree(origin, to, dirs_exist_ok=True)
        else:
            shutil.copy2(origin, to)
    except OSError as error:
        if is_new:
            shutil.rmtree(to) if to.is_dir() else to.unlink(missing_ok=True)
        # Of a folder it is a list: from, to and why of each file.
        why = error.args[0][0][2] if isinstance(error, shutil.Error) else error.strerror
        raise click.ClickException(f"{to} cannot be written: {why}; make room there, or name another folder") from error
