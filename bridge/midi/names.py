"""Finding a port by the name a person gave.

Systems decorate names: ALSA appends `client:port` numbers that change from boot to boot, WinMM an index
that changes when something is plugged in. So a name is looked for exactly first, then without
decoration, then as a beginning, then as a part.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

_DECORATION: Final = re.compile(r"\s+\d+(:\d+)?$")


class PortNotFound(LookupError):
    """No port, or more than one, goes by the name. The text says what there is."""


def plain_name(name: str) -> str:
    """A port's name without the numbers that the system appended, in lower case."""
    return _DECORATION.sub("", name.strip()).casefold()


def match_port(wanted: str, names: Sequence[str]) -> int:
    """Index in `names` of the one port meant by `wanted`.

    Raises PortNotFound when none is, or when several are equally meant.
    """
    plain = plain_name(wanted)
    degrees: tuple[Callable[[str], bool], ...] = (
        lambda name: name == wanted,
        lambda name: name.casefold() == wanted.strip().casefold(),
        lambda name: plain_name(name) == plain,
        lambda name: plain_name(name).startswith(plain),
        lambda name: plain in plain_name(name),
    )
    for meant in degrees if plain else ():
        hits = [index for index, name in enumerate(names) if meant(name)]
        if len(hits) == 1:
            return hits[0]
        if hits:
            choices = ", ".join(f'"{names[index]}"' for index in hits)
            raise PortNotFound(f'port "{wanted}" could be any of {choices}: give the whole name; see antiphon ports')
    here = ", ".join(f'"{name}"' for name in names) or "none"
    raise PortNotFound(f'port "{wanted}" not found; ports here: {here}; see antiphon ports')
