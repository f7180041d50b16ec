"""How much an object holds, counted in things."""

from __future__ import annotations

import numpy as np

from bridge.simulator.size import size_of


class Holder:
    def __init__(self) -> None:
        self.kept: list[object] = []


def test_what_is_kept_counts_and_what_is_shared_does_not() -> None:
    holder = Holder()
    before = size_of(holder)
    holder.kept.extend([object() for _ in range(100)])
    assert size_of(holder) - before == 100
    shared = [object() for _ in range(50)]
    holder.kept.append(shared)
    assert size_of(holder, besides=[shared]) - before == 100


def test_an_array_counts_its_elements_and_a_table_nothing() -> None:
    holder = Holder()
    before = size_of(holder)
    array = np.zeros(1000)
    holder.kept.append(array)
    assert size_of(holder) - before >= 1000
    array.flags.writeable = False
    assert size_of(holder) == before
