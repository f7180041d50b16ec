"""How surprised a reader is, in bits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from evaluation_music import line, stretch
from reader_of_steps import Steps

from bridge.data.encode import Stretch, contexts, ticks_of
from bridge.evaluation.reviewing import surprise as module
from bridge.evaluation.reviewing.surprise import mean, surprise, total, worth_of_order

SCALE = stretch(line([60, 62, 64, 66, 65]))


def test_bits_are_those_of_the_reader() -> None:
    bits = surprise(Steps(), SCALE)
    np.testing.assert_allclose(bits[1:, 0], [2, 1, 1, 2])
    assert np.isnan(bits[0]).all() and mean(bits) == pytest.approx(5 * 1.5)


def test_what_cannot_be_said_is_no_bit_of_a_note_and_no_note_at_all() -> None:
    bits = np.array([[np.nan] * 5, [1.0, 1.0, np.nan, 1.0, 1.0], [2.0] * 5])
    assert math.isnan(total(bits)[0]) and total(bits)[1:].tolist() == [4.0, 10.0]
    assert mean(bits) == 7.0 and math.isnan(mean(bits[:1]))


def test_a_long_piece_is_read_in_blocks_as_if_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    music = stretch(line([60 + i % 7 for i in range(40)]))
    whole = contexts(music, ticks_of(music.onset), ticks_of(music.offset))

    class Reading(Steps):
        def __init__(self) -> None:
            self.contexts: list[np.ndarray] = []

        def score_all(self, events: np.ndarray, context: np.ndarray) -> np.ndarray:
            self.contexts.append(context)
            return super().score_all(events, context)

    monkeypatch.setattr(module, "_BLOCK", 16)
    reader, done = Reading(), []
    blocks = surprise(reader, music, done.append)
    assert [len(part) for part in reader.contexts] == [16, 16, 8] and done == [0.4, 0.8, 1.0]
    np.testing.assert_array_equal(np.concatenate(reader.contexts), whole)
    monkeypatch.undo()
    np.testing.assert_array_equal(blocks, surprise(Steps(), music))


def test_order_is_worth_what_its_loss_costs() -> None:
    def backwards(music: Stretch, rng: np.random.Generator) -> Stretch | None:
        return stretch(line([60, 71, 61, 70, 62]))

    scale = stretch(line([60, 61, 62, 63, 64]))
    (worth, cannot) = worth_of_order(Steps(), scale, [backwards, lambda music, rng: None], np.random.default_rng(0))
    assert worth == pytest.approx(5 * 3 / 4) and math.isnan(cannot)
    assert worth_of_order(Steps(), scale, [lambda music, rng: music], np.random.default_rng(0), own=1.0)[0] > 0
