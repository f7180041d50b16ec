"""Batches: the same numbers as the codec's scalar definitions, and the same batch for the same number."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from songs import scale, write_song

from bridge import codec
from bridge.training.crops import (
    Corpus,
    CropSampler,
    Stretch,
    contexts,
    dt_classes,
    encode,
    in_playing_order,
    stretch_of,
    targets_of,
)
from bridge.training.data import prepare
from bridge.training.transformer import IGNORE


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    folder = tmp_path / "songs"
    folder.mkdir()
    for i in range(4):
        write_song(folder / f"song{i}.mid", scale(80, step=120 * (i + 1)), program=i * 16)
    prepare(folder, tmp_path / "data", Console(quiet=True))
    return Corpus(tmp_path / "data")


@st.composite
def stretches(draw: st.DrawFn) -> Stretch:
    count = draw(st.integers(1, 40))
    column = lambda values: np.array(draw(st.lists(values, min_size=count, max_size=count)))  # noqa: E731
    onset = np.cumsum(column(st.integers(0, 120))).astype(float)
    known = draw(st.booleans())
    return Stretch(
        onset,
        onset + column(st.integers(1, 400)),
        column(st.integers(0, 6)),
        column(st.integers(0, 127)),
        column(st.integers(0, 127)),
        column(st.floats(0, 7.99)) if known else np.full(count, np.nan),
        column(st.sampled_from([3.0, 4.0, 3.5])) if known else np.full(count, np.nan),
    )


@given(stretches())
@settings(max_examples=60, deadline=None)
def test_contexts_are_the_codecs_contexts(stretch: Stretch) -> None:
    onset, offset = stretch.onset.astype(int), stretch.offset.astype(int)
    got = contexts(stretch, onset, offset)
    for i in range(len(onset)):
        held = [
            int(stretch.pitch[j])
            for j in range(i + 1)
            if (j == i or offset[j] > onset[i]) and stretch.voice[j] != codec.DRUMS
        ]
        beat = None if np.isnan(stretch.bar_beat[i]) else float(stretch.bar_beat[i])
        expected = codec.context(held, beat, float(stretch.beats_per_bar[i]))
        np.testing.assert_allclose(got[i], expected, atol=1e-5)


@given(st.lists(st.integers(0, 1500), min_size=1, max_size=60))
def test_time_does_not_drift(steps: list[int]) -> None:
    onset = np.cumsum(steps)
    classes = dt_classes(onset)
    believed = onset[0] + np.cumsum(codec.DT_TICKS[classes])
    # Half of the coarsest step, 48 ticks, whatever came before.
    assert np.abs(believed - onset).max() <= 24
    assert classes[0] == 0


def test_a_rest_beyond_the_last_class_is_only_long() -> None:
    assert dt_classes(np.array([0, 10_000, 10_012])).tolist() == [0, codec.SIZES[0] - 1, 12]


def test_scalar_classes_agree(corpus: Corpus) -> None:
    notes = np.array(corpus.notes(corpus.pieces[0]))
    events, _ = encode(in_playing_order(stretch_of(notes, free=False)))
    for event, note in zip(events, notes, strict=True):
        assert event[3] == codec.velocity_class(int(note["velocity"]))
        assert event[4] == codec.duration_class(float(note["offset_beats"] - note["onset_beats"]))
        assert event[2] == note["pitch"]


def test_free_time_scales_and_forgets_the_bar(corpus: Corpus) -> None:
    notes = np.array(corpus.notes(corpus.pieces[0]))
    beats, free = stretch_of(notes, free=False), stretch_of(notes, free=True, tempo=1.25)
    np.testing.assert_allclose(free.onset * 1.25, beats.onset)  # the songs are at 120 BPM
    assert np.isnan(free.bar_beat).all() and not np.isnan(beats.bar_beat).any()


def test_chords_are_shuffled_but_never_time(corpus: Corpus) -> None:
    chord = Stretch(
        np.repeat([0.0, 48.0, 96.0], 5), np.repeat([40.0, 90.0, 140.0], 5), np.zeros(15, int),
        np.tile([60, 64, 67, 71, 74], 3), np.full(15, 80), np.full(15, np.nan), np.full(15, np.nan),
    )  # fmt: skip
    plain = in_playing_order(chord)
    assert plain.pitch.tolist() == chord.pitch.tolist()
    orders = {tuple(in_playing_order(chord, np.random.default_rng(i)).pitch[:5].tolist()) for i in range(20)}
    assert len(orders) > 3
    for i in range(5):
        shuffled = in_playing_order(chord, np.random.default_rng(i))
        assert (np.diff(shuffled.onset) >= 0).all()
        assert sorted(shuffled.pitch[:5]) == [60, 64, 67, 71, 74]


def test_unknown_velocity_is_read_but_never_asked_for() -> None:
    events = np.array([[0, 0, 60, codec.UNKNOWN_VELOCITY, 3], [1, 0, 62, 10, 3]])
    assert targets_of(events)[:, 3].tolist() == [IGNORE, 10]


def test_flat_music_is_also_read_with_velocities_that_are_never_asked_for(tmp_path: Path) -> None:
    folder = tmp_path / "flat"
    folder.mkdir()
    write_song(folder / "song.mid", [(i * 240, 240, 48 + i % 24, 90) for i in range(200)])
    (folder / "manifest.csv").write_text("path,source,split\nsong.mid,flat,train\n")
    prepare(folder, tmp_path / "data", Console(quiet=True))
    batch = CropSampler(Corpus(tmp_path / "data"), batch=20, length=100).draw(0)
    assert (batch.targets[..., 3] == IGNORE).all()
    known = (batch.events[..., 3] != codec.UNKNOWN_VELOCITY).mean(axis=1)
    assert known.min() == 0.0 and known.max() == 1.0  # a stretch is wholly one or the other


def test_batches_have_their_shapes_and_ranges(corpus: Corpus) -> None:
    batch = CropSampler(corpus, batch=3, length=200, seed=1).draw(0)
    assert batch.events.shape == (3, 200, 5) and batch.context.shape == (3, 200, 29)
    assert batch.targets.shape == (3, 200, 5)
    sizes = np.array(codec.SIZES)
    assert (batch.events >= 0).all() and (batch.events <= sizes - 1 + [0, 0, 0, 1, 1]).all()
    assert (batch.targets >= IGNORE).all() and (batch.targets < sizes).all()
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
    assert any((a != b).any() for a, b in zip(first.draw(7), first.draw(8), strict=True))


def test_what_is_left_out_stays_out(corpus: Corpus, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="split 'train' is empty"):
        CropSampler(Corpus(tmp_path / "data", frozenset({"songs"})), 1, 10)
    with pytest.raises(ValueError, match="antiphon prepare"):
        Corpus(tmp_path)
