"""What a network makes of a note's own line and key: literal recalls in, literal logits out."""

from __future__ import annotations

import pytest
import torch

from bridge.engine.repetition import NO_PITCH, NOTHING_TOLD, RECALL, RECENT, STREAM_SIZE
from bridge.training.echoing import LENGTHS, TRUST_SCALE
from bridge.training.recalling import SOURCES, STEPS, RecallNetwork
from bridge.vocabulary.codec import DRUMS, SIZES, VOICES

WIDTH = 4
KEYS = VOICES.index("keys")


def recalled(**told: int) -> torch.Tensor:
    out = torch.from_numpy(NOTHING_TOLD[STREAM_SIZE:].copy())
    for name, value in told.items():
        out[RECALL.index(name)] = value
    return out


def note(dt: int = 0, voice: int = KEYS, pitch: int = 60) -> torch.Tensor:
    return torch.tensor([dt, voice, pitch, 0, 0])


def suggested(
    recall: RecallNetwork, told: torch.Tensor, event: torch.Tensor, field: str, size: int
) -> dict[int, float]:
    """What is added to which class."""
    with torch.no_grad():
        out = recall.suggest(torch.zeros(size), torch.zeros(WIDTH), torch.ones(WIDTH), told, event, field)
    return {int(i): pytest.approx(float(out[i]), abs=1e-6) for i in out.nonzero()}


def trust(recall: RecallNetwork, field: str, source: str, flag: int, count: int, value: float) -> None:
    place = [s.name for s in SOURCES[field]].index(source)
    with torch.no_grad():
        recall.trust[field].weight.zero_()
        recall.trust[field].weight[(place * 2 + flag) * LENGTHS + count] = value / TRUST_SCALE


def test_nothing_is_suggested_where_nothing_is_known() -> None:
    recall = RecallNetwork(WIDTH)
    torch.nn.init.ones_(recall.step.weight)
    for field, size in zip(("pitch", "velocity", "duration"), SIZES[2:], strict=True):
        assert suggested(recall, recalled(), note(), field, size) == {}


def test_how_loud_the_voice_was_is_likelier_by_how_often_and_whether_in_a_chord() -> None:
    recall = RecallNetwork(WIDTH)
    trust(recall, "velocity", "line_velocity", flag=1, count=3, value=2.5)
    told = recalled(line_velocity=20, line_velocity_times=3)
    assert suggested(recall, told, note(dt=0), "velocity", 32) == {20: 2.5}
    assert suggested(recall, told, note(dt=9), "velocity", 32) == {}
    assert suggested(recall, recalled(line_velocity=20, line_velocity_times=2), note(dt=0), "velocity", 32) == {}


def test_how_long_what_followed_was_is_likelier_by_whether_its_pitch_was_taken() -> None:
    recall = RecallNetwork(WIDTH)
    trust(recall, "duration", "line_pitch_duration", flag=1, count=5, value=1.5)
    told = recalled(line_pitch_pitch=64, line_pitch_velocity=3, line_pitch_duration=7, line_pitch_length=5)
    assert suggested(recall, told, note(pitch=64), "duration", 72) == {7: 1.5}
    assert suggested(recall, told, note(pitch=65), "duration", 72) == {}


def test_what_the_last_notes_took_is_likelier_by_how_many_did() -> None:
    recall = RecallNetwork(WIDTH)
    for table in recall.trust.values():
        torch.nn.init.zeros_(table.weight)
    with torch.no_grad():
        recall.counted_trust["velocity"].weight[[3, RECENT + 1 + 2], 0] = torch.tensor([1.0, 4.0]) / TRUST_SCALE
    told = recalled(line_velocity_count_20=3, line_velocity_count_9=2, line_duration_count_5=3)
    assert suggested(recall, told, note(dt=9), "velocity", 32) == {20: 1.0}
    assert suggested(recall, told, note(dt=0), "velocity", 32) == {9: 4.0}
    assert suggested(recall, told, note(dt=9), "duration", 72) == {}


def test_a_step_counts_from_the_last_pitch_of_the_line_and_drums_take_none() -> None:
    recall = RecallNetwork(WIDTH)
    with torch.no_grad():
        recall.step.weight.zero_()
        recall.step.weight[STEPS // 2 + 2] = 0.5  # two up
    told = recalled(line_pitch=60)
    assert suggested(recall, told, note(), "pitch", 128) == {62: 2.0}
    assert suggested(recall, told, note(voice=DRUMS), "pitch", 128) == {}
    assert suggested(recall, recalled(line_pitch=NO_PITCH), note(), "pitch", 128) == {}


def test_a_drum_and_a_pitch_are_read_apart_and_the_same_whatever_is_not_of_the_field() -> None:
    recall = RecallNetwork(WIDTH)
    torch.manual_seed(0)
    for table in recall.embed.values():
        torch.nn.init.normal_(table.weight)
    h, told = torch.zeros(WIDTH), recalled(line_pitch=60, line_before=62, key_velocity=9)

    def read(event: torch.Tensor, field: str) -> list[float]:
        with torch.no_grad():
            return [round(x, 6) for x in recall.read(h, told, event, field).tolist()]

    assert read(note(), "pitch") != read(note(voice=DRUMS), "pitch")
    assert read(note(pitch=1), "velocity") == read(note(pitch=2), "velocity")
    assert read(note(), "dt") == [0.0] * WIDTH
    told = recalled(line_pitch=60, line_before=62, key_velocity=10)
    assert read(note(pitch=1), "velocity") != read(note(), "pitch")
