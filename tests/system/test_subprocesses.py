"""What processes beside a set are started with."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

import bridge
from bridge.system.subprocesses import OWN_GROUP, package_path


@pytest.mark.parametrize("inherited", ["", "elsewhere"])
def test_this_package_is_found_first_and_what_was_inherited_after_it(
    inherited: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", inherited)
    first, *more = package_path().split(os.pathsep)
    assert os.path.samefile(os.path.join(first, "bridge"), os.path.dirname(bridge.__file__))
    assert more == [inherited] * bool(inherited)


@pytest.mark.skipif(os.name != "posix", reason="process groups and nice values are POSIX's")
def test_one_that_gives_way_is_nicer_and_in_a_group_of_its_own_within_the_session() -> None:
    says = "import os; from bridge.system import subprocesses; subprocesses.give_way(); "
    says += "print(os.nice(0), os.getpgid(0), os.getsid(0))"
    done = subprocess.run(
        [sys.executable, "-c", says],
        env=os.environ | {"PYTHONPATH": package_path()},
        stdout=subprocess.PIPE, text=True, check=True, process_group=OWN_GROUP,
    )  # fmt: skip
    nice, group, session = map(int, done.stdout.split())
    assert nice == min(os.nice(0) + 10, 19)
    assert group != os.getpgid(0) and session == os.getsid(0)
