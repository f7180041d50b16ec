"""What the README and the pages of docs/ say is what the program does."""

from __future__ import annotations

import importlib.util
import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import click
import pytest
from places import ROOT

from bridge.cli import main

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def docs_make() -> ModuleType:
    """docs/make.py, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("docs_make", ROOT / "docs" / "make.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_nothing_that_is_made_is_stale() -> None:
    pytest.importorskip("py2max")
    assert docs_make().stale() == [], "make them anew: python docs/make.py"


def test_a_stale_table_is_told_and_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("py2max")
    make = docs_make()
    (tmp_path / "docs").mkdir()
    (tmp_path / "max_patches").symlink_to(ROOT / "max_patches")
    for page in ("osc.md", "parameters.md"):
        (tmp_path / "docs" / page).write_text((ROOT / "docs" / page).read_text().replace("/antiphon/panic", "/panic"))
    monkeypatch.setattr(make, "ROOT", tmp_path)
    assert make.main(["--check"]) == 1 and make.stale() == [tmp_path / "docs" / "osc.md"]
    assert make.main([]) == 0 and make.stale() == [] and make.main(["--check"]) == 0
    assert "`/antiphon/panic`" in (tmp_path / "docs" / "osc.md").read_text()


def test_a_page_without_its_marks_is_not_written_over() -> None:
    with pytest.raises(ValueError, match="<!-- osc-table -->"):
        docs_make().with_table("# OSC", "osc-table", "| a |")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} links to {target}"


def test_the_front_page_is_a_page() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150


def test_ci_finds_the_readmes_commands() -> None:
    """.ci/run takes what installs and what tests from the README; here it only says what it would run."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    functions = "".join(re.findall(r"^(?:command_of_the_readme|install|tests)\(\).*\n", script, re.MULTILINE))
    said = functions.replace("bash -euo pipefail -c", "echo").replace("rm -rf .venv && ", "")
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", said + "install; tests"], cwd=ROOT, capture_output=True)
    install, tests = done.stdout.decode().splitlines()
    assert install.endswith("pip install -e '.[dev]'") and ".venv/bin/python -m pytest" in tests, done
    assert subprocess.run(["bash", "-n", ROOT / ".ci" / "run"]).returncode == 0


def commands_in(text: str) -> list[list[str]]:
    """The words of each call of antiphon in the shell blocks of a page."""
    lines = [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
    calls = [re.split(r" && | \| ", line.partition("  #")[0]) for line in lines]
    words = [shlex.split(call, comments=True) for line in calls for call in line]
    words = [[word for word in call if not re.fullmatch(r"[A-Z_]+=\S*", word)] for call in words]
    return [call[1:] for call in words if call and Path(call[0]).name == "antiphon"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_are_there_and_take_what_they_are_given(page: Path) -> None:
    for words in commands_in(page.read_text(encoding="utf-8")):
        context = click.Context(main)
        command = main.get_command(context, words[0])
        assert command is not None, f"{page.relative_to(ROOT)}: no command {words[0]!r}"
        # Parsed, not run: options that are not there are refused.
        command.make_parser(click.Context(command)).parse_args(list(words[1:]))


def test_words_are_spelt_as_they_are() -> None:
    pytest.importorskip("codespell_lib")
    done = subprocess.run([sys.executable, "-m", "codespell_lib"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
