"""Write the Max package, the Live devices, and the Pd and SuperCollider clients.

    python max_patches/make_patches.py [FOLDER]
    python max_patches/make_patches.py --zip FILE.zip     the Max package as one file, for Max's packages folder

All are made from the OSC table and the parameter table, so run this again when those change; a test
compares the committed files with fresh ones. Needs py2max (pip install "antiphon[max]").
"""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any, Final

import amxd
import core
import device
import examples
import help as help_patch
import miditool
import pdpatch
from words import COMMANDS, NOT_RUNNING, PORT, REPORTS

from bridge import __version__
from bridge.vocabulary.parameters import PARAMETERS

HERE: Final = Path(__file__).resolve().parent
PACKAGE: Final = "Antiphon"
# Max 9 is the first with v8, in which [antiphon]'s script runs.
OLDEST_MAX: Final = "9.0.0"


def files() -> dict[str, bytes]:
    """What is made, by its path below this folder."""
    made = {f"{PACKAGE}/{path}": data for path, data in package().items()}
    made["antiphon.pd"] = pdpatch.build().encode()
    made["Ableton Live/Antiphon.amxd"] = amxd.write(device.antiphon())
    made["Ableton Live/Antiphon Voice.amxd"] = amxd.write(device.voice())
    made["Ableton Live/Antiphon Clip.amxd"] = amxd.write(miditool.clip())
    made |= {f"SuperCollider/{name}": data.encode() for name, data in supercollider().items()}
    return made


def supercollider() -> dict[str, str]:
    """A quark: the class, an example, and what it is."""
    sources = HERE / "sources"
    lists = "".join(
        f"\t\t{name} = #[{', '.join(repr(str(word)) for word in words)}];\n"
        for name, words in (("commands", COMMANDS), ("parameters", PARAMETERS), ("reports", REPORTS))
    )
    text = _with(
        (sources / "Antiphon.sc").read_text(encoding="utf-8"),
        "\t// The lists are put here from Antiphon's own tables.\n",
        f"\t*initClass {{\n{lists}\t}}\n",
    )
    quark = {"name": PACKAGE, "summary": "Play with Antiphon, a machine musician", "version": __version__}
    fields = ", ".join(f'{key}: "{value}"' for key, value in quark.items())
    return {
        "Antiphon.sc": text.replace("@PORT@", str(PORT)).replace("@NOT_RUNNING@", NOT_RUNNING),
        "Antiphon.quark": f"({fields})\n",
        "example.scd": (sources / "example.scd").read_text(encoding="utf-8"),
    }


def package() -> dict[str, bytes]:
    """The Max package, by path below its folder."""
    patches = {
        "patchers/antiphon.maxpat": core.build(),
        **{f"patchers/antiphon.{mode}.maxpat": core.small(mode) for mode in core.SMALL},
        "help/antiphon.maxhelp": help_patch.build_help(),
        "examples/antiphon.first-sound.maxpat": examples.first_sound(),
        "examples/antiphon.sound-design.maxpat": examples.designer(),
        "examples/antiphon.uncertainty.maxpat": examples.uncertainty(),
        "examples/antiphon.clips.maxpat": examples.clips(),
        "extras/Antiphon.maxpat": examples.extras(),
    }
    texts = {
        "package-info.json": _json(_package_info()),
        "javascript/antiphon.js": _script(),
        "javascript/antiphon.daemon.js": (HERE / "sources" / "antiphon.daemon.js").read_text(encoding="utf-8"),
        "docs/refpages/antiphon.maxref.xml": help_patch.refpage(),
        "readme.md": _readme(),
        "license.txt": (HERE.parent / "LICENSE").read_text(encoding="utf-8"),
    }
    made = {path: _json(patch.to_dict()) for path, patch in patches.items()}
    return {path: text.encode() for path, text in sorted({**made, **texts}.items())}


def _json(value: Any) -> str:
    return json.dumps(value, indent=1) + "\n"


def _script() -> str:
    """antiphon.js with the names of all messages and parameters."""
    text = (HERE / "sources" / "antiphon.js").read_text(encoding="utf-8")
    mark = "// COMMANDS and PARAMETERS are put here from Antiphon's own tables."
    tables = f"const COMMANDS = {json.dumps(COMMANDS)};\nconst PARAMETERS = {json.dumps(list(PARAMETERS))};"
    return _with(text, mark, tables)


def _with(text: str, mark: str, made: str) -> str:
    """`text` with what is made in the place of its mark. Raises ValueError where it is not there once."""
    if text.count(mark) != 1:
        raise ValueError(f"a source must hold this line once: {mark}")
    return text.replace(mark, made)


def _package_info() -> dict[str, Any]:
    return {
        "author": "Antiphon",
        "description": "Play with Antiphon, a machine musician that answers you: notes in, notes out, in time.",
        "displayname": PACKAGE,
        "extends": 0,
        "extensible": 0,
        "filelist": {},
        "homepatcher": "Antiphon.maxpat",
        "max_version_max": "none",
        "max_version_min": OLDEST_MAX,
        "name": PACKAGE,
        "os": {
            "macintosh": {"platform": ["x64", "aarch64"], "min_version": "none"},
            "windows": {"platform": ["x64"], "min_version": "none"},
        },
        "package_extends": [],
        "tags": ["MIDI", "OSC", "algorithmic composition", "machine learning"],
        "version": __version__,
        "website": "",
    }


def _readme() -> str:
    return (
        "# Antiphon for Max\n\n"
        "Put this folder into `Documents/Max 9/Packages`, start Max, and choose Extras, Antiphon. Antiphon itself is a "
        "program of its own: `antiphon jam` in a terminal starts it.\n\n"
        "`[antiphon]` is the object; its help has a tab for each topic. `[antiphon.respond]`, `[antiphon.duet]`, "
        "`[antiphon.accompany]` and `[antiphon.harmonize]` take notes and give notes, each in one mode. `examples/` "
        "has the first sound and a patch with every parameter.\n"
    )


def write_zip(target: Path) -> None:
    """The package as a zip file, the same bytes each time."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in package().items():
            entry = zipfile.ZipInfo(str(PurePosixPath(PACKAGE) / path), (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)


def main(arguments: list[str]) -> int:
    """Write what was asked for; the exit code."""
    if arguments[:1] == ["--zip"] and len(arguments) == 2:
        write_zip(Path(arguments[1]))
        return 0
    if len(arguments) > 1 or arguments[:1] == ["--zip"]:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    folder = Path(arguments[0]) if arguments else HERE
    for name, data in files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
