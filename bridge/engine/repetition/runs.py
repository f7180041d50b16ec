"""Where the newest event was heard before, one event at a time: an index of positions by key, and runs along it.

Every match search asks first for the places that have the newest key, which are few, and compares backwards from the
latest; a place is looked at further only where it could beat the best so far. Plain lists and ints: at these sizes
numpy's calls cost more than the comparisons.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import Final

from bridge.engine.repetition.matching import LONGEST

# Lists of places are cut at their front once they are this much longer than what can still be asked for.
_SLACK: Final = 64


class Places:
    """For each key of one view the positions where it was heard, ascending.

    A fork shares what its parent knew: it keeps its own later positions, and asks the parent for the earlier ones.
    """

    __slots__ = ("_own", "_parent")

    def __init__(self, parent: Places | None = None) -> None:
        self._own: dict[int, list[int]] = {}
        self._parent = parent

    def add(self, key: int, position: int, oldest: int) -> None:
        """`key` was heard at `position`; nobody asks for what lies before `oldest` any more."""
        own = self._own.get(key)
        if own is None:
            self._own[key] = [position]
            return
        if len(own) > _SLACK and own[_SLACK] < oldest:
            del own[: bisect_left(own, oldest)]
        own.append(position)

    def take_back(self, key: int) -> None:
        """Forget the latest position of `key`, which is one of its own."""
        own = self._own[key]
        own.pop()
        if not own:
            del self._own[key]

    def forget(self, keys: Iterable[int], oldest: int) -> None:
        """Drop those of `keys` that were heard last before `oldest`."""
        for key in keys:
            own = self._own.get(key)
            if own is not None and own[-1] < oldest:
                del self._own[key]

    def forget_before(self, oldest: int) -> None:
        """Drop the keys that were heard last before `oldest`."""
        self.forget(list(self._own), oldest)

    def clear(self) -> None:
        """Forget everything."""
        self._own.clear()

    def latest_match(self, keys: list[int], first: int, lowest: int, newest: int) -> tuple[int, int]:
        """The latest of the longest runs that agree with the one ending at `newest`: (where, length), (-1, 0) if none.

        `keys[i]` is the key of position `first + i`; runs lie at `lowest` or later. Before `newest` was added.
        """
        where, length = -1, 0
        key = keys[newest - first]
        holder: Places | None = self
        while holder is not None:
            for place in reversed(holder._own.get(key, ())):
                if place - length < lowest:
                    return where, length  # too near the beginning for a longer run, and so is all before it
                i, j = place - first - length, newest - first - length
                if keys[i] != keys[j]:
                    continue  # no longer than the best so far
                run, most = 1, min(LONGEST, place - lowest + 1)
                i, j = place - first, newest - first
                while run < most and keys[i - run] == keys[j - run]:
                    run += 1
                if run > length:
                    where, length = place, run
                    if length == LONGEST:
                        return where, length
            holder = holder._parent
        return where, length
