"""Batches: the same batch for the same number, and what is varied in it."""

from pathlib import Path

import numpy as np
import pytest
from training_corpus import scale, write_corpus

from bridge.data.corpus import Corpus
from bridge.data.encode import IGNORE
from bridge.training.crops import CropSampler, drawn_roles
from bridge.vocabulary import codec
from bridge.vocabulary.codec import VOICES
from bridge.vocabulary.guide import CONTROLS, ENDING_ENTRY, FREE, GUIDE_SIZES, HUMAN, MACHINE, SILENT, UNKNOWN

KEYS, BASS, LEAD = (VOICES.index(name) for name in ("keys", "bass", "lead"))
BAND = [note for voice in (KEYS, BASS, LEAD) for note in scale(120, voice=voice)]


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    band = sorted(BAND)
    pieces = [("songs", "train", scale(80, step=0.25 * (i + 1))) for i in range(3)] + [("bands", "train", band)]
    return Corpus(write_corpus(tmp_path / "data", pieces))


def test_batches_have_their_shapes_and_ranges(corpus: Corpus) -> None:
    batch = CropSampler(corpus, batch=3, length=200, seed=1).draw(0)
    assert batch.events.shape == (3, 200, 5) and batch.context.shape == (3, 200, 29)
    assert batch.targets.shape == (3, 200, 5) and batch.guide.shape == (3, 200, len(GUIDE_SIZES))
    sizes = np.array(codec.SIZES)
    assert (batch.events >= 0).all() and (batch.events <= sizes - 1 + [0, 0, 0, 1, 1]).all()
    assert (batch.targets >= IGNORE).all() and (batch.targets < sizes).all()
    assert (batch.guide >= 0).all() and (batch.guide < np.array(GUIDE_SIZES)).all()
    # Durations may be hidden from the input; the target keeps them, except where a new piece begins.
    assert ((batch.targets[..., 4] == IGNORE) == (batch.targets[..., 0] == IGNORE)).all()
    hidden = batch.events[:, 1:, 4] == codec.UNKNOWN_DURATION
    begins = batch.targets[:, :-1, 0] == IGNORE
    same = (batch.events[:, 1:, :3] == batch.targets[:, :-1, :3]).all(axis=-1)
    assert (same | begins).all()
    assert (hidden | begins | (batch.events[:, 1:, 4] == batch.targets[:, :-1, 4])).all()


def test_a_batch_is_a_function_of_its_number(corpus: Corpus) -> None:
    first, second = CropSampler(corpus, 2, 100, seed=5), CropSampler(corpus, 2, 100, seed=5)
    first.draw(0)
    for a, b in zip(first.draw(7), second.draw(7), strict=True):
        np.testing.assert_array_equal(a, b)
    assert any((a != b).any() for a, b in zip(first.draw(7), first.draw(8), strict=True))  # type: ignore[attr-defined]


def test_the_shares_of_two_processes_are_the_batch(corpus: Corpus) -> None:
    sampler = CropSampler(corpus, 5, 60)
    whole, even, odd = sampler.draw(3), sampler.draw(3, 0, 2), sampler.draw(3, 1, 2)
    for all_rows, first, second in zip(whole, even, odd, strict=True):
        np.testing.assert_array_equal(all_rows[0::2], first)
        np.testing.assert_array_equal(all_rows[1::2], second)


def test_flat_music_is_also_read_with_velocities_that_are_never_asked_for(tmp_path: Path) -> None:
    flat = Corpus(write_corpus(tmp_path / "data", [("flat", "train", scale(200, velocity=0))]))
    batch = CropSampler(flat, batch=20, length=100).draw(0)
    assert (batch.targets[..., 3] == IGNORE).all()
    known = (batch.events[..., 3] != codec.UNKNOWN_VELOCITY).mean(axis=1)
    assert known.min() == 0.0 and known.max() == 1.0  # a stretch is wholly one or the other


