"""Notes to events and contexts: the same numbers as the codec's scalar definitions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from training_corpus import note_array, scale

from bridge.data.encode import (
    IGNORE,
    Stretch,
    contexts,
    dt_classes,
    encode,
    in_playing_order,
    stretch_of,
    targets_of,
)
from bridge.vocabulary import codec


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


def test_scalar_classes_agree() -> None:
    notes = note_array(scale(80, step=0.3))
    events, _ = encode(in_playing_order(stretch_of(notes, free=False)))
    for event, note in zip(events, notes, strict=True):
        assert event[3] == codec.velocity_class(int(note["velocity"]))
        assert event[4] == codec.duration_class(float(note["offset_beats"] - note["onset_beats"]))
        assert event[2] == note["pitch"]


def test_free_time_scales_and_forgets_the_bar() -> None:
    notes = note_array(scale(80))
    beats, free = stretch_of(notes, free=False), stretch_of(notes, free=True, tempo=1.25)
    np.testing.assert_allclose(free.onset * 1.25, beats.onset)  # written at 120 BPM
    assert np.isnan(free.bar_beat).all() and not np.isnan(beats.bar_beat).any()


def test_chords_are_shuffled_but_never_time() -> None:
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


@pytest.mark.parametrize("free", [False, True])
def test_no_notes_are_no_events(free: bool) -> None:
    events, context = encode(in_playing_order(stretch_of(note_array(scale(3))[:0], free=free)))
    assert events.shape == (0, 5) and context.shape == (0, codec.CONTEXT_SIZE)
