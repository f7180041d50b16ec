"""Make anew what is made from the code: the tables of docs/, and the Max and Pd patches.

    python docs/make.py            writes what is stale, and names it
    python docs/make.py --check    writes nothing; ends with 1 where something is stale

The patches need py2max (pip install '.[max]').
"""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from bridge.osc import table as osc_table
from bridge.vocabulary import parameters

ROOT = Path(__file__).resolve().parent.parent


def with_table(text: str, name: str, table: str) -> str:
    """`text` with `table` between its marks <!-- name --> and <!-- /name -->."""
    opening, closing = f"<!-- {name} -->", f"<!-- /{name} -->"
    if text.count(opening) != 1 or text.count(closing) != 1:
        raise ValueError(f"there must be one {opening} and one {closing}")
    pattern = re.compile(f"{opening}.*{closing}", re.DOTALL)
    return pattern.sub(lambda _: f"{opening}\n\n{table.strip()}\n\n{closing}", text)


def made() -> Iterator[tuple[Path, bytes]]:
    """Each file that is made, or has a part that is, and what ought to be in it."""
    for page, name, table in (
        ("osc.md", "osc-table", osc_table.markdown()),
        ("parameters.md", "parameter-table", parameters.markdown()),
    ):
        path = ROOT / "docs" / page
        yield path, with_table(path.read_text(encoding="utf-8"), name, table).encode()
    folder = ROOT / "max_patches"
    for name, data in _patches(folder).items():
        yield folder / name, data


def _patches(folder: Path) -> dict[str, bytes]:
    sys.path.insert(0, str(folder))
    try:
        spec = importlib.util.spec_from_file_location("make_patches", folder / "make_patches.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        files: dict[str, bytes] = module.files()
        return files
    finally:
        sys.path.remove(str(folder))


def stale() -> list[Path]:
    """The files that are not what they ought to be."""
    return [path for path, data in made() if not path.exists() or path.read_bytes() != data]


def main(arguments: list[str]) -> int:
    """Write, or check; the exit code."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write(f"docs/make.py takes --check or nothing, not {' '.join(arguments)!r}\n")
        return 2
    for path, data in made():
        if path.exists() and path.read_bytes() == data:
            continue
        sys.stdout.write(f"{path.relative_to(ROOT)}{' is stale: python docs/make.py' if arguments else ''}\n")
        if arguments:
            return 1
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
