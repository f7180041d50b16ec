"""How much an object holds, counted in things rather than bytes: what grows without end is found by that."""

from __future__ import annotations

import gc
import types
from collections.abc import Collection

import numpy as np

# What is shared by the whole program.
_SHARED = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, types.CodeType, np.dtype)


def size_of(root: object, besides: Collection[object] = ()) -> int:
    """Objects reached from `root`, elements of arrays included; what only `besides` reach is left out."""
    seen = {id(one) for one in besides}
    count = 0
    todo = [root]
    while todo:
        one = todo.pop()
        if id(one) in seen or isinstance(one, _SHARED) or _is_constant(one):
            continue
        seen.add(id(one))
        count += int(one.size) if isinstance(one, np.ndarray) else 1
        todo.extend(gc.get_referents(one))
    return count


def _is_constant(one: object) -> bool:
    """A table that nobody writes to: it does not grow."""
    return isinstance(one, np.ndarray) and not one.flags.writeable
