"""Who plays when: one module and one class for each mode, all on the same stage."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from bridge.performer.modes.base import Mode
from bridge.vocabulary.events import MODE_NAMES

__all__ = ["MODES", "Mode"]


def _mode(name: str) -> type[Mode]:
    """The mode that the module of its name defines."""
    defined = vars(import_module(f"{__name__}.{name}")).values()
    return next(kind for kind in defined if isinstance(kind, type) and issubclass(kind, Mode) and kind.name == name)


# `MODE_NAMES` is the one list of modes, and is there for those who must not load all this.
MODES: Final[dict[str, type[Mode]]] = {name: _mode(name) for name in MODE_NAMES}
