"""The last set, so that the next one can go on with it: a small JSON file, written again and again as it is played."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from bridge.performer.settings import Settings
from bridge.system.plain_files import whole
from bridge.vocabulary.events import PastNote

FORMAT: Final = 1
LARGEST: Final = 8 * 2**20  # bytes


@dataclass(frozen=True, slots=True)
class LastSet:
    """How a set was started (`options` of `antiphon jam`), on which model, how things were set, what was heard."""

    options: Mapping[str, Any]
    model: str
    settings: Settings
    notes: tuple[PastNote, ...] = ()


def last_set_path(name: str) -> Path:
    """Where the last set of the daemon of this name is kept."""
    import platformdirs

    return platformdirs.user_state_path("antiphon") / f"last-set-{name}.json"


def save(path: Path, last: LastSet) -> None:
    """Write it, whole or not at all: a crash, of the machine too, leaves the one before. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as draft, draft.open("w", encoding="utf-8") as file:
        json.dump({"antiphon": FORMAT, **asdict(last)}, file)
        file.flush()
        os.fsync(file.fileno())


def load(path: Path) -> LastSet:
    """Read it. Raises ValueError, with the reason, where there is none or it is not one."""
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError(f"{path} is no last set: it has more than {LARGEST} bytes")
        fields = msgspec.json.decode(path.read_bytes())
        if not isinstance(fields, dict) or fields.pop("antiphon", None) != FORMAT:
            raise ValueError(f"{path} is no last set of this version")
        last = msgspec.convert(fields, LastSet)
        last.settings.check()
    except FileNotFoundError:
        raise ValueError(f"there is no last set to resume ({path})") from None
    except (OSError, msgspec.MsgspecError) as error:
        raise ValueError(f"the last set cannot be resumed: {path}: {error}") from error
    return last
