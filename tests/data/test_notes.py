"""What a piece is, from its notes alone."""

import numpy as np
import pytest
from training_corpus import note_array

from bridge.data.notes import KINDS, kind_of
from bridge.vocabulary.codec import VOICES


@pytest.mark.parametrize(
    ("kind", "voices", "velocities"),
    [
        ("band", ("guitar", "bass", "drums"), (0, 0, 0)),
        ("drums", ("drums", "drums"), (90, 90)),
        ("sheet", ("lead", "bass", "keys"), (0, 0, 0)),
        ("expressive", ("keys", "lead", "keys"), (70, 80, 0)),
        ("flat", ("strings", "bass"), (0, 0)),
        ("flat", ("keys", "keys"), (70, 0)),
    ],
)
def test_a_kind_is_who_plays_and_whether_it_is_known_how_loud(
    kind: str, voices: tuple[str, ...], velocities: tuple[int, ...]
) -> None:
    notes = [(float(i), 1.0, VOICES.index(voice), 60, 64) for i, voice in enumerate(voices)]
    written = note_array(notes)
    written["velocity"] = np.array(velocities)
    assert kind_of(written) == kind and kind in KINDS
