"""What the README says is what the program does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bridge.osc import table as osc_table
from bridge.vocabulary import parameters

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(name: str) -> str:
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", README, re.DOTALL)
    assert found, f"README.md has no <!-- {name} -->"
    return found.group(1).strip()


@pytest.mark.parametrize("name", ["osc-table", "parameter-table"])
def test_tables_are_the_programs_own(name: str) -> None:
    made = {"osc-table": osc_table.markdown, "parameter-table": parameters.markdown}[name]()
    assert section(name) == made.strip(), f"paste the output of markdown() between the <!-- {name} --> marks"


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
