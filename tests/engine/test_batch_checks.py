"""What every batch of candidates refuses."""

from __future__ import annotations

import pytest

from bridge.engine.batch_checks import BatchGuard, check_rows


@pytest.mark.parametrize(("rows", "given"), [([], 0), ([1, 1], 2), ([0, 4], 2), ([-1], 1), ([0, 1], 1)])
def test_rows_are_different_candidates_with_one_thing_each(rows: list[int], given: int) -> None:
    with pytest.raises(ValueError, match="rows"):
        check_rows(rows, 4, given)
    check_rows([3, 0], 4, 2)


def test_a_batch_is_of_no_more_use_once_its_model_went_on_or_it_was_ended() -> None:
    place = [7]
    guard = BatchGuard(lambda: place[0])
    guard.check()
    place[0] = 8
    with pytest.raises(RuntimeError, match="went on"):
        guard.check()
    place[0] = 7
    guard.end()
    for again in (guard.check, guard.end):
        with pytest.raises(RuntimeError, match="was ended"):
            again()
