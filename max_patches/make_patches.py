"""Write antiphon.maxpat and antiphon.pd.

    python max_patches/make_patches.py [FOLDER]

Both are made from the OSC table and the parameter table, so run this again when those change; a test
compares the committed files with fresh ones. Needs py2max (pip install "antiphon[max]").
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import maxpat
import pdpatch


def texts() -> dict[str, str]:
    """The text of each patch, by the name of its file."""
    return {
        "antiphon.maxpat": json.dumps(maxpat.build().to_dict(), indent=1) + "\n",
        "antiphon.pd": pdpatch.build(),
    }


def main(folder: Path) -> None:
    """Write both patches into `folder`."""
    for name, text in texts().items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
