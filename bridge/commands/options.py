"""What commands share: options for how the machine plays, finite numbers, and where a file may be written."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click
from click.core import ParameterSource

from bridge.system.plain_files import check_place, in_words, why_closed
from bridge.vocabulary.events import MODE_NAMES

if TYPE_CHECKING:
    from bridge.performer.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])


class Number(click.FloatRange):
    """A finite number within a range."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Checked, and refused where it is nan or infinite."""
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{value} is no number to work with", param, ctx)
        return number

    def _describe_range(self) -> str:
        # Of a range without ends click would say x<=None.
        return "" if self.min is None and self.max is None else super()._describe_range()


# The same seed gives the same notes; numpy takes none below 0.
SEED: Final = click.IntRange(min=0)


class Channel(click.IntRange):
    """A MIDI channel from 1 to 16, or `word`, which stands for `meaning`."""

    name = "channel"

    def __init__(self, word: str, meaning: int) -> None:
        super().__init__(1, 16)
        self._word, self._meaning = word, meaning

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The channel, or what the word means."""
        return self._meaning if value == self._word else int(super().convert(value, param, ctx))


class Channels(click.ParamType):  # type: ignore[type-arg,unused-ignore]  # it has one from click 8.2 on
    """MIDI channels from 1 to 16 with commas between them."""

    name = "channels"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        """The channels, each once, in order."""
        words = [word.strip() for word in str(value).strip("[]()").split(",") if word.strip()]
        if not words or not all(word.isdecimal() and 1 <= int(word) <= 16 for word in words):
            self.fail(f"{value!r} are no channels: write some from 1 to 16, as 1,2", param, ctx)
        return tuple(sorted({int(word) for word in words}))


# Instead of a model's name: the one that plays unless told otherwise, in the weights that are faster on this machine.
AUTO_MODEL: Final = "auto"


def model_option(default: str, more: str = "") -> Callable[[Command], Command]:
    """Which model plays."""
    return click.option("--model", default=default, show_default=True, help=f"A model's name, or its folder{more}.")


def musician_options(command: Command) -> Command:
    """Options for how somebody plays: the same in `jam` and in `perform`."""
    for option in reversed((
        click.option(
            "--mode", type=click.Choice(MODE_NAMES), default="respond", show_default=True, help="Who plays when."
        ),
        click.option("--set", "set", multiple=True, metavar="NAME=VALUE", help="Set a parameter; may be given again."),
        click.option("--voice", "voice", multiple=True, metavar="NAME=CHANNEL|off", help="A voice of the machine's."),
        click.option("--range", "range", multiple=True, metavar="VOICE=LOW-HIGH", help="Pitches a voice keeps to."),
        click.option(
            "--presets",
            type=click.Path(path_type=Path, file_okay=False),
            metavar="DIR",
            help="Where presets lie; usually presets/ beside jam's --config file, or in your configuration folder.",
        ),
        click.option(
            "--human-voice",
            default="auto",
            show_default=True,
            help="The voice your notes are heard as; auto: made out from what you play, and answered in.",
        ),
        click.option("--seed", type=SEED, help="Play the same notes again for the same playing."),
    )):  # fmt: skip
        command = option(command)
    return command


def musician_settings(options: Mapping[str, Any], tables: Mapping[str, Mapping[str, object]] | None = None) -> Settings:
    """What `musician_options` say, over what the tables of a configuration file say.

    Raises click.UsageError for what does not exist or is out of range.
    """
    from bridge.performer.settings import Settings
    from bridge.presets import config as configuration

    def given(table: str, words: str) -> dict[str, object]:
        """What the file says, then what the command line says."""
        return {**(tables or {}).get(table, {}), **configuration.pairs(options[words], f"--{words}")}

    try:
        values = configuration.parameter_values(given("parameters", "set"))
        voices = configuration.voice_settings(given("voices", "voice"))
        ranges = configuration.range_settings(given("ranges", "range"))
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    seed = options["seed"]
    return Settings(
        mode=options["mode"],
        seed=time.time_ns() % 2**32 if seed is None else seed,
        human_voice=options["human_voice"],
        values=values,
        voices=voices,
        ranges=ranges,
    )


def presets_folder(given: Path | None, config: Path | None = None) -> Path:
    """The folder asked for, else the one beside the configuration file, else the user's own."""
    import platformdirs

    if given is not None:
        return given
    return (platformdirs.user_config_path("antiphon") if config is None else config.parent) / "presets"


def check_outputs(paths: Iterable[Path], *, force: bool) -> None:
    """Find out, before any work is done, whether these files can be written.

    Raises click.ClickException with the way out where one is there already (unless `force`), its folder is missing or
    closed, or its disk can only be read.
    """
    for path in paths:
        folder = path.parent
        if path.is_dir():
            raise click.ClickException(f"{path} is a folder: name a file in it with -o")
        if not folder.is_dir():
            raise click.ClickException(f"{path} cannot be written: there is no folder {folder}")
        if path.exists() and not force:
            raise click.ClickException(f"{path} is there already: name another file with -o, or give --force")
        if not os.access(path if path.exists() else folder, os.W_OK):
            raise click.ClickException(f"{path} cannot be written: {why_closed(folder)}; name another place")


def check_folder(folder: Path) -> None:
    """Find out, before any work is done, whether files can be written into `folder`, which is made if it is not there.

    Raises click.ClickException with the way out.
    """
    try:
        check_place(folder)
    except OSError as error:
        raise click.ClickException(in_words(error)) from None


def refuse_idle(ctx: click.Context, idle: Mapping[str, str]) -> None:
    """Refuse options that would do nothing. `idle` gives, by their names in the program, why.

    Only what was typed counts: a configuration file may say more than one set needs. Raises click.UsageError.
    """
    for name, why in idle.items():
        if ctx.get_parameter_source(name) in (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT):
            option = next(param.opts[0] for param in ctx.command.params if param.name == name)
            raise click.UsageError(f"{option} does nothing {why}: leave one of them out", ctx)
