"""Notes at once, and the other controls of an answer, by construction."""

from __future__ import annotations

import numpy as np
import pytest
from performing import PHRASE, ons, phrase, plans, simulation

from bridge.performer.density import Strokes

TUNE = (*PHRASE, 65, 64, 62, 60, 62, 64, 67)


def answer(**values: float) -> list[tuple[float, float, int, int]]:
    """(onset, release, pitch, velocity) of what a model that plays anything answers to a tune."""
    sim = simulation(voices={"bass": (False, 2)}, values=values)
    sim.play(phrase(pitches=TUNE), until=20.0)
    assert ons(sim)
    return [(plan.onset, plan.release or 0.0, plan.pitch, plan.velocity) for _, plan in plans(sim)]


@pytest.mark.parametrize("texture", [1.0, 2.0, 3.0, 4.0])
def test_so_many_sound_as_one_begins(texture: float) -> None:
    notes = answer(texture=texture)
    sounding = [sum(onset <= begun < release for onset, release, _, _ in notes) for begun, _, _, _ in notes]
    assert np.mean(sounding) == pytest.approx(texture, abs=0.35)


@pytest.mark.parametrize("register", [40.0, 60.0, 84.0])
def test_its_mean_pitch_is_the_register(register: float) -> None:
    assert np.mean([pitch for _, _, pitch, _ in answer(register=register)]) == pytest.approx(register, abs=3.0)


@pytest.mark.parametrize("energy", [40.0, 100.0])
def test_its_loudness_is_near_the_energy(energy: float) -> None:
    assert all(abs(velocity - energy) <= 18 for _, _, _, velocity in answer(energy=energy))


def test_strokes_of_two_sizes_make_a_mean_between_them() -> None:
    strokes, sizes = Strokes(2.5), []
    for _ in range(8):
        sizes.append(strokes.most)
        strokes.begin()
    assert sizes == [2, 3] * 4
    assert Strokes(0.0).most is None
