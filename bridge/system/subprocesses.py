"""What processes of ours that work beside a set are started with, and how they give way to it."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Final

import bridge

OWN_GROUP: Final = 0 if os.name == "posix" else None
"""`process_group` of a process that is to outlast a console's Ctrl-C, which a group of its own keeps away.

It gets no session of its own: Linux shares the processor among sessions first (autogroup), and then no priority counts
against what runs in another one.
"""

_NICER: Final = 10  # a tenth of the set's share, where both want all of it


def package_path() -> str:
    """PYTHONPATH for the process: where this very package lies goes first."""
    here = str(Path(bridge.__file__).resolve().parent.parent)
    inherited = os.environ.get("PYTHONPATH")
    return here + os.pathsep + inherited if inherited else here


def give_way() -> None:
    """In the process itself, before it starts threads: the set goes first where both want the processor."""
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(_NICER)