def test_controls_are_told_in_part_and_of_notes_that_are_not_the_humans(corpus: Corpus) -> None:
    batch = CropSampler(corpus, batch=80, length=64, emphasis={"bands": 1e6}).draw(0)
    controls = batch.guide[..., len(VOICES) : ENDING_ENTRY]
    told = (controls != FREE).any(axis=1)
    assert 0.2 < told.mean() < 0.6  # three quarters of the stretches, half of their controls; a row may hold two
    density = controls[..., [c.name for c in CONTROLS].index("density")]
    roles = batch.guide[..., : len(VOICES)]
    # Each voice alone has two notes a beat; more of them have more, in stretches that keep their tempo.
    machines = np.stack([roles[..., v] != HUMAN for v in (KEYS, BASS, LEAD)], axis=-1).sum(axis=-1)
    one, three = density[(density > 0) & (machines == 1)], density[(density > 0) & (machines == 3)]
    assert one.size and three.size and np.median(one) < np.median(three)


def test_the_guide_stays_as_it_is_throughout_a_stretch(corpus: Corpus) -> None:
    batch = CropSampler(corpus, batch=20, length=64, seed=2).draw(0)
    changes = (batch.guide[:, 1:, : len(VOICES)] != batch.guide[:, :-1, : len(VOICES)]).any(axis=-1)
    begins = batch.targets[:, :-1, 0] == IGNORE
    assert (begins | ~changes).all() and changes.any()


def test_what_is_left_out_stays_out(corpus: Corpus, tmp_path: Path) -> None:
    left = Corpus(tmp_path / "data", frozenset({"bands"}))
    assert set(CropSampler(left, 20, 32).draw(0).targets[..., 1].flatten().tolist()) != {IGNORE}
    with pytest.raises(ValueError, match="split 'train' is empty"):
        CropSampler(Corpus(tmp_path / "data", frozenset({"songs", "bands"})), 1, 10)
    with pytest.raises(ValueError, match="antiphon prepare"):
        Corpus(tmp_path)


def test_short_rows_are_as_many_events_and_begin_with_a_phrase_that_is_all_there_is(corpus: Corpus) -> None:
    batch = CropSampler(corpus, batch=2, length=128, seed=3, turns=1.0, turn_length=32).draw(0)
    assert batch.events.shape == (8, 32, 5) and batch.guide.shape == (8, 32, len(GUIDE_SIZES))
    # Nothing before it in the row, and so nothing that a prediction could have been told by.
    assert (batch.targets[:, 0, 0] != IGNORE).all()
    endings = batch.guide[..., ENDING_ENTRY]
    assert (endings != FREE).any() and (endings == FREE).all(axis=1).any()


def test_long_and_short_batches_take_turns_as_their_share_says(corpus: Corpus) -> None:
    sampler = CropSampler(corpus, batch=1, length=64, turns=0.5, turn_length=16)
    rows = [len(sampler.draw(number).events) for number in range(40)]
    assert set(rows) == {1, 4} and 10 < rows.count(4) < 30
    assert {len(CropSampler(corpus, 1, 64).draw(number).events) for number in range(10)} == {1}


# --- who is said to play in a stretch that is learnt from ----------


KEYS, BASS, LEAD = (VOICES.index(name) for name in ("keys", "bass", "lead"))


def test_roles_say_nothing_or_who_plays() -> None:
    voice = np.array([KEYS, BASS, LEAD, KEYS])
    drawn = [drawn_roles(voice, np.random.default_rng(i)) for i in range(400)]
    silent = [roles for roles in drawn if (roles == UNKNOWN).all()]
    assert 0.25 < len(silent) / len(drawn) < 0.45
    absent = [v for v in range(len(VOICES)) if v not in (KEYS, BASS, LEAD)]
    for roles in drawn:
        assert set(roles[absent].tolist()) in ({SILENT}, {UNKNOWN})
        assert SILENT not in roles[[KEYS, BASS, LEAD]]
    said = {tuple(roles[[KEYS, BASS, LEAD]].tolist()) for roles in drawn}
    # All the machine's, all but one, only one; and at times nothing is said of one.
    assert {(MACHINE,) * 3, (HUMAN, MACHINE, MACHINE), (HUMAN, MACHINE, HUMAN)} <= said
    assert any(UNKNOWN in roles and HUMAN in roles and MACHINE in roles for roles in said)


def test_one_voice_alone_is_the_machines() -> None:
    drawn = {int(drawn_roles(np.array([KEYS]), np.random.default_rng(i))[KEYS]) for i in range(50)}
    assert drawn == {UNKNOWN, MACHINE}
