"""Options that commands share: what they take, and how they refuse."""

from __future__ import annotations

import os
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from bridge.commands.options import (
    Channel,
    Channels,
    Number,
    check_folder,
    check_outputs,
    musician_options,
    musician_settings,
    presets_folder,
    refuse_idle,
)
from bridge.performer.settings import Settings


def typed(kind: click.ParamType, word: str) -> Result:
    """What an option of this kind makes of a word."""

    @click.command()
    @click.option("--it", type=kind)
    def command(it: object) -> None:
        click.echo(repr(it))

    return CliRunner().invoke(command, ["--it", word])


def test_a_number_is_finite_and_within_its_range() -> None:
    assert typed(Number(0.0, 2.0), "1.5").output == "1.5\n"
    for word in ("nan", "inf", "3", "x"):
        assert typed(Number(0.0, 2.0), word).exit_code == 2
    assert "nan is no number to work with" in typed(Number(), "nan").output
    assert (
        "None"
        not in CliRunner().invoke(click.Command("c", params=[click.Option(["--it"], type=Number())]), "--help").output
    )


def test_a_channel_may_be_a_word() -> None:
    kind = Channel("off", 0)
    assert [typed(kind, word).output for word in ("off", "1", "16")] == ["0\n", "1\n", "16\n"]
    assert typed(kind, "17").exit_code == typed(kind, "0").exit_code == 2


def test_channels_come_once_and_in_order() -> None:
    assert typed(Channels(), "3, 1,3").output == "(1, 3)\n"
    for word in ("", "0", "17", "1-4", "a"):
        refused = typed(Channels(), word)
        assert refused.exit_code == 2 and "write some from 1 to 16, as 1,2" in refused.output


# --- how somebody plays ---------------------------------------------------------------------------------------


def settings(*words: str, tables: dict[str, dict[str, object]] | None = None) -> Settings:
    found: list[Settings] = []

    @click.command()
    @musician_options
    def command(**options: object) -> None:
        found.append(musician_settings(options, tables))

    result = CliRunner().invoke(command, words)
    if result.exit_code:
        raise click.UsageError(result.output)
    return found[0]


def test_the_command_line_counts_over_a_files_tables() -> None:
    tables: dict[str, dict[str, object]] = {
        "parameters": {"temperature": 0.5, "low": 30},
        "voices": {"bass": 4},
        "ranges": {"bass": [30, 50]},
    }
    found = settings("--set", "temperature=1.5", "--voice", "bass=off", "--range", "keys=40-90", tables=tables)
    assert (found.values["temperature"], found.values["low"]) == (1.5, 30)
    assert found.voices["bass"][0] is False and dict(found.ranges) == {"bass": (30, 50), "keys": (40, 90)}
    assert found.mode == "respond" and found.human_voice == "auto"


def test_a_seed_is_kept_and_without_one_each_set_has_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings("--seed", "7").seed == 7
    monkeypatch.setattr("time.time_ns", lambda: 2**40 + 5)
    assert settings().seed == 5


def test_what_there_is_not_is_refused() -> None:
    for words in (("--set", "warmth=1"), ("--voice", "kazoo=1"), ("--range", "bass=9-3"), ("--mode", "jazz")):
        with pytest.raises(click.UsageError):
            settings(*words)


# --- where files lie ------------------------------------------------------------------------------------------


def test_presets_lie_where_asked_else_beside_the_file_else_at_home(tmp_path: Path) -> None:
    assert presets_folder(tmp_path / "mine", tmp_path / "set.toml") == tmp_path / "mine"
    assert presets_folder(None, tmp_path / "set.toml") == tmp_path / "presets"
    assert presets_folder(None).name == "presets" and presets_folder(None).parent.name == "antiphon"


def test_where_nothing_can_be_written_is_told_before_any_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = tmp_path / "there.mid"
    there.write_text("")
    check_outputs([tmp_path / "new.mid"], force=False)
    check_outputs([there], force=True)
    for path, force, why in (
        (there, False, "is there already: name another file with -o, or give --force"),
        (tmp_path, True, "is a folder: name a file in it with -o"),
        (tmp_path / "no" / "new.mid", True, "there is no folder"),
    ):
        with pytest.raises(click.ClickException, match=why):
            check_outputs([path], force=force)
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(click.ClickException, match="no permission to write in"):
        check_outputs([tmp_path / "new.mid"], force=False)


def test_a_folder_that_cannot_be_written_is_told_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    check_folder(tmp_path)
    check_folder(tmp_path / "new" / "folder")
    with pytest.raises(click.ClickException, match=r"cannot be made a folder: .*file is a file; name another"):
        check_folder(tmp_path / "file" / "folder")
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(click.ClickException, match=f"no permission to write in {tmp_path}; name another folder"):
        check_folder(tmp_path / "new" / "folder")
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_an_option_that_would_do_nothing_is_refused_only_if_it_was_typed() -> None:
    @click.command(context_settings={"default_map": {"model": "mine"}})
    @click.option("--model", default="duo")
    @click.pass_context
    def command(ctx: click.Context, model: str) -> None:
        refuse_idle(ctx, {"model": "with --dry"})

    assert CliRunner().invoke(command, []).exit_code == 0
    refused = CliRunner().invoke(command, ["--model", "duo"])
    assert refused.exit_code == 2 and "--model does nothing with --dry: leave one of them out" in refused.output
