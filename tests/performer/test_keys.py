"""Keys found in notes."""

from __future__ import annotations

import numpy as np
import pytest

from bridge.performer.keys import MAJOR_AND_MINOR, Key, find_key, key_scores
from bridge.vocabulary.scales import CHROMATIC, SCALES, tones


@pytest.mark.parametrize(
    ("pitches", "key", "name"),
    [
        ([60, 62, 64, 65, 67, 69, 71, 72, 67, 64, 60], Key(0, "major"), "C major"),
        ([66, 68, 70, 71, 73, 75, 77, 78, 73, 70, 66], Key(6, "major"), "F# major"),
        ([57, 59, 60, 62, 64, 65, 68, 69, 64, 60, 57], Key(9, "minor"), "A minor"),
    ],
)
def test_a_scale_with_its_triad_has_its_key(pitches: list[int], key: Key, name: str) -> None:
    found = find_key(pitches, [1.0] * len(pitches))
    assert found == key and str(found) == name


def test_long_notes_count_more() -> None:
    assert find_key([60, 64, 67, 69], [4.0, 2.0, 4.0, 0.1]).root == 0
    assert find_key([60, 64, 67, 69], [1.0, 4.0, 0.1, 8.0]).root == 9


def test_tones() -> None:
    assert Key(7, "major").melodic_tones == Key(7, "major").tones == {7, 9, 11, 0, 2, 4, 6}
    assert Key(9, "minor").melodic_tones == {9, 11, 0, 2, 4, 5, 6, 7, 8}
    assert Key(9, "minor").triad == {9, 0, 4} and Key(11, "locrian").triad == {11, 2, 5}


def test_no_notes_no_key() -> None:
    with pytest.raises(ValueError, match="no notes"):
        find_key([], [])


def test_many_histograms_are_scored_as_each_alone() -> None:
    rng = np.random.default_rng(0)
    heard = rng.random((40, 12))
    assert np.array_equal(key_scores(heard), np.stack([key_scores(row) for row in heard]))


def test_what_fits_two_keys_alike_has_the_first_of_them() -> None:
    """A tone alone is the tonic of a major key and of a minor one: the last bit of a product does not decide."""
    for tone in range(12):
        heard = np.eye(12)[tone] / 3.0
        assert MAJOR_AND_MINOR[int(np.argmax(key_scores(heard)))] == Key(tone, "major")


def test_where_all_tones_are_alike_no_key_is_nearer() -> None:
    assert not key_scores(np.full(12, 0.7)).any() and not key_scores(np.zeros(12)).any()


@pytest.mark.parametrize("scale", sorted(SCALES.keys() - {CHROMATIC}))
def test_a_scale_that_dwells_on_tonic_and_fifth_is_nearest_to_its_own_key(scale: str) -> None:
    heard = np.zeros(12)
    heard[list(tones(2, scale))] = 1.0
    heard[2] += 1.0
    heard[9] += 0.5 * (9 in tones(2, scale))
    keys = [Key(root, scale) for root in range(12)]
    assert keys[int(np.argmax(key_scores(heard, keys)))] == Key(2, scale)


@pytest.mark.parametrize("scale", sorted(SCALES.keys() - {CHROMATIC}))
def test_the_triad_is_of_the_scale_s_own_tones_with_a_perfect_fifth_where_it_has_one(scale: str) -> None:
    for root in range(12):
        key = Key(root, scale)
        own, triad = ({(tone - root) % 12 for tone in tones} for tones in (key.tones, key.triad))
        assert 0 in triad and len(triad) == 3
        assert triad == ({0, 4, 7} if {4, 7} <= own else {0, 3, 7} if {3, 7} <= own and 4 not in own else triad)
        if own & {3, 4} and own & {6, 7}:
            assert triad <= own


def test_how_loud_everything_was_does_not_change_a_key() -> None:
    heard = np.array([5.0, 0, 3, 0, 4, 2, 0, 4, 0, 2, 0, 1])
    np.testing.assert_allclose(key_scores(heard), key_scores(heard * 1000 + 7), atol=1e-8)
    assert np.abs(key_scores(heard)).max() <= 1.0
