"""`antiphon jam --resume`: what of the last set counts, and what of the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from bridge.performer.settings import Settings
    from bridge.sessions.last_set import LastSet

# What is in a set's settings, by the option that begins it; and what is not a set's to keep.
IN_SETTINGS: Final = {
    "mode": "mode", "tempo": "tempo", "clock": "clock", "clock_out": "clock_out", "human_voice": "human_voice",
    "drum_channel": "drum_channel", "listen": "listen", "part": "parts", "mpe": "mpe", "set": "values",
    "thru": "values", "programs": "values", "voice": "voices", "range": "ranges", "controller": "controllers",
    "bind": "binds", "seed": "seed",
}  # fmt: skip
_NOT_KEPT: Final = ("config", "resume", "name", "dry", "plain")


def kept_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a set that are not in its settings, as JSON has them: ports, files, the model."""
    return {
        name: str(value) if isinstance(value, Path) else value
        for name, value in options.items()
        if name not in IN_SETTINGS and name not in _NOT_KEPT
    }


def resumed_options(ctx: click.Context, options: Mapping[str, Any], last: LastSet) -> dict[str, Any]:
    """The options, as the last set had them where neither the command line nor a file says otherwise."""
    given = dict(options)
    saved = {**last.options, **({"model": last.model} if last.model else {})}
    for param in ctx.command.params:
        name = param.name or ""
        if name not in saved or ctx.get_parameter_source(name) is not ParameterSource.DEFAULT:
            continue
        value = saved[name]
        if isinstance(param.type, click.Path) and isinstance(value, str):
            value = Path(value)
        given[name] = tuple(value) if isinstance(value, list) else value
    return given


def uncounted(ctx: click.Context, tables: Mapping[str, Mapping[str, object]]) -> list[str]:
    """What a configuration file says that does not count beside the last set: how it is played, which that knows."""
    known = [name for name in IN_SETTINGS if name != "seed"]  # the draws are others in any case
    options = [name for name in known if ctx.get_parameter_source(name) is ParameterSource.DEFAULT_MAP]
    return [name.replace("_", "-") for name in options] + [f"[{name}]" for name, table in tables.items() if table]


def resumed_settings(ctx: click.Context, asked: Settings, last: LastSet) -> Settings:
    """The last set's settings, and what the command line `asked` for over them; the draws are others."""
    names = {field.name for field in fields(asked)}
    changes: dict[str, Any] = {"seed": asked.seed}
    for option, name in IN_SETTINGS.items():
        assert name in names
        if ctx.get_parameter_source(option) is not ParameterSource.COMMANDLINE:
            continue
        value = getattr(asked, name)
        changes[name] = {**getattr(last.settings, name), **value} if isinstance(value, dict) else value
    return replace(last.settings, **changes)
