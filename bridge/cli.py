"""The `antiphon` command. Each subcommand is a module of `bridge.commands`, loaded only when it is called."""

from __future__ import annotations

import errno
import importlib
import os
from typing import Any, Final

import click

from bridge import __version__
from bridge.system.plain_files import in_words
from bridge.system.terminal import forgive
from bridge.vocabulary.plain_text import shown

# Set to anything, a mistake of the program's own is shown with where it happened.
TRACEBACK: Final = "ANTIPHON_TRACEBACK"

COMMANDS: Final = {
    "jam": "Play together, live.",
    "demo": "Hear it answer a phrase, in the browser; then play.",
    "ports": "List the MIDI ports of this machine.",
    "models": "List the models that can play.",
    "parameters": "List what can be set, and to what.",
    "presets": "List the presets, or show one.",
    "osc": "List the OSC addresses, or describe some.",
    "patches": "Copy the patches for Max, Live, Pd and SuperCollider.",
    "doctor": "Check this machine for all that playing needs.",
    "bench": "Measure latency, jitter and steadiness.",
    "simulate": "Play hours of sets in simulated time, and check what must hold.",
    "perform": "Hear what it would have played to a MIDI file.",
    "generate": "Continue a MIDI file, or add a voice to it.",
    "replay": "Play a recorded session again, note for note.",
    "review": "Say in numbers how a piece or a session is, beside what is usual.",
    "report": "Write a recorded session as one page: what, how and why.",
    "index": "Get to know the phrases of a folder of MIDI files.",
    "recommend": "Find the phrases of a library that fit a file.",
    "explain": "Say why a note was played.",
    "prepare": "Turn folders of MIDI into training data.",
    "train": "Train a model.",
    "improve": "Answer phrases with a model and keep the best, to learn from.",
    "export": "Turn a trained model into one that plays live.",
    "critic": "Teach a model to choose among its own answers.",
    "embedding": "Teach a model which phrases are alike.",
    "evaluate": "Measure models on held-out music, and their own playing.",
    "assess": "Measure what a model plays in every mode, beside people.",
}


class _LazyGroup(click.Group):
    """Knows its commands by name; imports one when it is wanted, so that `--help` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"bridge.commands.{cmd_name}").command
        return command

    def main(self, *args: Any, **more: Any) -> Any:
        forgive()
        return super().main(*args, **more)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; whatever goes wrong is one line that a terminal can show."""
        try:
            return super().invoke(ctx)
        except click.ClickException as error:
            error.message = shown(error.message)  # type: ignore[misc]  # set once, and once more before it is shown
            raise
        except (click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if os.environ.get(TRACEBACK) or (isinstance(error, OSError) and error.errno == errno.EPIPE):
                raise
            raise click.ClickException(shown(_mistake(error))) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _mistake(error: Exception) -> str:
    if isinstance(error, OSError):
        return in_words(error)
    if isinstance(error, MemoryError):
        return "there is not enough memory for this"
    return (
        f"a mistake of Antiphon's own, {type(error).__name__}: {error}\n"
        f"{TRACEBACK}=1 in the environment shows where it happened"
    )


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="antiphon")
def main() -> None:
    """Antiphon: a machine musician for live playing.

    \b
    antiphon demo     first: hear it, with Python and a browser alone
    antiphon jam      play with it
    antiphon doctor   is something missing, or silent?
    """
