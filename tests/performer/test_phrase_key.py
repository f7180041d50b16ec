"""Keys found in notes."""

from __future__ import annotations

import pytest

from bridge.performer.phrase_key import Key, find_key


@pytest.mark.parametrize(
    ("pitches", "key", "name"),
    [
        ([60, 62, 64, 65, 67, 69, 71, 72, 67, 64, 60], Key(0, False), "C major"),
        ([66, 68, 70, 71, 73, 75, 77, 78, 73, 70, 66], Key(6, False), "F# major"),
        ([57, 59, 60, 62, 64, 65, 68, 69, 64, 60, 57], Key(9, True), "A minor"),
    ],
)
def test_a_scale_with_its_triad_has_its_key(pitches: list[int], key: Key, name: str) -> None:
    found = find_key(pitches, [1.0] * len(pitches))
    assert found == key and str(found) == name


def test_long_notes_count_more() -> None:
    assert find_key([60, 64, 67, 69], [4.0, 2.0, 4.0, 0.1]).tonic == 0
    assert find_key([60, 64, 67, 69], [1.0, 4.0, 0.1, 8.0]).tonic == 9


def test_pitch_classes() -> None:
    assert Key(7, False).pitch_classes == {7, 9, 11, 0, 2, 4, 6}
    assert Key(9, True).pitch_classes == {9, 11, 0, 2, 4, 5, 6, 7, 8}


def test_no_notes_no_key() -> None:
    with pytest.raises(ValueError, match="no notes"):
        find_key([], [])
