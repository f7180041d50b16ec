"""Which pieces are drawn how often, and drumming under those that have none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from training_corpus import Note, note_array, scale, write_corpus

from bridge.data.corpus import Corpus
from bridge.training.crops import CropSampler
from bridge.training.pieces import Pieces
from bridge.vocabulary import codec

BASS, LEAD = codec.VOICES.index("bass"), codec.VOICES.index("lead")
FOUR: list[Note] = [(float(beat), 0.25, codec.DRUMS, 36 + beat % 2, 80) for beat in range(4)]


def test_emphasis_draws_a_source_oftener(tmp_path: Path) -> None:
    drums = scale(80, voice=codec.DRUMS)
    two = Corpus(write_corpus(tmp_path / "data", [("songs", "train", scale(80)), ("beats", "train", drums)]))

    def drummed(emphasis: dict[str, float]) -> float:
        batch = CropSampler(two, batch=60, length=32, emphasis=emphasis).draw(0)
        return float((batch.events[:, 0, 1] == codec.DRUMS).mean())

    assert drummed({"beats": 1e6}) == 1.0
    assert drummed({"beats": 1e-6}) == 0.0
    assert 0.3 < drummed({}) < 0.7


@pytest.mark.parametrize(("weight", "share"), [(1.0, 0.5), (3.0, 0.75), (1e6, 1.0)])
def test_emphasis_of_a_kind_holds_in_every_source(tmp_path: Path, weight: float, share: float) -> None:
    pieces = [("one", "train", scale(50)), ("one", "train", scale(50, velocity=0))]
    drawn = Pieces(Corpus(write_corpus(tmp_path / "data", pieces)), {"flat": weight})
    rng = np.random.default_rng(0)
    flat = [drawn.kind(drawn.draw(rng)) == "flat" for _ in range(600)]
    assert np.mean(flat) == pytest.approx(share, abs=0.06)


def test_drumming_is_repeated_under_a_sheet_from_its_bar_line_on(tmp_path: Path) -> None:
    pieces = Pieces(Corpus(write_corpus(tmp_path / "data", [("beats", "train", FOUR)])))
    sheet = note_array([(1.0 + 2 * i, 1.0, LEAD, 60 + i, 64) for i in range(5)])  # from beat 2 of a bar to beat 9
    both = pieces.with_drums(sheet, np.random.default_rng(0))
    drums = both[both["voice"] == codec.DRUMS]
    assert drums["onset_beats"].tolist() == [float(beat) for beat in range(10)]
    assert drums["pitch"].tolist() == [36, 37] * 5
    assert (np.diff(both["onset_beats"]) >= 0).all() and len(both) == len(drums) + 5


def test_drumming_of_another_tempo_or_under_another_metre_is_left_out(tmp_path: Path) -> None:
    pieces = Pieces(Corpus(write_corpus(tmp_path / "data", [("beats", "train", FOUR)])))
    sheet = note_array(scale(8, voice=LEAD))
    slow = sheet.copy()
    slow["onset_seconds"] *= 2
    waltz = sheet.copy()
    waltz["beats_per_bar"] = 3.0
    for other in (slow, waltz):
        assert len(pieces.with_drums(other, np.random.default_rng(0))) == 8
