"""`antiphon jam --resume`: the last set counts, but for what is said now."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner

from bridge.commands.resumed_set import IN_SETTINGS, kept_options, resumed_options, resumed_settings
from bridge.performer.settings import Settings
from bridge.sessions.last_set import LastSet

LAST = LastSet(
    settings=Settings(mode="duet", seed=3, tempo=90.0, values={"temperature": 0.5, "low": 40.0}),
    model="gru",
    options={"input": "Keystep", "record": "/tmp/takes", "osc_to": [9001, 9002]},
)


def resumed(*words: str) -> tuple[dict[str, Any], Settings]:
    """Options and settings of a set that is typed so."""
    found: list[tuple[dict[str, Any], Settings]] = []

    @click.command()
    @click.option("--in", "input", default="")
    @click.option("--record", type=click.Path(path_type=Path))
    @click.option("--osc-to", "osc_to", multiple=True, type=int)
    @click.option("--model", default="auto")
    @click.option("--mode", default="respond")
    @click.option("--tempo", type=float, default=0.0)
    @click.option("--set", "set", multiple=True)
    @click.pass_context
    def command(ctx: click.Context, **options: Any) -> None:
        values = dict(pair.split("=") for pair in options["set"])
        asked = Settings(
            mode=options["mode"], tempo=options["tempo"], seed=9, values={name: float(v) for name, v in values.items()}
        )
        ctx.get_parameter_source = _untyped(ctx)  # type: ignore[method-assign]
        found.append((resumed_options(ctx, options, LAST), resumed_settings(ctx, asked, LAST)))

    result = CliRunner().invoke(command, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return found[0]


def _untyped(ctx: click.Context) -> Any:
    source = ctx.get_parameter_source
    return lambda name: source(name) if name in ctx.params else click.core.ParameterSource.DEFAULT


def test_nothing_said_is_the_last_set_with_other_draws() -> None:
    options, settings = resumed()
    assert (options["input"], options["record"], options["model"]) == ("Keystep", Path("/tmp/takes"), "gru")
    assert options["osc_to"] == (9001, 9002)
    assert (settings.mode, settings.tempo, dict(settings.values)) == ("duet", 90.0, {"temperature": 0.5, "low": 40.0})
    assert settings.seed == 9


def test_what_is_said_counts_and_tables_are_laid_over_each_other() -> None:
    options, settings = resumed("--in", "Launchkey", "--mode", "harmonize", "--set", "temperature=1.5")
    assert options["input"] == "Launchkey" and options["model"] == "gru"
    assert settings.mode == "harmonize" and dict(settings.values) == {"temperature": 1.5, "low": 40.0}


def test_what_is_kept_is_neither_in_the_settings_nor_of_the_moment() -> None:
    kept = kept_options({"input": "a", "mode": "duet", "config": "x", "dry": True, "record": Path("takes"), "set": ()})
    assert kept == {"input": "a", "record": "takes"}


def test_every_setting_that_an_option_begins_is_one() -> None:
    assert set(IN_SETTINGS.values()) <= {one.name for one in fields(Settings)}
